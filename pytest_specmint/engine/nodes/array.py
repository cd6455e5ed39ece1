"""Arrays: lengths first, then all items of a block as one column, laid out in rows."""

from itertools import groupby

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from pytest_specmint.cells import Cells, beside, cells_of, marked, packed, replaced, united
from pytest_specmint.engine.nodes.listed import RowChoice
from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.shared import IN_LIST, Apart
from pytest_specmint.engine.nodes.unique import identities, repetitions
from pytest_specmint.engine.plan import MAX_RECURSION, Plan
from pytest_specmint.schema.sets.values import Json, identity
from pytest_specmint.stream import LENGTH, Ints, Keys, below, item, mix, retry

REDRAWS = 32
LINKED_REDRAWS = 8
"""How often items are redrawn that depend on others: these may leave fewer values than there are items."""
_LEAST_WIDTH = 16
"""Bytes that an item takes at least while it is made."""
_WASTE = 8
"""From how many times the room of the items on rows are packed."""

Mask = NDArray[np.bool_]


class Items(Struct, frozen=True):
    """A node for the items of an array, and whether it leads back into the array."""

    node: int
    recursive: bool = False


class Linkage(Struct, frozen=True):
    """How others depend on an array: the frames that it stands in and opens, and the variable of its length."""

    outer: int
    frame: int | None = None
    """Where its items' values are written down."""
    length: int | None = None
    distinct: bool = False
    """Whether its items differ as they are, as far as there are values."""

    @property
    def redraws(self) -> int:
        """How often items that repeat another are redrawn."""
        return 1 if self.distinct else LINKED_REDRAWS


class ArrayNode(Struct, frozen=True):
    """Arrays of ``least`` to ``most`` items: the first by ``prefix``, the others by ``rest``.

    Arrays that are to be ``unique``, and for which no other items were found, bear the mark of failure.
    """

    prefix: tuple[Items, ...]
    rest: Items | None
    least: int
    most: int
    unique: bool = False
    repeated: bool = False
    origin: Origin | None = None
    linkage: Linkage | None = None
    apart: tuple[Apart, ...] = ()
    """Rows of tables of which each item is to have another one."""
    counted: bool = False
    """Whether items need to know their place."""
    settled: bool = False
    """Whether items that repeat others would be the same if they were drawn again."""
    lenient: bool = False
    """Whether items that repeat others may stay, where there are no others."""

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One array per key."""
        layout = _Layout.of(self._as_many_as_differ(plan, self._lengths(keys, depth)))
        plan.claim(len(layout.owner), _LEAST_WIDTH)
        keys_of_items = item(keys[layout.owner], layout.position)
        outer, plan = plan, self._inner(plan, keys, keys_of_items, layout)
        cells = self._cells(plan, keys_of_items, layout.position, depth)
        failed = np.zeros(0, dtype=np.int64)
        if self.unique:
            cells, still = self._separate(plan, cells, keys_of_items, layout, depth)
            if len(still):
                kept, failed = self._kept(layout, still)
                self._forget(plan, np.flatnonzero(~kept))
                cells, layout = cells[kept], layout.only(kept)
        if self.repeated:
            cells = self._with_repetitions(plan, cells, layout)
        self._note_lengths(outer, layout)
        plan.claim(len(keys), layout.longest * (cells.shape[1] + 1))
        return marked(_in_brackets(cells, layout), failed[:0] if self.lenient else failed)

    # ------------------------------------------------------------ what others depend on

    def _inner(self, plan: Plan, keys: Keys, items: Keys, layout: "_Layout") -> Plan:
        """The plan for the items."""
        if plan.scope is None:
            return plan
        if self.linkage is None or self.linkage.frame is None:
            scope = plan.scope.at(layout.owner).of_items()
        else:
            scope = plan.scope.items(self.linkage.outer, self.linkage.frame, layout.owner).of_items()
        plan = replace(plan, scope=scope)
        given = {
            each.rows.source: rows
            for each in self.apart
            if (rows := each.drawn(plan, keys, items, layout.owner, layout.position)) is not None
        }
        if self.counted:
            scope = scope.with_rows({IN_LIST: layout.position})
        return replace(plan, scope=scope.giving(given))

    def _forget(self, plan: Plan, lanes: Ints) -> None:
        """Items that do not stay are nobody's."""
        if plan.scope is not None and self.linkage is not None and self.linkage.frame is not None:
            plan.scope.leave(self.linkage.outer, self.linkage.frame, lanes)

    def _as_many_as_differ(self, plan: Plan, lengths: Ints) -> Ints:
        """Lengths that let the items have rows that differ, as far as there may be so few."""
        for each in self.apart:
            many = each.many(plan, len(lengths))
            if many is not None:
                lengths = np.minimum(lengths, np.maximum(many, self.least))
        return lengths

    def _note_lengths(self, plan: Plan, layout: "_Layout") -> None:
        if plan.scope is not None and self.linkage is not None and self.linkage.length is not None:
            plan.scope.write(self.linkage.outer, self.linkage.length, layout.lengths)

    def _lengths(self, keys: Keys, depth: int) -> Ints:
        span = max(self.top(depth, self.most), self.least) - self.least + 1
        return below(mix(keys + LENGTH), span) + self.least

    def top(self, depth: int, most: int) -> int:
        """The greatest length at this depth of recursion, where ``most`` is that at the top."""
        if not depth or not any(each.recursive for each in (*self.prefix, self.rest) if each):
            return most
        return self.least + ((most - self.least) >> (2 * depth)) if depth < MAX_RECURSION else self.least

    def _cells(self, plan: Plan, keys: Keys, position: Ints, depth: int) -> Cells:
        if not self.prefix:
            assert self.rest is not None or not len(keys)
            return self._column(plan, self.rest, keys, depth)
        place = np.minimum(position, len(self.prefix))
        ways = [(np.flatnonzero(place == i), items) for i, items in enumerate((*self.prefix, self.rest))]
        parts = [
            (lanes, self._column(plan.at(lanes), items, keys[lanes], depth)) for lanes, items in ways if len(lanes)
        ]
        return united(len(keys), parts)

    def _column(self, plan: Plan, items: Items | None, keys: Keys, depth: int) -> Cells:
        if items is None or not len(keys):
            return np.zeros((0, 1), dtype=np.uint8)
        return plan.column(items.node, keys, depth + items.recursive)

    # ------------------------------------------------------------ unique items

    def _separate(self, plan: Plan, cells: Cells, keys: Keys, layout: "_Layout", depth: int) -> tuple[Cells, Ints]:
        """Redraw the items that repeat an earlier one of their array; gives those that still do."""
        lanes = self._repetitions(plan, cells, layout, np.arange(len(cells)))
        if self.settled:
            return cells, lanes
        for attempt in range(1, REDRAWS if self.linkage is None else self.linkage.redraws):
            if not len(lanes):
                return cells, lanes
            again = retry(keys[lanes], attempt)
            fresh = self._cells(plan.at(lanes), again, layout.position[lanes], depth)
            cells = replaced(cells, lanes, fresh)
            lanes = self._repetitions(plan, cells, layout, layout.together_with(lanes))
        cells = self._exhausted(plan, cells, layout, lanes)
        return cells, self._repetitions(plan, cells, layout, layout.together_with(lanes))

    def _repetitions(self, plan: Plan, cells: Cells, layout: "_Layout", lanes: Ints) -> Ints:
        """Those of the lanes that repeat an earlier one of them in the same array."""
        node = plan.nodes[self.rest.node] if self.rest and not self.prefix else None
        rows = identities(plan, node, cells[lanes])
        return lanes[repetitions(rows, layout.owner[lanes])]

    def _exhausted(self, plan: Plan, cells: Cells, layout: "_Layout", lanes: Ints) -> Cells:
        """Where few values exist, give the repeating items those that are still free, in order."""
        node = plan.nodes[self.rest.node] if self.rest else None
        if self.prefix or not isinstance(node, Choice) or isinstance(node, RowChoice):
            return cells
        chosen: dict[int, Json] = {}
        for owner, repeating in groupby(lanes.tolist(), key=lambda lane: int(layout.owner[lane])):
            used = {identity(each) for each in plan.values(cells[layout.items_of(owner)])}
            free = (value for value in node.values if identity(value) not in used)
            chosen |= dict(zip(repeating, free, strict=False))
        return replaced(cells, np.array([*chosen]), cells_of(chosen.values())) if chosen else cells

    def _kept(self, layout: "_Layout", still: Ints) -> tuple[Mask, Ints]:
        """Which items stay: repetitions go, the last first, as far as the least length allows; and which arrays fail.

        These still have repetitions.
        """
        kept = np.ones(len(layout.owner), dtype=np.bool_)
        spare = np.maximum(layout.lengths - max(self.least, len(self.prefix)), 0).tolist()
        failed = []
        for lane in still[::-1].tolist():
            owner = int(layout.owner[lane])
            if spare[owner]:
                spare[owner] -= 1
                kept[lane] = False
            else:
                failed.append(owner)
        return kept, np.array(failed, dtype=np.int64)

    def _with_repetitions(self, plan: Plan, cells: Cells, layout: "_Layout") -> Cells:
        """The last item of an array made equal to the first, where none repeats."""
        repeating = layout.owner[self._repetitions(plan, cells, layout, np.arange(len(cells)))]
        plain = (layout.lengths > 1) & (np.bincount(repeating, minlength=len(layout.lengths)) == 0)
        ends = np.cumsum(layout.lengths)
        first, last = (ends - layout.lengths)[plain], ends[plain] - 1
        return replaced(cells, last, cells[first]) if len(last) else cells


