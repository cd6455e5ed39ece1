"""How a dataset is cut into partitions, and how any worker makes one: typed by the schema, from its range alone."""

import pickle
from collections.abc import Iterator
from functools import lru_cache
from threading import get_ident
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.errors import UsageError
from pytest_specmint.job import Job
from pytest_specmint.parts.same_engine import check_engine, engine_digest
from pytest_specmint.pipeline.blocks import BlockMaker, recipe_of
from pytest_specmint.pipeline.recipe import Recipe
from pytest_specmint.rendering.format import Task
from pytest_specmint.rendering.frames import reader

if TYPE_CHECKING:
    import pyarrow as pa

_MAKERS = 16
"""Threads of a process that may make partitions at a time without unpacking the source anew."""


class Source(Struct, frozen=True):
    """What all partitions share; to be sent to each worker once. It can be pickled."""

    engine: str
    """The digest of the engine that workers must have."""
    content: bytes
    """A pickled `Recipe` and `Task`: unpacked when the engine is known to be the same."""


class Share(Struct, frozen=True):
    """One partition: consecutive records."""

    first: int
    """The position of its first record in the dataset."""
    start: int
    """The index of that record."""
    count: int
    lines: bytes | None = None
    """Its canonical lines, where no job alone makes them again."""


class Table(Struct, frozen=True):
    """A dataset, cut."""

    source: Source
    shares: tuple[Share, ...]
    schema: "pa.Schema"


def table_of(job: Job, task: Task, records: int, lines: bytes | None = None) -> Table:
    """The dataset of a job in partitions of so many records; ``lines`` where no job alone makes them again.

    Raises `UsageError` for less than one record, and where pyarrow is not installed; `SchemaError` as `columns_for`.
    """
    if records < 1:
        raise UsageError(f"partitions of {records} records", hint="a partition holds one record at least")
    schema = reader(task, ()).schema
    content = pickle.dumps((recipe_of(job), task), protocol=pickle.HIGHEST_PROTOCOL)
    return Table(Source(engine_digest(), content), tuple(_shares(job, records, lines)), schema)


def _shares(job: Job, records: int, lines: bytes | None) -> Iterator[Share]:
    rows = None if lines is None else lines.splitlines(keepends=True)
    for first in range(0, job.count, records):
        count = min(records, job.count - first)
        kept = None if rows is None else b"".join(rows[first : first + count])
        yield Share(first, job.start + first, count, kept)


def batches(source: Source, share: Share) -> "pa.RecordBatchReader":
    """The records of a partition, made as they are read.

    Raises `OtherEngine` where this process has another engine, and what making records raises.
    """
    check_engine(source.engine)
    make, task = _maker(source.content, get_ident())
    blocks = _blocks(make, share) if share.lines is None else iter([share.lines])
    return reader(replace(task, start=share.start), blocks)


def _blocks(make: BlockMaker, share: Share) -> Iterator[bytes]:
    lanes, end = make.recipe.plan.lanes, share.start + share.count
    for start in range(share.start, end, lanes):
        yield make(start, min(lanes, end - start))
    make.noted()  # nobody asks what was not right at once


@lru_cache(maxsize=_MAKERS)
def _maker(content: bytes, _thread: int) -> tuple[BlockMaker, Task]:
    unpacked: tuple[Recipe, Task] = pickle.loads(content)  # noqa: S301 - from the process that gave this one its work
    return BlockMaker(unpacked[0]), unpacked[1]
