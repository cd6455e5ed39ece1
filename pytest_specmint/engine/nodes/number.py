"""Numbers: integers and decimals on an exact grid, uniform between their bounds or by a table of quantiles."""

from fractions import Fraction
from functools import lru_cache

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.cells import Cells, beside, cells_of, cells_of_texts, marked, take
from pytest_specmint.distributions.quantiles import Quantiles, drawn
from pytest_specmint.engine.nodes.digits import digits
from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.plan import Plan
from pytest_specmint.stream import Ints, Keys, draw

EXACT = 1 << 53
"""Integers up to here are exact as floats."""
REDRAWS = 64
_SURE = 10**15
"""A decimal of so many digits is the shortest text of its float."""
_PLACES = 4
"""With more decimal places floats may need an exponent."""


class Integers(Struct, frozen=True):
    """``(first + k) * step`` for k below ``count``, where all of it fits 63 bits."""

    first: int
    count: int
    step: int = 1
    origin: Origin | None = None
    quantiles: Quantiles | None = None

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One integer per key."""
        return self.written(self.positions(keys))

    def positions(self, keys: Keys) -> Ints:
        """Positions on the grid, one per key."""
        return self.placed(draw(keys))

    def placed(self, words: Keys) -> Ints:
        """Positions by random words: the higher the greater."""
        return drawn(words, self.count, self.quantiles)

    def written(self, positions: Ints) -> Cells:
        """The texts of the numbers at these positions, which lie within the bounds."""
        index = positions + self.first
        last = self.first + self.count - 1
        return _signed(index * self.step if self.step != 1 else index, max(-self.first, last) * self.step)


def _signed(numbers: Ints, most: int) -> Cells:
    """The texts of integers whose magnitude is at most ``most``."""
    if not (numbers < 0).any():
        return digits(numbers, most)
    return beside(_minus(numbers), digits(np.abs(numbers), most))


def _minus(numbers: Ints) -> Cells:
    return np.where(numbers < 0, np.uint8(ord("-")), np.uint8(0))[:, None]


class Decimals(Struct, frozen=True):
    """``(first + k) * numerator / denominator`` for k below ``count``, correctly rounded.

    The product stays below 2**53 and the denominator divides a power of ten, so the float is the nearest one to the
    decimal and prints as it. With ``divisor`` (a ``multipleOf``), values whose float quotient by it is not whole are
    redrawn: several validators test exactly that quotient. Where that fails the value bears the mark of failure.
    """

    first: int
    count: int
    numerator: int
    denominator: int
    divisor: float | None = None
    origin: Origin | None = None
    quantiles: Quantiles | None = None

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One float per key."""
        index = self.positions(keys)
        if self.divisor is not None:
            failed = self._redraw(keys, index, self.divisor)
            return marked(self.written(index), failed)
        return self.written(index)

    def positions(self, keys: Keys) -> Ints:
        """Positions on the grid, one per key, disputed multiples among them."""
        return self.placed(draw(keys))

    def placed(self, words: Keys) -> Ints:
        """Positions by random words: the higher the greater."""
        return drawn(words, self.count, self.quantiles)

    def disputed(self, positions: Ints) -> NDArray[np.bool_]:
        """At which positions some validators see no multiple."""
        if self.divisor is None:
            return np.zeros(len(positions), dtype=np.bool_)
        return _disputed(self.at(positions), self.divisor)

    def written(self, index: Ints) -> Cells:
        """The texts of the numbers at positions within the bounds."""
        places = self._places()
        if places is None:
            return cells_of_texts(canonical_bytes(self.at(index).tolist())[1:-1].split(b","))
        scale = self.numerator * 10**places // self.denominator
        return _decimals((index + self.first) * scale, self._reach() * scale, places)

    def at(self, index: Ints) -> NDArray[np.float64]:
        """The numbers at positions of the grid."""
        multiples = (index + self.first).astype(np.float64) * float(self.numerator)
        values: NDArray[np.float64] = multiples / float(self.denominator)
        return values

    def _reach(self) -> int:
        return max(-self.first, self.first + self.count - 1)

    def _places(self) -> int | None:
        """How many decimal places to write; None where the texts may have other forms than that."""
        places = next((n for n in range(1, _PLACES + 1) if 10**n % self.denominator == 0), None)
        if places is None or self._reach() * self.numerator * 10**places // self.denominator >= _SURE:
            return None
        return places

    def _redraw(self, keys: Keys, index: Ints, divisor: float) -> Ints:
        """Put others in the place of disputed multiples; gives the lanes where none was found."""
        bad = np.flatnonzero(_disputed(self.at(index), divisor))
        for attempt in range(1, REDRAWS):
            if not len(bad):
                break
            if attempt < REDRAWS // 2:
                index[bad] = drawn(draw(keys[bad], attempt), self.count, self.quantiles)
            else:
                index[bad] = (index[bad] + 1) % self.count
            bad = bad[_disputed(self.at(index[bad]), divisor)]
        return bad


def _disputed(values: NDArray[np.float64], divisor: float) -> NDArray[np.bool_]:
    """Which float quotients are not whole."""
    quotients = values / divisor
    disputed: NDArray[np.bool_] = quotients != np.floor(quotients)
    return disputed


def _decimals(numbers: Ints, most: int, places: int) -> Cells:
    """The texts of ``numbers / 10**places``, magnitudes up to ``most``, as floats are written."""
    positive = np.abs(numbers)
    whole = positive // 10**places
    parts = [digits(whole, most // 10**places), take(_fractions(places), positive - whole * 10**places)]
    return beside(_minus(numbers), *parts) if (numbers < 0).any() else beside(*parts)


@lru_cache(maxsize=_PLACES)
def _fractions(places: int) -> Cells:
    """The decimal point and what follows it, without zeros at the end but for a single one."""
    return cells_of_texts([b"." + ((b"%0*d" % (places, k)).rstrip(b"0") or b"0") for k in range(10**places)])


class BigNumbers(Struct, frozen=True):
    """Like the others, for numbers beyond machine words, in Python's integers."""

    first: int
    count: int
    step: Fraction
    origin: Origin | None = None
    quantiles: Quantiles | None = None

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One integer, or float where the step is not whole, per key."""
        if self.quantiles is not None:
            return self._shaped(keys, self.quantiles)
        words = -(-self.count.bit_length() // 64) + 1
        rows = zip(*(draw(keys, j).tolist() for j in range(words)), strict=True)
        return cells_of([self._value(row) for row in rows])

    def _shaped(self, keys: Keys, quantiles: Quantiles) -> Cells:
        """Cells by the table, what is within one cell each alike."""
        cells = quantiles.cells(draw(keys)).tolist()
        words = [draw(keys, j + 1).tolist() for j in range(quantiles.shift // 64 + 2)]
        within = [_joined(row) * (1 << quantiles.shift) >> (64 * len(row)) for row in zip(*words, strict=True)]
        places = [(cell << quantiles.shift) + rest for cell, rest in zip(cells, within, strict=True)]
        return cells_of([self.at(min(place, self.count - 1)) for place in places])

    def _value(self, row: tuple[int, ...]) -> int | float:
        return self.at(_joined(row) * self.count >> (64 * len(row)))

    def at(self, position: int) -> int | float:
        """The number at a position of the grid."""
        exact = (self.first + position) * self.step
        return exact.numerator if self.step.denominator == 1 else float(exact)


def _joined(words: tuple[int, ...]) -> int:
    """The words one after the other as one number."""
    whole = 0
    for word in words:
        whole = whole << 64 | word
    return whole
