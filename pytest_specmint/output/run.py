"""One run: blocks to writers, then the manifest, then everything into place."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pytest_specmint.job import Job, Mode
from pytest_specmint.output.atomic import replaced_directory, write_flushed
from pytest_specmint.output.blocks import Block, blocks_of
from pytest_specmint.output.manifest import MANIFEST_FILE, RUN_FILE, manifest, pretty, run_report
from pytest_specmint.output.writers import WRITERS
from pytest_specmint.pipeline import USUALLY, Execution

if TYPE_CHECKING:
    from pytest_specmint.enrichment.enricher import Enricher

RECORD_FILES_UP_TO = 10_000
Progress = Callable[[int], None]


class Written(Struct, frozen=True):
    """What a run left on disk."""

    directory: Path
    manifest: dict[str, Any]
    run: dict[str, Any]


def write_dataset(
    job: Job,
    directory: Path,
    *,
    record_files: bool | None = None,
    execution: Execution = USUALLY,
    progress: Progress | None = None,
    enricher: "Enricher | None" = None,
) -> Written:
    """Make the job's records and write them below ``directory``, replacing earlier output as a whole.

    ``record_files`` None means: a file per record up to 10,000 records. ``progress`` is told how many records
    each block added. ``enricher`` has a language model change values. Raises `OutputError`, `SamplingError`,
    `ProviderError`, `BudgetError`.
    """
    started = perf_counter()
    job.plan()  # a schema that cannot be compiled leaves no directory behind
    wanted = job.count <= RECORD_FILES_UP_TO if record_files is None else record_files
    beside = [*["violations"][: job.mode is Mode.INVALID], *["provenance"][: enricher is not None]]
    names = ["jsonl", *["records"][:wanted], *beside]
    with replaced_directory(directory) as staging:
        digest, size = _stream(job, staging, names, blocks_of(job, execution, enricher), progress)
        told = None if enricher is None else enricher.told()
        described = manifest(job, digest, size, told)
        run = run_report(job, execution, seconds=perf_counter() - started, size=size, told=told)
        write_flushed(staging / RUN_FILE, pretty(run))
        write_flushed(staging / MANIFEST_FILE, pretty(described))
    return Written(directory, described, run)


def _stream(
    job: Job, staging: Path, names: list[str], blocks: Iterator[Block], progress: Progress | None
) -> tuple[str, int]:
    hasher, size = sha256(), 0
    with ExitStack() as stack:
        writers = [WRITERS[name](staging, job) for name in names]
        for writer in writers:
            stack.callback(writer.close)
        for block in blocks:
            hasher.update(block.lines)
            size += len(block.lines)
            for writer in writers:
                writer.write(block)
            if progress:
                progress(block.records)
    return hasher.hexdigest(), size
