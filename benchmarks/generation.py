"""Generation and verification block by block, beside `orjson.dumps` of the block just made: the strictest reference."""

import gc
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from engine import SEED, Verification, blocks, job_of, lines
from measure import Middle, cpu, middle, old_objects_left_alone, ratio
from result import Bench, Figure, Outcome

from pytest_specmint.job import Job


def part(bench: Bench) -> Outcome:
    """Lines, objects and checks, each beside the dumps of the block just made."""
    found = Outcome()
    for name, path in bench.schemas.items():
        bench.say(name)
        found.figures += _figures(name, path, bench.scale.records, bench.scale.rounds)
    return found


Step = Callable[[int, int, bytes], float]
"""CPU seconds of something done to the block from ``start`` on, of ``count`` records, whose lines are these."""

MANY = {"lines", "verification"}
"""Steps that take all rounds."""


def _figures(name: str, path: Path, records: int, rounds: int) -> list[Figure]:
    job = job_of(path, records)
    plan, usual, every = job.plan(), Verification(job), Verification(job, check_all=True)
    steps: Mapping[str, Step] = {
        "lines": lambda start, count, _: cpu(partial(lines, plan, start, count))[0],
        "verification": usual.seconds,
        "of all": every.seconds,
        "objects": lambda start, count, _: cpu(partial(plan.records, SEED, start, count))[0],
    }
    fewer = max(1, rounds // 3)
    pairs = {key: _pairs(job, step, _dumps, rounds if key in MANY else fewer) for key, step in steps.items()}
    ratios = {key: ratio(*each) for key, each in pairs.items()}
    dropped = _pairs(job, steps["lines"], _dumps_dropped, fewer)
    checked = sum(usual.checked(*each) for each in blocks(job))

    def speed(seconds: list[float]) -> Middle:
        return middle([records / each for each in seconds])

    return [
        Figure(0, "generation of lines ÷ orjson.dumps", name, ratios["lines"], "x"),
        Figure(0, "verification ÷ orjson.dumps", name, ratios["verification"], "x"),
        Figure(0, f"records checked of {records:,}", name, middle([100 * checked / records]), "%"),
        Figure(0, "verification of every record (--check-all) ÷ orjson.dumps", name, ratios["of all"], "x"),
        Figure(0, "generation of Python objects ÷ orjson.dumps", name, ratios["objects"], "x"),
        Figure(0, "generation of lines ÷ orjson.dumps, each result dropped at once", name, ratio(*dropped), "x"),
        Figure(0, "lines per CPU second", name, speed(pairs["lines"][0]), "/s"),
        Figure(0, "orjson.dumps per CPU second", name, speed(pairs["lines"][1]), "/s"),
        Figure(0, "orjson.dumps per CPU second, each result dropped at once", name, speed(dropped[1]), "/s"),
    ]


def _pairs(job: Job, step: Step, dump: Callable[[list[Any]], object], rounds: int) -> tuple[list[float], list[float]]:
    """CPU seconds of a step and of the dumps, in turn block by block, as the pipeline works; a pair per round.

    Nothing else is done between: what other work leaves in caches and in the allocator moves such figures by half. A
    step pays for the garbage collections that it calls for itself, and for none that the records parsed here call for.
    """
    stepping, dumping = [], []
    with old_objects_left_alone():
        for number in range(rounds + 1):
            seconds = [0.0, 0.0]
            for start, count in blocks(job):
                block = lines(job.plan(), start, count)
                gc.collect()
                seconds[0] += step(start, count, block)
                seconds[1] += _dumping(block, dump)
            if number:  # the first one warms
                stepping.append(seconds[0])
                dumping.append(seconds[1])
    return stepping, dumping


def _dumping(block: bytes, dump: Callable[[list[Any]], object]) -> float:
    """The records are parsed afresh, as a program holds them, and dumped once."""
    gc.disable()
    records = [orjson.loads(line) for line in block.splitlines()]
    seconds, _ = cpu(partial(dump, records))
    del records
    gc.enable()
    return seconds


def _dumps(records: list[Any]) -> list[bytes]:
    return [orjson.dumps(record) for record in records]


def _dumps_dropped(records: list[Any]) -> None:
    for record in records:
        orjson.dumps(record)
