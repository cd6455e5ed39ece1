"""Dispatching calls to a scripted provider: how near it comes to what workers and rate allow, and what a call costs."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

from measure import Middle, cpu, interleaved, middle, ratio
from memory import PROC, peaks
from result import Bench, Figure, Outcome

from pytest_specmint.enrichment.dispatch import make_dispatcher
from pytest_specmint.enrichment.model import Call, Sampling
from pytest_specmint.enrichment.providers.scripted import ScriptedProvider, Step
from pytest_specmint.enrichment.settings import LlmSettings

LATENCY = 0.05
UNLIMITED = 1e6
CASES = {
    "4 workers": (4, UNLIMITED, 1),
    "8 workers, 40 requests/s": (8, 40.0, 1),
    "2 workers, 30 requests/s, 8 records a call": (2, 30.0, 8),
}
"""Workers, requests a second, records a call."""


def part(bench: Bench) -> Outcome:
    """Targets 16 to 19."""
    if missing := [name for name in ("pybreaker", "tenacity") if find_spec(name) is None]:
        return Outcome(skipped=[f"enrichment: {', '.join(missing)} IS NOT INSTALLED: the extra llm has it"])
    found = Outcome()
    for name, case in CASES.items():
        bench.say(name)
        found.figures.append(_throughput(bench, name, *case))
    bench.say("cost of a call")
    found.figures += _cost(bench)
    bench.say("datasets")
    found.figures += _datasets(bench)
    found.figures += _memory(bench)
    return found


def _datasets(bench: Bench) -> Iterator[Figure]:
    """Seconds of whole datasets at three requests a second (in quick runs unlimited), each call 50 ms."""
    fields, whole = bench.scale.enriched
    rate = 3.0 if fields >= 1000 else UNLIMITED
    words = "3 requests/s" if rate == 3.0 else "any rate"
    for name, mode, count, limit in (("payment", "fields", fields, 60.0), ("complex", "record", whole, 120.0)):
        done = subprocess.run(
            _enriching(bench, name, mode, count, rate, LATENCY), capture_output=True, text=True, check=True
        )
        seconds = json.loads(done.stdout)["seconds"]
        yield Figure(18, f"{count:,} records enriched, mode {mode}, {words}", name, middle([seconds]), "s", limit)


def _memory(bench: Bench) -> Iterator[Figure]:
    """Peak memory of enriching by a model that takes no time."""
    if not (PROC / "self/status").exists():
        return
    small, large = bench.scale.enriched_memory
    peak = {n: max(peaks(_enriching(bench, "payment", "fields", n, UNLIMITED, 0.0))) for n in (small, large)}
    yield Figure(19, f"peak memory of {large:,} records enriched", "payment", middle([peak[large]]), "MB", 200)
    growth = middle([peak[large] / peak[small]])
    yield Figure(19, f"peak memory of {large:,} ÷ of {small:,} records enriched", "payment", growth, "x", 1.1)


def _enriching(bench: Bench, name: str, mode: str, count: int, rate: float, latency: float) -> list[str]:
    program = Path(__file__).with_name("enrich_once.py")
    return [sys.executable, *map(str, (program, bench.schemas[name], mode, count, rate, latency))]


def _throughput(bench: Bench, name: str, workers: int, rate: float, records: int) -> Figure:
    """Records a second, from the first call to the end of the last, by those that workers, rate and batch allow."""
    calls = bench.scale.calls
    allowed = min(workers / LATENCY, rate) * records
    _dispatched(workers, workers=workers, rate=rate, latency=0.0)  # warms
    shares = []
    for _ in range(bench.scale.rounds):
        start = time.perf_counter()
        _dispatched(calls, workers=workers, rate=rate, latency=LATENCY)
        spent = time.perf_counter() - start
        shares.append(calls * records / spent / allowed)
    words = f"records/s with {LATENCY * 1000:.0f} ms a call ÷ what is allowed: {name}"
    return Figure(16, words, "", middle(shares), "x", 0.9, at_least=True)


def _cost(bench: Bench) -> list[Figure]:
    """CPU of a call that takes no time, in the dispatcher and in a bare pool of threads."""
    calls = 10 * bench.scale.calls
    actions: dict[str, Callable[[], float]] = {
        "dispatched": lambda: cpu(lambda: _dispatched(calls, workers=3, rate=UNLIMITED, latency=0.0))[0],
        "pool": lambda: cpu(lambda: _in_a_pool(calls, workers=3))[0],
    }
    taken = interleaved(actions, bench.scale.rounds)
    more = [1000 * (a - b) / calls for a, b in zip(taken["dispatched"], taken["pool"], strict=True)]
    words = "a dispatched call"
    return [
        Figure(17, f"{words}, CPU beyond that of a ThreadPoolExecutor", "", _at_least_nothing(middle(more)), "ms", 2.0),
        Figure(
            0, f"{words} ÷ the same in a ThreadPoolExecutor, CPU", "", ratio(taken["dispatched"], taken["pool"]), "x"
        ),
    ]


def _at_least_nothing(value: Middle) -> Middle:
    return Middle(max(0.0, value.median), max(0.0, value.low), max(0.0, value.high))


def _call(number: int) -> Call:
    schema = {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "string"}}}}
    return Call("Answer in JSON. " * 40, f"item {number} " * 60, schema, Sampling("scripted"), number, (str(number),))


def _dispatched(calls: int, *, workers: int, rate: float, latency: float) -> None:
    provider = ScriptedProvider([Step(latency=latency)], keep=0)
    with make_dispatcher([provider], LlmSettings(max_rps=rate, workers=workers)) as made:
        for number in range(calls):
            made.submit(_call(number))
    report = made.close()
    if report.degraded:
        raise RuntimeError(f"calls failed: {report.failures}")


def _in_a_pool(calls: int, *, workers: int) -> None:
    provider = ScriptedProvider([Step()])
    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(provider.complete, _call(number), 12.0) for number in range(calls)]:
            future.result()
