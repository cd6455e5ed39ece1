"""Unions, arrays, objects, recursion."""

import json
from collections import Counter
from typing import Any

import numpy as np
import pytest

import pytest_specmint as sm
from pytest_specmint.engine.nodes.union import choose
from pytest_specmint.stream import draw, record_keys


def make(schema: Any, count: int = 500) -> list[Any]:
    return list(sm.generate(schema, seed=2024, count=count))


class TestUnions:
    @pytest.mark.parametrize("weights", [[1.0, 1.0], [0.9, 0.1], [1.0, 2.0, 3.0, 4.0], [5.0]])
    def test_weights(self, weights: list[float]) -> None:
        chosen = choose(draw(record_keys(1, 0, 50_000)), weights)
        shares = np.bincount(chosen, minlength=len(weights)) / 50_000
        assert abs(shares - np.array(weights) / sum(weights)).max() < 0.01

    def test_types_come_about_equally_often(self) -> None:
        kinds = Counter(type(value) for value in make({"type": ["integer", "string", "array"]}, 3000))
        assert all(800 < kinds[kind] < 1200 for kind in (int, str, list))

    def test_null_is_rare(self) -> None:
        nulls = sum(value is None for value in make({"type": ["string", "null"]}, 3000))
        assert 150 < nulls < 450

    def test_every_branch_comes(self) -> None:
        schema = {"oneOf": [{"const": k} for k in range(12)]}
        assert set(make(schema, 1000)) == set(range(12))

    def test_overlapping_branches_of_one_of(self) -> None:
        schema = {
            "type": "integer",
            "minimum": 0,
            "maximum": 30,
            "oneOf": [{"multipleOf": 2}, {"multipleOf": 3}],
        }
        values = make(schema)
        assert all((value % 2 == 0) != (value % 3 == 0) for value in values)

    def test_enum_is_uniform_and_values_are_fresh(self) -> None:
        values = make({"enum": [{"a": []}, [1], "x"]}, 600)
        counts = Counter(json.dumps(value) for value in values)
        assert min(counts.values()) > 140
        objects = [value for value in values if isinstance(value, dict)]
        objects[0]["a"].append(1)
        assert objects[1] == {"a": []}

    @pytest.mark.parametrize(("keyword", "low", "high"), [("examples", 0.4, 0.6), ("default", 0.1, 0.3)])
    def test_suggestions_come_now_and_then(self, keyword: str, low: float, high: float) -> None:
        value: Any = "Suggested"
        schema = {"type": "string", keyword: [value] if keyword == "examples" else value}
        assert low < make(schema, 2000).count(value) / 2000 < high

    def test_wrong_suggestions_never_come(self) -> None:
        assert "x" not in make({"type": "integer", "examples": ["x"], "default": "x"})


