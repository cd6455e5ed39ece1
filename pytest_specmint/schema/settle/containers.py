"""Arrays and objects in their simplest form: impossible members struck out, limits tightened."""

from collections.abc import Container
from typing import Protocol

from msgspec.structs import replace

from pytest_specmint.schema.sets.arrays import Arrays
from pytest_specmint.schema.sets.goal import ANYTHING, NOTHING, Goal, conjoin
from pytest_specmint.schema.sets.objects import EVERY_NAME, Existence, Objects
from pytest_specmint.schema.sets.union import Literals, Set, Union
from pytest_specmint.schema.sets.values import identity
from pytest_specmint.schema.settle.members import Judge
from pytest_specmint.schema.settle.names import goal_of, known_names


class Prover(Judge, Protocol):
    """Knows which goals can be met."""

    def inhabited(self, goal: Goal) -> bool:
        """Whether something may meet the goal."""

    def is_simple(self, goal: Goal) -> bool:
        """Whether its subschemas hold no further ones."""

    def peek(self, goal: Goal) -> Union:
        """The goal opened, or nothing where that would go in a circle."""

    def note_child(self, goal: Goal) -> None:
        """Remember that a required child came out empty, with the child's own reason."""

    def note(self, reason: str, place: str = "") -> None:
        """Remember why a set came out empty."""


def settle_arrays(prover: Prover, arrays: Arrays) -> Arrays | None:
    """The arrays that can exist, or None."""
    reason = arrays.contradiction()
    if reason:
        prover.note(reason)
        return None
    most, barrier = _reach(prover, arrays)
    least = max(arrays.min_items, 1) if "[]" in arrays.excluded else arrays.min_items
    if most is not None and least > most:
        if barrier is not None:
            prover.note_child(barrier)
        prover.note(f"minItems {least} exceeds the {most} items that are possible")
        return None
    for demand in arrays.demands:
        if demand.maximum is not None and demand.minimum > demand.maximum:
            prover.note(f"minContains {demand.minimum} exceeds maxContains {demand.maximum}")
            return None
        if demand.minimum > 0 and not _can_hold(prover, arrays, demand.goal, demand.start, most):
            prover.note_child(demand.goal)
            prover.note("contains asks for an item that items forbids")
            return None
    prefix = arrays.prefix if most is None else arrays.prefix[:most]
    return replace(arrays, prefix=prefix, min_items=least, max_items=most)


def _reach(prover: Prover, arrays: Arrays) -> tuple[int | None, Goal | None]:
    """The greatest possible length, and the goal that stops it there."""
    most = arrays.max_items
    for i, goal in enumerate(arrays.prefix[:most]):
        if not prover.inhabited(goal):
            return i, goal
    length = len(arrays.prefix)
    if (most is None or most > length) and not prover.inhabited(arrays.rest):
        return length, arrays.rest
    if arrays.unique:
        size = _distinct(prover, arrays, most)
        if size is not None and (most is None or size < most):
            return size, None
    return most, None


def _distinct(prover: Prover, arrays: Arrays, most: int | None) -> int | None:
    """How many different items there can be, where all are from small listed sets; None if that is not plain."""
    if not arrays.prefix:
        return cardinality(prover, arrays.rest)
    goals = dict.fromkeys(arrays.prefix[:most])
    if most is None or most > len(arrays.prefix):
        goals[arrays.rest] = None
    values: set[str] = set()
    for goal in goals:
        union = prover.peek(goal)
        if not union or not all(isinstance(branch.set, Literals) for branch in union):
            return None
        for branch in union:
            assert isinstance(branch.set, Literals)
            values.update(identity(value) for value in branch.set.values)
    return len(values)


def cardinality(prover: Prover, goal: Goal) -> int | None:
    """How many values meet a goal that only literals or few numbers can meet; None where that is not plain."""
    union = prover.peek(goal)
    if goal == ANYTHING or not union:
        return None
    total = 0
    for branch in union:
        size = _size(branch.set)
        if size is None:
            return None
        total += size
    return total


