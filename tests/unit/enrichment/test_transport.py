"""The way over HTTP against a server on this machine: deadlines, cuts, sizes, hosts, keys."""

import logging
import socket
import threading
import time
import traceback
from typing import Any

import httpx
import pytest
import respx
from loopback_server import always, answer, dripping, served

from pytest_specmint.enrichment import wire
from pytest_specmint.enrichment.endpoint import HostGuard, guard_for, read_endpoint
from pytest_specmint.enrichment.model import Failure, ProviderFailure
from pytest_specmint.enrichment.secret import Secret
from pytest_specmint.enrichment.transport import MAX_BYTES, Reply, Transport
from pytest_specmint.errors import ProviderError

KEY = "sk-hidden-0123456789"


def a_transport(url: str, *, guard: HostGuard | None = None, **more: Any) -> Transport:
    return Transport(read_endpoint(url), title="Test", guard=guard or HostGuard(), **more)


def failure(transport: Transport, *, deadline: float = 2.0, body: bytes | None = None) -> ProviderFailure:
    with pytest.raises(ProviderFailure) as caught:
        transport.request("POST" if body else "GET", "/x", body=body, deadline=deadline)
    return caught.value


def test_answers_come_whole_and_connections_are_kept() -> None:
    with served(always(answer(b'{"a":1}', headers="X-Thing: 1\r\n"))) as server:
        transport = a_transport(f"{server.url}/base")
        first = transport.request("GET", "/x", deadline=2)
        assert (first.status, first.body, first.headers["x-thing"], first.ok) == (200, b'{"a":1}', "1", True)
        transport.request("POST", "/y", body=b"{}", deadline=2)
        assert server.connections == 1
        assert server.requests[0].startswith(b"GET /base/x HTTP/1.1\r\n")
        assert b"content-type: application/json" in server.requests[1].lower()
        assert b"accept-encoding: identity" in server.requests[1].lower()
        transport.close()


@pytest.mark.parametrize(
    "data", [answer(b'{"a":1}' * 20), answer(b"{}", headers="X-Long: " + "x" * 200 + "\r\n")], ids=["body", "headers"]
)
def test_a_slow_drip_ends_at_the_deadline(data: bytes) -> None:
    """Each byte is in time, so a limit on single reads would never end it."""
    with served(dripping(data, 0.02)) as server:
        transport = a_transport(server.url)
        began = time.monotonic()
        failed = failure(transport, deadline=0.3)
        assert failed.failure is Failure.TIMEOUT
        assert time.monotonic() - began < 1.5
        transport.close()


def test_a_server_that_says_nothing() -> None:
    with served(lambda connection, request: time.sleep(0.6)) as server:
        transport = a_transport(server.url)
        failed = failure(transport, deadline=0.1)
        assert failed.failure is Failure.TIMEOUT
        assert "did not answer in time" in str(failed)
        transport.close()


def test_a_stall_in_the_midst_of_a_body() -> None:
    def script(connection: socket.socket, request: bytes) -> None:
        connection.sendall(answer(b'{"a":', length=500))
        time.sleep(0.6)

    with served(script) as server:
        transport = a_transport(server.url)
        assert failure(transport, deadline=0.2).failure is Failure.TIMEOUT
        transport.close()


def test_a_body_that_is_cut_off() -> None:
    def script(connection: socket.socket, request: bytes) -> None:
        connection.sendall(answer(b'{"a":', length=500))
        connection.shutdown(socket.SHUT_RDWR)

    with served(script) as server:
        transport = a_transport(server.url)
        assert failure(transport).failure is Failure.CUT
        transport.close()


def test_a_connection_that_is_closed_without_an_answer() -> None:
    with served(lambda connection, request: connection.shutdown(socket.SHUT_RDWR)) as server:
        transport = a_transport(server.url)
        assert failure(transport).failure is Failure.CONNECT
        transport.close()


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    transport = a_transport(f"http://127.0.0.1:{port}")
    failed = failure(transport)
    assert failed.failure is Failure.CONNECT
    assert f"127.0.0.1:{port}" in str(failed)
    transport.close()


