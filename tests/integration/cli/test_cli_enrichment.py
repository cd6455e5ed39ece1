"""Language models on the command line, with a server that speaks like OpenAI's on this machine."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.cli.main import main
from tests import documents
from tests.openai_server import Server, fitting, openai_server

PERSON: dict[str, Any] = {
    "type": "object",
    "required": ["name", "town", "id"],
    "properties": {
        "id": {"type": "string", "pattern": "^P-[0-9]{4}$"},
        "name": {"type": "string", "minLength": 2, "maxLength": 20, "x-llm": True},
        "town": {"type": "string", "maxLength": 30, "x-llm": True},
    },
}


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OLLAMA_HOST"):
        monkeypatch.delenv(name, raising=False)
    Path("person.json").write_text(json.dumps(PERSON))


@pytest.fixture
def server() -> Iterator[Server]:
    with openai_server() as found:
        yield found


def generate(*options: str) -> int:
    return main(["generate", "--schema", "person.json", *options])


def live(server: Server, *options: str) -> int:
    fast = ("--llm-max-rps", "1000", "--retry-backoff-ms-min", "1", "--retry-backoff-ms-max", "5")
    return generate("--llm-mode", "fields", "--llm-endpoint", server.url, *fast, *options)


def manifest(directory: str = "out") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(directory, "manifest.json").read_bytes())
    return found


def run(directory: str = "out") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(directory, "run.json").read_bytes())
    return found


def provenance(directory: str = "out") -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(directory, "provenance.jsonl").read_text().splitlines()]


def test_live(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    assert live(server, "--count", "20", "--out", "out") == 0
    assert "llm: 40 of 40 values enriched (100.0%), 3 calls" in capfd.readouterr().err
    assert sm.validate("person.json", "out").valid == 20
    assert manifest()["llm"]["model"] == "quill-1"
    assert manifest()["llm"]["provider"] == "openai"
    assert not manifest()["degraded"]
    assert manifest()["gen"]["mode"] == "fields"
    assert run()["llm"]["source"] == "live"
    assert run()["llm"]["calls"] == len(server.asked) == 3
    assert run()["llm"]["dispatch"]["answered"] == 3
    assert run()["stats"]["records_checked"] == 20
    assert {row["origin"] for row in provenance()} == {"live"}
    assert len(provenance()) == 40
    assert not Path("out.cassette.jsonl").exists()


def test_record_and_replay(server: Server) -> None:
    assert live(server, "--count", "20", "--out", "out", "--llm-source", "record") == 0
    first = {name: Path("out", name).read_bytes() for name in ("dataset.jsonl", "manifest.json", "record_0007.json")}
    asked = len(server.asked)
    replay = ("--llm-mode", "fields", "--llm-source", "replay")
    for workers in ("1", "2"):
        assert generate(*replay, "--count", "20", "--workers", workers, "--out", "out") == 0
        assert {name: Path("out", name).read_bytes() for name in first} == first
    assert len(server.asked) == asked
    assert {row["origin"] for row in provenance()} == {"cassette"}
    assert run()["llm"]["source"] == "replay"
    assert generate(*replay, "--count", "20", "--out", "other", "--cassette", "out.cassette.jsonl") == 0
    assert manifest("other") == json.loads(first["manifest.json"])


def test_parts_alone_are_those_of_the_whole(server: Server, capfdbinary: Any) -> None:
    assert live(server, "--count", "12", "--out", "out", "--llm-source", "record") == 0
    whole = Path("out/dataset.jsonl").read_bytes().splitlines(keepends=True)
    replay = ("--llm-mode", "fields", "--llm-source", "replay", "--cassette", "out.cassette.jsonl")
    capfdbinary.readouterr()
    assert generate(*replay, "--index", "7", "--quiet") == 0
    assert capfdbinary.readouterr().out == whole[7]
    assert generate(*replay, "--start", "4", "--count", "3", "--stdout", "--quiet") == 0
    assert capfdbinary.readouterr().out == b"".join(whole[4:7])


def test_a_replay_is_usual_in_ci(server: Server, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    assert live(server, "--count", "3", "--out", "out", "--llm-source", "record") == 0
    asked = len(server.asked)
    monkeypatch.setenv("CI", "true")
    assert live(server, "--count", "3", "--out", "out") == 0
    assert len(server.asked) == asked
    capfd.readouterr()
    assert live(server, "--count", "4", "--out", "out") == 4
    told = capfd.readouterr().err
    assert "no recording of record 3 /name (and 1 more)" in told
    assert "exit code 4, kind CassetteMiss" in told
    assert live(server, "--count", "3", "--stdout") == 1
    assert "needs a cassette" in capfd.readouterr().err


def test_the_other_model_is_named_in_a_miss(server: Server, capfd: Any) -> None:
    assert live(server, "--count", "3", "--out", "out", "--llm-source", "record") == 0
    assert live(server, "--count", "3", "--out", "out", "--llm-source", "replay", "--llm-model", "qwen2.5") == 4
    assert "model quill-1 -> qwen2.5" in capfd.readouterr().err


def test_no_provider_and_auto(capfd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("OLLAMA_HOST", f"127.0.0.1:{port}")
    assert generate("--llm-mode", "fields", "--count", "3", "--out", "out") == 0
    assert "note: " in capfd.readouterr().err
    assert manifest()["degraded"] is True
    assert manifest()["llm"]["provider"] is None
    assert {row["reason"] for row in provenance()} == {"no_provider"}
    assert Path("out/dataset.jsonl").read_bytes() == sm.generate("person.json", count=3).jsonl


def test_a_named_provider_that_is_not_there(capfd: Any) -> None:
    assert generate("--llm-mode", "fields", "--llm-provider", "openai", "--count", "3", "--out", "out") == 4
    told = capfd.readouterr().err
    assert "hint: " in told
    assert not Path("out").exists()


@pytest.mark.parametrize("status", [500, 503, 401, 400])
def test_a_provider_that_fails_leaves_valid_degraded_data(server: Server, status: int, capfd: Any) -> None:
    server.answer = lambda body, number: status
    assert live(server, "--count", "10", "--out", "out", "--retry-attempts", "2") == 0
    assert "(degraded)" in capfd.readouterr().err
    assert manifest()["degraded"] is True
    assert sum(manifest()["llm"]["fallbacks"].values()) == 20
    assert Path("out/dataset.jsonl").read_bytes() == sm.generate("person.json", count=10).jsonl


def test_an_answer_that_was_injected(server: Server) -> None:
    def answer(body: dict[str, Any], number: int) -> str:
        values = json.loads(fitting(body, number))
        return json.dumps({**values, "id": "P-0000", "admin": True, "__proto__": {}})

    server.answer = answer
    assert live(server, "--count", "5", "--out", "out") == 0
    base = list(sm.generate("person.json", count=5))
    made = [json.loads(line) for line in Path("out/dataset.jsonl").read_text().splitlines()]
    assert [record["id"] for record in made] == [record["id"] for record in base]
    assert all(record.keys() == old.keys() for record, old in zip(made, base, strict=True))


def test_record_mode_background_and_settings_file(server: Server) -> None:
    Path("shop.md").write_text("A shop for sailing boats.\n", encoding="utf-8")
    Path("specmint.toml").write_text(
        f'llm_mode = "record"\ncontext_path = "shop.md"\n[llm]\nendpoint = "{server.url}"\nmodel = "special"\n'
        "max_rps = 500\n[limits]\nmax_tokens_per_call = 900\n[defense]\nretry_attempts = 1\n"
        "[concurrency]\nllm_workers = 2\n"
    )
    assert generate("--count", "4", "--out", "out") == 0
    assert manifest()["llm"]["mode"] == "record"
    assert manifest()["llm"]["model"] == "special"
    assert manifest()["llm"]["parameters"]["max_tokens"] == 900
    assert manifest()["llm"]["context_sha256"]
    assert "sailing boats" in server.asked[0]["messages"][-1]["content"]
    assert "--llm" not in Path("out/run.json").read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--llm-mode", "all"], "unknown llm_mode 'all'"),
        (["--llm-mode", "fields", "--llm-source", "tape"], "unknown llm_source 'tape'"),
        (["--llm-mode", "fields", "--llm-batch", "0"], "batch must be at least 1"),
        (["--llm-mode", "fields", "--llm-temperature", "3"], "from 0 to 2"),
        (["--llm-mode", "fields", "--llm-max-rps", "0"], "above 0"),
        (["--llm-mode", "fields", "--llm-max-cost-usd", "-1"], "amount of dollars"),
        (["--llm-mode", "fields", "--context", "none.md", "--llm-endpoint", "http://127.0.0.1:9/v1"], ""),
        (["--llm-mode", "fields", "--mode", "edge"], "exclude each other"),
        (["--llm-mode", "fields", "--invalid"], "exclude each other"),
    ],
)
def test_what_does_not_go_together(options: list[str], words: str, capfd: Any) -> None:
    assert generate(*options, "--count", "2", "--out", "out") in {1, 4}
    assert words in capfd.readouterr().err
    assert not Path("out").exists()


def test_a_dry_run_says_how_much_would_be_asked(server: Server, capfd: Any) -> None:
    assert live(server, "--count", "100", "--dry-run") == 0
    assert "llm:            fields, live: about 200 values in 15 calls" in capfd.readouterr().out
    assert server.asked == []
    assert generate("--count", "100", "--dry-run") == 0
    assert "llm:" not in capfd.readouterr().out


def test_processes_that_generate_beside_a_model(server: Server) -> None:
    assert live(server, "--count", "300", "--out", "out", "--workers", "2") == 0
    one = Path("out/dataset.jsonl").read_bytes()
    assert live(server, "--count", "300", "--out", "out") == 0
    assert Path("out/dataset.jsonl").read_bytes() == one


def test_both_spellings_of_the_options(server: Server) -> None:
    spelled = ("--llm.model", "m1", "--llm_workers", "2", "--llm.max_rps", "99", "--llm.temperature", "0.5")
    assert live(server, "--count", "2", "--out", "out", *spelled) == 0
    assert manifest()["llm"]["model"] == "m1"
    assert manifest()["llm"]["parameters"]["temperature"] == 0.5


# ---------------------------------------------------------------- off


GUARDED = """
import socket, sys
def refused(*_, **__):
    raise AssertionError("a socket was opened")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused
