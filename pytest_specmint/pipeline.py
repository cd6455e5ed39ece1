"""From a job to verified blocks, in this process or in several, always in order and in flat memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.canonical_json import canonical_lines
from pytest_specmint.cells import FAILED, parsed
from pytest_specmint.check.tally import Tally
from pytest_specmint.check.verifier import Verifier, Violation
from pytest_specmint.engine.plan import Capacity, Plan
from pytest_specmint.engine.proof import is_proven
from pytest_specmint.errors import SamplingError, UnsatisfiableSchema, too_deep
from pytest_specmint.job import Job
from pytest_specmint.observe.events import Event, Level, RecordInvalid, RecordsRedrawn
from pytest_specmint.observe.observer import SILENT, Notes, Observer
from pytest_specmint.schema.document import Schema
from pytest_specmint.stream import Ints

if TYPE_CHECKING:
    from pytest_specmint.engine.edges import Target
    from pytest_specmint.engine.nodes.reference import Wanted
    from pytest_specmint.entities.registry import Registry
    from pytest_specmint.rules.compile import CompiledRule

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
    block: int | None = None
    """Records per block, at most; None for as many as the plan makes at a time."""


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
    watched: tuple[str, ...] = ()
    """Ids of those that are not valid by construction where all else is: of most records they alone are checked."""

    def checked(self, start: int, count: int) -> int:
        """How many records of a block are checked: the first ones."""
        surely = self.start + SURELY - start
        return min(max(surely, -(-count // EVERY)), count) if self.proven or self.watched else count


def recipe_of(job: Job, *, check_all: bool = False) -> Recipe:
    """The recipe of a job; every record is checked where there are few, where that is asked for, or without proof."""
    plan, rules = job.plan(), job.enforced()
    for each in plan.capacities:
        if job.start + job.count > each.size:
            raise _too_few(each, job)
    proven = not check_all and job.count > SURELY and is_proven(rules.schema, plan)
    drawn = job.drawn_again()
    watched = drawn if proven else ()
    return Recipe(
        related(job, plan), job.schema, job.seed, job.start, proven and not drawn, job.targets(), rules.rules, watched
    )


def related(job: Job, plan: Plan) -> Plan:
    """The job's plan with the datasets that its records refer to; the same where they refer to none."""
    jobs = job.targets_of_references()
    if not jobs:
        return plan
    from pytest_specmint.engine.nodes.reference import wanted

    schema = job.enforced().schema
    found = {name: _registry(jobs[name], each, schema) for name, each in wanted(plan).items() if name in jobs}
    return replace(plan, related=found)


@lru_cache(maxsize=16)
def _registry(job: Job, wanted: "Wanted", schema: Schema) -> "Registry":
    """What a dataset's records have of what is wanted; kept, so that it need not be made for every part of a job."""
    from pytest_specmint.entities.registry import Registry

    make = BlockMaker(recipe_of(job))
    return Registry(make.at, job.count, wanted, schema, exact=make.recipe.plan.exact)


def _too_few(capacity: Capacity, job: Job) -> UnsatisfiableSchema:
    from pytest_specmint.engine.blame import own_place

    return UnsatisfiableSchema(
        capacity.what.format(wanted=f"{job.start + job.count:,}", size=f"{capacity.size:,}"),
        pointer=own_place(capacity.place),
        hint=capacity.hint,
    )


# ---------------------------------------------------------------- one block


def verified(
    recipe: Recipe,
    verifier: Verifier,
    start: int,
    count: int,
    tally: Tally | None = None,
    observer: Observer = SILENT,
) -> bytes:
    """The lines of one block; a record that the validator rejects is drawn again under the attempt's number.

    One that breaks rules however often it is drawn is changed so that it holds them. Raises `SamplingError` that names
    the record and its violation when all fails, or when a record is invalid that should not be by proof, and
    `RuleCrashed` where a Python rule cannot judge a record. The tally is told what was not right at once,
    and the observer why.
    """
    tally = Tally() if tally is None else tally
    index = np.arange(start, start + count, dtype=np.int64)
    lines = settled(recipe, verifier, index, recipe.checked(start, count), tally, observer)
    changed: dict[int, bytes] = {}
    for i, target in enumerate(recipe.targets[start : start + count]):
        line = _on_edge(recipe, verifier, start + i, target)
        changed |= {} if line is None else {i: line}
    return _with_lines(lines, _ends(lines), changed) if changed else lines