class _Layout(Struct, frozen=True):
    """Which array each item belongs to, and its position there; items of an array follow one another."""

    lengths: Ints
    owner: Ints
    position: Ints

    @classmethod
    def of(cls, lengths: Ints) -> "_Layout":
        owner = np.repeat(np.arange(len(lengths)), lengths)
        starts = np.cumsum(lengths) - lengths
        return cls(lengths, owner, np.arange(len(owner)) - starts[owner])

    @property
    def longest(self) -> int:
        return int(self.lengths.max(initial=0))

    def together_with(self, lanes: Ints) -> Ints:
        """All lanes of the arrays to which these belong."""
        marked = np.zeros(len(self.lengths), dtype=np.bool_)
        marked[self.owner[lanes]] = True
        return np.flatnonzero(marked[self.owner])

    def items_of(self, owner: int) -> slice:
        """The lanes of one array."""
        end = int(self.lengths[: owner + 1].sum())
        return slice(end - int(self.lengths[owner]), end)

    def only(self, kept: Mask) -> "_Layout":
        return _Layout.of(np.bincount(self.owner[kept], minlength=len(self.lengths)))


def _in_brackets(cells: Cells, layout: _Layout) -> Cells:
    """The items of each array side by side, a comma before each but the first."""
    commas = (layout.position > 0) * np.uint8(ord(","))
    items = beside(commas[:, None], cells)
    width, longest = items.shape[1], layout.longest
    out = np.zeros((len(layout.lengths), longest * width + 2), dtype=np.uint8)
    out[:, 0], out[:, -1] = ord("["), ord("]")
    if longest:
        grid = out[:, 1:-1].view(f"V{width}")
        grid[layout.owner, layout.position] = items.view(f"V{width}")[:, 0]
    return packed(out) if len(items) * _WASTE < len(out) * longest else out
