"""One function per row of the table in docs/reference/faults.md: it makes the fault happen, and gives what came of it.

What the table says stands in the table and is checked by the test; a scenario checks what is said there in words alone.
"""

import gzip
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from box import PERSON, QUICK, Box, Ran, provider

Scenario = Callable[[Box], Ran]
SCENARIOS: dict[str, Scenario] = {}
MANY = "200000"


def fault(name: str) -> Callable[[Scenario], Scenario]:
    def register(scenario: Scenario) -> Scenario:
        assert name not in SCENARIOS, name
        SCENARIOS[name] = scenario
        return scenario

    return register


def manifest(box: Box) -> dict[str, object]:
    found: dict[str, object] = json.loads((box.directory / "out" / "manifest.json").read_bytes())
    return found


# ---------------------------------------------------------------- providers


def _degraded(box: Box, kind: str) -> Ran:
    """Records are whole and valid, and the manifest says that no model wrote them."""
    with provider(kind) as url:
        began = time.monotonic()
        ran = box.enriched(url, "--out", "out")
        assert time.monotonic() - began < 60
    assert manifest(box)["degraded"] is True
    plain = box.generate("--count", "4", "--stdout", "--quiet").out
    assert (box.directory / "out" / "dataset.jsonl").read_text() == plain
    return ran


for _name, _kind in {
    "provider-hangs": "hangs",
    "provider-500": "500",
    "provider-html": "html",
    "provider-cut-off": "cut",
    "provider-wrong-key": "401",
    "provider-too-many": "429",
}.items():
    fault(_name)(lambda box, kind=_kind: _degraded(box, kind))  # type: ignore[misc]


@fault("provider-silent")
def _(box: Box) -> Ran:
    with provider("silent") as url:
        ran = box.enriched(url, "--out", "out")
    assert box.content() == []
    return ran


@fault("provider-absent")
def _(box: Box) -> Ran:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return box.enriched(f"http://127.0.0.1:{free.getsockname()[1]}/v1", "--out", "out")


@fault("no-cassette")
def _(box: Box) -> Ran:
    return box.generate("--llm-mode", "fields", "--llm-source", "replay", "--out", "out")


def _while_the_provider_hangs(box: Box, stop: signal.Signals) -> Ran:
    """Who wants to stop does not wait for the call."""
    with provider("hangs") as url:
        where = ("--llm-provider", "openai", "--llm-endpoint", url, "--llm-timeout-ms", "15000")
        options = ("--schema", "person.json", "--llm-mode", "fields", "--log-level", "info", "--out", "out")
        child = box.begun("generate", *options, *where)
        assert child.stderr is not None
        while b"llm_ready" not in child.stderr.readline():
            assert child.poll() is None
        time.sleep(0.3)
        began = time.monotonic()
        os.killpg(child.pid, stop)
        ran = box.ended(child)
        assert time.monotonic() - began < 8
    assert box.content() == []
    return ran


for _name, _stop in {"interrupt": signal.SIGINT, "terminate": signal.SIGTERM}.items():
    fault(f"{_name}-provider-hangs")(lambda box, stop=_stop: _while_the_provider_hangs(box, stop))  # type: ignore[misc]


# ---------------------------------------------------------------- surroundings


@fault("no-home")
def _(box: Box) -> Ran:
    return box.generate("--out", "out", env=box.environment(HOME=None, XDG_CACHE_HOME=None))


@fault("read-only-home")
def _(box: Box) -> Ran:
    """Plans that are worth keeping cannot be kept: it takes longer, and nothing else."""
    home = box.directory / "file"
    home.write_text("")  # root may write everywhere, but not below a file
    ran = box.generate("--out", "out", env=box.environment(HOME=str(home), XDG_CACHE_HOME=None))
    home.unlink()
    return ran


@fault("disk-full")
def _(box: Box) -> Ran:
    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    assert box.generate("--count", "3", "--out", "out").code == 0
    before = manifest(box)
    ran = box.generate("--count", "20000", "--out", "out", preexec_fn=limited)
    assert manifest(box) == before
    assert box.content() == ["out"]
    return ran


@fault("out-below-a-file")
def _(box: Box) -> Ran:
    (box.directory / "file").write_text("mine")
    return box.generate("--out", "file/out")


