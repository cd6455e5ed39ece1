"""Records as the tables of data libraries: Arrow's batches, and data frames made of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pytest_specmint.rendering.columnar import PIECE, batch_at, columns_for
from pytest_specmint.rendering.extras import needed
from pytest_specmint.rendering.format import Lines, Task
from pytest_specmint.rendering.pieces import Pieces
from pytest_specmint.tables.types import Record, plain

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

WHAT = "an Arrow table"
TOGETHER = 2
"""Pieces of a batch."""


def reader(task: Task, blocks: Iterable[Lines]) -> "pa.RecordBatchReader":
    """Batches of the records of canonical lines, made as they are read; raises as `columns_for`."""
    pa = needed("pyarrow", WHAT)
    from pytest_specmint.tables.arrow import arrow_schema

    record = plain(columns_for(task, WHAT))
    assert isinstance(record, Record)
    schema = arrow_schema(record)
    return pa.RecordBatchReader.from_batches(schema, _batches(record, schema, blocks, task.start))


def _batches(record: Record, schema: "pa.Schema", blocks: Iterable[Lines], index: int) -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    for piece in _pieces(blocks):
        held.append(batch_at(record, schema, piece, index, WHAT))
        index += held[-1].num_rows
        if len(held) == TOGETHER:
            yield from pa.Table.from_batches(held, schema).combine_chunks().to_batches()
            held = []
    if held:
        yield from pa.Table.from_batches(held, schema).combine_chunks().to_batches()


def _pieces(blocks: Iterable[Lines]) -> Iterator[bytes]:
    pieces = Pieces(PIECE)
    for block in blocks:
        yield from pieces.add(block)
    if rest := pieces.rest():
        yield rest


Batches = Callable[[], "pa.RecordBatchReader"]


def pandas_frame(batches: Batches, options: Mapping[str, Any]) -> "pd.DataFrame":
    """All records in a data frame, in Arrow's types unless the options say otherwise."""
    types = needed("pandas", "a pandas data frame").ArrowDtype
    frame: pd.DataFrame = batches().read_all().to_pandas(**{"types_mapper": types, **options})
    return frame


def polars_frame(batches: Batches) -> "pl.DataFrame":
    """All records in a data frame."""
    frame: pl.DataFrame = needed("polars", "a Polars data frame").from_arrow(batches().read_all())
    return frame
