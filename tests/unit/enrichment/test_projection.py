"""Schemas as providers take them: by example. The law is in tests/property."""

import json
import sys
from typing import Any

import pytest

from pytest_specmint.enrichment.projection import ANTHROPIC, OLLAMA, OPENAI, OPENAI_LOOSE, project, restored_text
from pytest_specmint.enrichment.spelt import portable


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def of(schema: Any, accepts: Any) -> Any:
    """The projection of a value in an object."""
    projection = project(an_object(a=schema), accepts).schema
    return None if projection is None else projection["properties"]["a"]


NULL = {"type": "null"}
EXAMPLES = [
    # schema, OpenAI, Ollama, Anthropic
    ({"type": "string", "minLength": 2, "maxLength": 9}, {"type": "string"}, {"type": "string", "minLength": 2, "maxLength": 9}, {"type": "string"}),
    ({"type": "string", "maxLength": 100_000}, {"type": "string"}, {"type": "string"}, {"type": "string"}),
    ({"type": "string", "minLength": 5_000}, {"type": "string"}, {"type": "string", "minLength": 1_000}, {"type": "string"}),
    ({"type": "string", "pattern": r"^\d{3}$", "maxLength": 9}, *[{"type": "string", "pattern": "^[0-9]{3}$"}] * 2, {"type": "string"}),
    ({"type": "string", "pattern": "abc"}, *[{"type": "string"}] * 3),
    ({"type": "string", "format": "date"}, *[{"type": "string", "format": "date"}] * 3),
    ({"type": "string", "format": "email"}, {"type": "string", "format": "email"}, {"type": "string"}, {"type": "string", "format": "email"}),
    ({"type": "string", "format": "npi"}, *[{"type": "string"}] * 3),
    ({"type": "integer", "exclusiveMinimum": 2, "maximum": 9.5}, {"type": "integer", "exclusiveMinimum": 2, "maximum": 9.5}, {"type": "integer", "minimum": 3, "maximum": 9}, {"type": "integer"}),
    ({"type": "number", "minimum": 0, "multipleOf": 0.01}, {"type": "number", "minimum": 0, "multipleOf": 0.01}, {"type": "number"}, {"type": "number"}),
    ({"type": "integer", "maximum": 10**30}, {"type": "integer", "maximum": 10**30}, {"type": "integer"}, {"type": "integer"}),
    ({"const": "x"}, *[{"type": "string", "enum": ["x"]}] * 3),
    ({"enum": ["x", 1, None]}, *[{"anyOf": [{"type": "string", "enum": ["x"]}, {"type": "number", "enum": [1]}, NULL]}] * 3),
    ({"type": "string", "enum": ["x", 1]}, *[{"type": "string", "enum": ["x"]}] * 3),
    ({"type": "string", "enum": ["short", "a longer one"], "maxLength": 5}, *[{"type": "string", "enum": ["short"]}] * 3),
    ({"type": ["string", "null"]}, *[{"anyOf": [{"type": "string"}, NULL]}] * 3),
    ({"oneOf": [{"type": "string"}, {"type": "boolean"}]}, *[{"anyOf": [{"type": "string"}, {"type": "boolean"}]}] * 3),
    ({"allOf": [{"type": "string", "minLength": 2}, {"maxLength": 5}]}, {"type": "string"}, {"type": "string", "minLength": 2, "maxLength": 5}, {"type": "string"}),
    ({"type": "string", "not": {"const": "x"}}, *[{"type": "string"}] * 3),
    ({"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 4}, *[{"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 4}] * 2, {"type": "array", "items": {"type": "string"}, "minItems": 1}),
    ({"type": "array", "prefixItems": [{"type": "string"}], "items": False}, *[{"type": "array", "items": {"type": "string"}, "maxItems": 1}] * 2, {"type": "array", "items": {"type": "string"}}),
    ({"$ref": "#/$defs/none"}, None, {}, None),
    ({}, None, {}, None),
    ({"type": "object"}, None, {"type": "object"}, None),
    ({"minLength": 3}, {"type": "string"}, {"type": "string", "minLength": 3}, {"type": "string"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "openai", "ollama", "anthropic"), EXAMPLES, ids=[json.dumps(row[0])[:60] for row in EXAMPLES]
)
def test_examples(schema: Any, openai: Any, ollama: Any, anthropic: Any) -> None:
    for accepts, expected in ((OPENAI, openai), (OLLAMA, ollama), (ANTHROPIC, anthropic)):
        assert _sorted(of(schema, accepts)) == _sorted(expected)


