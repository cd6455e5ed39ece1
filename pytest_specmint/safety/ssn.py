"""Social security numbers of the USA, and the taxpayer numbers (ITIN) of the same form.

Area 000, 666 and 900 to 999, group 00 and serial 0000 are never assigned (SSA, POMS RM 10201.035). 9xx with the groups
50 to 65, 70 to 88, 90 to 92 and 94 to 99 are taxpayer numbers (IRS).
"""

import re
from collections.abc import Iterator

from pytest_specmint.safety.verdict import SAFE, Verdict, could_be_real, masked

_FORM = re.compile(r"(\d{3})([- ]?)(\d{2})\2(\d{4})", re.ASCII)
_INSIDE = re.compile(r"(?<![\w./+-])\d{3}-\d{2}-\d{4}(?![\w/-]|\.\d)", re.ASCII)

TAXPAYER_GROUPS = frozenset((*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)))
VOID = frozenset({"078051120", "219099999"})
"""Printed in advertisements of 1938 and 1940, and since then nobody's."""
ADVERTISED = range(987654320, 987654330)
"""Set aside for advertisements."""


def judge(text: str) -> Verdict | None:
    """Whether a text could be an assigned number."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return None
    area, _, group, serial = found.groups()
    digits = area + group + serial
    if area in {"000", "666"} or group == "00" or serial == "0000" or digits in VOID or int(digits) in ADVERTISED:
        return SAFE
    if area[0] != "9":
        return could_be_real(f"area {area} is assigned", masked(text, 3))
    if int(group) in TAXPAYER_GROUPS:
        return could_be_real(f"area {area} with group {group} is a taxpayer number (ITIN)", masked(text, 5))
    return SAFE


def inside(text: str) -> Iterator[Verdict]:
    """Those in free text: three, two and four digits with hyphens."""
    for found in _INSIDE.finditer(text):
        verdict = judge(found[0])
        if verdict is not None:
            yield verdict
