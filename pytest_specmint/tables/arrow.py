"""Types of columns as Arrow's, and objects as its arrays, column by column."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import UNSET

from pytest_specmint.schema.document import join_pointer
from pytest_specmint.tables.decimals import decimals
from pytest_specmint.tables.decode import decoded_type, is_struct, read_block, read_texts
from pytest_specmint.tables.types import (
    Day,
    Decimal,
    Field,
    Flag,
    Free,
    List,
    Moment,
    Real,
    Record,
    Type,
    Whole,
)
from pytest_specmint.tables.unfit import Misfit

KEY = b"specmint"
"""The metadata of a schema that tells what its columns were in JSON."""
ROLE = b"specmint.type"
"""The metadata of a column of JSON texts: ``json`` of any values, ``rest`` of what no other column holds."""
_MOMENT = pa.timestamp("us", tz="UTC")
_NULL = b"null"
_BUILD = (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, pa.ArrowNotImplementedError)


def arrow_type(kind: Type) -> pa.DataType:
    """The type of arrays that hold values of this type."""
    if isinstance(kind, Flag):
        return pa.bool_()
    if isinstance(kind, Whole):
        return pa.uint64() if kind.unsigned else pa.int64()
    if isinstance(kind, Real):
        return pa.float64()
    if isinstance(kind, Decimal):
        return pa.decimal128(kind.precision, kind.scale)
    if isinstance(kind, Day):
        return pa.date32()
    if isinstance(kind, Moment):
        return _MOMENT
    if isinstance(kind, List):
        free = {ROLE: b"json"} if isinstance(kind.item, Free) else None
        return pa.list_(pa.field("element", arrow_type(kind.item), nullable=kind.nullable, metadata=free))
    if isinstance(kind, Record):
        return pa.struct(arrow_fields(kind))
    return pa.string()


def arrow_fields(record: Record) -> list[pa.Field]:
    """The columns of a record, the one of what no field holds last."""
    fields = [_arrow_field(each) for each in record.fields]
    if record.has_rest:
        fields.append(pa.field(record.rest, pa.string(), metadata={ROLE: b"rest"}))
    return fields


def _arrow_field(field: Field) -> pa.Field:
    free = {ROLE: b"json"} if isinstance(field.type, Free) else None
    return pa.field(field.name, arrow_type(field.type), nullable=field.empties, metadata=free)


def arrow_schema(record: Record) -> pa.Schema:
    """The schema of a table of such records; its metadata brings the records back."""
    return pa.schema(arrow_fields(record), metadata={KEY: msgspec.json.encode(record)})


# ---------------------------------------------------------------- from lines


def columns_of(record: Record, lines: bytes) -> list[pa.Array]:
    """An array per column of the records of canonical lines; raises `Misfit` for one that does not fit."""
    return _members(record, read_block(record, lines))


def _array(kind: Type, values: Sequence[Any]) -> pa.Array:
    """An array of decoded values, None for nothing; raises `Misfit`."""
    try:
        return _built(kind, values)
    except _BUILD as error:
        raise Misfit(str(error).partition("\n")[0]) from None


def _built(kind: Type, values: Sequence[Any]) -> pa.Array:
    if isinstance(kind, Free):
        texts = [None if each is None else bytes(each) for each in values]
        return pa.array(texts, pa.binary()).cast(pa.string())
    if isinstance(kind, Record):
        return _structs(kind, values)
    if isinstance(kind, List):
        return _lists(kind, values)
    if isinstance(kind, Decimal):
        return decimals(kind, values)
    if isinstance(kind, (Day, Moment)):
        return dated(kind, pa.array(values, pa.string()))
    return pa.array(values, arrow_type(kind))


_DATED = {
    Day: (r"^\d{4}-\d\d-\d\d$", "a date YYYY-MM-DD is needed"),
    Moment: (r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", "a date-time YYYY-MM-DDTHH:MM:SSZ is needed"),
}


def dated(kind: Day | Moment, texts: pa.Array) -> pa.Array:
    """Dates or date-times of texts, whose texts they give back; raises `Misfit`, or pyarrow's of days there are not."""
    form, words = _DATED[type(kind)]
    if pc.all(pc.match_substring_regex(texts, form)).as_py() is False:
        raise Misfit(words)
    return texts.cast(arrow_type(kind))


def _lists(kind: List, values: Sequence[Any]) -> pa.Array:
    missing = [each is None for each in values]
    lists = [each or () for each in values] if any(missing) else values
    ends = np.cumsum([0, *map(len, lists)])
    if ends[-1] >= 1 << 31:
        raise Misfit("there are too many items in one block")
    items = _array(kind.item, list(chain.from_iterable(lists)))
    mask = pa.array(missing, pa.bool_()) if any(missing) else None
    return list_of(kind, pa.array(ends, pa.int32()), items, mask)


def list_of(kind: List, ends: pa.Array, items: pa.Array, mask: pa.Array | None) -> pa.Array:
    """Lists of items; the mask is true where there is none."""
    return pa.ListArray.from_arrays(ends, items, type=arrow_type(kind), mask=mask)


def _structs(record: Record, values: Sequence[Any]) -> pa.Array:
    """Where an object is absent stand blanks, the same whatever is beside them: no column need be nullable for it."""
    there = [each for each in values if each is not None]
    arrays, mask = _members(record, there), None
    if len(there) < len(values):
        missing = np.array([each is None for each in values])
        position = np.where(missing, len(there), np.cumsum(~missing) - 1)
        blanks = blanks_of(record)
        arrays = [pa.concat_arrays(pair).take(position) for pair in zip(arrays, blanks, strict=True)]
        mask = pa.array(missing)
    return struct_of(record, arrays, mask)


