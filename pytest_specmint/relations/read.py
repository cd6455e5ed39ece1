"""Reading ``x-ref`` and ``x-entities``: the forms that they have, and what is wrong with others."""

import re
from collections.abc import Iterable, Mapping

from pytest_specmint.errors import SchemaError
from pytest_specmint.relations.model import ENTITIES, MOST_ENTITIES, NAME, REF, EntitySet, Ref
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.loading.near import nearest
from pytest_specmint.schema.sets.values import Json

_TAKES = ("dataset", "pointer", "as", "dist", "unique")
_HINT = 'write "customers#/customer_id", "patients", or {"dataset": "customers", "pointer": "/customer_id"}'


def read_ref(value: Json, site: str) -> Ref:
    """The reference that a subschema at ``site`` makes. Raises `SchemaError` for what is none."""
    place = join_pointer(site, REF)
    if isinstance(value, str):
        dataset, _, pointer = value.partition("#")
        return _checked(Ref(dataset, pointer, "", None, False, place))
    if not isinstance(value, dict) or not isinstance(value.get("dataset"), str):
        raise SchemaError(f"{REF} names no dataset", pointer=place, hint=_HINT)
    known_names(value, _TAKES, REF, place)
    for name in ("pointer", "as"):
        if not isinstance(value.get(name, ""), str):
            raise SchemaError(f"{REF}: {name} must be text", pointer=join_pointer(place, name), hint=_HINT)
    unique = value.get("unique", False)
    if not isinstance(unique, bool):
        hint = "write true where no two records may refer to the same one"
        raise SchemaError(f"{REF}: unique must be true or false", pointer=join_pointer(place, "unique"), hint=hint)
    dataset, mark, pointer = value["dataset"].partition("#")
    if mark and "pointer" in value:
        raise SchemaError(f"{REF} has two pointers", pointer=place, hint="keep one of them")
    return _checked(
        Ref(dataset, pointer or value.get("pointer", ""), value.get("as", ""), value.get("dist"), unique, place)
    )


def _checked(ref: Ref) -> Ref:
    if not re.fullmatch(NAME, ref.dataset):
        raise SchemaError(f"{REF} {ref.dataset!r} is no name of a dataset", pointer=ref.place, hint=_HINT)
    if ref.pointer and not ref.pointer.startswith("/"):
        hint = f'a JSON pointer starts with "/": {ref.dataset}#/{ref.pointer}'
        raise SchemaError(f"{REF} {ref.target!r} has no JSON pointer", pointer=ref.place, hint=hint)
    return ref


def known_names(value: Mapping[str, Json], takes: Iterable[str], what: str, place: str) -> None:
    """Refuse parameters that are not known, with the nearest that is."""
    for name in value:
        if name not in takes:
            near = nearest(name, takes, 1)
            hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(takes)}"
            raise SchemaError(f"{what} has no parameter {name!r}", pointer=place, hint=hint)


def entity_sets(schema: Schema) -> dict[str, EntitySet]:
    """The registries that a schema brings along, where it stands or at its document's top, by name."""
    found: dict[str, EntitySet] = {}
    for place in dict.fromkeys((schema.place, "#")):
        site = schema.at(place)
        if isinstance(site, dict) and ENTITIES in site:
            for each in _entity_sets(site[ENTITIES], join_pointer(place, ENTITIES)):
                found.setdefault(each.name, each)
    return found


def _entity_sets(value: Json, place: str) -> list[EntitySet]:
    if not isinstance(value, dict):
        hint = '{"patients": {"schema": {"$ref": "#/$defs/patient"}, "count": 500}}'
        raise SchemaError(f"{ENTITIES} must name registries", pointer=place, hint=hint)
    return [_entity_set(name, each, join_pointer(place, name)) for name, each in value.items()]


def _entity_set(name: str, value: Json, place: str) -> EntitySet:
    if not re.fullmatch(NAME, name):
        hint = "names begin with a letter and go on with letters, digits, '_', '-' and '.'"
        raise SchemaError(f"{ENTITIES}: {name!r} is no name of a dataset", pointer=place, hint=hint)
    if not isinstance(value, dict) or not isinstance(value.get("schema"), (dict, bool)):
        hint = '"schema": {"$ref": "#/$defs/patient"}'
        raise SchemaError(f"{ENTITIES}: {name} has no schema", pointer=place, hint=hint)
    known_names(value, ("schema", "count", "seed"), f"{ENTITIES}: {name}", place)
    count = whole(value.get("count"), 1, MOST_ENTITIES, "count", place, hint='"count": 500')
    seed = None
    if "seed" in value:
        seed = whole(value["seed"], 0, (1 << 64) - 1, "seed", place, hint="leave it away to have one of the dataset's")
    return EntitySet(name, place, count, seed)


def whole(value: Json, low: int, high: int, name: str, place: str, *, hint: str) -> int:
    """A whole number between two bounds."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        told = "is missing" if value is None else f"must be a whole number from {low} to {high}, not {value!r}"
        raise SchemaError(f"{name} {told}", pointer=place, hint=hint)
    return value
