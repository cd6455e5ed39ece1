"""Terms turned around: what one field would have to be for a term to come to a value."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from pytest_specmint.rules.expression import days as calendar
from pytest_specmint.rules.expression.kinds import Kind
from pytest_specmint.rules.expression.numbers import Exact, bounded, exact, json_number, simplest
from pytest_specmint.rules.expression.terms import Term, Value
from pytest_specmint.rules.mend.places import Move, Scene

Solver = Callable[[Term, Any, Scene], Iterator[Move]]
LONGEST = 1_000
"""Characters, or items, up to which something is made longer."""


def solved(term: Term, value: Value, scene: Scene) -> Iterator[Move]:
    """Moves of one field that would bring a term to a value; whether they are allowed is for others to say."""
    solver = SOLVERS.get(term.op)
    if solver is not None:
        yield from solver(term, value, scene)


def in_json(kind: Kind, value: Value) -> Any:
    """A value as JSON has it; None where it has no such value."""
    if isinstance(value, (bool, str)):
        return value
    if kind is Kind.DAY and isinstance(value, int):
        return calendar.text_of_day(value)
    if kind is Kind.MOMENT and isinstance(value, int):
        return calendar.text_of_moment(value)
    return json_number(value) if kind in {Kind.NUMBER, Kind.ANY} else None


def _path(term: Term, value: Value, scene: Scene) -> Iterator[Move]:
    assert term.place is not None
    location, written = scene.location(term.place), in_json(term.kind, value)
    if location and written is not None:
        yield ((location, written),)


def _pair(inverse_left: Callable[[Any, Any], Any], inverse_right: Callable[[Any, Any], Any]) -> Solver:
    """Of ``left op right``: what each would have to be beside the other, given result and the other's value."""

    def solve(term: Term, value: Any, scene: Scene) -> Iterator[Move]:
        for mine, other, inverse in ((0, 1, inverse_left), (1, 0, inverse_right)):
            known = scene.worth(term.args[other])
            target = None if known is None or isinstance(known, (str, bool)) else inverse(value, known)
            if target is not None:
                yield from solved(term.args[mine], target, scene)

    return solve


def _one(inverse: Callable[[Any, Any], Any]) -> Solver:
    """Of a function of one: what it would have to be, given result and its present value."""

    def solve(term: Term, value: Any, scene: Scene) -> Iterator[Move]:
        now = scene.worth(term.args[0])
        target = None if now is None else inverse(value, now)
        if target is not None:
            yield from solved(term.args[0], target, scene)

    return solve


def _quotient(a: Exact, b: Exact) -> Exact | None:
    return bounded(Fraction(a) / b) if b else None


def _abs(term: Term, value: Any, scene: Scene) -> Iterator[Move]:
    yield from solved(term.args[0], value, scene)
    yield from solved(term.args[0], -value, scene)


def _remainder(term: Term, value: Any, scene: Scene) -> Iterator[Move]:
    now, by = scene.worth(term.args[0]), scene.worth(term.args[1])
    if isinstance(now, (int, Fraction)) and isinstance(by, (int, Fraction)) and by:
        down = simplest(Fraction(now) - Fraction(now) % by + value)
        for target in sorted({down, down + by, down - by}, key=lambda each: (abs(each - now), each)):
            yield from solved(term.args[0], target, scene)


def _any_argument(term: Term, value: Any, scene: Scene) -> Iterator[Move]:
    for each in term.args:
        yield from solved(each, value, scene)


def _branch(term: Term, value: Any, scene: Scene) -> Iterator[Move]:
    yield from solved(term.args[1 if scene.worth(term.args[0]) is True else 2], value, scene)


def _sum(term: Term, value: Any, scene: Scene) -> Iterator[Move]:
    """One item makes up for what is missing."""
    total = scene.worth(term)
    if not isinstance(total, (int, Fraction)) or isinstance(total, bool):
        return
    for inner in scene.items(term):
        part = inner.worth(term.args[0])
        if isinstance(part, (int, Fraction)):
            yield from solved(term.args[0], simplest(Fraction(part + value - total)), inner)


def _average(term: Term, value: Any, scene: Scene) -> Iterator[Move]:
    count = len(list(scene.items(term)))
    yield from _sum(_as_sum(term), value * count, scene)


def _as_sum(term: Term) -> Term:
    return Term("sum", term.kind, term.args, place=term.place, variable=term.variable, at=term.at)


def _items(term: Term, value: Any, scene: Scene) -> Iterator[Move]:
    assert term.place is not None
    items, location = scene.found(term.place), scene.location(term.place)
    if not isinstance(items, list) or not location or not isinstance(value, int) or not 0 <= value <= LONGEST:
        return
    if value <= len(items) or items:
        yield ((location, items[:value] + items[-1:] * (value - len(items))),)