def test_what_is_no_http() -> None:
    with served(always(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")) as server:
        transport = a_transport(server.url)
        assert failure(transport).failure in {Failure.CONNECT, Failure.CUT}
        transport.close()


@pytest.mark.parametrize("told", [True, False], ids=["by its length", "by its bytes"])
def test_an_answer_beyond_the_limit_is_not_read(told: bool) -> None:
    sent = []

    def script(connection: socket.socket, request: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\n" + (b"Content-Length: 10485760\r\n\r\n" if told else b"Connection: close\r\n\r\n")
        connection.sendall(head)
        for _ in range(160):
            connection.sendall(b"x" * 65_536)
            sent.append(65_536)
        connection.shutdown(socket.SHUT_RDWR)

    with served(script) as server:
        transport = a_transport(server.url)
        failed = failure(transport, deadline=10)
        assert failed.failure is Failure.TOO_LARGE
        assert f"{MAX_BYTES:,}" in str(failed)
        transport.close()


def test_redirects_are_answers_not_followed() -> None:
    with served(
        always(answer(b"", status="307 Temporary Redirect", headers="Location: http://elsewhere.example/\r\n"))
    ) as server:
        transport = a_transport(server.url)
        assert transport.request("POST", "/x", body=b"{}", deadline=2).status == 307
        assert len(server.requests) == 1
        transport.close()


def test_a_compressed_answer_is_refused() -> None:
    with served(always(answer(b"\x1f\x8b", headers="Content-Encoding: gzip\r\n"))) as server:
        transport = a_transport(server.url)
        assert failure(transport).failure is Failure.MALFORMED
        transport.close()


def test_secret_headers_query_and_password_reach_the_server_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with served(always(answer(b"{}"))) as server:
        url = server.url.replace("http://", "http://me:password-1@") + "/v1?api-key=query-secret"
        transport = a_transport(url, secrets={"x-api-key": Secret(KEY)})
        transport.request("POST", "/x", body=b"{}", deadline=2)
        request = server.requests[0]
        assert request.startswith(b"POST /v1/x?api-key=query-secret HTTP/1.1\r\n")
        assert f"x-api-key: {KEY}".encode() in request
        assert b"authorization: Basic bWU6cGFzc3dvcmQtMQ==" in request
        shown = repr(transport) + repr(transport.secrets) + repr(vars(transport)) + caplog.text
        for secret in (KEY, "query-secret", "password-1", "bWU6"):
            assert secret not in shown
        assert "/v1/x" in caplog.text
        transport.close()


def test_no_failure_shows_a_secret() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    transport = a_transport(
        f"http://me:password-1@127.0.0.1:{port}/?k=query-secret", secrets={"x-api-key": Secret(KEY)}
    )
    failed = failure(transport)
    shown = "".join(traceback.format_exception(failed)) + repr(failed)
    assert "127.0.0.1" in shown
    for secret in (KEY, "query-secret", "password-1"):
        assert secret not in shown
    transport.close()


def test_urls_are_shown_whole_to_those_who_ask() -> None:
    transport = a_transport("http://me:word@127.0.0.1:9/?k=v", debug_urls=True)
    assert "me:word" in transport.place
    assert "?k=v" in transport.place
    transport.close()


def test_a_forbidden_host_is_refused_before_a_socket_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*arguments: Any, **options: Any) -> Any:
        raise AssertionError("a socket was opened")

    transport = a_transport("https://models.example/v1", guard=guard_for([], [], ci=True))
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    monkeypatch.setattr(socket.socket, "connect", forbidden)
    failed = failure(transport)
    assert failed.failure is Failure.FORBIDDEN_HOST
    assert "--llm-allow-host models.example" in str(failed)
    transport.close()


def test_the_wire_itself_opens_no_connection_to_a_forbidden_host() -> None:
    """Below the check of the transport there is a second one, for whatever would get past it."""
    transport = a_transport("http://models.example", guard=HostGuard())
    inner = wire.Wire(transport.endpoint, secrets={}, permits=lambda host: False, deadline=wire.Deadline())
    client = httpx.Client(transport=inner)
    with pytest.raises(wire.ForbiddenHost, match=r"models\.example"):
        client.get("http://models.example/")
    client.close()
    transport.close()


def test_a_name_of_this_machine_leads_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("192.0.2.7", 80))])
    transport = a_transport("http://localhost:9")
    failed = failure(transport)
    assert failed.failure is Failure.CONNECT
    assert "leads to no address" in str(failed)
    transport.close()


def test_all_addresses_of_a_name_share_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(2, 1, 6, "", (f"127.0.0.{number}", 80)) for number in range(1, 9)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
    tried = []

    def slow(self: Any, host: str, port: int, timeout: float | None = None, *more: Any) -> Any:
        tried.append(timeout)
        time.sleep(min(timeout or 9, 0.1))
        raise wire.httpcore.ConnectTimeout

    monkeypatch.setattr(wire.httpcore.SyncBackend, "connect_tcp", slow)
    transport = a_transport("http://localhost:9")
    assert failure(transport, deadline=0.25).failure is Failure.CONNECT
    assert len(tried) < 8
    assert all(timeout is not None and timeout <= 0.25 for timeout in tried)
    transport.close()


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_this_machine_is_never_reached_by_a_proxy(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "http://proxy.invalid:1")
    with served(always(answer(b"{}"))) as server:
        transport = a_transport(server.url)
        assert transport.request("GET", "/x", deadline=2).ok
        transport.close()


