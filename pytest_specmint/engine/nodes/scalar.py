"""Constants and choices among listed values."""

from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_specmint.engine.plan import Column, Plan
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.stream import Ints, Keys, below, draw


def take(table: NDArray[np.object_], index: Ints) -> Column:
    """The table's entries at the indices, as a list."""
    out: Column = table.take(index).tolist()
    return out


def table_of(values: tuple[Json, ...] | list[str]) -> NDArray[np.object_]:
    """A one-dimensional table of Python values, whatever their kind."""
    table: NDArray[np.object_] = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        table[i] = value
    return table


@dataclass(frozen=True)
class Choice:
    """Each of the values equally often."""

    values: tuple[Json, ...]

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Column:
        """One of the values per key."""
        size = len(self.values)
        if size == 1:
            return self.pick(np.zeros(len(keys), dtype=np.int64))
        return self.pick(below(draw(keys), size))

    def pick(self, index: Ints) -> Column:
        """The values at the indices; arrays and objects as copies, so that no two records share one."""
        if self._fresh is None:
            return take(self._table, index)
        fresh = self._fresh
        return [deepcopy(self.values[i]) if fresh[i] else self.values[i] for i in index.tolist()]

    @cached_property
    def _table(self) -> NDArray[np.object_]:
        return table_of(self.values)

    @cached_property
    def _fresh(self) -> list[bool] | None:
        """Which values must be copied; None where none must."""
        containers = [isinstance(value, (list, dict)) for value in self.values]
        return containers if any(containers) else None

    def __getstate__(self) -> dict[str, Any]:
        return {"values": self.values}
