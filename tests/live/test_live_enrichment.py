"""Whole datasets enriched by a real model, a small one: what it says is poor, but every record is valid, whatever it says.

``SPECMINT_LIVE_RECORDS`` says how many records a dataset has here: 2, as a call takes many seconds on a busy machine.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from server import ModelServer

import pytest_specmint as sm
from pytest_specmint.cli.main import main

COUNT = os.environ.get("SPECMINT_LIVE_RECORDS", "2")
SCHEMAS = {
    "payments": "schemas/fintech/payment_transaction.json",
    "claims": "schemas/healthcare/claim_837p_slim.json",
    "products": "schemas/ecommerce/product_catalog.json",
}
AWAY = 2.5
"""Seconds that the server stays away: a quiet machine has it back before a call has failed twice."""
TINY = {
    "type": "object",
    "required": ["town"],
    "properties": {"town": {"type": "string", "maxLength": 12, "x-llm": True}},
}
PATIENT = (
    "--llm-timeout-ms",
    "180000",
    "--llm-max-rps",
    "100",
    "--llm-max-tokens",
    "700",
    "--llm-model",
    "smollm2:135m",
)


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "schemas").symlink_to(root / "schemas")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)


def provided_by(server: ModelServer, shape: str) -> tuple[str, ...]:
    where = {"ollama": server.ollama, "openai": server.openai, "anthropic": server.url}[shape]
    return ("--llm-provider", shape, "--llm-endpoint", where)


def read(name: str) -> Any:
    return json.loads(Path(name).read_bytes())


def checked(schema: str, count: int) -> dict[str, Any]:
    """Every record valid, every value accounted for, and what is not the model's as it was."""
    assert sm.validate(schema, "out").valid == count
    assert sm.validate(schema, "out")
    manifest, run = read("out/manifest.json"), read("out/run.json")
    rows = [json.loads(line) for line in Path("out/provenance.jsonl").read_text(encoding="utf-8").splitlines()]
    asked = [row for row in rows if row["origin"] != "deterministic"]
    assert len(asked) == manifest["llm"]["values"]["asked"] == run["llm"]["values"]["asked"]
    fallen = [row for row in asked if row["origin"] == "fallback"]
    assert manifest["degraded"] is bool(fallen)
    assert all(row["reason"] for row in fallen)
    base = list(sm.generate(schema, seed=5, count=count))
    changed = {(row["record"], row["pointer"]) for row in asked if row["origin"] != "fallback"}
    made = [json.loads(line) for line in Path("out/dataset.jsonl").read_text(encoding="utf-8").splitlines()]
    for index, (new, old) in enumerate(zip(made, base, strict=True)):
        assert {(index, pointer) for pointer in differing(new, old)} <= {
            (i, p + rest) for i, p in changed for rest in ("", *below(p, differing(new, old)))
        }
    return manifest


def differing(new: Any, old: Any, pointer: str = "") -> set[str]:
    if isinstance(new, dict) and isinstance(old, dict) and new.keys() == old.keys():
        return {place for name in new for place in differing(new[name], old[name], f"{pointer}/{name}")}
    if isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        return {place for i in range(len(new)) for place in differing(new[i], old[i], f"{pointer}/{i}")}
    return set() if new == old else {pointer}


def below(pointer: str, places: set[str]) -> list[str]:
    return [place.removeprefix(pointer) for place in places if place.startswith(pointer + "/")]


def generate(server: ModelServer, schema: str, *options: str, shape: str = "openai", count: str = COUNT) -> int:
    asked = ("--schema", schema, "--seed", "5", "--count", count, "--out", "out", "--no-record-files")
    return main(["generate", *asked, *provided_by(server, shape), *PATIENT, *options])


@pytest.mark.parametrize("mode", ["fields", "record"])
@pytest.mark.parametrize("name", SCHEMAS)
def test_every_domain_in_both_modes(model_server: ModelServer, name: str, mode: str) -> None:
    schema = SCHEMAS[name]
    assert generate(model_server, schema, "--llm-mode", mode, "--llm-source", "record", "--llm-workers", "1") == 0
    manifest = checked(schema, int(COUNT))
    first = Path("out/dataset.jsonl").read_bytes()
    assert main(["cassette", "list", "out.cassette.jsonl"]) == 0
    replay = ("--llm-mode", mode, "--llm-source", "replay", "--workers", "2")
    assert main(["generate", "--schema", schema, "--seed", "5", "--count", COUNT, "--out", "out", *replay]) == 0
    assert Path("out/dataset.jsonl").read_bytes() == first
    assert read("out/manifest.json") == manifest


@pytest.mark.parametrize("shape", ["ollama", "anthropic"])
def test_the_other_shapes(model_server: ModelServer, shape: str) -> None:
    schema = SCHEMAS["payments"]
    assert generate(model_server, schema, "--llm-mode", "fields", shape=shape) == 0
    assert checked(schema, int(COUNT))["llm"]["provider"] == shape


@pytest.mark.parametrize("workers", ["1", "3"])
def test_calls_at_a_time(model_server: ModelServer, workers: str) -> None:
    Path("tiny.json").write_text(json.dumps(TINY))
    options = ("--llm-mode", "fields", "--llm-workers", workers, "--llm-batch", "1")
    assert generate(model_server, "tiny.json", *options, count="5") == 0
    checked("tiny.json", 5)
    assert read("out/run.json")["llm"]["calls"] >= 5


def answers(cache: Path) -> int:
    with suppress(sqlite3.Error), closing(sqlite3.connect(cache / "answers.sqlite")) as connection:
        return int(connection.execute("SELECT count(*) FROM answers").fetchone()[0])
    return 0


def test_the_server_dies_and_comes_back(model_server: ModelServer) -> None:
    """The run goes on to its end, degraded; its circuit opens and closes; the next run needs only what is missing."""
    Path("tiny.json").write_text(json.dumps(TINY))
    command = [
        *(sys.executable, "-m", "pytest_specmint", "generate", "--schema", "tiny.json", "--seed", "5", "--count", "16"),
        *("--out", "out", "--no-record-files", *provided_by(model_server, "openai"), "--llm-timeout-ms", "60000"),
        *("--llm-mode", "fields", "--llm-batch", "1", "--llm-workers", "1", "--cache-dir", "cache"),
        *("--retry-attempts", "2", "--retry-backoff-ms-min", "400", "--retry-backoff-ms-max", "800"),
        *("--circuit-failures", "2", "--circuit-cooldown-ms", "300", "--llm-max-rps", "1"),
    ]
    run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + 240
        while answers(Path("cache")) < 2 and run.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        kept = answers(Path("cache"))
        model_server.stop()
        time.sleep(AWAY)
    finally:
        model_server.start()
    words = run.communicate(timeout=400)[1]
    assert kept >= 2
    assert run.returncode == 0, words
    manifest = checked("tiny.json", 16)
    assert manifest["degraded"], words
    assert {"breaker_open", "connect"} & manifest["llm"]["fallbacks"].keys()
    (provider,) = read("out/run.json")["llm"]["dispatch"]["providers"]
    states = [each["after"] for each in provider["transitions"]]
    assert states[0] == "open"
    assert answers(Path("cache")) >= kept
    assert main(command[3:]) == 0
    again = checked("tiny.json", 16)
    assert read("out/run.json")["llm"]["values"]["cache"] >= 1
    assert not {"breaker_open", "connect"} & again["llm"]["fallbacks"].keys()
    if "closed" not in states:  # all calls were refused while the server was away: it took longer than the run
        assert manifest["llm"]["fallbacks"]["breaker_open"] > 4
