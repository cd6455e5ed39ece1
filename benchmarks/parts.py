"""Datasets in parts: Dask beside this machine's own processes, an empty job, and whether the cost of a record is level."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from socket import socket

from command import generate
from measure import Middle, interleaved, middle, process, surroundings
from result import Bench, Figure, Outcome

SCHEMA = "complex"
ENOUGH = 0.85
"""Of the throughput of two local processes, so much two workers of Dask are to reach."""
LEVEL = 1.15
PART = 65_536


def part(bench: Bench) -> Outcome:
    """Targets 23 and 24."""
    found = Outcome()
    path, count = bench.schemas[SCHEMA], bench.scale.parts[-1]
    if find_spec("distributed") is None:
        found.skipped.append("parts: distributed IS NOT INSTALLED; nothing is known of Dask")
    else:
        bench.say("Dask")
        with _cluster() as address:
            found.figures += _beside_dask(bench, path, count, address)
    bench.say("level")
    found.figures += _level(bench, path)
    return found


def _beside_dask(bench: Bench, path: Path, count: int, address: str) -> list[Figure]:
    out = bench.scratch / "parts"
    standing = ("--engine", "dask", "--scheduler", address)
    own = ("--engine", "dask", "--workers", 2)

    def wall(records: int, *more: object) -> float:
        shutil.rmtree(out, ignore_errors=True)
        return process(generate(path, records, out, "--part-records", PART, *more)).wall

    actions = {
        "local": lambda: wall(count, "--workers", 2),
        "dask": lambda: wall(count, *standing),
        "own": lambda: wall(count, *own),
        "nothing": lambda: wall(1, "--workers", 2),
        "nothing, dask": lambda: wall(1, *standing),
        "nothing, own": lambda: wall(1, *own),
    }
    taken = interleaved(actions, bench.scale.runs, warm=False)
    shutil.rmtree(out, ignore_errors=True)
    label = f"throughput of two workers of Dask ÷ that of --workers 2, {count:,} records"
    return [
        Figure(23, f"{label}, a cluster that stands", SCHEMA, _throughput(taken, "dask"), "x", ENOUGH, at_least=True),
        Figure(0, f"{label}, one started for the run", SCHEMA, _throughput(taken, "own"), "x"),
        Figure(0, "an empty job (1 record, one part): --workers 2", SCHEMA, middle(taken["nothing"]), "s"),
        Figure(0, "an empty job: Dask, a cluster that stands", SCHEMA, middle(taken["nothing, dask"]), "s"),
        Figure(0, "an empty job: Dask, one started for the run", SCHEMA, middle(taken["nothing, own"]), "s"),
    ]


def _throughput(taken: dict[str, list[float]], name: str) -> Middle:
    return middle([local / other for local, other in zip(taken["local"], taken[name], strict=True)])


def _level(bench: Bench, path: Path) -> list[Figure]:
    """What a record costs beyond an empty job, of the largest count by that of the smallest."""
    out = bench.scratch / "level"

    def cpu(records: int) -> float:
        shutil.rmtree(out, ignore_errors=True)
        return process(generate(path, records, out, "--part-records", PART)).cpu

    counts = bench.scale.parts
    taken = interleaved({str(n): partial(cpu, n) for n in (1, *counts)}, bench.scale.runs, warm=False)
    shutil.rmtree(out, ignore_errors=True)
    costs = {n: [(some - none) / n for some, none in zip(taken[str(n)], taken["1"], strict=True)] for n in counts}
    first, last = costs[counts[0]], costs[counts[-1]]
    found = middle([late / early for early, late in zip(first, last, strict=True)])
    figures = [Figure(24, f"CPU a record, {counts[-1]:,} ÷ {counts[0]:,} records in parts", SCHEMA, found, "x", LEVEL)]
    return figures + [
        Figure(0, f"CPU of a record in parts, {n:,} records", SCHEMA, middle([1e9 * each for each in costs[n]]), "ns")
        for n in counts
    ]


@contextmanager
def _cluster() -> Iterator[str]:
    """A scheduler with two workers, one thread each, as processes of their own."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, started = f"tcp://127.0.0.1:{port}", []

    def start(module: str, *arguments: object) -> None:
        command = [sys.executable, "-m", module, *map(str, arguments)]
        quiet = subprocess.DEVNULL
        started.append(subprocess.Popen(command, env=surroundings(), stdout=quiet, stderr=quiet))

    try:
        start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        for _ in range(2):
            start("distributed.cli.dask_worker", address, "--nthreads", 1, "--no-dashboard", "--host", "127.0.0.1")
        _wait(address)
        yield address
    finally:
        for each in reversed(started):
            each.terminate()
        for each in started:
            each.wait()


def _wait(address: str) -> None:
    from distributed import Client

    with Client(address, timeout=30) as client:
        client.wait_for_workers(2, timeout=60)
        time.sleep(0.1)
