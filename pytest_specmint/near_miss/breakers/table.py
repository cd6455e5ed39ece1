"""The table of breakers."""

from collections.abc import Iterator, Mapping

from pytest_specmint.near_miss.breakers import array, formats, generic, logic, numeric, string
from pytest_specmint.near_miss.breakers import object as objects
from pytest_specmint.near_miss.breakers.family import Breaker, Spot
from pytest_specmint.schema.sets.values import Json, identity

BREAKERS: Mapping[str, Breaker] = {
    **generic.BREAKERS,
    **numeric.BREAKERS,
    **string.BREAKERS,
    **formats.BREAKERS,
    **objects.BREAKERS,
    **array.BREAKERS,
    **logic.BREAKERS,
}
"""For keywords that are broken as they stand."""

FORBIDDING: Mapping[str, Breaker] = {**objects.FORBIDDING, **array.FORBIDDING, **logic.FORBIDDING}
"""For keywords whose subschema is false: what it forbids, provided."""

VARIETY: Mapping[str, int] = {
    "type": 5,
    "enum": 6,
    "const": 6,
    "minimum": 3,
    "maximum": 3,
    "exclusiveMinimum": 3,
    "exclusiveMaximum": 3,
    "multipleOf": 2,
    "minLength": 2,
    "maxLength": 2,
}
"""How many of the first candidates take turns; of other keywords all do. What comes after them is farther off."""


def candidates(spot: Spot) -> Iterator[Json]:
    """Changed values that may break the keyword, the nearest first; each once, and none that equals the valid one."""
    breaker = FORBIDDING[spot.keyword] if spot.forbids else BREAKERS[spot.keyword]
    seen = {identity(spot.value)}
    for value in breaker(spot):
        key = identity(value)
        if key not in seen:
            seen.add(key)
            yield value
