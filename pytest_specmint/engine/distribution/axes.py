"""What points and distances of a distribution are: numbers, days and their dates, moments, times of a day."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from fractions import Fraction

from msgspec import Struct

from pytest_specmint.engine.wording import shortened
from pytest_specmint.errors import SchemaError
from pytest_specmint.formats.moments import DAY
from pytest_specmint.schema.sets.values import Json, exact

HOUR = 3600
LARGEST = 10**300
"""Magnitude of the largest number that is taken."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?Z?")


class Axis(Struct, frozen=True):
    """How a kind of field counts: ``unit`` is what a distance of 1 in the schema comes to on it.

    Dates are counted in days since 0001-01-01, as `datetime.date.toordinal` does, date-times in seconds since the day
    before that, times in seconds since midnight.
    """

    name: str
    unit: int
    points: str
    spans: str
    as_of: int = 0

    def point(self, value: Json, place: str) -> Fraction:
        """A point, as the schema writes it."""
        try:
            return _POINTS[self.name](value, self.as_of)
        except (SchemaError, ValueError, TypeError, OverflowError):
            raise SchemaError(
                f"{_shown(value)} is no point of a {self.name} field", pointer=place, hint=f"write {self.points}"
            ) from None

    def span(self, value: Json, place: str) -> Fraction:
        """A distance, greater than 0."""
        return positive(value, place, self.spans) * self.unit


def axis_of(name: str, as_of: date) -> Axis:
    """The axis of a kind of field: ``number``, ``date``, ``date-time`` or ``time``."""
    unit, points, spans = _AXES[name]
    return Axis(name, unit, points, spans, as_of.toordinal())


def number(value: Json, place: str, what: str = "a number") -> Fraction:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -LARGEST <= value <= LARGEST:
        raise SchemaError(f"{_shown(value)} is not {what}", pointer=place, hint=f"write {what}")
    return exact(value)


def _shown(value: Json) -> str:
    try:
        return shortened(repr(value))
    except ValueError:  # Python writes no integers of thousands of digits
        return "a number that long"


def positive(value: Json, place: str, what: str = "a number greater than 0") -> Fraction:
    """A number greater than 0."""
    found = number(value, place, what)
    if found <= 0:
        raise SchemaError(f"{value!r} is not greater than 0", pointer=place, hint=f"write {what}")
    return found


def share(value: Json, place: str) -> float:
    """A share from 0 to 1."""
    found = number(value, place, "a share from 0 to 1")
    if not 0 <= found <= 1:
        raise SchemaError(f"{value!r} is not a share", pointer=place, hint="write a share from 0 to 1: 0.05 is 5 %")
    return float(found)


def _number(value: Json, _: int) -> Fraction:
    return number(value, "")


def _day(value: Json, as_of: int) -> Fraction:
    if isinstance(value, str):
        if not _DATE.fullmatch(value):
            raise ValueError(value)
        return Fraction(date.fromisoformat(value).toordinal())
    return as_of + number(value, "")


def _moment(value: Json, as_of: int) -> Fraction:
    if not isinstance(value, str) or _DATE.fullmatch(value):
        return _day(value, as_of) * DAY
    found = datetime.fromisoformat(value)
    found = found.astimezone(UTC) if found.tzinfo else found
    return Fraction(found.toordinal() * DAY + _seconds(found.time()))


def _clock(value: Json, _: int) -> Fraction:
    parts = _TIME.fullmatch(value)
    if parts is None:
        raise ValueError(value)
    hour, minute, second = (int(part or 0) for part in parts.groups())
    return Fraction(_seconds(time(hour, minute, second)))


def _seconds(moment: time) -> int:
    return moment.hour * HOUR + moment.minute * 60 + moment.second


_POINTS: Mapping[str, Callable[[Json, int], Fraction]] = {
    "number": _number,
    "date": _day,
    "date-time": _moment,
    "time": _clock,
}
_DAYS = "a date such as 2024-06-30, or days from the day that counts as today: -30"
_AXES: Mapping[str, tuple[int, str, str]] = {
    "number": (1, "a number", "a number greater than 0"),
    "date": (1, _DAYS, "days, more than 0"),
    "date-time": (DAY, f"a date-time in UTC, {_DAYS}", "days, more than 0"),
    "time": (HOUR, "a time such as 09:30", "hours, more than 0"),
}