def _sorted(schema: Any) -> Any:
    if isinstance(schema, dict) and "anyOf" in schema:
        return {"anyOf": sorted(schema["anyOf"], key=json.dumps)}
    return schema


def test_what_is_optional_may_be_null_at_openai() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a"]}
    assert project(schema, OPENAI).schema == {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"anyOf": [{"type": "string"}, NULL]}},
        "required": ["a", "b"],
        "additionalProperties": False,
    }
    assert project(schema, OLLAMA).schema["required"] == ["a"]


def test_references_are_followed_and_recursion_ends() -> None:
    node = {"type": "object", "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}, "required": ["name", "children"]}  # fmt: skip
    schema = {"$ref": "#/$defs/node", "$defs": {"node": node}}
    found = project(schema, OPENAI).schema
    for _ in range(2):
        found = found["properties"]["children"]["items"]
    assert found["properties"]["children"]["maxItems"] == 0


def test_anchors_and_escaped_pointers() -> None:
    schema = {
        **an_object(a={"$ref": "#here"}, b={"$ref": "#/$defs/x~1y%20z"}, c={"$ref": "#/$defs/list/0"}),
        "$defs": {"n": {"$anchor": "here", "type": "boolean"}, "x/y z": {"type": "null"}, "list": [{"type": "string"}]},
    }
    found = project(schema, OLLAMA).schema["properties"]
    assert found == {"a": {"type": "boolean"}, "b": {"type": "null"}, "c": {"type": "string"}}


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}]},
        {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
    ],
)
def test_a_schema_that_only_leads_to_itself(schema: Any) -> None:
    assert project(schema, OLLAMA).schema == {}


def test_conditions() -> None:
    schema = {
        "type": "object",
        "properties": {"kind": {"enum": ["a", "b"]}},
        "required": ["kind"],
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"properties": {"extra": {"type": "integer"}}, "required": ["extra"]},
        "else": {"properties": {"extra": False}},
    }
    first, second = project(an_object(a=schema), OLLAMA).schema["properties"]["a"]["anyOf"]
    assert first["properties"] == {"kind": {"type": "string", "enum": ["a"]}, "extra": {"type": "integer"}}
    assert set(second["properties"]) == {"kind"}


def test_a_member_that_is_only_mentioned_may_be_anything() -> None:
    schema = {
        "type": "object",
        "properties": {"kind": {"type": "string"}},
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"properties": {"extra": {"type": "integer"}}},
    }
    assert project(an_object(a=schema), OLLAMA).schema["properties"]["a"]["properties"]["extra"] == {}
    assert {"type": "string"} in project(an_object(a=schema), OPENAI).schema["properties"]["a"]["properties"]["extra"][
        "anyOf"
    ]


