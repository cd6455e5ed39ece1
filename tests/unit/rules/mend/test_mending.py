"""Records that break a rule, changed in as few fields as possible."""

from typing import Any

import pytest

from pytest_specmint.rules.compile import compile_rules
from pytest_specmint.rules.expression.interpret import ABSENT
from pytest_specmint.rules.expression.kinds import TableOfFields
from pytest_specmint.rules.mend.places import changes, located, moved
from pytest_specmint.rules.mend.search import Bounds, mended
from pytest_specmint.rules.model import read_rules

FIELDS = TableOfFields.of(
    {
        **dict.fromkeys(("a", "b", "c", "n"), "number"),
        **dict.fromkeys(("s", "t"), "string"),
        **dict.fromkeys(("f", "g"), "boolean"),
        **dict.fromkeys(("d", "e"), "date"),
        **dict.fromkeys(("m", "w"), "date-time"),
        "xs[]": "number",
        "lines[].p": "number",
        "lines[].q": "number",
        "o.z": "number",
        "u": "number|string",
    }
)
TABLES = {"towns": [("Graz", "AT"), ("Lyon", "FR"), ("Nice", "FR")], "codes": ["A1", "B2"]}
ONE_FIELD: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # an equality: one side is given the other's value
    ("a == b", {"a": 1, "b": 2}, {"a": 2, "b": 2}),
    ("a == b + c", {"a": 1, "b": 2, "c": 3}, {"a": 5, "b": 2, "c": 3}),
    ("b - c == 4", {"b": 2, "c": 3}, {"b": 7, "c": 3}),
    ("a * 3 == b", {"a": 5, "b": 30}, {"a": 10, "b": 30}),
    ("a / 3 == b", {"a": 5, "b": 30}, {"a": 90, "b": 30}),
    ("round(a * 0.2, 2) == b", {"a": 10, "b": 3}, {"a": 15, "b": 3}),
    ("-a == b", {"a": 5, "b": 30}, {"a": -30, "b": 30}),
    ("abs(a) == b", {"a": 5, "b": 30}, {"a": 30, "b": 30}),
    ("a % 7 == 3", {"a": 11}, {"a": 10}),
    ("min(a, b) == 9", {"a": 5, "b": 30}, {"a": 9, "b": 30}),
    ("default(a, 0) == b", {"a": 5, "b": 30}, {"a": 30, "b": 30}),
    ("(a if f else b) == 7", {"a": 5, "b": 30, "f": True}, {"a": 7, "b": 30, "f": True}),
    ("o.z == a", {"o": {"z": 1}, "a": 2}, {"o": {"z": 2}, "a": 2}),
    ("s == t", {"s": "x", "t": "y"}, {"s": "y", "t": "y"}),
    ("s == upper(t)", {"s": "x", "t": "y"}, {"s": "Y", "t": "y"}),
    ("s + t == 'AB'", {"s": "A", "t": "y"}, {"s": "A", "t": "B"}),
    ("text(n) == s", {"n": 3, "s": "41"}, {"n": 41, "s": "41"}),
    ("len(s) == 4", {"s": "abcdef"}, {"s": "abcd"}),
    ("len(s) == 4", {"s": "ab"}, {"s": "abbb"}),
    ("u == 'x'", {"u": "z"}, {"u": "x"}),
    # orderings: the nearest value that is allowed
    ("a < b", {"a": 9, "b": 4}, {"a": 3, "b": 4}),
    ("a <= b", {"a": 9, "b": 4}, {"a": 4, "b": 4}),
    ("a > b + 2", {"a": 1, "b": 4}, {"a": 7, "b": 4}),
    ("a != b", {"a": 4, "b": 4}, {"a": 5, "b": 4}),
    ("a < 0.5", {"a": 0.75}, {"a": 0.49}),
    ("d <= e", {"d": "2024-05-03", "e": "2024-05-01"}, {"d": "2024-05-01", "e": "2024-05-01"}),
    ("d < e", {"d": "2024-05-03", "e": "2024-05-01"}, {"d": "2024-04-30", "e": "2024-05-01"}),
    ("d + years(1) == e", {"d": "2024-05-03", "e": "2024-05-01"}, {"d": "2023-05-01", "e": "2024-05-01"}),
    ("d + days(3) == e", {"d": "2024-05-03", "e": "2024-05-01"}, {"d": "2024-04-28", "e": "2024-05-01"}),
    ("days(e, d) == 10", {"d": "2024-05-03", "e": "2024-05-01"}, {"d": "2024-05-03", "e": "2024-05-13"}),
    ("years(e, d) == 2", {"d": "2020-05-03", "e": "2024-05-01"}, {"d": "2020-05-03", "e": "2022-05-03"}),
    ("year(d) == 2020", {"d": "2024-05-03"}, {"d": "2020-05-03"}),
    ("month(d) == 2", {"d": "2024-05-31"}, {"d": "2024-02-29"}),
    ("weekday(d) == 1", {"d": "2024-05-03"}, {"d": "2024-04-29"}),
    ("m < w", {"m": "2024-05-03T00:00:00Z", "w": "2024-05-01T00:00:00Z"}, {"m": "2024-04-30T23:59:59Z", "w": "2024-05-01T00:00:00Z"}),
    ("hours(w, m) == 5", {"m": "2024-05-03T00:00:00Z", "w": "2024-05-01T00:00:00Z"}, {"m": "2024-05-03T00:00:00Z", "w": "2024-05-03T05:00:00Z"}),
    ("date(m) == d", {"m": "2024-05-03T01:02:03Z", "d": "2024-05-01"}, {"m": "2024-05-01T01:02:03Z", "d": "2024-05-01"}),
    # membership: a member, of a table the row with the most in common
    ("s in ('A', 'B')", {"s": "x"}, {"s": "A"}),
    ("s in table('codes')", {"s": "x"}, {"s": "A1"}),
    ("(s, t) in table('towns')", {"s": "Nice", "t": "AT"}, {"s": "Graz", "t": "AT"}),
    ("s not in ('A', 'B') or f", {"s": "A", "f": False}, {"s": "A", "f": True}),
    # logic
    ("f", {"f": False}, {"f": True}),
    ("not f", {"f": True}, {"f": False}),
    ("f or a > 3", {"f": False, "a": 1}, {"f": True, "a": 1}),
    ("a > 3 and b > 3", {"a": 1, "b": 9}, {"a": 4, "b": 9}),
    ("not (a > 3 and f)", {"a": 5, "f": True}, {"a": 3, "f": True}),
    ("missing(a) or a > 3", {"a": 1, "b": 2}, {"b": 2}),
    ("is_null(a) or a > 3", {"a": 1}, {"a": None}),
    ("startswith(s, 'AB')", {"s": "xyz"}, {"s": "ABz"}),
    ("endswith(s, 'AB')", {"s": "xyz"}, {"s": "xAB"}),
    ("contains(s, t)", {"s": "xyz", "t": "AB"}, {"s": "ABz", "t": "AB"}),
    # lists
    ("sum(x for x in xs) == 10", {"xs": [1, 2, 3]}, {"xs": [5, 2, 3]}),
    ("avg(xs) == 5", {"xs": [1, 2, 3]}, {"xs": [10, 2, 3]}),
    ("all(x < 5 for x in xs)", {"xs": [1, 7, 3]}, {"xs": [1, 4, 3]}),
    ("any(x > 5 for x in xs)", {"xs": [1, 2, 3]}, {"xs": [6, 2, 3]}),
    ("sum(l.p * l.q for l in lines) == a", {"a": 30, "lines": [{"p": 2, "q": 5}]}, {"a": 30, "lines": [{"p": 6, "q": 5}]}),
    ("len(xs) == 2", {"xs": [1, 2, 3]}, {"xs": [1, 2]}),
    ("unique(x for x in xs)", {"xs": [1, 2, 2]}, {"xs": [1, 2, 3]}),
    ("ascending(x for x in xs)", {"xs": [1, 5, 2]}, {"xs": [1, 5, 5]}),
    ("a in xs", {"a": 9, "xs": [1, 2]}, {"a": 1, "xs": [1, 2]}),
]  # fmt: skip


