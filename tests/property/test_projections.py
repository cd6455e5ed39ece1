"""The law of projections: what a schema lets through, and the answer's shape can express, its projection lets through."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schema_strategies import OBJECT_SCHEMAS, SCHEMAS, SEEDS

import pytest_specmint as sm
from pytest_specmint.enrichment.projection import ANTHROPIC, OLLAMA, OPENAI, OPENAI_LOOSE, project

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
LAW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
ALL = {"openai": OPENAI, "openai-loose": OPENAI_LOOSE, "ollama": OLLAMA, "anthropic": ANTHROPIC}
CASES = sorted((Path(__file__).parents[1] / "suite" / "cases").glob("*.json"))


def accepts(schema: Any, value: Any) -> bool:
    return jsonschema.Draft202012Validator(schema).is_valid(value)


def expressed(value: Any, projection: Any) -> Any:
    """The value as an answer has it: null for each optional member that is missing, by the projection's own schema."""
    for alternative in projection.get("anyOf", ()):
        found = expressed(value, alternative)
        if accepts(alternative, found):
            return found
    if isinstance(value, list) and "items" in projection:
        return [expressed(each, projection["items"]) for each in value]
    if isinstance(value, dict) and "properties" in projection:
        members = projection["properties"]
        rest = projection.get("additionalProperties")
        found = {
            name: expressed(each, members.get(name, rest if isinstance(rest, dict) else {}))
            for name, each in value.items()
        }
        return {**{name: None for name in projection["required"] if name not in value}, **found}
    return value


@pytest.mark.parametrize("name", ALL)
@LAW
@given(schema=SCHEMAS, seed=SEEDS)
def test_a_record_is_let_through(name: str, schema: Any, seed: int) -> None:
    whole = {"type": "object", "properties": {"answer": schema}, "required": ["answer"], "additionalProperties": False}
    projection = project(whole, ALL[name])
    jsonschema.Draft202012Validator.check_schema(projection.schema if projection.schema is not None else {})
    if projection.schema is None:
        return
    for record in sm.generate(whole, seed=seed, count=6):
        assert accepts(projection.schema, expressed(record, projection.schema)), (record, projection.schema)


@LAW
@given(schema=OBJECT_SCHEMAS, seed=SEEDS)
def test_restoring_takes_back_what_the_answer_shape_adds(schema: Any, seed: int) -> None:
    projection = project(schema, OPENAI)
    if projection.schema is None:
        return
    for record in sm.generate(schema, seed=seed, count=6):
        restored = projection.restored(expressed(record, projection.schema))
        # where null is a value of a member in some case, it cannot be told from a member that is missing
        assert accepts(schema, restored) or accepts(schema, _without_nulls(restored))
        assert _without_nulls(restored) == _without_nulls(record)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value


def cases() -> list[Any]:
    return [
        pytest.param(group["schema"], group.get("tests", []), id=f"{path.stem}: {group['description']}")
        for path in CASES
        for group in json.loads(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(("schema", "tests"), cases())
def test_is_total_on_schemas_of_every_kind(schema: Any, tests: list[Any]) -> None:
    for accepted in ALL.values():
        projection = project(schema, accepted)
        if projection.schema is not None:
            jsonschema.Draft202012Validator.check_schema(projection.schema)


ODD = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.floats(), st.text("ab$^[", max_size=4)),
    lambda children: st.one_of(
        st.lists(children, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["type", "enum", "const", "items", "prefixItems", "properties", "required", "additionalProperties"]
                + ["patternProperties", "allOf", "anyOf", "oneOf", "if", "then", "else", "not", "$ref", "minimum"]
                + ["maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems", "multipleOf", "$defs"]
                + ["dependentSchemas", "exclusiveMinimum", "a", "#"]
            ),
            children,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(schema=ODD)
def test_is_total_on_what_is_no_schema(name: str, schema: Any) -> None:
    json.dumps(project(schema, ALL[name]).schema)


@LAW
@given(schema=SCHEMAS)
def test_is_pure(schema: Any) -> None:
    before = json.dumps(schema)
    first = [project(schema, each) for each in ALL.values()]
    assert json.dumps(schema) == before
    assert [project(json.loads(before), each) for each in ALL.values()] == first


STRICT = {"type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "pattern", "format"} | {
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems")
}
KNOWN = {
    "openai": STRICT,
    "ollama": STRICT | {"minLength", "maxLength"} - {"multipleOf"},
    "anthropic": {
        *("type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "format", "minItems")
    },
}


@pytest.mark.parametrize("name", KNOWN)
@LAW
@given(schema=SCHEMAS)
def test_a_projection_holds_only_what_its_provider_takes(name: str, schema: Any) -> None:
    whole = {"type": "object", "properties": {"answer": schema}, "required": ["answer"], "additionalProperties": False}
    projection = project(whole, ALL[name])
    if projection.schema is not None:
        _check(projection.schema, name)


def _check(schema: Any, name: str) -> None:
    assert set(schema) <= KNOWN[name]
    if "anyOf" in schema:
        assert set(schema) == {"anyOf"}
    if "pattern" in schema:
        assert schema["pattern"][0] == "^"
        assert schema["pattern"][-1] == "$"
    if schema.get("type") == "object" and name != "ollama":
        assert schema["additionalProperties"] is False
    if schema.get("type") == "object" and name == "openai":
        assert schema["required"] == list(schema["properties"])
    if name == "anthropic":
        assert schema.get("minItems", 0) <= 1
    for part in [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]:
        _check(part, name)
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            _check(schema[keyword], name)
