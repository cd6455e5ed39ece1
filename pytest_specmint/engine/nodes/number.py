"""Numbers: integers and decimals on an exact grid, uniform between their bounds."""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.plan import Column, Plan
from pytest_specmint.stream import Ints, Keys, below, draw

EXACT = 1 << 53
"""Integers up to here are exact as floats."""
REDRAWS = 64


@dataclass(frozen=True, slots=True)
class Integers:
    """``(first + k) * step`` for k below ``count``, where all of it fits 63 bits."""

    first: int
    count: int
    step: int = 1
    origin: Origin | None = field(default=None, compare=False, repr=False)

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Column:
        """One integer per key."""
        index = below(draw(keys), self.count) + self.first
        out: Column = (index * self.step if self.step != 1 else index).tolist()
        return out


@dataclass(frozen=True, slots=True)
class Decimals:
    """``(first + k) * numerator / denominator`` for k below ``count``, correctly rounded.

    The product stays below 2**53 and the denominator divides a power of ten, so the float is the nearest one to the
    decimal and prints as it. With ``divisor`` (a ``multipleOf``), values whose float quotient by it is not whole are
    redrawn: several validators test exactly that quotient.
    """

    first: int
    count: int
    numerator: int
    denominator: int
    divisor: float | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Column:
        """One float per key."""
        index = below(draw(keys), self.count)
        values = self.at(index)
        if self.divisor is not None:
            self._redraw(keys, index, values, self.divisor)
        out: Column = values.tolist()
        return out

    def at(self, index: Ints) -> NDArray[np.float64]:
        """The numbers at positions of the grid."""
        multiples = (index + self.first).astype(np.float64) * float(self.numerator)
        values: NDArray[np.float64] = multiples / float(self.denominator)
        return values

    def _redraw(self, keys: Keys, index: Ints, values: NDArray[np.float64], divisor: float) -> None:
        for attempt in range(1, REDRAWS):
            quotient = values / divisor
            bad = np.flatnonzero(quotient != np.floor(quotient))
            if not len(bad):
                return
            if attempt < REDRAWS // 2:
                index[bad] = below(draw(keys[bad], attempt), self.count)
            else:
                index[bad] = (index[bad] + 1) % self.count
            values[bad] = self.at(index[bad])


@dataclass(frozen=True, slots=True)
class BigNumbers:
    """Like the others, for numbers beyond machine words, in Python's integers."""

    first: int
    count: int
    step: Fraction
    origin: Origin | None = field(default=None, compare=False, repr=False)

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Column:
        """One integer, or float where the step is not whole, per key."""
        words = -(-self.count.bit_length() // 64) + 1
        rows = zip(*(draw(keys, j).tolist() for j in range(words)), strict=True)
        return [self._value(row) for row in rows]

    def _value(self, row: tuple[int, ...]) -> int | float:
        word = 0
        for part in row:
            word = word << 64 | part
        return self.at(word * self.count >> (64 * len(row)))

    def at(self, position: int) -> int | float:
        """The number at a position of the grid."""
        exact = (self.first + position) * self.step
        return exact.numerator if self.step.denominator == 1 else float(exact)