class TestArrays:
    @pytest.mark.parametrize(
        ("bounds", "low", "high"),
        [
            ({}, 0, 4),
            ({"minItems": 3}, 3, 7),
            ({"maxItems": 2}, 0, 2),
            ({"minItems": 5, "maxItems": 5}, 5, 5),
        ],
    )
    def test_lengths(self, bounds: dict[str, int], low: int, high: int) -> None:
        lengths = {len(value) for value in make({"type": "array", "items": {"type": "integer"}, **bounds})}
        assert lengths == set(range(low, high + 1))

    def test_unique_with_a_small_enum(self) -> None:
        schema = {"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": True, "minItems": 3}
        values = make(schema)
        assert all(sorted(value) == ["a", "b", "c"] for value in values)
        assert len({tuple(value) for value in values}) == 6

    @pytest.mark.parametrize(
        "items",
        [
            {"type": "integer", "minimum": 1, "maximum": 6},
            {"type": "boolean"},
            {"type": "object", "required": ["a"], "properties": {"a": {"enum": [1, 2, 3, 4]}}},
            {"type": "string", "pattern": "^[ab]$"},
        ],
        ids=str,
    )
    def test_unique_items(self, items: dict[str, Any]) -> None:
        for value in make({"type": "array", "items": items, "uniqueItems": True, "minItems": 1, "maxItems": 2}):
            texts = [json.dumps(each, sort_keys=True) for each in value]
            assert len(set(texts)) == len(texts)

    def test_prefix(self) -> None:
        schema = {
            "type": "array",
            "prefixItems": [{"const": "x"}, {"type": "integer"}],
            "items": {"type": "boolean"},
            "minItems": 1,
            "maxItems": 4,
        }
        values = make(schema)
        assert {len(value) for value in values} == {1, 2, 3, 4}
        for value in values:
            assert value[0] == "x"
            assert all(isinstance(each, int) and not isinstance(each, bool) for each in value[1:2])
            assert all(isinstance(each, bool) for each in value[2:])

    def test_closed_prefix(self) -> None:
        schema = {"type": "array", "prefixItems": [{"type": "null"}, {"type": "null"}], "items": False}
        assert {len(value) for value in make(schema)} == {0, 1, 2}

    @pytest.mark.parametrize(("least", "most"), [(1, None), (2, 3), (0, 1), (1, 1)])
    def test_contains(self, least: int, most: int | None) -> None:
        schema: dict[str, Any] = {
            "type": "array",
            "items": {"type": "integer", "minimum": 0, "maximum": 20},
            "contains": {"minimum": 18},
            "minContains": least,
            "maxItems": 6,
        }
        if most is not None:
            schema["maxContains"] = most
        for value in make(schema):
            found = sum(each >= 18 for each in value)
            assert least <= found
            assert most is None or found <= most


class TestObjects:
    def test_optional_properties_are_mostly_there(self) -> None:
        schema = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}
        records = make(schema, 5000)
        for name in ("a", "b"):
            assert 0.88 < sum(name in record for record in records) / 5000 < 0.92
        both = sum(len(record) == 2 for record in records) / 5000
        assert 0.78 < both < 0.84  # independently of each other

    def test_keys_are_in_order(self) -> None:
        names = ["b", "a", "Z", "_", "é", "10", "2"]
        schema = {
            "type": "object",
            "properties": {name: {"type": "integer"} for name in names},
            "additionalProperties": {"type": "null"},
            "minProperties": 8,
        }
        assert all(list(record) == sorted(record) for record in make(schema))

    @pytest.mark.parametrize(("least", "most"), [(0, 2), (3, 4), (5, 5), (0, 0), (6, None)])
    def test_counts(self, least: int, most: int | None) -> None:
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {name: {"type": "integer"} for name in "abcdef"},
            "minProperties": least,
        }
        if most is not None:
            schema["maxProperties"] = most
        for record in make(schema):
            assert least <= len(record)
            assert most is None or len(record) <= most

    def test_required_properties_count_first(self) -> None:
        schema = {
            "type": "object",
            "required": ["f", "a"],
            "properties": {name: {"type": "integer"} for name in "abcdef"},
            "maxProperties": 3,
        }
        records = make(schema)
        assert all({"a", "f"} <= record.keys() and len(record) <= 3 for record in records)
        assert {name for record in records for name in record} == set("abcdef")

    def test_implications(self) -> None:
        schema = {
            "type": "object",
            "properties": {name: {"type": "integer"} for name in "abc"},
            "dependentRequired": {"a": ["b"], "b": ["c"]},
        }
        records = make(schema, 2000)
        assert all("b" in record for record in records if "a" in record)
        assert all("c" in record for record in records if "b" in record)
        assert any("a" not in record for record in records)

    def test_implications_with_counts(self) -> None:
        schema = {
            "type": "object",
            "properties": {name: {"type": "integer"} for name in "abcd"},
            "dependentRequired": {"a": ["b"]},
            "maxProperties": 2,
        }
        for record in make(schema, 1000):
            assert len(record) <= 2
            assert "a" not in record or "b" in record

    def test_maps_get_a_few_entries(self) -> None:
        records = make({"type": "object", "additionalProperties": {"type": "integer"}})
        assert {len(record) for record in records} == {1, 2, 3}
        assert all(isinstance(value, int) for record in records for value in record.values())

    def test_maps_with_pattern_names(self) -> None:
        schema = {
            "type": "object",
            "patternProperties": {"^x[0-9]{2}$": {"type": "null"}},
            "additionalProperties": False,
            "minProperties": 2,
        }
        for record in make(schema):
            assert len(record) >= 2
            assert all(len(name) == 3 and name[0] == "x" and value is None for name, value in record.items())

    def test_maps_with_property_names(self) -> None:
        schema = {
            "type": "object",
            "propertyNames": {"enum": ["red", "green"]},
            "additionalProperties": {"type": "integer"},
        }
        assert {name for record in make(schema) for name in record} == {"red", "green"}

    def test_names_beyond_the_listed_only_where_they_must(self) -> None:
        schema: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}}
        assert all(record.keys() <= {"a"} for record in make(schema))
        assert all(len(record) >= 3 for record in make({**schema, "minProperties": 3}))

    @pytest.mark.parametrize("name", ["", "a b", "ä", "'", '"', "\\", "{x}", "class", "__class__", "\n", "\0"])
    def test_any_name(self, name: str) -> None:
        schema = {"type": "object", "required": [name], "properties": {name: {"const": 1}}}
        assert make(schema, 3) == [{name: 1}] * 3

    def test_a_property_does_not_depend_on_its_neighbours(self) -> None:
        one = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}
        two = {
            "type": "object",
            "required": ["a", "b"],
            "properties": {"a": {"type": "integer"}, "b": {"type": "string"}},
        }
        assert [record["a"] for record in make(one)] == [record["a"] for record in make(two)]


