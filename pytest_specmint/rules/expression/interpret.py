"""The reference: one term on one record, by recursion. Clear and slow; `compile` must always agree with it.

Three values of truth: where a value is absent, null or of another kind than is asked for, it is unknown, and so is
whatever depends on it; ``false and unknown`` is false, ``true or unknown`` is true (Kleene).
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from pytest_specmint.rules.expression import days as calendar
from pytest_specmint.rules.expression.kinds import Kind
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.expression.numbers import exact, mean, total
from pytest_specmint.rules.expression.operations import OPERATIONS
from pytest_specmint.rules.expression.terms import Place, Term, Value

Scope = Mapping[str, object]
"""What the roots of paths stand for: ``record``, ``item``, variables of loops."""


class Absent:
    """What stands where nothing stands."""


ABSENT = Absent()


def interpret(term: Term, record: object, item: object = ABSENT) -> Value | None:
    """The value of a term for a record (and an item of a list in it); ``None`` is unknown."""
    return _value(term, {"record": record, "item": item})


def worth(term: Term, scope: Scope) -> Value | None:
    """The value of a term where its roots stand for these."""
    return _value(term, scope)


def found(place: Place, scope: Scope) -> object:
    """What stands at a place, `ABSENT` where nothing does."""
    value = scope[place.root]
    for step in place.steps:
        value = stepped(value, step)
    return value


def stepped(value: object, step: Step) -> object:
    """One step down."""
    if isinstance(step, str):
        return value.get(step, ABSENT) if isinstance(value, dict) else ABSENT
    if isinstance(value, list) and -len(value) <= step < len(value):
        return value[step]
    return ABSENT


def read(value: object, kind: Kind) -> Value | None:
    """A JSON value as one of a kind; unknown where it is none."""
    if kind is Kind.NUMBER:
        return exact(value)
    if kind is Kind.FLAG:
        return value if isinstance(value, bool) else None
    if kind is Kind.ANY:
        return value if isinstance(value, (str, bool)) else exact(value)
    if not isinstance(value, str):
        return None
    if kind is Kind.DAY:
        return calendar.day_of_either(value)
    return calendar.moment_of_text(value) if kind is Kind.MOMENT else value


def _value(term: Term, scope: Scope) -> Value | None:
    if term.op == "const":
        return term.value
    special = SPECIAL.get(term.op)
    if special is not None:
        return special(term, scope)
    known = []
    for each in term.args:
        value = _value(each, scope)
        if value is None:
            return None
        known.append(value)
    return OPERATIONS[term.op](*known)


def _path(term: Term, scope: Scope) -> Value | None:
    assert term.place is not None
    return read(found(term.place, scope), term.kind)


def _has(term: Term, scope: Scope) -> bool:
    assert term.place is not None
    value = found(term.place, scope)
    return value is not ABSENT and value is not None


def _missing(term: Term, scope: Scope) -> bool:
    assert term.place is not None
    return found(term.place, scope) is ABSENT


def _is_null(term: Term, scope: Scope) -> bool:
    assert term.place is not None
    return found(term.place, scope) is None


def _items(term: Term, scope: Scope) -> int | None:
    assert term.place is not None
    value = found(term.place, scope)
    return len(value) if isinstance(value, list) else None


def conjunction(values: Iterator[Value | None]) -> bool | None:
    """Whether all hold: false if one is false, else unknown if one is unknown."""
    verdict: bool | None = True
    for value in values:
        if value is False:
            return False
        verdict = None if value is None else verdict
    return verdict


def disjunction(values: Iterator[Value | None]) -> bool | None:
    """Whether one holds: true if one is true, else unknown if one is unknown."""
    verdict: bool | None = False
    for value in values:
        if value is True:
            return True
        verdict = None if value is None else verdict
    return verdict


def _not(term: Term, scope: Scope) -> bool | None:
    value = _value(term.args[0], scope)
    return None if value is None else not value


def _if(term: Term, scope: Scope) -> Value | None:
    condition = _value(term.args[0], scope)
    return None if condition is None else _value(term.args[1 if condition else 2], scope)


def _when(term: Term, scope: Scope) -> Value | None:
    return _value(term.args[1], scope) if _value(term.args[0], scope) is True else None


def _default(term: Term, scope: Scope) -> Value | None:
    value = _value(term.args[0], scope)
    return _value(term.args[1], scope) if value is None else value


def _in(term: Term, scope: Scope) -> bool | None:
    values = [_value(each, scope) for each in term.args]
    if None in values:
        return None
    if len(values) > 1:
        return any(_same_row(row, values) for row in term.among)
    return any(OPERATIONS["like=="](values[0], each) for each in term.among)


def _same_row(row: Value | tuple[Value, ...], values: list[Value | None]) -> bool:
    same = OPERATIONS["like=="]
    return isinstance(row, tuple) and all(same(a, b) for a, b in zip(row, values, strict=True))


def _loop(term: Term, scope: Scope) -> Value | None:
    assert term.place is not None
    source = found(term.place, scope)
    if not isinstance(source, list):
        return None
    return LOOPS[term.op](_bodies(term, scope, source))


def _bodies(term: Term, scope: Scope, source: list[object]) -> Iterator[Value | None]:
    """The bodies of the items that meet the condition; unknown where that is unknown."""
    for each in source:
        inner = {**scope, term.variable: each}
        admitted = _value(term.args[1], inner) if len(term.args) > 1 else True
        if admitted is not False:
            yield None if admitted is None else _value(term.args[0], inner)


def _strict(function: Callable[[list[Value]], Value | None]) -> Callable[[Iterator[Value | None]], Value | None]:
    """A function of a list that is unknown where one of its values is."""

    def whole(values: Iterator[Value | None]) -> Value | None:
        listed = list(values)
        return None if None in listed else function([value for value in listed if value is not None])

    return whole


def tagged(value: Value) -> tuple[bool, Value]:
    """A value such that true differs from 1."""
    return isinstance(value, bool), value


LOOPS: Mapping[str, Callable[[Iterator[Value | None]], Value | None]] = {
    "all": conjunction,
    "any": disjunction,
    "count": _strict(lambda values: sum(value is True for value in values)),
    "sum": _strict(total),  # type: ignore[arg-type]
    "avg": _strict(mean),  # type: ignore[arg-type]
    "min": _strict(lambda values: min(values, default=None)),
    "max": _strict(lambda values: max(values, default=None)),
    "unique": _strict(lambda values: len(set(map(tagged, values))) == len(values)),
    "ascending": _strict(lambda values: all(a <= b for a, b in pairwise(values))),  # type: ignore[operator]
}

SPECIAL: Mapping[str, Callable[[Term, Scope], Value | None]] = {
    "path": _path,
    "has": _has,
    "missing": _missing,
    "is_null": _is_null,
    "items": _items,
    "and": lambda term, scope: conjunction(_value(each, scope) for each in term.args),
    "or": lambda term, scope: disjunction(_value(each, scope) for each in term.args),
    "not": _not,
    "if": _if,
    "when": _when,
    "default": _default,
    "in": _in,
    **dict.fromkeys(LOOPS, _loop),
}
