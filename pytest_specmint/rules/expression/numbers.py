"""Numbers as their JSON texts say: exact fractions, never a binary approximation carried on."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import isfinite

Exact = int | Fraction

MAX_ROUND = 30
MAX_BITS = 4096
MAX_DIGITS = 4000
"""Python refuses to write longer integers, for it takes the square of their length."""


def exact(value: object) -> Exact | None:
    """A JSON number as the decimal that its shortest text says; nothing for what is no number.

    A float stands for its shortest decimal text: what was parsed from ``0.1`` is a tenth.
    """
    if isinstance(value, int):
        return None if isinstance(value, bool) else value
    if isinstance(value, Fraction):
        return simplest(value)
    if isinstance(value, float):
        return simplest(Fraction(repr(value))) if isfinite(value) else None
    if isinstance(value, Decimal):
        return simplest(Fraction(value)) if value.is_finite() else None
    return None


def simplest(value: Exact) -> Exact:
    """A whole number as an integer."""
    return value.numerator if value.denominator == 1 else value


def bounded(value: Exact) -> Exact | None:
    """The number; nothing where its denominator has grown out of hand, as in sums of many different fractions.

    Their cost would grow with the square of their number; decimals never come near.
    """
    return None if value.denominator.bit_length() > MAX_BITS else simplest(value)


def plus(a: Exact, b: Exact) -> Exact | None:
    """A sum, bounded."""
    return bounded(a + b)


def total(values: Iterable[Exact]) -> Exact | None:
    """A sum from left to right, bounded at each step."""
    whole: Exact = 0
    for value in values:
        more = plus(whole, value)
        if more is None:
            return None
        whole = more
    return whole


def mean(values: Sequence[Exact]) -> Exact | None:
    """The exact mean, bounded; nothing of none."""
    whole = total(values)
    return None if whole is None or not values else bounded(Fraction(whole) / len(values))


def divided(value: int, by: int) -> int:
    """A quotient rounded to the nearest integer, halves away from zero."""
    if by < 0:
        value, by = -value, -by
    return (2 * value + by) // (2 * by) if value >= 0 else -((2 * -value + by) // (2 * by))


def rounded(value: Exact, places: int = 0) -> Exact:
    """A number rounded to decimal places, halves away from zero, as invoices do."""
    scale: int = 10 ** abs(places)
    if places < 0:
        return divided(value.numerator, value.denominator * scale) * scale
    return simplest(Fraction(divided(value.numerator * scale, value.denominator), scale))


def places_of(value: Exact) -> int | None:
    """How many decimals a number has; nothing for a third, which has no end."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def text_of_number(value: Exact) -> str | None:
    """A number's shortest plain decimal text; nothing where it has no end."""
    places = places_of(value)
    if places is None or places > MAX_DIGITS or abs(value.numerator) >= 10**MAX_DIGITS:
        return None
    if not places:
        return str(value.numerator)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return ("-" if value < 0 else "") + f"{digits[:-places]}.{digits[-places:]}"


def json_number(value: Exact) -> int | float | None:
    """The JSON number that says exactly this; nothing where a double's shortest text says something else."""
    if value.denominator == 1:
        return value.numerator
    try:
        nearest = value.numerator / value.denominator
    except OverflowError:
        return None
    return nearest if exact(nearest) == value else None
