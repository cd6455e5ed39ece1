"""Values that the fields of one object share: a row of a table, an entry of a list."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from pytest_specmint.cells import Cells, cells_of_texts, take, unquoted
from pytest_specmint.stream import Ints, Keys, below, draw, mix, salt

if TYPE_CHECKING:
    from pytest_specmint.engine.plan import Plan


class Rows(Struct, frozen=True, dict=True):
    """A table or list of which an object has one row, which all of its fields share."""

    source: str
    """What has the same one has the same row."""
    count: int
    allowed: tuple[int, ...] | None = None
    """Rows that suit; None for all."""
    groups: tuple[int, ...] = ()
    """Of rows: items of a list get one of the group that what is around the list has. None where there are none."""

    def drawn(self, plan: "Plan", keys: Keys) -> Ints:
        """A row per key."""
        words = draw(mix(keys + salt(f"\0\0rows {self.source}")))
        outer = plan.scope.outer.get(self.source) if plan.scope is not None and self.groups else None
        if outer is None:
            chosen: Ints = self._suiting[below(words, len(self._suiting))]
            return chosen
        members, starts, sizes = self._members
        group = np.array(self.groups, dtype=np.int64)[outer]
        among: Ints = members[starts[group] + below(words, sizes[group].astype(np.uint64))]
        return among

    @cached_property
    def _suiting(self) -> Ints:
        return np.array(range(self.count) if self.allowed is None else self.allowed, dtype=np.int64)

    @cached_property
    def _members(self) -> tuple[Ints, Ints, Ints]:
        """The rows that suit, group by group; where each group starts, and how many it has: all, where none suits."""
        suiting, groups = self._suiting, np.array(self.groups, dtype=np.int64)
        lists = [suiting[groups[suiting] == group] for group in range(max(self.groups) + 1)]
        lists = [each if len(each) else suiting for each in lists]
        sizes = np.array([len(each) for each in lists], dtype=np.int64)
        return np.concatenate(lists), np.cumsum(sizes) - sizes, sizes


class SharedWords(Struct, frozen=True, dict=True):
    """What the object's row of a table, or entry of a list, says."""

    rows: Rows
    entries: tuple[str, ...]
    """By row."""

    @property
    def source(self) -> str:
        """Fields with the same source have the same row."""
        return self.rows.source

    @property
    def allowed(self) -> tuple[int, ...] | None:
        """The rows that suit the field; None for all."""
        return self.rows.allowed

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
        return take(self._table, row_of(plan, keys, self.rows))

    @cached_property
    def _table(self) -> Cells:
        return cells_of_texts(unquoted(self.entries))


def row_of(plan: "Plan", keys: Keys, rows: Rows) -> Ints:
    """The row that the object around each lane has; one that suits where that does not."""
    known = None if plan.scope is None else plan.scope.rows.get(rows.source)
    if known is not None and rows.allowed is None:
        return known
    own = rows.drawn(plan, keys)
    if known is None or rows.allowed is None:
        return own
    suits = np.zeros(rows.count, dtype=np.bool_)
    suits[list(rows.allowed)] = True
    return np.where(suits[known], known, own)