def mend(rule: dict[str, Any] | str, record: Any, others: list[Any] | None = None, **bounds: Any) -> Any:
    """The record with its rule mended, and where it was changed."""
    written = [{"id": "r", **({"assert": rule} if isinstance(rule, str) else rule)}]
    rules = compile_rules(read_rules(written), FIELDS, tables=TABLES)
    judged = [(each, each.evaluator()) for each in rules.rules]
    return mended(record, judged, others or [], Bounds(**{"accepts": lambda _: True, **bounds}))  # type: ignore[arg-type]


@pytest.mark.parametrize(("rule", "before", "after"), ONE_FIELD)
def test_one_field_is_changed(rule: str, before: Any, after: Any) -> None:
    found = mend(rule, before)
    assert found is not None
    assert found.record == after
    assert len(found.changed) == 1
    assert found.rules == ("r",)


def test_a_record_that_holds_stays_as_it_is() -> None:
    found = mend("a < b", {"a": 1, "b": 2})
    assert (found.record, found.changed, found.rules) == ({"a": 1, "b": 2}, (), ())


def test_what_is_given_is_not_changed_in_place() -> None:
    record = {"lines": [{"p": 2, "q": 5}], "a": 30}
    mend("sum(l.p * l.q for l in lines) == a", record)
    assert record == {"lines": [{"p": 2, "q": 5}], "a": 30}