def _length(text: Any, count: Any) -> str | None:
    if not isinstance(text, str) or not isinstance(count, int) or not 0 <= count <= LONGEST:
        return None
    return text[:count] + text[-1:] * (count - len(text)) if text or not count else None


def _joined(term: Term, value: Any, scene: Scene) -> Iterator[Move]:
    first, last = (scene.worth(each) for each in term.args)
    if isinstance(last, str) and value.endswith(last):
        yield from solved(term.args[0], value[: len(value) - len(last)], scene)
    if isinstance(first, str) and value.startswith(first):
        yield from solved(term.args[1], value[len(first) :], scene)


def _number_of(text: str) -> Exact | None:
    try:
        return exact(Decimal(text))
    except InvalidOperation:
        return None


_OF_TEXT: Mapping[Kind, Callable[[str], Value | None]] = {
    Kind.NUMBER: _number_of,
    Kind.DAY: calendar.day_of_text,
    Kind.MOMENT: calendar.moment_of_text,
    Kind.FLAG: {"true": True, "false": False}.get,
}


def _text(term: Term, value: Any, scene: Scene) -> Iterator[Move]:
    target = _OF_TEXT[Kind[term.op.partition(":")[2]]](value)
    if target is not None:
        yield from solved(term.args[0], target, scene)


def _between(unit: int, months: int = 0) -> Solver:
    """``days(later, earlier)`` and its like: either end moves."""

    def apart(start: Any, count: Any) -> Any:
        if not isinstance(count, int):
            return None
        return calendar.add_months(start, count * months) if months else start + count * unit

    return _pair(lambda count, earlier: apart(earlier, count), lambda count, later: apart(later, -count))


def _unit(size: int) -> Solver:
    return _one(lambda value, _: simplest(Fraction(value, size)))


def _part_of_date(part: int, months: int) -> Solver:
    """``year(date)`` and its like: the date moves by as many years, months or days."""

    def moved(value: Any, now: Any) -> Any:
        if not isinstance(value, int):
            return None
        by = value - ((now - 1) % 7 + 1 if part > 2 else calendar.civil(now)[part])
        return calendar.add_months(now, by * months) if months else now + by

    return _one(moved)


_SECOND = 10**9
_same = _one(lambda value, _: value)
_plus = _pair(lambda value, other: bounded(value - other), lambda value, other: bounded(value - other))
_minus = _pair(lambda value, other: bounded(value + other), lambda value, other: bounded(other - value))

SOLVERS: Mapping[str, Solver] = {
    "path": _path,
    "+": _plus,
    "int+": _plus,
    "-": _minus,
    "int-": _minus,
    "*": _pair(_quotient, _quotient),
    "/": _pair(lambda value, other: bounded(value * other), lambda value, other: _quotient(other, value)),
    "%": _remainder,
    "neg": _one(lambda value, _: -value),
    "abs": _abs,
    **dict.fromkeys(("round", "floor", "ceil", "lower:1", "upper:1", "date:1"), _same),
    **dict.fromkeys(("least", "greatest"), _any_argument),
    "default": lambda term, value, scene: solved(term.args[0], value, scene),
    "if": _branch,
    "sum": _sum,
    "avg": _average,
    "items": _items,
    "len": _one(lambda value, now: _length(now, value)),
    "concat": _joined,
    **{f"text:{kind.name}": _text for kind in _OF_TEXT},
    "add_months": _pair(lambda value, months: calendar.add_months(value, -months), lambda value, other: None),
    "add_months_to_moment": _pair(
        lambda value, months: calendar.add_months_to_moment(value, -months), lambda value, other: None
    ),
    "day_of_moment": _one(lambda value, now: value * calendar.DAY_NS + now % calendar.DAY_NS),
    "span_of_days": _one(lambda value, _: value // calendar.DAY_NS),
    "days:1": _unit(1),
    "weeks:1": _unit(7),
    "hours:1": _unit(3600 * _SECOND),
    "minutes:1": _unit(60 * _SECOND),
    "seconds:1": _unit(_SECOND),
    "days:2": _between(1),
    "weeks:2": _between(7),
    "months:2": _between(0, 1),
    "years:2": _between(0, 12),
    "hours:2": _between(3600 * _SECOND),
    "minutes:2": _between(60 * _SECOND),
    "seconds:2": _between(_SECOND),
    "year:1": _part_of_date(0, 12),
    "month:1": _part_of_date(1, 1),
    "day:1": _part_of_date(2, 0),
    "weekday:1": _part_of_date(3, 0),
}
"""By the operations of `operations.OPERATIONS`; what is not here cannot be turned around."""
