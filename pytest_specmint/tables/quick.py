"""Columns straight from the text: Arrow's own JSON reader, for records whose columns it can read.

It takes objects whose members have one type each. It cannot tell null from nothing: where the schema lets a property be
both, a null is written as another member that is true, its mark, before the text is read. Properties of any values are
left to a reader of their own; that nothing else was passed over then is seen by counting members. Where something is
wrong, records are read the long way, which says what.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
import numpy as np
import orjson
import pyarrow as pa
from pyarrow.json import ParseOptions, ReadOptions, read_json

from pytest_specmint.tables.arrow import array_at, dated, list_of, struct_of
from pytest_specmint.tables.decimals import decimals_of
from pytest_specmint.tables.decode import is_nameable
from pytest_specmint.tables.types import Day, Decimal, Field, Flag, Free, List, Moment, Real, Record, Type, Whole
from pytest_specmint.tables.unfit import Misfit

Columns = Mapping[str, pa.Array]
_QUOTE_COLON = int.from_bytes(b'":', "little")
_MARK = "null "
"""Before a property's name, the name of its mark."""


@lru_cache(maxsize=64)
def is_quick(record: Record) -> bool:
    """Whether the reader can read a record's columns, but for some that are read apart."""
    if record.open or any(each.name.startswith(_MARK) for each in _fields(record)):
        return False
    apart = [each for each in record.fields if not _is_readable(each.type)]
    return len(apart) < len(record.fields) and not any(each.unclear or not is_nameable(each.name) for each in apart)


def _is_readable(kind: Type) -> bool:
    """Whether values are of one type each."""
    if isinstance(kind, Record):
        return bool(kind.fields) and not kind.open and all(_is_readable(each.type) for each in kind.fields)
    return _is_readable(kind.item) if isinstance(kind, List) else not isinstance(kind, Free)


def _fields(kind: Type) -> Iterator[Field]:
    """The fields of a record, and of those within it."""
    if isinstance(kind, List):
        yield from _fields(kind.item)
    if isinstance(kind, Record):
        for each in kind.fields:
            yield each
            yield from _fields(each.type)


class _Reading(NamedTuple):
    options: ParseOptions
    marks: Sequence[tuple[bytes, bytes]]
    """What is read in place of what: marks of nulls."""
    apart: Sequence[Field]
    """Fields that are read apart."""
    texts: "msgspec.json.Decoder[list[Any]]"
    """Reads the texts of those, and passes over all else."""


@lru_cache(maxsize=64)
def _reading(record: Record) -> _Reading:
    quick = Record(tuple(each for each in record.fields if _is_readable(each.type)), exact=record.exact)
    apart = [each for each in record.fields if each not in quick.fields]
    marked = frozenset(each.name for each in _told_apart(quick, all_of_them=bool(apart)))
    options = ParseOptions(
        explicit_schema=pa.schema(_read_fields(quick, marked)),
        unexpected_field_behavior="ignore" if apart else "error",
    )
    marks = [(_member(name, b"null"), _member(_MARK + name, b"true")) for name in sorted(marked)]
    members = [(f"f{i}", msgspec.Raw, msgspec.field(name=each.name, default=None)) for i, each in enumerate(apart)]
    row: Any = msgspec.defstruct("Row", members, gc=False)
    return _Reading(options, marks, apart, msgspec.json.Decoder(list[row]))


def _told_apart(kind: Type, *, all_of_them: bool) -> Iterator[Field]:
    """The fields of which null is told from nothing: where that matters, or members are to be counted."""
    if isinstance(kind, List):
        yield from _told_apart(kind.item, all_of_them=all_of_them)
    if isinstance(kind, Record):
        for each in kind.fields:
            if each.unclear and (kind.exact or all_of_them):
                yield each
            yield from _told_apart(each.type, all_of_them=all_of_them)


def _member(name: str, value: bytes) -> bytes:
    """The text of a member. No string holds it: there, its quotes have backslashes before them."""
    return orjson.dumps(name) + b":" + value


def _read_fields(record: Record, marked: frozenset[str]) -> list[pa.Field]:
    """The columns to read of a record: its fields, and the marks of those that share a name with one that has one."""
    fields = [pa.field(each.name, _read_type(each.type, marked)) for each in record.fields]
    nullable = (each.name for each in record.fields if each.nullable)
    return fields + [pa.field(_MARK + name, pa.bool_()) for name in nullable if name in marked]


def _read_type(kind: Type, marked: frozenset[str]) -> pa.DataType:
    if isinstance(kind, Flag):
        return pa.bool_()
    if isinstance(kind, Whole):
        return pa.uint64() if kind.unsigned else pa.int64()
    if isinstance(kind, (Real, Decimal)):
        return pa.float64()
    if isinstance(kind, List):
        return pa.list_(pa.field("element", _read_type(kind.item, marked)))
    if isinstance(kind, Record):
        return pa.struct(_read_fields(kind, marked))
    return pa.string()


