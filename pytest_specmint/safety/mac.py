"""Hardware addresses (MAC, EUI-48).

Those with the second-lowest bit of the first byte set are given locally; all others belong to a maker (IEEE 802). The
range 00-00-5E-00-53-00 to -FF is for documentation (RFC 9542).
"""

import re
from collections.abc import Iterator

from pytest_specmint.safety.verdict import SAFE, Verdict, could_be_real, masked, plain

_BYTES = re.compile(r"[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}")
_FORM = re.compile(rf"{_BYTES.pattern}|(?:[0-9A-Fa-f]{{4}}\.){{2}}[0-9A-Fa-f]{{4}}|[0-9A-Fa-f]{{12}}")
_INSIDE = re.compile(rf"(?<![\w:-]){_BYTES.pattern}(?![\w:-])")

DOCUMENTATION = "00005e0053"


def judge(text: str) -> Verdict | None:
    """Whether a text could be the address of a device that somebody made."""
    text = text.strip()
    if not _FORM.fullmatch(text):
        return None
    digits = plain(text, ":-.").lower()
    first = int(digits[:2], 16)
    if first & 3 or digits.startswith(DOCUMENTATION) or digits == "0" * 12:
        return SAFE
    return could_be_real("its first three bytes are of a maker", masked(text, 6))


def inside(text: str) -> Iterator[Verdict]:
    """Those in free text: six bytes with colons or hyphens."""
    for found in _INSIDE.finditer(text):
        verdict = judge(found[0])
        if verdict is not None:
            yield verdict
