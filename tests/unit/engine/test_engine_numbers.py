"""Drawing numbers."""

from collections import Counter
from fractions import Fraction
from typing import Any

import fastjsonschema
import jsonschema
import jsonschema_rs
import pytest

import pytest_specmint as sm
from pytest_specmint.cells import values
from pytest_specmint.engine.nodes.number import BigNumbers, Decimals, Integers
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.numbers import RANGES, number_node
from pytest_specmint.engine.plan import Plan
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.values import exact
from pytest_specmint.stream import record_keys

F = Fraction
KEYS = record_keys(2024, 0, 1000)
NO_PLAN = Plan((), 0)


@pytest.mark.parametrize(
    ("numbers", "kind"),
    [
        (Numbers(F(1), False, F(3), False, F(1)), Choice),
        (Numbers(F(5), False, F(5), False), Choice),
        (Numbers(step=F(1)), Integers),
        (Numbers(F(0), False, F(10**6), False, F(5)), Integers),
        (Numbers(lower=F(-3), lower_open=True, step=F(1)), Integers),
        (Numbers(upper=F(-(10**6)), step=F(7)), Integers),
        (Numbers(), Decimals),
        (Numbers(F(0), False, F(1), False), Decimals),
        (Numbers(F(0), True, F(1), True), Decimals),
        (Numbers(F(0), False, F(100), False, F(1, 100)), Decimals),
        (Numbers(F(-1, 2), False, F(1, 2), False, F(1, 8)), Choice),
        (Numbers(F(1, 3), False, F(1, 2), False), Decimals),
        (Numbers(F(0), False, F(2**64), False, F(1)), BigNumbers),
        (Numbers(lower=F(10**30), step=F(1)), BigNumbers),
        (Numbers(lower=F(10**30), step=F(10**25)), BigNumbers),
        (Numbers(F(-(10**40)), False, F(10**40), False, F(3)), BigNumbers),
    ],
    ids=str,
)
def test_every_grid(numbers: Numbers, kind: type) -> None:
    node = number_node(numbers, "")
    assert isinstance(node, kind)
    column = values(node.sample(NO_PLAN, KEYS, 0), exact=True)
    assert len(column) == len(KEYS)
    assert all(numbers.admits(exact(value)) for value in column)
    if numbers.step is not None and numbers.step.denominator == 1:
        assert all(isinstance(value, int) for value in column)
    assert values(node.sample(NO_PLAN, KEYS[50:60], 0), exact=True) == column[50:60]


VALIDATORS = {
    "jsonschema": lambda schema: jsonschema.Draft202012Validator(schema).is_valid,
    "jsonschema_rs": lambda schema: jsonschema_rs.Draft202012Validator(schema).is_valid,
}


def _values(schema: dict[str, Any], count: int = 2000) -> list[Any]:
    return list(sm.generate(schema, seed=2024, count=count))


@pytest.mark.parametrize("validator", VALIDATORS)
@pytest.mark.parametrize(
    "schema",
    [
        {"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": 100},
        {"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": 1000000},
        {"type": "number", "multipleOf": 0.01},
        {"type": "number", "multipleOf": 0.1, "minimum": -5, "maximum": 5},
        {"type": "number", "multipleOf": 0.001, "minimum": 1, "maximum": 2},
        {"type": "number", "multipleOf": 0.25},
        {"type": "number", "multipleOf": 2.5, "minimum": 100},
        {"type": "integer", "multipleOf": 7},
    ],
    ids=str,
)
def test_multiples_are_accepted(validator: str, schema: dict[str, Any]) -> None:
    judge = VALIDATORS[validator](schema)
    assert [value for value in _values(schema) if not judge(value)] == []


@pytest.mark.parametrize("top", [1, 100, 1_000_000])
def test_cents_are_accepted_by_fastjsonschema(top: int) -> None:
    schema = {"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": top}
    judge = fastjsonschema.compile({"$schema": "http://json-schema.org/draft-07/schema#", **schema})
    for value in _values(schema):
        judge(value)


