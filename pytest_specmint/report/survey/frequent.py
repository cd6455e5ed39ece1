"""The most common values of a stream: exact while there are few different ones, then those that can be common.

Counters that overflow are thinned as by Misra and Gries (Finding repeated elements, 1982): what remains is counted too
low by at most ``error``, and nothing more frequent than that is lost.
"""

from collections import Counter
from collections.abc import Mapping

KEPT = 4096
"""Counters that stay when there are too many."""


class Frequent:
    """Counts of values, as many as may be common."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self.error = 0
        """By how much a count may be too low."""

    def add(self, counts: Mapping[str, int]) -> None:
        """Take note of the values of a block."""
        self._counts.update(counts)
        if len(self._counts) <= 2 * KEPT:
            return
        cut = sorted(self._counts.values(), reverse=True)[KEPT]
        self.error += cut
        self._counts = Counter({value: count - cut for value, count in self._counts.items() if count > cut})

    @property
    def exact(self) -> bool:
        """Whether every value was counted."""
        return self.error == 0

    def most(self, number: int) -> list[tuple[str, int]]:
        """The most common ones with their counts; of equally common ones the first in the order of their texts."""
        return sorted(self._counts.items(), key=lambda pair: (-pair[1], pair[0]))[:number]

    def entropy(self, total: int) -> float | None:
        """Shannon's, of all values, by the highest it could be for as many different ones: 0 to 1; None if unknown."""
        from math import log

        if not self.exact or not total:
            return None
        if len(self._counts) == 1:
            return 0.0
        found = -sum(count / total * log(count / total) for count in self._counts.values())
        return found / log(len(self._counts))
