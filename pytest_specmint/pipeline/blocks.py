"""From a job to verified blocks, in this process or in several, always in order and in flat memory."""

from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.cells import parsed
from pytest_specmint.check.tally import Tally
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.engine.plan import Capacity, Plan
from pytest_specmint.engine.proof import is_proven
from pytest_specmint.errors import UnsatisfiableSchema
from pytest_specmint.job import Job
from pytest_specmint.observe.events import Event, Level
from pytest_specmint.observe.observer import SILENT, Notes, Observer
from pytest_specmint.pipeline.judge import verifier_of
from pytest_specmint.pipeline.recipe import EVERY, SURELY, USUALLY, Execution, Recipe
from pytest_specmint.pipeline.settle import settled, verified
from pytest_specmint.schema.document import Schema
from pytest_specmint.stream import Ints

if TYPE_CHECKING:
    from pytest_specmint.engine.nodes.reference import Wanted
    from pytest_specmint.entities.registry import Registry

_LESSON = (1 << 25) - (1 << 14)


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
    hold_memory()
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
    from pytest_specmint.pipeline.workers import in_order

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


def hold_memory() -> None:
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
