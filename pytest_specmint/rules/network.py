"""Rules as orderings and differences of fields: a network of what may lie how far from what, closed once.

A simple temporal network (Dechter, Meiri, Pearl: Temporal constraint networks, 1991): where the closure has no
contradiction, fields can be given values one after the other, each within what the earlier ones leave, and none is
ever drawn in vain. Numbers count as they are, dates and date-times in seconds.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from pytest_specmint.rules.expression.analyse import Ordering, Route, Side, conjuncts, orderings_of, route
from pytest_specmint.rules.expression.kinds import ITEM, Kind
from pytest_specmint.rules.expression.terms import Term

DAY = 86_400
_NANO = 10**9
_SLACK = 3
"""Days by which so many months may be longer or shorter than on average, at most."""


class What(StrEnum):
    """What of a field others depend on."""

    LENGTH = "length"
    """The number of a list's items."""
    NUMBER = "number"
    TIME = "time"
    """A date, or a date-time."""
    VALUE = "value"
    """Which of its listed values it has."""
    PRESENCE = "presence"
    """Whether it is there: only ever what depends on others."""


class Variable(Struct, frozen=True, order=True):
    """A field, and what of it others depend on."""

    route: Route
    what: What = What.NUMBER

    @property
    def length(self) -> bool:
        """Whether it is the number of a list's items."""
        return self.what is What.LENGTH


class Demand(Struct, frozen=True):
    """``low + least <= high``, or ``<`` where it is strict; a side without variable is the number 0."""

    low: Variable | None
    high: Variable | None
    least: Fraction
    strict: bool = False


def demands_of(term: Term, each: Route | None) -> tuple[Demand, ...] | None:
    """A condition as demands that must all hold; None where it is something else."""
    roots: dict[str, Route] = {"record": ()}
    if each is not None:
        roots["item"] = (*each, ITEM)
    return _demands(term, roots)


def _demands(term: Term, roots: Mapping[str, Route]) -> tuple[Demand, ...] | None:
    if term.op == "and":
        parts = [_demands(part, roots) for part in conjuncts(term)]
        known = [part for part in parts if part is not None]
        return tuple(each for part in known for each in part) if len(known) == len(parts) else None
    if term.op == "all" and len(term.args) == 1 and term.place is not None:
        return _demands(term.args[0], {**roots, term.variable: (*route(term.place, roots), ITEM)})
    orderings = orderings_of(term)
    if not orderings or any(not _known(each, roots) for each in orderings):
        return None
    return tuple(_demand(each, roots) for each in orderings)


def _known(ordering: Ordering, roots: Mapping[str, Route]) -> bool:
    """Whether every place stands by names alone: single items of a list have no variable."""
    places = [side.place for side in (ordering.low, ordering.high) if side.place is not None]
    return all(place.root in roots and not any(isinstance(step, int) for step in place.steps) for place in places)


def _demand(ordering: Ordering, roots: Mapping[str, Route]) -> Demand:
    low, high = ordering.low, ordering.high
    least = _offset(low, most=True) - _offset(high, most=False)
    strict = ordering.strict
    if Kind.DAY in {low.kind, high.kind}:
        least, strict = least + strict * DAY, False
        # The last second of a day still counts as that day, but only against a day: two moments keep their distance.
        if low.by_day and not high.by_day:
            least -= DAY - 1
    return Demand(_variable(low, roots), _variable(high, roots), least, strict)


def _offset(side: Side, *, most: bool) -> Fraction:
    """What is added to a side's field, at most or at least, where months have no fixed length."""
    if side.kind is Kind.DAY:
        known = Fraction(side.offset) * DAY
    elif side.kind is Kind.MOMENT:
        known = Fraction(side.offset) / _NANO
    else:
        return Fraction(side.offset)
    months = Fraction(abs(side.months) * 146_097, 4_800)
    days = 0 if not side.months else (months if side.months > 0 else -months) + (_SLACK if most else -_SLACK)
    return known + Fraction(days) * DAY


def _variable(side: Side, roots: Mapping[str, Route]) -> Variable | None:
    return None if side.place is None else Variable(route(side.place, roots), _WHAT.get(side.kind, What.NUMBER))


_WHAT = {Kind.LIST: What.LENGTH, Kind.DAY: What.TIME, Kind.MOMENT: What.TIME}


# ---------------------------------------------------------------- the closure

Matrix = list[list[int | None]]
"""``[i][j]``: what j lies above i, at least; None where it may lie anywhere. Row and column 0 are the number 0."""


class Domain(Struct, frozen=True):
    """The least and the greatest value of a variable, in whole units."""

    low: int
    high: int


def closed(domains: Sequence[Domain], demands: Sequence[tuple[int, int, int]]) -> Matrix | None:
    """All that follows from domains (of the variables 1, 2, …) and demands ``(i, j, least)``: i + least <= j.

    By Floyd and Warshall over longest ways; None where they contradict each other.
    """
    size = len(domains) + 1
    matrix: Matrix = [[0 if i == j else None for j in range(size)] for i in range(size)]
    given = [(0, i, domain.low) for i, domain in enumerate(domains, 1)]
    given += [(i, 0, -domain.high) for i, domain in enumerate(domains, 1)]
    for i, j, least in (*given, *demands):
        known = matrix[i][j]
        matrix[i][j] = least if known is None else max(known, least)
    for k in range(size):
        for i in range(size):
            for j in range(size):
                _shorten(matrix, i, j, k)
    return None if any((matrix[i][i] or 0) > 0 for i in range(size)) else matrix


def _shorten(matrix: Matrix, i: int, j: int, k: int) -> None:
    first, second, known = matrix[i][k], matrix[k][j], matrix[i][j]
    if first is not None and second is not None and (known is None or first + second > known):
        matrix[i][j] = first + second
