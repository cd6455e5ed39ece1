"""Decimal digits of whole numbers, four at a time out of a table."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pytest_specmint.cells import Cells
from pytest_specmint.stream import Ints

_CHUNK = 10_000
_DIGITS = 4
_LEADING, _FULL, _UNITS = 0, _CHUNK, 2 * _CHUNK


def digits(numbers: Ints, most: int) -> Cells:
    """The decimal texts of numbers from 0 to ``most``, holes for leading zeros."""
    chunks = -(-len(str(most)) // _DIGITS)
    out = np.empty((len(numbers), chunks), dtype="<u4")
    rest = numbers
    for chunk in range(chunks - 1, -1, -1):
        first = _UNITS if chunk == chunks - 1 else _LEADING
        if chunk:
            higher = rest // _CHUNK
            out[:, chunk] = _table().take(rest - higher * _CHUNK + np.where(higher > 0, _FULL, first))
            rest = higher
        else:
            out[:, chunk] = _table().take(rest + first)
    return out.view(np.uint8)


@lru_cache(maxsize=1)
def _table() -> NDArray[np.uint32]:
    """Chunks with holes for leading zeros, in full, and with holes but for the last digit."""
    numbers, places = np.arange(_CHUNK)[:, None], 10 ** np.arange(_DIGITS - 1, -1, -1)
    full = (numbers // places % 10 + ord("0")).astype(np.uint8)
    leading = np.where(numbers >= places, full, np.uint8(0))
    units = leading.copy()
    units[0, -1] = ord("0")
    return np.concatenate([leading, full, units]).view("<u4").ravel()
