"""What one of the validators cannot judge is left out where it can be: patterns that Python's `re` does not read.

jsonschema judges patterns by `re`, and fails on records that hold texts for such a pattern. Optional properties and
branches that need one are dropped; what is required stays.
"""

import re
import warnings
from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from pytest_specmint.schema.heights import Graph, Shape, Way, needed
from pytest_specmint.schema.sets.goal import Goal
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.shape import ObjectShape


@lru_cache(maxsize=4096)
def is_read_by_python(pattern: str) -> bool:
    """Whether `re` compiles the pattern; what it takes it to mean is another matter."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def undisputed(graph: Graph) -> Graph:
    """The graph without optional properties and branches that only one of the validators could judge."""
    disputed: set[Goal] = set()
    while more := {goal for goal, ways in graph.items() if goal not in disputed and _all_disputed(ways, disputed)}:
        disputed |= more
    if not any(_is_disputed(way.shape, disputed) for ways in graph.values() for way in ways):
        return graph
    return {goal: _kept(ways, disputed) for goal, ways in graph.items()}


def _all_disputed(ways: Sequence[Way], disputed: set[Goal]) -> bool:
    return all(_is_disputed(way.shape, disputed) for way in ways)


def _is_disputed(shape: Shape, disputed: set[Goal]) -> bool:
    if isinstance(shape, Strings):
        return not all(map(is_read_by_python, shape.patterns | shape.not_patterns))
    return any(goal in disputed for goal in needed(shape))


def _kept(ways: Sequence[Way], disputed: set[Goal]) -> Sequence[Way]:
    clear = [way for way in ways if not _is_disputed(way.shape, disputed)]
    return [replace(way, shape=_without(way.shape, disputed)) for way in clear or ways]


def _without(shape: Shape, disputed: set[Goal]) -> Shape:
    if not isinstance(shape, ObjectShape):
        return shape
    optional = tuple(member for member in shape.optional if member.goal not in disputed)
    if len(shape.required) + len(optional) + len(shape.extras) < shape.least:
        return shape
    return replace(shape, optional=optional)
