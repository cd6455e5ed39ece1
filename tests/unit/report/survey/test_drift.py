import json

import pytest

from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.report.survey.drift import Drift, Presence, drift
from pytest_specmint.report.survey.survey import Survey, survey


def _survey(records: list[object]) -> Survey:
    return survey([json.dumps(each).encode() + b"\n" for each in records], base_vocabulary())


def _drift(old: list[object], new: list[object]) -> dict[str, Drift]:
    return {each.path: each for each in drift(_survey(old), _survey(new))}


def test_the_same_has_not_changed() -> None:
    records = [{"n": i % 50, "s": "ab"[i % 2], "d": f"2024-01-{1 + i % 28:02d}"} for i in range(300)]
    assert all(not each.differences and each.where is Presence.BOTH for each in _drift(records, records).values())


def test_fields_that_came_and_went() -> None:
    found = _drift([{"a": 1}], [{"b": 1}])
    assert (found["a"].where, found["b"].where) == (Presence.REMOVED, Presence.ADDED)


def test_types_presence_and_nulls() -> None:
    found = _drift([{"a": 1, "b": 2}] * 10, [{"a": "1", "b": None}] * 5 + [{"a": "1"}] * 5)
    assert found["a"].differences[0] == "types: integer -> string"
    assert "present: 100% -> 50%" in found["b"].differences
    assert "null: 0% -> 100%" in found["b"].differences


@pytest.mark.parametrize(
    ("old", "new", "least", "most"),
    [
        (range(100), range(100), 0, 0.001),
        (range(100), range(50, 150), 0.45, 0.55),
        (range(100), range(1000, 1100), 1, 1),
        ([7] * 100, [7] * 100, 0, 0),
        ([7] * 100, [8] * 100, 1, 1),
    ],
)
def test_numbers_are_as_far_apart_as_their_shares(old: list[int], new: list[int], least: float, most: float) -> None:
    found = _drift([{"n": each} for each in old], [{"n": each} for each in new])["n"]
    assert found.distance is not None
    assert least <= found.distance <= most


def test_texts_are_as_far_apart_as_their_common_values() -> None:
    found = _drift([{"s": "x"}] * 80 + [{"s": "y"}] * 20, [{"s": "x"}] * 50 + [{"s": "y"}] * 50)["s"]
    assert found.distance == pytest.approx(0.3)
    assert found.differences == ("values: 30% apart",)


def test_texts_that_never_come_twice_are_not_compared() -> None:
    old, new = ([{"s": f"{who}{i}"} for i in range(1000)] for who in ("a", "b"))
    assert _drift(list(old), list(new))["s"].distance is None