def quick_columns(record: Record, lines: bytes) -> list[pa.Array]:
    """The columns of canonical lines; raises `Misfit` or an exception of pyarrow's where they need a closer look."""
    reading = _reading(record)
    apart = _read_apart(reading, lines) if reading.apart else {}
    for null, mark in reading.marks:
        lines = lines.replace(null, mark)
    options = ReadOptions(use_threads=False, block_size=len(lines) + 1)
    table = read_json(pa.BufferReader(lines), read_options=options, parse_options=reading.options)
    read = dict(zip(table.column_names, map(_whole, table.columns), strict=True))
    if apart:
        members = sum(_count(record, read, 0)) + sum(each.members for each in apart.values())
        if members != _members_in(lines):
            raise Misfit("there are other members")
    return _columns(record, read, {name: each.column for name, each in apart.items()}, 0)


class _Apart(NamedTuple):
    column: pa.Array
    members: int
    """How many members there are: itself, and those within."""


def _read_apart(reading: _Reading, lines: bytes) -> dict[str, _Apart]:
    rows = reading.texts.decode(b"[" + lines[:-1].replace(b"\n", b",") + b"]")
    found = {}
    for i, field in enumerate(reading.apart):
        raw = list(map(attrgetter(f"f{i}"), rows))
        texts = {at: bytes(each) for at, each in enumerate(raw) if each is not None}
        members = len(texts) + _members_in(b"\n".join(texts.values()))
        if not field.optional and len(texts) < len(raw):
            raise Misfit("it is missing")
        if not isinstance(field.type, Free):
            texts = {at: each for at, each in texts.items() if each != b"null"}
        found[field.name] = _Apart(array_at(field.type, texts, len(raw)), members)
    return found


def _members_in(text: bytes) -> int:
    """How many members the objects of a text have: within strings, quotes have backslashes before them."""
    pairs = [np.frombuffer(text, "<u2", (len(text) - at) // 2, at) for at in (0, 1) if len(text) > at + 1]
    found = sum(np.count_nonzero(each == _QUOTE_COLON) for each in pairs)
    return int(found) - (text.count(b'\\":') if b"\\" in text else 0)


def _count(kind: Type, read: Columns, absent: int) -> Iterator[int]:
    """How many members were read of objects."""
    if isinstance(kind, Record):
        for field in kind.fields:
            if field.name in read:
                array = read[field.name]
                is_told = field.optional or not field.nullable or _MARK + field.name in read
                yield len(array) - (array.null_count if is_told else absent)
                yield from _count_within(field.type, array)
        yield from (len(array) - array.null_count for name, array in read.items() if name.startswith(_MARK))


def _count_within(kind: Type, array: pa.Array) -> Iterator[int]:
    if isinstance(kind, List):
        yield from _count_within(kind.item, array.values)
    if isinstance(kind, Record):
        yield from _count(kind, _children(array), array.null_count)


def _children(array: pa.Array) -> dict[str, pa.Array]:
    return {each.name: array.field(i) for i, each in enumerate(array.type)}


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _columns(record: Record, read: Columns, made: Columns, absent: int) -> list[pa.Array]:
    """A record's columns of what was read, or made already; ``absent`` are the objects that are not there."""
    columns = [
        made[each.name] if each.name in made else _checked(each, read[each.name], absent) for each in record.fields
    ]
    return [*columns, _rest(record, read, len(columns[0]))] if record.has_rest else columns


def _rest(record: Record, read: Columns, count: int) -> pa.Array:
    """What the rest says: which properties are there and null."""
    found: dict[int, list[str]] = {}
    for field in record.fields:
        mark = read[_MARK + field.name] if field.unclear else None
        if mark is not None and mark.null_count < count:
            said = _member(field.name, b"null").decode()
            for at in np.flatnonzero(mark.is_valid().to_numpy(zero_copy_only=False)).tolist():
                found.setdefault(at, []).append(said)
    if not found:
        return pa.nulls(count, pa.string())
    texts: list[str | None] = [None] * count
    for at, parts in found.items():
        texts[at] = f"{{{','.join(parts)}}}"
    return pa.array(texts, pa.string())


def _checked(field: Field, array: pa.Array, absent: int) -> pa.Array:
    """A property's column. Where an object is absent, what it must have is blank, as the reader left it: not null."""
    if field.empties:
        return _made(field.type, array)
    if array.null_count != absent:
        raise Misfit("it is missing")
    made = _made(field.type, array)
    return _without_nulls(made) if absent else made


def _without_nulls(array: pa.Array) -> pa.Array:
    """The array with what stands where nothing does: zeros, empty texts and lists, objects of these."""
    kind, buffers = array.type, array.buffers()
    if isinstance(kind, pa.StructType):
        return pa.StructArray.from_arrays([array.field(i) for i in range(kind.num_fields)], fields=list(kind))
    if isinstance(kind, pa.ListType):
        return pa.ListArray.from_arrays(array.offsets, array.values, type=kind)
    return pa.Array.from_buffers(kind, len(array), [None, *buffers[1:]], 0, array.offset)


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
    columns = _columns(record, _children(array), {}, array.null_count)
    return struct_of(record, columns, array.is_null() if array.null_count else None)
