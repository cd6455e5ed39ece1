"""Arbitrary schemas, contradictory and odd ones included: valid records or an honest refusal."""

import json
import random
from time import process_time
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pytest_specmint as sm

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

EXAMPLES = 150
SECONDS = 10
PROBES = 200
D7, D2020 = "http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"
JUDGES = {
    D7: (jsonschema.Draft7Validator, jsonschema_rs.Draft7Validator),
    D2020: (jsonschema.Draft202012Validator, jsonschema_rs.Draft202012Validator),
}
NAMES = ("a", "b", "ab", "x-1", "kind", "")
TEXTS = ("", "a", "b", "ab", "abc", "x-1", "7", "2020-01-01", "192.0.2.1")
NUMBERS = (0, 1, 2, 3, 5, 10, -1, -4, 0.5, 1.5, 2.0, 2**60)
ATOMS = (None, True, False, *NUMBERS, *TEXTS)
VALUES = (
    *ATOMS,
    [],
    {},
    [1],
    ["a", "b"],
    [1, 1],
    {"a": 1},
    {"kind": "a"},
    {"a": "b", "b": None},
    [[]],
    [{}, 0],
)
PATTERNS = ("^a", "b$", "^[a-z]{1,3}$", "[0-9]", "^x-", "^(a|b)+$", "^$", "^(?!a)", "")
TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


def keywords(schemas: st.SearchStrategy[Any], draft: str) -> dict[str, st.SearchStrategy[Any]]:
    """Well-formed values for every keyword; subschemas come from ``schemas``."""
    one, few = schemas, st.lists(schemas, min_size=1, max_size=3)
    count, number = st.integers(0, 4), st.sampled_from(NUMBERS)
    names = st.sampled_from(NAMES)
    name_list = st.lists(names, unique=True, max_size=3)
    value = st.sampled_from(VALUES)
    named, patterned = (
        st.dictionaries(names, one, max_size=3),
        st.dictionaries(st.sampled_from(PATTERNS), one, max_size=2),
    )
    targets = st.sampled_from(["#/$defs/p", "#/$defs/q", "#/$defs/q", "#"])
    table = {
        "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True),
        "enum": st.lists(value, min_size=1, max_size=4, unique_by=json.dumps),
        "const": value,
        "minimum": number,
        "maximum": number,
        "exclusiveMinimum": number,
        "exclusiveMaximum": number,
        "multipleOf": st.sampled_from([1, 2, 3, 0.5, 0.1, 7, 2.0]),
        "minLength": count,
        "maxLength": count,
        "pattern": st.sampled_from(PATTERNS),
        "format": st.sampled_from(["date", "ipv4", "email", "uuid", "time", "no-such-format"]),
        "items": one,
        "minItems": count,
        "maxItems": count,
        "uniqueItems": st.booleans(),
        "contains": one,
        "properties": named,
        "patternProperties": patterned,
        "additionalProperties": one,
        "propertyNames": one,
        "required": name_list,
        "minProperties": count,
        "maxProperties": count,
        "allOf": few,
        "anyOf": few,
        "oneOf": few,
        "not": one,
        "if": one,
        "then": one,
        "else": one,
        "$ref": targets,
        "title": st.just("t"),
        "x-unknown": value,
        "default": value,
    }
    if draft == D7:
        return {
            **table,
            "items": one.map(as_object) | few,  # jsonschema fails on additionalItems beside boolean items
            "additionalItems": one,
            "dependencies": st.dictionaries(names, one | name_list, max_size=2),
        }
    return {
        **table,
        "prefixItems": few,
        "minContains": count,
        "maxContains": count,
        "dependentRequired": st.dictionaries(names, name_list, max_size=2),
        "dependentSchemas": st.dictionaries(names, one, max_size=2),
        "unevaluatedProperties": one,
        "unevaluatedItems": one,
    }


def as_object(schema: Any) -> Any:
    """The schema, a boolean one written as an object."""
    if isinstance(schema, dict):
        return schema
    return {} if schema else {"not": {}}


THEMES = (
    (
        "type enum const minimum maximum exclusiveMinimum exclusiveMaximum multipleOf not anyOf oneOf",
        ["integer", "number"],
    ),
    ("enum const minLength maxLength pattern format not allOf anyOf", ["string"]),
    (
        "items prefixItems additionalItems minItems maxItems uniqueItems contains minContains maxContains "
        "unevaluatedItems allOf anyOf not const",
        ["array"],
    ),
    (
        "properties patternProperties additionalProperties propertyNames required minProperties not enum "
        "maxProperties dependencies dependentRequired dependentSchemas unevaluatedProperties",
        ["object"],
    ),
    ("properties required additionalProperties allOf anyOf oneOf if then else not $ref", ["object"]),
)
"""Keywords that meet each other, and the types that they bind."""

