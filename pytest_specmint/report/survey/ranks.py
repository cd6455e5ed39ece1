"""Quantiles of a stream of numbers in flat memory, always the same for the same stream.

Values stand in levels; one of level l stands for 2^l of the stream. A level that is full is sorted, and every other of
its values goes up, the even ones and the odd ones in turn (Manku, Rajagopalan, Lindsay: Approximate medians and other
quantiles in one pass and with limited memory, 1998). A rank is wrong by at most levels / (2 x SIZE) of the stream.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SIZE = 4096
"""Values that a level holds before it is halved."""
Floats = NDArray[np.float64]


class Ranks:
    """A summary from which quantiles can be read."""

    def __init__(self) -> None:
        self._levels: list[list[Floats]] = [[]]
        self._odd: list[bool] = [False]

    def add(self, values: Floats) -> None:
        """Take note of values."""
        self._put(0, values)

    def _put(self, level: int, values: Floats) -> None:
        if level == len(self._levels):
            self._levels.append([])
            self._odd.append(False)
        self._levels[level].append(values)
        if sum(map(len, self._levels[level])) <= SIZE:
            return
        full = np.sort(np.concatenate(self._levels[level]))
        even = len(full) - len(full) % 2
        self._levels[level] = [full[even:]]
        kept = full[:even][1 if self._odd[level] else 0 :: 2]
        self._odd[level] = not self._odd[level]
        self._put(level + 1, kept)

    @property
    def exact(self) -> bool:
        """Whether every value is still there."""
        return len(self._levels) == 1

    @property
    def error(self) -> float:
        """By how much a rank may be wrong, at most, as a share of the stream."""
        return 0.0 if self.exact else (len(self._levels) - 1) / (2 * SIZE)

    def weighted(self) -> tuple[Floats, Floats]:
        """Values in order, and for how many each of them stands."""
        values = np.concatenate([each for level in self._levels for each in level] or [np.zeros(0)])
        weights = np.concatenate(
            [np.full(len(each), 2.0**number) for number, level in enumerate(self._levels) for each in level]
            or [np.zeros(0)]
        )
        order = np.argsort(values, kind="stable")
        return values[order], weights[order]

    def quantiles(self, shares: Sequence[float]) -> list[float]:
        """The least value at or below which a share of the stream lies, of each share; of nothing, none."""
        values, weights = self.weighted()
        if not len(values):
            return []
        reached = np.cumsum(weights)
        places = np.searchsorted(reached, np.array(shares) * reached[-1], side="left")
        return [float(each) for each in values[np.minimum(places, len(values) - 1)]]
