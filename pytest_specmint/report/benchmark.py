"""Measuring one schema on one machine: compiling, generating, checking, beside `orjson.dumps` of the same records.

Every run measures all of them in turn, block by block as the pipeline works, so that what the machine does besides
touches all alike; ratios are taken run by run. The clock and the memory are asked through functions that are passed in.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median
from typing import Any, TypeVar

import orjson
from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.cells import parsed
from pytest_specmint.check.verifier import Verifier, check_schema
from pytest_specmint.engine.compile import compile_plan
from pytest_specmint.engine.profile import Clock, Meter, watched
from pytest_specmint.engine.proof import is_proven
from pytest_specmint.job import Job
from pytest_specmint.pipeline.blocks import byte_blocks, recipe_of, related
from pytest_specmint.pipeline.judge import verifier_of
from pytest_specmint.pipeline.recipe import Recipe
from pytest_specmint.pipeline.settle import CHECKED, verified
from pytest_specmint.rules.sentences import sentences_of
from pytest_specmint.schema.document import Schema

DUMPED = 1000
"""Records that are dumped at a time for the reference: a fixed number, as it slows down with what is in memory."""
DUMPS = 3
"""How often these are dumped; the shortest time counts, since it is so short that any interruption would spoil it."""
Memory = Callable[[], int | None]
"""The greatest number of bytes that the process has held so far, if the system tells."""
T = TypeVar("T")


class Spread(Struct, frozen=True):
    """One figure, a value per run."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one, or the mean of the two in the middle."""
        return median(self.values)

    @property
    def least(self) -> float:
        """The least one."""
        return min(self.values)

    @property
    def greatest(self) -> float:
        """The greatest one."""
        return max(self.values)


class Timing(Struct, frozen=True):
    """What some records took, in nanoseconds, per run."""

    records: int
    nanoseconds: tuple[int, ...]

    @property
    def seconds(self) -> Spread:
        """Seconds for all records."""
        return Spread(tuple(each / 1e9 for each in self.nanoseconds))

    @property
    def rate(self) -> Spread:
        """Records per second."""
        return Spread(tuple(self.records * 1e9 / each for each in self.nanoseconds))

    def over(self, other: "Timing") -> Spread:
        """How many times as long as the other, run by run."""
        pairs = zip(self.nanoseconds, other.nanoseconds, strict=True)
        return Spread(tuple(mine / others for mine, others in pairs))


class Scenario(Struct, frozen=True):
    """One number of records."""

    records: int
    size: int
    """Bytes of all lines."""
    valid: int
    """Records of the dataset that the schema accepts; all of them were checked here."""
    redrawn: int
    """Records that were drawn again because the first draw was no good."""
    checked: int
    """Records that a usual run checks; the others are valid by proof."""
    generation: Timing
    """Canonical lines, unchecked."""
    run: Timing
    """Canonical lines as `generate` makes them: checked, and drawn again where needed."""
    checking: Timing
    """The part of the run that is not generation."""
    validation: Timing
    """Reading every line back and judging it."""
    reference: Timing | None
    """`orjson.dumps` of the same records; it takes no integers beyond 64 bits."""


class Compiling(Struct, frozen=True):
    """What happens once per schema, in nanoseconds; measured once, since caches make a second time easier."""

    check: int
    """Judging the schema by its metaschema."""
    plan: int
    validator: int


class Peak(Struct, frozen=True):
    """The greatest memory of this process: before the first record, and after a run that keeps none."""

    before: int | None
    after: int | None
    records: int


class Benchmark(Struct, frozen=True):
    """All that was measured."""

    compiling: Compiling
    nodes: int
    """Of the plan."""
    proven: bool
    """Whether the records of large runs are valid by proof."""
    peak: Peak
    scenarios: tuple[Scenario, ...]
    rules: int
    """Sentences of cross-field rules in the schema,"""
    enforced: int
    """and how many of them a rule enforces."""


def generated(job: Job, start: int, count: int) -> bytes:
    """The one door to generation: the records' lines as the engine first draws them."""
    return related(job, job.plan()).lines(job.seed, start, count)


def measure(job: Job, counts: Sequence[int], runs: int, clock: Clock, memory: Memory) -> Benchmark:
    """Measure the first records of the job, each of the counts as often as there are ``runs`` and once before them.

    Raises `SchemaError`, and `SamplingError` where valid records cannot be made.
    """
    compiling = _compiling(job, clock)
    setups = [_Setup.of(job, count) for count in counts]
    peak = _peak(job.part(0, max(counts)), memory)
    _, *rounds = [[_round(setup, clock) for setup in setups] for _ in range(1 + runs)]  # the first one warms up
    scenarios = [_scenario(setup, [each[i] for each in rounds]) for i, setup in enumerate(setups)]
    return Benchmark(
        compiling,
        nodes=len(job.plan().nodes),
        proven=is_proven(job.schema, job.plan()),
        peak=peak,
        scenarios=tuple(scenarios),
        rules=cross_field_rules(job.schema),
        enforced=sum(bool(each.rules) for each in sentences_of(job.schema, job.all_rules())),
    )