import _socket
class Closed(_socket.socket):
    def __init__(self, *_, **__):
        raise AssertionError("a socket was made")
socket.socket = Closed
from pytest_specmint.cli.main import main
code = main(sys.argv[1:])
loaded = {"httpx", "tenacity", "pybreaker", "sqlite3"} & set(sys.modules)
loaded |= {name for name in sys.modules if name.startswith("pytest_specmint.enrichment.")}
print("loaded:", sorted(loaded))
sys.exit(code)
"""


def guarded(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", GUARDED, *arguments], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("extra", [[], ["--llm-mode", "off", "--llm-model", "x", "--llm-endpoint", "http://h/v1"]])
def test_off_opens_no_socket_and_loads_nothing(extra: list[str]) -> None:
    done = guarded("generate", "--schema", "person.json", "--count", "5", "--out", "out", *extra)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "loaded: []"
    assert manifest()["llm"] == {"mode": "off"}
    assert not Path("out/provenance.jsonl").exists()


def test_a_replay_opens_no_socket_and_needs_no_extra(server: Server) -> None:
    assert live(server, "--count", "5", "--out", "out", "--llm-source", "record") == 0
    done = guarded(
        "generate", "--schema", "person.json", "--count", "5", "--out", "out", "--llm-mode", "fields",
        "--llm-source", "replay",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not {"httpx", "tenacity", "pybreaker"} & set(done.stdout.splitlines()[-1].replace("'", " ").split())


# ---------------------------------------------------------------- interrupted


def slowly(body: dict[str, Any], number: int) -> str:
    time.sleep(0.05)
    return fitting(body, number)


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_stopped_goes_on_where_it_was(server: Server, signal_: int) -> None:
    server.answer = slowly
    command = [
        *(sys.executable, "-m", "pytest_specmint", "generate", "--schema", "person.json", "--count", "400"),
        *("--llm-mode", "fields", "--llm-endpoint", server.url, "--llm-max-rps", "1000", "--cache-dir", "cache"),
        *("--llm-workers", "1", "--out", "out"),
    ]
    begun = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while len(server.asked) < 12 and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(begun.pid, signal_)
    words = begun.communicate(timeout=60)[1]
    assert begun.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}[signal_]
    if signal_ != signal.SIGKILL:
        assert "ed: nothing was left half-written" in words
        assert [path.name for path in Path().iterdir() if "out" in path.name] == []
    before = len(server.asked)
    server.answer = fitting
    assert live(server, "--count", "400", "--out", "out", "--cache-dir", "cache") == 0
    assert len(server.asked) - before < 50
    assert run()["llm"]["values"]["cache"] >= 8 * 2 * 5
    assert sm.validate("person.json", "out").valid == 400


def test_an_interrupted_recording_is_merged(server: Server) -> None:
    server.answer = slowly
    command = [
        *(sys.executable, "-m", "pytest_specmint", "generate", "--schema", "person.json", "--count", "400"),
        *("--llm-mode", "fields", "--llm-endpoint", server.url, "--llm-max-rps", "1000", "--llm-workers", "1"),
        *("--llm-source", "record", "--out", "out"),
    ]
    begun = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while len(server.asked) < 12 and time.monotonic() < until:
        time.sleep(0.02)
    begun.send_signal(signal.SIGINT)
    assert begun.wait(60) == 130
    assert Path("out.cassette.jsonl").read_text().count("\n") > 8 * 2 * 5
    assert [path.name for path in Path().glob("*.part-*")] == []


# ---------------------------------------------------------------- cassettes


def test_cassette_list(server: Server, capfd: Any) -> None:
    assert live(server, "--count", "4", "--out", "out", "--llm-source", "record") == 0
    capfd.readouterr()
    assert main(["cassette", "list", "."]) == 0
    told = capfd.readouterr().out
    assert "out.cassette.jsonl: 8 recordings of 4 records" in told
    assert "fields by openai quill-1, temperature 0.2, prompt version 1: 8" in told
    assert main(["cassette", "list", "out.cassette.jsonl", "--json"]) == 0
    (found,) = documents.read("cassette list", capfd.readouterr().out)["cassettes"]
    assert found["fields"] == {"/name": 4, "/town": 4}
    assert main(["cassette", "list", "none.cassette.jsonl"]) == 1


def test_cassette_gc(server: Server, capfd: Any) -> None:
    assert live(server, "--count", "6", "--out", "out", "--llm-source", "record") == 0
    assert live(server, "--count", "4", "--out", "out", "--llm-source", "record") == 0
    size = Path("out.cassette.jsonl").stat().st_size
    capfd.readouterr()
    assert main(["cassette", "gc", "out.cassette.jsonl", "--dry-run", "--json"]) == 0
    (told,) = documents.read("cassette gc", capfd.readouterr().out)["cassettes"]
    assert (told["kept"], told["dropped"]) == (8, 4)
    assert Path("out.cassette.jsonl").stat().st_size == size
    assert main(["cassette", "gc", "out.cassette.jsonl"]) == 0
    assert len(Path("out.cassette.jsonl").read_text().splitlines()) == 9
    assert generate("--llm-mode", "fields", "--llm-source", "replay", "--count", "4", "--out", "out") == 0
    Path("moved.cassette.jsonl").write_bytes(Path("out.cassette.jsonl").read_bytes())
    assert main(["cassette", "gc", "moved.cassette.jsonl"]) == 1
    assert "say it: --schema FILE" in capfd.readouterr().err
    assert main(["cassette", "gc", "moved.cassette.jsonl", "--schema", "person.json", "--count", "1"]) == 0
    assert len(Path("moved.cassette.jsonl").read_text().splitlines()) == 3


def test_cassette_gc_renews_what_fits_a_changed_schema(server: Server, capfd: Any) -> None:
    assert live(server, "--count", "4", "--out", "out", "--llm-source", "record") == 0
    before = Path("out/dataset.jsonl").read_text()
    changed = json.loads(json.dumps(PERSON))
    changed["properties"]["name"]["maxLength"] = 40
    Path("person.json").write_text(json.dumps(changed))
    capfd.readouterr()
    assert main(["cassette", "gc", "out.cassette.jsonl", "--json"]) == 0
    (told,) = documents.read("cassette gc", capfd.readouterr().out)["cassettes"]
    assert (told["kept"], told["dropped"]) == (8, 0)
    assert told["renewed"] > 0
    assert generate("--llm-mode", "fields", "--llm-source", "replay", "--count", "4", "--out", "out") == 0
    after = Path("out/dataset.jsonl").read_text()
    names = [[json.loads(line)["name"] for line in text.splitlines()] for text in (before, after)]
    assert names[0] == names[1]


def test_cassette_refresh(server: Server, capfd: Any) -> None:
    assert live(server, "--count", "4", "--out", "out", "--llm-source", "record") == 0
    before = Path("out.cassette.jsonl").read_text()
    fast = ("--llm-endpoint", server.url, "--llm-max-rps", "1000", "--retry-attempts", "1")
    server.answer = lambda body, number: json.dumps(
        dict.fromkeys(body["response_format"]["json_schema"]["schema"]["properties"], "Refreshed")
    )
    assert main(["cassette", "refresh", "out.cassette.jsonl"]) == 1
    assert main(["cassette", "refresh", "out.cassette.jsonl", "--pointer", "/name", "--index", "2", *fast]) == 0
    lines = [json.loads(line) for line in Path("out.cassette.jsonl").read_text().splitlines()[1:]]
    assert [(e["index"], e["pointer"]) for e in lines if e["value"] == "Refreshed"] == [(2, "/name")]
    server.answer = lambda body, number: 500
    capfd.readouterr()
    kept = Path("out.cassette.jsonl").read_text()
    assert main(["cassette", "refresh", "out.cassette.jsonl", "--all", "--json", *fast]) == 0
    assert Path("out.cassette.jsonl").read_text() == kept
    (run,) = documents.read("cassette refresh", capfd.readouterr().out)["datasets"]
    assert run["fallbacks"] == {"server_error": 8}
    server.answer = fitting
    assert main(["cassette", "refresh", "out.cassette.jsonl", "--all", "--json", *fast]) == 0
    assert len(Path("out.cassette.jsonl").read_text().splitlines()) == len(before.splitlines())
    (run,) = documents.read("cassette refresh", capfd.readouterr().out)["datasets"]
    assert (run["values"]["live"], run["fallbacks"]) == (8, {})


def test_keys_and_passwords_are_in_no_file(server: Server, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-key")
    url = server.url.replace("http://", "http://user:s3cretword@")
    fast = ("--llm-max-rps", "1000", "--llm-source", "record", "--cache-dir", "cache", "--count", "3", "--out", "out")
    command = ("generate", "--schema", "person.json", "--llm-mode", "fields", "--llm-endpoint", f"{url}?key=s3cretword")
    done = subprocess.run(
        [sys.executable, "-m", "pytest_specmint", *command, *fast], capture_output=True, text=True, timeout=60
    )
    assert done.returncode in {0, 4}
    assert "s3cretword" not in done.stdout + done.stderr
    assert generate("--llm-mode", "fields", "--llm-endpoint", url, *fast) == 0
    written = b"".join(path.read_bytes() for path in Path().rglob("*") if path.is_file())
    for secret in ("sk-very-secret-key", "s3cretword"):
        assert secret.encode() not in written
        assert secret not in "".join(capfd.readouterr())
