"""Rules as schemas accept what the reference does not call false, over records of every kind."""

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from pytest_specmint.rules.branches import holds, not_true, schema_of_rule
from pytest_specmint.rules.compile import compile_rules
from pytest_specmint.rules.expression.errors import RuleError
from pytest_specmint.rules.expression.interpret import interpret
from pytest_specmint.rules.expression.kinds import TableOfFields
from pytest_specmint.rules.model import read_rules

FIELDS = TableOfFields.of(
    {
        "n": "number",
        "s": "string",
        "f": "boolean",
        "o.n": "number|null",
        "o.s": "string",
        "xs[].n": "number",
        "xs[].s": "string",
        "xs[].f": "boolean",
    }
)
VALUES = st.sampled_from([None, True, False, 0, 1, 2, 2.5, -3, "a", "b", "c", "", {}, []])
TESTS = st.one_of(
    st.builds(
        "{} {} {}".format,
        st.sampled_from(["n", "o.n"]),
        st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
        st.sampled_from(["0", "1", "2.5"]),
    ),
    st.builds("{} {} '{}'".format, st.sampled_from(["s", "o.s"]), st.sampled_from(["==", "!="]), st.sampled_from("ab")),
    st.sampled_from(["f", "not f", "s in ('a', 'b')", "s not in ('a', 'c')", "n in (1, 2)", "2 >= o.n"]),
    st.builds("{}({})".format, st.sampled_from(["has", "missing", "not has"]), st.sampled_from(["n", "o.s", "o"])),
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
    ),
    max_leaves=5,
)
INNER = st.one_of(VALUES, st.dictionaries(st.sampled_from(["n", "s", "f"]), VALUES))
RECORDS = st.dictionaries(st.sampled_from(["n", "s", "f", "o"]), st.one_of(VALUES, INNER))


def accepts(schema: Any, record: Any) -> bool:
    return bool(jsonschema_rs.Draft202012Validator(schema).is_valid(record))


@given(CONDITIONS, CONDITIONS, RECORDS)
def test_when_then(when: str, then: str, record: Any) -> None:
    rules = compile_rules(read_rules([{"id": "r", "when": when, "then": then}]), FIELDS)
    (rule,) = rules.rules
    schema = schema_of_rule(rule)
    assert schema is not None
    assert rule.verdict is not None
    assert accepts(schema, record) == (interpret(rule.verdict, record) is not False)
    assert rule.when is not None
    assert accepts(holds(rule.when), record) == (interpret(rule.when, record) is True)
    assert accepts(not_true(rule.when), record) == (interpret(rule.when, record) is not True)


@given(CONDITIONS, st.lists(INNER, max_size=3))
def test_items(condition: str, items: list[Any]) -> None:
    text = condition.replace("o.", "").replace("(o)", "(n)")
    try:
        (rule,) = compile_rules(read_rules([{"id": "r", "each": "xs", "assert": text}]), FIELDS).rules
    except RuleError:
        reject()  # it contradicts itself
    schema = schema_of_rule(rule)
    assert schema is not None
    assert rule.condition is not None
    expected = all(interpret(rule.condition, {"xs": items}, item) is not False for item in items)
    assert accepts(schema, {"xs": items}) == expected


@pytest.mark.parametrize(
    "condition", ["n < o.n", "s < 'b'", "len(xs) > 1", "n + 1 > 2", "xs[0].n > 1", "all(x.n > 1 for x in xs)"]
)
def test_what_json_schema_cannot_say(condition: str) -> None:
    (rule,) = compile_rules(read_rules([{"id": "r", "assert": condition}]), FIELDS).rules
    assert schema_of_rule(rule) is None
