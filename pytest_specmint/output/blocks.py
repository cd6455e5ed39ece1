"""A job's bytes, block by block: canonical lines and, for near misses, what each of them breaks."""

from collections.abc import Iterator
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from pytest_specmint.canonical_json import canonical_lines
from pytest_specmint.job import Job, Mode
from pytest_specmint.observe.events import BlockGenerated, Level, milliseconds
from pytest_specmint.observe.observer import SILENT, Observer
from pytest_specmint.pipeline.blocks import Lines, Noted, line_blocks
from pytest_specmint.pipeline.recipe import USUALLY, Execution

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


def blocks_of(
    job: Job,
    execution: Execution = USUALLY,
    enricher: "Enricher | None" = None,
    noted: Noted | None = None,
    observer: Observer = SILENT,
) -> Iterator[Block]:
    """The job's blocks in order; ``noted`` is told of records that were not right at once, ``observer`` of all else.

    Near misses are made and judged in this process, whatever is asked for.
    """
    made = _made(job, execution, enricher, noted, observer)
    return made if observer.level > Level.INFO else _told(made, job, enricher, observer)


def _made(
    job: Job, execution: Execution, enricher: "Enricher | None", noted: Noted | None, observer: Observer
) -> Iterator[Block]:
    if enricher is not None:
        return (Block(each.records, each.lines, b"", each.provenance) for each in enricher.blocks(execution))
    if job.mode is Mode.INVALID:
        return _near_misses(job)
    counts = (count for _, count in job.ranges(job.plan().lanes))
    return map(Block, counts, line_blocks(job, execution, noted, observer))


def mode_of(job: Job, enricher: "Enricher | None") -> str:
    """How records come to be, in a word: deterministic, edge, invalid; fields or record with a language model."""
    if enricher is not None:
        return enricher.mode
    return "deterministic" if job.mode is Mode.USUAL else job.mode.value


def _told(made: Iterator[Block], job: Job, enricher: "Enricher | None", observer: Observer) -> Iterator[Block]:
    """The same blocks, each of them told."""
    mode, index = mode_of(job, enricher), job.start
    while True:
        began = perf_counter()
        block = next(made, None)
        if block is None:
            return
        observer.note(
            BlockGenerated(
                record_idx=index,
                records=block.records,
                bytes=len(block.lines),
                duration_ms=milliseconds(perf_counter() - began),
                mode=mode,
                provider=(enricher.provider if enricher is not None else "") or "none",
            )
        )
        index += block.records
        yield block


def _near_misses(job: Job) -> Iterator[Block]:
    from pytest_specmint.near_miss import label, near_misses

    misses = near_misses(job)
    while block := list(islice(misses, _MISSES)):
        lines, labels = zip(*((miss.record, label(miss)) for miss in block), strict=True)
        yield Block(len(block), canonical_lines(lines), canonical_lines(labels))
