"""A dataset: a lazy, re-iterable sequence of records that knows how it was made."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from msgspec import Struct

from pytest_specmint.cells import parsed
from pytest_specmint.errors import UsageError
from pytest_specmint.job import Job
from pytest_specmint.observe.observer import SILENT, Observer
from pytest_specmint.pipeline.blocks import line_blocks, record_blocks
from pytest_specmint.pipeline.recipe import USUALLY, Execution
from pytest_specmint.schema.document import Schema

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from pytest_specmint.clusters.shares import Table
    from pytest_specmint.enrichment.enricher import Enricher
    from pytest_specmint.enrichment.facts import LlmFacts
    from pytest_specmint.rendering.format import Format, Task

FEW = 2048
"""Records per block where a test suite's memory matters: as fast as larger blocks, and 5 MB smaller."""
TOGETHER = 65_536
"""Records of a partition of a cluster's table."""
WINDOW = 256
"""Records that are made when one is asked for by its index: its neighbours may be next."""


class Digest(Struct, frozen=True):
    """What tells the bytes of one dataset from those of another."""

    sha256: str
    """In hexadecimal."""
    bytes: int


def digest_of(blocks: Iterable[bytes]) -> Digest:
    """The digest of canonical lines."""
    hasher, size = sha256(), 0
    for block in blocks:
        hasher.update(block)
        size += len(block)
    return Digest(hasher.hexdigest(), size)


