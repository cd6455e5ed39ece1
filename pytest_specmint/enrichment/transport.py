"""Calls over HTTP: one total deadline, a size limit, no redirects, no host beyond those allowed, no secret told.

All that can go wrong comes out as `ProviderFailure`, or as an answer with its status; nothing of httpx gets through.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from pytest_specmint.enrichment.endpoint import Endpoint, HostGuard
from pytest_specmint.enrichment.model import Failure, ProviderFailure
from pytest_specmint.enrichment.secret import Secret, scrubbed
from pytest_specmint.errors import ProviderError

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 4 * 1024 * 1024
"""The largest answer that is read, unless the transport is given another."""


class Reply(Struct, frozen=True):
    """An answer, whole: header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it is a success."""
        return 200 <= self.status < 300


class Transport:
    """The way to one endpoint. Safe in several threads; connections are kept and used again.

    ``headers`` are sent and may be seen, ``secrets`` are sent only. Raises `ProviderError` where httpx is missing.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        title: str,
        guard: HostGuard,
        headers: Mapping[str, str] | None = None,
        secrets: Mapping[str, Secret] | None = None,
        debug_urls: bool = False,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.endpoint = endpoint
        self.title = title
        self._guard = guard
        self._headers = {"accept": "application/json", "accept-encoding": "identity", **(headers or {})}
        self._secrets = _with_userinfo(endpoint, secrets or {})
        self._debug = debug_urls
        self._max_bytes = max_bytes
        self._open()

    def __repr__(self) -> str:
        return f"Transport({self.endpoint.url})"

    @property
    def place(self) -> str:
        """Who is spoken to and where, as messages put it."""
        return f"{self.title} at {self.endpoint.shown(debug=self._debug)}"

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must stand in no message."""
        more = (self.endpoint.query, self.endpoint.userinfo)
        return (*self._secrets.values(), *(each for each in more if each is not None and not self._debug))

    def _open(self) -> None:
        try:
            import httpx

            from pytest_specmint.enrichment.wire import Deadline, ForbiddenHost, Wire
        except ImportError as error:
            raise ProviderError(
                f"language models need the extra llm ({error.name or error} is not installed)",
                hint='pip install "pytest-specmint[llm]", or go without: --llm-mode off',
            ) from None
        self._deadline = Deadline()
        self._httpx = httpx
        self._forbidden = ForbiddenHost
        wire = Wire(self.endpoint, secrets=self._secrets, permits=self._guard.permits, deadline=self._deadline)
        self._client = httpx.Client(
            transport=wire,
            timeout=None,  # noqa: S113  # the wire bounds all of a call, not each step of it
            follow_redirects=False,
            trust_env=False,
            headers=self._headers,
        )

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def request(self, method: str, path: str, *, body: bytes | None = None, deadline: float) -> Reply:
        """The answer, of whatever status, within so many seconds from now. Raises `ProviderFailure`."""
        with self._within(deadline), self._answer(method, path, body) as response:
            read = bytearray()
            for chunk in response.iter_raw():
                read += chunk
                self._check_size(len(read))
            return Reply(response.status_code, _headers(response), bytes(read))

    def lines(self, path: str, *, body: bytes, idle: float) -> Iterator[bytes | Reply]:
        """The lines of an answer as they come, each within so many seconds after the one before; no end in all.

        Where the status is no success, the whole `Reply` is the only thing that comes. Raises `ProviderFailure`.
        """
        with self._within(idle) as renew, self._answer("POST", path, body) as response:
            rest = b""
            whole = bytearray()
            for chunk in response.iter_raw():
                renew()
                if response.is_success:
                    *lines, rest = (rest + chunk).split(b"\n")
                    self._check_size(len(rest))
                    yield from lines
                else:
                    whole += chunk
                    self._check_size(len(whole))
            if not response.is_success:
                yield Reply(response.status_code, _headers(response), bytes(whole))
            elif rest:
                yield rest

    @contextmanager
    def _answer(self, method: str, path: str, body: bytes | None) -> Iterator["httpx.Response"]:
        """The answer whose headers have come; failures of the network become those of the provider."""
        if not self._guard.permits(self.endpoint.host):
            raise self._refused(self.endpoint.host)
        begun = False
        try:
            with self._client.stream(
                method,
                f"{self.endpoint.url}{path}",
                content=body,
                headers={"content-type": "application/json"} if body is not None else None,
            ) as response:
                begun = True
                self._check_form(response)
                yield response
        except self._forbidden as error:
            raise self._refused(str(error)) from None
        except (self._httpx.TransportError, self._httpx.InvalidURL) as error:
            raise self._failed(error, begun) from None

    @contextmanager
    def _within(self, seconds: float) -> Iterator[Callable[[], None]]:
        """Let everything that this thread does be over in so many seconds; the value begins them anew."""
        before = self._deadline.until

        def renew() -> None:
            self._deadline.until = time.monotonic() + seconds

        renew()
        try:
            yield renew
        finally:
            self._deadline.until = before

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            raise ProviderFailure(
                Failure.TOO_LARGE,
                f"{self.place} sends more than {self._max_bytes:,} bytes, which are not read",
            )

    def _check_form(self, response: "httpx.Response") -> None:
        length = response.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and len(length) < 19:
            self._check_size(int(length))
        coding = response.headers.get("content-encoding", "identity").lower()
        if coding not in {"", "identity"}:
            raise ProviderFailure(
                Failure.MALFORMED,
                f"{self.place} compresses its answer, which was not asked for",
                status=response.status_code,
            )

    def _refused(self, host: str) -> ProviderFailure:
        return ProviderFailure(
            Failure.FORBIDDEN_HOST, f"{self.title} is at {host}, which may not be reached (--llm-allow-host {host})"
        )

    def _failed(self, error: Exception, begun: bool) -> ProviderFailure:
        """What an error of httpx means, and how it is told."""
        httpx = self._httpx
        why = scrubbed(str(error).strip().rstrip("."), self.secrets)
        if isinstance(error, httpx.ConnectTimeout):
            return ProviderFailure(Failure.CONNECT, f"{self.place} cannot be reached in time")
        if isinstance(error, httpx.ConnectError | httpx.ProxyError):
            return ProviderFailure(Failure.CONNECT, f"{self.place} cannot be reached: {why or 'no connection'}")
        if isinstance(error, httpx.TimeoutException):
            return ProviderFailure(Failure.TIMEOUT, f"{self.place} did not answer in time")
        if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol | httpx.InvalidURL):
            return ProviderFailure(Failure.BAD_REQUEST, f"{self.place} cannot be asked: {type(error).__name__}")
        if begun:
            return ProviderFailure(Failure.CUT, f"{self.place} broke off its answer")
        return ProviderFailure(Failure.CONNECT, f"{self.place} closed the connection without an answer")


def _headers(response: "httpx.Response") -> Mapping[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _with_userinfo(endpoint: Endpoint, secrets: Mapping[str, Secret]) -> Mapping[str, Secret]:
    """The secret headers, with those that a user and password in the URL stand for, unless a key takes their place."""
    if endpoint.userinfo is None or "authorization" in secrets:
        return dict(secrets)
    from base64 import b64encode

    basic = b64encode(endpoint.userinfo.reveal().encode()).decode()
    return {**secrets, "authorization": Secret(f"Basic {basic}")}
