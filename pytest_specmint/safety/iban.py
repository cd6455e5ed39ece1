"""International bank account numbers (ISO 13616): check digits by mod 97-10, a length per country.

XX and ZZ are user-assigned in ISO 3166: no country has them.
"""

import re
from collections.abc import Iterator, Mapping

from pytest_specmint.rules.expression.functions import iban
from pytest_specmint.safety.verdict import SAFE, Verdict, could_be_real, masked, plain

_LENGTHS_WRITTEN = """
AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24
FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32
LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24
RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
AO25 BF28 BJ28 CF27 CG27 CI28 CM27 CV25 DZ26 GA27 GQ27 GW25 IR26 KM27 MA28 MG27 ML28 MZ25 NE28 SN28 TD27 TG28
"""
LENGTHS: Mapping[str, int] = {each[:2]: int(each[2:]) for each in _LENGTHS_WRITTEN.split()}
"""By country: of the registry of SWIFT, and of the countries that use IBANs without having registered them."""

_INSIDE = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])", re.ASCII
)
_FORM = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)


def judge(text: str) -> Verdict | None:
    """Whether a text could be an account somewhere."""
    number = plain(text).upper()
    if not _FORM.fullmatch(number):
        return None
    if LENGTHS.get(number[:2]) != len(number) or not iban(number):
        return SAFE
    return could_be_real(f"country {number[:2]} exists, checksum right", masked(text, 4))


def inside(text: str) -> Iterator[Verdict]:
    """Those in free text: written together or in groups of four; a word behind it is taken off."""
    for found in _INSIDE.finditer(text):
        verdict = judge(_cut(found[0]))
        if verdict is not None:
            yield verdict


def _cut(text: str) -> str:
    """As much of the text as the country's numbers are long, if it can end there."""
    length, at = LENGTHS.get(text[:2], 0), 0
    for end, char in enumerate(text):
        at += char != " "
        if at == length:
            return text[: end + 1] if text[end + 1 : end + 2] in {"", " "} else text
    return text
