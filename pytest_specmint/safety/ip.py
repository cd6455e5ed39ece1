"""Internet addresses that lead somewhere: outside the blocks that are kept for documentation, tests and private use.

The blocks are those of the registries for special purposes of IANA (RFC 6890; RFC 5737, 3849, 9637, 1918, 6598).
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from pytest_specmint.safety.verdict import SAFE, Verdict, could_be_real

SPECIAL_4 = tuple(
    IPv4Network(each)
    for each in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
    )
)
UNICAST_6 = IPv6Network("2000::/3")
SPECIAL_6 = tuple(IPv6Network(each) for each in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_TRANSLATED = IPv6Network("64:ff9b::/96")

_FOUR = r"(?:\d{1,3}\.){3}\d{1,3}"
_INSIDE_4 = re.compile(rf"(?<![\w./:-])(?<![Vv]ersion )(?<![Rr]elease ){_FOUR}(?::\d+|/\d+)?(?![\w-]|\.\d)", re.ASCII)
_INSIDE_6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])", re.ASCII)
_TAIL = re.compile(rf"({_FOUR})(?::\d+|/\d+)?|\[?([0-9A-Fa-f:]+(?:{_FOUR})?)(?:%\w+)?\]?(?::\d+|/\d+)?", re.ASCII)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether packets for the address leave the house."""
    if isinstance(address, IPv4Address):
        return not any(address in each for each in SPECIAL_4)
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address.sixtofour is not None:
        return is_public(address.sixtofour)
    if address in _TRANSLATED:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in UNICAST_6 and not any(address in each for each in SPECIAL_6)


def judge(text: str) -> Verdict | None:
    """Whether a text, an address with or without a port or the length of a prefix, leads somewhere."""
    found = _TAIL.fullmatch(text.strip())
    if found is None:
        return None
    try:
        address = ip_address(found[1] or found[2])
    except ValueError:
        return None
    return could_be_real("routed in the internet", _shown(address)) if is_public(address) else SAFE


def _shown(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return ".".join([*str(address).split(".")[:2], "*", "*"])
    return ":".join(address.exploded.split(":")[:2]) + ":*"


def inside(text: str) -> Iterator[Verdict]:
    """Those in free text; four numbers behind a slash or a ``v`` are a version."""
    for found in _INSIDE_4.finditer(text):
        verdict = judge(found[0])
        if verdict is not None:
            yield verdict
    if "::" not in text and text.count(":") < 7:
        return
    for found in _INSIDE_6.finditer(text):
        verdict = judge(found[0])
        if verdict is not None:
            yield verdict
