"""Whether a given value is a member of a set."""

from typing import Protocol

from pytest_specmint.schema.sets.arrays import Arrays, Demand
from pytest_specmint.schema.sets.goal import Goal
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.objects import Objects
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.union import Literals, Set
from pytest_specmint.schema.sets.values import Json, exact, identity
from pytest_specmint.schema.settle import names, texts


class Judge(Protocol):
    """Decides goals."""

    def meets(self, goal: Goal, value: Json) -> bool:
        """Whether the value meets the goal."""


def admits(judge: Judge, candidate: Set, value: Json) -> bool:
    """Whether the set holds the value."""
    if isinstance(candidate, Literals):
        key = identity(value)
        return any(identity(each) == key for each in candidate.values)
    if isinstance(candidate, Numbers):
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and candidate.admits(exact(value))
    if isinstance(candidate, Strings):
        return isinstance(value, str) and texts.admits(candidate, value)
    if isinstance(candidate, Arrays):
        return isinstance(value, list) and _array(judge, candidate, value)
    return isinstance(value, dict) and _object(judge, candidate, value)


def _array(judge: Judge, arrays: Arrays, value: list[Json]) -> bool:
    if len(value) < arrays.min_items or (arrays.max_items is not None and len(value) > arrays.max_items):
        return False
    if arrays.unique or arrays.repeated:
        distinct = len({identity(each) for each in value}) == len(value)
        if distinct != arrays.unique:
            return False
    if identity(value) in arrays.excluded:
        return False
    if not all(judge.meets(arrays.item(i), each) for i, each in enumerate(value)):
        return False
    return all(_demand(judge, demand, value) for demand in arrays.demands)


def _demand(judge: Judge, demand: Demand, value: list[Json]) -> bool:
    count = sum(judge.meets(demand.goal, each) for each in value[demand.start :])
    return demand.minimum <= count and (demand.maximum is None or count <= demand.maximum)


def _object(judge: Judge, objects: Objects, value: dict[str, Json]) -> bool:
    most = objects.max_properties
    if len(value) < objects.min_properties or (most is not None and len(value) > most):
        return False
    if not objects.required <= value.keys() or identity(value) in objects.excluded:
        return False
    if any(first in value and then not in value for first, then in objects.implications):
        return False
    for name, each in value.items():
        goal = names.goal_of(objects, name)
        if not judge.meets(objects.name_goal, name) or not judge.meets(goal, each):
            return False
    return all(
        any(
            names.covers(some.names, name) and judge.meets(some.name_goal, name) and judge.meets(some.goal, each)
            for name, each in value.items()
        )
        for some in objects.some
    )
