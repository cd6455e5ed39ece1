"""What stays safe within a schema's own pattern, where the pattern leaves none of a meaning's usual texts.

Patterns spell the same identifier in many ways: a telephone number with parentheses, a card in groups of four, a
social security number without hyphens. Rows are by kind of field; forms are tried in their order.
"""

from collections.abc import Mapping

_CARDS = (
    "4242424242424242|4111111111111111|4012888888881881|5555555555554444|5105105105105100|2223003122003222"
    "|378282246310005|371449635398431|6011111111111117|3566002020360505|30569309025904|4222222222222"
)
_CARD_GROUPS = "4242([ -]?4242){3}|4111([ -]?1111){3}|5555([ -]?5555){2}[ -]?4444|3782[ -]?822463[ -]?10005"
_RESERVED = r"example\.(com|org|net)"
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_HEX = "[0-9a-fA-F]{2}"
_LINK = rf"https?://(www\.)?{_RESERVED}"

_PHONES = (
    r"(\+?1[ .-]?)?(\([2-9][0-9]{2}\)|[2-9][0-9]{2})[ .-]?555[ .-]?01[0-9]{2}",
    "555[ .-]?01[0-9]{2}",
    r"(\+44|0044|0)[ -]?7700[ -]?900[ -]?[0-9]{3}",
    r"(\+44|0044|0)[ -]?20[ -]?7946[ -]?0[0-9]{3}",
    r"(\+49|0049|0)[ -]?30[ /-]?23125[ -]?[0-9]{3}",
    r"(\+33|0033|0)[ .]?6[ .]?39[ .]?98[ .]?[0-9]{2}[ .]?[0-9]{2}",
    r"(\+61|0)[ -]?2[ -]?5550[ -]?[0-9]{4}",
    r"(\+353|0)[ -]?20[ -]?91[0-9][ -]?[0-9]{4}",
    r"(\+46|0)[ -]?8[ -]?465[ ]?004[ ]?[0-9]{2}",
)
_POSTAL = ("00[03][0-9]{2}(-[0-9]{4})?",)

SAFE_FORMS: Mapping[str, tuple[str, ...]] = {
    "npi": ("9[0-9]{9}", "2[0-9]{9}"),
    "social_security_number": ("(000|666)[- ]?[0-9]{2}[- ]?[0-9]{4}", "[0-8][0-9]{2}[- ]?00[- ]?[0-9]{4}"),
    "tax_number": ("(00|0[7-9]|1[7-9]|2[89]|49|69|7[089]|89|9[67])[ -]?[0-9]{7}",),
    # 110000000 is what processors take for tests.
    "routing_number": ("(1[3-9]|20|3[3-9]|[45][0-9]|60|7[3-9]|8[1-9]|9[0-9])[0-9]{7}", "110000000"),
    "card_number": (_CARDS, _CARD_GROUPS),
    "iban": ("(XX|ZZ)[ -]?[0-9]{2}[ 0-9A-Z-]{11,38}",),
    "barcode": ("952[0-9]{10}", "[24][0-9]{11}", "[124-8]952[0-9]{10}", "2[0-9]{7}"),
    "phone": _PHONES,
    "phone_below_phone": _PHONES,
    "postal_code": _POSTAL,
    "postal_code_below_place": _POSTAL,
    "ip_address": (rf"(192\.0\.2|198\.51\.100|203\.0\.113)\.{_OCTET}", r"(192\.000\.002|203\.000\.113)\.[01][0-9]{2}"),
    "ipv6_address": (
        "2001:(0db8|0DB8)(:[0-9a-f]{4}){6}",
        "2001:(db8|DB8)(:[0-9a-fA-F]{1,4}){6}",
        "2001:(db8|DB8)::[0-9a-fA-F]{1,4}",
    ),
    "mac_address": (
        f"00:00:5[eE]:00:53:{_HEX}",
        f"00-00-5[eE]-00-53-{_HEX}",
        rf"00005[eE]0053{_HEX}|0000\.5[eE]00\.53{_HEX}",
    ),
    "email": (rf"[a-z]{{2,12}}(\.[a-z]{{2,12}})?@{_RESERVED}", r"[A-Z]{2,12}@EXAMPLE\.(COM|ORG|NET)"),
    "email_below_email": (rf"[a-z]{{2,12}}(\.[a-z]{{2,12}})?@{_RESERVED}",),
    "url": (rf"{_LINK}(/[a-z0-9]{{1,12}}){{0,2}}", rf"(www\.)?{_RESERVED}"),
    "website": (rf"{_LINK}(/[a-z0-9]{{1,12}}){{0,2}}", rf"(www\.)?{_RESERVED}"),
    "endpoint": (rf"{_LINK}(/[a-z0-9]{{1,12}}){{0,2}}", rf"wss?://{_RESERVED}(/[a-z0-9]{{1,12}}){{0,2}}"),
    "image_url": (rf"{_LINK}/[a-z0-9]{{1,12}}\.(png|jpe?g|gif|webp|svg)", rf"{_LINK}(/[a-z0-9]{{1,12}}){{0,2}}"),
    "domain": (_RESERVED, rf"([a-z]{{2,10}}\.)?{_RESERVED}"),
    "host": (rf"([a-z]{{2,10}}\.)?{_RESERVED}",),
}
"""Regular expressions of whole texts."""
