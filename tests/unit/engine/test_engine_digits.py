"""Decimal digits out of a table."""

import numpy as np
import pytest

from pytest_specmint.cells import joined
from pytest_specmint.engine.nodes.digits import digits

NUMBERS = [0, 1, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 10_001, 19_999, 100_000, 9_999_999, 10**8, 123_456_789_012]


@pytest.mark.parametrize("most", [10**12, 10**15, 2**62])
def test_texts_are_those_of_python(most: int) -> None:
    column = np.array([*NUMBERS, most], dtype=np.int64)
    assert joined(digits(column, most), b",").decode() == "".join(f"{number}," for number in column.tolist())


@pytest.mark.parametrize("most", [0, 9, 10, 9999, 10_000])
def test_every_number_up_to_a_small_most(most: int) -> None:
    column = np.arange(most + 1)
    assert joined(digits(column, most), b",").decode().split(",")[:-1] == [str(number) for number in range(most + 1)]
