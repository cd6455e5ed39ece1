"""Other generators on the same schemas: whole processes, records per CPU second."""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import jsonschema_rs
import orjson
from command import generate
from measure import HERE, Middle, ProcessFailed, middle, process, ratio
from result import Bench, Figure, Outcome

sys.path.insert(0, str(HERE / "peers"))
from install import READY, home

JAVASCRIPT = "json-schema-faker"
SEED = "1"
JUDGED = 1000
"""Records of each peer that are judged."""
Runs = list[tuple[float, int]]
"""CPU seconds and records of every run."""


def _peers() -> Mapping[str, list[str]]:
    """The command line of every peer, before SCHEMA COUNT SEED OUT."""
    names = ("jsf", "polyfactory", "hypothesis-jsonschema")
    ours = {name: [f"{home() / name}/bin/python", f"{HERE}/peers/run_{name.replace('-', '_')}.py"] for name in names}
    return {**ours, JAVASCRIPT: ["node", f"{home() / JAVASCRIPT}/json_schema_faker.mjs"]}


def part(bench: Bench) -> Outcome:
    """Target 6."""
    found = Outcome()
    peers = {}
    for name, command in _peers().items():
        if (home() / name / READY).exists():
            peers[name] = command
        else:
            found.skipped.append(f"peers: {name} IS NOT INSTALLED; run python benchmarks/peers/install.py")
    for schema in bench.scale.long if peers else ():
        bench.say(schema)
        found.figures += _figures(bench, schema, peers, found.skipped)
    return found


def _figures(bench: Bench, schema: str, peers: Mapping[str, list[str]], skipped: list[str]) -> list[Figure]:
    path, count, own = bench.schemas[schema], bench.scale.peers, bench.scratch / "own"
    out = {name: bench.scratch / f"{name}.jsonl" for name in peers}
    lines = {name: [*command, str(path), str(count), SEED, str(out[name])] for name, command in peers.items()}
    for name in list(lines):
        try:  # also so that polyfactory's models are written: once, and not counted
            process([*peers[name], path, "1", SEED, out[name]], cap=bench.scale.peer_seconds)
        except ProcessFailed as error:
            skipped.append(f"peers: {name} FAILS on {schema}: {str(error).splitlines()[-1].strip()[:200]}")
            del lines[name]
    runs: dict[str, Runs] = {"specmint": [], **{name: [] for name in lines}}
    for _ in range(bench.scale.runs):
        runs["specmint"].append((process(generate(path, count, own, "--no-record-files")).cpu, count))
        for name, line in lines.items():
            if all(records == count for _, records in runs[name]):  # else it was stopped, and would be again
                runs[name].append(_run(line, out[name], bench.scale.peer_seconds))
    files = {"specmint": own / "dataset.jsonl", **{name: out[name] for name in lines}}
    valid = {name: _valid(path, file) for name, file in files.items()}
    shutil.rmtree(own)
    return [*_targets(schema, runs), *_speeds(schema, runs, valid)]


def _run(command: list[str], out: Path, cap: float) -> tuple[float, int]:
    """What it wrote until it ended, by itself or at the cap."""
    out.unlink(missing_ok=True)
    try:
        seconds = process(command, cap=cap).cpu
    except ProcessFailed:
        return 1.0, 0
    return seconds, out.read_bytes().count(b"\n") if out.exists() else 0


def _per_second(runs: Runs) -> list[float]:
    return [max(records, 1) / seconds for seconds, records in runs]


def _targets(schema: str, runs: Mapping[str, Runs]) -> list[Figure]:
    speeds = {name: _per_second(each) for name, each in runs.items()}
    figures = []
    python = [name for name in runs if name not in {"specmint", JAVASCRIPT}]
    if python:
        best = max(python, key=lambda name: middle(speeds[name]).median)
        value = _times(speeds["specmint"], speeds[best])
        figures.append(
            Figure(6, "records per CPU second ÷ the fastest Python peer's", schema, value, "x", 10, at_least=True)
        )
    if JAVASCRIPT in runs:
        value = _times(speeds["specmint"], speeds[JAVASCRIPT])
        figures.append(Figure(6, f"records per CPU second ÷ {JAVASCRIPT}'s", schema, value, "x", 10, at_least=True))
    return figures


def _times(ours: list[float], theirs: list[float]) -> Middle:
    return ratio(ours[: len(theirs)], theirs)


def _speeds(schema: str, runs: Mapping[str, Runs], valid: Mapping[str, float]) -> list[Figure]:
    figures = []
    for name, each in runs.items():
        share = Middle(valid[name], valid[name], valid[name])
        figures += [
            Figure(0, f"{name}: records per CPU second", schema, middle(_per_second(each)), "/s"),
            Figure(0, f"{name}: valid records", schema, share, "%"),
        ]
    return figures


def _valid(schema: Path, out: Path) -> float:
    """Percent of the first records that jsonschema-rs accepts, formats asserted."""
    judge = jsonschema_rs.validator_for(orjson.loads(schema.read_bytes()), validate_formats=True)
    lines = [line for line in out.read_bytes().splitlines(keepends=True)[:JUDGED] if line.endswith(b"\n")]
    return 100 * sum(judge.is_valid(orjson.loads(line)) for line in lines) / max(1, len(lines))
