"""From a curve over the cells of a grid to its quantile table.

Up to `LISTED` cells have a segment each and are drawn exactly; larger grids are cut where the curve is not straight
enough. The curve is cut off at the grid's ends: nothing piles up there.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Any

from msgspec import Struct

from pytest_specmint.distributions.curves import Curve
from pytest_specmint.distributions.quantiles import WORDS, Quantiles

LISTED = 1024
"""Grids with no more cells than this have a segment for each."""
FINEST = 1 << 52
"""Cells are at most so many: where a grid has more values, several share a cell."""
_STRAIGHT = 2.0**-16
"""How far the table may be from the curve anywhere, as a share of all."""
_LIKE = 1 / 32
"""And within a segment, as a share of that: in the tails."""
_LARGEST = 1 / 64
"""The greatest share of a segment of several cells, but where the curve is straight."""
_NOTHING = 2.0**-44


def cells_of_grid(count: int) -> tuple[int, int]:
    """Into how many cells a grid of so many values is divided, and the binary logarithm of what is in one."""
    shift = max((count - 1).bit_length() - FINEST.bit_length() + 1, 0)
    return ceil(Fraction(count, 1 << shift)), shift


def quantiles(curve: Curve, count: int, words: str = "", data: Any = None) -> Quantiles | None:
    """The table of a curve over a grid of ``count`` values; None if (almost) nothing of it lies there."""
    cells, shift = cells_of_grid(count)
    curve = _Remembered(curve, {})
    knots = list(range(cells + 1)) if cells <= LISTED else _knots(curve, cells)
    table = _table([_mass(curve, a, b) for a, b in pairwise(knots)], knots)
    return table and Quantiles(*table, count, shift, words, data)


def share(curve: Curve, count: int) -> float:
    """How much of the whole curve lies on a grid of so many values."""
    cells = cells_of_grid(count)[0]
    whole = sum(curve.tails(0.0))
    return _mass(curve, 0, cells) / whole if whole > 0 else 0.0


def listed(weights: Sequence[Fraction | float], words: str = "", data: Any = None) -> Quantiles | None:
    """The table that draws each position as often as its weight says; None if all weights are 0."""
    table = _table(weights, range(len(weights) + 1))
    return table and Quantiles(*table, len(weights), 0, words, data)


class _Remembered(Struct, frozen=True):
    """A curve that calculates nothing twice."""

    curve: Curve
    known: dict[float, tuple[float, float]]

    def tails(self, cell: float) -> tuple[float, float]:
        """Below and above."""
        found = self.known.get(cell)
        if found is None:
            found = self.known[cell] = self.curve.tails(cell)
        return found

    def breaks(self) -> tuple[float, ...]:
        """Those of the curve."""
        return self.curve.breaks()


def _table(
    masses: Sequence[Fraction | float], knots: Sequence[int]
) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]] | None:
    """Cuts and ranges; segments too small for a single word are left out."""
    exact = [Fraction(each) for each in masses]
    total = sum(exact, Fraction(0))
    if total <= 0:
        return None
    cuts, ranges, so_far, last = [], [], Fraction(0), 0
    for share, first, end in zip(exact, knots, knots[1:], strict=False):
        so_far += share
        cut = int(so_far * WORDS / total)
        if cut > last:
            cuts.append(cut)
            ranges.append((first, end - first))
            last = cut
    return tuple(cuts[:-1]), tuple(ranges)


def _mass(curve: Curve, low: int, high: int) -> float:
    """What lies between, by the difference of the smaller tails: it has more digits."""
    (below_low, above_low), (below_high, above_high) = curve.tails(float(low)), curve.tails(float(high))
    inside = below_high - below_low if below_high < above_low else above_low - above_high
    return max(inside, 0.0)


def _knots(curve: Curve, cells: int) -> list[int]:
    """Ends of segments, in order: finer until straight lines between them are close to the curve."""
    total = _mass(curve, 0, cells)
    knots = [0]
    for low, high in _stretches(curve, cells):
        knots += _finer(curve, low, high, total)
    return knots


def _stretches(curve: Curve, cells: int) -> Iterator[tuple[int, int]]:
    """Between the cells in which the density may jump: these stand alone."""
    inner = [int(each) for each in curve.breaks() if 0 < each < cells]
    ends = sorted({0, cells, *inner, *(min(each + 1, cells) for each in inner)})
    yield from pairwise(ends)


def _finer(curve: Curve, low: int, high: int, total: float) -> Iterator[int]:
    stack = [(low, high)]
    while stack:
        low, high = stack.pop()
        if high - low > 1 and not _straight(curve, low, high, total):
            middle = (low + high) // 2
            stack += [(middle, high), (low, middle)]
        else:
            yield high


def _straight(curve: Curve, low: int, high: int, total: float) -> bool:
    """Whether the mass between is spread evenly enough, or too little to matter."""
    here = _mass(curve, low, high)
    if here <= total * _NOTHING:
        return True
    quarters = [low + (high - low) * part // 4 for part in (1, 2, 3)]
    errors = [abs(_mass(curve, low, at) - here * ((at - low) / (high - low))) for at in quarters]
    if max(errors) <= here * 2.0**-30:
        return True
    return here <= total * _LARGEST and max(errors) <= min(total * _STRAIGHT, here * _LIKE)
