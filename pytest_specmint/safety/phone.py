"""Telephone numbers that could ring somewhere: all that are not kept for fiction, and can be given out at all.

In North America an area code and an exchange begin with 2 to 9 (NANPA); a number without a country code is taken for
one of there if it has the form, else for a number of any country that has a range for fiction.
"""

import re
from collections.abc import Iterator

from pytest_specmint.safety.phone_ranges import COUNTRIES
from pytest_specmint.safety.verdict import SAFE, Verdict, are_digits, could_be_real, masked

_EXTENSION = re.compile(r"\s*[,;]?\s*(?:x|ext\.?|extension)\s*[=:]?\s*\d{1,6}\s*$", re.IGNORECASE | re.ASCII)
_FORM = re.compile(r"(?:tel:)?\s*(\+|00)?\s*([0-9][0-9 ()./-]*|\([0-9][0-9 ()./-]*)", re.ASCII)
_INTERNATIONAL = re.compile(r"(?<![\w+])\+[1-9](?:[ ()./-]{0,2}\d){6,14}(?![\w]|[.-]\d)", re.ASCII)
_AMERICAN = re.compile(
    r"(?<![\w+/.-])(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])[2-9]\d\d[.-]\d{4}(?![\w/-]|\.\d)", re.ASCII
)
_OFFICE = re.compile(r"[2-9]\d{2}[2-9]\d{6}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def judge(text: str) -> Verdict | None:
    """Whether a text, from a field for it, could be somebody's number."""
    found = _FORM.fullmatch(_EXTENSION.sub("", text.strip()))
    if found is None or _DATE.fullmatch(text.strip()):
        return None
    digits = "".join(char for char in found[2] if char.isdigit())
    if not 7 <= len(digits) <= 15 or not are_digits(digits):
        return None
    abroad = found[1] is not None
    why = _international(digits) if abroad else _national(digits)
    return could_be_real(why, masked(text, len(digits) + 2 * (found[1] == "00") - 4)) if why else SAFE


def _international(digits: str) -> str:
    for country in COUNTRIES:
        if digits.startswith(country.code):
            rest = digits.removeprefix(country.code)
            # ``+44 (0)20 …``: the trunk prefix is written where it does not belong.
            if country.fiction.fullmatch(rest) or country.fiction.fullmatch(rest.removeprefix(country.trunk)):
                return ""
            if country.code == "1":
                return _american(rest)
    return f"+{digits[:2]}…, outside the ranges kept for fiction" if digits[0] != "0" else ""


def _national(digits: str) -> str:
    if any(
        digits.startswith(country.trunk) and country.fiction.fullmatch(digits.removeprefix(country.trunk))
        for country in COUNTRIES
    ):
        return ""
    if len(digits) == 11 and digits[0] == "1":
        return _american(digits[1:])
    if len(digits) == 10 and digits[0] != "0":
        return _american(digits)
    if len(digits) == 7:
        return "" if digits.startswith("55501") or digits[0] in "01" else "seven digits outside 555-0100 to 555-0199"
    return "outside the ranges kept for fiction" if digits.strip("0") else ""


def _american(digits: str) -> str:
    if COUNTRIES[0].fiction.fullmatch(digits) or not _OFFICE.fullmatch(digits):
        return ""
    return "a North American number outside 555-0100 to 555-0199"


def inside(text: str) -> Iterator[Verdict]:
    """Those in free text: with a plus and the country code, or in the groups of North America."""
    patterns = [_INTERNATIONAL] if "+" in text else []
    patterns += [_AMERICAN] if "-" in text or "." in text else []
    for pattern in patterns:
        for found in pattern.finditer(text):
            verdict = judge(found[0])
            if verdict is not None:
                yield verdict