def _size(candidate: Set) -> int | None:
    if isinstance(candidate, Literals):
        return len(candidate.values)
    if isinstance(candidate, Arrays | Objects):
        return None
    members = getattr(candidate, "members", None)
    listed = members() if members else None
    return None if listed is None else len(listed)


def _can_hold(prover: Prover, arrays: Arrays, goal: Goal, start: int, most: int | None) -> bool:
    positions = range(start, len(arrays.prefix) if most is None else min(most, len(arrays.prefix)))
    if any(prover.inhabited(conjoin((arrays.prefix[i], goal))) for i in positions):
        return True
    beyond = most is None or most > max(start, len(arrays.prefix))
    return beyond and prover.inhabited(conjoin((arrays.rest, goal)))


def settle_objects(prover: Prover, objects: Objects) -> Objects | None:
    """The objects that can exist, or None."""
    required = _closed(objects)
    least = max(objects.min_properties, 1) if "{}" in objects.excluded else objects.min_properties
    objects = replace(objects, required=required, min_properties=least)
    reason = objects.contradiction()
    if reason:
        prover.note(reason)
        return None
    objects = replace(objects, min_properties=max(least, len(required)))
    simple = [(name, goal) for name in sorted(required) if prover.is_simple(goal := goal_of(objects, name))]
    if any(_blocked(prover, name, goal) for name, goal in simple):
        return None  # before anything larger is opened: most branches of a union differ in a required constant
    forbidden = _forbidden(prover, objects)
    if any(_blocked(prover, name, forbidden[name]) for name in sorted(required & forbidden.keys())):
        return None
    if any(_hopeless(prover, objects, demand) for demand in objects.some):
        prover.note("a property is asked for that the other rules forbid")
        return None
    # A name whose own goal is impossible keeps that goal: the reason is found through it.
    ruled_out = sorted(name for name, goal in forbidden.items() if goal == NOTHING)
    properties = {**objects.properties, **dict.fromkeys(ruled_out, NOTHING)}
    if _room(objects, forbidden.keys()) < objects.min_properties:
        prover.note(f"minProperties {objects.min_properties} exceeds the number of properties that are possible")
        return None
    return replace(objects, properties=properties)


def _blocked(prover: Prover, name: str, goal: Goal) -> bool:
    """Whether the required property cannot be there, which is noted."""
    if prover.inhabited(goal):
        return False
    prover.note_child(goal)
    prover.note(f"property {name!r} is required, but no value is allowed for it")
    return True


def _hopeless(prover: Prover, objects: Objects, demand: Existence) -> bool:
    """Whether no property can do what is asked for, as far as this shows without trying names."""
    held = [rule.goal for rule in objects.rules if rule.names in (demand.names, EVERY_NAME)]
    return not prover.inhabited(conjoin((demand.goal, *held))) or not prover.inhabited(
        conjoin((demand.name_goal, objects.name_goal))
    )


def _closed(objects: Objects) -> frozenset[str]:
    """The required names with all that they imply."""
    names = set(objects.required)
    while True:
        more = {then for first, then in objects.implications if first in names} - names
        if not more:
            return frozenset(names)
        names |= more


def _forbidden(prover: Prover, objects: Objects) -> dict[str, Goal]:
    """Names that cannot be present, with the goal that forbids each."""
    forbidden: dict[str, Goal] = {}
    for name in known_names(objects):
        goal = goal_of(objects, name)
        if not prover.meets(objects.name_goal, name):
            forbidden[name] = NOTHING
        elif not prover.inhabited(goal):
            forbidden[name] = goal
    while True:
        more = {first for first, then in objects.implications if then in forbidden} - forbidden.keys()
        if not more:
            return forbidden
        forbidden.update(dict.fromkeys(sorted(more), NOTHING))


def _room(objects: Objects, forbidden: Container[str]) -> float:
    """How many properties there can be; infinite unless all names but the listed are ruled out."""
    closed = any(rule.names.inverted and rule.goal == NOTHING and not rule.names.patterns for rule in objects.rules)
    if not closed:
        return float("inf")
    possible = [name for name in known_names(objects) if name not in forbidden]
    return len(possible)
