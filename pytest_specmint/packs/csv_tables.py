"""The tables of a pack: a file each, ``tables/<name>.csv``: comments on top, a header row, RFC 4180 below."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pytest_specmint.engine.tables import Table
from pytest_specmint.packs.errors import broken
from pytest_specmint.packs.text import noted, read_text

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FOLDER = "tables"
SUFFIX = ".csv"
QUOTE = '"'
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
            self._read[name] = parse_table(read_text(self._folder, file, self._pack), name, file, self._pack)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


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
    made = tuple(row for _, row in rows)
    return Table(name, columns, made, about.source, about.licence, about.title, about.group)


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


def _check_row(row: tuple[str, ...], columns: tuple[str, ...], line: int, file: str, pack: str) -> None:
    if len(row) != len(columns):
        raise broken(pack, file, f"{len(row)} cells below {len(columns)} columns", line=line)
    for column, cell in zip(columns, row, strict=True):
        if not cell:
            raise broken(pack, file, f"{column} is empty", line=line, hint="every row is complete")
        if cell != cell.strip() or not cell.isprintable():
            words = f"{column} {cell!r} begins or ends with a blank, or has signs that cannot be seen"
            raise broken(pack, file, words, line=line)
