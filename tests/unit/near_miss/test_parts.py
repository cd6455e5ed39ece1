"""Parts of schemas on their own: judged, drawn from, denied."""

from typing import Any

import pytest

from pytest_specmint.check.second import SecondJudge
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.near_miss.parts import Parts, denial, drawn
from pytest_specmint.near_miss.sites import Target, survey
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.schema.load import load_schema

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def parts_of(schema: Any) -> Parts:
    loaded = load_schema(schema)
    return Parts(loaded, EngineSettings(base_vocabulary()), SecondJudge(loaded))


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        ({"type": "integer", "minimum": 3, "multipleOf": 2}, "#/minimum"),
        ({"type": "string", "pattern": "^[a-z]{3,5}$", "maxLength": 4}, "#/maxLength"),
        ({"type": "string", "maxLength": 4, "enum": ["a", "b"]}, "#/enum"),
        ({"type": "object", "required": ["a"], "anyOf": [{"required": ["b"]}, {"required": ["c"]}]}, "#/anyOf"),
        ({"type": "integer", "minimum": 0, "oneOf": [{"multipleOf": 3}, {"multipleOf": 5}]}, "#/oneOf"),
        ({"type": "array", "contains": {"const": 1}, "minContains": 2, "items": {"type": "integer"}}, "#/minContains"),
        ({"type": "object", "properties": {"a": False}}, "#/properties/a"),
        ({"type": "array", "prefixItems": [{"type": "string"}], "items": False}, "#/items"),
        ({"type": "object", "if": {"required": ["a"]}, "then": False}, "#/then"),
        ({"type": "string", "allOf": [{"minLength": 1}], "not": {"maxLength": 3}}, "#/not"),
    ],
)
def test_values_of_a_denial_break_the_keyword_and_nothing_else(schema: Any, pointer: str) -> None:
    loaded = load_schema(schema)
    target = next(aim.target for aim in survey(loaded) if aim.target.pointer == pointer)
    denied = denial(loaded, target)
    assert denied is not None
    values = drawn(parts_of(schema).plan(denied), 6)
    assert len(values) == 6
    verifier = Verifier(loaded)
    for value in values:
        assert {violation.schema_pointer for violation in verifier.violations(value)} == {pointer}


@pytest.mark.parametrize(
    "schema", [{"unevaluatedProperties": False}, {"maxLength": 10**6}, {"type": "array", "maxItems": 10**5}]
)
def test_what_is_not_denied(schema: Any) -> None:
    assert denial(load_schema(schema), Target("#", list(schema)[-1])) is None


def test_impossible_denials_give_nothing() -> None:
    schema = {"type": "string", "enum": ["a", "b"]}
    denied = denial(load_schema(schema), Target("#", "type"))
    assert denied is not None
    assert drawn(parts_of(schema).plan(denied), 4) == ()


def test_samples_are_valid_and_always_the_same() -> None:
    schema = {"$defs": {"x": {"type": "integer", "minimum": 5}, "never": False}, "type": "object"}
    parts = parts_of(schema)
    few, many = parts.samples("#/$defs/x", 3), parts.samples("#/$defs/x", 20)
    assert many[:3] == few == parts_of(schema).samples("#/$defs/x", 3)
    assert all(parts.holds("#/$defs/x", value) for value in many)
    assert parts.samples("#/$defs/never", 3) == ()
    assert not parts.holds("#/$defs/x", 4)


def test_changes_break_one_assertion_of_a_branch() -> None:
    parts = parts_of({"$defs": {"x": {"type": "object", "required": ["a"], "properties": {"a": {"minimum": 1}}}}})
    value = {"a": 3}
    changed = list(parts.changes("#/$defs/x", value))
    assert {} in changed
    assert {"a": 0} in changed
    assert value == {"a": 3}


def test_parts_of_other_documents(tmp_path: Any) -> None:
    (tmp_path / "main.json").write_text('{"properties": {"a": {"$ref": "b.json#/$defs/x"}}}')
    (tmp_path / "b.json").write_text('{"$defs": {"x": {"$ref": "#/$defs/y"}, "y": {"type": "integer"}}}')
    parts = parts_of(tmp_path / "main.json")
    assert parts.holds("b.json#/$defs/x", 3)
    assert not parts.holds("b.json#/$defs/x", "3")
    assert all(isinstance(value, int) for value in parts.samples("b.json#/$defs/x", 3))
