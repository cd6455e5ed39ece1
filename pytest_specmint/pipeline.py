"""From a job to verified blocks, in this process or in several, always in order and in flat memory."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import starmap
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from pytest_specmint.canonical_json import canonical_lines
from pytest_specmint.cells import FAILED, parsed
from pytest_specmint.check.verifier import Verifier, Violation
from pytest_specmint.engine.plan import LANES, Capacity, Plan
from pytest_specmint.engine.proof import is_proven
from pytest_specmint.errors import SamplingError, UnsatisfiableSchema, too_deep
from pytest_specmint.job import Job
from pytest_specmint.observe.events import Event, Level, RecordInvalid, RecordsRedrawn
from pytest_specmint.observe.observer import SILENT, Notes, Observer
from pytest_specmint.schema.document import Schema
from pytest_specmint.stream import Ints

if TYPE_CHECKING:
    from pytest_specmint.engine.edges import Target
    from pytest_specmint.rules.compile import CompiledRule

BLOCK = LANES
"""Records per block, at most."""
CHECKED = 256
"""Records that are read and checked at a time: they stay in the processor's cache."""
SURELY = 1000
"""The first records of a job are all checked."""
EVERY = 64
"""Of each other block whose records are proven valid one in so many is checked, to keep the proof honest."""
_LESSON = (1 << 25) - (1 << 14)
ATTEMPTS = 64
"""How often a record that the validator rejects is drawn again."""
TOGETHER = 256
"""How many tries are made at once: where few records are left, several for each."""
EXPLAINED = 256
"""Of records of a block that are drawn again, so many are looked at for whoever wants to hear why."""
EDGE_ATTEMPTS = 4
"""With how many different surroundings a boundary point is tried."""
_NEWLINE = ord("\n")


class Execution(Struct, frozen=True):
    """How a job is carried out: its bytes do not depend on it."""

    workers: int = 1
    """Processes; with one, this process does all."""
    check_all: bool = False
    """Whether every record is checked, proven valid or not."""
    block: int = BLOCK
    """Records per block, at most."""


USUALLY = Execution()


