"""Exact numbers."""

from decimal import Decimal
from fractions import Fraction

import pytest

from pytest_specmint.rules.expression import numbers


@pytest.mark.parametrize(
    ("value", "known"),
    [
        (3, 3),
        (3.0, 3),
        (0.1, Fraction(1, 10)),
        (-0.0, 0),
        (1e22, 10**22),
        (1e23, 10**23),
        (5e-324, Fraction(5, 10**324)),
        (Decimal("0.10"), Fraction(1, 10)),
        (Fraction(6, 3), 2),
        (True, None),
        ("1", None),
        (None, None),
        (float("nan"), None),
        (float("inf"), None),
        (Decimal("NaN"), None),
    ],
)
def test_numbers_are_what_their_texts_say(value: object, known: object) -> None:
    found = numbers.exact(value)
    assert found == known
    assert type(found) is type(known)


@pytest.mark.parametrize(
    ("value", "places", "known"),
    [("2.5", 0, "3"), ("-2.5", 0, "-3"), ("2.4999", 0, "2"), ("1.005", 2, "1.01"), ("-1.005", 2, "-1.01"),
     ("1250", -2, "1300"), ("-1250", -2, "-1300"), ("1249", -2, "1200"), ("1.5", 3, "1.5"), ("0", 2, "0")],
)  # fmt: skip
def test_halves_go_away_from_zero(value: str, places: int, known: str) -> None:
    assert numbers.rounded(Fraction(value), places) == Fraction(known)


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(1, 8), "0.125"), (Fraction(-5, 100), "-0.05"), (12, "12"), (Fraction(1, 3), None), (Fraction(10**20 + 1, 10), "10000000000000000000.1")],
)  # fmt: skip
def test_plain_texts(value: Fraction, text: str | None) -> None:
    assert numbers.text_of_number(value) == text


def test_json_numbers_say_exactly_what_is_meant() -> None:
    assert numbers.json_number(Fraction(1234, 100)) == 12.34
    assert numbers.json_number(10**30) == 10**30
    assert numbers.json_number(Fraction(1, 3)) is None
    assert numbers.json_number(Fraction(10**20 + 1, 10)) is None
    assert numbers.json_number(Fraction(10**400 + 1, 2)) is None


def test_quotients_by_negative_numbers() -> None:
    assert [numbers.divided(5, -2), numbers.divided(-5, -2), numbers.divided(4, -2)] == [-3, 3, -2]
