"""Laws of the rule language: two evaluators agree, nothing escapes the parser, time is bounded."""

import pickle
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_specmint.rules.expression.compile import compiled, source_of
from pytest_specmint.rules.expression.errors import ExpressionError
from pytest_specmint.rules.expression.interpret import interpret
from pytest_specmint.rules.expression.kinds import AnyFields, TableOfFields
from pytest_specmint.rules.expression.parse import parse
from pytest_specmint.rules.expression.resolve import Context, resolve
from pytest_specmint.rules.expression.terms import Term
from tests.property.rule_strategies import TABLE, expressions, records

TABLES = {
    "pairs": frozenset({("A", 1), ("A", 2), ("PENDING", Fraction(1, 10))}),
    "singles": frozenset({"A", 1, Fraction(1, 10)}),
}
TYPED = Context(TableOfFields.of(TABLE), tables=TABLES)
UNTYPED = Context(AnyFields(), tables=TABLES)
ROOMY = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def term_of(text: str, context: Context = TYPED) -> Term | None:
    try:
        return resolve(parse(text), text, context)
    except ExpressionError as error:
        check_words(error)
        return None


def check_words(error: ExpressionError) -> None:
    assert error.hint
    assert 0 <= error.offset <= len(error.text)


@ROOMY
@given(expressions(), st.lists(records(), min_size=1, max_size=4))
def test_compiled_code_agrees_with_the_reference(text: str, some: list[Any]) -> None:
    for context in (TYPED, UNTYPED):
        term = term_of(text, context)
        if term is None:
            continue
        fast = compiled(pickle.loads(pickle.dumps(term)))
        for record in some:
            slow, quick = interpret(term, record), fast(record)
            assert (slow, type(slow)) == (quick, type(quick)), source_of(term)
