"""Terms → Python functions, for many records.

The source is made of our own names and of constants' literals, nothing of a rule's text; where a value is not carried
exactly by the fast forms of numbers (doubles beyond 2⁵³, more decimals than expected), the reference decides.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from operator import le
from typing import Any

from pytest_specmint.rules.expression.emit import Emitter, Form, Slow
from pytest_specmint.rules.expression.emit_lists import LISTS
from pytest_specmint.rules.expression.emit_logic import LOGIC
from pytest_specmint.rules.expression.emit_numbers import NUMBERS
from pytest_specmint.rules.expression.interpret import ABSENT, interpret
from pytest_specmint.rules.expression.kinds import Kind
from pytest_specmint.rules.expression.numbers import simplest
from pytest_specmint.rules.expression.operations import COMPARISONS
from pytest_specmint.rules.expression.terms import Term, Value

Evaluator = Callable[..., Value | None]
"""Called with a record, and with an item where the rule is about the items of a list."""

FORMS: Mapping[str, Form] = {
    "path": Emitter.path,
    **dict.fromkeys(COMPARISONS, Emitter.compare),
    **LOGIC,
    **LISTS,
    **NUMBERS,
}


def compiled(term: Term) -> Evaluator:
    """A function that gives what `interpret` gives, fast."""

    def reference(record: object, item: object = ABSENT) -> Value | None:
        return interpret(term, record, item)

    emitter = Emitter(FORMS)
    try:
        code = emitter.emit(term)
        result = emitter.exact(code) if term.kind is Kind.NUMBER else code
        text = _function(emitter.source.lines, result.text)
        function = compile(text, "<rule>", "exec")
    except (SyntaxError, RecursionError, MemoryError):  # Python nests no more than a hundred blocks
        return reference
    names: dict[str, Any] = {
        **emitter.source.globals,
        "ABSENT": ABSENT,
        "Fraction": Fraction,
        "Slow": Slow,
        "le": le,
        "reference": reference,
        "simplest": simplest,
    }
    exec(function, names)  # noqa: S102 - the source is ours from beginning to end
    evaluator: Evaluator = names["rule"]
    return evaluator


def source_of(term: Term) -> str:
    """The Python text that `compiled` runs, for those who want to read it."""
    emitter = Emitter(FORMS)
    code = emitter.emit(term)
    result = emitter.exact(code) if term.kind is Kind.NUMBER else code
    return _function(emitter.source.lines, result.text)


def _function(lines: list[str], result: str) -> str:
    body = "".join(f" {line}\n" for line in lines)
    head, tail = "def rule(record, item=ABSENT):\n try:\n", " except Slow:\n  return reference(record, item)\n"
    return f"{head}{body}  return {result}\n{tail}"
