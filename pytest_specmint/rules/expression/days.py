"""Dates as day numbers, moments as nanoseconds: calendar arithmetic in integers alone, the same on every machine.

Day 1 is 0001-01-01, as in `datetime`; the calendar is the proleptic Gregorian one. Formulas: Howard Hinnant,
"chrono-compatible low-level date algorithms".
"""

import re
from datetime import date
from functools import lru_cache

DAY_NS = 86_400 * 10**9
FIRST, LAST = -365, 3_652_059
"""0000-01-01 and 9999-12-31: what a date's text can say."""

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))", re.ASCII)
_TWO = {f"{number:02d}": number for number in range(61)}
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def month_length(year: int, month: int) -> int:
    """How many days a month has."""
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return _LENGTHS[month - 1] + leap


def day_number(year: int, month: int, day: int) -> int:
    """The number of a civil date that exists."""
    shifted = year - (month <= 2)
    era, of_era = divmod(shifted, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 305


def civil(number: int) -> tuple[int, int, int]:
    """Year, month and day of a day number."""
    era, of_era = divmod(number + 305, 146_097)
    years = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * years + years // 4 - years // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return years + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


@lru_cache(maxsize=65_536)
def day_of_text(text: str) -> int | None:
    """The day that ``YYYY-MM-DD`` names; nothing for any other text."""
    if len(text) == 10 and text[4] == "-" == text[7] and text[5] in "01" and text[:4] != "0000":
        try:
            return date.fromisoformat(text).toordinal()
        except ValueError:
            return None
    match = _DATE.fullmatch(text)
    return match and checked_day(*map(int, match.groups()))


def checked_day(year: int, month: int, day: int) -> int | None:
    """The number of a date, nothing where it does not exist or lies beyond the years 0 to 9999."""
    if not (0 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= month_length(year, month)):
        return None
    return day_number(year, month, day)


def moment_of_text(text: str) -> int | None:
    """Nanoseconds from day 0 to an RFC 3339 date-time, in UTC; nothing for any other text.

    A leap second counts as the second before it; digits beyond nanoseconds are cut.
    """
    if len(text) == 20 and text[10] == "T" and text[19] == "Z":
        day, clock = day_of_text(text[:10]), _second_of_clock(text[11:19])
        return None if day is None or clock is None else (day * 86_400 + clock) * 10**9
    return _moment_of_any(text)


def _second_of_clock(text: str) -> int | None:
    """The second of a day that ``hh:mm:ss`` names."""
    hour, minute, second = _TWO.get(text[:2]), _TWO.get(text[3:5]), _TWO.get(text[6:])
    if hour is None or minute is None or second is None or text[2] != ":" or text[5] != ":":
        return None
    if hour > 23 or minute > 59:
        return None
    return hour * 3600 + minute * 60 + min(second, 59)


def _moment_of_any(text: str) -> int | None:
    if len(text) < 20 or text[10] not in "Tt ":
        return None
    day = day_of_text(text[:10])
    match = _TIME.fullmatch(text, 11)
    if day is None or match is None:
        return None
    seconds = _second_of_clock(text[11:19])
    if seconds is None:
        return None
    if match[5]:
        if int(match[6]) > 23 or int(match[7]) > 59:
            return None
        offset = int(match[6]) * 3600 + int(match[7]) * 60
        seconds -= offset if match[5] == "+" else -offset
    fraction = int(match[4][:9].ljust(9, "0")) if match[4] else 0
    return (day * 86_400 + seconds) * 10**9 + fraction


def day_of_either(text: str) -> int | None:
    """The day of a date, or of a date-time in UTC."""
    if len(text) == 10:
        return day_of_text(text)
    moment = moment_of_text(text)
    return None if moment is None else moment // DAY_NS


@lru_cache(maxsize=65_536)
def add_months(day: int, months: int) -> int | None:
    """The same day of another month, or that month's last where it has no such day; within the years 0 to 9999."""
    if not FIRST <= day <= LAST or abs(months) > 120_000:
        return None
    year, month, of_month = civil(day)
    year, month = divmod(year * 12 + month - 1 + months, 12)
    if not 0 <= year <= 9999:
        return None
    return day_number(year, month + 1, min(of_month, month_length(year, month + 1)))


def add_months_to_moment(moment: int, months: int) -> int | None:
    """The same time of day, months later."""
    day = add_months(moment // DAY_NS, months)
    return None if day is None else day * DAY_NS + moment % DAY_NS


def months_between(later: int, earlier: int) -> int | None:
    """Whole months from one day to another, as ages are counted; negative where the order is the other way."""
    if not (FIRST <= later <= LAST and FIRST <= earlier <= LAST):
        return None
    if later < earlier:
        back = months_between(earlier, later)
        return None if back is None else -back
    (year, month, day), (year0, month0, day0) = civil(later), civil(earlier)
    months = (year - year0) * 12 + month - month0
    return months - (day < min(day0, month_length(year, month)))


def text_of_day(day: int) -> str | None:
    """``YYYY-MM-DD``; nothing beyond the years 0 to 9999."""
    if not FIRST <= day <= LAST:
        return None
    return "{:04d}-{:02d}-{:02d}".format(*civil(day))


def text_of_moment(moment: int) -> str | None:
    """``YYYY-MM-DDThh:mm:ss[.fraction]Z``."""
    day, rest = divmod(moment, DAY_NS)
    written = text_of_day(day)
    seconds, fraction = divmod(rest, 10**9)
    decimals = f".{fraction:09d}".rstrip("0") if fraction else ""
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return None if written is None else f"{written}T{clock}{decimals}Z"
