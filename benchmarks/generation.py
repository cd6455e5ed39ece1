"""Generation and verification within one process, beside `orjson.dumps` of the same records."""

from functools import partial
from pathlib import Path
from typing import Any

import orjson
from engine import SEED, Verification, job_of, lines
from measure import Middle, cpu, middle, ratio
from result import Bench, Figure, Outcome

from pytest_specmint.job import Job
from pytest_specmint.pipeline import BLOCK


def part(bench: Bench) -> Outcome:
    """Targets 1 and 3 for every schema."""
    found = Outcome()
    for name, path in bench.schemas.items():
        bench.say(name)
        found.figures += _figures(name, path, bench.scale.records, bench.scale.rounds)
    return found


def _figures(name: str, path: Path, records: int, rounds: int) -> list[Figure]:
    job = job_of(path, records)
    usual, every = Verification(job), Verification(job, check_all=True)
    _round(job, usual, every)  # warm
    taken = [_round(job, usual, every) for _ in range(rounds)]
    making, objects, verifying, verifying_all, dumping, dropping = ([each[i] for each in taken] for i in range(6))
    checked = sum(usual.checked(*each) for each in job.ranges(BLOCK))

    def speed(seconds: list[float]) -> Middle:
        return middle([records / each for each in seconds])

    return [
        Figure(1, "generation of lines ÷ orjson.dumps", name, ratio(making, dumping), "x", 3.0),
        Figure(3, "verification ÷ orjson.dumps", name, ratio(verifying, dumping), "x", 1.2),
        Figure(0, f"records checked of {records:,}", name, middle([100 * checked / records]), "%"),
        Figure(
            0, "verification of every record (--check-all) ÷ orjson.dumps", name, ratio(verifying_all, dumping), "x"
        ),
        Figure(0, "generation of Python objects ÷ orjson.dumps", name, ratio(objects, dumping), "x"),
        Figure(
            0, "generation of lines ÷ orjson.dumps, each result dropped at once", name, ratio(making, dropping), "x"
        ),
        Figure(0, "lines per CPU second", name, speed(making), "/s"),
        Figure(0, "orjson.dumps per CPU second", name, speed(dumping), "/s"),
        Figure(0, "orjson.dumps per CPU second, each result dropped at once", name, speed(dropping), "/s"),
    ]


def _round(job: Job, usual: Verification, every: Verification) -> tuple[float, ...]:
    """CPU seconds of lines, objects, both verifications, both dumps: block by block in turn, as the pipeline works."""
    plan, seconds = job.plan(), [0.0] * 6
    for start, count in job.ranges(BLOCK):
        making, block = cpu(partial(lines, plan, start, count))
        objects, _ = cpu(partial(plan.records, SEED, start, count))
        verifying, verifying_all = (each.seconds(start, count, block) for each in (usual, every))
        dumping, _ = cpu(partial(_dumps, _parsed(block)))
        dropping, _ = cpu(partial(_dumps_dropped, _parsed(block)))
        for i, spent in enumerate((making, objects, verifying, verifying_all, dumping, dropping)):
            seconds[i] += spent
    return tuple(seconds)


def _parsed(block: bytes) -> list[Any]:
    """Records as a program holds them; dumped once, thrown away."""
    return [orjson.loads(line) for line in block.splitlines()]


def _dumps(records: list[Any]) -> list[bytes]:
    return [orjson.dumps(record) for record in records]


def _dumps_dropped(records: list[Any]) -> None:
    for record in records:
        orjson.dumps(record)
