"""A plan: a frozen table of nodes, each of which turns keys into a column of JSON texts."""

from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint import cells
from pytest_specmint.cells import Cells
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.stream import Keys, record_keys, retry

MAX_RECURSION = 2
"""How often a value may pass into itself before only the shallowest ways are taken."""
LANES = 8192
"""Records made at a time, at most: a call of numpy should serve many, and columns should stay in the cache."""
AREA = 1 << 25
"""Bytes of the largest matrix; where it would be larger, fewer records are made at a time."""


class TooLarge(Exception):
    """A matrix would exceed the plan's area."""


class Node(Protocol):
    """Makes values of one kind. Row i of the column depends on ``keys[i]`` and ``depth`` alone."""

    def sample(self, plan: "Plan", keys: Keys, depth: int) -> Cells:
        """One value per key; ``depth`` counts how often a recursive part was entered on the way."""


class Plan(Struct, frozen=True):
    """All that is needed to make records: pure data, picklable, shared between processes."""

    nodes: tuple[Node, ...]
    root: int
    exact: bool = False
    """Whether there may be integers beyond 64 bits."""
    lanes: int = LANES
    """How many records are made at a time."""
    area: int | None = AREA

    def column(self, node: int, keys: Keys, depth: int) -> Cells:
        """The column of one node."""
        return self.nodes[node].sample(self, keys, depth)

    def values(self, column: Cells) -> list[Json]:
        """What a column's texts say."""
        return cells.values(column, exact=self.exact)

    def claim(self, count: int, width: int) -> None:
        """Ask for the room of a matrix; raises `TooLarge`, unless there is but one record."""
        if self.area is not None and count * width > self.area:
            raise TooLarge

    def lines(self, seed: int, start: int, count: int) -> bytes:
        """The canonical lines of the records ``start … start + count - 1`` of a seed."""
        firsts = range(start, start + count, self.lanes)
        return b"".join([self._lines(record_keys(seed, i, min(self.lanes, start + count - i))) for i in firsts])

    def records(self, seed: int, start: int, count: int) -> list[Json]:
        """The same records as values."""
        return cells.parsed(self.lines(seed, start, count), exact=self.exact)

    def again(self, seed: int, index: int, attempt: int) -> bytes:
        """The line of another try (``attempt`` ≥ 1) at the record with this index."""
        return self._lines(retry(record_keys(seed, index, 1), attempt))

    def _lines(self, keys: Keys) -> bytes:
        plan = self if len(keys) > 1 else replace(self, area=None)
        try:
            return cells.joined(plan.column(self.root, keys, 0), b"\n")
        except TooLarge:
            half = len(keys) // 2
            return self._lines(keys[:half]) + self._lines(keys[half:])
