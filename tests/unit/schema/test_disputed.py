"""What jsonschema cannot judge is left out where it can be."""

from typing import Any

import jsonschema
import pytest

import pytest_specmint as sm
from pytest_specmint.schema.disputed import is_read_by_python

NAME = {"type": "string", "pattern": r"^\p{L}{2,8}$"}


@pytest.mark.parametrize(("pattern", "read"), [("^a", True), (r"\p{L}", False), ("[[a]", True), ("^[_-.]$", False)])
def test_what_python_reads(pattern: str, read: bool) -> None:
    assert is_read_by_python(pattern) is read


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"name": NAME, "age": {"type": "integer"}}},
        {"anyOf": [NAME, {"type": "integer"}]},
        {"type": "object", "properties": {"names": {"type": "array", "items": NAME, "minItems": 1}}},
        {"type": "object", "properties": {"p": {"type": "object", "properties": {"n": NAME}, "required": ["n"]}}},
    ],
)
def test_records_that_every_validator_can_judge(schema: dict[str, Any]) -> None:
    for record in sm.generate(schema, count=30):
        jsonschema.Draft202012Validator(schema).validate(record)


def test_what_is_required_stays() -> None:
    schema = {"type": "object", "properties": {"name": NAME}, "required": ["name"]}
    assert all(record["name"].isalpha() for record in sm.generate(schema, count=20))


def test_enough_properties_come_first() -> None:
    schema = {"type": "object", "properties": {"name": NAME}, "additionalProperties": False, "minProperties": 1}
    assert all("name" in record for record in sm.generate(schema, count=5))
