"""What the parts of a rule read, as far as it can be built into records: which fields, and what of them."""

from collections.abc import Iterator, Mapping

from pytest_specmint.rules.expression.analyse import Route, as_test, route
from pytest_specmint.rules.expression.kinds import ITEM, Kind
from pytest_specmint.rules.expression.terms import Term
from pytest_specmint.rules.network import Variable, What

SIGNS = {
    "<": ("<", False, False),
    "<=": ("<=", False, False),
    ">": ("<", True, False),
    ">=": ("<=", True, False),
    "==": ("==", False, False),
    "!=": ("==", False, True),
}
"""Comparisons: by which of three, with the sides turned, and denied."""


_WHAT = {
    Kind.NUMBER: (What.NUMBER,),
    Kind.TEXT: (What.VALUE,),
    Kind.FLAG: (What.VALUE,),
    Kind.ANY: (What.NUMBER, What.VALUE),
}


class Untranslatable(Exception):
    """A formula, or a part of it, has no form over columns."""


def roots_of(each: Route | None) -> dict[str, Route]:
    """What the roots of a rule's paths stand for."""
    return {"record": ()} if each is None else {"record": (), "item": (*each, ITEM)}


def fields_of(term: Term, roots: Mapping[str, Route]) -> Iterator[Variable]:
    """The variables that a condition reads; of a field that is only asked for, its listed values."""
    test = as_test(term)
    if test is not None and test.place.root in roots and not any(isinstance(step, int) for step in test.place.steps):
        if test.kind not in _WHAT or test.sign in {"missing", "present", "lacks"}:
            raise Untranslatable
        yield from (Variable(route(test.place, roots), what) for what in _WHAT[test.kind])
    elif term.op in {"and", "or", "not"}:
        for part in term.args:
            yield from fields_of(part, roots)
    elif term.op in SIGNS:
        for part in term.args:
            yield from variables_of(part, roots)
    else:
        raise Untranslatable


def variables_of(term: Term, roots: Mapping[str, Route]) -> Iterator[Variable]:
    """The variables that a formula reads."""
    if term.place is not None:
        if any(isinstance(step, int) for step in term.place.steps) or term.place.root not in roots:
            raise Untranslatable
        found = route(term.place, roots)
        yield Variable(found, What.NUMBER if term.op == "path" else What.LENGTH)
        if term.variable:
            roots = {**roots, term.variable: (*found, ITEM)}
    for part in term.args:
        yield from variables_of(part, roots)
