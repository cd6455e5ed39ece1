"""Unions: each lane takes one way, the ways are sampled apart and put together."""

import numpy as np
from msgspec import Struct

from pytest_specmint.cells import Cells, united
from pytest_specmint.engine.plan import MAX_RECURSION, Plan
from pytest_specmint.stream import BRANCH, Ints, Keys, mix, threshold


class Alternative(Struct, frozen=True):
    """One way: its node, its share, and the least depth of its values."""

    node: int
    weight: float
    height: int
    recursive: bool = False


class UnionNode(Struct, frozen=True):
    """One of several ways, by weight; deep down only those of least height."""

    ways: tuple[Alternative, ...]

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One value per key."""
        ways = self.open(depth)
        if len(ways) == 1:
            return plan.column(ways[0].node, keys, depth + ways[0].recursive)
        chosen = choose(mix(keys + BRANCH), [way.weight for way in ways])
        parts = []
        for i, way in enumerate(ways):
            lanes = np.flatnonzero(chosen == i)
            if len(lanes):
                parts.append((lanes, plan.at(lanes).column(way.node, keys[lanes], depth + way.recursive)))
        return united(len(keys), parts)

    def open(self, depth: int) -> tuple[Alternative, ...]:
        """The ways that may be taken at this depth of recursion."""
        if depth < MAX_RECURSION:
            return self.ways
        least = min(way.height for way in self.ways)
        return tuple(way for way in self.ways if way.height == least)


def choose(words: Keys, weights: list[float]) -> Ints:
    """The index of a way for each word, by weight."""
    total = sum(weights)
    share, bounds = 0.0, []
    for weight in weights[:-1]:
        share += weight / total
        bounds.append(threshold(share))
    return np.searchsorted(np.array(bounds, dtype=np.uint64), words, side="right").astype(np.int64)
