"""Doubles as Arrow's decimals and back, exactly: whole numbers of the last place, by one division each way.

Arrow's own cast multiplies by a rounded power of ten, and gives other doubles back.
"""

from collections.abc import Sequence
from decimal import Decimal as Number
from decimal import InvalidOperation

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pytest_specmint.tables.types import Decimal
from pytest_specmint.tables.unfit import Misfit

_EXACT = float(1 << 53)
_POWERS = 22
"""Powers of ten up to this one are exact as doubles."""


def decimals(kind: Decimal, values: Sequence[float | None]) -> pa.Array:
    """An array of decimals, each the one whose nearest double the value is; raises `Misfit` where there is none."""
    return decimals_of(kind, pa.array(values, pa.float64()))


def decimals_of(kind: Decimal, doubles: pa.Array) -> pa.Array:
    """The same of an array of doubles."""
    if doubles.offset:
        doubles = pa.concat_arrays([doubles])
    numbers: NDArray[np.float64] = doubles.fill_null(0).to_numpy()
    fast = kind.scale <= _POWERS
    if fast:
        power = 10.0**kind.scale
        units = np.rint(numbers * power)
        fast = bool((np.abs(units) < min(_EXACT, 10.0**kind.precision)).all() and (units / power == numbers).all())
    return _packed(kind, units.astype(np.int64), doubles) if fast else _one_by_one(kind, doubles.to_pylist())


def _packed(kind: Decimal, units: NDArray[np.int64], doubles: pa.Array) -> pa.Array:
    words = np.empty((len(units), 2), dtype="<i8")
    words[:, 0] = units
    words[:, 1] = units >> 63
    buffers = [doubles.buffers()[0], pa.py_buffer(words.tobytes())]
    return pa.Array.from_buffers(pa.decimal128(kind.precision, kind.scale), len(units), buffers)


def _one_by_one(kind: Decimal, values: Sequence[float | None]) -> pa.Array:
    try:
        found = [None if each is None else _decimal(kind, float(each)) for each in values]
        return pa.array(found, pa.decimal128(kind.precision, kind.scale))
    except (pa.ArrowInvalid, InvalidOperation):
        raise Misfit(f"a number of {kind.precision} digits, {kind.scale} of them decimal places, is needed") from None


def _decimal(kind: Decimal, value: float) -> Number:
    number = Number(repr(value))
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > kind.scale:
        raise InvalidOperation
    return number


def doubles_of(array: pa.Array) -> list[float | None]:
    """The doubles nearest to decimals."""
    buffer = array.buffers()[1]
    if buffer is None or array.type.scale > _POWERS:
        return [None if each is None else float(each) for each in array.to_pylist()]
    words = np.frombuffer(buffer, dtype="<i8").reshape(-1, 2)[array.offset : array.offset + len(array)]
    units = words[:, 0]
    if (units >> 63 == words[:, 1]).all() and (np.abs(units) < _EXACT).all():
        found: list[float | None] = (units / 10.0**array.type.scale).tolist()
        if array.null_count:
            return [None if gone else each for gone, each in zip(array.is_null().to_pylist(), found, strict=True)]
        return found
    return [None if each is None else float(each) for each in array.to_pylist()]
