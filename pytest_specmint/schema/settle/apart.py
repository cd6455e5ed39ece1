"""Whether two sets share no value, told as cheaply as possible."""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from pytest_specmint.schema.sets.goal import Goal
from pytest_specmint.schema.sets.objects import Objects
from pytest_specmint.schema.sets.union import Branch, Literals, Set, Union
from pytest_specmint.schema.sets.values import Json, identity


class Comparer(Protocol):
    """What comparing sets must ask."""

    def peek(self, goal: Goal) -> Union:
        """The goal opened, or nothing where that would go in a circle."""

    def disjoint(self, left: Union, right: Union) -> bool:
        """Whether the two are known to share no value."""


class Marked(Struct, frozen=True):
    """A set with its marks: required properties that take one of a few literal values, as these' identities."""

    branch: Branch
    marks: Mapping[str, frozenset[str]]


def marked(comparer: Comparer, branch: Branch) -> Marked:
    """The set with its marks."""
    marks = {}
    if isinstance(branch.set, Objects):
        for name in sorted(branch.set.required):
            values = _listed(comparer, branch.set.properties.get(name))
            if values:
                marks[name] = values
    return Marked(branch, marks)


def _listed(comparer: Comparer, goal: Goal | None) -> frozenset[str]:
    """Identities of the values that meet the goal, if all of them are literals."""
    values: list[Json] = []
    for branch in comparer.peek(goal) if goal else ():
        if not isinstance(branch.set, Literals):
            return frozenset()
        values += branch.set.values
    return frozenset(identity(value) for value in values)


def same(left: Marked, right: Marked) -> bool:
    """Whether the two are known to be the same set."""
    return not left.branch.unless and not right.branch.unless and within(left.branch.set, right.branch.set)


def within(one: Set, other: Set) -> bool:
    """Whether the one is known to hold nothing that the other does not: they are equal, or literals among literals."""
    if isinstance(one, Literals):  # of their values Python's equality does not tell (1 and true)
        return isinstance(other, Literals) and _identities(one) <= _identities(other)
    return one == other


def _told(comparer: Comparer, left: Marked, right: Marked) -> bool:
    """Whether a mark of the one is a value that the other forbids for the property."""
    other = right.branch.set
    if not isinstance(other, Objects):
        return False
    for name, values in left.marks.items():
        listed = right.marks.get(name) or _listed(comparer, other.properties.get(name))
        if listed and values.isdisjoint(listed):
            return True
    return False


def _identities(literals: Literals) -> frozenset[str]:
    return frozenset(identity(value) for value in literals.values)


def apart(comparer: Comparer, left: Marked, right: Marked) -> bool:
    """Whether the two are known to share no value."""
    one, other = left.branch.set, right.branch.set
    if type(one) is not type(other) and not isinstance(one, Literals) and not isinstance(other, Literals):
        return True
    if _told(comparer, left, right) or _told(comparer, right, left):
        return True
    return not same(left, right) and comparer.disjoint((left.branch,), (right.branch,))
