"""Kinds and paths: what does not fit is refused with its place and what to write instead."""

import pytest

from pytest_specmint.rules.expression.errors import ExpressionError
from pytest_specmint.rules.expression.kinds import EVERYTHING, ITEM, AnyFields, Field, Kind, TableOfFields
from pytest_specmint.rules.expression.parse import parse
from pytest_specmint.rules.expression.resolve import Context, resolve_condition

FIELDS = TableOfFields.of(
    {
        "amount": "number",
        "status": "string",
        "flag": "boolean",
        "dob": "date",
        "at": "date-time",
        "lines[].units": "integer",
        "lines[].codes[]": "string",
        "address.city": "string",
        "address.zip_code": "string",
        "either": "number|string|null",
        "nothing": "null",
        "text_or_list": "string|array",
    }
)
CONTEXT = Context(FIELDS, tables={"pairs": frozenset({("a", 1)}), "words": frozenset({"a"})})


def refused(text: str, context: Context = CONTEXT) -> ExpressionError:
    each = context.each is not None
    with pytest.raises(ExpressionError) as caught:
        resolve_condition(parse(text, each=each), text, context)
    assert caught.value.hint, text
    return caught.value


@pytest.mark.parametrize(
    ("text", "offset", "message", "hint"),
    [
        ("amonut > 3", 0, "no field amonut", "did you mean amount?"),
        ("status == 'A' and adress.city == 'X'", 18, "no field adress", "did you mean address?"),
        ("address.zipcode == '1'", 0, "no field address.zipcode", "did you mean zip_code?"),
        ("address.q == '1'", 0, "no field address.q", "known are: city, zip_code"),
        ("amount.cents > 3", 0, "no field amount.cents", "amount has no fields"),
        ("lines.units > 3", 0, "lines is a list", "for x in lines"),
        ("any(l.unit > 3 for l in lines)", 4, "no field l.unit", "did you mean units?"),
        ("lines[0].unit > 3", 0, "no field lines[0].unit", "units"),
        ("any(x > 3 for x in status)", 19, "status is not a list", "array"),
        ("any(x > 3 for x in lins)", 19, "no field lins", "did you mean lines?"),
        ("amount > dob", 0, "a number cannot be compared with a date", "date(2025, 1, 31)"),
        ("dob > 3", 0, "a date cannot be compared with a number", "date"),
        ("dob > '2024-02-30'", 0, "a date cannot be compared with a text", "date"),
        ("dob == 'today'", 0, "a date cannot be compared with a text", "date"),
        ("amount == '3'", 0, "a number cannot be compared with a text", "text(x)"),
        ("amount in ('3', '4')", 0, "compared", "text(x)"),
        ("flag > true", 0, "no order", "=="),
        ("amount", 0, "expected", "x > 0"),
        ("amount and flag", 0, "expected", "x > 0"),
        ("not status", 4, "expected", "x > 0"),
        ("at - dob < 30", 0, "a number of days cannot be compared with a number", "days(30)"),
        ("at - dob < years(1)", 0, "months or years", "a + years(1) <= b"),
        ("dob + 3 < as_of", 0, "spans are added", "days(30)"),
        ("dob + hours(3) < at", 0, "a date has no hours", "days(n)"),
        ("days(3) - dob < as_of", 0, "taken from a span", "date - days(30)"),
        ("months(1) + days(1) < days(3)", 0, "no fixed length", "one after the other"),
        ("dob * 2 < as_of", 0, "know no *", "days(2 * n)"),
        ("dob + dob < as_of", 0, "spans are added", "days(30)"),
        ("status - 'a' == 'b'", 0, "a number is expected", "docs"),
        ("status * 3 == 'b'", 0, "a number is expected", "docs"),
        ("status + 3 == 'b'", 0, "a number is expected", "docs"),
        ("amount / 0 > 1", 9, "divides by zero", "unknown"),
        ("amount % (1 - 1) > 1", 10, "divides by zero", "unknown"),
        ("date(2024, 2, 30) < dob", 0, "no value", "does not exist"),
        ("days(0.5) < at - dob", 0, "no value", "half a day"),
        ("as_of + years(9000) > dob", 0, "no value", "exist"),
        ("lines == lines", 0, "a list cannot be compared", "len(list)"),
        ("address == address", 0, "an object cannot be compared", "field of it"),
        ("len(amount) > 3", 4, "a text is expected", "text(x)"),
        ("len(text_or_list) > 3", 0, "text or a list", "one type"),
        ("lower(amount) == 'a'", 6, "a text is expected", "text(x)"),
        ("round(amount, flag) > 1", 14, "places", "round(x, 2)"),
        ("round(amount, 99) > 1", 14, "places", "round(x, 2)"),
        ("round() > 1", 0, "other arguments", "round(x)"),
        ("years(dob) > 3", 6, "a number is expected", "date"),
        ("has(amount > 3)", 0, "path", "has(path)"),
        ("has()", 0, "path", "has(path)"),
        ("has(amuont)", 4, "no field", "amount"),
        ("sum(amount) > 3", 4, "amount is not a list", "array"),
        ("sum(3) > 3", 0, "loop or a list", "sum(x for x in list)"),
        ("sum(c for c in lines) > 3", 4, "a number is expected", "docs"),
        ("max(status, 'a') > 'a'", 0, "numbers, dates", "max(a, b"),
        ("max(amount, dob) > 3", 0, "either a number or a date", "one kind"),
        ("(amount if flag else dob) > 3", 1, "either a number or a date", "one kind"),
        ("default(amount, 'x') == 3", 0, "either a number or a text", "one kind"),
        ("text(either) == 'a'", 0, "several kinds", "type"),
        ("text(address) == 'a'", 0, "no text", "numbers"),
        ("status in ()", 10, "empty list", "('A', 'B')"),
        ("(amount, status) in ('a', 'b')", 0, "tables only", "table"),
        ("status in 'abc'", 10, "stands a list", "contains"),
        ("status == ('a', 'b')", 0, "beside `in`", "in ('A', 'B')"),
        ("table('words') == 'a'", 0, "behind `in`", "table('name')"),
        ("status in table('wrods')", 10, "no table 'wrods'", "did you mean words?"),
        ("status in table(status)", 10, "named by a text", "table('name')"),
        ("status in table('pairs')", 0, "have 2 values", "(a, b)"),
        ("(amount, status) in table('pairs')", 1, "a text is expected", "text(x)"),
        ("share(flag) > 3", 0, "all records", "scope: dataset"),
        ("flag == 1", 0, "compared", "one kind"),
        ("nothing == 3", 0, "always null", "is_null(x)"),
        (" * ".join(["1e30"] * 8) + " < amount", 0, "too long", "digits"),
    ],
)  # fmt: skip
def test_what_does_not_fit(text: str, offset: int, message: str, hint: str) -> None:
    error = refused(text)
    assert message in error.message
    assert hint in (error.hint or "")
    assert error.offset == offset


