"""Arrow's arrays as the canonical lines that they were made of."""

from collections.abc import Mapping, Sequence
from decimal import Decimal as Number
from typing import Any

import msgspec
import numpy as np
import orjson
import pyarrow as pa

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.errors import InvalidData
from pytest_specmint.tables.arrow import KEY
from pytest_specmint.tables.decimals import doubles_of
from pytest_specmint.tables.types import (
    Day,
    Decimal,
    Free,
    List,
    Moment,
    Real,
    Record,
    Type,
)


def record_in(schema: pa.Schema) -> Record | None:
    """The record that a schema's columns were made of; None for a table of others."""
    told = (schema.metadata or {}).get(KEY)
    try:
        return None if told is None else msgspec.json.decode(told, type=Record)
    except msgspec.MsgspecError as error:
        hint = "the file comes from another version of SpecMint, or was changed"
        raise InvalidData(f"the columns' description cannot be read: {error}", hint=hint) from None


def lines_of(batch: pa.RecordBatch, record: Record | None) -> bytes:
    """The canonical lines of a batch's records; of another's table, its values as JSON has them."""
    rows = _of_others(batch) if record is None else _objects(record, _columns(batch), batch.num_rows)
    return b"".join([canonical_bytes(row) + b"\n" for row in rows])


def _columns(batch: pa.RecordBatch) -> Mapping[str, pa.Array]:
    return dict(zip(batch.schema.names, batch.columns, strict=True))


def _objects(record: Record, columns: Mapping[str, pa.Array], count: int) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = [{} for _ in range(count)]
    for field in record.fields:
        if field.name not in columns:
            continue
        for row, value in zip(out, _values(field.type, columns[field.name]), strict=True):
            if value is not None or (field.nullable and not field.optional):
                row[field.name] = value
    if record.has_rest and record.rest in columns:
        for row, text in zip(out, columns[record.rest].to_pylist(), strict=True):
            if text is not None:
                row.update(_members(text))
    return out


def _members(text: str) -> dict[str, Any]:
    """The members of an object, each as its text."""
    found = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    return {name: orjson.Fragment(bytes(value)) for name, value in found.items()}


def _values(kind: Type, array: pa.Array) -> Sequence[Any]:
    """JSON values, None for nothing; free ones as their texts."""
    if isinstance(kind, Free):
        return [None if each is None else orjson.Fragment(each) for each in array.to_pylist()]
    if isinstance(kind, Day):
        return array.cast(pa.string()).to_pylist()  # type: ignore[no-any-return]
    if isinstance(kind, Moment):
        return _moments(array)
    if isinstance(kind, (Real, Decimal)):
        doubles = doubles_of(array) if isinstance(kind, Decimal) else array.to_pylist()
        return _with_wholes(doubles) if kind.whole else doubles
    if isinstance(kind, List):
        return _lists(kind, array)
    if isinstance(kind, Record):
        return _structs(kind, array)
    return array.to_pylist()  # type: ignore[no-any-return]


def _with_wholes(numbers: Sequence[float | None]) -> list[Any]:
    return [each if each is None or not each.is_integer() else int(each) for each in numbers]


def _moments(array: pa.Array) -> list[str | None]:
    texts = np.datetime_as_string(array.to_numpy(zero_copy_only=False).astype("datetime64[s]")).tolist()
    return [None if each == "NaT" else f"{each}Z" for each in texts]


def _lists(kind: List, array: pa.Array) -> list[list[Any] | None]:
    starts, missing = array.offsets.to_pylist(), array.is_null().to_pylist()
    begin = starts[0]  # a slice's items are among all that its array has
    items = _values(kind.item, array.values.slice(begin, starts[-1] - begin))
    starts = [each - begin for each in starts]
    return [
        None if gone else list(items[first:last])
        for gone, first, last in zip(missing, starts[:-1], starts[1:], strict=True)
    ]


def _structs(record: Record, array: pa.Array) -> list[dict[str, Any] | None]:
    columns = dict(zip((each.name for each in array.type), array.flatten(), strict=True))
    rows = _objects(record, columns, len(array))
    return [None if gone else row for gone, row in zip(array.is_null().to_pylist(), rows, strict=True)]


# ---------------------------------------------------------------- tables of others


def _of_others(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    return [_plain(row) for row in batch.to_pylist()]


def _plain(value: Any) -> Any:
    """What JSON has for a value of Arrow's: texts for times, numbers for decimals, null for nothing."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, Number):
        return float(value)
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if isinstance(value, (bytes, bytearray)):
        return value.decode("utf-8", "replace")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    told = getattr(value, "isoformat", None)
    text = str(value) if told is None else told()
    return text.replace("+00:00", "Z")
