"""Single values in the form that X12 takes: characters, lengths, amounts, dates, codes.

Texts are written in the basic character set: capitals, digits, space and a few signs, so that every receiver reads
them. ``* : ~ ^`` separate elements, components, segments and repetitions and never stand within a value.
"""

import re
from typing import Any
from unicodedata import normalize

from pytest_specmint.rendering.records import Unfit

ELEMENT, COMPONENT, SEGMENT, REPETITION = "*", ":", "~", "^"
STAND_IN = "UNKNOWN"
"""For a required name, street or town of which nothing can be written."""
_KEPT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()+,-./;?=")
_LETTERS = str.maketrans({"Ø": "O", "Æ": "AE", "Œ": "OE", "Ł": "L", "Đ": "D", "Þ": "TH", "\u2019": "'", "\u2013": "-"})
_TO_SPACE = {code: " " for code in range(128) if chr(code) not in _KEPT}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST = 10**16
"""Cents that floats tell apart."""


def codes(listed: str) -> frozenset[str]:
    """The codes of a list that is written with spaces."""
    return frozenset(listed.split())


def segment(*elements: str) -> str:
    """A segment with its terminator, and a line feed that readers skip; empty elements at its end are left away."""
    return f"{ELEMENT.join(elements).rstrip(ELEMENT)}{SEGMENT}\n"


def plain(given: str) -> str:
    """A text in the basic character set: capitals without accents, single spaces; may be empty."""
    upper = given.upper()
    if not upper.isascii():
        upper = normalize("NFKD", upper.translate(_LETTERS)).upper().encode("ascii", "ignore").decode()
    return " ".join(upper.translate(_TO_SPACE).split())


def text(value: Any, pointer: str) -> str:
    """A text as it stands."""
    if not isinstance(value, str):
        raise Unfit(pointer, f"a text is needed, not {_shown(value)}")
    return value


def words(value: Any, pointer: str, most: int, least: int = 1) -> str:
    """A name, street or town, cut at ``most`` characters; a stand-in for what is shorter than ``least``."""
    made = plain(text(value, pointer))[:most].rstrip()
    return made if len(made) >= least else STAND_IN


def code(value: Any, pointer: str, least: int, most: int) -> str:
    """A code or identifier, which is never cut nor made up."""
    value = text(value, pointer)
    made = value.upper() if value.isalnum() and value.isascii() else plain(value)
    if not least <= len(made) <= most:
        length = str(least) if least == most else f"{least} to {most}"
        raise Unfit(pointer, f"{_shown(value)} does not have {length} characters of those that X12 takes")
    return made


def digits(value: Any, pointer: str, *lengths: int) -> str:
    """A number that is written without its separators."""
    made = code(value, pointer, 1, 80).replace("-", "").replace(" ", "")
    if not made.isdigit() or len(made) not in lengths:
        raise Unfit(pointer, f"{_shown(value)} does not have {' or '.join(map(str, lengths))} digits")
    return made


def chosen(value: Any, pointer: str, codes: frozenset[str]) -> str:
    """One of the codes of a list."""
    if value not in codes:
        raise Unfit(pointer, f"{_shown(value)} is none of {', '.join(sorted(codes))}")
    return str(value)


def day(value: Any, pointer: str) -> str:
    """A date, or the date of a date-time, as CCYYMMDD."""
    if not (isinstance(value, str) and _DAY.match(value)):
        raise Unfit(pointer, f"a date is needed, not {_shown(value)}")
    return value[:4] + value[5:7] + value[8:10]


def cents(value: Any, pointer: str) -> int:
    """An amount of money in cents; more decimals than two are not rounded away."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise Unfit(pointer, f"an amount is needed, not {_shown(value)}")
    scaled = round(value * 100)
    if scaled / 100 != value or not 0 <= scaled < MOST:
        raise Unfit(pointer, f"{_shown(value)} is no amount of dollars and cents")
    return scaled


def amount(of_cents: int) -> str:
    """An amount without zeros at its end: 12, 12.5, 12.05."""
    whole, rest = divmod(of_cents, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def quantity(value: Any, pointer: str) -> str:
    """A number above zero with up to three decimals and eight digits before them."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0.001 <= value < 10**8:
        raise Unfit(pointer, f"a quantity above 0 is needed, not {_shown(value)}")
    made = f"{value:.3f}".rstrip("0").rstrip(".")
    if float(made) != value:
        raise Unfit(pointer, f"{_shown(value)} has more than three decimals")
    return made


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
