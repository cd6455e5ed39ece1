"""Single values as X12 takes them."""

from typing import Any

import pytest

from pytest_specmint.packs.healthcare.x12 import elements
from pytest_specmint.packs.healthcare.x12.elements import (
    amount,
    cents,
    chosen,
    code,
    day,
    digits,
    plain,
    quantity,
    segment,
    words,
)
from pytest_specmint.rendering.records import Unfit


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Fallowell Clinic", "FALLOWELL CLINIC"),
        ("Müller-Åström", "MULLER-ASTROM"),
        ("Straße Øst Æbler Łódź", "STRASSE OST AEBLER LODZ"),
        ("a*b:c~d^e", "A B C D E"),
        ("  two\t\r\n words  ", "TWO WORDS"),
        ("a|b\\c{d}@e_f%g#h$i<j>k[l]`m", "A B C D E F G H I J K L M"),
        ('O\'Hara & Sons (Ltd.), "A/B"; 1+1=2?!', 'O\'HARA & SONS (LTD.), "A/B"; 1+1=2?!'),
        ("O\u2019Hara\u2013Reed", "O'HARA-REED"),
        ("\ufb01ne \u2167", "FINE VIII"),
        ("山田太郎", ""),
        ("\U0001f600", ""),
        ("\x00\x1f\x7f", ""),
        ("", ""),
    ],
)
def test_plain(text: str, made: str) -> None:
    assert plain(text) == made


def test_plain_never_holds_a_separator() -> None:
    for first in range(0, 0x11000, 256):
        made = plain("".join(chr(each) for each in range(first, first + 256) if not 0xD800 <= each < 0xE000))
        assert made.isascii()
        assert not set(made) & {elements.ELEMENT, elements.COMPONENT, elements.SEGMENT, elements.REPETITION}
        assert made == plain(made)


def test_words_are_cut_and_never_empty() -> None:
    assert words("a" * 70, "/x", 60) == "A" * 60
    assert words("abcd efgh", "/x", 5) == "ABCD"
    assert words("***", "/x", 60) == "UNKNOWN"
    assert words("A", "/x", 30, 2) == "UNKNOWN"
    assert words("ABCDEFGHIJK", "/x", 30, 2) == "ABCDEFGHIJK"


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (lambda: code("ab-1", "/x", 1, 4), "AB-1"),
        (lambda: code("00012", "/x", 5, 5), "00012"),
        (lambda: digits("00-1234567", "/x", 9), "001234567"),
        (lambda: digits("12345-6789", "/x", 5, 9), "123456789"),
        (lambda: chosen("F", "/x", frozenset("FM")), "F"),
        (lambda: day("2024-02-29", "/x"), "20240229"),
        (lambda: day("2024-02-29T23:59:59Z", "/x"), "20240229"),
        (lambda: segment("HL", "1", "", "20", "1"), "HL*1**20*1~\n"),
        (lambda: segment("SBR", "P", "", "", ""), "SBR*P~\n"),
    ],
)
def test_codes(made: Any, expected: str) -> None:
    assert made() == expected


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (12, "12"),
        (12.5, "12.5"),
        (12.05, "12.05"),
        (115.97, "115.97"),
        (0.1, "0.1"),
        (100.0, "100"),
        (50000, "50000"),
    ],
)
def test_amounts(value: float, written: str) -> None:
    assert amount(cents(value, "/x")) == written


def test_every_number_of_cents_is_told_from_its_neighbours() -> None:
    for each in [*range(20_000), *range(10**9, 10**9 + 2000), 10**15 - 1]:
        assert cents(each / 100, "/x") == each


@pytest.mark.parametrize(("value", "written"), [(1, "1"), (20, "20"), (1.5, "1.5"), (0.125, "0.125"), (2.0, "2")])
def test_quantities(value: float, written: str) -> None:
    assert quantity(value, "/x") == written


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (lambda: words(7, "/x", 5), "a text is needed, not 7"),
        (lambda: words(None, "/x", 5), "a text is needed"),
        (lambda: code(None, "/x", 1, 5), "a text is needed"),
        (lambda: code("", "/x", 1, 5), "'' does not have 1 to 5 characters"),
        (lambda: code("ABCDEF", "/x", 5, 5), "'ABCDEF' does not have 5 characters"),
        (lambda: code("***", "/x", 1, 5), "does not have 1 to 5"),
        (lambda: digits("12-34567", "/x", 9), "does not have 9 digits"),
        (lambda: digits("1234A", "/x", 5, 9), "does not have 5 or 9 digits"),
        (lambda: digits("\u0661" * 5, "/x", 5), "does not have"),
        (lambda: chosen("Q", "/x", frozenset("MF")), "'Q' is none of F, M"),
        (lambda: day("2024", "/x"), "a date is needed, not '2024'"),
        (lambda: day(20240101, "/x"), "a date is needed"),
        (lambda: cents("1.00", "/x"), "an amount is needed"),
        (lambda: cents(True, "/x"), "an amount is needed"),
        (lambda: cents(1.005, "/x"), "1.005 is no amount of dollars and cents"),
        (lambda: cents(-1, "/x"), "-1 is no amount"),
        (lambda: cents(10**20, "/x"), "is no amount"),
        (lambda: quantity(0, "/x"), "a quantity above 0 is needed, not 0"),
        (lambda: quantity(-1, "/x"), "above 0"),
        (lambda: quantity(1.0005, "/x"), "more than three decimals"),
        (lambda: quantity(10**9, "/x"), "a quantity"),
        (lambda: quantity(True, "/x"), "a quantity"),
        (lambda: code("x" * 500, "/x", 1, 5), "x..."),
    ],
)
def test_what_cannot_be_written(call: Any, why: str) -> None:
    with pytest.raises(Unfit) as caught:
        call()
    assert why in caught.value.why
    assert caught.value.pointer == "/x"
    assert len(caught.value.why) < 130
