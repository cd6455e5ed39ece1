"""Properties that must be there without being named: names are searched for."""

from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import UnsatisfiableSchema, UnsupportedSchema


def some_name(pattern: str) -> dict[str, Any]:
    """At least one property has such a name."""
    return {"not": {"propertyNames": {"not": {"pattern": pattern}}}}


def some_value(pattern: str, schema: Any) -> dict[str, Any]:
    """At least one property with such a name meets the schema."""
    return {"not": {"patternProperties": {pattern: {"not": schema}}}}


@pytest.mark.parametrize(
    "schema",
    [
        some_name("^x"),
        {"allOf": [some_name("a"), some_name("b"), some_name("c")]},
        {"allOf": [some_name("a"), some_name("b")], "maxProperties": 1},
        {
            "allOf": [some_name("a"), some_name("b"), some_name("c"), some_name("d")],
            "maxProperties": 2,
            "propertyNames": {"pattern": "^..$"},
        },
        {"allOf": [some_value("a1", {"type": "string"}), some_value("b2", {"minLength": 3})], "maxProperties": 1},
        {
            "patternProperties": {"^[0-9]$": {"type": "integer"}},
            "additionalProperties": False,
            "allOf": [{"not": {"propertyNames": {"not": {"enum": [*names]}}}} for names in ("13", "23", "245", "125")],
            "maxProperties": 2,
        },
        {
            "patternProperties": {"^.{1,3}$": False, "a": True},
            "additionalProperties": False,
            "allOf": [{"patternProperties": {"b": True}, "additionalProperties": False}, some_name("c")],
            "minProperties": 4,
        },
        {"patternProperties": {"^_": {"type": "integer"}}, "allOf": [some_value(".", {"type": "string"})]},
    ],
)
def test_names_are_found(schema: dict[str, Any]) -> None:
    schema = {"type": "object", **schema}
    assert sm.validate(schema, list(sm.generate(schema, count=20))).invalid == 0


def test_what_no_name_can_do_is_not_called_unsatisfiable_without_proof() -> None:
    schema = {"type": "object", "allOf": [some_name("^a"), some_name("^b")], "maxProperties": 1}
    with pytest.raises(UnsupportedSchema, match="no property names were found") as caught:
        sm.generate(schema)
    assert caught.value.hint is not None


def test_what_is_forbidden_outright_is() -> None:
    with pytest.raises(UnsatisfiableSchema):
        sm.generate({"type": "object", "additionalProperties": False, "minProperties": 1})
