"""Listed values by the row of a table that the object around them has."""

import numpy as np

from pytest_specmint.cells import Cells
from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.shared import Rows, row_of
from pytest_specmint.engine.plan import Plan
from pytest_specmint.stream import Ints, Keys


class RowChoice(Choice, frozen=True, dict=True, kw_only=True):
    """The listed value that the object's row has."""

    rows: Rows
    places: tuple[int, ...]
    """Of rows: which of the values they have; of rows that do not suit, any."""
    origin: Origin | None = None

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One of the values per key."""
        return self.written(self.chosen(plan, keys))

    def chosen(self, plan: Plan, keys: Keys) -> Ints:
        """Which of the values, per key."""
        return np.array(self.places, dtype=np.int64)[row_of(plan, keys, self.rows)]
