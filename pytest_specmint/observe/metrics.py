"""Prometheus metrics of one run, in a registry of its own; prometheus-client is the extra ``metrics``.

What a run holds is bounded: labels are modes, providers, models, reasons, kinds of violation, and paths of fields in
the schema, of which the first thousand are told apart.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from pytest_specmint.observe.events import (
    BlockGenerated,
    Event,
    Level,
    LlmCircuit,
    LlmFallback,
    LlmReady,
    LlmRetry,
    LlmTry,
    ProcessUsage,
    RecordInvalid,
    RecordsRedrawn,
    RuleBroken,
    RunFailed,
    RunFinished,
)
from pytest_specmint.observe.usage import MAIN, WORKERS, usage

LATENCIES = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Upper bounds of the classes of `specmint_llm_latency_seconds`."""
MOST_FIELDS = 1000
"""Pairs of field and violation that are told apart; further ones are of the field `OTHERS`."""
OTHERS = "(others)"
RULE = "x-rules"
"""The type of violation where a rule between fields is broken."""
CIRCUITS = ("closed", "half-open", "open")


class Row(Struct, frozen=True):
    """A metric: its kind, name, help and labels."""

    kind: Callable[..., Any]
    name: str
    help: str
    labels: tuple[str, ...] = ()
    options: Mapping[str, Any] = {}


ROWS = (
    Row(Counter, "specmint_records_generated_total", "Records generated.", ("mode", "provider")),
    Row(Counter, "specmint_bytes_generated_total", "Bytes of their canonical lines.", ("mode", "provider")),
    Row(Counter, "specmint_records_redrawn_total", "Records that were drawn again since they were not valid."),
    Row(
        Histogram,
        "specmint_llm_latency_seconds",
        "Duration of tries at calls of language models that were answered, and of making a model ready (prepare).",
        ("provider", "model", "operation"),
        {"buckets": LATENCIES},
    ),
    Row(Counter, "specmint_llm_errors_total", "Tries that failed.", ("provider", "reason")),
    Row(Counter, "specmint_llm_retries_total", "Tries after a call's first.", ("provider",)),
    Row(Counter, "specmint_llm_fallbacks_total", "Values that stayed deterministic.", ("reason",)),
    Row(Counter, "specmint_llm_tokens_total", "Tokens, as far as told.", ("provider", "model", "direction")),
    Row(Counter, "specmint_llm_cost_usd_total", "What calls cost, in US dollars.", ("provider", "model")),
    Row(Gauge, "specmint_llm_circuit_state", "1 for the state that a circuit is in, else 0.", ("provider", "state")),
    Row(
        Counter,
        "specmint_validation_failures_total",
        "Records, or a model's values, that did not meet schema or rules.",
        ("field_path", "violation_type"),
    ),
    Row(Gauge, "specmint_run_duration_seconds", "How long the run took."),
    Row(Gauge, "specmint_run_completed_timestamp_seconds", "When it ended, in Unix time."),
    Row(Gauge, "specmint_run_exit_code", "Its exit code."),
)
"""All metrics that events change."""
MEMORY = "specmint_memory_usage_bytes"
CPU = "specmint_cpu_seconds_total"


