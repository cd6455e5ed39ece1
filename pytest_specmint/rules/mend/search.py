"""The nearest record that holds all rules: changes one field after the other, the fewest first."""

from collections.abc import Callable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import islice
from typing import Any

from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.rules.compile import CompiledRule
from pytest_specmint.rules.expression.compile import Evaluator
from pytest_specmint.rules.expression.interpret import ABSENT
from pytest_specmint.rules.expression.kinds import ITEM
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.mend.moves import moves, shortfall
from pytest_specmint.rules.mend.places import Location, Move, Scene, at, changes, located, moved, route_of

MOST = 1_500
"""How many changed records are looked at."""
MOVES = 240
"""How many changes are tried for one rule at a time."""
BORROWED = 48
"""How many of these are values that other records have in the fields that the rule reads."""
Judged = Sequence[tuple[CompiledRule, Evaluator]]


class Mended(Struct, frozen=True):
    """A record that holds all rules, where it differs from what it was made from, and the rules that moved it."""

    record: Any
    changed: tuple[Location, ...]
    rules: tuple[str, ...]


class Bounds(Struct, frozen=True):
    """What a changed record has to keep to."""

    accepts: Callable[[Any], bool]
    """Whether the schema does."""
    fixed: frozenset[tuple[Step, ...]] = frozenset()
    """Fields that are not to be changed, as routes: unique ones, for others have the other values."""


def mended(record: Any, rules: Judged, others: Sequence[Any], bounds: Bounds) -> Mended | None:
    """The record with as few fields changed as are found to be enough, all of them read by rules that it breaks.

    ``others`` are records that fit the schema: values may be taken from them. None where none is found among some
    hundreds. The result depends on the arguments alone. Raises `RuleRaised`.
    """
    waiting: list[tuple[int, int, int, Any, tuple[str, ...]]] = [(0, 0, 0, record, ())]
    seen = {canonical_bytes(record)}
    while waiting:
        *_, state, named = heappop(waiting)
        failing = _failing(rules, state)
        if not failing:
            return Mended(state, tuple(changes(record, state)), named)
        rule, item = failing[0]
        for changed in islice(_changed(rule, item, state, others), MOVES):
            if len(seen) > MOST:
                break
            key = canonical_bytes(changed)
            if key in seen:
                continue
            seen.add(key)
            if not _allowed(record, changed, bounds):
                continue
            left = missing(rules, changed)
            names = named if rule.rule.id in named else (*named, rule.rule.id)
            cost = sum(1 for _ in changes(record, changed)) + left
            if cost == 1 and not left:  # no other change is smaller
                return Mended(changed, tuple(changes(record, changed)), names)
            heappush(waiting, (cost, left, len(seen), changed, names))
    return None


def missing(rules: Judged, record: Any) -> int:
    """In how many places a record would have to be mended, as far as the rules' forms tell."""
    return sum(_shortfall(rule, item, record) for rule, item in _failing(rules, record))


def _failing(rules: Judged, record: Any) -> list[tuple[CompiledRule, Location | None]]:
    """The rules that a record breaks, and each item in which it does."""
    found: list[tuple[CompiledRule, Location | None]] = []
    for rule, evaluate in rules:
        if rule.each is None:
            found += [(rule, None)] if evaluate(record) is False else []
        else:
            items = located(record, (*rule.each, ITEM))
            found += [(rule, item) for item in items if evaluate(record, at(record, item)) is False]
    return found


def _shortfall(rule: CompiledRule, item: Location | None, record: Any) -> int:
    return 1 if rule.verdict is None else max(shortfall(rule.verdict, Scene.of(record, item)), 1)


def _allowed(before: Any, after: Any, bounds: Bounds) -> bool:
    if bounds.fixed and any(_touches(route_of(each), bounds.fixed) for each in changes(before, after)):
        return False
    return bounds.accepts(after)


def _touches(route: tuple[Step, ...], fixed: frozenset[tuple[Step, ...]]) -> bool:
    return any(route[: len(each)] == each or each[: len(route)] == route for each in fixed)


# ---------------------------------------------------------------- changes


def _changed(rule: CompiledRule, item: Location | None, record: Any, others: Sequence[Any]) -> Iterator[Any]:
    """Records with one change that may help a rule: by its patch, by its terms, by what others have."""
    if rule.rule.python is not None:
        patched = rule.rule.python.mended(record)
        yield from () if patched is None else (patched,)
    if rule.verdict is not None:
        yield from (moved(record, move) for move in moves(rule.verdict, True, Scene.of(record, item)))
    yield from (moved(record, move) for move in islice(_borrowed(rule, item, record, others), BORROWED))


def _borrowed(rule: CompiledRule, item: Location | None, record: Any, others: Sequence[Any]) -> Iterator[Move]:
    """Values that other records have where the rule reads them, field by field in turn."""
    base = () if rule.each is None else (*rule.each, ITEM)
    unknown = rule.rule.python is not None and not rule.reads and isinstance(record, dict)
    routes = tuple((name,) for name in record) if unknown else rule.reads
    for other in others:
        for route in routes:
            inside = item is not None and route[: len(base)] == base
            ways = located(record, route) if not inside else _within(record, item or (), route[len(base) :])
            for way in ways:
                value, now = at(other, way), at(record, way)
                if not way or (value is ABSENT and isinstance(way[-1], int)):
                    continue
                if type(value) is not type(now) or value != now:
                    yield ((way, value),)


def _within(record: Any, item: Location, route: tuple[Step, ...]) -> list[Location]:
    return [(*item, *each) for each in located(at(record, item), route)]
