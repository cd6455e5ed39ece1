"""What scenarios of faults work with: a directory of their own, the program, providers that misbehave."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

PERSON = (
    '{"type": "object", "required": ["id", "name"], "additionalProperties": false, "properties": {'
    '"id": {"type": "string", "pattern": "^P-[0-9]{4}$"}, '
    '"name": {"type": "string", "minLength": 2, "maxLength": 20, "x-llm": true}}}'
)
QUICK = ("--llm-timeout-ms", "300", "--retry-backoff-ms-min", "1", "--retry-backoff-ms-max", "5")
_MODELS = b'{"object": "list", "data": [{"id": "quill-1", "object": "model"}]}'
_PAGE = b"<!doctype html><html><body><h1>Please log in</h1></body></html>"


class Ran(NamedTuple):
    """What came of a command."""

    code: int
    out: str
    err: str


class Box:
    """A directory with a schema of people in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        (directory / "person.json").write_text(PERSON, encoding="utf-8")

    def environment(self, **changed: str | None) -> dict[str, str]:
        """This process's, without what would decide a run, and with changes; None takes a variable away."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("SPECMINT_", "PYTEST_"))}
        for name in ("CI", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OLLAMA_HOST", "NO_COLOR", "COLUMNS"):
            own.pop(name, None)
        own["PYTHONPATH"] = str(Path(__file__).parents[3])
        for name, value in changed.items():
            own.pop(name, None)
            if value is not None:
                own[name] = value
        return own

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "pytest_specmint", *arguments]

    def run(self, *arguments: str, env: dict[str, str] | None = None, **options: Any) -> Ran:
        """The program, as a process of its own."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.directory,
            env=self.environment() if env is None else env,
            timeout=120,
            **{"capture_output": True, **options},
        )
        return Ran(done.returncode, (done.stdout or b"").decode(), (done.stderr or b"").decode())

    def several(self, *commands: Sequence[str], env: dict[str, str]) -> Ran:
        """Several commands in one process, which is quicker; the exit code is the greatest."""
        code = (
            "import json, sys; from pytest_specmint.cli.main import main; "
            "from pytest_specmint.cli.streams import open_streams; open_streams(); "
            "sys.exit(max(main(each) for each in json.loads(sys.argv[1])))"
        )
        command = [sys.executable, "-c", code, json.dumps(commands)]
        done = subprocess.run(command, cwd=self.directory, env=env, capture_output=True, timeout=120)
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def generate(self, *arguments: str, **options: Any) -> Ran:
        return self.run("generate", "--schema", "person.json", *arguments, **options)

    def begun(self, *arguments: str, **options: Any) -> "subprocess.Popen[bytes]":
        """The program, left running; Ctrl-C reaches it though whoever runs the tests ignores it."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.directory,
            env=self.environment(),
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
            start_new_session=True,
            **options,
        )

    def ended(self, child: "subprocess.Popen[bytes]") -> Ran:
        out, err = child.communicate(timeout=60)
        return Ran(child.returncode, (out or b"").decode(), err.decode())

    def await_file(self, pattern: str, child: "subprocess.Popen[bytes]") -> Path:
        """Wait until there is such a file."""
        for _ in range(1200):
            found = next(self.directory.glob(pattern), None)
            if found is not None:
                return found
            assert child.poll() is None, child.communicate()
            time.sleep(0.025)
        raise AssertionError(f"no {pattern}")

    def content(self) -> list[str]:
        """The names in the directory, but for the schema."""
        return sorted(path.name for path in self.directory.iterdir() if path.name != "person.json")

    def enriched(self, url: str, *arguments: str, **options: Any) -> Ran:
        """Records of a live language model at this address."""
        where = ("--llm-provider", "openai", "--llm-endpoint", url)
        return self.generate("--llm-mode", "fields", "--count", "4", *where, *QUICK, *arguments, **options)


@contextmanager
def provider(fault: str) -> Iterator[str]:
    """A server that speaks like OpenAI's when it is asked for models, and misbehaves when it is called."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if fault == "silent":
                over.wait(20)
            self._send(200, _MODELS, "application/json")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if fault == "hangs":
                over.wait(20)
            elif fault == "html":
                self._send(200, _PAGE, "text/html")
            elif fault == "cut":
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b'{"id": ')
            else:
                self._send(int(fault), b'{"error": {"message": "told to fail", "type": "x"}}', "application/json")

        def _send(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                return  # whoever asked did not wait

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            pass

    web = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{web.server_address[1]}/v1"
    finally:
        over.set()
        web.shutdown()
        web.server_close()
        thread.join()
