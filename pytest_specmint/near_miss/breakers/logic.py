"""`not`, `anyOf`, `oneOf`, and branches that forbid every value."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest

from pytest_specmint.near_miss.breakers.family import Breaker, Spot
from pytest_specmint.near_miss.breakers.generic import neighbours, other_types
from pytest_specmint.schema.sets.values import Json

_NOTHING = object()
SAMPLES = 4
"""How many values of a subschema are tried."""


def merged(value: Json, sample: Json) -> Iterator[Json]:
    """The value made more like a sample: its properties added or put in their place; else the sample itself."""
    if isinstance(value, dict) and isinstance(sample, dict):
        yield {**sample, **value}
        yield {**value, **sample}
        for name in sorted(sample):
            yield {**value, name: sample[name]}
    elif isinstance(value, list) and isinstance(sample, list):
        yield [*value, *sample]
    yield sample


def _meeting(spot: Spot) -> Iterator[Json]:
    """Values that meet what `not` denies."""
    denied = spot.operand
    if isinstance(denied, dict):
        for sample in spot.aids.samples(spot.below("not"), SAMPLES):
            yield from merged(spot.value, sample)
        if isinstance(spot.value, dict) and isinstance(denied.get("required"), list):
            missing = [name for name in denied["required"] if name not in spot.value]
            yield {**spot.value, **{name: spot.sample("properties", name, other="x") for name in missing}}
    yield from neighbours(spot.value)
    yield from other_types(spot.value)


def _no_branch(spot: Spot) -> Iterator[Json]:
    """The value changed within the branches that accept it."""
    places = [spot.below(spot.keyword, i) for i in range(len(spot.operand))]
    accepting = [place for place in places if spot.aids.holds(place, spot.value)]
    for place in accepting:
        yield from spot.aids.changes(place, spot.value)
    yield from neighbours(spot.value)
    yield from other_types(spot.value)


def _not_one(spot: Spot) -> Iterator[Json]:
    """Values of two branches and of none, by turns."""
    for pair in zip_longest(_no_branch(spot), _two_branches(spot), fillvalue=_NOTHING):
        yield from (each for each in pair if each is not _NOTHING)


def _two_branches(spot: Spot) -> Iterator[Json]:
    for i in range(len(spot.operand)):
        place = spot.below(spot.keyword, i)
        if not spot.aids.holds(place, spot.value):
            for sample in spot.aids.samples(place, SAMPLES):
                yield from merged(spot.value, sample)


def _into_branch(spot: Spot) -> Iterator[Json]:
    """Values for which the condition leads into a branch that is false."""
    if spot.keyword == "then":
        for sample in spot.aids.samples(spot.below("if"), SAMPLES):
            yield from merged(spot.value, sample)
    else:
        yield from spot.aids.changes(spot.below("if"), spot.value)
    yield from neighbours(spot.value)
    yield from other_types(spot.value)


BREAKERS: Mapping[str, Breaker] = {"not": _meeting, "anyOf": _no_branch, "oneOf": _not_one}
FORBIDDING: Mapping[str, Breaker] = {"then": _into_branch, "else": _into_branch}
