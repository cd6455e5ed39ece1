"""A plan: a frozen table of nodes, each of which turns keys into a column of values."""

from dataclasses import dataclass
from typing import Protocol

from pytest_specmint.schema.sets.values import Json
from pytest_specmint.stream import Keys, record_keys, retry

Column = list[Json]

MAX_RECURSION = 2
"""How often a value may pass into itself before only the shallowest ways are taken."""


class Node(Protocol):
    """Makes values of one kind. Element i of the column depends on ``keys[i]`` and ``depth`` alone."""

    def sample(self, plan: "Plan", keys: Keys, depth: int) -> Column:
        """One value per key; ``depth`` counts how often a recursive part was entered on the way."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is needed to make records: pure data, picklable, shared between processes."""

    nodes: tuple[Node, ...]
    root: int

    def column(self, node: int, keys: Keys, depth: int) -> Column:
        """The column of one node."""
        return self.nodes[node].sample(self, keys, depth)

    def records(self, seed: int, start: int, count: int) -> Column:
        """The records ``start … start + count - 1`` of a seed."""
        return self.column(self.root, record_keys(seed, start, count), 0)

    def again(self, seed: int, index: int, attempt: int) -> Json:
        """Another try (``attempt`` ≥ 1) at the record with this index."""
        keys = record_keys(seed, index, 1)
        return self.column(self.root, retry(keys, attempt), 0)[0]
