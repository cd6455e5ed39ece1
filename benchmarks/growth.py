"""What a value costs as schemas and datasets grow: it must stay level."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine import blocks, job_of, lines
from measure import cpu, middle
from result import Bench, Curve, Figure, Outcome

from pytest_specmint.job import Job
from pytest_specmint.pipeline.blocks import byte_blocks

LEVEL = 1.5
"""How much dearer a value of the largest may be than one of the smallest."""
Schema = dict[str, Any]
_INTEGER: Schema = {"type": "integer", "minimum": 0, "maximum": 99_999}


def deep(depth: int) -> tuple[Schema, int]:
    """Objects within objects, an integer in each."""
    schema: Schema = {}
    for _ in range(depth):
        inner = {"inner": schema} if schema else {}
        names = {"value": _INTEGER, **inner}
        schema = {"type": "object", "properties": names, "required": list(names), "additionalProperties": False}
    return schema, depth


def wide(width: int) -> tuple[Schema, int]:
    """An object with many properties."""
    names = {f"field_{i}": _INTEGER for i in range(width)}
    return {"type": "object", "properties": names, "required": list(names), "additionalProperties": False}, width


def broad(branches: int) -> tuple[Schema, int]:
    """A union with many branches, told apart by a constant; a record takes one, whatever their number."""
    return {
        "oneOf": [
            {
                "type": "object",
                "properties": {"kind": {"const": f"kind_{i}"}, "value": _INTEGER},
                "required": ["kind", "value"],
                "additionalProperties": False,
            }
            for i in range(branches)
        ]
    }, 2


def long(length: int) -> tuple[Schema, int]:
    """An array with many items."""
    return {"type": "array", "items": _INTEGER, "minItems": length, "maxItems": length}, length


SHAPES: Mapping[str, tuple[Callable[[int], tuple[Schema, int]], tuple[int, ...]]] = {
    "depth": (deep, (1, 2, 4, 8, 16, 32)),
    "properties": (wide, (1, 4, 16, 64, 256, 512)),
    "branches of a union": (broad, (1, 2, 4, 8, 16, 32, 64)),
    "items of an array": (long, (1, 4, 16, 64, 256, 1024)),
}
RECORDS = (100, 1_000, 10_000, 100_000, 1_000_000)


def part(bench: Bench) -> Outcome:
    """A curve per shape, and one over the number of records."""
    found = Outcome()
    for name, (make, sizes) in SHAPES.items():
        bench.say(name)
        points = _curve(bench, make, sizes)
        found.curves.append(Curve("growth", name, "size", "ns per value", points))
        found.figures.append(_figure(f"{name}: cost per value at {sizes[-1]:,} ÷ at {sizes[0]:,}", points))
    for name in ("medium", "payment"):
        bench.say(f"records, {name}")
        points = _over_records(bench, name)
        found.curves.append(Curve("records", name, "records", "µs per record, verified", points))
        label = f"records: cost per record at {points[-1][0]:,.0f} ÷ at {points[-2][0]:,.0f}"
        found.figures.append(_figure(label, points[-2:], name))
    return found


def _figure(label: str, points: tuple[tuple[float, float], ...], schema: str = "") -> Figure:
    return Figure(0, label, schema, middle([points[-1][1] / points[0][1]]), "x", LEVEL)


def _curve(
    bench: Bench, make: Callable[[int], tuple[Schema, int]], sizes: tuple[int, ...]
) -> tuple[tuple[float, float], ...]:
    """Nanoseconds per value; all sizes take turns in every round."""
    jobs = {}
    for size in sizes:
        schema, values = make(size)
        jobs[size] = job_of(schema, bench.scale.growth), values
    taken: dict[int, list[float]] = {size: [] for size in sizes}
    for number in range(max(1, bench.scale.rounds // 2) + 1):
        for size, (job, values) in jobs.items():
            plan = job.plan()
            spent, _ = cpu(lambda: [lines(plan, start, count) for start, count in blocks(job)])
            if number:  # the first one warms
                taken[size].append(spent * 1e9 / (job.count * values))
    return tuple((float(size), middle(figures).median) for size, figures in taken.items())


def _over_records(bench: Bench, name: str) -> tuple[tuple[float, float], ...]:
    """Microseconds per verified record of the pipeline."""
    points = []
    most = bench.scale.memory[-1]
    for count in (each for each in RECORDS if each <= most or each <= RECORDS[1]):
        job = job_of(bench.schemas[name], count)
        rounds = 1 if count > 50_000 else bench.scale.rounds
        _make(job.part(0, 100))
        spent = [cpu(partial(_make, job))[0] for _ in range(rounds)]
        points.append((float(count), middle(spent).median * 1e6 / count))
    return tuple(points)


def _make(job: Job) -> int:
    return sum(map(len, byte_blocks(job)))
