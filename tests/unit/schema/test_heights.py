"""Which goals finite values can meet, and how deep the least of them is."""

from typing import Any

import pytest

from pytest_specmint.schema.canonical import Canonicaliser
from pytest_specmint.schema.heights import Graph, build_graph
from pytest_specmint.schema.load import load_schema
from pytest_specmint.schema.sets.goal import Term
from pytest_specmint.schema.shape import ArrayShape, ObjectShape

ROOT = (Term("#"),)


def graph_of(schema: Any) -> Graph:
    return build_graph(Canonicaliser(load_schema(schema)), ROOT)


def height(schema: Any) -> int | None:
    ways = graph_of(schema).get(ROOT)
    return None if ways is None else min(way.height for way in ways)


LEAF = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (LEAF, 0),
        ({"const": {"a": [1]}}, 0),
        ({"type": "array"}, 1),
        ({"type": "object"}, 1),
        ({"type": "array", "items": LEAF, "minItems": 1}, 1),
        ({"type": "object", "required": ["a"], "properties": {"a": LEAF}}, 1),
        ({"type": "object", "required": ["a"], "properties": {"a": {"type": "object"}}}, 2),
        ({"type": "object", "properties": {"a": {"type": "object"}}}, 1),
        ({"type": "object", "minProperties": 1, "properties": {"a": {"$ref": "#"}, "b": LEAF}}, 1),
        ({"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 1, "items": LEAF}}, 2),
        ({"type": "array", "prefixItems": [LEAF, {"type": "object"}], "minItems": 2}, 2),
        ({"type": "array", "prefixItems": [LEAF, {"type": "object"}], "minItems": 1}, 1),
        ({"type": "object", "properties": {"next": {"$ref": "#"}}}, 1),
        ({"type": "array", "items": {"$ref": "#"}}, 1),
        ({"anyOf": [{"type": "array", "minItems": 1, "items": {"$ref": "#"}}, {"type": "null"}]}, 0),
        ({"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#"}}}, None),
        ({"type": "array", "minItems": 1, "items": {"$ref": "#"}}, None),
        ({"type": "object", "minProperties": 2, "maxProperties": 2, "properties": {"a": LEAF, "b": LEAF}}, 1),
    ],
    ids=str,
)
def test_height(schema: Any, expected: int | None) -> None:
    assert height(schema) == expected


def test_children_that_nothing_finite_meets_are_pruned() -> None:
    endless = {"type": "object", "required": ["x"], "properties": {"x": {"$ref": "#/$defs/e"}}}
    graph = graph_of({"type": "object", "properties": {"a": {"$ref": "#/$defs/e"}, "b": LEAF}, "$defs": {"e": endless}})
    (way,) = graph[ROOT]
    assert isinstance(way.shape, ObjectShape)
    assert [member.name for member in way.shape.optional] == ["b"]
    assert (Term("#/$defs/e"),) not in graph


def test_arrays_end_before_items_that_nothing_finite_meets() -> None:
    endless = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/e"}}
    graph = graph_of({"type": "array", "prefixItems": [LEAF], "items": {"$ref": "#/$defs/e"}, "$defs": {"e": endless}})
    (way,) = graph[ROOT]
    assert isinstance(way.shape, ArrayShape)
    assert way.shape.most == 1


def test_ways_that_nothing_finite_meets_are_left_out() -> None:
    graph = graph_of(
        {
            "anyOf": [
                {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}},
                {"type": "array"},
            ]
        }
    )
    # Through the array the object becomes possible, one level higher.
    assert sorted(way.height for way in graph[ROOT]) == [1, 2]


def test_every_goal_of_the_graph_is_complete() -> None:
    graph = graph_of({"type": "object", "properties": {"a": {"items": {"$ref": "#"}}, "b": {"$ref": "#/properties/a"}}})
    for ways in graph.values():
        assert ways
        assert all(way.weight > 0 and way.height >= 0 for way in ways)