def test_the_demand_goes_before_the_condition() -> None:
    rule = {"when": "a > 3", "then": "f"}
    assert mend(rule, {"a": 9, "f": False}).record == {"a": 9, "f": True}
    stuck = mend(rule, {"a": 9, "f": False}, accepts=lambda record: record["f"] is False)
    assert stuck.record == {"a": 3, "f": False}


def test_what_is_derived_is_calculated_anew() -> None:
    assert mend({"derive": {"a": "b * c"}}, {"a": 1, "b": 2, "c": 3}).record == {"a": 6, "b": 2, "c": 3}


def test_items_of_a_list_one_by_one() -> None:
    lines = [{"p": 1, "q": 2}, {"p": 9, "q": 3}, {"p": 7, "q": 4}]
    found = mend({"each": "lines", "assert": "p <= q"}, {"lines": lines})
    assert found.record["lines"] == [{"p": 1, "q": 2}, {"p": 3, "q": 3}, {"p": 4, "q": 4}]
    assert sorted(found.changed) == [("lines", 1, "p"), ("lines", 2, "p")]


def test_many_faults_are_mended_one_after_the_other() -> None:
    found = mend("all(x % 5 == 1 for x in xs)", {"xs": list(range(100, 112))})
    assert all(x % 5 == 1 for x in found.record["xs"])
    assert len(found.changed) == 9  # three of them were right


def test_the_fewest_fields_are_taken() -> None:
    found = mend("a == b and b == c", {"a": 1, "b": 2, "c": 1})
    assert found.record == {"a": 1, "b": 1, "c": 1}
    assert found.changed == (("b",),)


def test_what_the_schema_refuses_is_not_taken() -> None:
    found = mend(
        "a * 3 == b", {"a": 5, "b": 31}, accepts=lambda record: isinstance(record["a"], int) and record["b"] < 40
    )
    assert found.record == {"a": 5, "b": 15}


def test_fixed_fields_stay() -> None:
    assert mend("a == b", {"a": 1, "b": 2}, fixed=frozenset({("a",)})).record == {"a": 1, "b": 1}
    assert mend("a == b", {"a": 1, "b": 2}, fixed=frozenset({("a",), ("b",)})) is None
    assert mend("o.z == 3", {"o": {"z": 1}}, fixed=frozenset({("o",)})) is None


def test_values_are_taken_from_others() -> None:
    others = [{"s": "4111111111111112"}, {"s": "4111111111111111"}]
    found = mend("luhn(s)", {"s": "4111111111111119"}, others)
    assert found.record == {"s": "4111111111111111"}
    assert mend("luhn(s)", {"s": "4111111111111119"}, others[:1]) is None
    assert mend("has(a)", {"b": 1}, [{"a": 7, "b": 2}]).record == {"a": 7, "b": 1}
    each = mend({"each": "lines", "assert": "luhn(text(p))"}, {"lines": [{"p": 1}]}, [{"lines": [{"p": 18}]}])
    assert each.record == {"lines": [{"p": 18}]}


