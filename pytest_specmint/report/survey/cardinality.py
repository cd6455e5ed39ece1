"""How many different values there are: exactly while they are few, then by HyperLogLog.

The estimate is that of Flajolet, Fusy, Gandouet and Meunier (HyperLogLog: the analysis of a near-optimal cardinality
estimation algorithm, 2007) with linear counting where registers are empty; with 2^14 registers its standard error
is 1.04 / sqrt(2^14), 0.8 %.
"""

from collections.abc import Iterable
from hashlib import blake2b
from math import log, sqrt

import numpy as np

_BITS = 14
_REGISTERS = 1 << _BITS
_ALPHA = 0.7213 / (1 + 1.079 / _REGISTERS)
EXACTLY = 4096
"""Up to so many different values are counted one by one."""
ERROR = 1.04 / sqrt(_REGISTERS)
"""The standard error of an estimate, as a share of it."""


class Cardinality:
    """Counts different texts; memory is bounded."""

    def __init__(self) -> None:
        self._few: set[int] | None = set()
        self._registers = np.zeros(0, dtype=np.uint8)

    def add(self, values: Iterable[bytes]) -> None:
        """Take note of values, by their bytes."""
        words = {int.from_bytes(blake2b(each, digest_size=8).digest()) for each in values}
        if self._few is not None:
            self._few |= words
            if len(self._few) <= EXACTLY:
                return
            words, self._few = self._few, None
            self._registers = np.zeros(_REGISTERS, dtype=np.uint8)
        self._note(np.fromiter(words, dtype=np.uint64, count=len(words)))

    def _note(self, words: "np.ndarray[tuple[int], np.dtype[np.uint64]]") -> None:
        places = (words >> np.uint64(64 - _BITS)).astype(np.int64)
        rest = words << np.uint64(_BITS)
        # the rank is where the first set bit stands, of the bits that choose no register
        ranks = np.where(rest == 0, 64 - _BITS + 1, 64 - _bit_lengths(rest) + 1)
        np.maximum.at(self._registers, places, ranks.astype(np.uint8))

    @property
    def exact(self) -> bool:
        """Whether the count is no estimate."""
        return self._few is not None

    @property
    def count(self) -> int:
        """How many different values there were."""
        if self._few is not None:
            return len(self._few)
        raw = _ALPHA * _REGISTERS**2 / float(np.sum(2.0 ** -self._registers.astype(np.float64)))
        empty = int(np.count_nonzero(self._registers == 0))
        if raw <= 2.5 * _REGISTERS and empty:
            raw = _REGISTERS * log(_REGISTERS / empty)
        return round(raw)


def _bit_lengths(
    words: "np.ndarray[tuple[int], np.dtype[np.uint64]]",
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Bits of each word up to its highest set one: floats say it where both halves are exact."""
    high, low = (words >> np.uint64(32)).astype(np.float64), (words & np.uint64(0xFFFFFFFF)).astype(np.float64)
    return np.where(high > 0, np.frexp(high)[1] + 32, np.frexp(low)[1]).astype(np.int64)
