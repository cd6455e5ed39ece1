"""A plan: a frozen table of nodes, each of which turns keys into a column of JSON texts."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint import cells
from pytest_specmint.cells import Cells
from pytest_specmint.engine.scope import Scope
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.stream import Ints, Keys, keys_of, retry

if TYPE_CHECKING:
    from pytest_specmint.engine.nodes.reference import Related

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


class Around(Struct, frozen=True):
    """A node around another one, whose values it changes or adds to."""

    inner: int

    @property
    def taken_over(self) -> bool:
        """Whether its values come from elsewhere, where there is such a thing."""
        return False

    @property
    def inside(self) -> tuple[int, ...]:
        """The nodes that its values come from."""
        return (self.inner,)


class Capacity(Struct, frozen=True):
    """How many records can have a value of their own."""

    place: str
    """Where the schema says that they have."""
    size: int
    what: str = "x-unique: {wanted} records are to differ, but there are {size} values"
    """The error's words where there are too few."""
    hint: str = "widen the field's bounds, or make fewer records"


class Plan(Struct, frozen=True):
    """All that is needed to make records: pure data, picklable, shared between processes."""

    nodes: tuple[Node, ...]
    root: int
    exact: bool = False
    """Whether there may be integers beyond 64 bits."""
    lanes: int = LANES
    """How many records are made at a time."""
    area: int | None = AREA
    linked: bool = False
    """Whether some of its parts depend on others."""
    left: tuple[str, ...] = ()
    """Ids of rules whose ties could not all be made: records that break them are to be drawn again."""
    held: tuple[str, ...] = ()
    """Ids of rules that all records hold by how they are drawn, though nothing was built in for them."""
    capacities: tuple[Capacity, ...] = ()
    """What limits the number of records."""
    scope: Scope | None = None
    """What is known of others, while records are made; none where nothing depends on it."""
    related: "Mapping[str, Related]" = {}
    """Datasets that its records refer to, by name, while records are made."""

    def column(self, node: int, keys: Keys, depth: int) -> Cells:
        """The column of one node."""
        return self.nodes[node].sample(self, keys, depth)

    def at(self, lanes: Ints) -> "Plan":
        """The plan for some of the lanes of those it stands for."""
        return self if self.scope is None else replace(self, scope=self.scope.at(lanes))

    def with_scope(self, scope: Scope) -> "Plan":
        """The plan for lanes of which this is known."""
        return replace(self, scope=scope)

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
        return b"".join([self._of(seed, _range(i, min(self.lanes, start + count - i))) for i in firsts])

    def lines_at(self, seed: int, index: Ints) -> bytes:
        """The canonical lines of the records with these indices."""
        parts = [index[at : at + self.lanes] for at in range(0, len(index), self.lanes)]
        return b"".join([self._of(seed, part) for part in parts])

    def records(self, seed: int, start: int, count: int) -> list[Json]:
        """The same records as values."""
        return cells.parsed(self.lines(seed, start, count), exact=self.exact)

    def again(self, seed: int, indices: Sequence[int] | Ints, attempts: Sequence[int]) -> bytes:
        """The lines of other tries (attempts from 1 on) at the records with these indices: all of a try together."""
        index = np.array(indices, dtype=np.int64)
        keys = keys_of(seed, index.view(np.uint64))
        every = np.concatenate([retry(keys, attempt) for attempt in attempts])
        return self._lines(every, seed, np.tile(index, len(attempts)))

    def _of(self, seed: int, index: Ints) -> bytes:
        return self._lines(keys_of(seed, index.view(np.uint64)), seed, index)

    def _lines(self, keys: Keys, seed: int, index: Ints) -> bytes:
        plan = self if len(keys) > 1 else replace(self, area=None)
        if self.linked:
            plan = replace(plan, scope=Scope.of(seed, index))
        try:
            return cells.joined(plan.column(self.root, keys, 0), b"\n")
        except TooLarge:
            half = len(keys) // 2
            return self._lines(keys[:half], seed, index[:half]) + self._lines(keys[half:], seed, index[half:])


def _range(start: int, count: int) -> Ints:
    return np.arange(start, start + count, dtype=np.int64)
