"""Formats beyond their reserved ranges: any host, date or address that validators accept, without the odd corners.

Where a schema's own pattern leaves no safe value, it decides, and values are drawn from here.
"""

from collections.abc import Mapping

_HEX = "[0-9a-fA-F]"
_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_LABEL = r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*"
_HOST = rf"{_LABEL}(\.{_LABEL})*"
_EMAIL = rf"[A-Za-z0-9]+([._+-][A-Za-z0-9]+)*@({_LABEL}\.)+[A-Za-z]{{2,12}}"
_TEXT = r"[A-Za-z0-9._~!$&'()*+,;=:@/-]*"
_TAIL = rf"(\?{_TEXT})?(#{_TEXT})?"
_AUTHORITY = rf"//{_HOST}(:[0-9]{{1,4}})?(/{_TEXT})?"
_URI = rf"[A-Za-z][A-Za-z0-9+.-]*:({_AUTHORITY}|[A-Za-z0-9]{_TEXT}){_TAIL}"
_REFERENCE = rf"({_URI}|(/?[A-Za-z0-9._~-]+)+{_TAIL}|#{_TEXT})"
_DAY = r"((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
_DATE = rf"(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{{2}}|[1-9][0-9]{{3}})-{_DAY}"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
_IPV4 = rf"({_OCTET}\.){{3}}{_OCTET}"
_IPV6 = rf"({_HEX}{{1,4}}:){{7}}{_HEX}{{1,4}}|({_HEX}{{1,4}}:){{1,6}}:{_HEX}{{1,4}}|::({_HEX}{{1,4}})?"
_UUID = rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"

WIDE: Mapping[str, str] = {
    "date": _DATE,
    "date-time": f"{_DATE}[Tt]{_CLOCK}",
    "time": _CLOCK,
    "email": _EMAIL,
    "idn-email": _EMAIL,
    "hostname": _HOST,
    "idn-hostname": _HOST,
    "ipv4": _IPV4,
    "ipv6": _IPV6,
    "uri": _URI,
    "iri": _URI,
    "uri-reference": _REFERENCE,
    "iri-reference": _REFERENCE,
    "uuid": _UUID,
}
"""Languages by format."""
