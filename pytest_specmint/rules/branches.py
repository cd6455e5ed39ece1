"""Rules as schemas: a field against literals becomes part of what a record may be: generated so, not patched.

A rule does not apply where what it reads is unknown (`expression.interpret`), so its schema accepts whatever the rule
does not call false. Every function gives ``None`` for what JSON Schema cannot say: fields against fields, dates, the
order of texts, loops.
"""

from collections.abc import Callable, Sequence

from pytest_specmint.rules.compile import CompiledRule
from pytest_specmint.rules.expression.analyse import DENIED, Route, Test, as_test
from pytest_specmint.rules.expression.kinds import ITEM, Kind
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.expression.numbers import json_number
from pytest_specmint.rules.expression.terms import Term, Value
from pytest_specmint.schema.sets.values import Json

_BOUNDS = {"<": "exclusiveMaximum", "<=": "maximum", ">": "exclusiveMinimum", ">=": "minimum"}
_TYPES = {Kind.NUMBER: "number", Kind.TEXT: "string", Kind.FLAG: "boolean"}
_NOT_NULL: list[Json] = ["array", "boolean", "number", "object", "string"]
_Leaf = dict[str, Json]


def schema_of_rule(rule: CompiledRule) -> Json | None:
    """The schema (2020-12) of the records that a rule does not call false."""
    if rule.condition is None or rule.dataset is not None:
        return None
    demanded = not_false(rule.condition, rule.each)
    if demanded is None or rule.when is None:
        return demanded if demanded is None else around(demanded, rule.each)
    applies = holds(rule.when, rule.each)
    return None if applies is None else around({"if": applies, "then": demanded}, rule.each)


def holds(term: Term, each: Route | None = None) -> Json | None:
    """The schema of the records (or items) for which a condition is true."""
    return _said(term, each, _true)


def not_false(term: Term, each: Route | None = None) -> Json | None:
    """The schema of the records (or items) for which a condition is true or unknown."""
    return _said(term, each, _not_false)


def not_true(term: Term, each: Route | None = None) -> Json | None:
    """The schema of the records (or items) for which a condition is false or unknown."""
    return _said(term, each, lambda test: _not_false(_denied(test)), both="anyOf", either="allOf")


def _denied(test: Test) -> Test:
    return Test(test.place, test.kind, DENIED[test.sign], test.values)


def _said(
    term: Term, each: Route | None, leaf: Callable[[Test], Json | None], *, both: str = "allOf", either: str = "anyOf"
) -> Json | None:
    """A condition by its tests: what is true, or not false, of both, or of one of them, is so part by part."""
    if term.op in {"and", "or"}:
        parts = [_said(part, each, leaf, both=both, either=either) for part in term.args]
        known = [part for part in parts if part is not None]
        return {both if term.op == "and" else either: known} if len(known) == len(parts) else None
    test = as_test(term)
    if test is None or test.place.root != ("record" if each is None else "item"):
        return None
    return leaf(test)


def around(schema: Json, each: Route | None) -> Json:
    """A schema of a list's items as one of the record."""
    for step in reversed(() if each is None else (*each, ITEM)):
        schema = {"items": schema} if step == ITEM else {"properties": {str(step): schema}}
    return schema


# ---------------------------------------------------------------- one test


def _true(test: Test) -> Json | None:
    if test.sign == "lacks":
        return _nested(test.place.steps, {"type": "null"})
    if test.sign == "missing":
        return _nested(test.place.steps, False)
    if test.sign == "present":
        return _demanded(test.place.steps, True)
    if test.sign == "has":
        return _demanded(test.place.steps, {"type": _NOT_NULL})
    leaf = _compared(test)
    return None if leaf is None else _demanded(test.place.steps, {**_typed(test), **leaf})


def _not_false(test: Test) -> Json | None:
    if test.sign in {"has", "lacks", "missing", "present"}:
        return _true(test)
    leaf = _compared(test)
    if leaf is None:
        return None
    return _nested(test.place.steps, {"if": _typed(test), "then": leaf} if _typed(test) else leaf)


def leaf_of(test: Test, *, broken: bool = False) -> Json | None:
    """The schema of a field's own value such that a test of it is not false, or is false."""
    if test.sign in {"has", "lacks", "missing", "present"}:
        return None
    leaf = _compared(_denied(test) if broken else test)
    if leaf is None:
        return None
    if broken:
        return {**_typed(test), **leaf}
    return {"if": _typed(test), "then": leaf} if _typed(test) else leaf


def _typed(test: Test) -> _Leaf:
    return {"type": _TYPES[test.kind]} if test.kind in _TYPES else {}


def _compared(test: Test) -> _Leaf | None:
    """What a value of the right kind must be."""
    if test.kind not in _TYPES:
        return None
    values = [_json(value) for value in test.values]
    if any(value is None for value in values):
        return None
    if test.sign in _BOUNDS:
        return {_BOUNDS[test.sign]: values[0]} if test.kind is Kind.NUMBER else None
    among: _Leaf = {"const": values[0]} if len(values) == 1 else {"enum": values}
    return among if test.sign in {"==", "in"} else {"not": among}


def _json(value: Value) -> Json:
    return value if isinstance(value, (bool, str)) else json_number(value)


def _nested(steps: Sequence[Step], leaf: Json) -> Json | None:
    """A schema of the value at the end of a path, wherever there is one."""
    for step in reversed(steps):
        if not isinstance(step, str):
            return None
        leaf = {"properties": {step: leaf}}
    return leaf


def _demanded(steps: Sequence[Step], leaf: Json) -> Json | None:
    """A schema of the value at the end of a path, which must be there."""
    for step in reversed(steps):
        if not isinstance(step, str):
            return None
        leaf = {"type": "object", "required": [step], "properties": {step: leaf}}
    return leaf
