"""Registration numbers of the Drug Enforcement Administration of the USA.

Two letters (the second may be 9), six digits, and the last digit of: first, third and fifth, plus twice the second,
fourth and sixth. The first letter is the registrant's kind; I, N, O, Q, V, W, Y and Z are no kind.
"""

import re

from pytest_specmint.safety.verdict import SAFE, Verdict, could_be_real, masked

_FORM = re.compile(r"([A-Z])([A-Z9])(\d{7})(-[A-Z0-9]{1,8})?", re.ASCII)

KINDS = frozenset("ABCDEFGHJKLMPRSTUX")
"""First letters that are issued."""
EXAMPLE = "AB1234563"
"""The number in every explanation of the check digit."""


def check_digit(digits: str) -> int:
    """The check digit of six digits."""
    return (sum(map(int, digits[0:6:2])) + 2 * sum(map(int, digits[1:6:2]))) % 10


def judge(text: str) -> Verdict | None:
    """Whether a text, from a field for it, could be a registrant's number."""
    found = _FORM.fullmatch(text.strip().upper())
    if found is None:
        return None
    kind, name, digits, _ = found.groups()
    if kind not in KINDS or kind + name + digits == EXAMPLE or check_digit(digits) != int(digits[6]):
        return SAFE
    return could_be_real(f"kind {kind} is issued, check digit right", masked(text, 1, 1))