def settled(
    recipe: Recipe, verifier: Verifier, index: Ints, checked: int, tally: Tally, observer: Observer = SILENT
) -> bytes:
    """The lines of the records with these indices, of which so many, the first ones, are checked; see `verified`."""
    try:
        lines = recipe.plan.lines_at(recipe.seed, index)
    except RecursionError:
        raise too_deep("#") from None
    rejected = _rejected(recipe, verifier, lines, checked, index)
    ends = _ends(lines) if FAILED in lines or rejected else np.zeros(0, dtype=np.int64)
    failed = _failed(lines, ends)
    if recipe.proven and rejected - failed:
        position = min(rejected - failed)
        raise _disproved(recipe, verifier, lines, int(index[position]), position)
    changed: dict[int, bytes] = {}
    if rejected or failed:
        wrong, patched = sorted(rejected | failed), tally.patched
        _count(recipe, verifier, lines, rejected | failed, tally)
        if observer.level <= Level.DEBUG:
            _tell(recipe, verifier, lines, index, wrong, observer)
        changed = _again(recipe, verifier, index, wrong, tally)
        if observer.level <= Level.INFO:
            observer.note(
                RecordsRedrawn(
                    record_idx=int(index[wrong[0]]),
                    records=len(wrong),
                    of=len(index),
                    patched=tally.patched - patched,
                )
            )
    return _with_lines(lines, ends, changed) if changed else lines