def test_what_cannot_hold_is_given_up() -> None:
    assert mend("a != a", {"a": 1}, [{"a": 2}]) is None
    assert mend("all(x % 5 == 1 for x in xs) and a != a", {"xs": [5] * 40, "a": 1}) is None  # and not after hours


@pytest.mark.parametrize(
    "rule",
    [
        "a / b == 0.1", "a * b == 3", "a // b == 2", "floor(a) == 2.5", "years(e, d) == 2.5", "d + months(n) == e",
        "d - e == days(3)", "date(a, b, c) == d", "m + hours(5) == w", "m - w == hours(2)", "count(x > 3 for x in xs) == 2",
        "max(xs) == 3", "npi(s)", "iban(s)", "text(d) == s", "text(f) == s", "lower(s) == 'é'", "u > 3", "u != 3",
        "a % b == c", "s < t", "f == g", "a in (1, 2) and s in ('x', 'y')", "unique(l.p for l in lines)",
        "any(l.p > a for l in lines if l.q > 2)", "ascending(l.p for l in lines if l.q > 2)", "len(s) == a",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "record",
    [
        {},
        {"a": 0, "b": 0, "c": 0, "n": 1e30, "s": "", "t": "", "f": False, "g": True, "d": "0000-01-01", "e": "9999-12-31",
         "m": "0001-01-01T00:00:00Z", "w": "9999-12-31T23:59:59Z", "xs": [], "lines": [], "o": None, "u": "x"},
        {"a": 1.5, "b": 3, "c": -1, "n": 2, "s": "é1", "t": "x", "f": True, "g": False, "d": "2024-02-29", "e": "2023-01-01",
         "m": "2024-02-29T12:00:00.5Z", "w": "2024-01-01T00:00:00Z", "xs": [3, 3, 1], "lines": [{"p": 3, "q": 3}, {"p": 3, "q": 9}], "u": 3},
        {"a": None, "b": "x", "s": 3, "xs": [None, "x"], "lines": [None, {"p": 1}], "d": "no", "m": 3},
    ],
)  # fmt: skip
def test_whatever_the_record_nothing_breaks(rule: str, record: Any) -> None:
    found = mend(rule, record)
    if found is not None:
        rules = compile_rules(read_rules([{"id": "r", "assert": rule}]), FIELDS, tables=TABLES)
        evaluate = rules.rules[0].evaluator()
        assert evaluate is not None
        assert evaluate(found.record) is not False


# ---------------------------------------------------------------- places


def test_changes_are_told_as_far_inside_as_they_are() -> None:
    before = {"a": 1, "b": {"c": [1, 2], "d": 3}, "e": None, "h": True}
    after = {"a": 1, "b": {"c": [1, 4, {"x": 1, "y": 2}], "d": 3}, "f": {"g": 1}, "h": 1}
    assert list(changes(before, after)) == [
        ("b", "c", 1),
        ("b", "c", 2, "x"),
        ("b", "c", 2, "y"),
        ("e",),
        ("f", "g"),
        ("h",),
    ]


def test_moves() -> None:
    record = {"a": [{"b": 1}, 2]}
    assert moved(record, ((("a", 0, "b"), 5), (("a", 1), 3))) == {"a": [{"b": 5}, 3]}
    assert moved(record, ((("a", 0, "b"), ABSENT),)) == {"a": [{}, 2]}
    assert moved(record, ((("x", "y"), 1),)) == record  # there is no object to put it in
    assert moved(record, (((), 7),)) == 7


def test_routes_lead_to_every_item() -> None:
    record = {"a": [{"b": [1, 2]}, {"c": 0}, 3]}
    assert located(record, ("a", -1, "b", -1)) == [("a", 0, "b", 0), ("a", 0, "b", 1)]
    assert located(record, ("a", -1, "b")) == [("a", 0, "b"), ("a", 1, "b")]
    assert located(record, ("z",)) == [("z",)]
    assert located(3, ("z",)) == []
