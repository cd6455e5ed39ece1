"""OLLAMA_HOST in every form that Ollama itself takes, as its client reads it.

``host``, ``host:port``, ``:port``, ``http://host`` (port 80), ``https://host/path``, IPv6 with and without brackets,
blanks and quotes around it. A port that is none gives the usual one. What a server listens on (``0.0.0.0``, ``::``, no
host) is this machine for a client.
"""

import re
from contextlib import suppress
from ipaddress import ip_address

from pytest_specmint.enrichment.endpoint import Endpoint, read_endpoint

PORT = 11434
_PORTED = re.compile(r"(\[[^\]]*\]|[^:\[\]]*):([^:\]]*)")


def read_ollama_host(text: str) -> Endpoint:
    """The endpoint of Ollama's own API; a path of another API on it (``/v1``, ``/api``) is left out.

    Raises `ProviderError` for what is no host.
    """
    text = text.strip().strip("\"'").strip()
    scheme, there, rest = text.partition("://")
    if not there:
        scheme, rest = ("https", f"{text}:443") if text == "ollama.com" else ("http", text)
    usual = {"http": 80, "https": 443}.get(scheme.lower(), PORT) if there else PORT
    user, at, rest = rest.rpartition("@")
    authority, slash, path = rest.partition("/")
    host, port = _split(authority, usual)
    found = read_endpoint(f"{scheme}://{user}{at}{host}:{port}{slash}{path}")
    return found.under(re.sub(r"/(v1|api)$", "", found.path))


def _split(authority: str, usual: int) -> tuple[str, int]:
    """Host (with brackets where it is an address of IPv6) and port."""
    ported = _PORTED.fullmatch(authority)
    host, port = (ported[1], ported[2]) if ported else (authority, "")
    host = host.strip("[]") or "127.0.0.1"
    with suppress(ValueError):
        host = f"[{host}]" if ip_address(host).version == 6 else host
    good = port.isascii() and port.isdigit() and int(port[:9]) <= 65_535
    return host, int(port[:9]) if good else usual
