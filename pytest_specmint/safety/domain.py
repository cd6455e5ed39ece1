"""Names of hosts, alone, in e-mail addresses and in URLs, outside those that are kept for examples and tests.

RFC 2606 and 6761 keep example, invalid, localhost and test, and example.com, .net and .org; RFC 6762 local, RFC 8375
home.arpa, and ICANN internal.
"""

import re
from collections.abc import Callable, Iterator

from pytest_specmint.safety import ip
from pytest_specmint.safety.verdict import SAFE, Verdict, could_be_real

RESERVED = (
    *("example", "invalid", "localhost", "test", "local", "internal", "home.arpa"),
    *("example.com", "example.net", "example.org"),
)

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?:[^\W\d_]{{2,63}}|xn--[a-z0-9-]{{1,59}})\.?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@([^@\s]+)")
_EMAIL_INSIDE = re.compile(rf"[\w.%+-]@({_HOST.pattern})", re.IGNORECASE)
_URL = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/?#\s@]*@)?(\[[^\]\s]*\]|[^/?#:\s]*).*", re.DOTALL)
_URL_INSIDE = re.compile(r"[A-Za-z0-9+.-]://(?:[^/?#\s@\"'<>]*@)?(\[[0-9A-Fa-f:.]*\]|[^/?#:\s\"'<>,;()]+)")


def is_reserved(host: str) -> bool:
    """Whether a name is one of those, or below one."""
    host = host.lower().rstrip(".")
    return any(host == each or host.endswith("." + each) for each in RESERVED)


def _judged(host: str, show: Callable[[str], str]) -> Verdict | None:
    """None for what is no public name: one without a dot, or words."""
    address = ip.judge(host.strip("[]")) if host[:1] == "[" or host[-1:].isdigit() else None
    if address is not None:
        return could_be_real(address.why, show(address.shown)) if address.real else SAFE
    if not _HOST.fullmatch(host):
        return None
    return SAFE if is_reserved(host) else could_be_real("a name that can be registered", show(host.rstrip(".")))


def judge_host(text: str) -> Verdict | None:
    """Whether the name of a host, with or without a port, could be somebody's."""
    return _judged(text.strip().rpartition(":")[0] if re.search(r":\d+$", text) else text.strip(), lambda host: host)


def judge_email(text: str) -> Verdict | None:
    """Whether an e-mail address could be somebody's."""
    found = _EMAIL.fullmatch(text.strip())
    return _judged(found[1], lambda host: f"***@{host}") if found else None


def judge_url(text: str) -> Verdict | None:
    """Whether a URL could lead to somebody."""
    found = _URL.fullmatch(text.strip())
    return _judged(found[1], lambda host: f"//{host}/***") if found else None


def emails_inside(text: str) -> Iterator[Verdict]:
    """E-mail addresses in free text."""
    for found in _EMAIL_INSIDE.finditer(text):
        verdict = judge_email("x@" + found[1])
        if verdict is not None:
            yield verdict


def urls_inside(text: str) -> Iterator[Verdict]:
    """URLs in free text."""
    for found in _URL_INSIDE.finditer(text):
        verdict = judge_url("//" + found[1].rstrip("."))
        if verdict is not None:
            yield verdict
