"""American ZIP codes beside a street: together they are somebody's address.

The prefixes 000 and 003 were never given to a post office.
"""

import re
from collections.abc import Iterator

from pytest_specmint.safety.verdict import SAFE, Verdict, could_be_real, masked

_FORM = re.compile(r"(\d{5})([- ]?\d{4})?", re.ASCII)
_INSIDE = re.compile(r"\b\d{1,6}[A-Za-z]? [^,\n]{2,60},[^\n]{0,80}?\b[A-Z]{2},? (\d{5}(?:-\d{4})?)(?![\w-])", re.ASCII)

UNUSED = frozenset({"000", "003"})
"""First three digits that lead nowhere."""


def judge(text: str) -> Verdict | None:
    """Whether a code, from a field for it and with a street beside it, could be a real place's."""
    text = text.strip()
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    if found[1][:3] in UNUSED:
        return SAFE
    return could_be_real(f"ZIP prefix {found[1][:3]} is in use, and a street stands beside it", masked(text, 3))


def inside(text: str) -> Iterator[Verdict]:
    """Those of whole addresses in one text: house number, street, town, state, ZIP code."""
    for found in _INSIDE.finditer(text):
        verdict = judge(found[1])
        if verdict is not None:
            yield verdict