def test_fields_of_the_record_within_items() -> None:
    item = Context(FIELDS, each=("lines",))
    assert refused("unit > 3", item).hint == "did you mean units?"
    assert refused("amount > 3", item).hint == "a field of the record is written record.amount"
    resolve_condition(parse("units > record.amount", each=True), "", item)
    assert "is each" in (refused("units > 3", Context(FIELDS, each=("amount",))).hint or "")


def test_without_a_schema_anything_may_be_there() -> None:
    for text in ("a.b[0].c > 3", "x == 'a' or x == 3", "a < b", "a + days(3) < b", "unique(x.y for x in z)"):
        resolve_condition(parse(text), text, Context())
    assert AnyFields().at(("a",)) == Field(EVERYTHING)
    assert list(AnyFields().names(())) == []


def test_tables_of_fields_know_what_leads_to_their_rows() -> None:
    assert FIELDS.at(()) == Field(frozenset({Kind.OBJECT}))
    assert FIELDS.at(("lines",)) == Field(frozenset({Kind.LIST}))
    assert FIELDS.at(("lines", ITEM)) == Field(frozenset({Kind.OBJECT}))
    assert FIELDS.at(("lines", ITEM, "codes", ITEM)) == Field(frozenset({Kind.TEXT}))
    assert sorted(FIELDS.names(("lines", ITEM))) == ["codes", "units"]
    assert FIELDS.at(("lines", "units")) is None
