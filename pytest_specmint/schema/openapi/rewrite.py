"""One schema object of any dialect as one of 2020-12, keyword by keyword; its subschemas are left to the caller."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from msgspec import Struct, field

from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.dialect import CHILDREN, Dialect, Draft
from pytest_specmint.schema.document import join_pointer
from pytest_specmint.schema.sets.values import Json

SINCE: Mapping[str, Draft] = {
    "const": Draft.D6,
    "contains": Draft.D6,
    "propertyNames": Draft.D6,
    "if": Draft.D7,
    "then": Draft.D7,
    "else": Draft.D7,
    "dependentRequired": Draft.D2019,
    "dependentSchemas": Draft.D2019,
    "maxContains": Draft.D2019,
    "minContains": Draft.D2019,
    "unevaluatedItems": Draft.D2019,
    "unevaluatedProperties": Draft.D2019,
    "$recursiveRef": Draft.D2019,
    "prefixItems": Draft.D2020,
    "$dynamicRef": Draft.D2020,
}
"""Keywords by the draft that they came with; before it they say nothing."""

_NAMING = frozenset({"$schema", "$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary"})
"""What names a schema: references are rewritten to pointers, which need no names."""


class Child(Struct, frozen=True):
    """A subschema, as given, and where it belongs in the rewritten object."""

    holder: Any
    """The dict or list that holds it."""
    key: str | int
    place: str
    """Where it stands in the document as given."""
    schema: Json


class Rewritten(Struct):
    """A schema object under construction."""

    place: str
    schema: dict[str, Json] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)

    def child(self, keyword: str, below: Json, name: str | None = None) -> None:
        """A subschema directly below a keyword; ``name`` is the keyword's new name if it has one."""
        self.schema[name or keyword] = below
        self.children.append(Child(self.schema, name or keyword, join_pointer(self.place, keyword), below))

    def children_of(self, keyword: str, below: Mapping[str, Json] | list[Json], name: str | None = None) -> None:
        """Subschemas in a list, or by name."""
        held: Any = list(below) if isinstance(below, list) else dict(below)
        self.schema[name or keyword] = held
        for key, each in list(enumerate(held) if isinstance(held, list) else held.items()):
            self.children.append(Child(held, key, join_pointer(self.place, keyword, key), each))

    def drop(self, *keywords: str) -> None:
        """Leave keywords out, with their subschemas."""
        gone = [self.schema.pop(keyword, None) for keyword in keywords]
        self.children = [each for each in self.children if not any(each.holder is held for held in gone)]

    def add(self, schemas: list[Json]) -> None:
        """Let further schemas apply."""
        if schemas:
            held = self.schema.setdefault("allOf", [])
            if isinstance(held, list):
                held.extend(schemas)


def rewritten(raw: Mapping[str, Json], place: str, dialect: Dialect) -> Rewritten:
    """A schema object in the words of 2020-12, its subschemas and references still as given.

    Raises `SchemaError` for what its own dialect forbids where that would otherwise come to mean something else.
    """
    new = Rewritten(place)
    if dialect.draft <= Draft.D7 and isinstance(raw.get("$ref"), str):
        new.schema["$ref"] = raw["$ref"]  # its siblings are ignored
        return new
    for keyword, value in raw.items():
        if keyword in _NAMING or (not dialect.nullable and SINCE.get(keyword, Draft.D4) > dialect.draft):
            continue
        special = _SPECIAL.get(keyword)
        if special is None or not special(new, Word(value, raw, dialect)):
            _copy(new, keyword, value)
    return new


def _copy(new: Rewritten, keyword: str, value: Json) -> None:
    by_name = keyword in CHILDREN.named and isinstance(value, dict)
    if by_name or (keyword in CHILDREN.many and isinstance(value, list)):
        new.children_of(keyword, value)
    elif keyword in CHILDREN.one:
        new.child(keyword, value)
    else:
        new.schema[keyword] = value


class Word(NamedTuple):
    """A keyword's value, with the object that it stands in and the dialect of that."""

    value: Json
    raw: Mapping[str, Json]
    dialect: Dialect


Special = Callable[[Rewritten, Word], bool]
"""Rewrites a keyword where its dialect asks for that, and says whether it did."""


def _limit(exclusive: str) -> Special:
    def rewrite(new: Rewritten, word: Word) -> bool:
        strict = word.raw.get(exclusive)
        if word.dialect.draft > Draft.D4 or strict is not True:
            return False
        new.schema[exclusive] = word.value
        return True

    return rewrite


def _exclusive(keyword: str, limit: str) -> Special:
    def rewrite(new: Rewritten, word: Word) -> bool:
        if word.dialect.draft > Draft.D4:
            return False
        if not isinstance(word.value, bool):
            raise SchemaError(
                f"{keyword} is true or false in {word.dialect.title}, not {word.value!r}",
                pointer=join_pointer(new.place, keyword),
                hint=f"write {limit}: {word.value} with {keyword}: true",
            )
        return True

    return rewrite


def _type(new: Rewritten, word: Word) -> bool:
    if not word.dialect.nullable:
        return False
    if not isinstance(word.value, str) or word.value == "null":
        raise SchemaError(
            f"type is one name in {word.dialect.title}, and not null: {word.value!r}",
            pointer=join_pointer(new.place, "type"),
            hint="write nullable: true beside the type to allow null",
        )
    new.schema["type"] = [word.value, "null"] if word.raw.get("nullable") is True else word.value
    return True


def _nullable(new: Rewritten, word: Word) -> bool:
    if word.dialect.nullable and not isinstance(word.value, bool):
        raise SchemaError(
            f"nullable is true or false, not {word.value!r}",
            pointer=join_pointer(new.place, "nullable"),
            hint="write nullable: true",
        )
    return True


def _items(new: Rewritten, word: Word) -> bool:
    if word.dialect.draft >= Draft.D2020 or word.dialect.nullable or not isinstance(word.value, list):
        return False
    new.children_of("items", word.value, "prefixItems")
    return True


def _additional_items(new: Rewritten, word: Word) -> bool:
    if word.dialect.draft < Draft.D2020 and isinstance(word.raw.get("items"), list):
        new.child("additionalItems", word.value, "items")
    return True


def _dependencies(new: Rewritten, word: Word) -> bool:
    if word.dialect.draft >= Draft.D2019 or not isinstance(word.value, dict):
        return word.dialect.draft >= Draft.D2019
    new.schema["dependentRequired"] = {name: below for name, below in word.value.items() if isinstance(below, list)}
    schemas = {name: below for name, below in word.value.items() if not isinstance(below, list)}
    new.children_of("dependencies", schemas, "dependentSchemas")
    return True


def _annotated(_: Rewritten, word: Word) -> bool:
    """Examples that are no list are none; other dialects have them by name."""
    return not isinstance(word.value, list)


_SPECIAL: Mapping[str, Special] = {
    "minimum": _limit("exclusiveMinimum"),
    "maximum": _limit("exclusiveMaximum"),
    "exclusiveMinimum": _exclusive("exclusiveMinimum", "minimum"),
    "exclusiveMaximum": _exclusive("exclusiveMaximum", "maximum"),
    "type": _type,
    "nullable": _nullable,
    "items": _items,
    "additionalItems": _additional_items,
    "dependencies": _dependencies,
    "examples": _annotated,
}
