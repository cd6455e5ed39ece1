"""What expressions are worth: the table of meanings, by the reference and by compiled code."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from pytest_specmint.rules.expression.compile import compiled
from pytest_specmint.rules.expression.interpret import interpret
from pytest_specmint.rules.expression.kinds import TableOfFields
from pytest_specmint.rules.expression.parse import parse
from pytest_specmint.rules.expression.resolve import Context, resolve

RECORD = {
    "n": 12.34,
    "zero": 0,
    "nil": None,
    "big": 2**53 + 1,
    "tiny": 1e-7,
    "text": "Abc",
    "flag": True,
    "no": False,
    "dob": "1990-02-28",
    "leap": "2024-02-29",
    "day": "2024-05-01",
    "at": "2024-05-01T23:30:00-05:00",
    "noon": "2024-05-01T12:00:00Z",
    "bad": "2024-02-30",
    "codes": ["A", "B"],
    "lines": [{"q": 2, "p": 0.1}, {"q": 1, "p": 0.2, "x": None}],
    "empty": [],
    "o": {"n": 3},
}
TABLE = {
    "n": "number", "zero": "integer", "nil": "number|null", "big": "integer", "tiny": "number", "text": "string",
    "flag": "boolean", "no": "boolean", "dob": "date", "leap": "date", "day": "date", "at": "date-time", "noon": "date-time",
    "bad": "date", "codes": "array", "codes[]": "string", "lines[].q": "integer", "lines[].p": "number",
    "lines[].x": "number|null", "empty": "array", "empty[]": "number", "o.n": "integer", "gone": "number",
    "gone_text": "string", "gone_list": "array", "gone_list[]": "number", "gone_flag": "boolean", "gone_day": "date",
    "mixed": "number|string",
}  # fmt: skip


def worth(text: str, record: Any = RECORD, table: dict[str, str] = TABLE, **context: Any) -> Any:
    """The value by both evaluators."""
    term = resolve(parse(text), text, Context(TableOfFields.of(table), **context))
    value = interpret(term, record)
    quick = compiled(term)(record)
    assert (value, type(value)) == (quick, type(quick))
    return value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # numbers are what their texts say
        ("0.1 + 0.2 == 0.3", True),
        ("n + 0.01 == 12.35", True),
        ("n * 100", 1234),
        ("sum(l.q * l.p for l in lines) == 0.4", True),
        ("big == 9007199254740993", True),
        ("big > 9007199254740992", True),
        ("tiny == 0.0000001", True),
        ("tiny + n == 12.3400001", True),
        ("n / 3", Fraction(617, 150)),
        ("round(n / 3, 2)", Fraction(411, 100)),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(2.675, 2) == 2.68", True),
        ("round(1250, -2)", 1300),
        ("round(n, 5) == n", True),
        ("n // 5", 2),
        ("-n // 5", -3),
        ("n % 5 == 2.34", True),
        ("-n % 5 == 2.66", True),
        ("floor(-n)", -13),
        ("ceil(n)", 13),
        ("abs(-n) == n", True),
        ("min(n, 3, o.n)", 3),
        ("max(n, 3) == n", True),
        ("avg(l.p for l in lines) == 0.15", True),
        ("round(n / (0 + avg(l.p for l in lines)))", 82),
        ("(0 + n / 4) * 4 == n", True),
        ("sum(l.q / 3 for l in lines)", 1),
        ("avg(l.q / 3 for l in lines)", Fraction(1, 2)),
        ("default(gone / 3, n / 4) * 4 == n", True),
        ("max(n / 3, 4) * 3 == n", True),
        ("text(n)", "12.34"),
        ("text(tiny)", "0.0000001"),
        ("text(n / 3)", None),
        ("text(big)", "9007199254740993"),
        # what is divided by zero is unknown
        ("n / zero", None),
        ("n // zero", None),
        ("n % zero", None),
        ("round(n / zero, 2)", None),
        ("avg(e for e in empty)", None),
        # three values of truth
        ("gone > 1", None),
        ("nil > 1", None),
        ("gone == gone", None),
        ("gone > 1 and no", False),
        ("gone > 1 and flag", None),
        ("gone > 1 or flag", True),
        ("gone > 1 or no", None),
        ("not gone > 1", None),
        ("flag and flag and no", False),
        ("gone_flag", None),
        ("1 if gone_flag else 2", None),
        ("1 if no else 2", 2),
        ("default(gone, 7)", 7),
        ("default(nil, 7)", 7),
        ("default(n, 7) == n", True),
        ("sum(l.x for l in lines)", None),
        ("sum(default(l.x, 0) for l in lines)", 0),
        ("all(l.x > 0 for l in lines)", None),
        ("all(l.x > 0 and l.p > 0.1 for l in lines)", False),
        ("any(l.x > 0 or l.p > 0.1 for l in lines)", True),
        # presence
        ("has(n)", True),
        ("has(nil)", False),
        ("has(gone)", False),
        ("missing(nil)", False),
        ("missing(gone)", True),
        ("is_null(nil)", True),
        ("is_null(gone)", False),
        ("has(o)", True),
        ("has(lines[1])", True),
        ("missing(lines[2])", True),
        ("lines[-1].q", 1),
        ("codes[0]", "A"),
        # lists
        ("sum(e for e in empty)", 0),
        ("sum(empty)", 0),
        ("all(e > 0 for e in empty)", True),
        ("any(e > 0 for e in empty)", False),
        ("count(l.q > 1 for l in lines)", 1),
        ("sum(l.p for l in lines if l.q > 1) == 0.1", True),
        ("sum(g for g in gone_list)", None),
        ("len(codes)", 2),
        ("len(gone_list)", None),
        ("'A' in codes", True),
        ("'C' not in codes", True),
        ("unique(codes)", True),
        ("unique(l.p for l in lines)", True),
        ("unique(l.q > 0 for l in lines)", False),
        ("ascending(l.p for l in lines)", True),
        ("ascending(l.q for l in lines)", False),
        ("max(l.q for l in lines)", 2),
        ("min(empty)", None),
        # texts
        ("lower(text) == 'abc'", True),
        ("upper(text)", "ABC"),
        ("upper('straße')", "STRASSE"),
        ("startswith(text, 'Ab')", True),
        ("endswith(text, 'bc')", True),
        ("contains(text, 'B')", False),
        ("len(text)", 3),
        ("text + '-' + text(o.n)", "Abc-3"),
        ("text < 'B'", True),
        ("text in ('Abc', 'D')", True),
        ("text not in ('Abc', 'D')", False),
        ("n in (12.34, 5)", True),
        ("gone_text in ('A', 'B')", None),
        ("text(flag)", "true"),
        ("text(leap)", "2024-02-29"),
        ("text(at)", "2024-05-02T04:30:00Z"),
        # dates
        ("dob + years(34) <= as_of", True),
        ("text(leap + years(1))", "2025-02-28"),
        ("text(leap - months(12))", "2023-02-28"),
        ("text(date(2024, 1, 31) + months(1))", "2024-02-29"),
        ("text(day + days(30))", "2024-05-31"),
        ("text(day + weeks(1) - days(1))", "2024-05-07"),
        ("day <= at", True),
        ("day == at", False),
        ("day == noon", True),
        ("date(at) == '2024-05-02'", True),
        ("noon < at", True),
        ("at - noon == hours(16) + minutes(30)", True),
        ("at - noon < days(1)", True),
        ("hours(at, noon)", 16),
        ("hours(noon, at)", -16),
        ("minutes(at, noon)", 990),
        ("days(at, noon)", 1),
        ("days(as_of, day)", 245),
        ("day - dob > days(10000)", True),
        ("years(as_of, dob)", 34),
        ("years(date(2024, 2, 27), dob)", 33),
        ("years(date(2025, 2, 28), leap)", 1),
        ("months(day, leap)", 2),
        ("months(leap, day)", -2),
        ("year(day) * 100 + month(day)", 202405),
        ("weekday(as_of)", 3),
        ("day(leap)", 29),
        ("bad <= as_of", None),
        ("gone_day + days(1) < as_of", None),
        ("text(noon + months(1))", "2024-06-01T12:00:00Z"),
        ("max(dob, day) == day", True),
        ("day in ('2024-05-01', '2024-05-02')", True),
        ("dob + days(n) < as_of", None),
        ("date(2024, zero, 1) < as_of", None),
        # kinds that vary
        ("mixed == 3", None),
        ("mixed == 'x'", None),
        ("flag == true", True),
        ("flag != no", True),
    ],
)  # fmt: skip
def test_meanings(text: str, value: object) -> None:
    assert worth(text) == value
    assert type(worth(text)) is type(value)


@pytest.mark.parametrize(
    ("value", "number", "text"),
    [(3, True, None), (3.0, True, None), ("x", None, True), (True, None, None), ("3", None, False), ([], None, None)],
)
def test_a_field_of_several_kinds_is_read_as_what_is_wanted(value: object, number: object, text: object) -> None:
    assert worth("mixed == 3", {"mixed": value}) is number
    assert worth("mixed == 'x'", {"mixed": value}) is text


@pytest.mark.parametrize("record", [None, 3, "x", [], [1], True])
def test_records_that_are_no_objects_have_no_fields(record: object) -> None:
    assert worth("n > 1", record) is None
    assert worth("missing(n)", record) is True
    assert worth("sum(l.q for l in lines)", record) is None


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_json_number_is_unknown(number: float) -> None:
    assert worth("n > 1", {"n": number}) is None
    assert worth("n + 1", {"n": number}) is None


def test_as_of_is_an_input() -> None:
    assert worth("text(as_of)") == "2025-01-01"
    assert worth("text(as_of - days(1))", as_of=date(2024, 3, 1)) == "2024-02-29"


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("luhn(s)", ["79927398713", "4111111111111111", "0"], ["79927398710", "", "4111-1111", "٣"]),
        ("npi(s)", ["1234567893"], ["1234567890", "123456789"]),
        ("aba(s)", ["021000021", "110000000"], ["021000022", "02100002"]),
        ("iban(s)", ["GB82WEST12345698765432", "DE89370400440532013000"], ["GB82WEST12345698765431", "gb82west", "", "²" * 15]),
        ("gtin(s)", ["4006381333931", "96385074", "036000291452"], ["4006381333930", "1234", ""]),
    ],
)  # fmt: skip
def test_check_digits(text: str, good: list[str], bad: list[str]) -> None:
    for each in good:
        assert worth(text, {"s": each}, {"s": "string"}) is True, each
    for each in bad:
        assert worth(text, {"s": each}, {"s": "string"}) is False, each


def test_tables() -> None:
    tables = {"pos": frozenset({("11", "A"), ("21", "B")}), "codes": frozenset({"A", "B"})}
    fields = {"pos": "string", "code": "string"}
    for record, pair, single in (
        ({"pos": "11", "code": "A"}, True, True),
        ({"pos": "11", "code": "B"}, False, True),
        ({"pos": "11", "code": "C"}, False, False),
        ({"pos": "11"}, None, None),
    ):
        assert worth("(pos, code) in table('pos')", record, fields, tables=tables) is pair
        assert worth("code in table('codes')", record, fields, tables=tables) is single


def test_every_number_of_a_million_cents_is_exact() -> None:
    term = resolve(parse("a + b == c"), "a + b == c", Context())
    fast = compiled(term)
    for cents in range(0, 1_000_000, 997):
        record = {"a": cents / 100, "b": 0.07, "c": (cents + 7) / 100}
        assert fast(record) is True
        assert interpret(term, {**record, "c": (cents + 8) / 100}) is False
