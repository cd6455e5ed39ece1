"""Medicare beneficiary identifiers: eleven characters, each place with its own alphabet, no check digit (CMS).

The first is 1 to 9; letters are all but S, L, O, I, B and Z. So whatever has the form could be somebody's.
"""

import re
from collections.abc import Iterator

from pytest_specmint.safety.verdict import SAFE, Verdict, could_be_real, masked, plain

_A = "[AC-HJKMNP-RT-Y]"
_AN = "[0-9AC-HJKMNP-RT-Y]"
_FORM = re.compile(rf"[1-9]{_A}{_AN}\d-?{_A}{_AN}\d-?{_A}{{2}}\d{{2}}", re.ASCII)
_INSIDE = re.compile(rf"(?<![\w-])[1-9]{_A}{_AN}\d-{_A}{_AN}\d-{_A}{{2}}\d{{2}}(?![\w-])", re.ASCII)
_LOOSE = re.compile(r"[0-9][A-Z0-9]{3}-?[A-Z0-9]{3}-?[A-Z0-9]{4}", re.ASCII)

SAMPLES = frozenset({"1EG4TE5MK72", "1EG4TE5MK73"})
"""On the sample cards of CMS."""


def judge(text: str) -> Verdict | None:
    """Whether a text, from a field for it, could be a beneficiary's."""
    number = text.strip().upper()
    if not _LOOSE.fullmatch(number):
        return None
    if not _FORM.fullmatch(number) or plain(number) in SAMPLES:
        return SAFE
    return could_be_real("has the form of a Medicare identifier, which has no check digit", masked(text, 2))


def inside(text: str) -> Iterator[Verdict]:
    """Those in free text: with hyphens, as on the cards."""
    for found in _INSIDE.finditer(text):
        verdict = judge(found[0])
        if verdict is not None:
            yield verdict
