"""Repeated items of unique arrays, told for a whole block at once."""

import json
from typing import Any

import numpy as np
import pytest

import pytest_specmint as sm
from pytest_specmint.cells import FAILED, cells_of
from pytest_specmint.engine.nodes.array import ArrayNode, Items
from pytest_specmint.engine.nodes.guard import Guarded
from pytest_specmint.engine.nodes.number import Decimals, Integers
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.union import Alternative, UnionNode
from pytest_specmint.engine.nodes.unique import identities, repetitions
from pytest_specmint.engine.plan import Node, Plan
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.stream import record_keys


def found(plan: Plan, node: Node | None, values: list[Any], owners: list[int]) -> list[int]:
    rows = identities(plan, node, cells_of(values))
    positions: list[int] = repetitions(rows, np.array(owners, dtype=np.int64)).tolist()
    return positions


def test_only_rows_of_one_owner_repeat_each_other() -> None:
    letters = Choice(("a", "b"))
    plan = Plan((letters,), 0)
    assert found(plan, letters, ["a", "a", "b", "a", "a", "a"], [0, 1, 1, 1, 2, 2]) == [3, 5]
    assert found(plan, letters, [], []) == []


@pytest.mark.parametrize("listed", [(1, 1.0, 2.0), ([1], [1.0], [2]), ({"a": 1}, {"a": 1.0}, {"a": 2})])
def test_equal_numbers_of_different_spelling_repeat(listed: tuple[Any, ...]) -> None:
    both = UnionNode((Alternative(1, 1.0, 0), Alternative(2, 1.0, 0)))
    plan = Plan((both, Integers(0, 9), Decimals(0, 9, 1, 10)), 0)
    node = both if not isinstance(listed[0], (list, dict)) else None
    assert found(plan, node, list(listed), [0, 0, 0]) == [1]


@pytest.mark.parametrize("values", [(True, 1), (False, 0), ("1", 1), (None, "null"), ([], {})])
def test_values_of_different_kinds_never_repeat(values: tuple[Any, ...]) -> None:
    assert found(Plan((), 0), None, list(values), [0, 0]) == []


def records(schema: dict[str, Any], count: int = 300) -> list[Any]:
    return list(sm.generate(schema, seed=3, count=count))


@pytest.mark.parametrize(
    ("items", "least", "most"),
    [
        ({"enum": [1, 2, 3, 4]}, 4, 4),
        ({"type": "integer", "minimum": 1, "maximum": 12}, 3, 12),
        ({"type": "string", "pattern": "^[ab]{2}$"}, 2, 4),
        ({"type": ["integer", "number"], "minimum": 0, "maximum": 2, "multipleOf": 0.5}, 3, 5),
        ({"type": "array", "items": {"enum": [1, 1.0, 2]}, "maxItems": 1}, 2, 3),
        ({"type": "object", "properties": {"a": {"type": "boolean"}}, "additionalProperties": False}, 1, 3),
    ],
)
def test_arrays_are_unique_as_json_schema_means_it(items: dict[str, Any], least: int, most: int) -> None:
    schema = {"type": "array", "items": items, "minItems": least, "maxItems": most, "uniqueItems": True}
    for record in records(schema):
        plain = {json.dumps(each).replace(".0", "") for each in record}
        assert least <= len(record) <= most
        assert len(plain) == len(record)


def test_an_array_that_cannot_be_unique_bears_the_mark() -> None:
    inner = Integers(5, 1)
    plan = Plan((ArrayNode((), Items(1), 2, 2, unique=True), inner), 0)
    assert plan.lines(0, 0, 3) == (FAILED + b"[5,5]\n") * 3


def test_what_a_guard_never_gets_bears_the_mark() -> None:
    plan = Plan((Guarded(1, Numbers(excluded=frozenset({5}))), Integers(5, 1)), 0)
    assert plan.lines(0, 0, 2) == (FAILED + b"5\n") * 2
    assert plan.values(plan.column(0, record_keys(0, 0, 2), 0)) == [5, 5]
