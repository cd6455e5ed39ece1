"""Numbers nearer to a target."""

from collections.abc import Callable

import pytest

from pytest_specmint.plugin.nearer import Number, nearest_number

ANY: Callable[[Number], bool] = lambda number: True  # noqa: E731


@pytest.mark.parametrize(
    ("value", "target", "allows", "takes", "found"),
    [
        (12345, 0, ANY, lambda n: n > 1000, 1001),
        (-12345, 0, ANY, lambda n: n < -1000, -1001),
        (12345, 20000, ANY, lambda n: n < 15000, 14999),
        (250, 0, lambda n: n % 10 == 0, lambda n: n >= 50, 50),
        (999, 0, lambda n: n % 3 == 0, lambda n: n > 100, 102),
        (10**30, 0, ANY, lambda n: n > 10**20, 10**20 + 1),
        (5, 5, ANY, ANY, 5),
        (0, 0, ANY, ANY, 0),
        (7, 0, ANY, lambda n: False, 7),
        (99.75, 0.0, ANY, lambda n: n > 10.5, 11.0),
        (10.75, 0.0, ANY, lambda n: n > 10.5, 10.6),
        (11.0, 0.0, ANY, lambda n: n > 10.5, 11.0),
        (-0.375, 0.0, ANY, lambda n: n < -0.3, -0.31),
        (1e300, 0.0, ANY, lambda n: n > 1.5, 2.0),
        (float("inf"), 0.0, ANY, ANY, float("inf")),
    ],
)
def test_nearest(
    value: Number, target: Number, allows: Callable[[Number], bool], takes: Callable[[Number], bool], found: Number
) -> None:
    assert nearest_number(value, target, allows=allows, takes=takes) == found


def test_it_takes_few_questions() -> None:
    asked = []

    def takes(number: Number) -> bool:
        asked.append(number)
        return number > 123_456

    assert nearest_number(10**9, 0, allows=ANY, takes=takes) == 123_457
    assert len(asked) < 60
