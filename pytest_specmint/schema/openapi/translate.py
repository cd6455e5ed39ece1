"""OpenAPI documents, documents of several drafts, and views, as plain JSON Schema 2020-12 at the same pointers.

Only what can be reached is translated. References become pointers, so that identifiers are not needed any more. What
a discriminator or a view adds is appended to `allOf`, so that everything else stays where it stood; what has to exist
twice, or cannot stay, has its place below `$defs` (see `BASE`, `WITHOUT` and `_home`).
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.errors import SchemaError, UnsupportedSchema
from pytest_specmint.schema.dialect import DRAFT_BY_URI, Dialect, Draft
from pytest_specmint.schema.document import join_pointer, pointer_tokens, unresolved
from pytest_specmint.schema.loading.near import there_is
from pytest_specmint.schema.loading.references import REFERENCES, Links, joined, way
from pytest_specmint.schema.openapi.families import Discriminator, Families, own_name
from pytest_specmint.schema.openapi.rewrite import Child, Rewritten, rewritten
from pytest_specmint.schema.openapi.views import Omissions, require_less
from pytest_specmint.schema.sets.values import Json

BASE = "specmint-base"
"""Below the `$defs` of a schema that others extend: its form as they see it, without a name of its own."""
WITHOUT = "specmint-without"
"""Likewise: its form where something around the reference leaves properties out that it requires."""

_IN_PLACE = frozenset({"allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas"})
_DYNAMIC = {"$dynamicRef": "$dynamicAnchor", "$recursiveRef": "$recursiveAnchor"}
_MOVED = re.compile(r"/(items/\d+|additionalItems|dependencies/)")


class Translation(Struct, frozen=True):
    """Translated documents, pruned to what can be reached, and the places of their schemas."""

    documents: Mapping[str, Json]
    parts: Mapping[str, tuple[str, ...]]


class _Context(NamedTuple):
    """What a subschema must know of those around it."""

    dialect: Dialect
    omitted: frozenset[str] = frozenset()
    """Properties of the same object that a schema around it leaves out."""
    family: str = ""
    """The schema whose `allOf` it stands in."""
    constraint: Json = None
    """What a discriminator around it adds."""


class _Entry(NamedTuple):
    """A schema to translate: where the result belongs, and where it stands in the documents as given."""

    place: str
    raw: str
    base: bool = False
    """Whether it is meant as those see it that extend it, without a name of its own."""
    omitted: frozenset[str] = frozenset()
    """Properties that it must not require, as something around the reference leaves them out."""


def is_needed(links: Links, view: str | None) -> bool:
    """Whether documents must be translated: plain ones of one draft are read as they stand."""
    dialects = [document.dialect for document in links.documents.values()]
    if view or any(dialect.openapi for dialect in dialects):
        return True
    return len({dialect.draft for dialect in dialects}) > 1 and all(map(links.unique, _DYNAMIC.values()))


def translated(links: Links, start: str, view: str | None) -> Translation:
    """Everything that the schema at a place can reach.

    Raises `SchemaError` for references that lead nowhere and for what the dialects forbid.
    """
    return _assembled(_Translator(links, view).everything(start))


class _Translator:
    def __init__(self, links: Links, view: str | None) -> None:
        self._links = links
        self._families = Families(links)
        self._omissions = Omissions(links, view)
        self._covered: set[str] = set()
        self._pending: list[_Entry] = []

    def everything(self, start: str) -> Mapping[str, Json]:
        """Schemas by place: the one that stands at the start and those that references lead to from there."""
        found: dict[str, Json] = {}
        self._pending.append(_Entry(start, start))
        while self._pending:
            entry = self._pending.pop()
            if entry.place not in found and entry.place not in self._covered:
                found[entry.place] = self._tree(entry)
        kept = {place: schema for place, schema in found.items() if place not in self._covered or place == start}
        return kept | {start: self._titled(start, kept[start])}

    def _titled(self, place: str, schema: Json) -> Json:
        """A schema named only by where it stands has that as its title: what fields mean may depend on it."""
        named = self._links.dialect(place).openapi and place in self._links.named(place).values()
        return {"title": own_name(place), **schema} if named and isinstance(schema, dict) else schema

    # ------------------------------------------------------------ trees

    def _tree(self, entry: _Entry) -> Json:
        """The schema at a place with all below it."""
        holder: dict[str, Json] = {}
        context = _Context(self._dialect(entry.raw), entry.omitted)
        stack: list[tuple[Child, _Context]] = [(Child(holder, "", entry.raw, self._links.at(entry.raw)), context)]
        while stack:
            child, context = stack.pop()
            if not isinstance(child.schema, dict):
                child.holder[child.key] = child.schema
                continue
            top = child.holder is holder
            new, below = self._object(child, _stating(context, child.schema), base=entry.base and top)
            child.holder[child.key] = new.schema
            stack.extend(below)
            if not top and entry.place == entry.raw:
                self._covered.add(child.place)
        return holder[""]

    def _dialect(self, place: str) -> Dialect:
        """The dialect at a place: the document's, or what a schema around it states."""
        document = self._links.document(place)
        context = _Context(document.dialect)
        for each in list(way(document.content, place.partition("#")[2]))[1:]:
            context = _stating(context, each)
        return context.dialect

    # ------------------------------------------------------------ one schema object

    def _object(self, child: Child, context: _Context, *, base: bool) -> tuple[Rewritten, list[tuple[Child, _Context]]]:
        """A schema object, and its subschemas with what they must know."""
        place, raw = child.place, child.schema
        new = rewritten(raw, place, context.dialect)
        for keyword in REFERENCES:
            if isinstance(new.schema.get(keyword), str):
                self._refer(new, keyword, context)
        omitted = context.omitted | self._omissions.all(place)
        require_less(new.schema, omitted)
        discriminator = self._families.discriminator(place) if "discriminator" in new.schema else None
        telling = discriminator is not None and bool(discriminator.branches)
        if telling and base:
            new.drop("oneOf", "anyOf")
        added = [context.constraint] if context.constraint else []
        absent = self._omissions.own(place) if "properties" in new.schema else []
        added += [{"properties": dict.fromkeys(absent, False)}] if absent else []
        added += [] if telling or base else self._as_member(place, raw)
        new.add(added)
        return new, [(each, self._inner(each, place, context, omitted, discriminator)) for each in new.children]

    def _inner(
        self, child: Child, place: str, context: _Context, omitted: frozenset[str], discriminator: Discriminator | None
    ) -> _Context:
        keyword = child.place[len(place) + 1 :].partition("/")[0]
        constraint = None
        if discriminator and keyword in {"oneOf", "anyOf"} and isinstance(child.schema, dict):
            constraint = self._as_branch(discriminator, child)
        return _Context(
            context.dialect,
            omitted if keyword in _IN_PLACE else frozenset(),
            place if keyword == "allOf" else "",
            constraint,
        )

    # ------------------------------------------------------------ references

    def _refer(self, new: Rewritten, keyword: str, context: _Context) -> None:
        """Write a reference as a pointer, and see that what it leads to is translated."""
        reference = new.schema.pop(keyword)
        anchor = _DYNAMIC.get(keyword)
        if anchor and not self._links.unique(anchor):
            raise UnsupportedSchema(
                f"{keyword} cannot be followed in OpenAPI documents, views, or documents of several drafts",
                pointer=new.place,
                hint="write $ref where only one schema is meant",
            )
        target = self._links.target(new.place, reference)
        if target is not None:
            without = context.omitted & self._omissions.required(target)
            pointer = self._link(new.place, target, self._families.extends(context.family, target), without)
        else:
            pointer = self._metaschema(new.place, reference)
        if "$ref" in new.schema:
            new.add([{"$ref": pointer}])
        else:
            new.schema["$ref"] = pointer

    def _link(self, place: str, target: str, base: bool = False, without: frozenset[str] = frozenset()) -> str:
        forms = [BASE] * base + [WITHOUT, *sorted(without)] * bool(without)
        home = join_pointer(target, "$defs", "-".join(forms)) if forms else self._home(target)
        self._pending.append(_Entry(home, target, base, without))
        return self._links.reference(place, home)

    def _home(self, target: str) -> str:
        """Where a schema stands after translation.

        It cannot stay below what 2020-12 has no keyword for, nor beside a reference that it would come to apply with.
        """
        key, _, pointer = target.partition("#")
        document = self._links.document(target)
        if document.dialect.draft >= Draft.D2020:
            return target
        around = list(way(document.content, pointer))[:-1]
        ignored = document.dialect.draft <= Draft.D7 and any(
            isinstance(each, dict) and "$ref" in each for each in around
        )
        if ignored or (_MOVED.search(pointer) and not document.dialect.nullable):
            return join_pointer(f"{key}#", "$defs", pointer)
        return target

    def _metaschema(self, place: str, reference: str) -> str:
        """The reference itself, if it is one to a metaschema."""
        uri, fragment = joined(self._links.base(place), reference)
        if "://json-schema.org/" in uri:
            return f"{uri}#{fragment}"
        raise unresolved(reference, place, there_is(self._links.nearby(place, reference)))

    # ------------------------------------------------------------ discriminators

    def _as_branch(self, discriminator: Discriminator, child: Child) -> Json:
        """What makes a branch carry its name; nothing where its own values forbid every name that it has."""
        reference = child.schema.get("$ref")
        target = self._links.target(child.place, reference) if isinstance(reference, str) else None
        if target is None or discriminator.property in self._omissions.all(target):
            return None
        names = self._families.branch_names(discriminator, target)
        return _constraint({discriminator.property: names}, "object") if names else None

    def _as_member(self, place: str, raw: Mapping[str, Json]) -> list[Json]:
        """What makes a schema of a family carry its name, or be one of those that extend it."""
        if not self._families.owners(place):
            return []
        omitted = self._omissions.all(place)
        marks = {name: values for name, values in self._families.marks(place).items() if name not in omitted}
        may_be_null = raw.get("nullable") is True or (isinstance(raw.get("type"), list) and "null" in raw["type"])
        own = _constraint(marks, ["object", "null"] if may_be_null else "object")
        children = self._families.children(place)
        if not children:
            return [own] if all(marks.values()) else []
        options = [own] if all(marks.values()) and not self._families.is_abstract(place) else []
        return [{"anyOf": [*options, *(self._as_child(place, each) for each in children)]}]

    def _as_child(self, place: str, child: str) -> Json:
        option = {"$ref": self._link(place, child)}
        owner = self._families.discriminator(place)
        if self._families.owners(child) or owner is None:
            return option
        names = self._families.branch_names(owner, child)
        return {**option, "allOf": [_constraint({owner.property: names}, "object")]} if names else option


