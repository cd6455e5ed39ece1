"""Dates and times: day numbers drawn as integers, texts taken from tables."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from operator import add

import numpy as np
from numpy.typing import NDArray

from pytest_specmint.stream import Ints, Keys, below, draw

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


@dataclass(frozen=True, slots=True)
class Dates:
    """``count`` days from the ordinal ``first`` on, as ``YYYY-MM-DD``."""

    first: int
    count: int
    min_length: int = 10
    max_length: int = 10

    def sample(self, keys: Keys) -> list[str]:
        """A date per key."""
        texts: list[str] = days_table(self.first, self.count).take(below(draw(keys), self.count)).tolist()
        return texts


@dataclass(frozen=True, slots=True)
class DateTimes:
    """A second of ``count`` days from the ordinal ``first`` on, in UTC, as RFC 3339 writes it."""

    first: int
    count: int
    min_length: int = 20
    max_length: int = 20

    def sample(self, keys: Keys) -> list[str]:
        """A date-time per key."""
        second = below(draw(keys), self.count * DAY)
        days = days_table(self.first, self.count).take(second // DAY).tolist()
        return list(map(add, map(add, days, _minutes("T", second)), _seconds(second)))


@dataclass(frozen=True, slots=True)
class Times:
    """A second of a day, in UTC."""

    min_length: int = 9
    max_length: int = 9

    def sample(self, keys: Keys) -> list[str]:
        """A time per key."""
        second = below(draw(keys), DAY)
        return list(map(add, _minutes("", second), _seconds(second)))


def _minutes(mark: str, second: Ints) -> list[str]:
    texts: list[str] = minutes_table(mark).take(second % DAY // 60).tolist()
    return texts


def _seconds(second: Ints) -> list[str]:
    texts: list[str] = seconds_table().take(second % 60).tolist()
    return texts


@lru_cache(maxsize=64)
def days_table(first: int, count: int) -> NDArray[np.object_]:
    """The ISO texts of these days."""
    start = date.fromordinal(first)
    return _table(count, lambda k: (start + timedelta(days=k)).isoformat())


@lru_cache(maxsize=2)
def minutes_table(mark: str) -> NDArray[np.object_]:
    """``HH:MM:`` for every minute of a day, after the mark."""
    return _table(1440, lambda k: f"{mark}{k // 60:02d}:{k % 60:02d}:")


@lru_cache(maxsize=1)
def seconds_table() -> NDArray[np.object_]:
    """``SSZ`` for every second of a minute."""
    return _table(60, lambda k: f"{k:02d}Z")


def _table(size: int, text: Callable[[int], str]) -> NDArray[np.object_]:
    table: NDArray[np.object_] = np.empty(size, dtype=object)
    table[:] = [text(k) for k in range(size)]
    return table