@fault("foreign-directory")
def _(box: Box) -> Ran:
    (box.directory / "out").mkdir()
    (box.directory / "out" / "thesis.txt").write_text("years of work")
    ran = box.generate("--out", "out")
    assert (box.directory / "out" / "thesis.txt").read_text() == "years of work"
    return ran


@fault("narrow-terminal")
def _(box: Box) -> Ran:
    """Everything is said, on more lines."""
    env = box.environment(COLUMNS="20", LINES="5")
    shown = (["--help"], ["generate", "--help"], ["config", "show"], ["inspect", "person.json"], ["packs", "list"])
    (box.directory / "data.jsonl").write_text('{"a": "b"}\n' * 3, encoding="utf-8")
    shown = (*shown, ["inspect", "data.jsonl", "--detailed"], ["doctor"])
    ran = box.several(*shown, env=env)
    assert ran.code == 0, ran
    return box.run("generate", "--schema", "person.json", "--dry-run", env=env)


@fault("ascii-terminal")
def _(box: Box) -> Ran:
    """Files are UTF-8 all the same; on the terminal stand escapes."""
    schema = {
        "title": "é",
        "type": "object",
        "required": ["ü"],
        "properties": {"ü": {"enum": ["漢"], "description": "ß"}},
    }
    (box.directory / "schema.json").write_text(json.dumps(schema, ensure_ascii=False), encoding="utf-8")
    env = box.environment(LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    shown = (
        *(["--help"], ["generate", "--help"], ["inspect", "schema.json"], ["schema", "lint", "schema.json"]),
        *(["config", "show"], ["generate", "--schema", "schema.json", "--dry-run"]),
        *(["inspect", "data.jsonl", "--detailed", "--sample", "1"], ["packs", "list"], ["packs", "show", "base"]),
    )
    (box.directory / "data.jsonl").write_text('{"ü": "漢"}\n' * 3, encoding="utf-8")
    ran = box.several(*shown, env=env)
    assert ran.code == 0, ran
    assert ran.out.isascii()
    assert ran.err.isascii()
    ran = box.run("generate", "--schema", "schema.json", "--count", "2", "--out", "out", env=env)
    assert (box.directory / "out" / "dataset.jsonl").read_text(encoding="utf-8") == '{"ü":"漢"}\n' * 2
    return ran


@fault("name-no-text")
def _(box: Box) -> Ran:
    name = b"sch\xff.json"
    (Path(os.fsdecode(bytes(box.directory) + b"/" + name))).write_text(PERSON)
    command = [*map(os.fsencode, box.command("generate", "--out", "out", "--schema")), name]
    done = subprocess.run(command, cwd=box.directory, env=box.environment(), capture_output=True, timeout=60)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@fault("output-closed")
def _(box: Box) -> Ran:
    return box.generate("--stdout", capture_output=False, stderr=subprocess.PIPE, preexec_fn=lambda: os.close(1))


@fault("output-full")
def _(box: Box) -> Ran:
    with Path("/dev/full").open("wb") as full:
        for arguments in (["--help"], ["generate", "--schema", "person.json", "--dry-run"]):
            ran = box.run(*arguments, capture_output=False, stdout=full, stderr=subprocess.PIPE)
            assert ran.code == 6, ran
        return box.generate("--stdout", capture_output=False, stdout=full, stderr=subprocess.PIPE)


@fault("reader-leaves")
def _(box: Box) -> Ran:
    child = box.begun("generate", "--schema", "person.json", "--count", MANY, "--stdout")
    assert child.stdout is not None
    assert child.stdout.readline().startswith(b"{")
    child.stdout.close()
    child.stdout = None
    return box.ended(child)


@fault("errors-closed")
def _(box: Box) -> Ran:
    """What nobody reads is not written, least of all into a file that was opened since."""
    ran = box.generate(
        "--out",
        "out",
        "--log-level",
        "debug",
        capture_output=False,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: os.close(2),
    )
    assert b"summary" not in b"".join(path.read_bytes() for path in (box.directory / "out").iterdir())
    return ran


@fault("interrupt")
def _(box: Box) -> Ran:
    """To all processes, as terminals do it."""
    return _stopped(box, signal.SIGINT, 130, os.killpg)


@fault("terminate")
def _(box: Box) -> Ran:
    """To the first process alone, as containers do it, and to all of them, as services do it."""
    _stopped(box, signal.SIGTERM, 143, os.kill)
    return _stopped(box, signal.SIGTERM, 143, os.killpg)


def _stopped(box: Box, stop: signal.Signals, code: int, send: Callable[[int, int], None]) -> Ran:
    """At any moment, in one process or several; nothing is left, and nobody."""
    ran = None
    for at, workers in ((0.4, "1"), (0.9, "2")):
        child = box.begun(
            "generate",
            "--schema",
            "person.json",
            "--count",
            "900000",
            "--record-files",
            "--workers",
            workers,
            "--out",
            "out",
        )
        time.sleep(at)
        send(child.pid, stop)
        began = time.monotonic()
        ran = box.ended(child)
        assert time.monotonic() - began < 30
        assert ran.code in {code, -stop}, ran  # by signal while modules load: a shell shows the same for both
        assert "Traceback" not in ran.err, ran.err
        assert box.content() == []
    child = box.begun(
        "generate", "--schema", "person.json", "--count", "900000", "--record-files", "--workers", "2", "--out", "out"
    )
    box.await_file(".out.specmint-*-*/record_*", child)
    send(child.pid, stop)
    ran = box.ended(child)
    assert box.content() == []
    with pytest.raises(ProcessLookupError):
        os.killpg(child.pid, 0)
    return ran


@fault("killed")
def _(box: Box) -> Ran:
    """What it left is cleaned up by the next run, which is what is shown."""
    child = box.begun(
        "generate", "--schema", "person.json", "--count", "900000", "--record-files", "--workers", "2", "--out", "out"
    )
    box.await_file(".out.specmint-*-*/record_*", child)
    child.kill()
    box.ended(child)
    assert len(box.content()) == 2
    ran = box.generate("--out", "out")
    assert box.content() == ["out"]
    return ran


@fault("worker-dies")
def _(box: Box) -> Ran:
    child = box.begun(
        "generate", "--schema", "person.json", "--count", "900000", "--record-files", "--workers", "2", "--out", "out"
    )
    box.await_file(".out.specmint-*-*/record_*", child)
    workers = Path(f"/proc/{child.pid}/task/{child.pid}/children")
    if not workers.exists():
        child.kill()
        box.ended(child)
        pytest.skip("this kernel does not list children")
    os.kill(int(workers.read_text().split()[0]), signal.SIGKILL)
    ran = box.ended(child)
    assert box.content() == []
    return ran


@fault("two-runs")
def _(box: Box) -> Ran:
    """The first is not disturbed."""
    first = box.begun("generate", "--schema", "person.json", "--count", MANY, "--record-files", "--out", "out")
    box.await_file(".out.specmint-*-*/record_*", first)
    ran = box.generate("--seed", "9", "--out", "out")
    assert f"process {first.pid}, since 20" in ran.err
    first.send_signal(signal.SIGINT)
    box.ended(first)
    assert box.content() == []
    return ran


_JUMPS = """
import sys, time
from itertools import count
real, calls = time.time, count()
time.time = lambda: real() - 3600 * (next(calls) % 2) * 24
import datetime
class jumping(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)
datetime.datetime = jumping
from pytest_specmint.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@fault("clock-jumps")
def _(box: Box) -> Ran:
    """Durations are by a clock that nobody sets."""
    command = [
        sys.executable,
        "-c",
        _JUMPS,
        "generate",
        "--schema",
        "person.json",
        "--out",
        "out",
        "--log-format",
        "json",
        "--log-level",
        "debug",
    ]
    done = subprocess.run(command, cwd=box.directory, env=box.environment(), capture_output=True, text=True, timeout=60)
    events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    durations = [each["duration_ms"] for each in events if "duration_ms" in each]
    assert len(durations) >= 2
    assert all(0 <= each < 60_000 for each in durations)
    stats = json.loads((box.directory / "out" / "run.json").read_bytes())["stats"]
    assert 0 <= stats["duration_ms"] < 60_000
    return Ran(done.returncode, done.stdout, done.stderr)


@fault("metrics-port-taken")
def _(box: Box) -> Ran:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        return box.generate("--out", "out", "--metrics", "--metrics-port", str(busy.getsockname()[1]))


@fault("metrics-file-refused")
def _(box: Box) -> Ran:
    """The dataset is there, since it was written before."""
    (box.directory / "file").write_text("")
    ran = box.generate("--out", "out", "--metrics-file", "file/specmint.prom")
    assert manifest(box)
    return ran


def without(box: Box, package: str, *arguments: str) -> Ran:
    """As where an extra is not installed."""
    code = f"import sys; sys.modules[{package!r}] = None; from pytest_specmint.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "generate", "--schema", "person.json", "--out", "out", *arguments]
    done = subprocess.run(command, cwd=box.directory, env=box.environment(), capture_output=True, text=True, timeout=60)
    return Ran(done.returncode, done.stdout, done.stderr)


@fault("extra-metrics-missing")
def _(box: Box) -> Ran:
    return without(box, "prometheus_client", "--metrics")


@fault("extra-llm-missing")
def _(box: Box) -> Ran:
    return without(
        box,
        "httpx",
        "--llm-mode",
        "fields",
        "--llm-provider",
        "openai",
        "--llm-endpoint",
        "http://127.0.0.1:9/v1",
        *QUICK,
    )


@fault("settings-unknown")
def _(box: Box) -> Ran:
    (box.directory / "specmint.toml").write_text("sede = 4")
    return box.generate("--out", "out")


# ---------------------------------------------------------------- data


@fault("none-wanted")
def _(box: Box) -> Ran:
    return box.generate("--count", "0", "--out", "out")


@fault("one-record")
def _(box: Box) -> Ran:
    assert box.generate("--count", "1", "--out", "out").code == 0
    assert box.run("inspect", "out").code == 0
    return box.run("validate", "--schema", "person.json", "out")


@fault("no-record")
def _(box: Box) -> Ran:
    (box.directory / "data.jsonl").write_bytes(b"")
    assert "records:   0" in box.run("inspect", "data.jsonl").out
    return box.run("validate", "--schema", "person.json", "data.jsonl")


@fault("garbage")
def _(box: Box) -> Ran:
    (box.directory / "data.jsonl").write_bytes(bytes(range(256)) * 4000)
    ran = box.run("inspect", "data.jsonl")
    assert ran.code == 0
    assert "that are no JSON" in ran.out
    return box.run("validate", "--schema", "person.json", "data.jsonl")


@fault("archive-cut-off")
def _(box: Box) -> Ran:
    whole = gzip.compress(b'{"id": "P-0001", "name": "Ada"}\n' * 5000)
    (box.directory / "data.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    return box.run("validate", "--schema", "person.json", "data.jsonl.gz")


_FEED = """
import sys
line = sys.argv[2].encode().decode("unicode_escape").encode()
block = line * (1 + (1 << 20) // len(line))
for _ in range(int(sys.argv[1])):
    sys.stdout.buffer.write(block)
"""


def _fed(box: Box, mebibytes: int, line: str, *arguments: str) -> tuple[Ran, int]:
    """A command that reads so much from a pipe, and its greatest memory, in bytes."""
    peak = box.directory / "peak"
    feeder = subprocess.Popen([sys.executable, "-c", _FEED, str(mebibytes), line], stdout=subprocess.PIPE)
    code = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[2:]);"
        "open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)); sys.exit(done.returncode)"
    )
    command = [sys.executable, "-c", code, str(peak), *box.command(*arguments)]
    done = subprocess.run(
        command,
        cwd=box.directory,
        env=box.environment(),
        stdin=feeder.stdout,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert feeder.stdout is not None
    feeder.stdout.close()
    feeder.wait()
    return Ran(done.returncode, done.stdout, done.stderr), int(peak.read_text()) * 1024


@fault("huge")
def _(box: Box) -> Ran:
    """Of 5 GB the memory is that of 2 MB; here a part of that is tried."""
    line = '{"id": "P-0001", "name": "Ada"' + " " * 2000 + "}\\n"
    _, little = _fed(box, 2, line, "validate", "--schema", "person.json", "-")
    ran, much = _fed(box, 40, line, "validate", "--schema", "person.json", "-")
    assert much < little + (8 << 20)
    return ran


@fault("line-without-end")
def _(box: Box) -> Ran:
    ran, peak = _fed(box, 400, "x", "validate", "--schema", "person.json", "-")
    assert peak < 400 << 20
    return ran


@fault("schema-garbage")
def _(box: Box) -> Ran:
    (box.directory / "person.json").write_bytes(b"\x7fELF\x02\x01\x01\xff\xfe")
    return box.generate("--out", "out")