def _constraint(marks: Mapping[str, list[str]], kind: Json) -> Json:
    """Objects that bear one of the names in each of the properties."""
    properties = {name: {"enum": list(values)} for name, values in marks.items()}
    return {"type": kind, "properties": properties, "required": list(properties)}


def _stating(context: _Context, schema: Json) -> _Context:
    """The context with the draft that a schema states for itself, if it does."""
    stated = schema.get("$schema") if isinstance(schema, dict) else None
    draft = DRAFT_BY_URI.get(stated.rstrip("#")) if isinstance(stated, str) else None
    if draft is None or context.dialect.nullable:
        return context
    return context._replace(dialect=replace(context.dialect, draft=draft))


def _assembled(found: Mapping[str, Json]) -> Translation:
    """Documents that hold the schemas at their places, and nothing else."""
    documents: dict[str, Json] = {}
    parts: dict[str, tuple[str, ...]] = {}
    for place in sorted(found, key=lambda place: (place.count("/"), place)):
        key, _, pointer = place.partition("#")
        documents[key] = _with(documents.get(key, {}), pointer_tokens(pointer), found[place], place)
        parts[key] = (*parts.get(key, ()), place)
    return Translation(documents, parts)


def _with(value: Json, tokens: list[str], schema: Json, place: str) -> Json:
    """A copy of a value with a schema in it; a value is copied no deeper than the way to the schema."""
    if not tokens:
        return schema
    token, *rest = tokens
    if isinstance(value, list):
        at = int(token)
        return [*value[:at], _with(value[at], rest, schema, place), *value[at + 1 :]]
    if not isinstance(value, dict):
        raise SchemaError("a reference leads to something that is no schema", pointer=place, hint="move it to $defs")
    return {**value, token: _with(value.get(token, {}), rest, schema, place)}


__all__ = ["Translation", "is_needed", "translated"]
