"""A schema met with overrides: what they demand becomes part of the schema, so that all else follows it."""

import re
from collections.abc import Sequence

from pytest_specmint.errors import SchemaError, SpecmintError, UnsatisfiableSchema, UsageError
from pytest_specmint.overrides.places import Unknown, Way, ways
from pytest_specmint.overrides.read import Override
from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.loading.files import copied
from pytest_specmint.schema.meeting import free, meeting
from pytest_specmint.schema.sets.values import Json

NAME = "specmint overrides"
"""The definition under which the schema with its overrides stands in its own document."""
_OWN_PLACE = re.compile(rf"#/[^/ ]+/{NAME}(/[^ ,;]*)?")
MOST_ITEMS = 1000
"""How far into an array an override may reach."""


def constrained(schema: Schema, overrides: Sequence[Override]) -> Schema:
    """The schema of those of its records that have the values of the overrides.

    Of an override with a value per record only the place is demanded. Raises `UsageError` for a path that the schema
    does not know, and for a value that is not JSON.
    """
    if not overrides:
        return schema
    demand = free(schema.draft)
    for each in overrides:
        demand = _met(demand, _demand(schema, each))
    return schema if demand == free(schema.draft) else meeting(schema, demand, NAME)


def _demand(schema: Schema, override: Override) -> Json:
    """What one override demands, along its path."""
    steps = ways(schema, override.tokens)
    if isinstance(steps, Unknown):
        raise _unknown(override, steps)
    demand = free(schema.draft) if override.per_record else _constant(schema, override)
    for token, way in reversed(list(zip(override.tokens, steps, strict=True))):
        demand = _item(schema, override, int(token), demand) if way is Way.ITEM else _property(token, demand)
    return demand


def _unknown(override: Override, unknown: Unknown) -> UsageError:
    where = f"below {unknown.above}" if unknown.above else "at all"
    near = f"did you mean {' or '.join(unknown.near)}?" if unknown.near else "see specmint-cli inspect for its fields"
    return UsageError(f"{override.origin} {override.pointer}: the schema has no such property {where}", hint=near)


def _constant(schema: Schema, override: Override) -> Json:
    try:
        value = copied(override.value)
    except SchemaError as error:
        raise UsageError(
            f"{override} is not JSON: {error.message.partition(': ')[2] or error.message}",
            hint="for a value per record pass a dataset, or each_of(values)",
        ) from None
    return {"enum": [value]} if schema.draft is Draft.D4 else {"const": value}


def _property(name: str, demand: Json) -> Json:
    return {"type": "object", "required": [name], "properties": {name: demand}}


def _item(schema: Schema, override: Override, index: int, demand: Json) -> Json:
    if index >= MOST_ITEMS:
        raise UsageError(f"{override}: item {index} is too far", hint=f"items below {MOST_ITEMS} can be given")
    keyword = "prefixItems" if schema.draft >= Draft.D2020 else "items"
    return {"type": "array", "minItems": index + 1, keyword: [*[free(schema.draft)] * index, demand]}


def _met(one: Json, other: Json) -> Json:
    """Both demands in one; they come from `_demand` and so are alike."""
    if one is True or one == {}:
        return other
    if other is True or other == {}:
        return one
    out: dict[str, Json] = {**one, **{name: each for name, each in other.items() if name not in one}}
    for name in one.keys() & other.keys():
        a, b = one[name], other[name]
        if name == "properties":
            out[name] = {**a, **b, **{key: _met(a[key], b[key]) for key in a.keys() & b.keys()}}
        elif name == "required":
            out[name] = sorted({*a, *b})
        elif name == "minItems":
            out[name] = max(a, b)
        elif name in {"prefixItems", "items"}:
            shorter, longer = sorted((a, b), key=len)
            out[name] = [*map(_met, shorter, longer), *longer[len(shorter) :]]
        elif a != b:
            return {"allOf": [one, other]}
    return out


def blamed(error: SpecmintError, overrides: Sequence[Override]) -> SpecmintError:
    """An error of the engine, with the overrides that it came of."""
    named = ", ".join(map(str, overrides))
    words = _OWN_PLACE.sub("the override", error.message)
    ours = error.pointer is None or NAME in error.pointer
    return type(error)(
        f"{named} contradict{'s' if len(overrides) == 1 else ''} the schema: {words}",
        pointer=None if ours else error.pointer,
        hint="give a value that the schema allows, or validate=False where an invalid record is wanted",
    )


def is_contradiction(error: SpecmintError) -> bool:
    """Whether an error may have come of the overrides."""
    return isinstance(error, UnsatisfiableSchema) or error.exit_code.name == "VALIDATION"
