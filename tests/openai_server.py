"""A server on this machine that speaks like OpenAI's, for tests that go all the way: answers fit what is asked for."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.scripted_model import value_of

Answer = Callable[[dict[str, Any], int], "str | int"]
"""From the request's body and its number to the answer's text, or an HTTP status."""


def fitting(body: dict[str, Any], number: int) -> str:
    """Values that the schema of the request allows."""
    schema = body["response_format"]["json_schema"]["schema"]
    return json.dumps(
        {name: value_of(each, f"{body.get('seed')}{name}") for name, each in schema["properties"].items()}
    )


class Server:
    """What it was asked, and where it is."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[dict[str, Any]] = []
        self.url = ""


@contextmanager
def openai_server(answer: Answer = fitting) -> Iterator[Server]:
    server = Server(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(200, {"object": "list", "data": [{"id": "quill-1", "object": "model"}]})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.asked.append(body)
            said = server.answer(body, len(server.asked))
            if isinstance(said, int):
                self._send(said, {"error": {"message": "told to fail", "type": "server_error"}})
                return
            message = {"role": "assistant", "content": said}
            usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._send(200, {"id": "x", "model": body["model"], "choices": [choice], "usage": usage})

        def _send(self, status: int, body: Any) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{web.server_address[1]}/v1"
    try:
        yield server
    finally:
        web.shutdown()
        web.server_close()
        thread.join()
