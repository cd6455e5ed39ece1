"""CSV: a row a record, nested objects flattened; missing, null and the empty text told apart.

Cells of texts hold the text. Where that could be taken for something else - it is empty, it is the word null, or it
begins with a double quote - they hold its JSON text instead: ``""`` is the empty text. All other cells hold JSON.
An empty cell says that there is no value, ``null`` that it is null. Rows end with a line feed; quoting is RFC 4180's.
"""

import csv
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from typing import IO, Any

import orjson

from pytest_specmint.errors import InvalidData
from pytest_specmint.rendering.columnar import columns_for
from pytest_specmint.rendering.flat import FlatRendering, read_layout
from pytest_specmint.rendering.format import Format, Task
from pytest_specmint.schema.document import Schema
from pytest_specmint.tables.flat import Column, Layout, layout_of
from pytest_specmint.tables.rows import NOTHING, Converter, Records, Row, blocks, read_value
from pytest_specmint.tables.types import Day, Moment, Record, Text
from pytest_specmint.tables.unfit import Misfit

WHAT = "CSV"
LARGEST_CELL = 64 << 20
_QUOTE = ord('"')
_NULL = b"null"
_SPECIAL = b'",\n\r'


class Csv(FlatRendering):
    """A CSV file with a header."""

    what = WHAT

    def record(self, task: Task) -> Record:
        """The record of the task's schema: integers may be of any size."""
        return columns_for(task, self.what, foreign=False, any_size=True)

    def layout(self, record: Record, task: Task) -> Layout:
        """Nulls have cells of their own: a rest is there for what the schema does not name."""
        return layout_of(record, rest=task.foreign)

    def converter(self, column: Column) -> Converter:
        """Of texts, or of all else."""
        return _text if is_text(column) else _quoted

    def head(self) -> bytes:
        """The names."""
        layout = self._layout
        names = [each.name for each in layout.columns] + ([] if layout.rest is None else [layout.rest])
        return b",".join(_quoted(name.encode()) for name in names) + b"\n"

    def written(self, rows: Sequence[Row]) -> bytes:
        """A line a row; one that would be blank has quotes."""
        if self._layout.rest is not None:
            rows = [[*row[:-1], None if row[-1] is None else _quoted(row[-1])] for row in rows]
        return b"".join([(b",".join([each or b"" for each in row]) or b'""') + b"\n" for row in rows])


def is_text(column: Column) -> bool:
    """Whether a column's cells hold texts."""
    return isinstance(column.field.type, (Text, Day, Moment))


def _text(text: bytes) -> bytes:
    if text[0] != _QUOTE:
        if text == _NULL:
            return text
        raise Misfit("a text is needed")
    inner = orjson.loads(text).encode() if b"\\" in text else text[1:-1]
    plain = inner and inner != _NULL and inner[0] != _QUOTE
    return _quoted(inner if plain else text)


def _quoted(cell: bytes) -> bytes:
    if any(each in cell for each in _SPECIAL):
        return b'"' + cell.replace(b'"', b'""') + b'"'
    return cell


# ---------------------------------------------------------------- reading


def read(stream: IO[bytes], schema: Schema | None) -> Iterator[bytes]:
    """The canonical lines of a CSV file; its columns are found by their names, unknown ones are the properties named.

    Raises `InvalidData` for what is no CSV.
    """
    layout = read_layout(schema, WHAT)
    csv.field_size_limit(LARGEST_CELL)
    text = TextIOWrapper(stream, "utf-8", newline="")
    try:
        yield from blocks(_lines(csv.reader(text, strict=True), layout))
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidData(f"not CSV: {error}", hint="check the path") from None
    finally:
        text.detach()


def _lines(rows: Iterator[list[str]], layout: Layout) -> Iterator[bytes]:
    header = next(rows, [])
    known = {column.name: column for column in layout.columns}
    unknown = next((name for name in header if name not in known and name != layout.rest), None)
    if unknown is not None or len(set(header)) < len(header):
        what = "a column occurs twice" if unknown is None else f"the schema has no column {unknown!r}"
        raise InvalidData(f"{what} in this CSV", hint="pass the schema that it was written by")
    columns = [known[name] for name in header if name in known]
    texts = [name in known and is_text(known[name]) for name in header]
    last = header.index(layout.rest) if layout.rest in header else None
    records = Records(columns)
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise InvalidData(f"row {number} has {len(row)} cells, not {len(header)}", hint="check the file")
        values = [_value(cell, text=text) for i, (cell, text) in enumerate(zip(row, texts, strict=True)) if i != last]
        yield records.line(values, None if last is None else row[last] or None)


def _value(cell: str, *, text: bool) -> Any:
    """What a cell says; what is no JSON is a text wherever it stands, so that a schema can judge it."""
    if not cell:
        return NOTHING
    if text and cell[0] != '"' and cell != "null":
        return cell
    try:
        return read_value(cell)
    except ValueError:
        return cell


CSV = Format("csv", "csv", "CSV, nested objects flattened", Csv, read, columns=True)