def size(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(size, value.values()))
    if isinstance(value, list):
        return 1 + sum(map(size, value))
    return 1


def depth(value: Any) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, children), default=0)


RECURSIVE: dict[str, Any] = {
    "tree": {
        "type": "object",
        "required": ["name", "children"],
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#"}}},
    },
    "binary-tree": {
        "type": "object",
        "required": ["value"],
        "properties": {"value": {"type": "integer"}, "left": {"$ref": "#"}, "right": {"$ref": "#"}},
    },
    "linked-list": {
        "type": "object",
        "required": ["value", "next"],
        "properties": {"value": {"type": "integer"}, "next": {"anyOf": [{"type": "null"}, {"$ref": "#"}]}},
    },
    "mutual": {
        "$ref": "#/$defs/person",
        "$defs": {
            "person": {
                "type": "object",
                "required": ["name", "pets"],
                "properties": {
                    "name": {"type": "string"},
                    "pets": {"type": "array", "items": {"$ref": "#/$defs/pet"}},
                },
            },
            "pet": {
                "type": "object",
                "required": ["owner"],
                "properties": {"owner": {"anyOf": [{"$ref": "#/$defs/person"}, {"type": "null"}]}},
            },
        },
    },
    "expression": {
        "anyOf": [
            {"type": "number"},
            {
                "type": "object",
                "required": ["op", "l", "r"],
                "properties": {"l": {"$ref": "#"}, "r": {"$ref": "#"}},
            },
        ]
    },
    "json": {
        "anyOf": [
            {"type": ["null", "boolean", "number", "string"]},
            {"type": "array", "items": {"$ref": "#"}},
            {"type": "object", "additionalProperties": {"$ref": "#"}},
        ]
    },
}


@pytest.mark.parametrize("name", RECURSIVE)
def test_recursion_is_bounded(name: str) -> None:
    values = make(RECURSIVE[name], 500)
    sizes = sorted(map(size, values))
    assert sizes[250] < 100
    assert sizes[-1] < 2000
    assert max(map(depth, values)) <= 24


@pytest.mark.parametrize("name", ["tree", "binary-tree", "linked-list", "mutual"])
def test_recursion_happens(name: str) -> None:
    assert max(map(depth, make(RECURSIVE[name], 200))) >= 3
