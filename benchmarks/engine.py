"""The engine's two steps, each in one place: lines, and their verification as the pipeline does it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from measure import cpu
from msgspec.structs import replace

import pytest_specmint as sm
from pytest_specmint.engine.plan import Plan
from pytest_specmint.job import Job
from pytest_specmint.pipeline.blocks import byte_blocks, recipe_of
from pytest_specmint.pipeline.judge import verifier_of
from pytest_specmint.pipeline.settle import verified

SEED = 1


def job_of(schema: Path | dict[str, object], count: int) -> Job:
    """A compiled job, in a process that has made a block as the pipeline does, which teaches the allocator its sizes."""
    job = sm.generate(schema, seed=SEED, count=count).job
    next(iter(byte_blocks(job.part(0, 1))))
    return job


def blocks(job: Job) -> Iterator[tuple[int, int]]:
    """Start and count of the blocks in which the pipeline makes the job."""
    return job.ranges(job.plan().lanes)


def lines(plan: Plan, start: int, count: int) -> bytes:
    """A block of canonical lines."""
    return plan.lines(SEED, start, count)


@dataclass(frozen=True, slots=True)
class _Given:
    """A plan that has made its lines already: what the pipeline then does to a block is its verification."""

    block: bytes
    exact: bool

    def lines_at(self, _seed: int, _index: object) -> bytes:
        return self.block


class Verification:
    """What the pipeline does to check blocks: as it does by default, or every record."""

    def __init__(self, job: Job, *, check_all: bool = False) -> None:
        self._recipe = recipe_of(job, check_all=check_all)
        self._verifier = verifier_of(job.schema, self._recipe.rules)

    def seconds(self, start: int, count: int, block: bytes) -> float:
        """CPU seconds for one block of lines."""
        given = cast(Plan, _Given(block, self._recipe.plan.exact))
        recipe = replace(self._recipe, plan=given)
        spent, kept = cpu(lambda: verified(recipe, self._verifier, start, count))
        if kept != block:
            raise AssertionError("a record was drawn again: that is no verification alone")
        return spent

    def checked(self, start: int, count: int) -> int:
        """How many records of the block are checked."""
        return self._recipe.checked(start, count)


def making(job: Job) -> float:
    """CPU seconds that the lines of all blocks take."""
    plan = job.plan()
    return sum(cpu(partial(lines, plan, *block))[0] for block in blocks(job))


def verifying(job: Job) -> float:
    """CPU seconds that the verification of all blocks takes, as the pipeline does it."""
    verification, plan = Verification(job), job.plan()
    return sum(verification.seconds(*block, lines(plan, *block)) for block in blocks(job))
