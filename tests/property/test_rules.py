"""Laws of the rule language: two evaluators agree, nothing escapes the parser, time is bounded."""

import json
import pickle
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from rule_strategies import TABLE, expressions, records

from pytest_specmint.rules.contradict import contradiction
from pytest_specmint.rules.expression.analyse import as_test, orderings_of, reads
from pytest_specmint.rules.expression.compile import compiled, source_of
from pytest_specmint.rules.expression.errors import ExpressionError
from pytest_specmint.rules.expression.interpret import interpret
from pytest_specmint.rules.expression.kinds import AnyFields, TableOfFields
from pytest_specmint.rules.expression.parse import parse
from pytest_specmint.rules.expression.resolve import Context, resolve
from pytest_specmint.rules.expression.terms import Term

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


WORDS = st.sampled_from(
    [
        "n",
        "m",
        "s",
        "d",
        "w",
        "f",
        "a",
        "xs",
        "lines",
        "o",
        ".",
        ",",
        "(",
        ")",
        "[",
        "]",
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "**",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "=",
        "and",
        "or",
        "not",
        "in",
        "is",
        "if",
        "else",
        "for",
        "lambda",
        "x",
        "'A'",
        '"b"',
        "1",
        "0.1",
        "1e9",
        "true",
        "null",
        "None",
        "as_of",
        "record",
        "item",
        "has",
        "len",
        "sum",
        "all",
        "date",
        "years",
        "days",
        "table",
        "__class__",
        "#",
        "\\",
        "\n",
        "{",
        "}",
        ":",
        ":=",
        "@",
        "f''",
        "await",
        "yield",
        "import",
        "_",
        "__",
        "0x1",
        "1j",
        "...",
        "~",
        "&",
        "|",
        "^",
    ]
)


@ROOMY
@given(
    st.one_of(
        st.text(max_size=60), st.lists(WORDS, max_size=25).map(" ".join), st.lists(WORDS, max_size=25).map("".join)
    )
)
@example("(" * 1000)
@example("[" * 1000 + "]" * 1000)
@example("n" + ".a" * 900)
@example("not " * 499)
@example("n if " * 300 + "n")
@example("all(" * 300)
@example("f'{" * 200)
@example("lambda:" * 200 + "1")
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    for each in (False, True):
        try:
            tree = parse(text, each=each)
            resolve(tree, text, Context(each=("lines",)) if each else TYPED)
        except ExpressionError as error:
            check_words(error)


@ROOMY
@given(expressions(), st.integers(0, 400), WORDS)
def test_no_damage_to_an_expression_does_more(text: str, at: int, word: str) -> None:
    place = at % (len(text) + 1)
    for damaged in (text[:place] + word + text[place:], text[:place] + text[place + 1 :], text[:place]):
        term_of(damaged)


@ROOMY
@given(expressions("flag"), st.lists(records(), min_size=1, max_size=3))
def test_only_what_a_term_reads_counts(text: str, some: list[Any]) -> None:
    term = term_of(text)
    assume(term is not None)
    assert term is not None
    wanted = {route[0] for route in reads(term) if route}
    for record in some:
        kept = {name: value for name, value in record.items() if name in wanted}
        assert interpret(term, kept) == interpret(term, record)


@ROOMY
@given(expressions("flag"), records())
def test_verdicts_are_the_same_of_a_record_read_again(text: str, record: Any) -> None:
    term = term_of(text)
    assume(term is not None)
    assert term is not None
    assert compiled(term)(json.loads(json.dumps(record))) is interpret(term, record)


def test_time_is_in_proportion_to_the_record() -> None:
    text = "all(all(x > 0 and l.q > 0 for x in l.xs) and l.q in (1, 2) for l in lines)"
    term = term_of(text)
    assert term is not None
    record = {"lines": [{"q": 1, "xs": [1] * 300}] * 300}
    assert compiled(term)(record) is interpret(term, record) is True


@ROOMY
@given(expressions("flag", depth=2))
def test_orderings_are_of_comparisons_only(text: str) -> None:
    term = term_of(text)
    assume(term is not None)
    assert term is not None
    for ordering in orderings_of(term):
        assert ordering.low.place or ordering.high.place


BOUNDS = st.one_of(
    st.builds("{} {} {}".format, st.sampled_from("nmk"), st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), st.integers(0, 3)),
    st.builds("{} {} {} + {}".format, st.sampled_from("nmk"), st.sampled_from(["<", "<=", "=="]), st.sampled_from("nmk"), st.integers(-2, 2)),
    st.builds("{} in ({}, {})".format, st.sampled_from("nmk"), st.integers(0, 3), st.integers(0, 3)),
    st.builds("not {} in ({}, {})".format, st.sampled_from("nmk"), st.integers(0, 3), st.integers(0, 3)),
    st.builds("{} + {}({}) <= {}".format, st.sampled_from("de"), st.sampled_from(["months", "days", "years"]), st.integers(-2, 2), st.sampled_from("de")),
    st.builds("{}({}, {}) {} {}".format, st.sampled_from(["months", "days", "years"]), st.sampled_from("de"), st.sampled_from("de"), st.sampled_from([">=", "<"]), st.integers(-1, 60)),
    st.sampled_from(["f", "not f", "f == true", "f != true", "has(n)", "not missing(n)", "d <= as_of", "w >= d", "date(w) <= e", "w <= v"]),
)  # fmt: skip
CLOSE_DATES = st.sampled_from(
    ["2024-01-31", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-31", "2024-12-31", "2025-01-01", "2026-02-28"]
)
FULL = st.fixed_dictionaries(
    {
        **{name: st.one_of(st.integers(-1, 4), st.integers(-2, 8).map(lambda n: n / 2)) for name in "nmk"},
        **dict.fromkeys("de", CLOSE_DATES),
        **{name: CLOSE_DATES.map(lambda day: f"{day}T23:30:00-01:00") for name in "wv"},
        "f": st.booleans(),
    }
)


@settings(ROOMY, max_examples=600)
@given(st.lists(BOUNDS, min_size=2, max_size=5), st.lists(FULL, min_size=10, max_size=30))
def test_no_rules_are_refused_that_some_record_meets(texts: list[str], some: list[Any]) -> None:
    terms = [term for term in map(term_of, texts) if term is not None]
    found: list[tuple[str, Any]] = []
    for i, term in enumerate(terms):
        test = as_test(term)
        found += ([(str(i), test)] if test else []) + [(str(i), each) for each in orderings_of(term)]
    if contradiction(found):
        for record in some:
            assert not all(interpret(term, record) is True for term in terms), (texts, record)
