"""SQL: a table with typed columns, and INSERT statements of a hundred records each, in words that all dialects know."""

import re
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from typing import IO, Any

from pytest_specmint.errors import InvalidData
from pytest_specmint.rendering.flat import FlatRendering, read_layout
from pytest_specmint.rendering.format import Format, Task
from pytest_specmint.schema.document import Schema
from pytest_specmint.tables.flat import Column, Layout, layout_of
from pytest_specmint.tables.rows import NOTHING, Converter, Records, Row, blocks, read_value
from pytest_specmint.tables.sql import column_names, converter, create_table, means_null, needs_rest, quoted, table_name
from pytest_specmint.tables.types import Day, Moment, Record, Text
from pytest_specmint.tables.unfit import Misfit

WHAT = "SQL"
FOREIGN = "-- NULL is nothing here, never null\n"
"""The first line of a file whose columns say null in the last one alone."""
_WORDS = {b"true": b"TRUE", b"false": b"FALSE"}


class Sql(FlatRendering):
    """CREATE TABLE, and INSERT statements."""

    what = WHAT
    together = 100

    def layout(self, record: Record, task: Task) -> Layout:
        """There is a rest where NULL could mean two things, too."""
        return sql_layout(record, foreign=task.foreign)

    def converter(self, column: Column) -> Converter:
        """Literals."""
        return converter(column, literal, _WORDS, b"NULL", foreign=self._task.foreign)

    def head(self) -> bytes:
        """The table."""
        table, names = table_name(self._task.schema), ", ".join(map(quoted, column_names(self._layout)))
        self._insert = f"INSERT INTO {quoted(table)} ({names}) VALUES\n".encode()
        made = create_table(table, self._layout, foreign=self._task.foreign)
        return ((FOREIGN if self._task.foreign else "") + made).encode()

    def written(self, rows: Sequence[Row]) -> bytes:
        """One statement."""
        if self._layout.rest is not None:
            rows = [[*row[:-1], None if row[-1] is None else literal(row[-1].decode())] for row in rows]
        values = (b"(" + b", ".join([each or b"NULL" for each in row]) + b")" for row in rows)
        return self._insert + b",\n".join(values) + b";\n"


def sql_layout(record: Record, *, foreign: bool) -> Layout:
    """The columns of a table."""
    plain = layout_of(record, rest=False)
    return layout_of(record, rest=foreign or needs_rest(plain))


def literal(text: str) -> bytes:
    """A text between quotes."""
    if "\0" in text:
        raise Misfit("texts of SQL hold no zero byte")
    return b"'" + text.replace("'", "''").encode() + b"'"


# ---------------------------------------------------------------- reading

_TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|(NULL|TRUE|FALSE|-?[0-9][0-9.eE+-]*)|([(),;]))")
_INSERT = re.compile(r"INSERT INTO .* VALUES\n")


def read(stream: IO[bytes], schema: Schema | None) -> Iterator[bytes]:
    """The canonical lines of a file that this format wrote; others' SQL is `InvalidData`."""
    text = TextIOWrapper(stream, "utf-8", newline="")
    try:
        yield from blocks(_lines(text, schema))
    except UnicodeDecodeError as error:
        raise InvalidData(f"not SQL: {error}", hint="check the path") from None
    finally:
        text.detach()


def _lines(text: TextIOWrapper, schema: Schema | None) -> Iterator[bytes]:
    layout = read_layout(schema, WHAT)
    foreign = text.readline() == FOREIGN
    layout = sql_layout(layout.record, foreign=foreign)
    while (line := text.readline()) != ");\n" and line:
        pass
    records = Records(layout.columns)
    while line := text.readline():
        if not _INSERT.fullmatch(line):
            raise InvalidData("SQL of another form cannot be read", hint="only what --format sql writes can")
        for row in _rows(text):
            if len(row) != len(layout.columns) + (layout.rest is not None):
                raise InvalidData("these rows have other columns", hint="pass the schema that the file was written by")
            cells = zip(layout.columns, row, strict=False)
            values = [_value(column, cell, foreign=foreign) for column, cell in cells]
            yield records.line(values, row[-1] if layout.rest is not None else None)


Token = str | None
"""A cell: texts as they are, other literals as they are written; None for NULL."""


def _rows(text: TextIOWrapper) -> Iterator[list[Token]]:
    """The rows of one statement, whose texts may go over many lines."""
    held, row = "", list[Token]()
    while line := text.readline():
        held += line
        if held.count("'") % 2:
            continue
        at = 0
        while at < len(held) and (found := _TOKEN.match(held, at)):
            at = found.end()
            if found[1] is not None:
                row.append(found[1].replace("''", "'"))
            elif found[2]:
                row.append(None if found[2] == "NULL" else found[2].lower())
            elif found[3] == ")":
                yield row
                row = []
        if held.endswith(";\n") and not row:
            return
        held = ""
    raise InvalidData("an INSERT statement does not end", hint="the file is not whole: write it again")


def _value(column: Column, cell: Token, *, foreign: bool) -> Any:
    field = column.field
    if cell is None:
        return None if means_null(column, foreign=foreign) else NOTHING
    if isinstance(field.type, (Text, Day, Moment)):
        return cell
    try:
        return read_value(cell)
    except ValueError:
        return cell


SQL = Format("sql", "sql", "SQL: CREATE TABLE and INSERT, for any database", Sql, read, columns=True)
