"""Quantile tables: from a random word to a position on a grid, by whole numbers.

The grid's cells are cut into segments. A segment has a range of words, as long as its share of the distribution, and a
range of cells, which its words run through evenly.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from pytest_specmint.stream import Ints, Keys, below, mix

WORDS = 1 << 64
_SLICES = 12
"""So many leading bits of a word say where to look."""
_SHIFT, _FRACTION = np.uint64(64 - _SLICES), np.uint64(11)


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