@pytest.mark.parametrize(
    ("schema", "low", "high"),
    [
        ({"type": "number", "minimum": 0.1, "maximum": 0.2}, 0.1, 0.2),
        ({"type": "number", "minimum": 1, "maximum": 1.0000001}, 1, 1.0000001),
        ({"type": "number", "minimum": 1e-9, "maximum": 2e-9}, 1e-9, 2e-9),
        ({"type": "number", "minimum": -0.5, "maximum": -0.25}, -0.5, -0.25),
        ({"type": "number", "minimum": 1e15, "maximum": 2e15}, 1e15, 2e15),
        ({"type": "integer", "minimum": -3, "maximum": 3}, -3, 3),
        ({"type": "integer", "minimum": 2**53, "maximum": 2**53 + 1000}, 2**53, 2**53 + 1000),
        ({"type": "integer", "minimum": 2**62, "maximum": 2**64}, 2**62, 2**64),
        ({"type": "integer", "minimum": -(10**25), "maximum": -(10**24)}, -(10**25), -(10**24)),
        ({"type": "integer", "minimum": 1.5, "maximum": 2.5}, 2, 2),
    ],
    ids=str,
)
def test_bounds_hold(schema: dict[str, Any], low: Any, high: Any) -> None:
    values = _values(schema, 500)
    assert low <= min(values)
    assert max(values) <= high
    assert low == high or len(set(values)) >= min(7, high - low + 1 if isinstance(low, int) else 7)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.01},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 3},
        {"type": "integer", "exclusiveMinimum": -1},
        {"type": "integer", "exclusiveMaximum": -1},
        {"type": "number", "exclusiveMinimum": 5, "maximum": 5.5},
    ],
    ids=str,
)
def test_exclusive_bounds_hold(schema: dict[str, Any]) -> None:
    judge = jsonschema.Draft202012Validator(schema).is_valid
    assert [value for value in _values(schema) if not judge(value)] == []


def test_narrow_intervals_have_values() -> None:
    low, high = 1.0, 1.0000000000000009
    values = _values({"type": "number", "minimum": low, "maximum": high}, 100)
    assert all(low <= value <= high for value in values)


def test_both_ends_are_reached() -> None:
    values = Counter(_values({"type": "integer", "minimum": 1, "maximum": 40}, 8000))
    assert sorted(values) == list(range(1, 41))
    assert max(values.values()) < 2 * min(values.values())


def test_excluded_values_do_not_come() -> None:
    schema = {"type": "integer", "minimum": 1, "maximum": 20, "not": {"enum": [3, 5]}}
    assert set(_values(schema)) == set(range(1, 21)) - {3, 5}


def test_excluded_multiples_do_not_come() -> None:
    schema = {"type": "integer", "minimum": 1, "maximum": 1000, "not": {"multipleOf": 2}}
    assert all(value % 2 for value in _values(schema))


def test_decimals_print_as_they_are_meant() -> None:
    values = _values({"type": "number", "minimum": 0, "maximum": 1000})
    assert all(round(value, 2) == value for value in values)
    assert all(len(repr(value).partition(".")[2]) <= 2 for value in values)


@pytest.mark.parametrize("name", sorted(RANGES))
def test_names_give_plausible_bounds(name: str) -> None:
    low, high = RANGES[name]
    schema = {"type": "object", "required": [name], "properties": {name: {"type": "integer"}}}
    assert all(low <= record[name] <= high for record in _values(schema, 200))


def test_names_yield_to_the_schema() -> None:
    schema = {
        "type": "object",
        "required": ["age"],
        "properties": {"age": {"type": "integer", "minimum": 500}},
    }
    assert all(record["age"] >= 500 for record in _values(schema, 200))


@pytest.mark.parametrize(("name", "low", "high"), [("int32", -(2**31), 2**31 - 1), ("uint8", 0, 255)])
def test_number_formats_bound(name: str, low: int, high: int) -> None:
    values = _values({"type": "integer", "format": name}, 500)
    assert all(low <= value <= high for value in values)