def cross_field_rules(schema: Schema) -> int:
    """How many sentences the reachable parts of the schema have in `x-cross-field-rules`."""
    return len(sentences_of(schema, ()))


# ---------------------------------------------------------------- once


def _compiling(job: Job, clock: Clock) -> Compiling:
    """Compile anew, whether or not this schema was compiled before."""
    settings = job.settings()
    check, _ = _timed(clock, lambda: check_schema(job.schema))
    plan, _ = _timed(clock, lambda: compile_plan(job.working(), settings))
    validator, _ = _timed(clock, lambda: Verifier(job.schema))
    return Compiling(check, plan, validator)


def _peak(job: Job, memory: Memory) -> Peak:
    """A run of the pipeline whose blocks are dropped, as if written to a file."""
    before = memory()
    for _ in byte_blocks(job):
        pass
    return Peak(before, memory(), job.count)


# ---------------------------------------------------------------- per run


class _Setup(Struct, frozen=True):
    """What the runs of one count share."""

    job: Job
    recipe: Recipe
    verifier: Verifier

    @classmethod
    def of(cls, job: Job, count: int) -> "_Setup":
        part = job.part(0, count)
        return cls(part, recipe_of(part), verifier_of(job.schema, part.enforced().rules))

    @property
    def blocks(self) -> Iterator[tuple[int, int]]:
        """The ranges that the pipeline makes at a time."""
        return self.job.ranges(self.recipe.plan.lanes)


class _Round(Struct):
    """Sums over the blocks of one run; times in nanoseconds."""

    generation: int = 0
    run: int = 0
    checking: int = 0
    validation: int = 0
    reference: int = 0
    size: int = 0
    invalid: int = 0
    redrawn: int = 0


def _round(setup: _Setup, clock: Clock) -> _Round:
    total, making = _Round(), Meter(clock)
    recipe = replace(setup.recipe, plan=watched(setup.recipe.plan, making))
    for start, count in setup.blocks:
        taken, first = _timed(clock, partial(generated, setup.job, start, count))
        total.generation += taken
        taken, lines = _timed(clock, partial(verified, recipe, setup.verifier, start, count))
        total.run += taken
        total.size += len(lines)
        rows = lines.splitlines(keepends=True)
        if first != lines:
            total.redrawn += sum(one != other for one, other in zip(first.splitlines(keepends=True), rows, strict=True))
        for at in range(0, count, CHECKED):
            taken, wrong = _timed(clock, partial(_invalid, setup, b"".join(rows[at : at + CHECKED])))
            total.validation += taken
            total.invalid += wrong
        if not recipe.plan.exact:
            parts = [b"".join(rows[at : at + DUMPED]) for at in range(0, count, DUMPED)]
            total.reference += sum(_dumping(part, clock) for part in parts)
    total.checking = max(total.run - making.total, 0)
    return total


def _invalid(setup: _Setup, lines: bytes) -> int:
    """How many lines are invalid."""
    return len(setup.verifier.failures(parsed(lines, exact=setup.recipe.plan.exact)))


def _dumping(lines: bytes, clock: Clock) -> int:
    """The shortest time that dumping the lines' records took, each time new ones: as warm as records are, no warmer."""
    return min(_timed(clock, partial(_dump, parsed(lines, exact=False)))[0] for _ in range(DUMPS))


def _dump(records: Sequence[Any]) -> None:
    for record in records:
        orjson.dumps(record)


def _scenario(setup: _Setup, rounds: Sequence[_Round]) -> Scenario:
    records, last = setup.job.count, rounds[-1]

    def timing(name: str) -> Timing:
        return Timing(records, tuple(getattr(each, name) for each in rounds))

    return Scenario(
        records=records,
        size=last.size,
        valid=records - last.invalid,
        redrawn=last.redrawn,
        checked=sum(setup.recipe.checked(*block) for block in setup.blocks),
        generation=timing("generation"),
        run=timing("run"),
        checking=timing("checking"),
        validation=timing("validation"),
        reference=None if setup.recipe.plan.exact else timing("reference"),
    )


def _timed(clock: Clock, action: Callable[[], T]) -> tuple[int, T]:
    """Nanoseconds, at least one of them, and what came of it."""
    started = clock()
    result = action()
    return max(clock() - started, 1), result
