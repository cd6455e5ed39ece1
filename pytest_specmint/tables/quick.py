"""Columns straight from the text: Arrow's own JSON reader, for records whose columns it can read.

It takes objects whose members have one type each. It does not see whether an absent member was there and null: that is
looked for besides where the schema lets a property be both. Where it refuses, records are read the long way, which says
what is wrong with them.
"""

from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import orjson
import pyarrow as pa
from pyarrow.json import ParseOptions, ReadOptions, read_json

from pytest_specmint.tables.arrow import blanks_of, dated, list_of, some_columns, struct_of
from pytest_specmint.tables.decimals import decimals_of
from pytest_specmint.tables.types import Day, Decimal, Field, Flag, Free, List, Moment, Real, Record, Type, Whole
from pytest_specmint.tables.unfit import Misfit


@lru_cache(maxsize=64)
def is_quick(record: Record) -> bool:
    """Whether the reader can read a record's columns, or most of them."""
    return bool(record.fields) and not record.open and _is_readable(record) and not all(map(_is_long, record.fields))


def _is_readable(kind: Type) -> bool:
    """Whether values are of one type each."""
    if isinstance(kind, Record):
        return bool(kind.fields) and not kind.open and all(_is_readable(each.type) for each in kind.fields)
    return _is_readable(kind.item) if isinstance(kind, List) else not isinstance(kind, Free)


def _is_long(field: Field) -> bool:
    """Whether there are objects within a property that tell null from nothing: it is read the long way."""
    kind = field.type
    while isinstance(kind, List):
        kind = kind.item
    return isinstance(kind, Record) and (kind.has_rest or any(map(_is_long, kind.fields)))


@lru_cache(maxsize=64)
def _options(record: Record) -> ParseOptions:
    fields = [pa.field(each.name, _read_type(each.type)) for each in record.fields]
    return ParseOptions(explicit_schema=pa.schema(fields), unexpected_field_behavior="error")


def _read_type(kind: Type) -> pa.DataType:
    if isinstance(kind, Flag):
        return pa.bool_()
    if isinstance(kind, Whole):
        return pa.uint64() if kind.unsigned else pa.int64()
    if isinstance(kind, (Real, Decimal)):
        return pa.float64()
    if isinstance(kind, List):
        return pa.list_(pa.field("element", _read_type(kind.item)))
    if isinstance(kind, Record):
        return pa.struct([pa.field(each.name, _read_type(each.type)) for each in kind.fields])
    return pa.string()


def quick_columns(record: Record, lines: bytes) -> list[pa.Array]:
    """The columns of canonical lines; raises `Misfit` or an exception of pyarrow's where they need a closer look."""
    options = ReadOptions(use_threads=False, block_size=len(lines) + 1)
    table = read_json(pa.BufferReader(lines), read_options=options, parse_options=_options(record))
    columns = [_whole(each) for each in table.columns]
    long = tuple(each for each in record.fields if _is_long(each))
    slowly = dict(zip(long, some_columns(Record(long), lines), strict=True)) if long else {}
    made = [
        slowly[field] if field in slowly else _checked(field, each, 0)
        for field, each in zip(record.fields, columns, strict=True)
    ]
    return [*made, _nulls(record, lines, table.num_rows)] if record.has_rest else made


def _nulls(record: Record, lines: bytes, count: int) -> pa.Array:
    """What the rest says: which properties are there and null."""
    if b":null" not in lines:
        return pa.nulls(count, pa.string())
    rows = _seeker(record).decode(b"[" + lines[:-1].replace(b"\n", b",") + b"]")
    found: list[list[str]] = [[] for _ in rows]
    for i, name in enumerate(each.name for each in record.fields if each.unclear):
        said = f"{orjson.dumps(name).decode()}:null"
        for parts, text in zip(found, map(attrgetter(f"f{i}"), rows), strict=True):
            if text is not None and bytes(text) == b"null":
                parts.append(said)
    return pa.array([f"{{{','.join(each)}}}" if each else None for each in found], pa.string())


@lru_cache(maxsize=64)
def _seeker(record: Record) -> "msgspec.json.Decoder[list[Any]]":
    """Reads the texts of what may be null or absent, and passes over all else."""
    unclear = [each.name for each in record.fields if each.unclear]
    members = [(f"f{i}", msgspec.Raw, msgspec.field(name=name, default=None)) for i, name in enumerate(unclear)]
    row: Any = msgspec.defstruct("Row", members, gc=False)
    return msgspec.json.Decoder(list[row])


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _checked(field: Field, array: pa.Array, absent: int) -> pa.Array:
    """A property's column; ``absent`` are the objects that are not there themselves."""
    if not field.empties and array.null_count != absent:
        raise Misfit("it is missing")
    return _made(field.type, array)


def _made(kind: Type, array: pa.Array) -> pa.Array:
    if isinstance(kind, Decimal):
        return decimals_of(kind, array)
    if isinstance(kind, (Day, Moment)):
        return dated(kind, array)
    if isinstance(kind, List):
        return _list(kind, array)
    return _struct(kind, array) if isinstance(kind, Record) else array


def _list(kind: List, array: pa.Array) -> pa.Array:
    if not kind.nullable and array.values.null_count:
        raise Misfit("an item is null")
    mask = array.is_null() if array.null_count else None
    return list_of(kind, array.offsets, _made(kind.item, array.values), mask)


def _struct(record: Record, array: pa.Array) -> pa.Array:
    gone = array.null_count
    arrays: Sequence[pa.Array] = [_checked(each, array.field(i), gone) for i, each in enumerate(record.fields)]
    if not gone:
        return struct_of(record, arrays, None)
    missing = array.is_null()
    position = np.where(missing.to_numpy(zero_copy_only=False), len(array), np.arange(len(array)))
    blanks = zip(arrays, blanks_of(record), strict=True)
    return struct_of(record, [pa.concat_arrays(pair).take(pa.array(position)) for pair in blanks], missing)
