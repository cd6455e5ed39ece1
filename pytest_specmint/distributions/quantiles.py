"""Quantile tables: from a curve over cells to whole numbers, and from a random word to a cell by them.

The cells are cut into segments. A segment has a range of words, as long as its share of the distribution, and a range
of cells, which its words run through evenly. Up to `LISTED` cells have a segment each and are drawn exactly; larger
grids are cut where the curve is not straight enough. The curve is cut off at the grid's ends: nothing piles up there.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from pytest_specmint.distributions.curves import Curve
from pytest_specmint.stream import Ints, Keys, below, mix

WORDS = 1 << 64
LISTED = 1024
"""Grids with no more cells than this have a segment for each."""
FINEST = 1 << 52
"""Cells are at most so many: where a grid has more values, several share a cell."""
_SLICES = 12
"""So many leading bits of a word say where to look."""
_SHIFT, _FRACTION = np.uint64(64 - _SLICES), np.uint64(11)
_STRAIGHT = 2.0**-16
"""How far the table may be from the curve anywhere, as a share of all."""
_LIKE = 1 / 32
"""And within a segment, as a share of that: in the tails."""
_LARGEST = 1 / 64
"""The greatest share of a segment of several cells, but where the curve is straight."""
_NOTHING = 2.0**-44


class Quantiles(Struct, frozen=True, dict=True):
    """The table: segment i has the words from ``cuts[i - 1]`` to below ``cuts[i]``, the cells ``ranges[i]``.

    A range is a first cell and how many there are. ``data`` and ``words`` say what was asked for.
    """

    cuts: tuple[int, ...]
    ranges: tuple[tuple[int, int], ...]
    count: int
    shift: int = 0
    """A cell stands for ``2 ** shift`` values."""
    words: str = ""
    data: Any = None

    def index(self, words: Keys) -> Ints:
        """The position on the grid for each random word; cells never fall while the words rise."""
        cells = self.cells(words)
        if not self.shift:
            return cells
        within = below(mix(words), 1 << self.shift)
        positions: Ints = np.minimum((cells << self.shift) + within, self.count - 1)
        return positions

    def cells(self, words: Keys) -> Ints:
        """The cell for each random word."""
        tables = self._tables
        slices = (words >> _SHIFT).view(np.int64)
        segment = tables.guide.take(slices)
        if len(self.cuts):
            segment += words > tables.lasts.take(segment)
        if tables.crowded is not None:
            lanes = np.flatnonzero(tables.crowded.take(slices))
            segment[lanes] = np.searchsorted(tables.cuts, words[lanes], side="right")
        if tables.steps is None:
            return tables.firsts.take(segment)
        rest = ((words - tables.starts.take(segment)) >> _FRACTION).view(np.int64).astype(np.float64)
        cells: Ints = (rest * tables.steps.take(segment)).astype(np.int64)
        cells += tables.firsts.take(segment)
        return cells

    @cached_property
    def _tables(self) -> "_Tables":
        cuts = np.array(self.cuts, dtype=np.uint64)
        first_words = np.arange(1 << _SLICES, dtype=np.uint64) << _SHIFT
        last_words = first_words + np.uint64((1 << (64 - _SLICES)) - 1)
        guide = np.searchsorted(cuts, first_words, side="right")
        crowded = np.searchsorted(cuts, last_words, side="right") - guide > 1
        bounds = (0, *self.cuts, WORDS)
        return _Tables(
            cuts=cuts,
            guide=guide.astype(np.int64),
            crowded=crowded if crowded.any() else None,
            lasts=np.array([bound - 1 for bound in bounds[1:]], dtype=np.uint64),
            starts=np.array(bounds[:-1], dtype=np.uint64),
            firsts=np.array([first for first, _ in self.ranges], dtype=np.int64),
            steps=self._steps(bounds),
        )

    def _steps(self, bounds: Sequence[int]) -> NDArray[np.float64] | None:
        """Cells per 2048 words, a trifle less so that the last word stays inside; None where all segments are cells."""
        if all(width == 1 for _, width in self.ranges):
            return None
        spans = zip(self.ranges, bounds, bounds[1:], strict=False)
        slightly_less = 1.0 - 2.0**-50
        return np.array([width / ((high - low) / 2048) * slightly_less for (_, width), low, high in spans])


class _Tables(Struct, frozen=True):
    """The table as arrays."""

    cuts: Keys
    guide: Ints
    """For each slice of the words the segment of its first."""
    crowded: NDArray[np.bool_] | None
    """Slices in which more than one segment begins."""
    lasts: Keys
    """The last word of each segment."""
    starts: Keys
    firsts: Ints
    steps: NDArray[np.float64] | None


def drawn(words: Keys, count: int, quantiles: Quantiles | None) -> Ints:
    """Positions on a grid of ``count`` values: by the table, each alike where there is none."""
    return below(words, count) if quantiles is None else quantiles.index(words)


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
