"""What rules cost: beside the same schema without them, and those that have to be checked record by record."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from engine import SEED, job_of
from measure import cpu, interleaved, middle, ratio
from result import Bench, Figure, Outcome

import pytest_specmint as sm
from pytest_specmint.job import Job
from pytest_specmint.pipeline.blocks import byte_blocks, recipe_of
from pytest_specmint.pipeline.judge import verifier_of
from pytest_specmint.rules.compile import CompiledRule

DOMAINS = ("payment", "catalog", "claim")
MOST = 1.3
"""What a schema's rules may cost: so many times generation and verification without them."""
CHECKS = 200_000
"""Checks of a rule with scalars that one process is to make in a second, at least."""
OPAQUE = {
    "numbers": "a % 7 != b % 11 or a * 3 + b > 100",
    "texts": "startswith(s, 'A') or len(s) + a > 5",
    "dates": "weekday(d) <= 5 or d + days(a) <= as_of",
    "a condition": "(a if f else b) >= 0 and not (f and a + b < 0)",
}
"""Rules that cannot be built in, by what they read."""
FIELDS: dict[str, Any] = {
    "a": {"type": "integer", "minimum": 0, "maximum": 999},
    "b": {"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": 1000},
    "s": {"type": "string", "pattern": "^[A-Z]{3}[0-9]{4}$"},
    "d": {"type": "string", "format": "date"},
    "f": {"type": "boolean"},
}


def part(bench: Bench) -> Outcome:
    """Rules of the domains, opaque rules, unique keys."""
    found = Outcome()
    for name in DOMAINS:
        bench.say(name)
        rounds = max(1, bench.scale.rounds // 2)
        found.figures += _domain(name, bench.schemas[name], bench.scale.command, rounds)
    bench.say("opaque rules")
    for name, text in OPAQUE.items():
        found.figures += _opaque(name, text, bench.scale.records, bench.scale.rounds)
    bench.say(f"{bench.scale.unique:,} unique keys")
    found.figures.append(_unique(bench.scale.unique))
    return found


def _domain(name: str, path: Path, records: int, rounds: int) -> list[Figure]:
    document = json.loads(path.read_bytes())
    jobs = {"with": job_of(path, records)}
    told = len(jobs["with"].all_rules()), len(jobs["with"].drawn_again())
    for pack in jobs["with"].packs():  # what is compiled from now on has its words and tables, but not its rules
        pack.__dict__["rules"] = ()
    jobs["without"] = job_of({key: value for key, value in document.items() if key != "x-rules"}, records)
    assert not jobs["without"].all_rules()
    seconds = interleaved({key: _pipeline(job) for key, job in jobs.items()}, rounds)
    alone = interleaved({key: _lines(job) for key, job in jobs.items()}, rounds)
    recipes = [recipe_of(job) for job in jobs.values()]
    checked = sum(recipes[0].checked(*block) for block in jobs["with"].ranges(recipes[0].plan.lanes))
    return [
        Figure(
            20,
            f"generation and verification with rules ÷ without, {records:,} records",
            name,
            _ratio(seconds),
            "x",
            MOST,
        ),
        Figure(0, "rules", name, middle([told[0]]), "/s"),
        Figure(0, "rules of which records are drawn again", name, middle([told[1]]), "/s"),
        Figure(0, "lines with rules ÷ without", name, _ratio(alone), "x"),
        Figure(0, f"records with rules checked of {records:,}", name, middle([100 * checked / records]), "%"),
    ]


def _ratio(seconds: dict[str, list[float]]) -> Any:
    return ratio(seconds["with"], seconds["without"])


def _pipeline(job: Job) -> Callable[[], float]:
    def run() -> float:
        return cpu(lambda: [None for _ in byte_blocks(job)])[0]

    return run


def _lines(job: Job) -> Callable[[], float]:
    plan = job.plan()

    def run() -> float:
        return cpu(lambda: [plan.lines(SEED, *block) and None for block in job.ranges(plan.lanes)])[0]

    return run


def _opaque(name: str, text: str, records: int, rounds: int) -> list[Figure]:
    """Checks of one rule by one process: its evaluator alone, and within the pipeline, which also reads the records."""
    schema = {"type": "object", "required": sorted(FIELDS), "properties": FIELDS, "additionalProperties": False}
    plain, ruled = job_of(schema, records), job_of({**schema, "x-rules": [{"id": "opaque", "assert": text}]}, records)
    (rule,) = ruled.enforced().rules
    values = list(sm.generate(schema, seed=SEED, count=records))
    evaluate = rule.evaluator()
    assert evaluate is not None
    alone = [cpu(lambda: [evaluate(record) for record in values])[0] for _ in range(rounds + 1)][1:]
    seconds = interleaved({"with": _pipeline(ruled), "without": _pipeline(plain)}, rounds)
    return [
        Figure(21, f"checks of an opaque rule a second: {name}", "", _per_second(records, alone), "/s", CHECKS, True),
        Figure(0, f"the pipeline with an opaque rule ÷ without: {name}", "", _ratio(seconds), "x"),
        Figure(0, f"verification of records in memory ÷ the same without the rule: {name}", "", _judging(ruled, rule, values, rounds), "x"),
    ]  # fmt: skip


def _judging(job: Job, rule: CompiledRule, values: list[Any], rounds: int) -> Any:
    with_it, without = verifier_of(job.schema, (rule,)), verifier_of(job.schema, ())
    actions = {
        "with": lambda: cpu(lambda: with_it.failures(values))[0],
        "without": lambda: cpu(lambda: without.failures(values))[0],
    }
    return _ratio(interleaved(actions, rounds))


def _per_second(records: int, seconds: list[float]) -> Any:
    return middle([records / each for each in seconds])


def _unique(count: int) -> Figure:
    """How many keys of so many records stand twice, by sorting them all."""
    schema = {
        "type": "object",
        "required": ["k"],
        "properties": {"k": {"type": "integer", "minimum": 0, "maximum": 2 * count, "x-unique": True}},
    }
    job = sm.generate(schema, seed=SEED, count=count).job
    keys = np.concatenate([_keys(block) for block in byte_blocks(job)])
    assert len(keys) == count
    keys.sort()
    twice = int((keys[1:] == keys[:-1]).sum())
    return Figure(22, f"duplicates among {count:,} unique keys", "", middle([twice]), "/s", 0)


def _keys(block: bytes) -> "np.ndarray[Any, np.dtype[np.int64]]":
    return np.array(block.replace(b'{"k":', b"").replace(b"}", b"").split(), dtype=np.int64)