BOOLEANS = st.sampled_from([True, True, True, False])


def subschemas(draft: str, depth: int) -> st.SearchStrategy[Any]:
    """Schemas nested up to ``depth`` levels."""
    if depth == 0:
        leaves = keywords(BOOLEANS, draft)
        flat = (
            "type",
            "const",
            "enum",
            "minimum",
            "maximum",
            "minLength",
            "pattern",
            "required",
            "minItems",
            "$ref",
        )
        return BOOLEANS | _chosen({name: leaves[name] for name in flat}, 2)
    richer = _chosen(keywords(subschemas(draft, depth - 1), draft), 4)
    return richer | BOOLEANS | richer


@st.composite
def _chosen(draw: st.DrawFn, table: dict[str, st.SearchStrategy[Any]], most: int) -> dict[str, Any]:
    theme, types = draw(st.sampled_from([("", []), *THEMES]))
    known = sorted(name for name in table if not theme or name in theme.split())
    names = draw(st.lists(st.sampled_from(known), min_size=1, max_size=most, unique=True))
    typed = {"type": types[0]} if types and draw(st.booleans()) else {}
    return {**typed, **{name: draw(table[name]) for name in names}}


@st.composite
def arbitrary(draw: st.DrawFn) -> dict[str, Any]:
    draft = draw(st.sampled_from([D2020, D2020, D7]))
    schema: dict[str, Any] = draw(_chosen(keywords(subschemas(draft, 2), draft), 5))
    schema["$schema"] = draft
    schema["$defs"] = {"p": draw(subschemas(draft, 1)), "q": draw(subschemas(draft, 0))}
    return schema


def small_value(rng: random.Random, depth: int = 2) -> Any:
    """A random JSON value made of the vocabulary that the schemas are made of."""
    kind = rng.randrange(6 if depth else 3)
    if kind <= 1:
        return rng.choice(ATOMS)
    if kind == 2:
        return rng.choice(VALUES)
    if kind == 3:
        return [small_value(rng, depth - 1) for _ in range(rng.randrange(5))]
    return {name: small_value(rng, depth - 1) for name in rng.sample(NAMES, rng.randrange(5))}


def witness(schema: dict[str, Any], probes: int = PROBES) -> list[Any]:
    """A valid instance that random probing finds, in a list; empty if it finds none."""
    cls, _ = JUDGES[schema["$schema"]]
    holds = cls(schema, format_checker=cls.FORMAT_CHECKER).is_valid
    rng = random.Random(20200)
    values = [*VALUES, *(small_value(rng) for _ in range(probes))]
    try:
        return [value for value in values if holds(value)][:1]
    except RecursionError:  # a schema that refers to itself without end has no meaning
        return []


def wrong_records(schema: dict[str, Any], records: list[Any]) -> list[str]:
    """Which records either validator rejects, and why."""
    cls, fast = JUDGES[schema["$schema"]]
    judges = cls(schema, format_checker=cls.FORMAT_CHECKER), fast(schema, validate_formats=True)
    return [
        f"{json.dumps(record)}: {error.message}"
        for judge in judges
        for record in records
        for error in judge.iter_errors(record)
    ]


def outcome(schema: dict[str, Any]) -> str:
    """How generation ends: ``records``, or the name of the refusal; asserts that the end is an honest one."""
    began = process_time()
    try:
        records = list(sm.generate(schema, seed=11, count=5))
    except (sm.SchemaError, sm.SamplingError) as error:
        end, message, records = type(error).__name__, str(error), []
    else:
        end, message = "records", ""
        assert len(records) == 5
        assert wrong_records(schema, records) == []
    assert process_time() - began <= SECONDS
    if end == "UnsatisfiableSchema":
        assert "@ " in message, "a refusal names its place"
        assert witness(schema) == [], f"refused, yet an instance exists: {message}"
    return end


def test_arbitrary_schemas_end_in_records_or_an_honest_refusal() -> None:
    ends: list[str] = []

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(arbitrary())
    def run(schema: dict[str, Any]) -> None:
        ends.append(outcome(schema))

    run()
    assert ends.count("records") > len(ends) / 4
    assert ends.count("SamplingError") < 0.05 * len(ends)
