"""Tables: rows of texts that belong together, such as a town, its state and its ZIP code. Pure data."""

from msgspec import Struct


class Table(Struct, frozen=True, eq=False):
    """A table of a pack: ``rows[i][j]`` is what row i has in ``columns[j]``; the first column is the key."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str = ""
    licence: str = ""
    title: str = ""

    def column(self, name: str) -> tuple[str, ...]:
        """The cells of a column, a text per row; `KeyError` where there is none of this name."""
        if name not in self.columns:
            raise KeyError(name)
        position = self.columns.index(name)
        return tuple(row[position] for row in self.rows)
