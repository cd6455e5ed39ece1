"""The shape of amounts of money: most are small, few are large, over several orders of magnitude."""

from fractions import Fraction
from math import sqrt

from msgspec import Struct

from pytest_specmint.distributions.arithmetic import log
from pytest_specmint.engine.vocabulary import snake_case

USUAL_SPAN = 1000
"""How far the largest amount lies above the smallest usual one, where the schema sets no lower bound."""
REACH = 4
"""How many deviations of the logarithm lie between the median and either bound: little is cut off."""
BY_DEFAULT = True
"""Whether fields that `is_money` names have this shape where the schema gives none: True switches it on for all."""

MONEY_FIELDS = frozenset(
    [
        "amount",
        "balance",
        "charge",
        "charges",
        "cost",
        "deposit",
        "discount",
        "fee",
        "fees",
        "income",
        "payment",
        "premium",
        "price",
        "refund",
        "revenue",
        "salary",
        "shipping_cost",
        "subtotal",
        "tax",
        "total",
        "withdrawal",
    ]
)
"""Last words of names of fields, in snake case, that hold amounts of money."""
NOT_MONEY = frozenset(["amount_of_items", "items_total", "page_total", "record_total", "total_count", "total_items"])
MONEY_KINDS = frozenset(["amount", "currency_amount", "money", "price"])
"""Semantic kinds (`x-semantic`) that are amounts of money."""


class MoneyShape(Struct, frozen=True):
    """A log-normal distribution: its median and the deviation of the natural logarithm."""

    median: Fraction
    sigma: float


def money_shape(low: Fraction, high: Fraction, step: Fraction = Fraction(1, 100)) -> MoneyShape | None:
    """The shape between two bounds: the median is their geometric mean, the bounds are `REACH` deviations from it.

    Amounts of 0 have no logarithm: where the lower bound is 0 or less, a thousandth of the upper one counts, or the
    step. None where the bounds leave no room. Payments from 0.01 to 1,000,000 have the median 100, and 2 % of them are
    above 10,000.
    """
    low = max(low if low > 0 else high / USUAL_SPAN, step)
    if high <= low:
        return None
    sigma = log(float(high / low)) / (2 * REACH)
    return MoneyShape(_geometric_mean(low, high), sigma) if sigma > 0 else None


def _geometric_mean(low: Fraction, high: Fraction) -> Fraction:
    # IEEE 754 rounds square roots correctly, and those of exact squares are exact.
    return Fraction(repr(sqrt(float(low * high)))) if low * high < 1 << 1000 else low


def is_money(name: str, semantic: str = "") -> bool:
    """Whether a field is an amount of money, by its semantic kind or its name."""
    if semantic:
        return semantic in MONEY_KINDS
    words = snake_case(name)
    return words not in NOT_MONEY and words.rpartition("_")[2] in MONEY_FIELDS
