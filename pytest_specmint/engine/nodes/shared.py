"""Values that the fields of one object share: a row of a table, an entry of a list."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import gcd
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.cells import Cells, cells_of_texts, take, unquoted
from pytest_specmint.engine.nodes.agreement import Agreement
from pytest_specmint.engine.tables import Table
from pytest_specmint.stream import Ints, Keys, below, draw, mix, salt

if TYPE_CHECKING:
    from pytest_specmint.engine.plan import Plan

WAYS = "\0\0ways"
"""What lists give their items where these are to be texts of different templates."""
IN_LIST = "\0\0place"
"""What counted lists give their items: the place of each, from 0."""
STRIDES = 16
"""In how many orders at most the kinds of rows of a group are gone through."""
_STRIDE = salt("\0\0stride")


class Rows(Struct, frozen=True, dict=True):
    """A table or list of which an object has one row, which all of its fields share."""

    source: str
    """What has the same one has the same row."""
    count: int
    allowed: tuple[int, ...] | None = None
    """Rows that suit; None for all."""
    groups: tuple[int, ...] = ()
    """Of rows: items of a list get one of the group that what is around the list has. None where there are none."""
    weights: tuple[int, ...] = ()
    """Of rows: how often they come; none where they come alike."""
    apart: bool = False
    """Whether the items of a list get different ones."""
    tells: str = ""
    told: tuple[str, ...] = ()
    """What rows tell that other tables may tell too, and what each one does."""
    agreement: Agreement | None = None
    """With the row of another table."""
    outward: bool = False
    """Whether the row is that of the object around the one that the field stands in, if that has one."""

    @classmethod
    def of(cls, source: str, count: int, table: Table | None) -> "Rows":
        """Those of a list, or of a table: items of lists differ unless its rows come as often as they are weighed."""
        if table is None:
            return cls(source, count)
        apart = bool(table.groups) or not (table.weights or table.repeats)
        return cls(source, count, None, table.groups, table.weights, apart, table.tells, table.told)

    @property
    def plain(self) -> "Rows":
        """All of them, for the object that has one."""
        return replace(self, allowed=None, outward=False)

    def drawn(self, plan: "Plan", keys: Keys) -> Ints:
        """A row per key."""
        words = draw(mix(keys + salt(f"\0\0rows {self.source}")))
        outer = self.outer(plan)
        if outer is None:
            return _picked(self._suiting, self._steps, below(words, int(self._steps[-1])))
        firsts, totals = self._weighed
        group = np.array(self.groups, dtype=np.int64)[outer]
        drawn = firsts[group] + below(words, totals[group].astype(np.uint64))
        return _picked(self._members, self._steps_of_members, drawn)

    def outer(self, plan: "Plan") -> Ints | None:
        """The rows of what is around the list that the lanes are items of."""
        return plan.scope.outer.get(self.source) if plan.scope is not None and self.groups else None

    @cached_property
    def _suiting(self) -> Ints:
        return np.array(range(self.count) if self.allowed is None else self.allowed, dtype=np.int64)

    @property
    def share(self) -> float:
        """How much the rows that suit weigh, of all."""
        return int(self._steps[-1]) / int(self._weights.sum())

    @cached_property
    def _steps(self) -> Ints:
        """How much the rows that suit weigh, each with those before it."""
        return np.cumsum(self._weights[self._suiting])

    @cached_property
    def _weights(self) -> Ints:
        return np.array(self.weights, dtype=np.int64) if self.weights else np.ones(self.count, dtype=np.int64)

    @cached_property
    def _members(self) -> Ints:
        """The rows that suit, group by group."""
        return np.concatenate(self.by_group)

    @cached_property
    def _steps_of_members(self) -> Ints:
        return np.cumsum(self._weights[self._members])

    @cached_property
    def _weighed(self) -> tuple[Ints, Ints]:
        """What all groups before each one weigh, and what it weighs."""
        totals = np.array([self._weights[each].sum() for each in self.by_group], dtype=np.int64)
        return np.cumsum(totals) - totals, totals

    @cached_property
    def by_group(self) -> "list[Ints]":
        """The rows of each group that suit; all that suit, where none of a group does."""
        suiting = self._suiting
        if not self.groups:
            return [suiting]
        groups = np.array(self.groups, dtype=np.int64)
        lists = [suiting[groups[suiting] == group] for group in range(max(self.groups) + 1)]
        return [each if len(each) else suiting for each in lists]


def _picked(rows: Ints, steps: Ints, drawn: Ints) -> Ints:
    """The rows that numbers below the sum of all weights lead to."""
    if steps[-1] == len(rows):
        return rows[drawn]
    return rows[np.searchsorted(steps, drawn, side="right")]


class _Kinds(NamedTuple):
    """Rows by group and kind, flat: rows of one kind show the same."""

    rows: Ints
    first_row: Ints
    size: Ints
    """By kind: where its rows start, and how many there are."""
    first_kind: Ints
    many: Ints
    """By group: where its kinds start, and how many there are."""
    strides: Ints
    """By group: steps that lead through all of its kinds."""
    rank: Ints
    """By row: which of its group's kinds it is; -1 for rows that do not suit."""


