"""Comparing records with a golden."""

from typing import Any

import pytest

from pytest_specmint.golden.compare import FIELDS, KEPT, Change, Difference, difference, split_lines
from pytest_specmint.golden.values import lines_of


def compare(before: list[Any], after: list[Any]) -> Difference:
    return difference([lines_of(before)], [lines_of(after)])


def of_bytes(before: bytes, after: bytes) -> Difference:
    return difference([before], [after])


def test_equal_lines_differ_in_nothing() -> None:
    assert compare([{"a": 1}], [{"a": 1}]) == Difference(1, 1, 0, (), ())


def test_a_changed_field() -> None:
    found = compare([{"a": 1, "b": 2}, {"a": 1, "b": 2}], [{"a": 1, "b": 2}, {"a": 1, "b": 3}])
    assert (found.expected, found.actual, found.records) == (2, 2, 1)
    assert found.changes == (Change(1, "/b", "2", "3"),)
    assert found.headline() == "1 of 2 records differ: b in 1"
    assert str(found.changes[0]) == "record 1 /b: 2 -> 3"


def test_fields_are_counted_once_per_record_with_array_positions_merged() -> None:
    before = [{"items": [{"price": 1}, {"price": 2}], "name": "x"}] * 3
    after = [{"items": [{"price": 8}, {"price": 9}], "name": "x"}] * 2 + [
        {"items": [{"price": 8}, {"price": 2}], "name": "y"}
    ]
    assert compare(before, after).fields == (("items[]/price", 3), ("name", 1))


def test_what_is_kept_is_bounded_and_what_is_counted_is_not() -> None:
    found = compare([{"a": k} for k in range(KEPT + 10)], [{"a": -1 - k} for k in range(KEPT + 10)])
    assert (found.records, len(found.changes), found.truncated) == (KEPT + 10, KEPT, True)
    assert found.fields == (("a", KEPT + 10),)


def test_fields_are_bounded() -> None:
    names = [f"f{i}" for i in range(FIELDS + 5)]
    assert len(compare([dict.fromkeys(names, 0)], [dict.fromkeys(names, 1)]).fields) == FIELDS


def test_more_fields_than_a_headline_holds() -> None:
    assert "and 4 more fields" in compare([dict.fromkeys("abcdefgh", 0)], [dict.fromkeys("abcdefgh", 1)]).headline()


def test_added_records() -> None:
    found = compare([1], [1, 2])
    assert found.headline().startswith("the golden has 1 records, the dataset 2; 1 of 2 records differ")
    assert found.changes == (Change(1, "", "(no record)", "2"),)


def test_removed_records() -> None:
    found = compare([1, 2, 3], [1])
    assert (found.expected, found.actual, found.records) == (3, 1, 2)
    assert found.changes[0] == Change(1, "", "2", "(no record)")


def test_added_and_removed_fields() -> None:
    found = compare([{"a": 1}], [{"b": 1}])
    assert found.changes == (Change(0, "/a", "1", "(absent)"), Change(0, "/b", "(absent)", "1"))


def test_array_lengths() -> None:
    assert compare([[1, 2]], [[1]]).changes == (Change(0, "/1", "2", "(absent)"),)


@pytest.mark.parametrize(("before", "after"), [(1, True), (0, False), (1, 1.0), (None, 0), ("1", 1), ([], {})])
def test_kinds_differ(before: Any, after: Any) -> None:
    assert compare([{"a": before}], [{"a": after}]).changes[0].pointer == "/a"


def test_names_are_escaped() -> None:
    assert compare([{"a/b": 1, "m~n": 1}], [{"a/b": 2, "m~n": 1}]).changes[0].pointer == "/a~1b"


def test_what_is_not_json_any_more() -> None:
    found = of_bytes(b'["a":1}\n', b'{"a":1}\n')
    assert (found.records, found.changes[0].pointer) == (1, "")


def test_other_bytes_for_the_same_values() -> None:
    assert "other bytes for the same values" in str(of_bytes(b'{"a": 1}\n', b'{"a":1}\n').changes[0])


def test_a_missing_final_line_feed_is_no_record() -> None:
    found = of_bytes(b"1\n2", b"1\n2\n")
    assert (found.expected, found.actual, found.records) == (2, 2, 0)
    assert found.headline() == "the bytes differ, though no record does"


def test_carriage_returns_are_differences() -> None:
    assert of_bytes(b"1\r\n", b"1\n").records == 1


def test_long_values_are_shortened() -> None:
    assert len(str(compare([{"a": "x" * 500}], [{"a": "y" * 500}]).changes[0])) < 200


@pytest.mark.parametrize(
    ("blocks", "lines"),
    [
        ([], []),
        ([b""], []),
        ([b"1"], [b"1"]),
        ([b"1\n"], [b"1"]),
        ([b"1\n2"], [b"1", b"2"]),
        ([b"1\n\n"], [b"1", b""]),
        ([b"1", b"2\n3", b"\n"], [b"12", b"3"]),
        (['"\u2028"\n'.encode()], ['"\u2028"'.encode()]),
    ],
)
def test_split_lines(blocks: list[bytes], lines: list[bytes]) -> None:
    assert list(split_lines(blocks)) == lines
