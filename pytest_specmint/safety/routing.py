"""Routing transit numbers of American banks.

Nine digits weighted 3-7-1, a multiple of ten (ABA). The first two name a Federal Reserve district (01 to 12), the
same for thrifts (21 to 32) and electronic transfers (61 to 72), the government (00) or traveller's cheques (80).
"""

from pytest_specmint.rules.expression.functions import aba
from pytest_specmint.safety.verdict import SAFE, Verdict, are_digits, could_be_real, masked, plain

ASSIGNED = frozenset(f"{n:02d}" for n in (*range(13), *range(21, 33), *range(61, 73), 80))
"""The first two digits of numbers that exist."""

PLACEHOLDERS = frozenset({"000000000", "110000000"})
"""Nobody's: the second is what processors take for tests."""


def judge(text: str) -> Verdict | None:
    """Whether a text, from a field for it, could be a bank's number."""
    digits = plain(text)
    if len(digits) != 9 or not are_digits(digits):
        return None
    if digits[:2] not in ASSIGNED or digits in PLACEHOLDERS or not aba(digits):
        return SAFE
    return could_be_real(f"assigned prefix {digits[:2]}, checksum right", masked(text, 2, 1))
