"""What lies below httpx: connections that end at a deadline, go only where they may, and add keys at the last moment.

httpx bounds each single read, so a server that sends a byte a second is never late; here every read, write and
handshake gets what is left of the call's time. Keys and a URL's query are put in below httpx, so that neither its
requests nor its log lines ever hold them.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from ssl import SSLContext
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from pytest_specmint.enrichment.endpoint import Endpoint, is_loopback, read_endpoint
from pytest_specmint.enrichment.secret import Secret

KEEP_ALIVE_SECONDS = 15.0
"""Shorter than servers keep idle connections, so that they are rarely closed under a request."""


class ForbiddenHost(Exception):
    """A connection to a host that may not be reached; no socket was opened."""


class Deadline(threading.local):
    """When the call of this thread is over, on the clock of `time.monotonic`; none where it is infinite."""

    until: float = float("inf")

    def left(self) -> float | None:
        """Seconds that remain, never below zero; None without a deadline."""
        return None if self.until == float("inf") else max(0.0, self.until - time.monotonic())


class _Timed(httpcore.NetworkStream):
    """A stream whose reads and writes end at the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def _left(self, timeout: float | None, error: type[Exception]) -> float | None:
        left = self._deadline.left()
        if left is None:
            return timeout
        if left <= 0:
            raise error("the deadline has passed")
        return left if timeout is None else min(left, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._left(timeout, httpcore.ConnectTimeout)
        return _Timed(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Network(httpcore.NetworkBackend):
    """Opens connections: only to hosts that may be reached, and to all addresses of one within a single deadline."""

    def __init__(self, permits: Callable[[str], bool], deadline: Deadline) -> None:
        self._permits = permits
        self._deadline = deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if not self._permits(host):
            raise ForbiddenHost(host)
        failed: Exception | None = None
        for address in _addresses(host, port):
            left = self._deadline.left()
            if left is not None and left <= 0:
                raise httpcore.ConnectTimeout("the deadline has passed")
            timeout = left if timeout is None or (left is not None and left < timeout) else timeout
            try:
                stream = self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _Timed(stream, self._deadline)
        raise failed or httpcore.ConnectError("the name leads to no address")


def _addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, each once. A name of this machine leads to this machine alone."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the name is not known ({error})") from None
    addresses = dict.fromkeys(str(row[4][0]) for row in found)
    return [each for each in addresses if is_loopback(each) or not is_loopback(host)]


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._stream
        except _ERRORS as error:
            raise _as_httpx(error) from None

    def close(self) -> None:
        if hasattr(self._stream, "close"):
            self._stream.close()


_ERRORS = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError)


def _as_httpx(error: Exception) -> httpx.TransportError:
    """The error of httpx that has the same name; the request is not in it."""
    kind = getattr(httpx, type(error).__name__, httpx.TransportError)
    return kind(str(error)) if issubclass(kind, httpx.TransportError) else httpx.TransportError(str(error))


class Wire(httpx.BaseTransport):
    """The transport of one endpoint: adds secret headers and the query, below everything that logs or shows."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        secrets: Mapping[str, Secret],
        permits: Callable[[str], bool],
        deadline: Deadline,
    ) -> None:
        self._secrets = dict(secrets)
        self._query = endpoint.query
        self._pool = _pool(endpoint, permits, deadline)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of httpx with what it must not hold itself."""
        target = request.url.raw_path
        if self._query:
            target += b"?" + self._query.reveal().encode()
        secrets = [(name.encode(), each.reveal().encode()) for name, each in self._secrets.items()]
        inner = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=target
            ),
            headers=[*request.headers.raw, *secrets],
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            answer = self._pool.handle_request(inner)
        except _ERRORS as error:
            raise _as_httpx(error) from None
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        """Let go of connections."""
        self._pool.close()


def _pool(endpoint: Endpoint, permits: Callable[[str], bool], deadline: Deadline) -> httpcore.ConnectionPool:
    """Connections without a bound of their own: there are as many as there are calls under way."""
    proxy = proxy_of(endpoint)
    tls = httpx.create_ssl_context() if endpoint.scheme == "https" else None
    if proxy is None:
        return httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=None,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
            network_backend=_Network(permits, deadline),
        )
    user, _, password = proxy.userinfo.reveal().partition(":") if proxy.userinfo else ("", "", "")
    return httpcore.HTTPProxy(
        f"{proxy.origin}/",
        proxy_auth=(user.encode(), password.encode()) if user else None,
        ssl_context=tls,
        max_connections=None,
        keepalive_expiry=KEEP_ALIVE_SECONDS,
        network_backend=_Network(lambda host: host == proxy.host or permits(host), deadline),
    )


def proxy_of(endpoint: Endpoint) -> Endpoint | None:
    """The proxy that the environment names for the endpoint; never one for this machine.

    Raises `ProviderError` for one that is not spoken to by HTTP (SOCKS).
    """
    if endpoint.loopback or proxy_bypass(endpoint.host):
        return None
    named = getproxies()
    url = named.get(endpoint.scheme) or named.get("all")
    return read_endpoint(url, default_scheme="http") if url else None