class Recipe(Struct, frozen=True):
    """What records are made from; it can be sent to other processes."""

    plan: Plan
    schema: Schema
    seed: int
    start: int = 0
    """Index of the job's first record."""
    proven: bool = False
    """Whether records are valid by construction: then a share of them is checked, else all."""
    targets: "tuple[Target, ...]" = ()
    """Boundary points that the first records are to have."""
    rules: "tuple[CompiledRule, ...]" = ()
    """Rules that no record may break."""

    def checked(self, start: int, count: int) -> int:
        """How many records of a block are checked: the first ones."""
        surely = self.start + SURELY - start
        return min(max(surely, -(-count // EVERY)), count) if self.proven else count


def recipe_of(job: Job, *, check_all: bool = False) -> Recipe:
    """The recipe of a job; every record is checked where there are few, where that is asked for, or without proof."""
    plan, rules = job.plan(), job.enforced()
    for each in plan.capacities:
        if job.start + job.count > each.size:
            raise _too_few(each, job)
    proven = not check_all and job.count > SURELY and not job.drawn_again() and is_proven(rules.schema, plan)
    return Recipe(plan, job.schema, job.seed, job.start, proven, job.targets(), rules.rules)


def _too_few(capacity: Capacity, job: Job) -> UnsatisfiableSchema:
    return UnsatisfiableSchema(
        f"x-unique: {job.start + job.count:,} records are to differ, but there are {capacity.size:,} values",
        pointer=capacity.place,
        hint="widen the field's bounds, or make fewer records",
    )


# ---------------------------------------------------------------- one block


def verified(recipe: Recipe, verifier: Verifier, start: int, count: int, observer: Observer = SILENT) -> bytes:
    """The lines of one block; a record that the validator rejects is drawn again under the attempt's number.

    Raises `SamplingError` that names the record and its violation when all attempts fail, or when a record is
    invalid that should not be by proof.
    """
    try:
        lines = recipe.plan.lines(recipe.seed, start, count)
    except RecursionError:
        raise too_deep("#") from None
    rejected = _rejected(recipe, verifier, lines, recipe.checked(start, count))
    ends = _ends(lines) if FAILED in lines or rejected or recipe.targets else np.zeros(0, dtype=np.int64)
    failed = _failed(lines, ends)
    if recipe.proven and rejected - failed:
        raise _disproved(recipe, verifier, lines, start, min(rejected - failed))
    wrong = sorted(rejected | failed)
    if wrong and observer.level <= Level.INFO:
        _tell(recipe, verifier, lines, (start, count), wrong, observer)
    changed = _again(recipe, verifier, start, wrong) if wrong else {}
    for i, target in enumerate(recipe.targets[start : start + count]):
        line = _on_edge(recipe, verifier, start + i, target)
        changed |= {} if line is None else {i: line}
    return _with_lines(lines, ends, changed) if changed else lines


def _tell(
    recipe: Recipe, verifier: Verifier, lines: bytes, block: tuple[int, int], wrong: list[int], observer: Observer
) -> None:
    """Say which records of a block are drawn again, and, to whom that matters, why."""
    from pytest_specmint.check.told import OTHER, event_of

    start, count = block
    observer.note(RecordsRedrawn(record_idx=start + wrong[0], records=len(wrong), of=count))
    if observer.level > Level.DEBUG:
        return
    every = lines.splitlines(keepends=True)
    for i in wrong[:EXPLAINED]:
        violation = None if FAILED in every[i] else _first_violation(recipe, verifier, every[i])
        observer.note(event_of(violation, start + i, redrawn=True))
    if rest := wrong[EXPLAINED:]:
        observer.note(
            RecordInvalid(
                record_idx=start + rest[0], field_path="", violation_type=OTHER, times=len(rest), redrawn=True
            )
        )


def _first_violation(recipe: Recipe, verifier: Verifier, line: bytes) -> Violation | None:
    (record,) = parsed(line, exact=recipe.plan.exact)
    return next(iter(verifier.violations(record, 1)), None)


def _with_lines(lines: bytes, ends: Ints, changed: Mapping[int, bytes]) -> bytes:
    """The lines with others at these positions."""
    parts, done = [], 0
    for i in sorted(changed):
        parts += [lines[done : ends[i - 1] if i else 0], changed[i]]
        done = int(ends[i])
    return b"".join([*parts, lines[done:]])


def _ends(lines: bytes) -> Ints:
    """Where each line ends."""
    return np.flatnonzero(np.frombuffer(lines, dtype=np.uint8) == _NEWLINE) + 1


def _failed(lines: bytes, ends: Ints) -> set[int]:
    """Positions of the lines that hold a mark of failure."""
    marks = []
    at = lines.find(FAILED)
    while at >= 0:
        marks.append(at)
        at = lines.find(FAILED, at + 1)
    return set(np.searchsorted(ends, np.array(marks, dtype=np.int64), side="right").tolist())


def _rejected(recipe: Recipe, verifier: Verifier, lines: bytes, count: int) -> set[int]:
    """Positions of those of the first lines that the validator rejects."""
    found: set[int] = set()
    at = 0
    for first in range(0, count, CHECKED):
        size = min(CHECKED, count - first)
        end = _after(lines, at, size)
        records = parsed(lines[at:end], exact=recipe.plan.exact)
        found.update(first + i for i in verifier.failures(records))
        at = end
    return found


def _after(lines: bytes, at: int, count: int) -> int:
    """Where the lines end that begin there."""
    for _ in range(count):
        at = lines.index(b"\n", at) + 1
    return at


def _disproved(recipe: Recipe, verifier: Verifier, lines: bytes, start: int, position: int) -> SamplingError:
    violation = _first_violation(recipe, verifier, lines.splitlines(keepends=True)[position])
    return SamplingError(
        f"record {start + position} is invalid, though by proof it needs no check: {violation or 'rejected'}",
        pointer=violation.schema_pointer if violation else None,
        hint="pass --check-all to have every record checked and drawn again, and report this",
    )


def _again(recipe: Recipe, verifier: Verifier, start: int, left: list[int]) -> dict[int, bytes]:
    """Other tries in the place of the lines at these positions: of each the first one that is valid."""
    found: dict[int, bytes] = {}
    first = 1
    while left and first <= ATTEMPTS:
        tries = range(first, min(first + max(TOGETHER // len(left), 1), ATTEMPTS + 1))
        lines = recipe.plan.again(recipe.seed, [start + i for i in left], tries)
        rejected = _rejected(recipe, verifier, lines, 0 if recipe.proven else len(left) * len(tries))
        failed = rejected | _failed(lines, _ends(lines))
        for i, line in enumerate(lines.splitlines(keepends=True)):
            if i not in failed:
                found.setdefault(left[i % len(left)], line)
        left = [i for i in left if i not in found]
        first = tries.stop
    if left:
        raise _never(recipe, verifier, start + left[0])
    return found


def _never(recipe: Recipe, verifier: Verifier, index: int) -> SamplingError:
    violation = _first_violation(recipe, verifier, recipe.plan.lines(recipe.seed, index, 1))
    return SamplingError(
        f"record {index} stays invalid after {ATTEMPTS} attempts: {violation or 'rejected'}",
        pointer=violation.schema_pointer if violation else None,
        hint="simplify the part of the schema at this pointer, or bring the rule's fields together by bounds",
    )


def _on_edge(recipe: Recipe, verifier: Verifier, index: int, target: "Target") -> bytes | None:
    """The line of the record with the boundary point; None where the schema ties it to something else."""
    from pytest_specmint.engine.edges import forced

    for attempt in range(EDGE_ATTEMPTS):
        record = forced(recipe.plan, recipe.seed, index, target, attempt)
        if not verifier.failures([record]):
            return canonical_lines([record])
    return None


# ---------------------------------------------------------------- many blocks


class BlockMaker(Struct, frozen=True, dict=True):
    """Makes verified blocks of one recipe; every process has its own verifier."""

    recipe: Recipe
    level: Level = Level.NOTHING
    """From which on events are kept until they are told."""
    worker: bool = False
    """Whether this is a process of its own, which tells what it takes."""

    def __call__(self, start: int, count: int) -> bytes:
        """The lines of these records."""
        return verified(self.recipe, self._verifier, start, count, self._notes)

    def told(self) -> tuple[Event, ...]:
        """What happened since it was last asked."""
        if self.worker and self.level <= Level.DEBUG:
            from pytest_specmint.observe.usage import WORKERS, usage

            self._notes.note(usage(WORKERS))
        return self._notes.taken()

    @cached_property
    def _notes(self) -> Notes:
        return Notes(self.level)

    @cached_property
    def _verifier(self) -> Verifier:
        if not self.recipe.rules:
            return Verifier(self.recipe.schema)
        from pytest_specmint.check.ruled import RuledVerifier

        return RuledVerifier(self.recipe.schema, self.recipe.rules)


Lines = bytes | memoryview
"""Whole lines; a view is to be used before the next block is asked for."""


def byte_blocks(job: Job) -> Iterator[bytes]:
    """The job's canonical lines in blocks, made in this process."""
    return map(bytes, line_blocks(job))


def line_blocks(job: Job, execution: Execution = USUALLY, observer: Observer = SILENT) -> Iterator[Lines]:
    """The job's canonical lines in blocks, made by as many processes as asked for."""
    _hold_memory()
    recipe = recipe_of(job, check_all=execution.check_all)
    size = min(recipe.plan.lanes, execution.block)
    workers = min(execution.workers, -(-job.count // size))
    make = BlockMaker(recipe, observer.level, workers > 1)
    silent = observer.level is Level.NOTHING
    if workers <= 1:
        return starmap(make, job.ranges(size)) if silent else _telling(make, job.ranges(size), observer)
    from pytest_specmint.workers import in_order

    return in_order(make, job.ranges(size), workers, hear=None if silent else partial(_hand_on, observer))


def _telling(make: BlockMaker, ranges: Iterable[tuple[int, int]], observer: Observer) -> Iterator[bytes]:
    for start, count in ranges:
        try:
            lines = make(start, count)
        finally:
            _hand_on(observer, make.told())
        yield lines


def _hand_on(observer: Observer, events: Iterable[Event]) -> None:
    for event in events:
        observer.note(event)


def _hold_memory() -> None:
    """Have the C library keep what is freed between blocks, instead of giving it back and asking for it anew.

    glibc learns from the largest block it ever freed, up to 32 MB; this one is never touched, so it costs nothing.
    """
    np.empty(_LESSON, dtype=np.uint8)


def checked_records(job: Job, execution: Execution = USUALLY) -> int:
    """How many of the job's records are read and checked; the others are valid by proof."""
    recipe = recipe_of(job, check_all=execution.check_all)
    return sum(recipe.checked(*block) for block in job.ranges(recipe.plan.lanes))


def record_blocks(job: Job) -> Iterator[list[Any]]:
    """The job's records in verified blocks."""
    return (parsed(lines, exact=job.plan().exact) for lines in byte_blocks(job))
