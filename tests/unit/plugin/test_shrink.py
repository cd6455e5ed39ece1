"""The smallest record that fails."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_specmint.check.verifier import Verifier
from pytest_specmint.plugin.shrink import Spent, shrink
from pytest_specmint.schema.load import load_schema

ANYTHING: Callable[[Any], bool] = lambda record: True  # noqa: E731


def shrunk(record: Any, fails: Callable[[Any], bool], schema: Any = True, calls: int = 200, **options: Any) -> Any:
    verifier = Verifier(load_schema(schema))
    return shrink(record, allowed=lambda each: not verifier.failures([each]), fails=fails, calls=calls, **options)


@pytest.mark.parametrize(
    ("record", "fails", "smallest"),
    [
        ({"a": 1, "b": 2}, lambda r: "a" in r, {"a": 0}),
        ({"a": 12345, "b": "x"}, lambda r: r.get("a", 0) > 1000, {"a": 1001}),
        ({"a": -12345}, lambda r: r.get("a", 0) < -1000, {"a": -1001}),
        ({"a": 99.75}, lambda r: r.get("a", 0) > 10.5, {"a": 11.0}),
        ({"a": 10.75}, lambda r: r.get("a", 0) > 10.5, {"a": 10.6}),
        ({"a": [1, 2, 3, 4, 5, 6, 7]}, lambda r: 5 in r.get("a", []), {"a": [5]}),
        ([{"x": 1}, {"x": 2}, {"x": 3}], lambda r: any(i["x"] == 2 for i in r if "x" in i), [{"x": 2}]),
        ("hello world", lambda r: "w" in r, "hello w"),
        (
            {"a": {"b": {"c": [True]}}},
            lambda r: bool(r["a"]["b"]["c"][0]) if r.get("a", {}).get("b", {}).get("c") else False,
            {"a": {"b": {"c": [True]}}},
        ),
        (10**30, lambda r: r > 10**20, 10**20 + 1),
        (True, lambda r: True, False),
        (None, lambda r: True, None),
        ({"a": 1}, lambda r: True, {}),
    ],
)
def test_what_is_left(record: Any, fails: Callable[[Any], bool], smallest: Any) -> None:
    assert shrunk(record, fails).record == smallest


def test_only_valid_records_are_tried() -> None:
    schema = {
        "type": "object",
        "required": ["id", "n"],
        "properties": {
            "id": {"type": "string", "minLength": 3},
            "n": {"type": "integer", "minimum": 50, "multipleOf": 10},
            "tags": {"type": "array", "minItems": 2, "items": {"type": "string"}},
        },
    }
    seen = []

    def fails(record: Any) -> bool:
        seen.append(record)
        return "tags" in record

    found = shrunk({"id": "abcdef", "n": 500, "tags": ["aa", "bb", "cc"]}, fails, schema)
    verifier = Verifier(load_schema(schema))
    assert verifier.failures(seen) == []
    assert found.record == {"id": "abcd", "n": 50, "tags": ["", ""]} or found.record["n"] == 50
    assert len(found.record["tags"]) == 2


def test_the_number_of_calls_is_bounded() -> None:
    calls = 0

    def fails(record: Any) -> bool:
        nonlocal calls
        calls += 1
        return sum(record.values()) > 100

    found = shrunk({f"k{i}": 7 * i for i in range(40)}, fails, calls=15)
    assert calls == found.calls == 15
    assert found.matters is None
    assert sum(found.record.values()) > 100


def test_what_matters_needs_few_calls_however_large_the_record_is() -> None:
    record = {f"k{i:03}": {"a": [i] * 20, "b": "x" * 50} for i in range(300)}
    found = shrunk(record, lambda r: r.get("k123", {}).get("b", "") != "", calls=2000)
    assert found.record == {"k123": {"b": "x"}}


def test_no_record_is_asked_about_twice() -> None:
    seen = set()

    def fails(record: Any) -> bool:
        assert repr(record) not in seen
        seen.add(repr(record))
        return record.get("a", 0) > 3

    assert shrunk({"a": 9, "b": 1}, fails).record == {"a": 4}


def test_whoever_is_asked_may_end_it() -> None:
    def fails(record: Any) -> bool:
        raise Spent

    assert shrunk({"a": 1}, fails).record == {"a": 1}


def test_the_values_that_matter() -> None:
    schema = {
        "type": "object",
        "required": ["a", "b", "c"],
        "properties": {"a": {"type": "integer"}, "b": {"enum": ["x", "y"]}, "c": {"const": 1}},
    }
    others = [{"a": 1, "b": "y", "c": 1}, {"a": 2, "b": "x", "c": 1}]
    found = shrunk({"a": 50, "b": "x", "c": 1}, lambda r: r["a"] > 10, schema, others=others)
    assert found.record == {"a": 11, "b": "x", "c": 1}
    assert found.matters == ("/a",)


def test_pointers_are_escaped_and_lead_into_arrays() -> None:
    found = shrunk(
        {"a/b": [5, {"~": 9}]},
        lambda r: (
            len(r.get("a/b", [])) > 1 and r["a/b"][1].get("~", 0) > 3
            if isinstance((r.get("a/b", [0, 0]) + [0, 0])[1], dict)
            else False
        ),
        others=[{"a/b": [7, {"~": 1}]}],
    )
    assert found.record == {"a/b": [0, {"~": 4}]}
    assert found.matters == ("/a~1b/1/~0",)


def test_the_given_record_is_not_changed() -> None:
    record = {"a": [1, {"b": 2}]}
    shrunk(record, lambda r: "a" in r)
    assert record == {"a": [1, {"b": 2}]}
