"""Constants and choices among listed values."""

from functools import cached_property

import numpy as np
from msgspec import Struct

from pytest_specmint.cells import Cells, cells_of, take
from pytest_specmint.distributions.quantiles import Quantiles, drawn
from pytest_specmint.engine.plan import Plan
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.stream import Ints, Keys, draw


class Choice(Struct, frozen=True, dict=True):
    """Each of the values equally often, or by weight."""

    values: tuple[Json, ...]
    quantiles: Quantiles | None = None

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One of the values per key."""
        if len(self.values) == 1:
            return np.repeat(self._table, len(keys), axis=0)
        return self.written(self.chosen(plan, keys))

    def chosen(self, plan: Plan, keys: Keys) -> Ints:
        """Which of the values, per key, where they stand in a record."""
        return self.positions(keys)

    def positions(self, keys: Keys) -> Ints:
        """Which of the values, per key."""
        return self.placed(draw(keys))

    def placed(self, words: Keys) -> Ints:
        """Positions by random words: the higher the greater."""
        return drawn(words, len(self.values), self.quantiles)

    def written(self, positions: Ints) -> Cells:
        """The texts of the values at these positions."""
        return take(self._table, positions)

    @cached_property
    def _table(self) -> Cells:
        return cells_of(self.values)
