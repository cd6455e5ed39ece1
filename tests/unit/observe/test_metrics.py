"""Events as metrics."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import prometheus_client
import pytest
from prometheus_client.parser import text_string_to_metric_families

from pytest_specmint.observe import events as e
from pytest_specmint.observe.metrics import CPU, LATENCIES, MEMORY, MOST_FIELDS, ROWS, MetricsObserver
from pytest_specmint.observe.serve import MetricsServer
from tests.unit.observe.test_events import sample

DASHBOARD = Path(__file__).parents[3] / "docs" / "grafana-dashboard.json"
BLOCK = e.BlockGenerated(record_idx=0, records=7, bytes=70, duration_ms=1, mode="fields", provider="ollama")


@pytest.fixture
def metrics() -> MetricsObserver:
    return MetricsObserver()


def tried(**changed: object) -> e.LlmTry:
    usual = {"provider": "p", "model": "m", "operation": "fields", "duration_ms": 700.0, "retry": False}
    return e.LlmTry(**{**usual, "circuit_state": "closed", **changed})  # type: ignore[arg-type]


def value(metrics: MetricsObserver, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_names_labels_and_buckets_are_those_of_the_design(metrics: MetricsObserver) -> None:
    """§13.2, as far as it goes."""
    labels = {row.name: row.labels for row in ROWS}
    assert labels["specmint_records_generated_total"] == ("mode", "provider")
    assert labels["specmint_llm_latency_seconds"] == ("provider", "model", "operation")
    assert labels["specmint_llm_errors_total"] == ("provider", "reason")
    assert labels["specmint_validation_failures_total"] == ("field_path", "violation_type")
    assert value(metrics, "specmint_memory_usage_bytes", component="main") > 1 << 20  # type: ignore[operator]
    assert LATENCIES == (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)


def test_records(metrics: MetricsObserver) -> None:
    for _ in range(2):
        metrics.note(BLOCK)
    metrics.note(e.RecordsRedrawn(record_idx=0, records=3, of=7))
    assert value(metrics, "specmint_records_generated_total", mode="fields", provider="ollama") == 14
    assert value(metrics, "specmint_bytes_generated_total", mode="fields", provider="ollama") == 140
    assert value(metrics, "specmint_records_redrawn_total") == 3


def test_calls(metrics: MetricsObserver) -> None:
    metrics.note(e.LlmReady(provider="p", model="m", duration_ms=3000))
    metrics.note(tried(input_tokens=10, output_tokens=4, cost_usd=0.25))
    metrics.note(tried(reason="timeout", duration_ms=9000.0, input_tokens=None, cost_usd=0.5))
    metrics.note(e.LlmRetry(provider="p", model="m", reason="timeout", retries=1, wait_ms=3))
    metrics.note(e.LlmFallback(record_idx=1, field_path="a", reason="timeout"))
    whose = {"provider": "p", "model": "m"}
    assert value(metrics, "specmint_llm_latency_seconds_count", operation="fields", **whose) == 1
    assert value(metrics, "specmint_llm_latency_seconds_sum", operation="fields", **whose) == 0.7
    assert value(metrics, "specmint_llm_latency_seconds_bucket", operation="fields", le="0.5", **whose) == 0
    assert value(metrics, "specmint_llm_latency_seconds_bucket", operation="fields", le="1.0", **whose) == 1
    assert value(metrics, "specmint_llm_latency_seconds_bucket", operation="prepare", le="2.0", **whose) == 0
    assert value(metrics, "specmint_llm_errors_total", provider="p", reason="timeout") == 1
    assert value(metrics, "specmint_llm_retries_total", provider="p") == 1
    assert value(metrics, "specmint_llm_fallbacks_total", reason="timeout") == 1
    assert value(metrics, "specmint_llm_tokens_total", direction="input", **whose) == 10
    assert value(metrics, "specmint_llm_tokens_total", direction="output", **whose) == 4
    assert value(metrics, "specmint_llm_cost_usd_total", **whose) == 0.75


def test_a_circuit_is_in_one_state(metrics: MetricsObserver) -> None:
    metrics.note(e.LlmReady(provider="p", model="m", duration_ms=1))
    metrics.note(e.LlmCircuit(provider="p", before="closed", circuit_state="open"))
    metrics.note(tried(provider="q", circuit_state="half-open"))
    states = ("closed", "half-open", "open")
    assert [value(metrics, "specmint_llm_circuit_state", provider="p", state=each) for each in states] == [0, 0, 1]
    assert [value(metrics, "specmint_llm_circuit_state", provider="q", state=each) for each in states] == [0, 1, 0]


def test_violations(metrics: MetricsObserver) -> None:
    metrics.note(e.RecordInvalid(record_idx=1, field_path="a[].b", violation_type="minimum", times=2))
    metrics.note(e.RuleBroken(rule="r", field_path="a, b", times=3))
    name = "specmint_validation_failures_total"
    assert value(metrics, name, field_path="a[].b", violation_type="minimum") == 2
    assert value(metrics, name, field_path="a, b", violation_type="x-rules") == 3


def test_there_are_only_so_many_fields(metrics: MetricsObserver) -> None:
    for number in range(MOST_FIELDS + 50):
        metrics.note(e.RecordInvalid(record_idx=1, field_path=f"f{number}", violation_type="type"))
    text = metrics.exposition().decode()
    assert len(re.findall(r"^specmint_validation_failures_total\{", text, re.MULTILINE)) == MOST_FIELDS + 1
    assert value(metrics, "specmint_validation_failures_total", field_path="(others)", violation_type="type") == 50


def test_processes(metrics: MetricsObserver) -> None:
    for pid, memory in ((1, 100), (2, 50), (1, 300)):
        metrics.note(e.ProcessUsage(component="workers", pid=pid, memory_bytes=memory, cpu_seconds=2.0))
    assert value(metrics, MEMORY, component="workers") == 350
    assert value(metrics, CPU, component="workers") == 4
    assert value(metrics, CPU, component="main") > 0  # type: ignore[operator]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (e.RunFinished(records=3, duration_ms=1500), 0),
        (e.RunFailed(exit_code=6, kind="OutputError", duration_ms=1500), 6),
    ],
)
def test_the_end(metrics: MetricsObserver, event: e.Event, code: int) -> None:
    metrics.note(event)
    assert value(metrics, "specmint_run_duration_seconds") == 1.5
    assert value(metrics, "specmint_run_exit_code") == code
    assert value(metrics, "specmint_run_completed_timestamp_seconds") > 1.7e9  # type: ignore[operator]


@pytest.mark.parametrize("name", e.EVENTS)
def test_every_event_is_taken(metrics: MetricsObserver, name: str) -> None:
    metrics.note(sample(e.EVENTS[name]))
    assert list(text_string_to_metric_families(metrics.exposition().decode()))


def test_two_runs_do_not_meet_and_the_global_registry_knows_neither(metrics: MetricsObserver) -> None:
    metrics.note(BLOCK)
    other = MetricsObserver()
    assert value(other, "specmint_records_generated_total", mode="fields", provider="ollama") is None
    assert b"specmint" not in prometheus_client.generate_latest()


def test_in_several_threads(metrics: MetricsObserver) -> None:
    def many() -> None:
        for number in range(300):
            metrics.note(BLOCK)
            metrics.note(e.RecordInvalid(record_idx=1, field_path=f"f{number % 7}", violation_type="type"))

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert value(metrics, "specmint_records_generated_total", mode="fields", provider="ollama") == 4 * 300 * 7


class TestServer:
    @pytest.fixture
    def server(self, metrics: MetricsObserver) -> Iterator[MetricsServer]:
        made = MetricsServer(metrics.registry, 0)
        yield made
        made.close()

    def test_from_the_first_block_on(self, metrics: MetricsObserver, server: MetricsServer) -> None:
        before = threading.active_count()
        server.note(e.LlmReady(provider="p", model="m", duration_ms=1))
        assert threading.active_count() == before
        metrics.note(BLOCK)
        for _ in range(2):
            server.note(BLOCK)
        assert threading.active_count() == before + 1
        with urlopen(server.url, timeout=10) as reply:
            assert reply.headers["Content-Type"].startswith("text/plain")
            assert b'specmint_records_generated_total{mode="fields",provider="ollama"} 7.0' in reply.read()

    def test_loopback_alone(self, server: MetricsServer) -> None:
        assert server.url.startswith("http://127.0.0.1:")
        assert server._server.socket.getsockname()[0] == "127.0.0.1"

    def test_nothing_else_is_there(self, server: MetricsServer) -> None:
        server.note(BLOCK)
        for path in ("/", "/metrics/x", "/favicon.ico"):
            with pytest.raises(HTTPError) as caught:
                urlopen(server.url.replace("/metrics", path), timeout=10)
            assert caught.value.code == 404
            caught.value.close()

    def test_a_port_that_is_taken(self, metrics: MetricsObserver, server: MetricsServer) -> None:
        port = int(server.url.split(":")[2].split("/")[0])
        with pytest.raises(OSError, match="in use"):
            MetricsServer(metrics.registry, port)

    def test_the_port_is_free_again_at_once(self, metrics: MetricsObserver) -> None:
        first = MetricsServer(metrics.registry, 0)
        first.note(BLOCK)
        with urlopen(first.url, timeout=10) as reply:
            reply.read()
        port = int(first.url.split(":")[2].split("/")[0])
        first.close()
        MetricsServer(metrics.registry, port).close()


class TestDashboard:
    """The panels of §13.3, and none of a metric that does not exist."""

    @pytest.fixture
    def queries(self) -> list[str]:
        document = json.loads(DASHBOARD.read_text())
        found = [target["expr"] for panel in document["panels"] for target in panel.get("targets", [])]
        return [*found, *(each["query"]["query"] for each in document["templating"]["list"] if each["type"] == "query")]

    def known(self) -> dict[str, set[str]]:
        """Names that a scrape has, with their labels."""
        found = {row.name: set(row.labels) for row in ROWS} | {MEMORY: {"component"}, CPU: {"component"}}
        for ending, more in (("_bucket", {"le"}), ("_count", set()), ("_sum", set())):
            found[f"specmint_llm_latency_seconds{ending}"] = found["specmint_llm_latency_seconds"] | more
        return found

    def test_every_metric_exists(self, queries: list[str]) -> None:
        names = {name for query in queries for name in re.findall(r"specmint_\w+", query)}
        assert names - set(self.known()) == set()
        assert len(names) >= 14

    def test_every_metric_that_there_is_has_a_panel(self, queries: list[str]) -> None:
        whole = " ".join(queries)
        assert [name for name in self.known() if name not in whole and not name.endswith("_sum")] == []

    def test_every_label_exists(self, queries: list[str]) -> None:
        for query in queries:
            has = set().union(*(self.known()[name] for name in re.findall(r"specmint_\w+", query))) | {"instance"}
            by = {label.strip() for group in re.findall(r"by \(([^)]*)\)", query) for label in group.split(",")}
            asked = set(re.findall(r'(\w+)(?:=~|!=|=)"', query))
            assert (by | asked) - has == set(), query

    def test_legends_name_labels_that_their_query_keeps(self) -> None:
        for panel in json.loads(DASHBOARD.read_text())["panels"]:
            for target in panel.get("targets", []):
                kept = set(re.findall(r"\w+", " ".join(re.findall(r"by \(([^)]*)\)", target["expr"])))) | {"instance"}
                assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= kept

    def test_it_has_the_panels_of_the_design(self) -> None:
        rows = [each["title"] for each in json.loads(DASHBOARD.read_text())["panels"] if each["type"] == "row"]
        assert rows == ["Throughput", "Latency of language models", "Errors", "Resources", "Health of providers"]

    def test_panels_have_numbers_and_places_of_their_own(self) -> None:
        panels = json.loads(DASHBOARD.read_text())["panels"]
        assert len({each["id"] for each in panels}) == len(panels)
        cells = [
            (x, y)
            for each in panels
            for x in range(each["gridPos"]["x"], each["gridPos"]["x"] + each["gridPos"]["w"])
            for y in range(each["gridPos"]["y"], each["gridPos"]["y"] + each["gridPos"]["h"])
        ]
        assert len(set(cells)) == len(cells)
        assert all(x < 24 for x, _ in cells)
