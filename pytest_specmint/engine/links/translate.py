"""Formulas of rules as formulas over columns."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple, Protocol

from pytest_specmint.engine.nodes.formula import Applied, Constant, Field, Formula, Rounded, Total, decimal
from pytest_specmint.engine.nodes.predicate import Combined, Compared, Denied, Known, Listed, Predicate
from pytest_specmint.rules.expression.analyse import Route, Test, as_test, route
from pytest_specmint.rules.expression.kinds import ITEM, Kind
from pytest_specmint.rules.expression.terms import Term
from pytest_specmint.rules.network import Variable, What
from pytest_specmint.rules.reading import SIGNS, Untranslatable
from pytest_specmint.schema.sets.values import Json

PLAIN = {"+": "+", "-": "-", "*": "*", "neg": "neg", "abs": "abs", "least": "least", "greatest": "greatest"}
PLAIN |= {"default": "default"}
MAX_PLACES = 9


class Source(NamedTuple):
    """Where a variable is written down, in which unit, and how large it may be."""

    frame: int
    variable: int
    places: int
    reach: int


class Sources(Protocol):
    """What a formula may read."""

    def source(self, variable: Variable) -> Source | None:
        """A variable's place; None where it cannot be read."""

    def items(self, list_route: Route) -> tuple[int, int] | None:
        """The number of the frame of a list's items, and how many there are at most."""

    def listed(self, variable: Variable) -> tuple[int, int, tuple[Json, ...]] | None:
        """Where the position of a field's value is written down, and the values."""


def predicate(term: Term, roots: Mapping[str, Route], sources: Sources) -> Predicate:
    """A condition over columns; raises `Untranslatable`."""
    if term.op in {"and", "or"}:
        return Combined(term.op == "and", tuple(predicate(part, roots, sources) for part in term.args))
    if term.op == "not":
        return Denied(predicate(term.args[0], roots, sources))
    test = as_test(term)
    if test is not None and test.kind is not Kind.NUMBER:
        return _tested(test, roots, sources)
    if test is not None and test.sign in {"in", "not in"}:
        return _among(test, roots, sources)
    if term.op not in SIGNS or any(part.kind is not Kind.NUMBER for part in term.args):
        raise Untranslatable
    left, right = (translated(part, roots, sources) for part in term.args)
    sign, turned, denied = SIGNS[term.op]
    made = Compared(sign, right, left) if turned else Compared(sign, left, right)
    return Denied(made) if denied else made


def _tested(test: Test, roots: Mapping[str, Route], sources: Sources) -> Predicate:
    """A test of a field whose values are listed, or of whether it is there."""
    found = route(test.place, roots)
    if test.sign == "has":
        number = sources.source(Variable(found))
        if number is not None:
            return Known(number.frame, number.variable)
    listed = sources.listed(Variable(found, What.VALUE))
    if listed is None or test.sign in {"missing", "present", "lacks"}:
        raise Untranslatable
    frame, variable, values = listed
    if test.sign == "has":
        return Listed(frame, variable, tuple(value is not None for value in values))
    kind = {Kind.TEXT: str, Kind.FLAG: bool}.get(test.kind)
    if kind is None or test.sign not in {"==", "!=", "in", "not in"}:
        raise Untranslatable
    wanted = test.sign in {"==", "in"}
    verdicts = [(value in test.values) is wanted if isinstance(value, kind) else None for value in values]
    return Listed(frame, variable, tuple(verdicts))


def _among(test: Test, roots: Mapping[str, Route], sources: Sources) -> Predicate:
    source = sources.source(Variable(route(test.place, roots)))
    numbers = [decimal(value) for value in test.values if isinstance(value, (int, Fraction))]
    if source is None or None in numbers:
        raise Untranslatable
    parts = tuple(Compared("==", Field(*source), Constant(*each)) for each in numbers if each is not None)
    made = Combined(False, parts)
    return made if test.sign == "in" else Denied(made)


def translated(term: Term, roots: Mapping[str, Route], sources: Sources) -> Formula:
    """The formula over columns; raises `Untranslatable`."""
    if term.kind is not Kind.NUMBER:
        raise Untranslatable
    if term.op == "const":
        return _constant(term)
    if term.op in {"path", "items"}:
        return _field(term, roots, sources)
    if term.op == "sum" and len(term.args) == 1:
        return _total(term, roots, sources)
    if term.op == "round":
        return _rounded(term, roots, sources)
    if term.op in PLAIN:
        return Applied(PLAIN[term.op], tuple(translated(part, roots, sources) for part in term.args))
    raise Untranslatable


def _constant(term: Term) -> Formula:
    known = decimal(term.value) if isinstance(term.value, (int, Fraction)) else None
    if known is None:
        raise Untranslatable
    return Constant(*known)


def _field(term: Term, roots: Mapping[str, Route], sources: Sources) -> Formula:
    assert term.place is not None
    source = sources.source(Variable(route(term.place, roots), What.LENGTH if term.op == "items" else What.NUMBER))
    if source is None:
        raise Untranslatable
    return Field(*source)


def _total(term: Term, roots: Mapping[str, Route], sources: Sources) -> Formula:
    assert term.place is not None
    listed = route(term.place, roots)
    length, items = sources.source(Variable(listed, What.LENGTH)), sources.items(listed)
    if length is None or items is None:
        raise Untranslatable
    part = translated(term.args[0], {**roots, term.variable: (*listed, ITEM)}, sources)
    return Total(length.frame, items[0], part, length.variable, max(items[1], 1))


def _rounded(term: Term, roots: Mapping[str, Route], sources: Sources) -> Formula:
    places = term.args[1].value
    if not isinstance(places, int) or not 0 <= places <= MAX_PLACES:
        raise Untranslatable
    inner = term.args[0]
    if inner.op == "/":
        above, below = (translated(part, roots, sources) for part in inner.args)
        return Rounded(above, places, below)
    return Rounded(translated(inner, roots, sources), places)
