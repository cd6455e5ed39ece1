"""Which plans are proven, and that the proof holds for all that the project ships."""

from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.cells import FAILED
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.engine.proof import UNPROVEN, is_proven
from pytest_specmint.job import Job


def job(schema: Any) -> Job:
    return sm.generate(schema, seed=11, count=2).job


def proven(schema: Any) -> bool:
    made = job(schema)
    return is_proven(made.schema, made.plan())


TEXT = {"type": "string"}
OBJECT = {"type": "object", "properties": {"a": TEXT, "b": {"type": "integer"}}}


@pytest.mark.parametrize(
    "schema",
    [
        True,
        OBJECT,
        {"oneOf": [{"const": 1}, {"type": "string", "maxLength": 3}]},
        {"if": OBJECT, "then": {"required": ["a"]}, "else": {"type": "integer"}},
        {"type": "array", "items": {"type": "integer"}, "uniqueItems": True},
        {"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": 10},
        {**OBJECT, "dependentRequired": {"a": ["b"]}},
        {"type": "string", "format": "date-time"},
        {"const": {"not": 1}},
    ],
)
def test_is_proven(schema: Any) -> None:
    assert proven(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "not": {"format": "date"}},
        {"type": "array", "contains": {"type": "integer"}},
        {"type": "string", "pattern": r"^(a|b)\1$"},
        {"type": "integer", "minimum": 2**70},
        {"enum": [1, 2**70]},
        {"type": "number", "multipleOf": 1e-9, "minimum": 0, "maximum": 1},
        {**OBJECT, "dependentRequired": {"a": ["b"]}, "maxProperties": 1},
        {"$defs": {"x": {"propertyNames": TEXT}}, **OBJECT},
        {**OBJECT, "unevaluatedProperties": False},
    ],
)
def test_is_not_proven(schema: Any) -> None:
    assert not proven(schema)


def test_unproven_keywords_are_looked_for_everywhere() -> None:
    for keyword in UNPROVEN - {"$dynamicRef", "$recursiveRef", "dependencies", "dependentSchemas", "discriminator"}:
        assert not proven(
            {"type": "object", "properties": {"a": {"allOf": [{keyword: {}} if keyword != "not" else {"not": False}]}}}
        )


@pytest.mark.parametrize(
    "name",
    [
        "benchmark/medium",
        "benchmark/complex",
        "fintech/payment_transaction",
        "ecommerce/product_catalog",
        "healthcare/claim_837p_slim",
    ],
)
def test_the_shipped_schemas_are_proven_and_valid(name: str, schemas: Any) -> None:
    made = job(schemas / f"{name}.json")
    plan, verifier = made.plan(), Verifier(made.schema)
    assert is_proven(made.schema, plan)
    lines = plan.lines(97, 0, 3000)
    assert FAILED not in lines
    assert verifier.failures(plan.records(97, 0, 3000)) == []