def struct_of(record: Record, arrays: Sequence[pa.Array], mask: pa.Array | None) -> pa.Array:
    """Objects of columns; the mask is true where there is none."""
    return pa.StructArray.from_arrays(arrays, fields=arrow_fields(record), mask=mask)


def blanks_of(record: Record) -> list[pa.Array]:
    """One value for every column of a record."""
    found = [_nothing(each.type) if each.empties else _blank(each.type) for each in record.fields]
    return [*found, pa.nulls(1, pa.string())] if record.has_rest else found


def _nothing(kind: Type) -> pa.Array:
    if isinstance(kind, Record):
        return struct_of(kind, blanks_of(kind), pa.array([True]))
    return pa.nulls(1, arrow_type(kind))


def _blank(kind: Type) -> pa.Array:
    if isinstance(kind, Record):
        return struct_of(kind, blanks_of(kind), None)
    if isinstance(kind, List):
        return pa.array([[]], arrow_type(kind))
    value = {Flag: False, Whole: 0, Real: 0.0, Decimal: 0, Day: 0, Moment: 0}.get(type(kind), "")
    return pa.array([value], arrow_type(kind))


def _members(record: Record, objects: Sequence[Any]) -> list[pa.Array]:
    """An array per column of the record."""
    columns, rest = _closed(record, objects) if is_struct(record) else _opened(record, objects)
    arrays = []
    for field, column in zip(record.fields, columns, strict=True):
        try:
            arrays.append(column if isinstance(column, pa.Array) else _array(field.type, column))
        except Misfit as error:
            raise Misfit(error.why, join_pointer("", field.name) + error.pointer) from None
    return [*arrays, pa.array(rest, pa.string())] if record.has_rest else arrays


Columns = Sequence[Any]
Rest = Sequence[str | None]


def _closed(record: Record, objects: Sequence[Any]) -> tuple[Columns, Rest]:
    """Values by field, of structs."""
    fields = record.fields
    if not fields:
        return (), ["{}"] * len(objects)
    columns: list[Sequence[Any]] = [list(map(each, objects)) for each in _attributes(len(fields))]
    nulls: dict[int, list[str]] = {}
    for i, field in enumerate(fields):
        if field.unclear:
            for at, value in enumerate(columns[i] if record.exact else ()):
                if value is None:
                    nulls.setdefault(at, []).append(f"{orjson.dumps(field.name).decode()}:null")
            columns[i] = [None if each is UNSET else each for each in columns[i]]
    rest: list[str | None] = [None] * len(objects) if record.has_rest else []
    for at, each in nulls.items():
        rest[at] = f"{{{','.join(each)}}}"
    return columns, rest


@lru_cache(maxsize=64)
def _attributes(count: int) -> list[Callable[[Any], Any]]:
    """What takes each attribute of a struct; cheaper than tuples, which the garbage collector would look through."""
    return [attrgetter(f"f{i}") for i in range(count)]


def _opened(record: Record, objects: Sequence[Any]) -> tuple[Columns, Rest]:
    """Arrays by field, of mappings from names to texts; what does not fit stays in them."""
    columns = [_taken(field, objects) for field in record.fields]
    if not record.open:
        _check_left(record, objects)
    return columns, [_text(each) if each else None for each in objects]


def _check_left(record: Record, objects: Sequence[Any]) -> None:
    """Nothing may be left of a closed record's objects but nulls that are told from nothing."""
    told = {each.name for each in record.fields if each.unclear}
    for name, text in chain.from_iterable(each.items() for each in objects if each):
        if name not in told or bytes(text) != _NULL:
            raise Misfit("the schema lets the engine make no such property", join_pointer("", name))


def _text(members: Mapping[str, Any]) -> str:
    """The JSON text of an object of texts."""
    parts = [orjson.dumps(name) + b":" + bytes(value) for name, value in sorted(members.items())]
    return (b"{" + b",".join(parts) + b"}").decode()


def _taken(field: Field, objects: Sequence[Any]) -> pa.Array:
    """The values of a field, taken out of the objects where they fit."""
    name, free = field.name, isinstance(field.type, Free)
    at = [i for i, each in enumerate(objects) if name in each]
    texts = {i: bytes(objects[i][name]) for i in at}
    if not free:
        texts = {i: text for i, text in texts.items() if text != _NULL}
        if field.nullable and not field.optional:
            _remove(objects, name, [i for i in at if i not in texts])
    if not field.optional and len(at) < len(objects):
        raise Misfit("it is missing")
    column, fit = _fitting(field.type, texts, len(objects))
    _remove(objects, name, fit)
    return column


def _remove(objects: Sequence[Any], name: str, positions: Sequence[int]) -> None:
    for i in positions:
        del objects[i][name]


def _fitting(kind: Type, texts: Mapping[int, bytes], count: int) -> tuple[pa.Array, Sequence[int]]:
    """An array of what fits among the texts at these positions, and where that is: mostly everywhere."""
    try:
        return array_at(kind, texts, count), list(texts)
    except Misfit:
        fit = {i: text for i, text in texts.items() if _fits(kind, text)}
        return array_at(kind, fit, count), list(fit)


def _fits(kind: Type, text: bytes) -> bool:
    try:
        array_at(kind, {0: text}, 1)
    except Misfit:
        return False
    return True


def array_at(kind: Type, texts: Mapping[int, bytes], count: int) -> pa.Array:
    """An array of the values of JSON texts at these positions; raises `Misfit`."""
    values: list[Any] = [None] * count
    for i, value in zip(texts, read_texts(decoded_type(kind), list(texts.values())), strict=True):
        values[i] = value
    return _array(kind, values)
