"""Sets of numbers, exactly."""

from fractions import Fraction
from itertools import product

import pytest

from pytest_specmint.schema.sets.numbers import Numbers

F = Fraction
WHOLE = Numbers(step=F(1))
SAMPLES = [F(k, 4) for k in range(-12, 13)] + [F(1, 3), F(10**30)]
SETS = [
    Numbers(),
    WHOLE,
    Numbers(lower=F(0)),
    Numbers(lower=F(0), lower_open=True),
    Numbers(upper=F(2)),
    Numbers(upper=F(2), upper_open=True),
    Numbers(F(-1), True, F(1), True),
    Numbers(step=F(1, 2)),
    Numbers(step=F(3, 4), lower=F(-2)),
    Numbers(not_steps=frozenset({F(1)})),
    Numbers(excluded=frozenset({F(0), F(1, 2)})),
    Numbers(F(0), False, F(2), False, F(1), frozenset({F(2)}), frozenset({F(1)})),
]


class TestAdmits:
    @pytest.mark.parametrize(
        ("numbers", "number", "expected"),
        [
            (Numbers(lower=F(1)), F(1), True),
            (Numbers(lower=F(1), lower_open=True), F(1), False),
            (Numbers(upper=F(1)), F(1), True),
            (Numbers(upper=F(1), upper_open=True), F(1), False),
            (Numbers(step=F(1, 100)), F(19, 100), True),
            (Numbers(step=F(1, 100)), F(1, 1000), False),
            (Numbers(step=F(3)), F(0), True),
            (Numbers(step=F(3)), F(-6), True),
            (Numbers(not_steps=frozenset({F(2)})), F(4), False),
            (Numbers(not_steps=frozenset({F(2)})), F(3), True),
            (Numbers(excluded=frozenset({F(5)})), F(5), False),
        ],
    )
    def test_membership(self, numbers: Numbers, number: F, expected: bool) -> None:
        assert numbers.admits(number) is expected


@pytest.mark.parametrize(("one", "other"), list(product(SETS, SETS)))
def test_meet_is_the_intersection(one: Numbers, other: Numbers) -> None:
    both = one.meet(other)
    assert both == other.meet(one)
    for number in SAMPLES:
        assert both.admits(number) is (one.admits(number) and other.admits(number))


@pytest.mark.parametrize("numbers", SETS)
def test_complements_hold_everything_else(numbers: Numbers) -> None:
    for number in SAMPLES:
        assert any(each.admits(number) for each in numbers.complements()) is not numbers.admits(number)


@pytest.mark.parametrize("numbers", SETS)
def test_a_set_that_admits_something_has_no_contradiction(numbers: Numbers) -> None:
    if any(numbers.admits(number) for number in SAMPLES):
        assert numbers.contradiction() is None


def test_steps_meet_in_their_least_common_multiple() -> None:
    assert Numbers(step=F(1, 2)).meet(Numbers(step=F(1, 3))).step == 1
    assert Numbers(step=F(4)).meet(Numbers(step=F(6))).step == 12
    assert Numbers(step=F(3, 10)).meet(Numbers(step=F(1, 4))).step == F(3, 2)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (Numbers(F(3), False, F(1), False), "minimum 3 exceeds maximum 1"),
        (Numbers(F(3), True, F(1), True), "exclusiveMinimum 3 exceeds exclusiveMaximum 1"),
        (Numbers(F(3), True, F(3), False), "no number lies strictly beyond and up to 3"),
        (Numbers(F(11), False, F(19), False, F(10)), "no permitted multiple of 10 lies between 11 and 19"),
        (Numbers(F(1), True, F(2), True, F(1)), "no permitted multiple of 1 lies between 1 and 2"),
        (Numbers(step=F(4), not_steps=frozenset({F(2)})), "every multiple of 4 is excluded"),
        (
            Numbers(F(5), False, F(5), False, excluded=frozenset({F(5)})),
            "no permitted number lies between 5 and 5",
        ),
    ],
)
def test_contradictions(numbers: Numbers, expected: str) -> None:
    assert numbers.contradiction() == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (Numbers(F(1), False, F(3), False, F(1)), [1, 2, 3]),
        (Numbers(F(1), True, F(3), True, F(1)), [2]),
        (Numbers(F(0), False, F(1), False, F(1, 4), frozenset({F(1, 2)})), [F(1, 4), F(3, 4)]),
        (Numbers(F(0), False, F(5), False, F(1), excluded=frozenset({F(0), F(4)})), [1, 2, 3, 5]),
        (Numbers(F(7), False, F(7), False), [7]),
        (Numbers(F(0), False, F(1), False), None),
        (WHOLE, None),
        (Numbers(F(0), False, F(10**9), False, F(1)), None),
    ],
)
def test_members(numbers: Numbers, expected: list[F] | None) -> None:
    assert numbers.members() == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (Numbers(F(1, 2), False, F(5, 2), False, F(1)), (1, 2)),
        (Numbers(F(1), True, F(3), True, F(1)), (2, 2)),
        (Numbers(F(-7), False, F(7), False, F(3)), (-2, 2)),
        (Numbers(step=F(3)), (None, None)),
        (Numbers(lower=F(10), step=F(3)), (4, None)),
    ],
)
def test_grid_range(numbers: Numbers, expected: tuple[int | None, int | None]) -> None:
    assert numbers.grid_range() == expected


def test_without() -> None:
    assert not WHOLE.without(frozenset({F(3)})).admits(F(3))
    assert WHOLE.without(frozenset({F(3)})).admits(F(4))


def test_formats_are_joined() -> None:
    one, other = Numbers(formats=frozenset({"int32"})), Numbers(formats=frozenset({"int64"}))
    assert one.meet(other).formats == {"int32", "int64"}
