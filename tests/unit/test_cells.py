"""Columns of JSON texts: rows with holes, put together and read again."""

import numpy as np
import pytest

from pytest_specmint.cells import (
    FAILED,
    beside,
    blank,
    cells_of,
    cells_of_strings,
    cells_of_texts,
    is_plain,
    joined,
    marked,
    packed,
    parsed,
    put,
    put_at,
    replaced,
    strings,
    take,
    united,
    values,
)

VALUES = ["a", 'quo"te\\', "ünï\n", "", 0, -12, 1.5, 1e16, 2**70, True, None, [1, [2]], {"b": 1, "a": "\0"}]


def lanes(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def test_values_come_back() -> None:
    assert values(cells_of(VALUES), exact=True) == VALUES
    assert strings(cells_of(["x", "ÿ"])) == ["x", "ÿ"]
    assert values(cells_of([]), exact=False) == []


@pytest.mark.parametrize(
    "texts",
    [[], [""], ["a", "", "bü", "😀"], ["a\nb", "c"], ['quote"', "d"], ["\\"], ["\x00", "\x1f\x7f"], ["\n"], ["\u2028"]],
)
def test_strings_are_quoted_as_one_by_one(texts: list[str]) -> None:
    assert joined(cells_of_strings(texts), b"\n") == joined(cells_of(texts), b"\n")
    assert strings(cells_of_strings(texts)) == texts


def test_texts_are_canonical() -> None:
    assert joined(cells_of([{"b": 1, "a": 1.0}]), b"\n") == b'{"a":1.0,"b":1}\n'


def test_integers_beyond_words_need_exact_reading() -> None:
    assert parsed(b"18446744073709551616\n", exact=True) == [2**64]
    assert parsed(b"18446744073709551615\n-1\n", exact=False) == [2**64 - 1, -1]


def test_parts_stand_side_by_side() -> None:
    column = cells_of_texts([b"1", b"22", b"333"])
    mark = cells_of_texts([b"<"])
    assert joined(beside(mark, column, column, count=3), b";") == b"<11;<2222;<333333;"


def test_a_wide_matrix_is_joined_piece_by_piece() -> None:
    column = cells_of_texts([b"x" * 70_000, b"y"] * 20)
    assert joined(column, b"\n") == (b"x" * 70_000 + b"\ny\n") * 20


def test_rows_are_taken_put_and_blanked() -> None:
    table = cells_of_texts([b"aaa", b"b", b"cc"])
    target = np.zeros((3, 6), dtype=np.uint8)
    put(target, 1, take(table, lanes(2, 2, 0)))
    put_at(target, lanes(1), 3, cells_of_texts([b"xyz"]))
    blank(target, lanes(2), 2, 4)
    assert joined(target, b",") == b"cc,ccxyz,a,"


@pytest.mark.parametrize("other", [b"longer than that", b"s"])
def test_some_rows_are_replaced_by_wider_or_narrower_ones(other: bytes) -> None:
    column = cells_of_texts([b"one", b"two", b"three"])
    assert joined(replaced(column, lanes(0, 2), cells_of_texts([other, b"3"])), b",") == other + b",two,3,"


def test_a_column_is_united_from_parts_for_different_lanes() -> None:
    parts = [(lanes(2, 0), cells_of_texts([b"c", b"aaaa"])), (lanes(1), cells_of_texts([b"bb"]))]
    assert joined(united(4, parts), b",") == b"aaaa,bb,c,,"


def test_packing_moves_holes_to_the_end() -> None:
    scattered = np.frombuffer(b"\0a\0b" + b"c\0\0\0", dtype=np.uint8).reshape(2, 4)
    assert packed(scattered).tobytes() == b"abc\0"
    assert packed(cells_of_texts([b"a", b"bcd"])).tobytes() == b"a\0\0bcd"


def test_marks_of_failure_are_seen_and_read_over() -> None:
    column = marked(cells_of([1, 2]), lanes(1))
    lines = joined(column, b"\n")
    assert [FAILED in line for line in lines.splitlines()] == [False, True]
    assert parsed(lines, exact=False) == [1, 2]
    assert marked(column, lanes()) is column


def test_plain_texts_need_no_escapes() -> None:
    assert is_plain("abc XYZ 019 ~/-_.")
    assert not any(map(is_plain, ['"', "\\", "\n", "\0", "é", "\x1f"]))
