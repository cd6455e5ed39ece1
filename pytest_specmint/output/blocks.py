"""A job's bytes, block by block: canonical lines and, for near misses, what each of them breaks."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from pytest_specmint.canonical_json import canonical_lines
from pytest_specmint.job import Job, Mode
from pytest_specmint.pipeline import USUALLY, Execution, Lines, line_blocks

if TYPE_CHECKING:
    from pytest_specmint.enrichment.enricher import Enricher

_MISSES = 1024
"""Near misses per block."""


class Block(NamedTuple):
    """Lines of so many records; ``labels`` has a line per record, or is empty."""

    records: int
    lines: Lines
    labels: bytes = b""
    provenance: bytes = b""
    """A line for each value that a language model was asked for."""


def blocks_of(job: Job, execution: Execution = USUALLY, enricher: "Enricher | None" = None) -> Iterator[Block]:
    """The job's blocks in order. Near misses are made and judged in this process, whatever is asked for."""
    if enricher is not None:
        return (Block(each.records, each.lines, b"", each.provenance) for each in enricher.blocks(execution))
    if job.mode is Mode.INVALID:
        return _near_misses(job)
    counts = (count for _, count in job.ranges(job.plan().lanes))
    return map(Block, counts, line_blocks(job, execution))


def _near_misses(job: Job) -> Iterator[Block]:
    from pytest_specmint.near_miss import label, near_misses

    misses = near_misses(job)
    while block := list(islice(misses, _MISSES)):
        lines, labels = zip(*((miss.record, label(miss)) for miss in block), strict=True)
        yield Block(len(block), canonical_lines(lines), canonical_lines(labels))
