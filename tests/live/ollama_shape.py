"""Ollama's API in front of a server that speaks like OpenAI, as far as its public documentation describes it.

Real tokens of a real model; the form is a translation of ours, so what passes here is tested on Ollama's form, not on
Ollama. Its pull downloads nothing: it knows a second name of the same model, which is missing until it is pulled.
"""

import http.client
import json
import select
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

VERSION = "0.0.0-shape"
CONTEXT = 8192


class OllamaShape:
    """A server on this machine; ``pullable`` is the name that a pull makes known."""

    def __init__(self, upstream: str, model: str, pullable: str, *, port: int = 0) -> None:
        self.upstream, self.models, self.pullable = upstream, [model], pullable
        self.asked: list[tuple[str, Any]] = []
        self._upstream_model = model
        shape = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments: Any) -> None: ...

            def do_GET(self) -> None:
                self._answer(*shape.get(self.path))

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                shape.asked.append((self.path, body))
                if self.path == "/api/pull":
                    self._stream(shape.pull(body))
                else:
                    self._answer(*shape.post(self.path, body, self.connection))

            def _answer(self, status: int, value: Any) -> None:
                if shape.gone(self.connection):
                    self.close_connection = True
                    return
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def _stream(self, events: list[Any]) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/x-ndjson")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for event in events:
                    line = json.dumps(event).encode() + b"\n"
                    self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
                    self.wfile.flush()
                self.wfile.write(b"0\r\n\r\n")

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _row(self, name: str) -> Any:
        return {"name": name, "model": name, "size": 98_000_000, "digest": f"digest-of-{self._upstream_model}"}

    def get(self, path: str) -> tuple[int, Any]:
        if path == "/api/version":
            return 200, {"version": VERSION}
        if path == "/api/tags":
            return 200, {"models": [self._row(name) for name in self.models]}
        if path == "/api/ps":
            return 200, {"models": [{**self._row(self.models[0]), "size_vram": 0, "context_length": CONTEXT}]}
        return 404, {"error": "404 page not found"}

    @staticmethod
    def gone(client: socket.socket) -> bool:
        """Whether who asked has hung up."""
        readable, _, _ = select.select([client], [], [], 0)
        return bool(readable) and not client.recv(1, socket.MSG_PEEK)

    def post(self, path: str, body: Any, client: socket.socket) -> tuple[int, Any]:
        name = body.get("model", "")
        if name not in self.models and f"{name}:latest" not in self.models:
            return 404, {"error": f"model '{name}' not found"}
        if path == "/api/show":
            info = {"general.architecture": "llama", "llama.context_length": CONTEXT}
            return 200, {"model_info": info, "capabilities": ["completion"]}
        if path != "/api/chat":
            return 404, {"error": "404 page not found"}
        if not body.get("messages"):
            message = {"role": "assistant", "content": ""}
            return 200, {"model": name, "message": message, "done": True, "done_reason": "load"}
        return self._chat(name, body, client)

    def pull(self, body: Any) -> list[Any]:
        begin = {"status": "pulling manifest"}
        if body.get("model") != self.pullable:
            return [begin, {"error": "pull model manifest: file does not exist"}]
        self.models.append(self.pullable)
        layer = {"status": "pulling 0123456789ab", "digest": "sha256:01", "total": 100}
        return [begin, layer, {**layer, "completed": 100}, {"status": "success"}]

    def _chat(self, name: str, body: Any, client: socket.socket) -> tuple[int, Any]:
        options = body.get("options") or {}
        asked: dict[str, Any] = {"model": self._upstream_model, "messages": body["messages"], "cache_prompt": False}
        for theirs, ours in (("seed", "seed"), ("temperature", "temperature"), ("num_predict", "max_tokens")):
            if theirs in options:
                asked[ours] = options[theirs]
        if isinstance(body.get("format"), dict):
            asked["response_format"] = {"type": "json_schema", "json_schema": {"name": "a", "schema": body["format"]}}
        try:
            status, data = self._upstream(asked, client)
        except OSError as error:
            return 500, {"error": f"llama runner: {error}"}
        if status != 200:
            return status, {"error": data.decode(errors="replace")}
        told = json.loads(data)
        choice = told["choices"][0]
        return 200, {
            "model": name,
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "message": {"role": "assistant", "content": choice["message"]["content"] or ""},
            "done": True,
            "done_reason": "length" if choice["finish_reason"] == "length" else "stop",
            "prompt_eval_count": told["usage"]["prompt_tokens"],
            "eval_count": told["usage"]["completion_tokens"],
        }

    def _upstream(self, asked: Any, client: socket.socket) -> tuple[int, bytes]:
        """Ask the model; let go of it when who asked hangs up, so that it is free for others."""
        connection = http.client.HTTPConnection(self.upstream.removeprefix("http://"), timeout=120)
        try:
            connection.request("POST", "/v1/chat/completions", json.dumps(asked), {"Content-Type": "application/json"})
            while not select.select([connection.sock], [], [], 0.2)[0]:
                if self.gone(client):
                    return 499, b"the client hung up"
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()
