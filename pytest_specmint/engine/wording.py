"""How values, names, numbers and shares are written for people: short, printable, on one line."""

import json
import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from pytest_specmint.schema.sets.values import Json, show

FEW = 5
"""How many of several things are named."""
LONGEST = 60
LONGEST_PATTERN = 400
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HUGE = 40
_TINY = 0.01
_ALMOST = 99.9


def printable(text: str) -> str:
    """The text with all that would disturb a terminal as an escape."""
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in text)


def shortened(text: str, longest: int = LONGEST) -> str:
    """The text, printable, cut where it is too long."""
    if len(text) <= longest:
        return printable(text)
    return f"{printable(text[:longest])}... ({len(text)} characters)"


def value_words(value: Json) -> str:
    """A JSON value."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_words(value)
    return shortened(json.dumps(value, ensure_ascii=False))


def number_words(number: Fraction | int | float) -> str:
    """A number; beyond forty digits only how large it is."""
    text = repr(number) if isinstance(number, float) else show(Fraction(number))
    if len(text) <= _HUGE:
        return text
    return f"{text[:12]}... ({len(text.lstrip('-'))} digits)"


def share_words(share: float) -> str:
    """A share in per cent: one decimal, more where that would say nothing."""
    percent = share * 100
    if 0 < percent < _TINY:
        return f"under {_TINY} %"
    if _ALMOST < percent < 100:
        return f"over {_ALMOST} %"
    return f"{percent:.{1 if percent >= 1 else 2}f}".rstrip("0").rstrip(".") + " %" if percent else "0 %"


def name_words(name: str) -> str:
    """A property's name; in quotes where it is not a plain word."""
    return name if re.fullmatch(r"[\w$@.+-]+", name) else value_words(name)


def name_step(name: str) -> str:
    """A property as a step of a JSONPath (RFC 9535)."""
    if _PLAIN_NAME.fullmatch(name):
        return f".{name}"
    return "['" + printable(name.replace("\\", "\\\\").replace("'", "\\'")) + "']"


def some_words(words: Sequence[str], few: int = FEW, joint: str = ", ") -> str:
    """The first few, and how many more there are."""
    more = len(words) - few
    shown = joint.join(words[:few])
    return f"{shown} and {more} more" if more > 0 else shown


def values_words(values: Iterable[Json]) -> str:
    """Some JSON values."""
    return some_words([value_words(value) for value in values])


def span_words(least: int, most: int, what: str, many: str = "") -> str:
    """From how many to how many."""
    return f"exactly {counted(least, what, many)}" if least == most else f"{least} to {counted(most, what, many)}"


def counted(number: int, what: str, many: str = "") -> str:
    """A number of things."""
    return f"{number} {what}" if number == 1 else f"{number} {many or what + 's'}"
