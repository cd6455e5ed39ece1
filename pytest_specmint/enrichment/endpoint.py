"""Where a provider answers, how that is shown, which hosts may be reached. Pure: nothing is resolved here."""

import re
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from pytest_specmint.enrichment.secret import Secret
from pytest_specmint.errors import ProviderError

_PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HOST = re.compile(r"[A-Za-z0-9_.-]+|[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?")
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # what servers listen on is no host for a client
_HINT = "write it as http://host:port/path"


class Endpoint(Struct, frozen=True):
    """The base URL of an API in its parts; what may be secret in it is kept apart and never shown."""

    scheme: str
    host: str
    """Lower case, without brackets."""
    port: int
    path: str = ""
    """Without a slash at its end."""
    query: Secret | None = None
    userinfo: Secret | None = None
    """``user:password``."""

    @property
    def origin(self) -> str:
        """Scheme, host and port as a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")

    @property
    def url(self) -> str:
        """As it is shown: without user, password and query."""
        return self.origin + self.path

    @property
    def loopback(self) -> bool:
        """Whether it is on this machine."""
        return is_loopback(self.host)

    def full(self) -> str:
        """With everything in it; shown only to those who asked for that (``--debug-urls``)."""
        user = f"{self.userinfo.reveal()}@" if self.userinfo else ""
        query = f"?{self.query.reveal()}" if self.query else ""
        return f"{self.scheme}://{user}{self.url.removeprefix(f'{self.scheme}://')}{query}"

    def shown(self, *, debug: bool) -> str:
        """As messages name it."""
        return self.full() if debug else self.url

    def under(self, path: str) -> "Endpoint":
        """The same with another path."""
        return Endpoint(self.scheme, self.host, self.port, path, self.query, self.userinfo)


def read_endpoint(text: str, *, default_scheme: str = "https") -> Endpoint:
    """A base URL in its parts; without a scheme it is the default one, on this machine ``http``.

    Raises `ProviderError`, which does not repeat the text: it may hold a password.
    """
    text = text.strip()
    bare = not _SCHEME.match(text)
    try:
        parts = urlsplit(f"//{text}" if bare else text)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise ProviderError(f"the endpoint is no URL: {_reason(error)}", hint=_HINT) from None
    host = _ANY.get(host, host)
    if not _HOST.fullmatch(host):
        raise ProviderError("the endpoint names no host" if not host else "the endpoint's host is no name", hint=_HINT)
    scheme = ("http" if is_loopback(host) else default_scheme) if bare else parts.scheme.lower()
    if scheme not in _PORTS:
        raise ProviderError(f"the endpoint's scheme is {scheme}, not http or https", hint=_HINT)
    user = parts.netloc.rpartition("@")[0]
    return Endpoint(
        scheme,
        host,
        _PORTS[scheme] if port is None else port,
        parts.path.rstrip("/"),
        Secret(parts.query) if parts.query else None,
        Secret(unquote(user)) if user else None,
    )


def _reason(error: ValueError) -> str:
    """Why urllib refuses it, without the text that it quotes."""
    return "its port is none" if "ort" in str(error) else "its host is none"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or address."""
    host = host.strip("[]").lower().rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback or (mapped is not None and mapped.is_loopback)


class HostGuard(Struct, frozen=True):
    """Which hosts may be reached. Loopback always may; where the guard is off, so may every configured host."""

    on: bool = False
    hosts: frozenset[str] = frozenset()
    """Lower case; one that begins with a dot stands for all below it."""

    def permits(self, host: str) -> bool:
        """Whether a connection to the host may be opened."""
        return not self.on or is_loopback(host) or self.lists(host)

    def lists(self, host: str) -> bool:
        """Whether the host is one of those named, whether or not the guard is on."""
        host = host.lower().strip("[]").rstrip(".")
        return host in self.hosts or any(each.startswith(".") and host.endswith(each) for each in self.hosts)


def guard_for(allowed: Sequence[str], configured: Iterable[str], *, ci: bool) -> HostGuard:
    """The guard of a run: on in continuous integration, and wherever hosts are named.

    ``configured`` are hosts that the user or a provider's row names; those that only come from variables of the
    environment are not among them. Entries may be hosts, ``host:port`` or URLs.
    """
    named = {_host_of(each) for each in allowed}
    return HostGuard(ci or bool(allowed), frozenset(named | {each.lower() for each in configured if each}))


def _host_of(text: str) -> str:
    text = text.strip().lower().removeprefix("*")
    if text.startswith("."):
        return text
    try:
        return str(ip_address(text.strip("[]")))
    except ValueError:
        return read_endpoint(text).host
