"""Records stay of a sane size, whatever multiplies in the schema; small schemas are left alone."""

import json
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.engine.nodes.object import ObjectNode
from pytest_specmint.engine.plan import Plan
from pytest_specmint.engine.proportion import BUDGET, proportioned


def wide(depth: int, width: int) -> dict[str, Any]:
    """Objects of ``width`` optional properties, ``depth`` levels deep."""
    levels: dict[str, Any] = {"l0": {"type": "integer"}}
    for level in range(depth):
        below = {"$ref": f"#/$defs/l{level}"}
        levels[f"l{level + 1}"] = {"type": "object", "properties": {f"p{i}": below for i in range(width)}}
    return {"$defs": levels, **levels[f"l{depth}"]}


def with_big(properties: dict[str, Any]) -> dict[str, Any]:
    inner = wide(5, 9)
    big = {"type": "object", "properties": inner["properties"]}
    return {"$defs": inner["$defs"], "type": "object", "properties": {"big": big, **properties}}


def metaschema_like(names: int) -> dict[str, Any]:
    """Every property leads back to the whole."""
    return {"type": "object", "properties": {f"p{i}": {"$ref": "#"} for i in range(names)}}


def lists(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "array", "items": schema, "minItems": 0, "maxItems": 60}
    return schema


def values(record: Any) -> int:
    below = record.values() if isinstance(record, dict) else record if isinstance(record, list) else ()
    return 1 + sum(map(values, below))


@pytest.mark.parametrize("schema", [wide(6, 8), wide(3, 40), metaschema_like(60), lists(4)])
def test_large_schemas_give_records_near_the_budget(schema: dict[str, Any]) -> None:
    sizes = [values(record) for record in sm.generate(schema, count=30)]
    assert sum(sizes) / len(sizes) < 4 * BUDGET
    assert max(sizes) > 1


def test_a_plan_within_the_budget_is_left_alone() -> None:
    plan = sm.generate(wide(2, 6)).job.plan()
    assert proportioned(plan) == plan


def test_what_is_required_stays() -> None:
    schema = {**with_big({"id": {"type": "integer"}}), "required": ["big"]}
    assert all("big" in record for record in sm.generate(schema, count=20))


def test_the_large_becomes_rare_and_the_small_stays_usual() -> None:
    schema = with_big({"small": {"type": "integer"}})
    plan: Plan = sm.generate(schema).job.plan()
    root = plan.nodes[plan.root]
    assert isinstance(root, ObjectNode)
    big, small = root.slots
    assert small.share == 0.9
    assert big.share < 0.5
    present = [record for record in sm.generate(schema, count=300) if "big" in record]
    assert 0 < len(present) < 150


def test_a_field_more_moves_no_other_in_a_small_schema() -> None:
    before = wide(2, 4)
    after = {
        "$defs": before["$defs"],
        "type": "object",
        "properties": {**before["properties"], "z": {"type": "boolean"}},
    }
    for one, other in zip(sm.generate(before, count=30), sm.generate(after, count=30), strict=True):
        other.pop("z", None)
        assert json.dumps(one) == json.dumps(other)
