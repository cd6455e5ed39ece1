r"""SQL for PostgreSQL: CREATE TABLE, and the rows in the text format of COPY, as ``pg_dump`` writes them.

``psql -f FILE`` loads it. Cells are divided by tabs, ``\N`` is NULL, and a backslash comes before what would be taken
for something else.
"""

from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from typing import IO, Any

from pytest_specmint.errors import InvalidData
from pytest_specmint.rendering.flat import FlatRendering, read_layout
from pytest_specmint.rendering.format import Format, Task
from pytest_specmint.rendering.sql import FOREIGN, sql_layout
from pytest_specmint.schema.document import Schema
from pytest_specmint.tables.flat import Column, Layout
from pytest_specmint.tables.rows import NOTHING, Converter, Records, Row, blocks, read_value
from pytest_specmint.tables.sql import column_names, converter, create_table, means_null, quoted, table_name
from pytest_specmint.tables.types import Day, Flag, Moment, Record, Text
from pytest_specmint.tables.unfit import Misfit

WHAT = "COPY"
_NULL = b"\\N"
_END = "\\.\n"
_WORDS = {b"true": b"t", b"false": b"f"}
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"})
_LETTERS = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}


class Copy(FlatRendering):
    """CREATE TABLE, and one COPY of all rows."""

    what = WHAT

    def layout(self, record: Record, task: Task) -> Layout:
        """As of SQL."""
        return sql_layout(record, foreign=task.foreign)

    def converter(self, column: Column) -> Converter:
        """Escaped texts."""
        return converter(column, escaped, _WORDS, _NULL, foreign=self._task.foreign)

    def head(self) -> bytes:
        """The table, and the command that takes the rows."""
        table, names = table_name(self._task.schema), ", ".join(map(quoted, column_names(self._layout)))
        made = create_table(table, self._layout, foreign=self._task.foreign, json="JSON")
        first = FOREIGN if self._task.foreign else ""
        return f"{first}{made}COPY {quoted(table)} ({names}) FROM stdin;\n".encode()

    def written(self, rows: Sequence[Row]) -> bytes:
        """A line a row."""
        if self._layout.rest is not None:
            rows = [[*row[:-1], None if row[-1] is None else escaped(row[-1].decode())] for row in rows]
        return b"".join([b"\t".join([_NULL if each is None else each for each in row]) + b"\n" for row in rows])

    def tail(self) -> bytes:
        """The end of the data."""
        return _END.encode()


def escaped(text: str) -> bytes:
    """A text without what divides cells and rows."""
    if "\0" in text:
        raise Misfit("texts of PostgreSQL hold no zero byte")
    return text.translate(_ESCAPES).encode()


# ---------------------------------------------------------------- reading


def read(stream: IO[bytes], schema: Schema | None) -> Iterator[bytes]:
    """The canonical lines of a file that this format wrote."""
    text = TextIOWrapper(stream, "utf-8", newline="\n")
    try:
        yield from blocks(_lines(text, schema))
    except UnicodeDecodeError as error:
        raise InvalidData(f"not SQL: {error}", hint="check the path") from None
    finally:
        text.detach()


def _lines(text: TextIOWrapper, schema: Schema | None) -> Iterator[bytes]:
    record = read_layout(schema, WHAT).record
    foreign = (line := text.readline()) == FOREIGN
    while line and not line.startswith("COPY "):
        line = text.readline()
    layout = sql_layout(record, foreign=foreign)
    records, width = Records(layout.columns), len(layout.columns) + (layout.rest is not None)
    while (line := text.readline()) != _END:
        if not line:
            raise InvalidData("the rows of COPY do not end", hint="the file is not whole: write it again")
        row = [_unescaped(cell) for cell in line[:-1].split("\t")]
        if len(row) != width:
            raise InvalidData("these rows have other columns", hint="pass the schema that the file was written by")
        cells = zip(layout.columns, row, strict=False)
        values = [_value(column, cell, foreign=foreign) for column, cell in cells]
        yield records.line(values, row[-1] if layout.rest is not None else None)


def _unescaped(cell: str) -> str | None:
    if cell == "\\N":
        return None
    first, *parts = cell.split("\\")
    out, doubled = [first], False
    for part in parts:
        if doubled or part:
            out.append(part if doubled else _LETTERS.get(part[0], part[0]) + part[1:])
            doubled = False
        else:
            out.append("\\")
            doubled = True
    return "".join(out)


def _value(column: Column, cell: str | None, *, foreign: bool) -> Any:
    field = column.field
    if cell is None:
        return None if means_null(column, foreign=foreign) else NOTHING
    if isinstance(field.type, (Text, Day, Moment)):
        return cell
    if isinstance(field.type, Flag):
        return {"t": True, "f": False}.get(cell, cell)
    try:
        return read_value(cell)
    except ValueError:
        return cell


COPY = Format("copy", "copy.sql", "SQL for PostgreSQL: CREATE TABLE and COPY", Copy, read, columns=True)
