"""Nodes that wrap another: suggested values now and then, and redrawing what must not come."""

import numpy as np

from pytest_specmint.cells import Cells, marked, replaced
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.plan import Around, Plan
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.values import Json, exact
from pytest_specmint.schema.settle.texts import admits as admits_text
from pytest_specmint.stream import SUGGESTION, Keys, mix, retry, threshold

REDRAWS = 64


class Suggested(Around, frozen=True):
    """Values that the schema suggests (`examples`, `default`) in a share of the lanes, else the inner node's."""

    suggestions: Choice
    share: float

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One value per key."""
        column = plan.column(self.inner, keys, depth)
        lanes = np.flatnonzero(mix(keys + SUGGESTION) < threshold(self.share))
        if not len(lanes):
            return column
        return replaced(column, lanes, self.suggestions.sample(plan, keys[lanes], depth))


class Guarded(Around, frozen=True):
    """The inner node's values, redrawn where the set does not hold them (excluded values and the like).

    Values that still are not held after many tries bear the mark of failure.
    """

    allowed: Numbers | Strings

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One value per key."""
        column = plan.column(self.inner, keys, depth)
        wrong = [i for i, value in enumerate(plan.values(column)) if not self.holds(value)]
        for attempt in range(1, REDRAWS):
            if not wrong:
                break
            lanes = np.array(wrong)
            fresh = plan.at(lanes).column(self.inner, retry(keys[lanes], attempt), depth)
            column = replaced(column, lanes, fresh)
            wrong = [i for i, value in zip(wrong, plan.values(fresh), strict=True) if not self.holds(value)]
        return marked(column, np.array(wrong, dtype=np.int64))

    def holds(self, value: Json) -> bool:
        """Whether the value may stay."""
        if isinstance(self.allowed, Numbers):
            return self.allowed.admits(exact(value))
        return admits_text(self.allowed, value)
