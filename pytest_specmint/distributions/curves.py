"""Curves: how much of a distribution lies below and above a point of a grid.

Points are counted in cells: the k-th value of a grid owns the cell from k to k + 1, so the first value's cell begins
at 0 and the last one's ends at the number of values. A curve gives both tails, each with all its digits, in any unit.
"""

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import Protocol

from msgspec import Struct

from pytest_specmint.distributions.arithmetic import exp, expm1, log, normal_tails, power

_HEAD = 1024
"""Ranks whose weights are summed one by one; beyond them the sum is an integral, to seven digits."""


class Curve(Protocol):
    """A distribution over cells."""

    def tails(self, cell: float) -> tuple[float, float]:
        """How much lies below the point and how much above it."""

    def breaks(self) -> tuple[float, ...]:
        """Points at which the density may jump."""


class Uniform(Struct, frozen=True):
    """Every cell alike."""

    count: float

    def tails(self, cell: float) -> tuple[float, float]:
        """Below and above."""
        return cell, self.count - cell

    def breaks(self) -> tuple[float, ...]:
        """None."""
        return ()


class Normal(Struct, frozen=True):
    """Gauss's, by mean and standard deviation."""

    mean: float
    deviation: float

    def tails(self, cell: float) -> tuple[float, float]:
        """Below and above."""
        return normal_tails((cell - self.mean) / self.deviation)

    def breaks(self) -> tuple[float, ...]:
        """None."""
        return ()


class LogNormal(Struct, frozen=True):
    """Beyond ``start`` by the logarithm of the distance from it: its mean, which is the median's, and its deviation."""

    start: float
    middle: float
    deviation: float

    def tails(self, cell: float) -> tuple[float, float]:
        """Below and above."""
        distance = cell - self.start
        return normal_tails((log(distance) - self.middle) / self.deviation) if distance > 0 else (0.0, 1.0)

    def breaks(self) -> tuple[float, ...]:
        """Where it begins."""
        return (self.start,)


class Exponential(Struct, frozen=True):
    """Beyond ``start``, falling by the same share over every stretch."""

    start: float
    scale: float

    def tails(self, cell: float) -> tuple[float, float]:
        """Below and above."""
        distance = (cell - self.start) / self.scale
        return (-expm1(-distance), exp(-distance)) if distance > 0 else (0.0, 1.0)

    def breaks(self) -> tuple[float, ...]:
        """Where it begins."""
        return (self.start,)


class Zipf(Struct, frozen=True, dict=True):
    """The cell of rank r as often as ``r ** -exponent``; ``width`` ranks share a cell.

    There are ``count`` cells, and so many ``earlier`` ranks before the first.
    """

    count: float
    exponent: float
    width: float = 1.0
    earlier: float = 0.0

    def tails(self, cell: float) -> tuple[float, float]:
        """Below and above."""
        below, above = self.earlier + cell * self.width, self.earlier + self.count * self.width
        return self._sum(self.earlier, below), self._sum(below, above)

    def breaks(self) -> tuple[float, ...]:
        """None."""
        return ()

    def _sum(self, first: float, last: float) -> float:
        """The weights of the ranks above ``first`` up to ``last``."""
        total = 0.0
        if first < _HEAD:
            total = self._head[min(int(last), _HEAD)] - self._head[int(first)]
            first = float(_HEAD)
        return total + self._integral(first + 0.5, last + 0.5) if last > first else total

    def _integral(self, first: float, last: float) -> float:
        ratio, rise = log(last / first), 1.0 - self.exponent
        stretch = ratio if rise == 0 else expm1(rise * ratio) / rise
        return power(first, rise) * stretch

    @cached_property
    def _head(self) -> list[float]:
        """Sums of the first weights."""
        sums = [0.0]
        for rank in range(1, _HEAD + 1):
            sums.append(sums[-1] + power(float(rank), -self.exponent))
        return sums


class Histogram(Struct, frozen=True, dict=True):
    """Bins between edges, with a weight each; within a bin every cell alike."""

    edges: tuple[float, ...]
    weights: tuple[float, ...]

    def tails(self, cell: float) -> tuple[float, float]:
        """Below and above."""
        below, above = self._sums
        at = bisect_right(self.edges, cell) - 1
        if at < 0:
            return 0.0, above[0]
        if at >= len(self.weights):
            return below[-1], 0.0
        part = (cell - self.edges[at]) / (self.edges[at + 1] - self.edges[at])
        return below[at] + self.weights[at] * part, above[at + 1] + self.weights[at] * (1.0 - part)

    def breaks(self) -> tuple[float, ...]:
        """The edges."""
        return self.edges

    @cached_property
    def _sums(self) -> tuple[list[float], list[float]]:
        """The weights below and above each edge."""
        below = list(accumulate(self.weights, initial=0.0))
        above = list(accumulate(reversed(self.weights), initial=0.0))
        return below, above[::-1]


class Reversed(Struct, frozen=True):
    """A curve seen from the other end of a grid of so many cells."""

    curve: Curve
    count: float

    def tails(self, cell: float) -> tuple[float, float]:
        """Below and above."""
        below, above = self.curve.tails(self.count - cell)
        return above, below

    def breaks(self) -> tuple[float, ...]:
        """Those of the curve."""
        return tuple(self.count - each for each in self.curve.breaks())
