"""Boundary points: every kind of node has some, every one is realised, and the rest of the record stays as it was."""

import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.engine import nodes
from pytest_specmint.engine.edges import edge_targets, forced
from pytest_specmint.engine.edges.points import POINTS

SCHEMAS = sorted((Path(__file__).parents[4] / "schemas").rglob("*.json"))

OBJECT = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}, "required": ["a"]}
SMALL: dict[str, Any] = {
    "integers": {"type": "integer", "minimum": 3, "maximum": 9},
    "a step": {"type": "integer", "minimum": -10, "maximum": 10, "multipleOf": 5},
    "decimals": {"type": "number", "minimum": 0.5, "maximum": 2, "multipleOf": 0.25},
    "big numbers": {"type": "integer", "minimum": 10**30, "maximum": 10**30 + 99},
    "members": {"enum": ["a", 1, None, {"b": [2]}]},
    "text": {"type": "string", "minLength": 2, "maxLength": 7},
    "pattern": {"type": "string", "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 5},
    "format": {"type": "string", "format": "date"},
    "excluded": {"type": "integer", "minimum": 1, "maximum": 9, "not": {"const": 9}},
    "suggested": {"type": "string", "examples": ["one", "two"]},
    "array": {"type": "array", "items": {"type": "integer"}, "maxItems": 3},
    "unique": {"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True},
    "tuple": {"type": "array", "prefixItems": [{"const": 1}, {"enum": ["x", "y"]}], "items": False, "minItems": 2},
    "contains": {"type": "array", "contains": {"const": 5}, "items": {"type": "integer"}},
    "object": OBJECT,
    "counted": {**OBJECT, "minProperties": 1, "maxProperties": 1},
    "implied": {
        "properties": {n: {"type": "boolean"} for n in "abc"},
        "type": "object",
        "dependentRequired": {"a": ["b"]},
    },
    "map": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 3}},
    "branches": {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}, {"type": "boolean"}]},
    "conditions": {**OBJECT, "if": {"properties": {"a": {"minimum": 0}}}, "then": {"required": ["b"]}},
    "recursion": {"type": "object", "properties": {"next": {"$ref": "#"}, "v": {"enum": [1, 2]}}, "required": ["v"]},
}


def records(schema: Any) -> list[Any]:
    dataset = sm.generate(schema, mode="edge")
    return list(sm.generate(schema, mode="edge", count=max(len(dataset.job.targets()), 1)))


def test_every_kind_of_node_has_a_row() -> None:
    kinds: set[type] = set()
    for module in pkgutil.iter_modules(nodes.__path__):
        loaded = importlib.import_module(f"{nodes.__name__}.{module.name}")
        kinds |= {
            each for each in vars(loaded).values() if isinstance(each, type) and each.__module__ == loaded.__name__
        }
    sampled = {kind for kind in kinds if hasattr(kind, "sample") and not getattr(kind, "_is_protocol", False)}
    assert sampled == set(POINTS)


@pytest.mark.parametrize("name", SMALL)
def test_targets_are_realised_as_valid_records(name: str) -> None:
    dataset = sm.generate(SMALL[name], mode="edge")
    plan, verifier = dataset.job.plan(), Verifier(dataset.schema)
    targets = dataset.job.targets()
    assert targets
    wrong = [each.label for i, each in enumerate(targets) if verifier.failures([forced(plan, 0, i, each)])]
    assert len(wrong) <= len(targets) // 3, wrong
    assert sm.validate(SMALL[name], records(SMALL[name])).invalid == 0


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_shipped_schemas(path: Path) -> None:
    dataset = sm.generate(path, mode="edge")
    plan, verifier = dataset.job.plan(), Verifier(dataset.schema)
    targets = dataset.job.targets()[::7]
    wrong = [each.label for i, each in enumerate(targets) if verifier.failures([forced(plan, 0, i, each)])]
    assert len(wrong) <= len(targets) * 0.05, wrong


def test_numbers() -> None:
    assert {3, 4, 8, 9} <= set(records(SMALL["integers"]))
    assert set(records(SMALL["a step"])) == {-10, -5, 0, 5, 10}
    assert {0.5, 0.75, 1.75, 2} <= set(records(SMALL["decimals"]))
    assert {10**30, 10**30 + 1, 10**30 + 98, 10**30 + 99} == set(records(SMALL["big numbers"]))
    assert 9 not in records(SMALL["excluded"])


def test_members_and_branches() -> None:
    assert {json.dumps(each) for each in records(SMALL["members"])} == {'"a"', "1", "null", '{"b": [2]}'}
    assert {type(each).__name__ for each in records(SMALL["branches"])} == {"str", "int", "NoneType", "bool"}
    assert {"one", "two"} <= set(records(SMALL["suggested"]))


def test_lengths() -> None:
    assert {2, 7} <= {len(each) for each in records(SMALL["text"])}
    assert {2, 5} <= {len(each) for each in records(SMALL["pattern"])}
    assert {0, 1, 3} <= {len(each) for each in records(SMALL["array"])}
    assert {0, 3} <= {len(each) for each in records(SMALL["unique"])}


def test_presence() -> None:
    assert {tuple(each) for each in records(SMALL["object"])} == {("a",), ("a", "b")}
    assert all("b" in each for each in records(SMALL["implied"]) if "a" in each)
    assert {"a" in each for each in records(SMALL["implied"])} == {True, False}


def test_a_very_long_array_is_not_filled() -> None:
    longest = max(map(len, records({"type": "array", "items": {"const": 0}, "maxItems": 10**6})))
    assert longest == 1000


def test_the_rest_of_the_record_keeps_its_usual_values() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "integer", "minimum": 1, "maximum": 1000}, "b": {"type": "string"}},
        "required": ["a", "b"],
    }
    usual = list(sm.generate(schema, count=4))
    edge = list(sm.generate(schema, count=4, mode="edge"))
    assert [each["a"] for each in edge] == [1, 1000, 2, 999]
    assert [each["b"] for each in edge] == [each["b"] for each in usual]


def test_targets_depend_on_the_plan_alone() -> None:
    plan = sm.generate(SMALL["object"]).job.plan()
    assert edge_targets(plan) == edge_targets(sm.generate(SMALL["object"], seed=9).job.plan())
