"""In which order the parts of a record are made, so that whatever depends on another comes after it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from pytest_specmint.rules.expression.analyse import Route
from pytest_specmint.rules.expression.kinds import ITEM
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.network import Variable


class Before(NamedTuple):
    """One variable that must be made before another, for a rule's sake."""

    rule: str
    first: Variable
    then: Variable


class Order(NamedTuple):
    """The order of all variables, that of the properties of each object on the way, and rules that do not fit in."""

    variables: tuple[Variable, ...]
    properties: Mapping[Route, tuple[str, ...]]
    dropped: frozenset[str]


def frame_of(route: Route) -> Route:
    """The list to whose items a path's values belong, with the step into it; empty for those of the record."""
    ends = [i + 1 for i, step in enumerate(route) if step == ITEM]
    return route[: ends[-1]] if ends else ()


def ordered(variables: Sequence[Variable], needs: Sequence[Before]) -> Order:
    """An order that meets all needs, but for those of rules that ask for a circle."""
    dropped: set[str] = set()
    while True:
        kept = [need for need in needs if need.rule not in dropped and need.first != need.then]
        order = _order(variables, kept)
        if not isinstance(order, str):
            return order._replace(dropped=frozenset(dropped))
        dropped.add(order)


def _order(variables: Sequence[Variable], needs: Sequence[Before]) -> Order | str:
    """The order, or the name of a rule whose need makes a circle."""
    properties: dict[Route, tuple[str, ...]] = {}
    for parent in sorted({each.route[:i] for each in variables for i in range(len(each.route))}, key=_key):
        names = sorted({str(each.route[len(parent)]) for each in variables if _below(each.route, parent)})
        pairs = {
            (str(first), str(then)): need.rule
            for need in needs
            for first, then in _split(need, parent)
            if isinstance(first, str) and isinstance(then, str)
        }
        listed = _sorted(names, pairs)
        if listed is None:
            return list(pairs.values())[-1]
        properties[parent] = listed
    return Order(tuple(_walk((), variables, properties)), properties, frozenset())


def _key(route: Route) -> tuple[int, str]:
    return len(route), repr(route)


def _below(route: Route, parent: Route) -> bool:
    return len(route) > len(parent) and route[: len(parent)] == parent and route[len(parent)] != ITEM


def _split(need: Before, parent: Route) -> Iterator[tuple[Step, Step]]:
    """The steps by which the two part at this object, if they do."""
    size = len(parent)
    first, then = need.first.route, need.then.route
    if first[:size] == parent == then[:size] and len(first) > size < len(then) and first[size] != then[size]:
        yield first[size], then[size]


def _sorted(names: Collection[str], pairs: Collection[tuple[str, str]]) -> tuple[str, ...] | None:
    """The names, each after those that must come before it, else by name; None where there is a circle."""
    placed: list[str] = []
    left = sorted(names)
    while left:
        free = next((name for name in left if not any(a in left and b == name for a, b in pairs)), None)
        if free is None:
            return None
        placed.append(free)
        left.remove(free)
    return tuple(placed)


def _walk(
    route: Route, variables: Sequence[Variable], properties: Mapping[Route, tuple[str, ...]]
) -> Iterator[Variable]:
    """The variables as they are come by: a list's length before its items."""
    yield from sorted((each for each in variables if each.route == route), key=lambda each: (not each.length, each))
    if any(each.route[: len(route) + 1] == (*route, ITEM) for each in variables):
        yield from _walk((*route, ITEM), variables, properties)
    for name in properties.get(route, ()):
        yield from _walk((*route, name), variables, properties)
