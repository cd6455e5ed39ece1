"""Canonical lines as rows of cells and back: a cell is what a format writes for the JSON text of one value."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from operator import attrgetter
from typing import Any

import msgspec
import orjson
from msgspec import Raw

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.tables.decode import is_nameable, misfit
from pytest_specmint.tables.flat import Column, Layout, is_flat
from pytest_specmint.tables.types import Field, Record
from pytest_specmint.tables.unfit import Misfit

Cell = bytes | None
"""What is written of a value; None where there is none."""
Row = Sequence[Cell]
Converter = Callable[[bytes], Cell]
"""From the JSON text of a value to its cell; raises `Misfit` for what the column cannot say."""
Left = dict[str, Any]
"""Members that no cell says: their texts, or mappings to those of members within them."""
_COMMA, _COLON = b",", b":"


class Failed(Exception):
    """A record that no row holds, by its place among those that were to be written."""

    def __init__(self, position: int, misfit: Misfit) -> None:
        super().__init__(misfit.why)
        self.position = position
        self.misfit = misfit


class Rows:
    """Makes rows: a converter for each column; what one refuses, and what no column is for, is the rest's."""

    def __init__(self, layout: Layout, converter: Callable[[Column], Converter]) -> None:
        self._layout = layout
        self._converters = [converter(column) for column in layout.columns]
        self._decoder: msgspec.json.Decoder[list[Any]] | None = None
        if all(map(is_nameable, chain.from_iterable(column.path for column in layout.columns))):
            self._decoder = msgspec.json.Decoder(list[_row_type(layout.record)])  # type: ignore[misc]

    def of(self, lines: bytes) -> Iterator[Row]:
        """A row per canonical line, the JSON text of its rest last where there is such a column; raises `Failed`."""
        if self._decoder is None:
            return self._one_by_one(lines)
        try:
            objects = self._decoder.decode(b"[" + lines[:-1].replace(b"\n", b",") + b"]")
        except msgspec.ValidationError:
            return self._one_by_one(lines)
        return self._together(objects)

    def _together(self, objects: Sequence[Any]) -> Iterator[Row]:
        left: dict[int, Left] = {}
        columns = [
            self._column(column, convert, texts, left)
            for column, convert, texts in zip(
                self._layout.columns, self._converters, _texts(self._layout.record, objects), strict=True
            )
        ]
        if self._layout.rest is not None:
            columns.append([_said(left.get(i)) for i in range(len(objects))])
        return zip(*columns, strict=True)

    def _column(
        self, column: Column, convert: Converter, texts: Sequence[Any], left: dict[int, Left]
    ) -> Sequence[Cell]:
        try:
            return [None if each is None else convert(bytes(each)) for each in texts]
        except Misfit:
            return [self._cell(column, convert, text, i, left) for i, text in enumerate(texts)]

    def _cell(self, column: Column, convert: Converter, text: Any, position: int, left: dict[int, Left]) -> Cell:
        if text is None:
            return None
        try:
            return convert(bytes(text))
        except Misfit as error:
            if self._layout.rest is None:
                raise Failed(position, Misfit(error.why, column.pointer)) from None
        members = left.setdefault(position, {})
        for name in column.path[:-1]:
            members = members.setdefault(name, {})
        members[column.path[-1]] = bytes(text)
        return None

    def _one_by_one(self, lines: bytes) -> Iterator[Row]:
        for position, line in enumerate(lines.splitlines()):
            try:
                yield self._row(line)
            except Misfit as error:
                raise Failed(position, error) from None

    def _row(self, line: bytes) -> Row:
        try:
            members: Left = dict(msgspec.json.decode(line, type=dict[str, Raw]))
        except msgspec.ValidationError as error:
            raise misfit(error) from None
        strict = self._layout.rest is None
        cells = list(_taken(self._layout.record, members, iter(self._converters), "", strict=strict))
        if strict and members:
            raise Misfit("the schema lets the engine make no such property", f"/{next(iter(members))}")
        return cells if strict else [*cells, _said(members)]


def _taken(record: Record, members: Left, converters: Iterator[Converter], at: str, *, strict: bool) -> Iterator[Cell]:
    """The cells of an object; what they say is taken out of its members."""
    for field in record.fields:
        name = field.name
        if strict and not field.optional and name not in members:
            raise Misfit("it is missing", f"{at}/{name}")
        if is_flat(field):
            assert isinstance(field.type, Record)
            yield from _within(field.type, name, members, converters, at, strict=strict)
        else:
            yield _one(members, name, next(converters), at, strict=strict)


