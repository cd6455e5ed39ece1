"""Peak memory of every process of a command, and throughput, over the number of records."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from command import generate
from measure import middle, surroundings
from result import Bench, Curve, Figure, Outcome

PROC = Path("/proc")
EVERY = 0.01
"""Seconds between looks; the system itself keeps the peak, a look misses only what grew after the last one."""


def part(bench: Bench) -> Outcome:
    """Target 5."""
    found = Outcome()
    if not (PROC / "self/status").exists():
        found.skipped.append("memory: this system has no /proc, which tells each process's peak")
        return found
    for name in bench.scale.long:
        for workers in (1, 2):
            bench.say(f"{name}, {workers} worker{'s' * (workers > 1)}")
            found.figures += _figures(bench, name, workers, found)
    return found


def _figures(bench: Bench, name: str, workers: int, found: Outcome) -> Iterator[Figure]:
    small, middling, large = bench.scale.memory
    out = bench.scratch / "memory"
    peak, points = {}, []
    for count in bench.scale.memory:
        start = time.perf_counter()
        peak[count] = max(peaks(generate(bench.schemas[name], count, out, "--no-record-files", "--workers", workers)))
        points.append((float(count), count / (time.perf_counter() - start)))
        shutil.rmtree(out)
    label = f"{workers} worker{'s' * (workers > 1)}"
    if workers == 1:
        found.curves.append(
            Curve("memory", name, "records", "peak memory, MB", tuple((float(n), p) for n, p in peak.items()))
        )
        found.curves.append(Curve("throughput", name, "records", "records per second, whole command", tuple(points)))
    yield Figure(5, f"peak memory at {small:,} records, {label}", name, middle([peak[small]]), "MB", 200)
    growth = middle([peak[large] / peak[middling]])
    yield Figure(5, f"peak memory at {large:,} ÷ at {middling:,} records, {label}", name, growth, "x", 1.1)


def peaks(command: list[str]) -> list[float]:
    """The greatest resident memory of the process and of each that it started, in MB (10^6 bytes)."""
    running = subprocess.Popen(command, env=surroundings(), stdout=subprocess.DEVNULL)
    seen: dict[int, int] = {}
    while running.poll() is None:
        for pid in _tree(running.pid):
            seen[pid] = _peak(pid) or seen.get(pid, 0)
        time.sleep(EVERY)
    if running.returncode:
        raise RuntimeError(f"exit code {running.returncode}: {' '.join(command)}")
    return [kilobytes * 1024 / 1e6 for kilobytes in seen.values()]


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for listed in (PROC / str(pid) / "task").glob("*/children"):
        for child in _text(listed).split():
            yield from _tree(int(child))


def _peak(pid: int) -> int:
    """VmHWM, the peak since the program was loaded, in KiB; 0 when the process is gone."""
    lines = _text(PROC / str(pid) / "status").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it ended meanwhile
        return ""
