"""Employer identification numbers of the USA: nine digits whose first two name the office that issued them (IRS)."""

import re

from pytest_specmint.safety.verdict import SAFE, Verdict, could_be_real, masked

_FORM = re.compile(r"(\d{2})-?(\d{7})", re.ASCII)

UNISSUED = frozenset(f"{n:02d}" for n in (0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97))
"""First digits that no office has."""


def judge(text: str) -> Verdict | None:
    """Whether a text, from a field for it, could be an issued number."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return None
    if found[1] in UNISSUED or found[2] == "0000000":
        return SAFE
    return could_be_real(f"prefix {found[1]} is issued", masked(text, 2))
