"""Schemas as the validator can read them."""

from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.check.readable import readable


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"$ref": "#/$defs/a b"}, {"$ref": "#/$defs/a%20b"}),
        ({"$id": "Order creation"}, {"$id": "Order%20creation"}),
        ({"properties": {"$ref": {"$ref": "#/é"}}}, {"properties": {"$ref": {"$ref": "#/%C3%A9"}}}),
        ({"const": {"$ref": "a b"}}, {"const": {"$ref": "a b"}}),
        ({"enum": [{"id": "a b"}]}, {"enum": [{"id": "a b"}]}),
        ({"allOf": [{"id": "a b"}]}, {"allOf": [{"id": "a%20b"}]}),
        ({"properties": {"enum": {"$ref": "#/a b"}}}, {"properties": {"enum": {"$ref": "#/a%20b"}}}),
        (True, True),
    ],
)
def test_references_and_identifiers_become_uris(given: Any, read: Any) -> None:
    assert readable(given) == read


def test_patterns_are_respelled_on_demand_only() -> None:
    schema = {"pattern": "a{", "patternProperties": {"b{": {"pattern": "c]"}}}
    assert readable(schema) == schema
    assert readable(schema, respell=True) == {
        "pattern": r"a\{",
        "patternProperties": {r"b\{": {"pattern": r"c\]"}},
    }


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[a-z]{1..3}$"},
        {"type": "string", "pattern": "^a]$"},
        {"$schema": "http://json-schema.org/draft-04/schema#", "id": "Notification job", "type": "integer"},
    ],
)
def test_such_schemas_have_records(schema: dict[str, Any]) -> None:
    assert len(list(sm.generate(schema, count=3))) == 3