class MetricsObserver:
    """Counts events; give its `registry` to whatever exposes metrics."""

    level = Level.DEBUG

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._of = {row.name: self._made(row) for row in ROWS}
        self._fields: set[tuple[str, str]] = set()
        self._circuits: set[str] = set()
        self._processes = _Processes()
        self.registry.register(self._processes)
        self._hear: Mapping[type[Event], Callable[[Any], None]] = {
            BlockGenerated: self._block,
            RecordsRedrawn: lambda event: self._add("specmint_records_redrawn_total", event.records),
            RecordInvalid: lambda event: self._violation(event.field_path, event.violation_type, event.times),
            RuleBroken: lambda event: self._violation(event.field_path, RULE, event.times),
            ProcessUsage: self._processes.note,
            LlmReady: self._ready,
            LlmTry: self._try,
            LlmRetry: lambda event: self._add("specmint_llm_retries_total", 1, event.provider),
            LlmFallback: lambda event: self._add("specmint_llm_fallbacks_total", 1, event.reason),
            LlmCircuit: lambda event: self._circuit(event.provider, event.circuit_state),
            RunFinished: lambda event: self._ended(event.duration_ms, event.exit_code),
            RunFailed: lambda event: self._ended(event.duration_ms, event.exit_code),
        }

    def note(self, event: Event) -> None:
        """Count it."""
        hear = self._hear.get(type(event))
        if hear is not None:
            hear(event)

    def exposition(self) -> bytes:
        """All metrics in the text format of Prometheus."""
        return generate_latest(self.registry)

    # ------------------------------------------------------------ events

    def _block(self, event: BlockGenerated) -> None:
        labels = (event.mode, event.provider)
        self._add("specmint_records_generated_total", event.records, *labels)
        self._add("specmint_bytes_generated_total", event.bytes, *labels)

    def _violation(self, field: str, kind: str, times: int) -> None:
        if (field, kind) not in self._fields:
            if len(self._fields) >= MOST_FIELDS:
                field = OTHERS
            self._fields.add((field, kind))
        self._add("specmint_validation_failures_total", times, field, kind)

    def _ready(self, event: LlmReady) -> None:
        self._circuit(event.provider, CIRCUITS[0])
        self._latency(event.provider, event.model, "prepare", event.duration_ms)

    def _try(self, event: LlmTry) -> None:
        if event.reason:
            self._add("specmint_llm_errors_total", 1, event.provider, event.reason)
        else:
            self._latency(event.provider, event.model, event.operation, event.duration_ms)
        if event.provider not in self._circuits:  # later its changes are told
            self._circuit(event.provider, event.circuit_state)
        whose = (event.provider, event.model)
        self._add("specmint_llm_cost_usd_total", event.cost_usd, *whose)
        for direction, tokens in (("input", event.input_tokens), ("output", event.output_tokens)):
            if tokens is not None:
                self._add("specmint_llm_tokens_total", tokens, *whose, direction)

    def _circuit(self, provider: str, state: str) -> None:
        self._circuits.add(provider)
        for each in CIRCUITS:
            self._of["specmint_llm_circuit_state"].labels(provider, each).set(each == state)

    def _latency(self, provider: str, model: str, operation: str, milliseconds: float) -> None:
        self._of["specmint_llm_latency_seconds"].labels(provider, model, operation).observe(milliseconds / 1000)

    def _ended(self, milliseconds: float, code: int) -> None:
        self._of["specmint_run_duration_seconds"].set(milliseconds / 1000)
        self._of["specmint_run_completed_timestamp_seconds"].set(time.time())
        self._of["specmint_run_exit_code"].set(code)

    # ------------------------------------------------------------ registry

    def _made(self, row: Row) -> Any:
        return row.kind(row.name, row.help, row.labels, registry=self.registry, **row.options)

    def _add(self, name: str, amount: float, *labels: str) -> None:
        metric = self._of[name]
        (metric.labels(*labels) if labels else metric).inc(amount)


class _Processes:
    """Memory and processor time: of this process when it is asked, of others as they last told."""

    def __init__(self) -> None:
        self._told: dict[int, ProcessUsage] = {}

    def note(self, event: ProcessUsage) -> None:
        """A process told what it takes."""
        self._told = {**self._told, event.pid: event}

    def collect(self) -> Iterator[Metric]:
        """As of now."""
        memory = GaugeMetricFamily(MEMORY, "Resident memory.", labels=["component"])
        cpu = CounterMetricFamily(CPU, "Processor time.", labels=["component"])
        told = [*self._told.values(), usage(MAIN)]
        for component in (MAIN, WORKERS):
            these = [each for each in told if each.component == component]
            if these:
                memory.add_metric([component], sum(each.memory_bytes or 0 for each in these))
                cpu.add_metric([component], sum(each.cpu_seconds for each in these))
        yield from (memory, cpu)
