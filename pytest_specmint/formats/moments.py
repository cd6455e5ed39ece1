"""Dates and times: day numbers drawn as integers, texts taken from tables."""

from datetime import date, timedelta
from functools import lru_cache

from msgspec import Struct

from pytest_specmint.cells import Cells, beside, cells_of_texts, take
from pytest_specmint.distributions.quantiles import Quantiles, drawn
from pytest_specmint.stream import Ints, Keys, draw

YEAR = 365
DAY = 86400


SPANS = (
    (("birth", "dob", "birthday", "born"), (-90 * YEAR, -18 * YEAR)),
    (("expiry", "expires", "expiration", "due", "renews", "until", "deadline", "valid_to"), (1, 3 * YEAR)),
)
"""Days relative to today, by words in a field's name; other dates lie in the year that ends yesterday."""


def span_of(field: str) -> tuple[int, int]:
    """First day and end (exclusive) relative to today for a field's name in snake case."""
    padded = f"_{field}_"
    for words, span in SPANS:
        if any(f"_{word}_" in padded for word in words):
            return span
    return -YEAR, 0


def dates(as_of: int, field: str) -> "Dates":
    """Plausible dates for a field."""
    first, end = span_of(field)
    return Dates(as_of + first, end - first)


def date_times(as_of: int, field: str) -> "DateTimes":
    """Plausible date-times for a field."""
    first, end = span_of(field)
    return DateTimes(as_of + first, end - first)


class Dates(Struct, frozen=True):
    """``count`` days from the ordinal ``first`` on, as ``YYYY-MM-DD``."""

    first: int
    count: int
    min_length: int = 10
    max_length: int = 10
    quantiles: Quantiles | None = None

    def cells(self, keys: Keys) -> Cells:
        """A date per key."""
        day = drawn(draw(keys), self.count, self.quantiles)
        return beside(_MARK, take(days_table(self.first, self.count), day), _MARK, count=len(keys))


class DateTimes(Struct, frozen=True):
    """A second of ``count`` days from the ordinal ``first`` on, in UTC, as RFC 3339 writes it."""

    first: int
    count: int
    min_length: int = 20
    max_length: int = 20
    quantiles: Quantiles | None = None
    """Over the seconds from the first day's midnight on."""

    def cells(self, keys: Keys) -> Cells:
        """A date-time per key."""
        second = drawn(draw(keys), self.count * DAY, self.quantiles)
        day = second // DAY
        days = take(days_table(self.first, self.count), day)
        return beside(_MARK, days, _TEE, *_clock(second - day * DAY), _MARK, count=len(keys))


class Times(Struct, frozen=True):
    """A second of a day, in UTC."""

    min_length: int = 9
    max_length: int = 9
    quantiles: Quantiles | None = None

    def cells(self, keys: Keys) -> Cells:
        """A time per key."""
        return beside(_MARK, *_clock(drawn(draw(keys), DAY, self.quantiles)), _MARK, count=len(keys))


def _clock(second: Ints) -> tuple[Cells, Cells]:
    """``HH:MM:`` and ``SSZ`` of seconds of a day."""
    minute = second // 60
    return take(minutes_table(), minute), take(seconds_table(), second - minute * 60)


_MARK, _TEE = cells_of_texts([b'"']), cells_of_texts([b"T"])


@lru_cache(maxsize=64)
def days_table(first: int, count: int) -> Cells:
    """The ISO texts of these days."""
    start = date.fromordinal(first)
    return cells_of_texts([(start + timedelta(days=k)).isoformat().encode() for k in range(count)])


@lru_cache(maxsize=1)
def minutes_table() -> Cells:
    """``HH:MM:`` for every minute of a day."""
    return cells_of_texts([b"%02d:%02d:" % (k // 60, k % 60) for k in range(1440)])


@lru_cache(maxsize=1)
def seconds_table() -> Cells:
    """``SSZ`` for every second of a minute."""
    return cells_of_texts([b"%02dZ" % k for k in range(60)])
