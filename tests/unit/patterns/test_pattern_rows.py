"""Patterns as rows: what they hold, their lengths, and which patterns have no such form."""

import re

import pytest

from pytest_specmint.patterns.rows import Row, Rows, Words, lengths, matches, rows_of
from pytest_specmint.patterns.syntax import parse

TEXTS = ["", "a", "b", "ab", "aab", "abb", "ba", "cat", "cab", "12", "2024", "aaaa", "a\nb"]


def rows(pattern: str, *, loose: bool = False) -> Rows | None:
    return rows_of(parse(pattern), whole=False, loose=loose)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "a",
        "^a$",
        "^a*b{1,2}$",
        "^(cat|cab|b)$",
        "a|^b",
        "^(a|b){1,3}$",
        "^(aa|b?)b*$",
        "^a$b",
        "b^",
        "^\\d+",
        "^(|a)$",
    ],
)
def test_rows_hold_what_the_pattern_holds(pattern: str) -> None:
    found = rows(pattern)
    assert found is not None
    for text in TEXTS:
        assert any(matches(row, text) for row in found) is (re.search(pattern.replace("$", "\\Z"), text) is not None)


@pytest.mark.parametrize("pattern", ["(ab)+", "a(?=b)", "\\ba", "(a)\\1", "^(ab|c){0,200}$", "((ab|c)d?){9}"])
def test_other_patterns_have_no_rows(pattern: str) -> None:
    assert rows(pattern) is None


def test_loose_rows_repeat_a_little() -> None:
    found = rows("^(ab)+$", loose=True)
    assert found is not None
    assert lengths(found, 0, None, 9) == [2, 4, 6]


def test_repetitions_of_repetitions_are_one_where_they_can_be() -> None:
    assert lengths(rows("^(a{1,50}){2,3}$") or (), 0, None, 999) == list(range(2, 151))
    assert rows("^(a{3}){2,5}$") != rows("^a{6,15}$")


def test_shares_are_those_of_the_options() -> None:
    found = rows("^(red|blue|[0-9]{1,9})$")
    assert found is not None
    assert [round(row.share, 6) for row in found] == [0.333333] * 3


def test_numbers_are_listed_words_are_kept_apart() -> None:
    assert rows("^(0[1-9]|1[0-2])$") == (Row(1.0, (Words(tuple(f"{month:02}" for month in range(1, 13))),)),)
    assert rows("^(ab|c[de])$") is not None
    assert len(rows("^(ab|c[de])$") or ()) == 2


@pytest.mark.parametrize(
    ("pattern", "bounds", "expected"),
    [
        ("^a{2,4}$", (0, None), [2, 3, 4]),
        ("^(a{2}|b{7,})$", (0, None), [2, 7, 8, 9]),
        ("^a*$", (10**6, None), [10**6, 10**6 + 1, 10**6 + 2, 10**6 + 3]),
        ("a", (0, 0), []),
    ],
)
def test_lengths(pattern: str, bounds: tuple[int, int | None], expected: list[int]) -> None:
    assert lengths(rows(pattern) or (), *bounds, 4) == expected
