"""Which fields a format needs, and whether every record of a schema has them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from msgspec import Struct

from pytest_specmint.errors import SchemaError
from pytest_specmint.rendering.records import Unfit
from pytest_specmint.rules.expression.kinds import ITEM, Kind
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.schema_fields import SchemaFields
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.hints import sites
from pytest_specmint.schema.sets.values import Json

TEXTS = frozenset({Kind.TEXT, Kind.DAY, Kind.MOMENT})
"""Dates are texts too."""


class Need(Struct, frozen=True):
    """A field that every record is to have."""

    path: tuple[Step, ...]
    """Names, and `ITEM` for any item of a list."""
    kinds: frozenset[Kind]

    @property
    def pointer(self) -> str:
        """Where it stands in a record; ``*`` is any item."""
        return "".join(f"/{'*' if step == ITEM else step}" for step in self.path)

    @property
    def words(self) -> str:
        """Its kinds."""
        return " or ".join(sorted(kind.value for kind in self.kinds))


def check_needs(schema: Schema, needs: Sequence[Need], what: str) -> None:
    """Raise `SchemaError` that names all fields which records of the schema lack, may lack, or have of another kind.

    ``needs`` name an object or a list before what is within it.
    """
    fields = SchemaFields(schema)
    missing: dict[str, str] = {}
    optional: list[str] = []
    for need in needs:
        pointer = need.pointer
        if any(pointer.startswith(f"{each}/") for each in (*missing, *optional)):
            continue
        field = fields.at(need.path)
        if field is None or not _listed(fields, need.path):
            missing[pointer] = pointer + _near(fields, need.path)
        elif not field.kinds & need.kinds:
            missing[pointer] = f"{pointer} as {need.words}"
        elif not _always(schema, need.path):
            optional.append(pointer)
    if missing or optional:
        raise _lacking(schema, what, list(missing.values()), optional)


def lacking(record: Json, needs: Sequence[Need]) -> Unfit | None:
    """The first needed field that a record does not have, or has of another kind."""
    for need in needs:
        found: list[tuple[str, Json]] = [("", record)]
        for step in need.path:
            below: list[tuple[str, Json]] = []
            for at, value in found:
                if isinstance(value, list) and step == ITEM:
                    below += [(f"{at}/{i}", each) for i, each in enumerate(value)]
                elif isinstance(value, dict) and isinstance(step, str):
                    below.append((f"{at}/{step}", value.get(step)))
            found = below
        for at, value in found:
            if value is None:
                return Unfit(at, "it is missing")
            if not _is_one_of(value, need.kinds):
                return Unfit(at, f"{need.words} is needed, not {type(value).__name__}")
    return None


def _is_one_of(value: Json, kinds: frozenset[Kind]) -> bool:
    of_type = {str: TEXTS, bool: {Kind.FLAG}, dict: {Kind.OBJECT}, list: {Kind.LIST}}.get(type(value), {Kind.NUMBER})
    return bool(kinds & of_type)


def _lacking(schema: Schema, what: str, missing: Sequence[str], optional: Sequence[str]) -> SchemaError:
    parts = [f"the schema has no {', '.join(missing)}"] if missing else []
    parts += [f"records may lack {', '.join(optional)}"] if optional else []
    return SchemaError(
        f"{what} needs more than these records have: {'; '.join(parts)}",
        pointer=schema.place,
        hint="add what is missing, and list what may be absent under required (lists need minItems 1)",
    )


def _listed(fields: SchemaFields, path: tuple[Step, ...]) -> bool:
    """Whether the schema speaks of the field; that other fields may be there besides is not enough."""
    return path[-1] == ITEM or str(path[-1]) in list(fields.names(path[:-1]))


def _near(fields: SchemaFields, path: tuple[Step, ...]) -> str:
    near = get_close_matches(str(path[-1]), list(fields.names(path[:-1])), 1)
    return f" (there is {near[0]})" if near else ""


def _always(schema: Schema, path: tuple[Step, ...]) -> bool:
    """Whether every record has the field, and where it is an item, one at least.

    What only branches of the schema say cannot be seen: there the records themselves have to show it.
    """
    places = [schema.place]
    for step in path:
        found = list(sites(schema, places))
        if step == ITEM:
            if not any(_counts(site) for _, site in found):
                return False
            places = list(_below(found, ("items",)))
        else:
            known = list(_below(found, ("properties", str(step))))
            if known and not any(step in _names(site) for _, site in found):
                return False
            places = known
        if not places:
            return True
    return True


def _counts(site: Mapping[str, Json]) -> bool:
    least = site.get("minItems")
    return isinstance(least, (int, float)) and least >= 1


def _names(site: Mapping[str, Json]) -> Iterable[Json]:
    required = site.get("required")
    return required if isinstance(required, list) else ()


def _below(found: Iterable[tuple[str, Mapping[str, Json]]], keys: tuple[str, ...]) -> Iterator[str]:
    for place, site in found:
        inner: Json = site
        for key in keys:
            inner = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            yield join_pointer(place, *keys)
