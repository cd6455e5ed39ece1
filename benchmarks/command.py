"""The whole command: beside `orjson.dumps` of its records, with two workers, and with a file per record."""

import json
import shutil
from collections.abc import Callable
from functools import partial
from hashlib import file_digest
from pathlib import Path
from subprocess import DEVNULL, Popen
from time import perf_counter

from engine import SEED, job_of, making, verifying
from measure import HERE, ProcessFailed, interleaved, middle, process, ratio, specmint, surroundings, told
from result import Bench, Figure, Outcome

ENOUGH = 1.7
"""How much faster two workers are to be than one."""
BASELINE = HERE / "baseline.py"


def generate(schema: Path, count: int, out: Path, *more: object, start: int = 0) -> list[str]:
    """The command line that fills a directory."""
    given = ("--schema", schema, "--count", count, "--seed", SEED, "--start", start, "--out", out, "--quiet")
    return specmint("generate", *given, *more)


def whole(bench: Bench) -> Outcome:
    """Targets 1 to 3: lines, their verification, and the command, all beside the dumps of the same records."""
    found = Outcome()
    count, out = bench.scale.command, bench.scratch / "whole"
    for name, path in bench.schemas.items():
        bench.say(name)
        line = generate(path, count, out, "--no-record-files")
        process(line)
        job = job_of(path, count)
        data = out.with_suffix(".jsonl")
        shutil.copyfile(out / "dataset.jsonl", data)
        taken = interleaved(
            {
                "lines": partial(making, job),
                "verification": partial(verifying, job),
                "command": lambda: process(line).cpu,
                "dumps": lambda: told(BASELINE, "dumps", data)[0],
                "dropped": lambda: told(BASELINE, "dropped", data)[0],
            },
            bench.scale.runs,
            warm=False,
        )
        label = f"the command, {count:,} records ÷ orjson.dumps"
        dumps = taken["dumps"]
        found.figures += [
            Figure(1, f"generation, {count:,} records ÷ orjson.dumps", name, ratio(taken["lines"], dumps), "x", 3.0),
            Figure(
                3,
                f"verification, {count:,} records ÷ orjson.dumps",
                name,
                ratio(taken["verification"], dumps),
                "x",
                1.2,
            ),
            Figure(2, label, name, ratio(taken["command"], dumps), "x", 4.5),
            Figure(0, f"{label}, each result dropped at once", name, ratio(taken["command"], taken["dropped"]), "x"),
            Figure(0, "the command, CPU seconds", name, middle(taken["command"]), "s"),
        ]
        shutil.rmtree(out)
        data.unlink()
    return found


def workers(bench: Bench) -> Outcome:
    """Target 4: wall clock, and whether the bytes are the same; besides, what two commands at once reach."""
    found = Outcome()
    count = bench.scale.workers
    for name in bench.scale.long:
        bench.say(name)
        path = bench.schemas[name]
        out = [bench.scratch / f"workers{i}" for i in (0, 1, 2)]
        one = generate(path, count, out[1], "--no-record-files", "--workers", 1)
        two = generate(path, count, out[2], "--no-record-files", "--workers", 2)
        half = count // 2
        halves = [generate(path, half, out[i], "--no-record-files", start=i * half) for i in (0, 1)]
        taken = interleaved(
            {
                "one": lambda: process(one).wall,
                "two": lambda: process(two).wall,
                "halves": lambda: _at_once(halves),
            },
            bench.scale.runs,
            warm=False,
        )
        process(one)
        same = _digest(out[1]) == _digest(out[2])
        if not same:
            found.skipped.append(f"workers, {name}: two workers gave OTHER BYTES than one; their speed does not count")
        else:
            value = ratio(taken["one"], taken["two"])
            label = f"one worker ÷ two, {count:,} records, wall clock, same bytes"
            found.figures.append(Figure(4, label, name, value, "x", ENOUGH, at_least=True))
        ceiling = ratio(taken["one"], taken["halves"])
        if ceiling.median < ENOUGH:
            words = (
                f"even two commands at once were only {ceiling.median:.2f} times as fast as one: the machine was busy"
            )
            found.skipped.append(f"workers, {name}: {words}; no verdict on two workers")
        found.figures.append(
            Figure(0, "one worker ÷ two commands at once with half the records each", name, ceiling, "x")
        )
        for each in out:
            shutil.rmtree(each, ignore_errors=True)
    return found


def _at_once(lines: list[list[str]]) -> float:
    """Wall seconds until all are done: as much as the machine has to give."""
    start = perf_counter()
    running = [Popen(line, env=surroundings(), stdout=DEVNULL, stderr=DEVNULL) for line in lines]
    codes = [each.wait() for each in running]
    if any(codes):
        raise ProcessFailed(" ".join(lines[0]))
    return perf_counter() - start


def _digest(out: Path) -> str:
    """Of the bytes on disk, which the manifest must tell alike."""
    with (out / "dataset.jsonl").open("rb") as file:
        found = file_digest(file, "sha256").hexdigest()
    told_digest = json.loads((out / "manifest.json").read_bytes())["dataset"]["sha256"]
    assert found == told_digest
    return found


def files(bench: Bench) -> Outcome:
    """Target 12."""
    found = Outcome()
    count = bench.scale.files
    for name, path in bench.schemas.items():
        bench.say(name)
        place, data = bench.scratch / "files", bench.scratch / "files.jsonl"
        process(generate(path, count, place, "--no-record-files"))
        shutil.copyfile(place / "dataset.jsonl", data)
        shutil.rmtree(place)

        def fresh(action: Callable[[], float], place: Path = place) -> float:
            seconds = action()
            shutil.rmtree(place)
            return seconds

        with_files = generate(path, count, place, "--record-files")
        without = generate(path, count, place, "--no-record-files")
        taken = interleaved(
            {
                "command": lambda: fresh(lambda: process(with_files).cpu),
                "loop": lambda: fresh(lambda: told(BASELINE, "files", data, place)[0]),
                "without": lambda: fresh(lambda: process(without).cpu),
            },
            bench.scale.runs,
        )
        more = [a - b for a, b in zip(taken["command"], taken["without"], strict=True)]
        label = f"the command with {count:,} record files ÷ bare loop writing them"
        found.figures += [
            Figure(12, label, name, ratio(taken["command"], taken["loop"]), "x", 3.0),
            Figure(0, "what record files add to the command ÷ bare loop", name, ratio(more, taken["loop"]), "x"),
        ]
        data.unlink()
    return found