def test_other_hosts_are_reached_by_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with served(always(answer(b'{"by":"proxy"}'))) as server:
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.setenv("http_proxy", server.url.replace("http://", "http://user:proxy-word@"))
        guard = guard_for(["models.example"], [], ci=True)
        transport = a_transport("http://models.example/v1", guard=guard, secrets={"x-api-key": Secret(KEY)})
        assert transport.request("GET", "/models", deadline=2).body == b'{"by":"proxy"}'
        assert server.requests[0].startswith(b"GET http://models.example/v1/models HTTP/1.1\r\n")
        assert b"Proxy-Authorization: Basic" in server.requests[0]
        assert "proxy-word" not in repr(vars(transport))
        transport.close()
        monkeypatch.setenv("no_proxy", "models.example")
        assert wire.proxy_of(read_endpoint("http://models.example")) is None


def test_a_proxy_that_is_not_spoken_to_by_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1080")
    with pytest.raises(ProviderError, match="scheme is socks5"):
        a_transport("https://models.example")


def test_threads_have_deadlines_of_their_own() -> None:
    def script(connection: socket.socket, request: bytes) -> None:
        time.sleep(0.4 if b"/slow" in request else 0)
        connection.sendall(answer(b"{}"))

    with served(script) as server:
        transport = a_transport(server.url)
        failed: list[ProviderFailure] = []

        def late() -> None:
            with pytest.raises(ProviderFailure) as caught:
                transport.request("GET", "/slow", deadline=0.1)
            failed.append(caught.value)

        thread = threading.Thread(target=late)
        thread.start()
        assert transport.request("GET", "/slow", deadline=5).ok
        thread.join(5)
        assert [each.failure for each in failed] == [Failure.TIMEOUT]
        transport.close()


def test_lines_come_one_by_one_and_the_deadline_begins_anew() -> None:
    def script(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for number in range(4):
            connection.sendall(f'{{"n":{number}}}\n'.encode())
            time.sleep(0.15)
        connection.sendall(b'{"n":"last"}')
        connection.shutdown(socket.SHUT_RDWR)

    with served(script) as server:
        transport = a_transport(server.url)
        lines = list(transport.lines("/pull", body=b"{}", idle=0.4))
        assert lines == [*(f'{{"n":{n}}}'.encode() for n in range(4)), b'{"n":"last"}']
        transport.close()


def test_lines_that_stop_coming() -> None:
    def script(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"n":1}\n')
        time.sleep(0.8)

    with served(script) as server:
        transport = a_transport(server.url)
        with pytest.raises(ProviderFailure) as caught:
            list(transport.lines("/pull", body=b"{}", idle=0.2))
        assert caught.value.failure is Failure.TIMEOUT
        transport.close()


def test_a_refusal_instead_of_lines_comes_whole() -> None:
    with served(always(answer(b'{"error":\n"no"}', status="404 Not Found"))) as server:
        transport = a_transport(server.url)
        (reply,) = transport.lines("/pull", body=b"{}", idle=2)
        assert isinstance(reply, Reply)
        assert (reply.status, reply.body) == (404, b'{"error":\n"no"}')
        transport.close()


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (httpx.ConnectError("refused"), Failure.CONNECT),
        (httpx.ConnectTimeout("late"), Failure.CONNECT),
        (httpx.ReadTimeout("late"), Failure.TIMEOUT),
        (httpx.WriteTimeout("late"), Failure.TIMEOUT),
        (httpx.ReadError("reset"), Failure.CONNECT),
        (httpx.RemoteProtocolError("gone"), Failure.CONNECT),
        (httpx.ProxyError("no"), Failure.CONNECT),
        (httpx.LocalProtocolError("bad header"), Failure.BAD_REQUEST),
    ],
)
def test_every_error_of_the_network(raised: Exception, expected: Failure) -> None:
    transport = a_transport("https://models.example")
    with respx.mock:
        respx.get("https://models.example/x").mock(side_effect=raised)
        assert failure(transport).failure is expected
    transport.close()


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(ProviderError, match="extra llm") as caught:
        a_transport("http://127.0.0.1:9")
    assert 'pip install "pytest-specmint[llm]"' in (caught.value.hint or "")
    assert "--llm-mode off" in (caught.value.hint or "")
    assert caught.value.exit_code == 4
