"""Values that the fields of one object share: a row of a table, an entry of a list."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from pytest_specmint.cells import Cells, cells_of_texts, take, unquoted
from pytest_specmint.stream import Ints, Keys, below, draw, mix, salt

if TYPE_CHECKING:
    from pytest_specmint.engine.plan import Plan


class SharedWords(Struct, frozen=True, dict=True):
    """What the object's row of a table, or entry of a list, says."""

    source: str
    """Whose row it is: fields with the same source have the same one."""
    entries: tuple[str, ...]
    """By row."""
    allowed: tuple[int, ...] | None = None
    """The rows that suit the field; None for all."""

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.entries)

    @cached_property
    def span(self) -> tuple[int, int]:
        """Least and greatest length."""
        lengths = [len(self.entries[row]) for row in self.allowed or range(self.count)]
        return min(lengths), max(lengths)

    def of(self, plan: "Plan", keys: Keys) -> Cells:
        """The entries, without quotes; another one that suits the field where the object's does not."""
        return take(self._table, row_of(plan, keys, self.source, self.count, self.allowed))

    @cached_property
    def _table(self) -> Cells:
        return cells_of_texts(unquoted(self.entries))


def row_of(plan: "Plan", keys: Keys, source: str, count: int, allowed: tuple[int, ...] | None) -> Ints:
    """The row that the object around each lane has; one that is allowed where that is not."""
    rows = None if plan.scope is None else plan.scope.rows.get(source)
    if rows is not None and allowed is None:
        return rows
    words = draw(mix(keys + salt(f"\0\0row {source}")))
    if allowed is None:
        return below(words, count)
    own = np.array(allowed, dtype=np.int64)[below(words, len(allowed))]
    if rows is None:
        return own
    suits = np.zeros(count, dtype=np.bool_)
    suits[list(allowed)] = True
    return np.where(suits[rows], rows, own)