@pytest.mark.parametrize(
    "schema",
    [
        an_object(**{f"p{number}": {"type": "string"} for number in range(5_001)}),
        an_object(a={"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}}),
        an_object(**{f"{'long' * 40}{number}": {"type": "string"} for number in range(800)}),
        an_object(**{f"p{number}": {"enum": [f"{number}-{value}" for value in range(100)]} for number in range(11)}),
        {"type": "array", "items": {"type": "string"}},
        {"type": ["object", "null"], "properties": {"a": {"type": "string"}}},
    ],
    ids=["properties", "maps", "characters", "values", "no object", "not only objects"],
)
def test_what_openai_does_not_take_strictly(schema: Any) -> None:
    assert project(schema, OPENAI).schema is None


def test_too_many_levels() -> None:
    schema: Any = {"type": "string"}
    for _ in range(10):
        schema = an_object(a=schema)
    assert project(schema, OPENAI).schema is not None
    assert project(an_object(a=schema), OPENAI).schema is None
    assert project(an_object(a=schema), OPENAI_LOOSE).schema is not None


def test_a_long_enumeration_becomes_its_type() -> None:
    assert of({"enum": [str(number) for number in range(251)]}, OPENAI) == {"type": "string"}
    assert len(of({"enum": [str(number) for number in range(251)]}, OLLAMA)["enum"]) == 251


def test_limits_of_anthropic() -> None:
    optional = {"type": "object", "properties": {f"p{number}": {"type": "string"} for number in range(25)}}
    assert project(optional, ANTHROPIC).schema is None
    unions = an_object(**{f"p{number}": {"type": ["string", "null"]} for number in range(17)})
    assert project(unions, ANTHROPIC).schema is None


def test_a_schema_that_nests_without_end() -> None:
    schema: Any = {"type": "string"}
    for _ in range(sys.getrecursionlimit()):
        schema = {"type": "array", "items": schema}
    for accepts in (OPENAI, OLLAMA, ANTHROPIC):
        project(an_object(a=schema), accepts)


def test_an_answer_to_many_questions_is_outlined_once() -> None:
    """The same schema many times over: as many questions of one field are."""
    from pytest_specmint.enrichment import outline

    seen = []

    class Watched(outline._Reader):
        def _child(self, schema: Any, trail: Any) -> Any:
            seen.append(schema)
            return super()._child(schema, trail)

    field = {"type": "string", "maxLength": 30}
    schema = an_object(**{f"r{number}": field for number in range(200)})
    Watched(schema).child(schema, ())
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("pattern", "spelt"),
    [
        (r"^[A-Z]{2}\d+$", "^[A-Z]{2}[0-9]+$"),
        (r"^\w{2,}$", "^[0-9A-Z_a-z]{2,}$"),
        (r"^(?:ab|c)?x*$", "^(ab|c)?x*$"),
        (r"^[a\-z.]{3}$", "^[.az-]{3}$"),
        (r"^\+1-\(\d\)$", r"^\+1-\([0-9]\)$"),
        (r"^(ab){2,3}$", "^(ab){2,3}$"),
        (r"^(?<year>\d{4})-é$", "^[0-9]{4}-é$"),
    ],
)
def test_patterns_that_grammars_take(pattern: str, spelt: str) -> None:
    assert portable(pattern) == spelt


@pytest.mark.parametrize(
    "pattern",
    ["abc", "^abc", "abc$", "^a|b$", "^a\\$", "^$", "^.$", "^[^a]$", '^"$', r"^\\$", "^(a|)$", r"^\bx$", "^(?=a)a$", r"^(a)\1$", "^[a^]$", "^(", "^a{300}$", r"^\S$", "^[😀-😂]$", "^\n$"],
)  # fmt: skip
def test_patterns_that_are_left_out(pattern: str) -> None:
    assert portable(pattern) is None


def test_nulls_are_taken_out_of_texts_and_nothing_else_changes() -> None:
    schema = {"type": "object", "properties": {"a": {"type": ["string", "null"]}, "b": {"type": "string"}}}
    projection = project(schema, OPENAI)
    assert restored_text('{"a":null,"b":null}', projection) == '{"a":null}'
    assert restored_text('{"a":null , "b":"x"}', projection) == '{"a":null , "b":"x"}'
    assert restored_text('{"b":null', projection) == '{"b":null'
    assert restored_text('{"b":null}', project(schema, OLLAMA)) == '{"b":null}'