class Apart(Struct, frozen=True, dict=True):
    """Rows for the items of a list, such that they differ in what they show, as far as there are such rows.

    Where rows have groups the first item has the row of what is around the list, if that suits: so what leads a list
    agrees with the rest of the record.
    """

    rows: Rows
    kinds: tuple[int, ...]
    """Of rows: the number of what they show."""

    def drawn(self, plan: "Plan", lists: Keys, items: Keys, owner: Ints, position: Ints) -> Ints | None:
        """A row per item; ``lists`` are the keys of the lists, ``owner`` and ``position`` of the items in them.

        None where rows have groups, and no group is known.
        """
        kinds = self._kinds
        outer = self.rows.outer(plan)
        group = np.zeros(len(lists), dtype=np.int64)
        if outer is not None:
            group[owner] = np.array(self.rows.groups, dtype=np.int64)[outer]
        elif self.rows.groups:
            return None
        mixed = mix(lists + salt(f"\0\0rows {self.rows.source}"))
        many = kinds.many[group]
        start = below(draw(mixed), many.astype(np.uint64))
        stride = kinds.strides[group, below(draw(mix(mixed + _STRIDE)), STRIDES)]
        if outer is None:
            first = start[owner]
        else:
            known = kinds.rank[outer]
            first = np.where(known >= 0, known, start[owner])
        kind = kinds.first_kind[group][owner] + (first + position * stride[owner]) % many[owner]
        words = draw(mix(items + salt(f"\0\0rows {self.rows.source}")))
        chosen: Ints = kinds.rows[kinds.first_row[kind] + below(words, kinds.size[kind].astype(np.uint64))]
        return chosen if outer is None else np.where((position == 0) & (kinds.rank[outer] >= 0), outer, chosen)

    def many(self, plan: "Plan", count: int) -> Ints | None:
        """How many kinds each of so many lists has for its items; None where no group is known."""
        if not self.rows.groups:
            return np.full(count, self._kinds.many[0])
        scope = plan.scope
        places = () if scope is None else (scope.rows, scope.outer)
        known = next((place[self.rows.source] for place in places if self.rows.source in place), None)
        return None if known is None else self._kinds.many[np.array(self.rows.groups, dtype=np.int64)[known]]

    @cached_property
    def _kinds(self) -> _Kinds:
        shown = np.array(self.kinds, dtype=np.int64)
        rows: list[Ints] = []
        sizes: list[int] = []
        many: list[int] = []
        for members in self.rows.by_group:
            ordered = members[np.argsort(shown[members], kind="stable")]
            counts = np.unique(shown[ordered], return_counts=True)[1]
            rows.append(ordered)
            sizes += counts.tolist()
            many.append(len(counts))
        size, count = np.array(sizes, dtype=np.int64), np.array(many, dtype=np.int64)
        strides = np.array([_strides(each) for each in many], dtype=np.int64)
        flat = np.concatenate(rows)
        first = np.cumsum(count) - count
        rank = np.full(self.rows.count, -1, dtype=np.int64)
        if self.rows.groups:
            rank[flat] = np.repeat(np.arange(len(size)) - np.repeat(first, count), size)
        return _Kinds(flat, np.cumsum(size) - size, size, first, count, strides, rank)


def _strides(many: int) -> list[int]:
    """Steps by which one comes through all of so many places, in different orders."""
    found = [step for step in range(1, many + 1) if gcd(step, many) == 1]
    return [found[i * len(found) // STRIDES] for i in range(STRIDES)]


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


def object_rows(plan: "Plan", keys: Keys, listed: Sequence[Rows]) -> dict[str, Ints]:
    """The rows that objects have: those that their lists give them, those of what is around them, or their own."""
    found: dict[str, Ints] = {}
    for rows in sorted(listed, key=lambda each: each.agreement is not None):
        found[rows.source] = _object_row(plan, keys, rows, found)
    return found


def _object_row(plan: "Plan", keys: Keys, rows: Rows, found: Mapping[str, Ints]) -> Ints:
    assert plan.scope is not None
    known = plan.scope.given.get(rows.source)
    if known is None and rows.outward:
        known = plan.scope.rows.get(rows.source)
    if known is not None:
        return known
    drawn = rows.drawn(plan, keys)
    return drawn if rows.agreement is None else rows.agreement.agreed(drawn, found[rows.agreement.source], keys)


def shown_row(plan: "Plan", rows: Rows) -> Ints | None:
    """The row that the object around each lane has, or the list gives to the lane; None where there is none."""
    if plan.scope is None:
        return None
    places = (plan.scope.rows, plan.scope.given, plan.scope.outer if rows.outward else {})
    return next((place[rows.source] for place in places if rows.source in place), None)


def row_of(plan: "Plan", keys: Keys, rows: Rows) -> Ints:
    """The row that the object around each lane has; one that suits where that does not."""
    known = shown_row(plan, rows)
    if known is not None and rows.allowed is None:
        return known
    own = rows.drawn(plan, keys)
    if known is None or rows.allowed is None:
        return own
    suits = np.zeros(rows.count, dtype=np.bool_)
    suits[list(rows.allowed)] = True
    return np.where(suits[known], known, own)
