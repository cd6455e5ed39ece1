"""Formulas of rules as formulas over columns."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple, Protocol

from pytest_specmint.engine.nodes.formula import Applied, Constant, Field, Formula, Rounded, Total, decimal
from pytest_specmint.rules.expression.analyse import Route, route
from pytest_specmint.rules.expression.kinds import ITEM, Kind
from pytest_specmint.rules.expression.terms import Term
from pytest_specmint.rules.network import Variable

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


class Untranslatable(Exception):
    """A formula, or a part of it, has no form over columns."""


def roots_of(each: Route | None) -> dict[str, Route]:
    """What the roots of a rule's paths stand for."""
    return {"record": ()} if each is None else {"record": (), "item": (*each, ITEM)}


def variables_of(term: Term, roots: Mapping[str, Route]) -> Iterator[Variable]:
    """The variables that a formula reads."""
    if term.place is not None:
        if any(isinstance(step, int) for step in term.place.steps) or term.place.root not in roots:
            raise Untranslatable
        found = route(term.place, roots)
        yield Variable(found, term.op != "path")
        if term.variable:
            roots = {**roots, term.variable: (*found, ITEM)}
    for part in term.args:
        yield from variables_of(part, roots)


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
    source = sources.source(Variable(route(term.place, roots), term.op == "items"))
    if source is None:
        raise Untranslatable
    return Field(*source)


def _total(term: Term, roots: Mapping[str, Route], sources: Sources) -> Formula:
    assert term.place is not None
    listed = route(term.place, roots)
    length, items = sources.source(Variable(listed, length=True)), sources.items(listed)
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
