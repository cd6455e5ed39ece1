"""Rows of two tables that tell the same thing, such as whether a person is a woman, and agree on it."""

from functools import cached_property

import numpy as np
from msgspec import Struct

from pytest_specmint.stream import Ints, Keys, below, draw, mix, salt

_AGREE = salt("\0\0agree")


class Agreement(Struct, frozen=True, dict=True):
    """What the row of another table decides about one's own."""

    source: str
    """The other table."""
    theirs: tuple[int, ...]
    """By its rows: the number of what they tell; below 0 where no row of one's own tells that."""
    own: tuple[int, ...]
    """By one's own rows: the number of what they tell; below 0 for those that do not suit."""

    def agreed(self, rows: Ints, others: Ints, keys: Keys) -> Ints:
        """The rows, replaced where they tell something else than the others do."""
        wanted = np.array(self.theirs, dtype=np.int64)[others]
        wrong = np.flatnonzero((wanted >= 0) & (np.array(self.own, dtype=np.int64)[rows] != wanted))
        members, firsts, sizes = self._members
        group = wanted[wrong]
        words = draw(mix(keys[wrong] + _AGREE))
        agreed = rows.copy()
        agreed[wrong] = members[firsts[group] + below(words, sizes[group].astype(np.uint64))]
        return agreed

    @cached_property
    def _members(self) -> tuple[Ints, Ints, Ints]:
        """One's own rows by what they tell; where those of each start, and how many they are."""
        own = np.array(self.own, dtype=np.int64)
        lists = [np.flatnonzero(own == number) for number in range(max(self.own) + 1)]
        sizes = np.array([len(each) for each in lists], dtype=np.int64)
        return np.concatenate(lists), np.cumsum(sizes) - sizes, sizes


def agreement(
    source: str, theirs: tuple[str, ...], own: tuple[str, ...], suiting: tuple[int, ...] | None
) -> Agreement | None:
    """The agreement of two columns that tell the same thing; None where they have nothing in common."""
    kept = set(range(len(own)) if suiting is None else suiting)
    numbers: dict[str, int] = {}
    told = tuple(numbers.setdefault(cell, len(numbers)) if row in kept else -1 for row, cell in enumerate(own))
    said = tuple(numbers.get(cell, -1) for cell in theirs)
    return Agreement(source, said, told) if max(said, default=-1) >= 0 else None
