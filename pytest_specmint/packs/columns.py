"""Columns of tables beside word lists; a table's name alone means its first column."""

from collections.abc import Iterator, Mapping, Sequence

from pytest_specmint.engine.tables import Table


class WithColumns(Mapping[str, Sequence[str]]):
    """Word lists, and the columns of tables as ``table.column``: a word per row."""

    def __init__(self, lists: Mapping[str, Sequence[str]], tables: Mapping[str, Table]) -> None:
        self._lists, self._tables = lists, tables

    def __getitem__(self, name: str) -> Sequence[str]:
        if name in self._lists:
            return self._lists[name]
        table, dot, column = name.rpartition(".")
        if not dot:
            found = self._tables[name]
            return found.column(found.columns[0])
        return self._tables[table].column(column)

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        table, dot, column = name.rpartition(".")
        if not dot:
            return name in self._lists or name in self._tables
        return name in self._lists or (table in self._tables and column in self._tables[table].columns)

    def __iter__(self) -> Iterator[str]:
        yield from self._lists
        for name, table in self._tables.items():
            yield from () if name in self._lists else (name,)
            yield from (f"{name}.{column}" for column in table.columns)

    def __len__(self) -> int:
        return sum(1 for _ in self)
