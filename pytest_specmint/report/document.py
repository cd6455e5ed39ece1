"""A benchmark as one JSON value, its figures as a flat table, and the comparison of two such values."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from statistics import median
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from pytest_specmint.job import Job
from pytest_specmint.report.benchmark import Benchmark, Scenario, Spread, Timing
from pytest_specmint.schema.document import Schema

DOCUMENT = 1
"""Version of the form."""
_NANO = 1e-9
_DIGITS = 6


def identity(schema: Schema) -> dict[str, str | None]:
    """What two benchmarks must have in common to be compared."""
    return {"sha256": schema.sha256, "place": schema.place, "draft": schema.dialect, "view": schema.view}


def document(
    benchmark: Benchmark, job: Job, *, runs: int, system: Mapping[str, Any], created_at: str
) -> dict[str, Any]:
    """The value of ``--json``; times in seconds, sizes in bytes, ratios as multiples of `orjson.dumps`."""
    peak = benchmark.peak
    return {
        "document": DOCUMENT,
        "createdAt": created_at,
        "schema": {"source": job.schema.source, **identity(job.schema)},
        "options": {
            "seed": job.seed,
            "asOf": job.as_of.isoformat(),
            "runs": runs,
            "sizes": {_camel(name): value for name, value in asdict(job.sizes).items()},
        },
        "system": dict(system),
        "plan": {"nodes": benchmark.nodes, "proven": benchmark.proven},
        "compile": _compiling(benchmark),
        "peakMemory": {"beforeFirstRecord": peak.before, "afterRun": peak.after, "records": peak.records},
        "scenarios": [_scenario(each) for each in benchmark.scenarios],
        "crossFieldRules": {"sentences": benchmark.rules, "enforced": benchmark.enforced},
        "languageModel": {"provider": None, "latency": None},
    }


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)


def _compiling(benchmark: Benchmark) -> dict[str, Any]:
    parts = {name: value * _NANO for name, value in asdict(benchmark.compiling).items()}
    reference = benchmark.scenarios[-1].reference
    dumped = None if reference is None else _rounded(sum(parts.values()) * reference.rate.median)
    return {**{name: _rounded(seconds) for name, seconds in parts.items()}, "toReference": dumped}


def _scenario(scenario: Scenario) -> dict[str, Any]:
    reference = scenario.reference
    return {
        "records": scenario.records,
        "bytes": scenario.size,
        "bytesPerRecord": _rounded(scenario.size / scenario.records),
        "valid": scenario.valid,
        "redrawn": scenario.redrawn,
        "generation": _timing(scenario.generation, reference),
        "run": _timing(scenario.run, reference),
        "validation": {
            **_timing(scenario.validation, reference),
            "checkedInRun": scenario.checked,
            "shareOfRun": _spread(scenario.checking.over(scenario.run)),
        },
        "reference": None if reference is None else _timing(reference, reference),
    }


def _timing(timing: Timing, reference: Timing | None) -> dict[str, Any]:
    return {
        "seconds": _spread(timing.seconds),
        "recordsPerSecond": _spread(timing.rate),
        "toReference": None if reference is None else _spread(timing.over(reference)),
    }


def _spread(spread: Spread) -> dict[str, Any]:
    return {
        "median": _rounded(spread.median),
        "least": _rounded(spread.least),
        "greatest": _rounded(spread.greatest),
        "values": [_rounded(each) for each in spread.values],
    }


def _rounded(value: float) -> float:
    """Six significant digits: more than any clock deserves."""
    return float(f"{value:.{_DIGITS}g}")


# ---------------------------------------------------------------- figures


class Better(StrEnum):
    """Which way a figure improves."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"
    """It says what was measured, not how well."""


class Figure(Struct, frozen=True):
    """One figure of a document: its name and unit, for how many records (if it depends on that), a value per run."""

    name: str
    unit: str
    records: int | None
    values: tuple[float, ...]
    better: Better
    exact: bool = False
    """Whether it is counted, not measured."""


COMPILED = ("check", "plan", "validator")
"""What happens once per schema."""
TIMED = ("generation", "run", "validation", "reference")
"""Parts of a scenario that are timed."""


