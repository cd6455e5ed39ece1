"""Logs and metrics through the door: what a run tells, and what it never does."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

import pytest_specmint as sm
from pytest_specmint.cli.main import main
from pytest_specmint.errors import Terminated
from pytest_specmint.observe.events import EVENTS, Event, Level
from tests.openai_server import Server, fitting, openai_server

PLAIN = {
    "type": "object",
    "required": ["a", "b"],
    "properties": {"a": {"type": "integer", "minimum": 0, "maximum": 99}, "b": {"type": "integer", "maximum": 99}},
}
RULED = {
    **PLAIN,
    "properties": {**PLAIN["properties"], "b": {"type": "integer", "minimum": 0, "maximum": 99}},
    "x-rules": [{"id": "even", "assert": "(a + b) % 2 == 0"}],
}
PERSON = {
    "type": "object",
    "required": ["name", "tags"],
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 20, "x-llm": True},
        "tags": {"type": "array", "minItems": 1, "items": {"type": "string", "maxLength": 30, "x-llm": True}},
    },
}
FAST = ("--llm-max-rps", "1000", "--retry-backoff-ms-min", "1", "--retry-backoff-ms-max", "5")


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("CI", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OLLAMA_HOST", "SPECMINT_METRICS"):
        monkeypatch.delenv(name, raising=False)
    for name, schema in (("plain", PLAIN), ("ruled", RULED), ("person", PERSON)):
        Path(f"{name}.json").write_text(json.dumps(schema))


@pytest.fixture
def server() -> Iterator[Server]:
    with openai_server() as found:
        yield found


class Told:
    """What a command said."""

    def __init__(self, code: int, captured: Any) -> None:
        self.code, self.out, self.err = code, captured.out, captured.err
        lines = [line for line in self.err.splitlines() if line.startswith("{")]
        self.events: list[dict[str, Any]] = [json.loads(line) for line in lines]

    @property
    def names(self) -> list[str]:
        return [each["event"] for each in self.events]

    def of(self, name: str) -> list[dict[str, Any]]:
        return [each for each in self.events if each["event"] == name]


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str) -> Told:
        code = main(list(arguments))
        return Told(code, capfd.readouterr())

    return run


def generate(*options: str, schema: str = "plain", level: str = "debug") -> list[str]:
    return ["generate", "--schema", f"{schema}.json", "--log-format", "json", "--log-level", level, *options]


def live(server: Server, *options: str, level: str = "debug") -> list[str]:
    where = ("--llm-mode", "fields", "--llm-endpoint", server.url, *FAST)
    return generate(*where, *options, schema="person", level=level)


def metrics(path: str = "m.prom") -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    families = text_string_to_metric_families(Path(path).read_text())
    return {(each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples}


def value(name: str, **labels: str) -> float | None:
    return metrics().get((name, frozenset(labels.items())))


class TestOff:
    """What nobody asked for is not there."""

    def test_nothing_is_said_and_nothing_is_made(self, told: Any) -> None:
        ran = told("generate", "--schema", "ruled.json", "--count", "30", "--out", "out")
        assert ran.code == 0
        assert re.fullmatch(r"summary: records 30, .*\n", ran.err)
        assert sorted(path.name for path in Path().iterdir()) == ["out", "person.json", "plain.json", "ruled.json"]

    def test_the_bytes_are_the_same_with_and_without(self, told: Any) -> None:
        plain = told("generate", "--schema", "ruled.json", "--count", "300", "--stdout", "--quiet").out
        for workers in ("1", "2"):
            assert told(*generate("--count", "300", "--workers", workers, "--stdout", schema="ruled")).out == plain

    def test_no_module_is_loaded_for_it(self) -> None:
        code = (
            "import sys; from pytest_specmint.cli.main import main; "
            "main(['generate', '--schema', 'plain.json', '--out', 'out', '--quiet']); "
            "print(*(m for m in sys.modules if m.startswith(('prometheus_client', 'wsgiref', 'pytest_specmint.observe'))))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
        assert set(done.stdout.split()) <= {
            f"pytest_specmint.observe{each}" for each in ("", ".events", ".observer", ".run", ".private")
        }


class TestRuns:
    def test_a_run_from_beginning_to_end(self, told: Any) -> None:
        ran = told(*generate("--count", "20", "--seed", "3", "--start", "5", "--out", "out", level="info"))
        assert ran.names == ["run_started", "block_generated", "run_finished"]
        first, block, last = ran.events
        digest = json.loads(Path("out/manifest.json").read_bytes())["dataset"]
        assert (first["command"], first["schema"], first["mode"]) == ("generate", "plain.json", "deterministic")
        assert (first["seed"], first["start"], first["records"], first["workers"]) == (3, 5, 20, 1)
        assert (block["record_idx"], block["records"], block["bytes"]) == (5, 20, digest["bytes"])
        assert (last["records"], last["sha256"], last["exit_code"]) == (20, digest["sha256"], 0)
        assert all(each["duration_ms"] >= 0 for each in (block, last))
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]{12}Z", each["time"]) for each in ran.events)

    def test_blocks_of_several_processes_are_counted_once_and_in_order(self, told: Any) -> None:
        ran = told(*generate("--count", "40000", "--workers", "2", "--out", "out", "--metrics-file", "m.prom"))
        blocks = ran.of("block_generated")
        assert len(blocks) > 1
        ends = [each["record_idx"] + each["records"] for each in blocks]
        assert [each["record_idx"] for each in blocks] == [0, *ends[:-1]]
        assert ends[-1] == 40_000
        assert len({each["pid"] for each in ran.of("process_usage")}) == 2
        assert value("specmint_records_generated_total", mode="deterministic", provider="none") == 40_000
        assert value("specmint_memory_usage_bytes", component="workers") > 1 << 20  # type: ignore[operator]

    @pytest.mark.parametrize("workers", ["1", "2"])
    def test_records_that_are_drawn_again_are_told_with_their_reason(self, told: Any, workers: str) -> None:
        count, edges = "20000", ("--metrics-file", "m.prom", "--workers", workers)
        ran = told(*generate("--count", count, "--out", "out", *edges, schema="ruled"))
        stats = json.loads(Path("out/run.json").read_bytes())["stats"]
        assert stats["records_redrawn"] > 100
        assert sum(each["records"] for each in ran.of("records_redrawn")) == stats["records_redrawn"]
        broken = ran.of("rule_broken")
        assert {(each["rule"], each["redrawn"], each["level"]) for each in broken} == {("even", True, "debug")}
        others = ran.of("record_invalid")
        assert len(broken) + sum(each["times"] for each in others) == stats["records_redrawn"]
        assert value("specmint_records_redrawn_total") == stats["records_redrawn"]
        counted = value("specmint_validation_failures_total", field_path="a, b", violation_type="x-rules")
        assert counted == len(broken)

    @pytest.mark.parametrize(("flag", "mode"), [("--invalid", "invalid"), ("--mode=edge", "edge")])
    def test_modes(self, told: Any, flag: str, mode: str) -> None:
        ran = told(*generate("--count", "10", "--stdout", flag, level="info"))
        assert {each["mode"] for each in ran.events if "mode" in each} == {mode}

    def test_several_datasets(self, told: Any) -> None:
        Path("all.yaml").write_text(
            "datasets:\n  one: {schema: plain.json, count: 4}\n  two: {schema: ruled.json, count: 6}\n"
        )
        ran = told("generate", "--datasets", "all.yaml", "--out", "out", "--log-level", "info", "--log-format", "json")
        assert ran.code == 0, ran.err
        assert ran.of("run_started")[0]["records"] == 10
        assert [each["records"] for each in ran.of("block_generated")] == [4, 6]
        assert ran.of("run_finished")[0]["records"] == 10

    def test_levels(self, told: Any) -> None:
        amounts = [
            len(told(*generate("--count", "300", "--stdout", schema="ruled", level=level)).events)
            for level in ("debug", "info", "warning", "error")
        ]
        assert amounts[0] > amounts[1] > amounts[2] == amounts[3] == 0

    def test_text(self, told: Any) -> None:
        ran = told("generate", "--schema", "plain.json", "--stdout", "--quiet", "--log-level", "info")
        assert [line.split()[1:3] for line in ran.err.splitlines()] == [
            ["info", "run_started"],
            ["info", "block_generated"],
            ["info", "run_finished"],
        ]

    def test_a_form_alone_means_warnings(self, told: Any) -> None:
        Path("specmint.toml").write_text("log_format = 'json'")
        assert told("generate", "--schema", "plain.json", "--stdout").events == []
        ran = told("generate", "--schema", "none.json", "--stdout")
        assert ran.names == ["run_failed"]

    def test_from_environment_and_file(self, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        Path("specmint.toml").write_text("[log]\nlevel = 'info'")
        monkeypatch.setenv("SPECMINT_LOG_FORMAT", "json")
        assert told("generate", "--schema", "plain.json", "--stdout").names[0] == "run_started"

    @pytest.mark.parametrize(
        ("option", "words"),
        [
            (("--log-level", "loud"), "unknown log_level 'loud'"),
            (("--log-format", "xml"), "unknown log_format 'xml'"),
            (("--metrics", "--metrics-port", "70000"), "metrics_port must be from 0 to 65535"),
        ],
    )
    def test_what_cannot_be(self, told: Any, option: tuple[str, ...], words: str) -> None:
        ran = told("generate", "--schema", "plain.json", "--stdout", *option)
        assert ran.code == 1
        assert words in ran.err


class TestFailures:
    @pytest.mark.parametrize(
        ("arguments", "code", "kind", "words"),
        [
            (("--count", "0", "--stdout"), 1, "UsageError", "count must be a whole number"),
            (("--schema", "none.json", "--stdout"), 2, "SchemaError", "does not exist"),
            (("--out", "plain.json/out"), 6, "OutputError", "cannot write"),
            (("--llm-mode", "fields", "--llm-source", "replay", "--out", "out"), 4, "CassetteMiss", "no cassette"),
        ],
    )
    def test_kind_code_and_words(self, told: Any, arguments: tuple[str, ...], code: int, kind: str, words: str) -> None:
        ran = told(*generate("--metrics-file", "m.prom", *arguments, schema="person"))
        assert ran.code == code
        (failed,) = ran.of("run_failed")
        assert ran.names[-1] == "run_failed"
        assert (failed["exit_code"], failed["kind"], failed["level"]) == (code, kind, "error")
        assert words in failed["message"]
        assert value("specmint_run_exit_code") == code
        assert f"summary: exit code {code}, kind {kind}" in ran.err

    def test_words_that_hold_a_value_are_not_logged(self, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """The message of records that stay invalid has the value in it: a person sees it, a log does not."""
        from pytest_specmint.errors import SamplingError

        def broken(*_: Any, **__: Any) -> None:
            raise SamplingError("record 4 stays invalid: 'canary' is not what it should be", pointer="#/properties/a")

        monkeypatch.setattr("pytest_specmint.cli.generate._make", broken)
        ran = told(*generate("--stdout"))
        (failed,) = ran.events
        assert (failed["exit_code"], failed["kind"], failed["pointer"]) == (3, "SamplingError", "#/properties/a")
        assert "canary" not in json.dumps(ran.events)
        assert "canary" in ran.err

    @pytest.mark.parametrize(
        ("stop", "code", "kind"), [(KeyboardInterrupt, 130, "interrupted"), (Terminated, 143, "terminated")]
    )
    def test_stopped(
        self, told: Any, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException], code: int, kind: str
    ) -> None:
        def broken(*_: Any, **__: Any) -> None:
            raise stop

        monkeypatch.setattr("pytest_specmint.cli.generate._make", broken)
        ran = told(*generate("--stdout", "--metrics-file", "m.prom"))
        assert ran.code == code
        assert ran.of("run_failed")[0]["kind"] == kind
        assert value("specmint_run_exit_code") == code
        assert f"summary: exit code {code}, kind {kind}" in ran.err

    def test_a_reader_that_goes_away_is_no_failure(self) -> None:
        command = [sys.executable, "-m", "pytest_specmint", *generate("--count", "200000", "--stdout", level="info")]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        told = child.stderr.read()
        child.stderr.close()
        assert child.wait(timeout=60) == 0
        last = json.loads(told.splitlines()[-1])
        assert last["event"] == "run_finished"
        assert last["reader_left"] is True

    def test_metrics_of_a_failed_run_that_cannot_be_written_do_not_hide_its_error(self, told: Any) -> None:
        ran = told(*generate("--count", "0", "--stdout", "--metrics-file", "plain.json/m.prom"))
        assert ran.code == 1
        assert "warning: cannot write plain.json/m.prom" in ran.err
        assert "error: count must be" in ran.err


class TestLanguageModels:
    def test_all_is_told(self, told: Any, server: Server) -> None:
        ran = told(*live(server, "--count", "12", "--out", "out", "--metrics-file", "m.prom"))
        assert ran.code == 0, ran.err
        counts = Counter(ran.names)
        run = json.loads(Path("out/run.json").read_bytes())["llm"]
        assert counts["llm_ready"] == counts["run_started"] == counts["run_finished"] == 1
        assert counts["llm_call"] == counts["llm_try"] == run["calls"] == len(server.asked)
        assert sorted(each["record_idx"] for each in ran.of("record_generated")) == list(range(12))
        assert sorted(index for each in ran.of("llm_call") for index in each["records"]) == list(range(12))
        for each in ran.of("record_generated"):
            assert (each["provider"], each["model"], each["retries"]) == ("openai", "quill-1", 0)
            assert (each["circuit_state"], each["fallbacks"]) == ("closed", 0)
            assert each["duration_ms"] >= 0
        calls = {json.loads(line)["call"] for line in Path("out/provenance.jsonl").read_text().splitlines()}
        assert {each["call"] for each in ran.of("llm_call")} == calls
        assert {(each["mode"], each["provider"]) for each in ran.of("block_generated")} == {("fields", "openai")}
        assert ran.of("run_finished")[0]["degraded"] is False
        whose = {"provider": "openai", "model": "quill-1"}
        assert value("specmint_records_generated_total", mode="fields", provider="openai") == 12
        assert value("specmint_llm_latency_seconds_count", operation="fields", **whose) == run["calls"]
        assert value("specmint_llm_latency_seconds_count", operation="prepare", **whose) == 1
        assert value("specmint_llm_tokens_total", direction="input", **whose) == 10 * run["calls"]
        assert value("specmint_llm_circuit_state", provider="openai", state="closed") == 1

    def test_retries_circuit_and_fallbacks(self, told: Any, server: Server) -> None:
        server.answer = lambda body, number: 500
        options = ("--retry-attempts", "2", "--circuit-failures", "3", "--llm-workers", "1", "--llm-batch", "2")
        ran = told(*live(server, "--count", "8", "--out", "out", "--metrics-file", "m.prom", *options, level="info"))
        assert ran.code == 0, ran.err
        tries = len(server.asked)
        (circuit,) = ran.of("llm_circuit")
        assert (circuit["before"], circuit["circuit_state"], circuit["level"]) == ("closed", "open", "warning")
        retry = ran.of("llm_retry")[0]
        assert (retry["reason"], retry["retries"], retry["provider"]) == ("server_error", 1, "openai")
        assert retry["wait_ms"] >= 1
        calls = ran.of("llm_call")
        assert {each["reason"] for each in calls} == {"server_error", "breaker_open"}
        assert calls[0]["retries"] == 1
        assert calls[-1].get("circuit_state", "open") == "open"
        falls = ran.of("llm_fallback")
        assert {each["level"] for each in falls} == {"warning"}
        assert {each["field_path"] for each in falls} == {"name", "tags[]"}
        assert sorted({each["record_idx"] for each in falls}) == list(range(8))
        manifest = json.loads(Path("out/manifest.json").read_bytes())["llm"]
        assert Counter(each["reason"] for each in falls) == manifest["fallbacks"]
        assert ran.of("run_finished")[0]["degraded"] is True
        assert value("specmint_llm_errors_total", provider="openai", reason="server_error") == tries
        assert value("specmint_llm_retries_total", provider="openai") == len(ran.of("llm_retry"))
        assert value("specmint_llm_circuit_state", provider="openai", state="open") == 1
        assert value("specmint_llm_fallbacks_total", reason="server_error") == manifest["fallbacks"]["server_error"]
        run = json.loads(Path("out/run.json").read_bytes())["llm"]["dispatch"]["providers"][0]
        assert (run["attempts"], run["retries"]) == (tries, len(ran.of("llm_retry")))

    def test_values_that_were_refused(self, told: Any, server: Server) -> None:
        server.answer = lambda body, number: json.dumps(dict.fromkeys(json.loads(fitting(body, number)), "Q"))
        ran = told(*live(server, "--count", "8", "--out", "out", "--metrics-file", "m.prom"))
        assert ran.code == 0, ran.err
        found = [each for each in ran.of("record_invalid") if each["violation_type"] == "answer"]
        assert found
        assert all(each["redrawn"] and each["level"] == "debug" for each in found)
        fields = Counter(each["field_path"] for each in found)
        for field, count in fields.items():
            name = "specmint_validation_failures_total"
            assert value(name, field_path=field, violation_type="answer") == count

    def test_what_was_asked_and_answered_is_there_for_whoever_debugs(self, told: Any, server: Server) -> None:
        ran = told(*live(server, "--count", "2", "--stdout"))
        (exchange,) = ran.of("llm_exchange")
        assert exchange["request"].endswith(server.asked[0]["messages"][-1]["content"])
        assert json.loads(exchange["response"])
        assert exchange["call"] == ran.of("llm_call")[0]["call"]
        assert told(*live(server, "--count", "2", "--stdout", level="info")).of("llm_exchange") == []

    def test_a_miss_ends_a_replay_and_begins_a_recording(self, told: Any, server: Server) -> None:
        ran = told(*live(server, "--count", "3", "--out", "out", "--llm-source", "record", level="info"))
        (miss,) = ran.of("cassette_miss")
        assert (miss["level"], miss["source"], miss["record_idx"]) == ("info", "record", 0)
        replay = ("--llm-mode", "fields", "--llm-source", "replay", "--out", "out")
        ran = told(*generate("--count", "3", *replay, schema="person"))
        assert ran.of("cassette_miss") == ran.of("llm_call") == []
        assert {each["provider"] for each in ran.of("block_generated")} == {"openai"}
        ran = told(*generate("--count", "5", *replay, schema="person"))
        (miss,) = ran.of("cassette_miss")
        assert (miss["level"], miss["source"], miss["record_idx"]) == ("error", "replay", 3)
        assert ran.of("run_failed")[0]["exit_code"] == 4


class TestSecrets:
    """Neither keys, nor credentials in URLs, nor (above debug) values of records are in any line, or in metrics."""

    @pytest.mark.parametrize("status", [200, 401, 500])
    def test_canaries(self, told: Any, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
        secret = "sk-canary-key-0123456789"
        for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
            monkeypatch.setenv(name, secret)
        echoed = f"no such key {secret}"

        def answer(body: Any, number: int) -> Any:
            return status if status != 200 else fitting(body, number)

        with openai_server(answer) as server:
            url = server.url.replace("http://", "http://user:canary-word@") + "?key=canary-query"
            ran = told(*live(server, "--llm-endpoint", url, "--count", "6", "--out", "out", "--metrics-file", "m.prom"))
            plain = told(*live(server, "--count", "6", "--out", "other", "--metrics-file", "n.prom"))
        assert plain.code == 0, plain.err
        assert len(plain.events) > 10
        said = ran.err + plain.err + "".join(Path(name).read_text() for name in ("m.prom", "n.prom"))
        assert "canary" not in said
        assert echoed not in said

    def test_values_of_records_are_told_at_no_level_above_debug(self, told: Any, server: Server) -> None:
        server.answer = lambda body, number: fitting(body, number).replace("Quill", "CanaryValue" * 4)
        ran = told(*live(server, "--count", "16", "--stdout", "--metrics-file", "m.prom"))
        words = {word for record in map(json.loads, ran.out.splitlines()) for word in [record["name"], *record["tags"]]}
        assert len(words) > 5
        above = [each for each in ran.events if each["level"] != "debug"]
        assert len(above) > 3
        debug = [each for each in ran.events if each["level"] == "debug" and each["event"] != "llm_exchange"]
        for text in (json.dumps(above), json.dumps(debug), Path("m.prom").read_text()):
            assert [word for word in words if word in text] == []
            assert "CanaryValue" not in text

    def test_values_of_judged_records(self, told: Any) -> None:
        rows = [{"a": "canary", "b": 1}, {"a": -12345678, "b": 2}, {"a": 1}]
        Path("data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + "canary\n")
        logged = ("--log-level", "debug", "--log-format", "json", "--metrics-file", "m.prom")
        ran = told("validate", "--schema", "plain.json", "data.jsonl", *logged)
        assert ran.code == 3
        text = json.dumps(ran.events) + Path("m.prom").read_text()
        assert "canary" not in text
        assert "12345678" not in text


class TestValidate:
    def test_every_wrong_line_and_every_broken_rule(self, told: Any) -> None:
        rows = [{"a": 1, "b": 3}, {"a": "x", "b": 2}, {"b": 2}, {"a": 100, "b": 2}, {"a": 1, "b": 8}]
        Path("data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + "no JSON\n")
        logged = ("--log-level", "info", "--log-format", "json", "--metrics-file", "m.prom")
        ran = told("validate", "--schema", "ruled.json", "data.jsonl", *logged)
        assert ran.code == 3
        found = [
            (each["record_idx"], each.get("field_path"), each["violation_type"]) for each in ran.of("record_invalid")
        ]
        assert sorted(found, key=str) == sorted(
            [(1, "a", "type"), (2, None, "required"), (3, "a", "maximum"), (5, None, "unreadable")], key=str
        )
        assert {each["level"] for each in ran.of("record_invalid")} == {"warning"}
        (rule,) = ran.of("rule_broken")
        assert (rule["rule"], rule["record_idx"], rule["field_path"], rule["times"]) == ("even", 4, "a, b", 1)
        assert (ran.of("run_finished")[0]["records"], ran.of("run_finished")[0]["exit_code"]) == (6, 3)
        assert value("specmint_validation_failures_total", field_path="a", violation_type="type") == 1
        assert value("specmint_validation_failures_total", field_path="a, b", violation_type="x-rules") == 1
        assert value("specmint_run_exit_code") == 3

    def test_safety_and_several(self, told: Any) -> None:
        Path("data.jsonl").write_text('{"a": 1, "b": 2}\n')
        logged = ("--log-level", "info", "--log-format", "json")
        ran = told("validate", "--safety", "data.jsonl", *logged)
        assert (ran.code, ran.names) == (0, ["run_started", "run_finished"])
        ran = told("validate", "--schema", "plain.json", "data.jsonl", "data.jsonl", *logged)
        assert ran.of("run_finished")[0]["records"] == 2


class TestServing:
    def test_while_a_run_lasts(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        count = ("--count", "3000000", "--workers", "2", "--out", "out")
        command = [sys.executable, "-m", "pytest_specmint", "generate", "--schema", "plain.json", *count]
        env = {**os.environ, "SPECMINT_METRICS": "1", "SPECMINT_METRICS_PORT": port}
        child = subprocess.Popen(command, stderr=subprocess.PIPE, env=env, text=True)
        try:
            seen = ""
            for _ in range(200):
                assert child.poll() is None, child.communicate()
                try:
                    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as reply:
                        seen = reply.read().decode()
                    break
                except OSError:
                    time.sleep(0.05)
            found = re.search(r'specmint_records_generated_total\{mode="deterministic",provider="none"\} (\S+)', seen)
            assert found is not None, seen
            assert float(found[1]) > 0
        finally:
            child.kill()
            child.communicate()


class Heard:
    """An observer of one's own."""

    level = Level.DEBUG

    def __init__(self) -> None:
        self.events: list[Event] = []

    def note(self, event: Event) -> None:
        self.events.append(event)


class TestPython:
    def test_a_dataset_is_written_with_an_observer(self) -> None:
        heard = Heard()
        sm.generate(RULED, count=50).write("out", observer=heard)
        names = [event.name for event in heard.events]
        assert names[0] == "run_started"
        assert names[-1] == "run_finished"
        assert "records_redrawn" in names
        assert set(names) <= set(EVENTS)

    def test_and_hears_how_it_fails(self) -> None:
        heard = Heard()
        with pytest.raises(sm.SpecmintError):
            sm.generate(PLAIN, count=5).write("plain.json/out", observer=heard)
        assert [event.name for event in heard.events] == ["run_started", "run_failed"]
