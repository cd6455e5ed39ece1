"""Numbers and dates by the row of a table: bounds that it sets, and a scale for amounts, such as a currency's."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.engine.nodes.shared import Rows, row_of, shown_row
from pytest_specmint.stream import Ints, Keys

if TYPE_CHECKING:
    from pytest_specmint.engine.plan import Plan


class RowBounds(Struct, frozen=True):
    """Bounds that the object's row of a table sets, in positions."""

    rows: Rows
    lows: tuple[int, ...]
    highs: tuple[int, ...]
    shown: bool = False
    """Whether they count only where another field shows the row."""
    said: str = ""
    """The template that sets them."""

    def suiting(self, low: int, high: int) -> Rows:
        """The rows that leave something between two positions."""
        both = enumerate(zip(self.lows, self.highs, strict=True))
        rows = tuple(row for row, (least, most) in both if least <= high and most >= low)
        return replace(self.rows, allowed=None if len(rows) == len(self.lows) or not rows else rows)

    def apply(self, plan: "Plan", keys: Keys, low: Ints, high: Ints, scaling: "Scaling | None") -> None:
        """Narrow the bounds of each lane, where its row leaves some of them; they are of amounts before a scale."""
        rows = shown_row(plan, self.rows) if self.shown else row_of(plan, keys, self.rows)
        if rows is None:
            return
        least, most = np.array(self.lows, dtype=np.int64)[rows], np.array(self.highs, dtype=np.int64)[rows]
        if scaling is not None:
            least, most = scaling.times(least), scaling.times(most)
        fits = (least <= high) & (most >= low)
        np.maximum(low, least, out=low, where=fits)
        np.minimum(high, most, out=high, where=fits)


class RowScale(Struct, frozen=True):
    """What the row that another field shows makes of an amount: times a factor, on a grid of its own."""

    rows: Rows
    factors: tuple[tuple[int, int], ...]
    """By row: numerator and denominator."""
    grids: tuple[int, ...]
    """By row: of how many steps an amount is to be a multiple."""
    zero: int
    """How many steps position 0 is."""
    said: str = ""
    """The template that sets it."""

    def lanes(self, plan: "Plan") -> "Scaling | None":
        """What it makes of the lanes; None where no field shows the row."""
        rows = shown_row(plan, self.rows)
        if rows is None:
            return None
        factors = np.array(self.factors, dtype=np.int64)[rows]
        return Scaling(factors[:, 0], factors[:, 1], np.array(self.grids, dtype=np.int64)[rows], self.zero)


class Scaling(NamedTuple):
    """A scale's part in some lanes."""

    numerators: Ints
    denominators: Ints
    grids: Ints
    zero: int

    def at(self, lanes: Ints) -> "Scaling":
        """The same for some of the lanes."""
        return Scaling(self.numerators[lanes], self.denominators[lanes], self.grids[lanes], self.zero)

    def times(self, positions: Ints) -> Ints:
        """The positions of amounts times the factor."""
        return (positions + self.zero) * self.numerators // self.denominators - self.zero

    def on_grid(self, positions: Ints, low: Ints, high: Ints) -> Ints:
        """The nearest positions on the grid, not above where that is possible; as they are where none lies within."""
        steps = positions + self.zero
        below = steps - steps % self.grids - self.zero
        above = below + self.grids
        return np.where(below >= low, below, np.where(above <= high, above, positions))
