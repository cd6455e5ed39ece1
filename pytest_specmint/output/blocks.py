"""A job's bytes, block by block: canonical lines and, for near misses, what each of them breaks."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from pytest_specmint.canonical_json import canonical_lines
from pytest_specmint.job import Job, Mode
from pytest_specmint.pipeline import USUALLY, Execution, byte_blocks

_MISSES = 1024
"""Near misses per block."""


class Block(NamedTuple):
    """Whole lines; ``labels`` has a line per record, or is empty."""

    lines: bytes
    labels: bytes = b""


def blocks_of(job: Job, execution: Execution = USUALLY) -> Iterator[Block]:
    """The job's blocks in order. Near misses are made and judged in this process, whatever is asked for."""
    if job.mode is Mode.INVALID:
        return _near_misses(job)
    return map(Block, byte_blocks(job, execution))


def _near_misses(job: Job) -> Iterator[Block]:
    from pytest_specmint.near_miss import label, near_misses

    misses = near_misses(job)
    while block := list(islice(misses, _MISSES)):
        yield Block(canonical_lines([miss.record for miss in block]), canonical_lines([label(miss) for miss in block]))