def _tell(recipe: Recipe, verifier: Verifier, lines: bytes, index: Ints, wrong: list[int], observer: Observer) -> None:
    """Say why records are drawn again, of the first of them."""
    from pytest_specmint.check.told import OTHER, event_of

    every = lines.splitlines(keepends=True)
    for i in wrong[:EXPLAINED]:
        violation = None if FAILED in every[i] else _first_violation(recipe, verifier, every[i])
        observer.note(event_of(violation, int(index[i]), redrawn=True))
    if rest := wrong[EXPLAINED:]:
        observer.note(
            RecordInvalid(
                record_idx=int(index[rest[0]]), field_path="", violation_type=OTHER, times=len(rest), redrawn=True
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


def _rejected(recipe: Recipe, verifier: Verifier, lines: bytes, count: int, index: Ints) -> set[int]:
    """Positions of those of the first lines that the validator rejects; the lines' records have these indices.

    Of the other lines those that break a rule that is watched.
    """
    found: set[int] = set()
    at, first, all_of_them = 0, 0, len(index) if recipe.watched else count
    while first < all_of_them:
        last = min(first + CHECKED, count if first < count else all_of_them)
        end = _after(lines, at, last - first)
        records = parsed(lines[at:end], exact=recipe.plan.exact)
        names = () if first < count else recipe.watched
        found.update(first + i for i in failures(verifier, records, index[first:last], names))
        at, first = end, last
    return found


def failures(verifier: Verifier, records: Sequence[Any], index: Ints | range, names: Sequence[str] = ()) -> list[int]:
    """Positions of the records that are rejected, or that break one of the rules that are named.

    Raises `RuleCrashed` where a Python rule cannot judge a record, with the record's index.
    """
    if type(verifier) is Verifier:
        return verifier.failures(records)
    from pytest_specmint.check.ruled import RuledVerifier
    from pytest_specmint.rules.python import RuleRaised, crashed

    assert isinstance(verifier, RuledVerifier)
    try:
        return verifier.breaking(records, names) if names else verifier.failures(records)
    except RuleRaised as error:
        raise crashed(error, f"record {index[error.position]}") from error


def _count(recipe: Recipe, verifier: Verifier, lines: bytes, wrong: set[int], tally: Tally) -> None:
    """Tell the tally of records that are not right at once, and which rules they break."""
    tally.redrawn += len(wrong)
    if not recipe.rules:
        return
    from pytest_specmint.check.ruled import RuledVerifier

    assert isinstance(verifier, RuledVerifier)
    split = lines.splitlines(keepends=True)
    for record in parsed(b"".join([split[i] for i in sorted(wrong)]), exact=recipe.plan.exact):
        tally.broken.update(rule.rule.id for rule in verifier.broken(record))


def _after(lines: bytes, at: int, count: int) -> int:
    """Where the lines end that begin there."""
    for _ in range(count):
        at = lines.index(b"\n", at) + 1
    return at


def _disproved(recipe: Recipe, verifier: Verifier, lines: bytes, index: int, position: int) -> SamplingError:
    violation = _first_violation(recipe, verifier, lines.splitlines(keepends=True)[position])
    return SamplingError(
        f"record {index} is invalid, though by proof it needs no check: {violation or 'rejected'}",
        pointer=violation.schema_pointer if violation else None,
        hint="pass --check-all to have every record checked and drawn again, and report this",
    )


def _again(recipe: Recipe, verifier: Verifier, index: Ints, left: list[int], tally: Tally) -> dict[int, bytes]:
    """Other tries in the place of the lines at these positions: of each the first that is valid, else a changed one."""
    found: dict[int, bytes] = {}
    first = 1
    while left and first <= ATTEMPTS:
        tries = range(first, min(first + max(TOGETHER // len(left), 1), ATTEMPTS + 1))
        lines = recipe.plan.again(recipe.seed, index[left], tries)
        checked = 0 if recipe.proven or recipe.watched else len(left) * len(tries)
        rejected = _rejected(recipe, verifier, lines, checked, np.tile(index[left], len(tries)))
        failed = rejected | _failed(lines, _ends(lines))
        for i, line in enumerate(lines.splitlines(keepends=True)):
            if i not in failed:
                found.setdefault(left[i % len(left)], line)
        left = [i for i in left if i not in found]
        first = tries.stop
    return found | {i: _changed(recipe, verifier, int(index[i]), tally) for i in left}


def _changed(recipe: Recipe, verifier: Verifier, index: int, tally: Tally) -> bytes:
    """The line of a record of which no draw is right: changed in a few fields, so that its rules hold."""
    if not recipe.rules:
        raise _never(recipe, verifier, index)
    from pytest_specmint.check.mending import mended_record
    from pytest_specmint.check.ruled import RuledVerifier
    from pytest_specmint.rules.python import RuleRaised, crashed

    assert isinstance(verifier, RuledVerifier)
    lines = recipe.plan.lines(recipe.seed, index, 1)
    lines += recipe.plan.again(recipe.seed, np.array([index], dtype=np.int64), range(1, ATTEMPTS + 1))
    if recipe.plan.related:  # a mark may mean that there is nothing to refer to
        lines = b"".join([line for line in lines.splitlines(keepends=True) if FAILED not in line])
    try:
        found = mended_record(verifier, parsed(lines, exact=recipe.plan.exact) if lines else [])
    except RuleRaised as error:
        raise crashed(error, f"record {index}") from error
    if found is None:
        raise _never(recipe, verifier, index)
    tally.patch(found.rules)
    return canonical_lines([found.record])


def _never(recipe: Recipe, verifier: Verifier, index: int) -> SamplingError:
    violation = _first_violation(recipe, verifier, recipe.plan.lines(recipe.seed, index, 1))
    if violation is not None and violation.keyword == "x-rules":
        from pytest_specmint.check.mending import way_out

        return SamplingError(
            f"record {index} breaks a rule in all of {ATTEMPTS} draws, and no few changes mend it: {violation.message}",
            pointer=violation.schema_pointer,
            hint=way_out(recipe.schema, recipe.rules, violation),
        )
    if recipe.plan.related and violation is None:
        names = ", ".join(recipe.plan.related)
        return SamplingError(
            f"record {index} finds no record to refer to in {names}, after {ATTEMPTS} attempts",
            hint="where a field demands more than the other schema says, some of its records must meet that",
        )
    return SamplingError(
        f"record {index} stays invalid after {ATTEMPTS} attempts: {violation or 'rejected'}",
        pointer=violation.schema_pointer if violation else None,
        hint="simplify the part of the schema at this pointer, or bring the rules' fields together by bounds",
    )


def _on_edge(recipe: Recipe, verifier: Verifier, index: int, target: "Target") -> bytes | None:
    """The line of the record with the boundary point; None where the schema ties it to something else."""
    from pytest_specmint.engine.edges import forced

    for attempt in range(EDGE_ATTEMPTS):
        record = forced(recipe.plan, recipe.seed, index, target, attempt)
        if not failures(verifier, [record], range(index, index + 1)):
            return canonical_lines([record])
    return None


# ---------------------------------------------------------------- many blocks


class Note(Struct, frozen=True):
    """What a block's process has to say besides its lines."""

    tally: Tally | None
    """What was not right at once; None where all was."""
    events: tuple[Event, ...] = ()


class BlockMaker(Struct, frozen=True, dict=True):
    """Makes verified blocks of one recipe; every process has its own verifier."""

    recipe: Recipe
    level: Level = Level.NOTHING
    """From which on events are kept until they are noted."""
    worker: bool = False
    """Whether this is a process of its own, which tells what it takes."""

    def __call__(self, start: int, count: int) -> bytes:
        """The lines of these records."""
        return verified(self.recipe, self._verifier, start, count, self._tally, self._events)

    def noted(self) -> Note | None:
        """What there is to say since this was last asked; None for nothing."""
        tally = self._tally
        if tally:
            del self.__dict__["_tally"]
        if self.worker and self.level <= Level.DEBUG:
            from pytest_specmint.observe.usage import WORKERS, usage

            self._events.note(usage(WORKERS))
        events = self._events.taken()
        return Note(tally or None, events) if tally or events else None

    @cached_property
    def _events(self) -> Notes:
        return Notes(self.level)

    @cached_property
    def _tally(self) -> Tally:
        return Tally()

    def at(self, index: Ints) -> bytes:
        """The lines of the records with these indices."""
        count = len(index)
        some = self.recipe.proven or self.recipe.watched
        return settled(self.recipe, self._verifier, index, -(-count // EVERY) if some else count, self._tally)

    @cached_property
    def _verifier(self) -> Verifier:
        return verifier_of(self.recipe.schema, self.recipe.rules)


def verifier_of(schema: Schema, rules: "tuple[CompiledRule, ...]") -> Verifier:
    """What judges records by a schema, and by rules if there are some."""
    if not rules:
        return Verifier(schema)
    from pytest_specmint.check.ruled import RuledVerifier

    return RuledVerifier(schema, rules)


Lines = bytes | memoryview
"""Whole lines; a view is to be used before the next block is asked for."""


def byte_blocks(job: Job) -> Iterator[bytes]:
    """The job's canonical lines in blocks, made in this process."""
    return map(bytes, line_blocks(job))


Noted = Callable[[Tally], None]
"""Told of records that were not right at once."""


def line_blocks(
    job: Job, execution: Execution = USUALLY, noted: Noted | None = None, observer: Observer = SILENT
) -> Iterator[Lines]:
    """The job's canonical lines in blocks, made by as many processes as asked for."""
    _hold_memory()
    recipe = recipe_of(job, check_all=execution.check_all)
    size = min(recipe.plan.lanes, execution.block or recipe.plan.lanes)
    workers = min(execution.workers, -(-job.count // size))
    make = BlockMaker(recipe, observer.level, workers > 1)

    def hear(note: Note) -> None:
        if noted is not None and note.tally is not None:
            noted(note.tally)
        for event in note.events:
            observer.note(event)

    if workers <= 1:
        return _blocks(make, job.ranges(size), hear)
    from pytest_specmint.workers import in_order

    return in_order(make, job.ranges(size), workers, make.noted, hear)


def _blocks(make: BlockMaker, ranges: Iterator[tuple[int, int]], hear: Callable[[Note], None]) -> Iterator[bytes]:
    for task in ranges:
        try:
            lines = make(*task)
        finally:  # what is known of a block that fails is of interest too
            note = make.noted()
            if note is not None:
                hear(note)
        yield lines


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
