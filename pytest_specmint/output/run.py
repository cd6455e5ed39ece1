"""One run: blocks to writers, then the manifest, then everything into place."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from pytest_specmint.job import Job, Mode
from pytest_specmint.observe.observer import SILENT, Observer
from pytest_specmint.output.atomic import replaced_directory, write_flushed
from pytest_specmint.output.blocks import Block, blocks_of
from pytest_specmint.output.formats import JSONL, begin
from pytest_specmint.output.manifest import MANIFEST_FILE, RUN_FILE, manifest, pretty, run_report
from pytest_specmint.output.writers import WRITERS, InFormat, Writer
from pytest_specmint.pipeline import USUALLY, Execution
from pytest_specmint.rendering.format import Format
from pytest_specmint.shards import Shard

if TYPE_CHECKING:
    from pytest_specmint.enrichment.enricher import Enricher

RECORD_FILES_UP_TO = 10_000
Progress = Callable[[int], None]
_W = TypeVar("_W", bound=Writer)


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
    form: Format = JSONL,
    execution: Execution = USUALLY,
    progress: Progress | None = None,
    enricher: "Enricher | None" = None,
    shard: Shard | None = None,
    observer: Observer = SILENT,
) -> Written:
    """Make the job's records and write them below ``directory``, replacing earlier output as a whole.

    ``record_files`` None means: a file per record up to 10,000 records. ``progress`` is told how many records
    each block added. Another format than JSON Lines is a file besides. ``enricher`` has a language model change values;
    ``shard`` says in the manifest of what the job is a part; ``observer`` hears of blocks. Raises `OutputError`,
    `SamplingError`, `SchemaError` where records of the schema cannot be written in the format, `ProviderError`,
    `BudgetError`.
    """
    started = perf_counter()
    job.plan()  # a schema that cannot be compiled leaves no directory behind
    rendering = None if form is JSONL else begin(form, job)
    wanted = job.count <= RECORD_FILES_UP_TO if record_files is None else record_files
    beside = [*["violations"][: job.mode is Mode.INVALID], *["provenance"][: enricher is not None]]
    names = ["jsonl", *["records"][:wanted], *beside]
    with replaced_directory(directory) as staging:
        with ExitStack() as stack:
            writers = [_opened(stack, WRITERS[name](staging, job)) for name in names]
            other = None if rendering is None else _opened(stack, InFormat(staging, form, rendering))
            every = writers if other is None else [*writers, other]
            digest, size = _stream(every, blocks_of(job, execution, enricher, observer), progress)
            rendered = () if other is None else (other.finish(),)
        told = None if enricher is None else enricher.told()
        described = manifest(job, digest, size, rendered, told, shard)
        run = run_report(job, execution, seconds=perf_counter() - started, size=size, told=told)
        write_flushed(staging / RUN_FILE, pretty(run))
        write_flushed(staging / MANIFEST_FILE, pretty(described))
    return Written(directory, described, run)


def _opened(stack: ExitStack, writer: _W) -> _W:
    stack.callback(writer.close)
    return writer


def _stream(writers: Sequence[Writer], blocks: Iterator[Block], progress: Progress | None) -> tuple[str, int]:
    hasher, size = sha256(), 0
    for block in blocks:
        hasher.update(block.lines)
        size += len(block.lines)
        for writer in writers:
            writer.write(block)
        if progress:
            progress(block.records)
    return hasher.hexdigest(), size
