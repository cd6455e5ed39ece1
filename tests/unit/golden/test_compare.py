"""Comparing with goldens, and where they live."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.golden.compare import Change, Difference, difference, lines_of, split_lines
from pytest_specmint.golden.golden import golden_for
from pytest_specmint.golden.place import golden_path


def compare(before: list[Any], after: list[Any]) -> Difference:
    found = difference(lines_of(before), lines_of(after))
    assert found is not None
    return found


def test_equal_bytes() -> None:
    assert difference(lines_of([{"a": 1}]), lines_of([{"a": 1}])) is None
    assert difference(b"", b"") is None


def test_a_changed_field() -> None:
    found = compare([{"a": 1, "b": 2}, {"a": 1, "b": 2}], [{"a": 1, "b": 2}, {"a": 1, "b": 3}])
    assert (found.expected, found.actual, found.records) == (2, 2, 1)
    assert found.examples == (Change(1, "/b", "2", "3"),)
    assert found.lines() == ["1 of 2 records differ: b in 1", "  record 1 /b: 2 -> 3"]


def test_fields_are_counted_once_per_record_with_array_positions_merged() -> None:
    before = [{"items": [{"price": 1}, {"price": 2}], "name": "x"}] * 3
    after = [{"items": [{"price": 8}, {"price": 9}], "name": "x"}] * 2 + [
        {"items": [{"price": 8}, {"price": 2}], "name": "y"}
    ]
    assert compare(before, after).fields == (("items[]/price", 3), ("name", 1))


def test_examples_are_limited() -> None:
    found = compare([{"a": k} for k in range(10)], [{"a": -1 - k} for k in range(10)])
    assert found.records == 10
    assert len(found.examples) == 3


def test_more_than_five_fields() -> None:
    names = "abcdefgh"
    found = compare([dict.fromkeys(names, 0)], [dict.fromkeys(names, 1)])
    assert "and 3 more fields" in found.lines()[0]
    assert len(found.lines()) <= 8


def test_added_records() -> None:
    found = compare([1], [1, 2])
    assert found.lines()[0] == "the golden has 1 records, the dataset 2"
    assert "(whole record) in 1" in found.lines()[1]
    assert found.examples == (Change(1, "", "(no record)", "2"),)


def test_removed_records() -> None:
    found = compare([1, 2, 3], [1])
    assert (found.expected, found.actual, found.records) == (3, 1, 2)
    assert found.examples[0] == Change(1, "", "2", "(no record)")


def test_added_and_removed_fields() -> None:
    found = compare([{"a": 1}], [{"b": 1}])
    assert found.examples == (Change(0, "/a", "1", "(absent)"), Change(0, "/b", "(absent)", "1"))


def test_array_lengths() -> None:
    assert compare([[1, 2]], [[1]]).examples == (Change(0, "/1", "2", "(absent)"),)


@pytest.mark.parametrize(("before", "after"), [(1, True), (0, False), (1, 1.0), (None, 0), ("1", 1), ([], {})])
def test_kinds_differ(before: Any, after: Any) -> None:
    assert compare([{"a": before}], [{"a": after}]).examples[0].pointer == "/a"


def test_names_are_escaped() -> None:
    assert compare([{"a/b": 1, "m~n": 1}], [{"a/b": 2, "m~n": 1}]).examples[0].pointer == "/a~1b"


def test_tampered_byte() -> None:
    golden = lines_of([{"a": 1}, {"b": "xyz"}])
    found = difference(golden.replace(b"xyz", b"xyw"), golden)
    assert found is not None
    assert found.examples == (Change(1, "/b", '"xyw"', '"xyz"'),)


def test_tampered_to_something_that_is_not_json() -> None:
    golden = lines_of([{"a": 1}])
    found = difference(golden.replace(b"{", b"["), golden)
    assert found is not None
    assert found.records == 1
    assert found.examples[0].pointer == ""


def test_other_bytes_for_the_same_values() -> None:
    found = difference(b'{"a": 1}\n', b'{"a":1}\n')
    assert found is not None
    assert "other bytes for the same values" in found.lines()[-1]


def test_missing_final_line_feed() -> None:
    found = difference(b"1\n2", b"1\n2\n")
    assert found is not None
    assert (found.expected, found.actual, found.records) == (2, 2, 0)
    assert "line feed at the end of the file" in found.lines()[0]


def test_carriage_returns_are_differences() -> None:
    found = difference(b"1\r\n", b"1\n")
    assert found is not None
    assert found.records == 1


def test_long_values_are_shortened() -> None:
    found = compare([{"a": "x" * 500}], [{"a": "y" * 500}])
    assert len(found.lines()[1]) < 200


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"1", [b"1"]),
        (b"1\n", [b"1"]),
        (b"1\n2", [b"1", b"2"]),
        (b"1\n\n", [b"1", b""]),
        ('"\u2028"\n'.encode(), ['"\u2028"'.encode()]),
    ],
)
def test_split_lines(data: bytes, lines: list[bytes]) -> None:
    assert split_lines(data) == lines


def test_lines_of_any_key_order() -> None:
    assert lines_of([{"b": 1, "a": 2}]) == b'{"a":2,"b":1}\n'


class TestGolden:
    PATH = Path("golden/x.jsonl")

    def test_equal(self) -> None:
        golden = golden_for(self.PATH, b"1\n2\n", update=False, nodeid="t.py::x")
        assert golden == [1, 2]
        assert golden == (1, 2)
        assert golden.explain() == []
        assert golden.pending is None

    def test_dataset(self) -> None:
        dataset = sm.generate({"type": "integer"}, count=5)
        golden = golden_for(self.PATH, dataset.jsonl, update=False, nodeid="t.py::x")
        assert dataset == golden
        assert golden == dataset
        assert sm.generate({"type": "integer"}, count=5, seed=1) != golden
        assert any(line.startswith("reproduce: specmint-cli generate") for line in golden.explain())

    def test_different(self) -> None:
        golden = golden_for(self.PATH, b"1\n2\n", update=False, nodeid="t.py::x[a b]")
        assert golden != [1, 3]
        words = golden.explain()
        assert words[0] == "the dataset differs from golden golden/x.jsonl"
        assert words[-1] == "accept:    pytest 't.py::x[a b]' --specmint-update-golden"
        assert len(words) <= 8

    def test_missing(self) -> None:
        golden = golden_for(self.PATH, None, update=False, nodeid="t.py::x")
        assert not golden.exists
        assert golden != [1]
        assert golden.explain()[0] == "golden golden/x.jsonl does not exist"
        assert repr(golden) == "<Golden golden/x.jsonl (missing)>"

    def test_update(self) -> None:
        golden = golden_for(self.PATH, b"1\n", update=True, nodeid="t.py::x")
        assert golden == [2]
        assert golden.pending == b"2\n"

    def test_other_kinds(self) -> None:
        golden = golden_for(self.PATH, b"1\n", update=False, nodeid="t.py::x")
        assert golden != 1
        assert golden != "1\n"


def _item(nodeid: str, path: str = "tests/test_a.py", **kwargs: Any) -> Any:
    mark = SimpleNamespace(args=("s.json",), kwargs=kwargs)
    config = SimpleNamespace(rootpath=Path("/project"), getini=lambda name: "golden")
    return SimpleNamespace(
        config=config, nodeid=nodeid, path=Path("/project") / path, get_closest_marker=lambda name: mark
    )


class TestPlace:
    def test_by_test(self) -> None:
        path = golden_path(_item("tests/test_a.py::test_orders"))
        assert path.parent == Path("/project/golden/test_a")
        assert path.name.startswith("test_orders-")
        assert path.suffix == ".jsonl"

    def test_by_marker(self) -> None:
        assert golden_path(_item("t::x", golden="orders/one.jsonl")) == Path("/project/golden/orders/one.jsonl")

    def test_node_ids_do_not_collide(self) -> None:
        ids = [
            "tests/test_a.py::test_x[a/b]",
            "tests/test_a.py::test_x[a_b]",
            "tests/test_a.py::test_x[a b]",
            "tests/test_a.py::TestC::test_x",
            "tests/sub/test_a.py::test_x[a/b]",
            "tests/test_a.py::test_x[" + "y" * 500 + "1]",
            "tests/test_a.py::test_x[" + "y" * 500 + "2]",
        ]
        paths = [golden_path(_item(each)) for each in ids]
        assert len({str(path).lower() for path in paths}) == len(ids)
        assert all(len(path.name) < 120 for path in paths)

    @pytest.mark.parametrize("parameter", ["../../etc", "a\\b", "c:d", "ä\n", "*?<>|"])
    def test_names_are_safe_on_any_system(self, parameter: str) -> None:
        path = golden_path(_item(f"tests/test_a.py::test_x[{parameter}]"))
        assert path.parent == Path("/project/golden/test_a")
        assert set(path.name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
