"""Whatever rules a schema has, no record breaks one: they hold, or generation says why it stops."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

import pytest_specmint as sm
from pytest_specmint.rules.check import check_rules
from pytest_specmint.rules.compile import compile_rules
from pytest_specmint.rules.placed import own
from pytest_specmint.rules.schema_fields import SchemaFields

DATE = {"type": "string", "format": "date"}
SMALL = {"type": "integer", "minimum": 0, "maximum": 20}
FIELDS: dict[str, Any] = {
    "i": SMALL,
    "j": {"type": ["integer", "null"], "minimum": 5, "maximum": 30},
    "k": {"type": "number", "multipleOf": 0.5, "minimum": -10, "maximum": 40},
    "d": DATE,
    "e": DATE,
    "m": {"type": "string", "format": "date-time"},
    "s": {"enum": ["A", "B", "C"]},
    "f": {"type": "boolean"},
    "xs": {
        "type": "array",
        "maxItems": 3,
        "items": {
            "type": "object",
            "required": ["n"],
            "properties": {"n": SMALL, "at": DATE, "t": {"enum": ["a", "b"]}},
        },
    },
}
NUMBERS = ("i", "j", "k", "len(xs)")
TIMES = ("d", "e", "m", "as_of")
SIGNS = st.sampled_from(["<", "<=", ">=", "=="])


@st.composite
def orders(draw: st.DrawFn) -> str:
    names = NUMBERS if draw(st.booleans()) else TIMES
    left, right = draw(st.sampled_from([(a, b) for a in names for b in names if a != b]))
    apart = draw(st.integers(0, 6))
    beside = f"{right} + {apart}" if names is NUMBERS else f"{right} + days({apart})"
    return f"{left} {draw(SIGNS)} {beside}"


TESTS = st.one_of(
    st.builds("{} {} {}".format, st.sampled_from(["i", "j", "k"]), SIGNS, st.integers(0, 20)),
    st.sampled_from(
        ["s == 'A'", "s in ('A', 'B')", "f", "not f", "has(j)", "s != 'C'", "f or i > 3", "f and s == 'B'"]
    ),
)
PLAIN = st.one_of(
    st.builds(lambda text: {"assert": text}, orders()),
    st.builds(lambda when, then: {"when": when, "then": then}, TESTS, st.one_of(TESTS, orders())),
    st.sampled_from(
        [
            {"derive": {"k": "sum(x.n for x in xs)"}},
            {"derive": {"i": "round(j / 2, 0)"}},
            {"derive": {"k": "i + default(j, 0) - 2"}},
        ]
    ),
)
IN_LIST = st.sampled_from(
    [
        {"assert": "n <= record.i"},
        {"assert": "record.d <= at"},
        {"when": "t == 'a'", "then": "n > 4"},
        {"when": "n > 10", "then": "t == 'b'"},
        {"when": "record.s == 'A'", "then": "n < 9"},
    ]
)
RULES = st.lists(st.one_of(PLAIN, IN_LIST.map(lambda rule: {"each": "xs", **rule})), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@example(  # whether all items of a block are made alike must not matter for a list's sum
    [
        {"when": "j < 6", "then": "d < e + days(0)"},
        {"derive": {"k": "sum(x.n for x in xs)"}},
        {"each": "xs", "when": "t == 'a'", "then": "n > 4"},
        {"assert": "j < k + 0"},
    ],
    set(),
    57,
)
@given(RULES, st.sets(st.sampled_from(sorted(FIELDS))), st.integers(0, 99))
def test_rules_hold(rules: list[dict[str, Any]], required: set[str], seed: int) -> None:
    listed = [{"id": f"r{i}", **rule} for i, rule in enumerate(rules)]
    document = {"type": "object", "properties": FIELDS, "required": sorted(required), "x-rules": listed}
    try:
        dataset = sm.generate(document, seed=seed, count=40)
        records = list(dataset)
    except sm.SpecmintError:  # they contradict each other, or are hardly ever met
        return
    outcomes = check_rules(compile_rules(own(dataset.schema).rules, SchemaFields(dataset.schema)), records)
    assert all(outcomes), [each.examples[:1] for each in outcomes if not each]
    assert records[7] == sm.generate(document, seed=seed, count=1, start=7)[0]
