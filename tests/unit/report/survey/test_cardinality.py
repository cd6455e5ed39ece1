import pytest

from pytest_specmint.report.survey.cardinality import ERROR, EXACTLY, Cardinality


def _counted(values: range, block: int = 1000) -> Cardinality:
    found = Cardinality()
    for first in range(values.start, values.stop, block):
        found.add(str(each).encode() for each in range(first, min(first + block, values.stop)))
    return found


@pytest.mark.parametrize("number", [0, 1, 2, 1000, EXACTLY])
def test_few_are_counted_one_by_one(number: int) -> None:
    found = _counted(range(number))
    found.add(str(each).encode() for each in range(number))
    assert found.exact
    assert found.count == number


@pytest.mark.parametrize("number", [EXACTLY + 1, 20_000, 100_000, 400_000])
def test_many_are_estimated_within_four_standard_errors(number: int) -> None:
    found = _counted(range(number))
    assert not found.exact
    assert abs(found.count - number) <= 4 * ERROR * number


def test_what_comes_again_counts_once() -> None:
    once, often = _counted(range(50_000)), _counted(range(50_000))
    often.add(str(each).encode() for each in range(0, 50_000, 3))
    assert once.count == often.count


def test_the_order_does_not_matter() -> None:
    forwards, backwards = Cardinality(), Cardinality()
    blocks = [[str(each).encode() for each in range(first, first + 700)] for first in range(0, 21_000, 700)]
    for one, other in zip(blocks, reversed(blocks), strict=True):
        forwards.add(one)
        backwards.add(other)
    assert forwards.count == backwards.count
