"""Batches of Arrow's: the quick way where it can be gone, else the long one."""

import pyarrow as pa

from pytest_specmint.tables.arrow import columns_of
from pytest_specmint.tables.quick import is_quick, quick_columns
from pytest_specmint.tables.types import Record
from pytest_specmint.tables.unfit import Misfit


def batch_of(record: Record, schema: pa.Schema, lines: bytes) -> pa.RecordBatch:
    """A batch of the records of canonical lines, by the record's schema; raises `Misfit` for one that does not fit."""
    return pa.RecordBatch.from_arrays(_columns(record, lines), schema=schema)


def _columns(record: Record, lines: bytes) -> list[pa.Array]:
    if lines and is_quick(record):
        try:
            return quick_columns(record, lines)
        except (pa.ArrowException, Misfit):
            pass
    return columns_of(record, lines)
