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
        return self.written(self.positions(keys))

    def positions(self, keys: Keys) -> Ints:
        """Days after the first one."""
        return self.placed(draw(keys))

    def placed(self, words: Keys) -> Ints:
        """Positions by random words: the higher the greater."""
        return drawn(words, self.count, self.quantiles)

    def written(self, positions: Ints) -> Cells:
        """The dates at these positions, which may lie beyond those that are usual."""
        return beside(_MARK, _days(self.first, self.count, positions), _MARK, count=len(positions))


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
        return self.written(self.positions(keys))

    def positions(self, keys: Keys) -> Ints:
        """Seconds after the first one."""
        return self.placed(draw(keys))

    def placed(self, words: Keys) -> Ints:
        """Positions by random words: the higher the greater."""
        return drawn(words, self.count * DAY, self.quantiles)

    def written(self, positions: Ints) -> Cells:
        """The date-times at these positions, which may lie beyond those that are usual."""
        day = positions // DAY
        days = _days(self.first, self.count, day)
        return beside(_MARK, days, _TEE, *_clock(positions - day * DAY), _MARK, count=len(positions))


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


def _days(first: int, count: int, positions: Ints) -> Cells:
    """The days at these positions: by the table of the usual ones, or of as many as are needed."""
    low, high = int(positions.min(initial=0)), int(positions.max(initial=count - 1))
    if low >= 0 and high < count:
        return take(days_table(first, count), positions)
    return take(days_table(LOWEST, HIGHEST - LOWEST + 1), positions + (first - LOWEST))


LOWEST, HIGHEST = date(1900, 1, 1).toordinal(), date(2099, 12, 31).toordinal()
"""Dates that are ever made."""

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
