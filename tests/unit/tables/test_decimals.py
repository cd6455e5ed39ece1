"""Doubles as decimals and back."""

import random

import pytest

from pytest_specmint.tables.types import Decimal
from pytest_specmint.tables.unfit import Misfit

pa = pytest.importorskip("pyarrow")

from pytest_specmint.tables.decimals import decimals, doubles_of  # noqa: E402 - needs what was looked for


@pytest.mark.parametrize("scale", [1, 2, 5, 10])
def test_every_double_comes_back(scale: int) -> None:
    draw = random.Random(scale)
    values = [None, 0.0, *(round(draw.uniform(-(10**5), 10**5), scale) for _ in range(5000))]
    found = decimals(Decimal(17, scale), values)
    assert found.type == pa.decimal128(17, scale)
    assert doubles_of(found) == values
    assert doubles_of(found.slice(2, 7)) == values[2:9]


def test_great_ones_take_the_long_way() -> None:
    values = [1e20, -123456789012345.67, 1e22, None]
    found = decimals(Decimal(38, 2), values)
    assert doubles_of(found) == values
    tiny = decimals(Decimal(38, 25), [1e-25, 5e-24])
    assert doubles_of(tiny) == [1e-25, 5e-24]


@pytest.mark.parametrize("value", [0.125, 1e-9, 12345.0, 1e300])
def test_more_digits_than_there_are_places_for(value: float) -> None:
    with pytest.raises(Misfit, match="a number of 6 digits, 2 of them decimal places"):
        decimals(Decimal(6, 2), [1.5, value])
