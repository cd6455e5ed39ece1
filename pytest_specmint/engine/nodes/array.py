"""Arrays: lengths first, then all items of a block as one column, cut into rows."""

from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np

from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.plan import MAX_RECURSION, Column, Plan
from pytest_specmint.schema.sets.values import identity
from pytest_specmint.stream import LENGTH, Ints, Keys, below, item, mix, retry

REDRAWS = 32


Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Items:
    """A node for the items of an array, and whether it leads back into the array."""

    node: int
    recursive: bool = False


@dataclass(frozen=True, slots=True)
class ArrayNode:
    """Arrays of ``least`` to ``most`` items: the first by ``prefix``, the others by ``rest``."""

    prefix: tuple[Items, ...]
    rest: Items | None
    least: int
    most: int
    unique: bool = False
    repeated: bool = False
    origin: Origin | None = field(default=None, compare=False, repr=False)

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Column:
        """One list per key."""
        lengths = self._lengths(keys, depth)
        ends = np.cumsum(lengths)
        starts = ends - lengths
        owner = np.repeat(np.arange(len(keys)), lengths)
        position = np.arange(len(owner)) - starts[owner]
        keys_of_items = item(keys[owner], position)
        cells = self._cells(plan, keys_of_items, position, depth)
        bounds = list(zip(starts.tolist(), ends.tolist(), strict=True))
        if self.unique:
            still = self._separate(plan, cells, keys_of_items, position, bounds, depth)
            return self._cut(cells, bounds, still)
        rows = [cells[start:end] for start, end in bounds]
        return [_with_repetition(row) for row in rows] if self.repeated else rows

    def _cut(self, cells: Column, bounds: list[Bounds], still: list[Bounds]) -> Column:
        """The rows, those with repetitions left shortened by them as far as the least length allows."""
        repeating = set(still)
        rows: Column = []
        for start, end in bounds:
            row = cells[start:end]
            if (start, end) in repeating:
                for lane in reversed(_repeats(row, 0, len(row))):
                    if len(row) > max(self.least, len(self.prefix)):
                        del row[lane]
            rows.append(row)
        return rows

    def _lengths(self, keys: Keys, depth: int) -> Ints:
        span = max(self.top(depth, self.most), self.least) - self.least + 1
        return below(mix(keys + LENGTH), span) + self.least

    def top(self, depth: int, most: int) -> int:
        """The greatest length at this depth of recursion, where ``most`` is that at the top."""
        if not depth or not any(each.recursive for each in (*self.prefix, self.rest) if each):
            return most
        return self.least + ((most - self.least) >> (2 * depth)) if depth < MAX_RECURSION else self.least

    def _cells(self, plan: Plan, keys: Keys, position: Ints, depth: int) -> Column:
        if not self.prefix:
            assert self.rest is not None or not len(keys)
            return self._column(plan, self.rest, keys, depth)
        cells: Column = [None] * len(keys)
        for i, items in enumerate(self.prefix):
            self._fill(plan, cells, items, keys, np.flatnonzero(position == i), depth)
        beyond = np.flatnonzero(position >= len(self.prefix))
        self._fill(plan, cells, self.rest, keys, beyond, depth)
        return cells

    def _fill(self, plan: Plan, cells: Column, items: Items | None, keys: Keys, lanes: Ints, depth: int) -> None:
        if len(lanes):
            column = self._column(plan, items, keys[lanes], depth)
            for lane, value in zip(lanes.tolist(), column, strict=True):
                cells[lane] = value

    def _column(self, plan: Plan, items: Items | None, keys: Keys, depth: int) -> Column:
        return plan.column(items.node, keys, depth + items.recursive) if items and len(keys) else []

    def _separate(
        self,
        plan: Plan,
        cells: Column,
        keys: Keys,
        position: Ints,
        bounds: list[Bounds],
        depth: int,
    ) -> list[Bounds]:
        """Redraw the items that repeat an earlier one of their array; gives the arrays in which some still do."""
        suspects = [each for each in bounds if not _plainly_distinct(cells, *each)]
        for attempt in range(1, REDRAWS):
            found = [(each, _repeats(cells, *each)) for each in suspects]
            suspects = [each for each, lanes in found if lanes]
            lanes = [lane for _, some in found for lane in some]
            if not lanes:
                return []
            self._replace(plan, cells, retry(keys[lanes], attempt), position, lanes, depth)
        self._exhaust(plan, cells, suspects)
        return [each for each in suspects if _repeats(cells, *each)]

    def _replace(self, plan: Plan, cells: Column, keys: Keys, position: Ints, lanes: list[int], depth: int) -> None:
        fresh = self._cells(plan, keys, position[lanes], depth)
        for lane, value in zip(lanes, fresh, strict=True):
            cells[lane] = value

    def _exhaust(self, plan: Plan, cells: Column, bounds: list[Bounds]) -> None:
        """Where few values exist, give the repeating items those that are still free, in order."""
        node = plan.nodes[self.rest.node] if self.rest else None
        if self.prefix or not isinstance(node, Choice):
            return
        for start, end in bounds:
            lanes = _repeats(cells, start, end)
            if lanes:
                used = {identity(each) for each in cells[start:end]}
                free = (value for value in node.values if identity(value) not in used)
                for lane, value in zip(lanes, free, strict=False):
                    cells[lane] = value


def _with_repetition(row: Column) -> Column:
    """The last item made equal to the first, where none repeats."""
    if len(row) > 1 and not _repeats(row, 0, len(row)):
        row[-1] = deepcopy(row[0])
    return row


def _plainly_distinct(cells: Column, start: int, end: int) -> bool:
    """Whether a look at the hashes shows the cells between the bounds to differ; no only means perhaps not."""
    if end - start < 2:
        return True
    try:
        return len(set(cells[start:end])) == end - start
    except TypeError:
        return False


def _repeats(cells: Column, start: int, end: int) -> list[int]:
    """Positions of the cells that equal an earlier cell between the bounds."""
    if _plainly_distinct(cells, start, end):
        return []
    seen: set[object] = set()
    out = []
    for lane in range(start, end):
        value = cells[lane]
        key = (value,) if isinstance(value, str) else identity(value)
        if key in seen:
            out.append(lane)
        seen.add(key)
    return out