class Dataset(Sequence[Any]):
    """The records of a job, made when they are asked for; immutable and safe to iterate as often as you like."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._cached: tuple[int, list[Any]] | None = None

    # ------------------------------------------------------------ sequence

    def __len__(self) -> int:
        return self._job.count

    def __iter__(self) -> Iterator[Any]:
        exact = self._job.plan().exact
        for lines in self.blocks():
            yield from parsed(lines, exact=exact)

    @overload
    def __getitem__(self, index: int) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> "Dataset | list[Any]": ...

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            first, last, step = index.indices(len(self))
            if step == 1 and last > first:
                return Dataset(self._job.part(first, last - first))
            return [self[i] for i in range(first, last, step)]
        position = index + len(self) if index < 0 else index
        if not 0 <= position < len(self):
            raise IndexError(f"record {index} of a dataset of {len(self)}")
        return self._record(position)

    def _record(self, position: int) -> Any:
        first = position - position % WINDOW
        if self._cached is None or self._cached[0] != first:
            part = self._job.part(first, min(WINDOW, len(self) - first))
            self._cached = first, next(record_blocks(part))
        return self._cached[1][position - first]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Dataset):
            return len(self) == len(other) and self.sha256 == other.sha256
        if isinstance(other, list):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        name = self.schema.source or self.schema.sha256[:12]
        return f"<Dataset {name} seed={self.seed} count={len(self)} start={self.start}>"

    # ------------------------------------------------------------ origin

    @property
    def job(self) -> Job:
        """What the dataset was made from."""
        return self._job

    @property
    def schema(self) -> Schema:
        """The schema."""
        return self._job.schema

    @property
    def seed(self) -> int:
        """The seed."""
        return self._job.seed

    @property
    def start(self) -> int:
        """Index of the first record."""
        return self._job.start

    def command(self, index: int) -> str:
        """The command line that prints the record at this position of the dataset."""
        from pytest_specmint.job_command import command_for

        return command_for(self._job, self.start + index)

    # ------------------------------------------------------------ bytes

    @property
    def made_by_job(self) -> bool:
        """Whether the job alone makes these records, so that they can be made again from it."""
        return True

    @property
    def is_changed(self) -> bool:
        """Whether something else than the engine had a hand in these records."""
        return self.llm is not None or not self.made_by_job

    @property
    def degraded(self) -> str:
        """Why these records must not become a golden; empty where they may."""
        return ""

    @property
    def llm(self) -> "LlmFacts | None":
        """How a language model enriched them; None where none did."""
        return None

    def blocks(self, *, check_all: bool = False) -> Iterator[bytes]:
        """The canonical bytes block by block; with ``check_all`` every record is checked by the validator."""
        if "jsonl" in self.__dict__ and not check_all:
            return iter([self.jsonl])
        return map(bytes, line_blocks(self._job, Execution(check_all=check_all, block=FEW)))

    @cached_property
    def jsonl(self) -> bytes:
        """The canonical bytes, a line per record."""
        return b"".join(self.blocks())

    @cached_property
    def digest(self) -> "Digest":
        """Digest and size of the canonical bytes, which are made for it and not kept."""
        return digest_of(self.blocks())

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical bytes, in hexadecimal."""
        return self.digest.sha256

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The deterministic description that ``manifest.json`` holds."""
        from pytest_specmint.output.manifest import manifest

        return manifest(self._job, self.sha256, self.digest.bytes)

    def write(
        self,
        directory: str | PathLike[str],
        *,
        record_files: bool | None = None,
        format: "str | Format" = "jsonl",  # noqa: A002
        observer: Observer = SILENT,
    ) -> Path:
        """Write ``dataset.jsonl``, ``manifest.json``, ``run.json`` and a file per record; whole or not at all.

        Record files are on by default up to 10,000 records. Another ``format`` is a file besides: ``"x12"``.
        ``observer`` hears what happens, from ``run_started`` to ``run_finished`` or ``run_failed``. Raises
        `OutputError`, `SchemaError` where the records cannot be written in the format, and `UsageError` for records
        with values that were given from outside: no manifest could say how to make them again.
        """
        if not self.made_by_job:
            raise UsageError(
                "records with values that were given from outside cannot be written as a dataset",
                hint="write their lines: Path(...).write_bytes(dataset.jsonl)",
            )
        from pytest_specmint.observe.run import telling
        from pytest_specmint.output.formats import named
        from pytest_specmint.output.run import write_dataset
        from pytest_specmint.output.telling import finished, started

        with telling(observer) as run:
            form = named(format, self._job.packs())
            enricher = self._enricher(observer)
            run.begins(started(self._job, USUALLY, enricher))
            written = write_dataset(
                self._job,
                Path(directory),
                record_files=record_files,
                form=form,
                enricher=enricher,
                observer=observer,
            )
            made = written.manifest["dataset"]
            run.ends(finished(self._job, made["sha256"], made["bytes"], enricher))
        return Path(directory)

    # ------------------------------------------------------------ tables

    def to_arrow(self) -> "pa.RecordBatchReader":
        """The records as Arrow record batches, typed by the schema and made as they are read.

        Nested objects are structs, arrays lists, dates and date-times what they say, values of several types JSON
        texts. Null is what is null or absent. ``read_all()`` makes a table; DuckDB queries the reader itself. Raises
        `SchemaError` where records need not be objects or hold integers beyond 64 bits, `UsageError` where pyarrow is
        not installed.
        """
        from pytest_specmint.rendering.frames import reader

        return reader(task_of_dataset(self), self.blocks())

    def to_pandas(self, **options: Any) -> "pd.DataFrame":
        """The records as a pandas data frame whose columns have Arrow's types.

        Options are those of pyarrow's ``Table.to_pandas``: ``types_mapper=None`` gives NumPy's types. Raises as
        `to_arrow`.
        """
        from pytest_specmint.rendering.frames import pandas_frame

        return pandas_frame(self.to_arrow, options)

    def to_polars(self) -> "pl.DataFrame":
        """The records as a Polars data frame; raises as `to_arrow`."""
        from pytest_specmint.rendering.frames import polars_frame

        return polars_frame(self.to_arrow)

    def to_dask(self, *, partition_records: int = TOGETHER) -> Any:
        """The records as a Dask data frame, typed by the schema: partitions that workers make when they are asked for.

        The index says the records' positions. Raises as `to_arrow`, and `UsageError` where Dask is not installed or a
        partition would have no record.
        """
        from pytest_specmint.clusters.dask import dask_frame

        return dask_frame(self._table(partition_records))

    def to_spark(self, session: Any, *, partition_records: int = TOGETHER) -> Any:
        """The records as a Spark data frame of a session (not of Spark Connect), as lazy and as typed.

        Integers beyond 63 bits are ``decimal(20,0)``. Raises as `to_dask`.
        """
        from pytest_specmint.clusters.spark import spark_frame

        return spark_frame(self._table(partition_records), session)

    def to_ray(self, *, partition_records: int = TOGETHER) -> Any:
        """The records as a dataset of Ray Data, as lazy and as typed; raises as `to_dask`."""
        from pytest_specmint.clusters.ray import ray_dataset

        return ray_dataset(self._table(partition_records))

    def _table(self, records: int) -> "Table":
        from pytest_specmint.clusters.shares import table_of

        return table_of(self._job, task_of_dataset(self), records, self.jsonl if self.is_changed else None)

    def _enricher(self, observer: Observer = SILENT) -> "Enricher | None":
        """What changes the job's records on their way; None where nothing does."""
        return None


def task_of_dataset(dataset: Dataset) -> "Task":
    """What a format may know of a dataset."""
    from pytest_specmint.output.formats import task_of

    return task_of(dataset.job, foreign=dataset.is_changed)
