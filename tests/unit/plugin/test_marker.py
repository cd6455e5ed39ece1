"""The marker's arguments."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_specmint.marker import Marker, MarkerError, marker_of, parse


def test_defaults() -> None:
    assert parse(("a.json",), {}) == Marker("a.json", None, 10, 0, None, None, None)


def test_schema_by_name() -> None:
    assert parse((), {"schema": "a.json"}).schema == "a.json"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schema", Path("a.json")),
        ("schema", {"type": "string"}),
        ("schema", True),
        ("schema", False),
        ("seed", 0),
        ("seed", 2**64 - 1),
        ("count", 1),
        ("start", 5),
        ("as_of", "2024-02-29"),
        ("as_of", date(2024, 2, 29)),
        ("schema_root", "schemas"),
        ("schema_root", Path("schemas")),
        ("golden", "orders/one.jsonl"),
    ],
)
def test_accepted(name: str, value: Any) -> None:
    assert getattr(parse((), {"schema": "s", name: value}), name) == value


@pytest.mark.parametrize("name", ["seed", "count", "start", "as_of", "schema_root", "golden"])
def test_none_means_default(name: str) -> None:
    assert parse(("s",), {name: None}) == parse(("s",), {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schema", 5),
        ("schema", ["a"]),
        ("seed", -1),
        ("seed", "1"),
        ("seed", 1.5),
        ("seed", True),
        ("count", 0),
        ("count", -3),
        ("count", "10"),
        ("count", True),
        ("start", -1),
        ("start", False),
        ("as_of", 20240101),
        ("schema_root", 3),
        ("golden", "a.json"),
        ("golden", "/a.jsonl"),
        ("golden", "../a.jsonl"),
        ("golden", "x/../../a.jsonl"),
        ("golden", Path("a.jsonl")),
    ],
)
def test_refused_by_name_and_value(name: str, value: Any) -> None:
    with pytest.raises(MarkerError) as caught:
        parse((), {"schema": "s", name: value})
    assert str(caught.value).startswith(f"{name} must be ")
    assert repr(value) in str(caught.value)


def test_unknown_with_near_name() -> None:
    with pytest.raises(MarkerError, match=r"unknown argument 'sede'; did you mean 'seed'\?"):
        parse(("s",), {"sede": 1})


def test_unknown_without_near_name() -> None:
    with pytest.raises(MarkerError, match="unknown argument 'zzz'; known are schema, seed, count"):
        parse(("s",), {"zzz": 1})


def test_two_positional() -> None:
    with pytest.raises(MarkerError, match="one positional argument, the schema, not 2"):
        parse(("s", 1), {})


def test_schema_twice() -> None:
    with pytest.raises(MarkerError, match="twice"):
        parse(("s",), {"schema": "t"})


@pytest.mark.parametrize("kwargs", [{}, {"schema": None}, {"count": 3}])
def test_schema_missing(kwargs: dict[str, Any]) -> None:
    with pytest.raises(MarkerError, match="needs a schema"):
        parse((), kwargs)


def test_marker_error_is_a_value_error() -> None:
    assert issubclass(MarkerError, ValueError)


def test_marker_of_item() -> None:
    mark = SimpleNamespace(args=("s",), kwargs={"count": 3})
    item = SimpleNamespace(get_closest_marker=lambda name: mark if name == "specmint" else None)
    assert marker_of(item) == Marker("s", count=3)


def test_marker_of_item_without_marker() -> None:
    assert marker_of(SimpleNamespace(get_closest_marker=lambda _: None)) is None
