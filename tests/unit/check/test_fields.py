"""Which field a violation is about."""

from typing import Any

import pytest

from pytest_specmint.check.fields import MOST_STEPS, field_of
from pytest_specmint.check.told import event_of
from pytest_specmint.check.verifier import Verifier, Violation
from pytest_specmint.observe.events import RecordInvalid, RuleBroken
from pytest_specmint.schema.load import load_schema

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "items": {"type": "array", "items": {"type": "object", "properties": {"price": {"minimum": 0}}}},
        "pair": {"prefixItems": [{"type": "string"}, {"type": "integer"}]},
        "properties": {"properties": {"0": {"type": "integer"}}},
        "map": {"additionalProperties": {"$ref": "#/$defs/positive"}},
        "coded": {"patternProperties": {"^x/": {"type": "integer"}}},
        "either": {"anyOf": [{"type": "null"}, {"properties": {"a~b": {"type": "string"}}}]},
        "deep": {"$ref": "#/$defs/deep"},
    },
    "if": {"required": ["when"]},
    "then": {"properties": {"then": {"const": 1}}},
    "$defs": {
        "positive": {"exclusiveMinimum": 0},
        "deep": {"type": "object", "properties": {"deep": {"$ref": "#/$defs/deep"}}},
    },
}


def violations(record: Any) -> list[Violation]:
    return Verifier(load_schema(SCHEMA)).violations(record)


@pytest.mark.parametrize(
    ("record", "field", "kind"),
    [
        ({}, "", "required"),
        ({"id": 1}, "id", "type"),
        ({"id": "a", "items": [{"price": 1}, {"price": -1}]}, "items[].price", "minimum"),
        ({"id": "a", "pair": ["x", "y"]}, "pair[]", "type"),
        ({"id": "a", "properties": {"0": "x"}}, "properties.0", "type"),
        ({"id": "a", "map": {"anything": 0}}, "map.*", "exclusiveMinimum"),
        ({"id": "a", "coded": {"x/1": "y"}}, "coded.*", "type"),
        ({"id": "a", "when": 1, "then": 2}, "then", "const"),
        ({"id": "a", "deep": {"deep": {"deep": 1}}}, "deep.deep.deep", "type"),
    ],
)
def test_fields(record: Any, field: str, kind: str) -> None:
    (found,) = violations(record)
    assert field_of(found) == field
    event = event_of(found, 4)
    assert isinstance(event, RecordInvalid)
    assert (event.record_idx, event.field_path, event.violation_type) == (4, field, kind)


def test_whatever_a_map_holds_is_one_field() -> None:
    found = {field_of(each) for n in range(20) for each in violations({"id": "a", "map": {f"key{n}": 0}})}
    assert found == {"map.*"}


def test_a_schema_that_refers_to_itself_has_no_fields_without_end() -> None:
    record: Any = 1
    for _ in range(40):
        record = {"deep": record}
    (found,) = violations({"id": "a", **record})
    assert field_of(found) == ".".join(["deep"] * MOST_STEPS) + "...."


def test_pointers_of_odd_names() -> None:
    assert field_of(Violation("", "type", "#/properties/a~1b/properties/c~0d/type", "")) == "a/b.c~d"
    assert field_of(Violation("", "", "#", "")) == ""


def test_rules_and_what_could_not_be_drawn() -> None:
    rule = event_of(Violation("", "x-rules", "#/x-rules/0", "words", "paid-in-full", "paid, total"), 3, redrawn=True)
    assert rule == RuleBroken(rule="paid-in-full", record_idx=3, field_path="paid, total", redrawn=True)
    undrawn = event_of(None, 3, redrawn=True)
    assert isinstance(undrawn, RecordInvalid)
    assert undrawn.violation_type == "undrawn"
