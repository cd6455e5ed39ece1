"""The engine's two steps, each in one place: lines, and their verification as the pipeline does it by default."""

from collections.abc import Callable
from pathlib import Path

from measure import cpu

import pytest_specmint as sm
from pytest_specmint.cells import parsed
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.engine.plan import Plan
from pytest_specmint.job import Job

SEED = 1


def job_of(schema: Path | dict[str, object], count: int) -> Job:
    """A compiled job."""
    return sm.generate(schema, seed=SEED, count=count).job


def lines(plan: Plan, start: int, count: int) -> bytes:
    """A block of canonical lines."""
    return plan.lines(SEED, start, count)


def verify(job: Job) -> Callable[[bytes], tuple[float, float]]:
    """A function of a block of lines: CPU seconds that the pipeline needs to check it, and how many of them to read it."""
    verifier, exact = Verifier(job.schema), job.plan().exact

    def seconds(block: bytes) -> tuple[float, float]:
        reading, records = cpu(lambda: parsed(block, exact=exact))
        judging, wrong = cpu(lambda: verifier.failures(records))
        if wrong:
            raise AssertionError(f"record {wrong[0]} of a block is invalid")
        return reading + judging, reading

    return seconds
