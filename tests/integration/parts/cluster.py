"""What tests of parts work with: the program as a process, clusters of Dask, an S3 server that may fail."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[3]
SMALL = {
    "type": "object",
    "required": ["id", "ok"],
    "additionalProperties": False,
    "properties": {"id": {"type": "integer", "minimum": 0, "maximum": 10**9}, "ok": {"type": "boolean"}},
}
"""Records that are quickly made: parts hold 65,536 of them at least."""
COUNT = 5 * 65_536 + 1000
"""Six parts, the last of them short."""
PARTS = 6
PATIENCE = 60.0
_SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
"""Nobody looks at it closely, but unsigned requests see nothing."""
_STAGED = re.compile(r"\.(part-[0-9]+)\..*\.specmint-.*-([0-9]+)-[0-9]+")


class Ran(NamedTuple):
    code: int
    out: str
    err: str


class Box:
    """A directory with a small schema, and the program."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.more: dict[str, str] = {}
        (directory / "small.json").write_text(json.dumps(SMALL))

    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("SPECMINT_", "PYTEST_"))}
        return {**own, "PYTHONPATH": str(ROOT), "SPECMINT_PLAN_CACHE": "off", "OPENBLAS_NUM_THREADS": "1", **self.more}

    def start(self, *command: str, **options: Any) -> "subprocess.Popen[bytes]":
        """A process of its own session, so that it can be killed with all that it has started."""
        given = {"cwd": self.directory, "env": self.environment(), "start_new_session": True, **options}
        return subprocess.Popen([sys.executable, "-m", *command], **given)

    def begin(self, *arguments: str, count: int = COUNT, **options: Any) -> "subprocess.Popen[bytes]":
        """A run of generate that goes on."""
        given = ("-s", "small.json", "-n", str(count), "--seed", "7", "--part-records", "65536")
        heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # though whoever runs the tests ignores it
        piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "preexec_fn": heard}
        return self.start("pytest_specmint", "generate", *given, *arguments, **{**piped, **options})

    def generate(self, *arguments: str, count: int = COUNT, seconds: float = PATIENCE, **options: Any) -> Ran:
        return ended(self.begin(*arguments, count=count, **options), seconds)

    def run(self, *arguments: str) -> Ran:
        return ended(self.start("pytest_specmint", *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE))

    def manifest(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.directory / name / "manifest.json").read_bytes())
        return found

    def files(self, name: str) -> dict[str, bytes]:
        """All files but run.json, which tells of one run."""
        below = self.directory / name
        return {
            str(path.relative_to(below)): path.read_bytes()
            for path in sorted(below.rglob("*"))
            if path.is_file() and path.name != "run.json"
        }


def ended(process: "subprocess.Popen[bytes]", seconds: float = PATIENCE) -> Ran:
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        raise AssertionError(f"it did not end: {(err or b'').decode()[-2000:]}") from None
    return Ran(process.returncode, (out or b"").decode(), (err or b"").decode())


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End a process that these tests have started, with all of its session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def until(wanted: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """What is wanted, as soon as it is there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := wanted():
            return found
        time.sleep(0.005)
    raise AssertionError("it did not come")


def staged_by(directory: Path) -> int | None:
    """The process that writes a part at this moment."""
    if not directory.is_dir():
        return None
    for path in directory.iterdir():
        if (found := _STAGED.fullmatch(path.name)) is not None:
            return int(found[2])
    return None


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(0.5)
        return one.connect_ex(("127.0.0.1", port)) == 0


# ---------------------------------------------------------------- Dask


class Cluster:
    """A scheduler with workers, as processes that tests may end one by one."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self._processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self.start_scheduler()

    def start_scheduler(self) -> "subprocess.Popen[bytes]":
        given = ("--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        self.scheduler = self._start("distributed.cli.dask_scheduler", *given)
        until(lambda: answers(self.port))
        return self.scheduler

    def worker(self, name: str = "", *, nanny: bool = True, **options: Any) -> "subprocess.Popen[bytes]":
        given = (self.address, "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1", "--nworkers", "1")
        more = (*(("--name", name) if name else ()), "--nanny" if nanny else "--no-nanny")
        return self._start("distributed.cli.dask_worker", *given, *more, **options)

    def _start(self, module: str, *arguments: str, **options: Any) -> "subprocess.Popen[bytes]":
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = self._box.start(module, *arguments, **{**quiet, **options})
        self._processes.append(process)
        return process

    def close(self) -> None:
        for process in self._processes:
            kill(process)


@contextmanager
def cluster(box: Box, workers: int = 2) -> Iterator[Cluster]:
    made = Cluster(box)
    try:
        for _ in range(workers):
            made.worker()
        yield made
    finally:
        made.close()


# ---------------------------------------------------------------- S3


@contextmanager
def moto() -> Iterator[int]:
    """An S3 server on loopback; gives its port."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until(lambda: answers(port))
        yield port
    finally:
        kill(process)


class Store:
    """A bucket of it, behind a proxy that may fail."""

    def __init__(self, port: int, bucket: str) -> None:
        self._port = port
        self._bucket = bucket
        self.failing: Callable[[str, str], int | None] = lambda _method, _path: None
        """The status that a request is answered with in place of the server's answer."""
        self.asked: list[tuple[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _proxy(self))
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.request("PUT", f"/{bucket}")

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def url(self, name: str) -> str:
        return f"s3://{self._bucket}/{name}"

    def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Sequence[tuple[str, str]], bytes]:
        """Ask the server itself."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request(method, path, body, {"Authorization": _SIGNED, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def read(self, name: str) -> bytes | None:
        status, _, body = self.request("GET", f"/{self._bucket}/{name}")
        return body if status == 200 else None

    def names(self, prefix: str) -> list[str]:
        _, _, body = self.request("GET", f"/{self._bucket}?list-type=2&prefix={prefix}/")
        return sorted(re.findall(rf"<Key>{prefix}/([^<]*)</Key>", body.decode()))

    def files(self, prefix: str) -> dict[str, bytes]:
        """As `Box.files`."""
        return {name: self.read(f"{prefix}/{name}") or b"" for name in self.names(prefix) if name != "run.json"}

    def etag(self, name: str) -> str:
        _, headers, _ = self.request("HEAD", f"/{self._bucket}/{name}")
        return {key.lower(): value for key, value in headers}["etag"].strip('"')

    def uploads(self) -> str:
        """Uploads that were begun and not completed."""
        return self.request("GET", f"/{self._bucket}?uploads")[2].decode()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _proxy(store: Store) -> type[BaseHTTPRequestHandler]:
    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            store.asked.append((self.command, self.path))
            status = store.failing(self.command, self.path)
            if status is None:
                headers = {key: value for key, value in self.headers.items() if key.lower() != "connection"}
                status, answered, said = store.request(self.command, self.path, body, headers)
            else:
                answered, said = [], b"<Error><Code>InternalError</Code><Message>later</Message></Error>"
            self.send_response(status)
            sized = False
            for key, value in answered:
                if key.lower() not in {"transfer-encoding", "connection", "date", "server"}:
                    sized = sized or key.lower() == "content-length"
                    self.send_header(key, value)
            if not sized:
                self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass  # noqa: N815 - names of the standard library

        def log_message(self, *_: Any) -> None:
            pass

    return Proxy
