"""``/metrics`` over HTTP on the loopback interface, while a run lasts."""

import os
import socket
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import make_wsgi_app

from pytest_specmint.observe.events import BlockGenerated, Event, Level

HOST = "127.0.0.1"
"""Nobody but this machine is answered."""
PATH = "/metrics"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Without asking the name service for this machine's name, as the base class would."""
        if os.name != "nt":  # there it would let two processes have one port
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is not worth a traceback on standard error."""


class _Handler(WSGIRequestHandler):
    timeout = 5

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Requests are not logged."""


class MetricsServer:
    """Takes its port at once, and answers from the first block of records on.

    Until then it is silent, since processes that generate are forked, and forking wants no other thread; who asks
    early waits. Raises `OSError` where the port is taken.
    """

    level = Level.INFO

    def __init__(self, registry: CollectorRegistry, port: int) -> None:
        self._server = _Server((HOST, port), _Handler)
        self._server.set_app(_only_metrics(make_wsgi_app(registry)))
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """Where metrics are to be had."""
        return f"http://{HOST}:{self._server.server_port}{PATH}"

    def note(self, event: Event) -> None:
        """Begin to answer with the first block."""
        if self._thread is None and isinstance(event, BlockGenerated):
            self.start()

    def start(self) -> None:
        """Answer from now on."""
        serve = self._server.serve_forever
        self._thread = Thread(target=serve, kwargs={"poll_interval": 0.1}, name="specmint-metrics", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let go of the port."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


_App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def _only_metrics(app: _App) -> _App:
    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH:
            start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
            return [f"only {PATH} is here\n".encode()]
        return app(environ, start_response)

    return answer
