"""One run: blocks to writers, then the manifest, then everything into place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.check.tally import Tally
from pytest_specmint.job import Job, Mode
from pytest_specmint.observe.observer import SILENT, Observer
from pytest_specmint.output.atomic import replaced_directory, write_flushed
from pytest_specmint.output.blocks import Block, blocks_of
from pytest_specmint.output.formats import JSONL, begin
from pytest_specmint.output.manifest import MANIFEST_FILE, RUN_FILE, manifest, pretty, run_report
from pytest_specmint.output.writers import WRITERS, InFormat, Writer
from pytest_specmint.pipeline.recipe import USUALLY, Execution
from pytest_specmint.rendering.format import Format, Rendering
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
    job.plan()  # a schema that cannot be compiled leaves no directory behind
    beside = None if form is JSONL else (form, begin(form, job, foreign=enricher is not None))
    with replaced_directory(directory) as staging:
        made = write_into(
            job,
            staging,
            record_files,
            beside=beside,
            execution=execution,
            progress=progress,
            enricher=enricher,
            shard=shard,
            observer=observer,
        )
    return replace(made, directory=directory)


def write_into(
    job: Job,
    staging: Path,
    record_files: bool | None,
    *,
    beside: tuple[Format, Rendering] | None = None,
    execution: Execution = USUALLY,
    progress: Progress | None = None,
    enricher: "Enricher | None" = None,
    known: Mapping[Job, str] = {},
    shard: Shard | None = None,
    observer: Observer = SILENT,
) -> Written:
    """Write the job's files into a directory that is there, another format ``beside`` them.

    ``known`` are ids of datasets that it may refer to, ``shard`` of what the job is a part.
    """
    started = perf_counter()
    wanted = job.count <= RECORD_FILES_UP_TO if record_files is None else record_files
    files = [*["violations"][: job.mode is Mode.INVALID], *["provenance"][: enricher is not None]]
    names = ["jsonl", *["records"][:wanted], *files]
    tally = Tally()
    with ExitStack() as stack:
        writers = [_opened(stack, WRITERS[name](staging, job)) for name in names]
        other = None if beside is None else _opened(stack, InFormat(staging, *beside))
        every = writers if other is None else [*writers, other]
        digest, size = _stream(every, blocks_of(job, execution, enricher, tally.add, observer), progress)
        rendered = () if other is None else (other.finish(),)
    told = None if enricher is None else enricher.told()
    described = manifest(job, digest, size, rendered, told, known, shard)
    run = run_report(job, execution, seconds=perf_counter() - started, size=size, tally=tally, told=told)
    write_flushed(staging / RUN_FILE, pretty(run))
    write_flushed(staging / MANIFEST_FILE, pretty(described))
    return Written(staging, described, run)


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
