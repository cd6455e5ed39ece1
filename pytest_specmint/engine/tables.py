"""Tables: rows of texts that belong together, such as a town, its state and its ZIP code. Pure data."""

from functools import cached_property

from msgspec import Struct


class Table(Struct, frozen=True, eq=False, dict=True):
    """A table of a pack: ``rows[i][j]`` is what row i has in ``columns[j]``; the first column is the key."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str = ""
    licence: str = ""
    title: str = ""
    group: str = ""
    """The column by which rows belong together; empty where they do not."""
    weight: str = ""
    """The column that says how often rows come; empty where they come alike."""
    repeats: bool = False
    """Whether items of a list may have the same row, as people may have the same name."""

    tells: str = ""
    """The column in which rows agree with those of other tables that tell the same."""

    @cached_property
    def told(self) -> tuple[str, ...]:
        """What each row tells, in small letters; empty where that is nothing."""
        return tuple(cell.casefold() for cell in self.column(self.tells)) if self.tells else ()

    @cached_property
    def groups(self) -> tuple[int, ...]:
        """The number of each row's group: items of a list get rows of the group of what is around it."""
        if not self.group:
            return ()
        cells = self.column(self.group)
        numbers = {cell: number for number, cell in enumerate(dict.fromkeys(cells))}
        return tuple(numbers[cell] for cell in cells)

    @cached_property
    def weights(self) -> tuple[int, ...]:
        """How often each row comes compared with the others; empty where all come alike."""
        return tuple(map(int, self.column(self.weight))) if self.weight else ()

    def column(self, name: str) -> tuple[str, ...]:
        """The cells of a column, a text per row; `KeyError` where there is none of this name."""
        if name not in self.columns:
            raise KeyError(name)
        position = self.columns.index(name)
        return tuple(row[position] for row in self.rows)