def figures(content: Mapping[str, Any]) -> Iterator[Figure]:
    """The figures of a document that can be compared; those that it does not have are left out."""
    for name in COMPILED:
        yield Figure(f"compile {name}", "s", None, (content["compile"][name],), Better.LESS)
    for scenario in content["scenarios"]:
        yield from _figures_of(scenario)
    peak = content["peakMemory"]
    if peak["afterRun"] is not None:
        yield Figure("peak memory", "bytes", peak["records"], (peak["afterRun"],), Better.LESS)


def _figures_of(scenario: Mapping[str, Any]) -> Iterator[Figure]:
    records = scenario["records"]
    size = (scenario["bytesPerRecord"],)
    yield Figure("size", "bytes per record", records, size, Better.NEITHER, exact=True)
    for name in TIMED:
        timing = scenario[name]
        if timing is None:
            continue
        yield Figure(name, "records/s", records, tuple(timing["recordsPerSecond"]["values"]), Better.MORE)
        if name != "reference" and timing["toReference"] is not None:
            yield Figure(name, "x orjson.dumps", records, tuple(timing["toReference"]["values"]), Better.LESS)


# ---------------------------------------------------------------- comparison


class Verdict(StrEnum):
    """What a difference between two figures says."""

    BETTER = "better"
    WORSE = "worse"
    NOISE = "noise"
    """The ranges of the runs overlap."""
    SAME = "same"
    OTHER = "other"
    """A counted figure differs."""
    ONCE = "measured once"
    """One of the two has no range to judge by."""


class Change(Struct, frozen=True):
    """A figure then and now."""

    figure: Figure
    old: float
    new: float
    verdict: Verdict

    @property
    def ratio(self) -> float | None:
        """New by old."""
        return self.new / self.old if self.old else None


class Comparison(Struct, frozen=True):
    """Two documents of one schema."""

    created_at: str
    """When the older was made."""
    differences: tuple[str, ...]
    """What besides the figures is not the same, as words."""
    changes: tuple[Change, ...]


def compared(old: Mapping[str, Any], new: Mapping[str, Any]) -> Comparison:
    """The figures that both have."""
    before = {(each.name, each.unit, each.records): each for each in figures(old)}
    pairs = [(before.get((each.name, each.unit, each.records)), each) for each in figures(new)]
    changes = tuple(_change(then, now) for then, now in pairs if then is not None)
    return Comparison(old["createdAt"], tuple(_differences(old, new)), changes)


def _change(then: Figure, now: Figure) -> Change:
    return Change(now, median(then.values), median(now.values), _verdict(then, now))


def _verdict(then: Figure, now: Figure) -> Verdict:
    if now.exact:
        return Verdict.SAME if then.values == now.values else Verdict.OTHER
    if min(len(then.values), len(now.values)) < 2:
        return Verdict.ONCE
    if min(now.values) <= max(then.values) and min(then.values) <= max(now.values):
        return Verdict.NOISE
    more = median(now.values) > median(then.values)
    return Verdict.BETTER if more == (now.better is Better.MORE) else Verdict.WORSE


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Machine, versions and options, as far as they differ."""
    for part in ("options", "system"):
        before, after = dict(_flat(old[part])), dict(_flat(new[part]))
        for name, value in after.items():
            if before.get(name) != value and name != "runs":
                yield f"{name}: {_shown(before.get(name))} then, {_shown(value)} now"


def _flat(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        if isinstance(value, dict):
            yield from _flat(value)
        else:
            yield name, value


def _shown(value: Any) -> str:
    return "unknown" if value is None else str(value)


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """The part of ``--json`` that ``--compare`` adds."""
    return {
        "createdAt": comparison.created_at,
        "differences": list(comparison.differences),
        "figures": [
            {
                "name": each.figure.name,
                "unit": each.figure.unit,
                "records": each.figure.records,
                "old": _rounded(each.old),
                "new": _rounded(each.new),
                "ratio": None if each.ratio is None else _rounded(each.ratio),
                "verdict": each.verdict.value,
            }
            for each in comparison.changes
        ],
    }
