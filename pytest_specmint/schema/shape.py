"""Shapes: what remains of a set when every question about its members is answered; ready to be compiled."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from msgspec import Struct

from pytest_specmint.schema.sets.arrays import Arrays, Demand
from pytest_specmint.schema.sets.goal import ANYTHING, NOTHING, Goal, Term, conjoin
from pytest_specmint.schema.sets.objects import Objects
from pytest_specmint.schema.settle.candidates import POOL, candidates
from pytest_specmint.schema.settle.containers import Prover
from pytest_specmint.schema.settle.names import goal_of, known_names
from pytest_specmint.schema.settle.witnesses import with_witnesses

SHAPES = 4
"""In how many ways an object gets the properties that it must contain without their names being given."""


class Member(NamedTuple):
    """A property."""

    name: str
    goal: Goal


class ObjectShape(Struct, frozen=True):
    """Properties that must be there, may be there, and may be added."""

    required: tuple[Member, ...]
    optional: tuple[Member, ...]
    extras: tuple[Member, ...]
    least: int
    most: int | None
    implications: frozenset[tuple[str, str]]


class ArrayShape(Struct, frozen=True):
    """Items by position; ``fixed`` are positions that serve a demand and so have a goal of their own."""

    prefix: tuple[Goal, ...]
    rest: Goal
    least: int
    most: int | None
    unique: bool
    repeated: bool

    def item(self, position: int) -> Goal:
        """The goal of the item at this position."""
        return self.prefix[position] if position < len(self.prefix) else self.rest


# ---------------------------------------------------------------- arrays


def array_shape(prover: Prover, arrays: Arrays) -> ArrayShape | None:
    """Assign the demands of `contains` to positions; None where there are not enough of them."""
    prefix = list(arrays.prefix)
    least = arrays.min_items
    for demand in arrays.demands:
        least = max(least, _place(prover, arrays, prefix, demand))
    rest, most = _avoiding(prover, arrays)
    if not prover.inhabited(rest):
        most = _lesser(most, len(prefix))
    if most is not None and least > most:
        return None
    return ArrayShape(tuple(prefix), rest, least, most, arrays.unique, arrays.repeated)


def _lesser(limit: int | None, other: int) -> int:
    return other if limit is None else min(limit, other)


def _place(prover: Prover, arrays: Arrays, prefix: list[Goal], demand: Demand) -> int:
    """Give the demand its positions, the first that can serve it; returns the length that they need."""
    placed, position = 0, demand.start
    while placed < demand.minimum:
        if arrays.max_items is not None and position >= arrays.max_items:
            return position + 1
        while len(prefix) <= position:
            prefix.append(arrays.rest)
        both = conjoin((prefix[position], demand.goal))
        if prover.inhabited(both):
            prefix[position] = both
            placed += 1
        position += 1
        if position > demand.start + demand.minimum + len(arrays.prefix) + POOL:
            break
    return position


def _avoiding(prover: Prover, arrays: Arrays) -> tuple[Goal, int | None]:
    """The goal of the remaining items, and how many items there may be.

    Items are kept out of the sets that few may be in; where they cannot be, there may only be few items.
    """
    rest, most = arrays.rest, arrays.max_items
    for demand in arrays.demands:
        if demand.maximum is None:
            continue
        both = NOTHING if demand.goal == ANYTHING else conjoin((rest, _denial(demand.goal)))
        if prover.inhabited(both):
            rest = both
        else:
            most = _lesser(most, demand.start + demand.maximum)
    return rest, most


def _denial(goal: Goal) -> Goal:
    """The opposite of a goal of one term; of more there is none, and nothing is kept out."""
    if len(goal) != 1:
        return ANYTHING
    return (Term(goal[0].place, not goal[0].positive, goal[0].scope),)


# ---------------------------------------------------------------- objects


def object_shapes(prover: Prover, objects: Objects) -> Iterator[ObjectShape]:
    """Settle who must and who may be present; several shapes where names must be found that do what is asked for."""
    found = islice(with_witnesses(prover, objects), SHAPES) if objects.some else [objects]
    return (_object_shape(prover, each) for each in found)


def _object_shape(prover: Prover, objects: Objects) -> ObjectShape:
    names = known_names(objects)
    members = {name: goal_of(objects, name) for name in names}
    required = tuple(Member(name, members[name]) for name in names if name in objects.required)
    possible = [
        name
        for name in names
        if name not in objects.required and prover.meets(objects.name_goal, name) and prover.inhabited(members[name])
    ]
    optional = tuple(Member(name, members[name]) for name in possible)
    wanted = max(POOL, objects.min_properties - len(required) - len(optional))
    is_map = _is_map(objects)
    needs_more = objects.min_properties > len(required) + len(optional)
    extras = tuple(_extras(prover, objects, wanted)) if is_map or needs_more else ()
    return ObjectShape(
        required,
        optional,
        extras,
        objects.min_properties,
        objects.max_properties,
        objects.implications,
    )


def _is_map(objects: Objects) -> bool:
    """Whether the schema describes values of properties that it does not name."""
    return any(rule.goal != ANYTHING for rule in objects.rules)


def _extras(prover: Prover, objects: Objects, wanted: int) -> Iterator[Member]:
    """Properties that the schema does not name and that may be added."""
    known = frozenset(known_names(objects))
    found = 0
    for name in candidates(prover, objects):
        if name in known or not prover.meets(objects.name_goal, name):
            continue
        goal = goal_of(objects, name)
        if prover.inhabited(goal):
            yield Member(name, goal)
            found += 1
            if found >= wanted:
                return
