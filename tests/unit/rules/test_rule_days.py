"""Calendar arithmetic, beside the standard library's."""

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_specmint.rules.expression import days


def test_day_numbers_are_those_of_datetime() -> None:
    for number in [*range(1, 2000), *range(700_000, 760_000, 7), *range(1, days.LAST + 1, 9973), days.LAST]:
        known = date.fromordinal(number)
        assert days.civil(number) == (known.year, known.month, known.day)
        assert days.day_number(known.year, known.month, known.day) == number
        assert days.text_of_day(number) == str(known)
        assert days.day_of_text(str(known)) == number


def test_the_year_zero() -> None:
    assert days.day_of_text("0000-01-01") == days.FIRST
    assert days.text_of_day(days.FIRST) == "0000-01-01"
    assert days.text_of_day(days.FIRST - 1) is None
    assert days.text_of_day(days.LAST + 1) is None
    assert days.day_of_text("0000-12-31") == 0
    assert days.day_of_text("0000-02-29") == days.FIRST + 59


@pytest.mark.parametrize(
    "text", ["", "2024-1-01", "2024-02-30", "2024-13-01", "2024-00-10", "20240101", "2025-W01-1", "٢024-01-01", "2024-01-01\n", "-024-01-01"]
)  # fmt: skip
def test_texts_that_are_no_dates(text: str) -> None:
    assert days.day_of_text(text) is None
    assert days.day_of_either(text) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-05-01T12:00:00Z", "2024-05-01T12:00:00+00:00"),
        ("2024-05-01t12:00:00z", "2024-05-01T12:00:00+00:00"),
        ("2024-05-01 12:00:00Z", "2024-05-01T12:00:00+00:00"),
        ("2024-05-01T00:30:00+02:00", "2024-04-30T22:30:00+00:00"),
        ("2024-05-01T23:30:00.25-05:30", "2024-05-02T05:00:00.250000+00:00"),
        ("2024-12-31T23:59:60Z", "2024-12-31T23:59:59+00:00"),
    ],
)
def test_moments(text: str, iso: str) -> None:
    moment = days.moment_of_text(text)
    assert moment is not None
    known = datetime.fromisoformat(iso)
    assert moment // days.DAY_NS == known.toordinal()
    seconds = (known - datetime(known.year, known.month, known.day, tzinfo=known.tzinfo)) // timedelta(microseconds=1)
    assert moment % days.DAY_NS == seconds * 1000
    assert days.moment_of_text(days.text_of_moment(moment) or "") == moment
    assert days.day_of_either(text) == known.toordinal()


@pytest.mark.parametrize(
    "text",
    ["2024-05-01", "2024-05-01T12:00Z", "2024-05-01T12:00:00", "2024-05-01T24:00:00Z", "2024-05-01T12:60:00Z",
     "2024-05-01T12:00:61Z", "2024-02-30T12:00:00Z", "2024-05-01T12:00:00+24:00", "2024-05-01T12:00:00.Z", "2024-05-01T1:00:000Z"],
)  # fmt: skip
def test_texts_that_are_no_moments(text: str) -> None:
    assert days.moment_of_text(text) is None


def test_digits_beyond_nanoseconds_are_cut() -> None:
    one, other = (days.moment_of_text(f"2024-05-01T12:00:00.123456789{more}Z") for more in ("", "999"))
    assert one == other
    assert one is not None
    assert one % 10**9 == 123_456_789


def test_months_later_and_whole_months_between_agree() -> None:
    starts = [
        days.day_number(2023, month, day)
        for month in range(1, 13)
        for day in (1, 15, 28, days.month_length(2023, month))
    ]
    starts.append(days.day_number(2024, 2, 29))
    for start in starts:
        for months in range(40):
            there = days.add_months(start, months)
            assert there is not None
            assert days.months_between(there, start) == months
            assert days.months_between(start, there) == -months
            assert months == 0 or days.months_between(there - 1, start) == months - 1


def test_months_do_not_leave_the_calendar() -> None:
    assert days.add_months(days.LAST, 1) is None
    assert days.add_months(days.FIRST, -1) is None
    assert days.add_months(days.LAST + 1, -1) is None
    assert days.add_months(1, 10**30) is None
    assert days.months_between(days.LAST + 1, 1) is None


@given(st.text("0123456789-W٢ +_:TZ.", min_size=10, max_size=10))
def test_ten_characters_are_a_date_or_none(text: str) -> None:
    known = None
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        known = days.checked_day(*map(int, text.split("-")))
    assert days.day_of_text(text) == known


@given(
    st.builds(
        "{}-{:02d}-{:02d}".format, st.integers(1, 9999).map("{:04d}".format), st.integers(0, 13), st.integers(0, 32)
    )
)
def test_dates_that_are_spelled_right_exist_or_not(text: str) -> None:
    assert days.day_of_text(text) == days.checked_day(*map(int, text.split("-")))


@given(st.text("0123456 :+_٢", min_size=8, max_size=8))
def test_clocks_are_digits_and_colons(clock: str) -> None:
    found = days.moment_of_text(f"2024-05-01T{clock}Z")
    fits = re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)", clock)
    assert (found is not None) is (fits is not None)