def _within(
    record: Record, name: str, members: Left, converters: Iterator[Converter], at: str, *, strict: bool
) -> Iterator[Cell]:
    text = bytes(members.get(name, b""))
    inner: Left = dict(msgspec.json.decode(text, type=dict[str, Raw])) if text.startswith(b"{") else {}
    if text and not text.startswith(b"{") and strict:
        raise Misfit("it is no object", f"{at}/{name}")
    cells = list(_taken(record, inner, converters, f"{at}/{name}", strict=strict and bool(text)))
    if any(each is not None for each in cells):
        members.pop(name)
        if inner:
            members[name] = inner
    yield from cells


def _one(members: Left, name: str, convert: Converter, at: str, *, strict: bool) -> Cell:
    if name not in members:
        return None
    try:
        cell = convert(bytes(members[name]))
    except Misfit as error:
        if strict:
            raise Misfit(error.why, f"{at}/{name}") from None
        return None
    del members[name]
    return cell


def _said(left: Left | None) -> bytes | None:
    """The JSON text of what is left; None where nothing is."""
    if not left:
        return None
    parts = [
        orjson.dumps(name) + _COLON + (_said(each) or b"{}" if isinstance(each, dict) else bytes(each))
        for name, each in sorted(left.items())
    ]
    return b"{" + _COMMA.join(parts) + b"}"


# ---------------------------------------------------------------- reading lines


def _row_type(record: Record) -> Any:
    members = [_member(f"f{i}", each) for i, each in enumerate(record.fields)]
    return msgspec.defstruct("Row", members, kw_only=True, forbid_unknown_fields=True, gc=False)


def _member(name: str, field: Field) -> tuple[str, Any, Any]:
    kind = _row_type(field.type) if is_flat(field) and isinstance(field.type, Record) else Raw
    default = msgspec.field(name=field.name, default=None) if field.optional else msgspec.field(name=field.name)
    return name, kind, default


def _texts(record: Record, objects: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The texts of each column's values, None for nothing; objects may be None, too."""
    for i, field in enumerate(record.fields):
        take = attrgetter(f"f{i}")
        found = [None if each is None else take(each) for each in objects]
        if is_flat(field):
            assert isinstance(field.type, Record)
            yield from _texts(field.type, found)
        else:
            yield found


# ---------------------------------------------------------------- back to lines


class Records:
    """Makes canonical lines of rows: values by column, and what is laid over them."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._paths = [(column.path[:-1], column.path[-1]) for column in columns]

    def line(self, values: Sequence[Any], rest: str | bytes | None) -> bytes:
        """The line of a row: `NOTHING` for cells that say nothing; the rest is a JSON text of an object."""
        record: dict[str, Any] = {}
        for (outer, name), value in zip(self._paths, values, strict=True):
            if value is not NOTHING:
                members = record
                for step in outer:
                    members = members.setdefault(step, {})
                members[name] = value
        if rest is not None:
            _lay_over(
                record, read_value(rest), {outer[:i] for outer, _ in self._paths for i in range(1, len(outer) + 1)}
            )
        return canonical_bytes(record) + b"\n"


NOTHING = object()
"""Stands for the value of a cell that says nothing."""


def _lay_over(record: dict[str, Any], rest: Any, flat: set[tuple[str, ...]], at: tuple[str, ...] = ()) -> None:
    """Put members of the rest into the record: into objects of columns of their own, else in the place of others."""
    if not isinstance(rest, Mapping):
        return
    for name, value in rest.items():
        here = (*at, name)
        if here in flat and isinstance(value, Mapping) and isinstance(record.get(name), dict):
            _lay_over(record[name], value, flat, here)
        else:
            record[name] = value


def read_value(text: str | bytes) -> Any:
    """The value of a JSON text; raises `ValueError`."""
    if len(text) < _SHORT:
        return orjson.loads(text)
    return json.loads(text, parse_constant=_refuse, parse_float=_finite)


_SHORT = 19
"""Shorter numbers fit 64 bits."""


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if abs(number) == float("inf"):
        raise ValueError(text)
    return number


def blocks(lines: Iterator[bytes], together: int = 512) -> Iterator[bytes]:
    """Lines, several at a time."""
    while block := b"".join(islice(lines, together)):
        yield block
