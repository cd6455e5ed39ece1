"""Article numbers (GTIN, EAN, UPC): a check digit, and a prefix that GS1 gives to companies.

952 is for demonstrations; 02, 04 and 20 to 29 are for use within a shop (GS1 General Specifications, 1.4). Among
numbers of eight digits those that begin with 0 or 2 are for shops.
"""

from pytest_specmint.rules.expression.functions import gtin
from pytest_specmint.safety.verdict import SAFE, Verdict, are_digits, could_be_real, masked, plain

RESTRICTED = ("952", "02", "04", *(f"2{digit}" for digit in range(10)))
"""Prefixes of numbers of 13 digits that no company has."""


def prefix(digits: str) -> str:
    """The GS1 prefix of a number of 8, 12, 13 or 14 digits."""
    return digits[:3] if len(digits) == 8 else digits.rjust(14, "0")[1:4]


def _is_free(digits: str) -> bool:
    if len(digits) == 8:
        return digits[0] in "02" or digits.startswith("952")
    return prefix(digits).startswith(RESTRICTED) or not digits.strip("0")


def judge(text: str) -> Verdict | None:
    """Whether a text, from a field for it, could be the number of an article."""
    digits = plain(text)
    if len(digits) not in {8, 12, 13, 14} or not are_digits(digits):
        return None
    if _is_free(digits) or not gtin(digits):
        return SAFE
    shown = 4 if len(digits) == 14 else 3
    return could_be_real(f"prefix {prefix(digits)} is a company's, check digit right", masked(text, shown, 1))
