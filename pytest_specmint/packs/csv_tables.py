"""The tables of a pack: a file each, ``tables/<name>.csv``: comments on top, a header row, RFC 4180 below."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pytest_specmint.engine.tables import Table
from pytest_specmint.packs.errors import broken
from pytest_specmint.packs.text import noted, read_text

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FOLDER = "tables"
SUFFIX = ".csv"
QUOTE = '"'
JOIN = "Join"
MOST_WEIGHT = 1_000_000
COLUMN = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Tables(Mapping[str, Table]):
    """Tables by name, each read and checked when it is first asked for; raises `PackError` then."""

    def __init__(self, folder: "Traversable", pack: str) -> None:
        self._folder, self._pack = folder, pack
        inner = folder / FOLDER
        files = (entry.name for entry in inner.iterdir()) if inner.is_dir() else ()
        self._names = tuple(sorted(file.removesuffix(SUFFIX) for file in files if file.endswith(SUFFIX)))
        self._read: dict[str, Table] = {}

    def __getitem__(self, name: str) -> Table:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            file = f"{FOLDER}/{name}{SUFFIX}"
            text = read_text(self._folder, file, self._pack)
            table = parse_table(text, name, file, self._pack)
            self._read[name] = self._joined(table, noted(text).join, file)
        return self._read[name]

    def _joined(self, table: Table, join: str, file: str) -> Table:
        """The table with the columns of others beside those that hold their keys."""
        for each in filter(None, (part.strip() for part in join.split(","))):
            column, _, other = each.partition(" ")
            if column not in table.columns or other not in self._names or other == table.name:
                hint = f'"# {JOIN}: column table": a column of keys, and the other table of the pack that has them'
                raise broken(self._pack, file, f"{each!r} joins no table", hint=hint)
            table = _beside(table, column, self[other], file, self._pack)
        return table

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _beside(table: Table, column: str, other: Table, file: str, pack: str) -> Table:
    """The table with what another one says of the keys in a column, as ``column_name`` for its columns."""
    found = {row[0]: row[1:] for row in other.rows}
    keys = table.column(column)
    missing = next((key for key in keys if key not in found), None)
    if missing is not None:
        raise broken(pack, file, f"{column} {missing!r} is no key of the table {other.name!r}")
    names = tuple(f"{column}_{name}" for name in other.columns[1:])
    twice = next((name for name in names if name in table.columns), None)
    if twice is not None:
        raise broken(pack, file, f"joining {other.name!r} makes a second column {twice!r}")
    rows = tuple((*row, *found[key]) for row, key in zip(table.rows, keys, strict=True))
    return replace(table, columns=(*table.columns, *names), rows=rows)


def parse_table(text: str, name: str, file: str, pack: str) -> Table:
    """The table that a text holds.

    Raises `PackError` with the line: for what is not CSV, for columns without a name or with the same one, for rows
    that are shorter or longer than the header or have empty cells, and for a key that stands twice.
    """
    about = noted(text)
    records = list(_records(about.lines, about.first, file, pack))
    if len(records) < 2:
        raise broken(pack, file, "holds no rows", hint="a header row and at least one row below it")
    (header_line, columns), *rows = records
    _check_columns(columns, header_line, file, pack)
    keys: dict[str, int] = {}
    for line, row in rows:
        _check_row(row, columns, line, file, pack)
        if row[0] in keys:
            raise broken(pack, file, f"the key {row[0]!r} stands on line {keys[row[0]]} already", line=line)
        keys[row[0]] = line
    if about.group and about.group not in columns:
        raise broken(pack, file, f"there is no column {about.group!r} to group by", line=header_line)
    if about.tells and about.tells not in columns:
        raise broken(pack, file, f"there is no column {about.tells!r} that could tell anything", line=header_line)
    if about.weight:
        _check_weights(about.weight, columns, records, file, pack)
    made = tuple(row for _, row in rows)
    return Table(
        *(name, columns, made, about.source, about.licence, about.title, about.group, about.weight),
        repeats=bool(about.repeats),
        tells=about.tells,
    )


def _records(lines: tuple[str, ...], first: int, file: str, pack: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Line number and cells of each row; a row may go over several lines where a cell does."""
    if not any(QUOTE in line for line in lines):
        yield from ((at, tuple(line.split(","))) for at, line in enumerate(lines, first) if line)
        return
    import csv

    reader, begun = csv.reader((f"{line}\n" for line in lines), strict=True), first
    try:
        for row in reader:
            if row:
                yield begun, tuple(row)
            begun = first + reader.line_num
    except csv.Error as error:
        raise broken(pack, file, f"is not CSV: {error}", line=first + reader.line_num - 1) from None


def _check_columns(columns: tuple[str, ...], line: int, file: str, pack: str) -> None:
    for position, column in enumerate(columns):
        if not COLUMN.fullmatch(column):
            hint = "small letters, digits and underscores, a letter first: they stand in templates"
            raise broken(pack, file, f"{column!r} cannot be a column's name", line=line, hint=hint)
        if column in columns[:position]:
            raise broken(pack, file, f"two columns are named {column!r}", line=line)


def _check_weights(
    name: str, columns: tuple[str, ...], records: list[tuple[int, tuple[str, ...]]], file: str, pack: str
) -> None:
    if name not in columns:
        raise broken(pack, file, f"there is no column {name!r} to weigh by", line=records[0][0])
    at = columns.index(name)
    for line, row in records[1:]:
        cell = row[at]
        if not (cell.isascii() and cell.isdigit() and 0 < int(cell) <= MOST_WEIGHT):
            hint = f"a whole number from 1 to {MOST_WEIGHT:,}"
            raise broken(pack, file, f"{cell!r} cannot be a weight", line=line, hint=hint)


def _check_row(row: tuple[str, ...], columns: tuple[str, ...], line: int, file: str, pack: str) -> None:
    if len(row) != len(columns):
        raise broken(pack, file, f"{len(row)} cells below {len(columns)} columns", line=line)
    for column, cell in zip(columns, row, strict=True):
        if not cell:
            raise broken(pack, file, f"{column} is empty", line=line, hint="every row is complete")
        if cell != cell.strip() or not cell.isprintable():
            words = f"{column} {cell!r} begins or ends with a blank, or has signs that cannot be seen"
            raise broken(pack, file, words, line=line)
