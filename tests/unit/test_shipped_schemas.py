"""The schemas that come with the project."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parents[2] / "schemas"
FILES = sorted(path.relative_to(SCHEMAS).as_posix() for path in SCHEMAS.rglob("*.json"))

EXPECTED = {
    "benchmark/complex.json",
    "benchmark/medium.json",
    "ecommerce/customer_order.json",
    "ecommerce/product_catalog.json",
    "edge_cases/complex_patterns.json",
    "edge_cases/deep_nested.json",
    "edge_cases/empty_optional.json",
    "edge_cases/large_arrays.json",
    "fintech/loan_application.json",
    "fintech/payment_transaction.json",
    "healthcare/claim_837p_slim.json",
    "healthcare/patient_encounter.json",
}

OF_THE_DOCUMENT = {
    "fintech/payment_transaction.json": "4506ff4172a19df03da278ce7a9c2940c03b162733777267708082fb4d8efcea",
    "ecommerce/product_catalog.json": "d6cb20e8713d74c7234c4d1fcf31a471b022cbe72ee176c3c65a87553259705b",
}
"""SHA-256 of the two schemas that section 19 of the design document prints, each with a final newline.

Our rules, and the name of their pack, stand behind what it prints.
"""
OUR_RULES = re.compile(r',\n  "x-rules": .*\n\}\n', re.DOTALL)

ONE = ("items", "additionalProperties", "if", "then", "else")
MANY = ("prefixItems", "allOf", "anyOf", "oneOf")
NAMED = ("properties", "$defs")
ALLOWED = {
    *ONE,
    *MANY,
    *NAMED,
    *("$schema", "$ref", "$comment", "title", "description", "examples", "default"),
    *("type", "enum", "const", "required", "uniqueItems", "pattern", "format", "multipleOf"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
}


def _load(name: str) -> Any:
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


def _subschemas(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and everything below it that is a schema; booleans left out."""
    if not isinstance(schema, dict):
        return
    yield schema
    below = [schema[key] for key in ONE if key in schema]
    below += [each for key in MANY for each in schema.get(key, [])]
    below += [each for key in NAMED for each in schema.get(key, {}).values()]
    for each in below:
        yield from _subschemas(each)


def _leaves(root: Any) -> set[tuple[str, ...]]:
    """Paths of the values without parts that a record can have: references followed, all items one path."""
    found: set[tuple[str, ...]] = set()

    def walk(schema: Any, path: tuple[str, ...]) -> None:
        if not isinstance(schema, dict):
            return
        same = [each for key in ("allOf", "anyOf", "oneOf") for each in schema.get(key, [])]
        if "$ref" in schema:
            same.append(root["$defs"][schema["$ref"].removeprefix("#/$defs/")])
        below = list(schema.get("properties", {}).items())
        below += [("[]", schema["items"])] if isinstance(schema.get("items"), dict) else []
        below += [(f"[{i}]", each) for i, each in enumerate(schema.get("prefixItems", []))]
        for each in same:
            walk(each, path)
        for name, each in below:
            walk(each, (*path, name))
        if not same and not below and schema.keys() & {"type", "const", "enum"}:
            found.add(path)

    walk(root, ())
    return found


def _required_depth(schema: Any) -> int:
    """How many objects stand inside one another on the longest chain of required properties."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return 0
    below = [each for name, each in schema.get("properties", {}).items() if name in schema.get("required", ())]
    return 1 + max(map(_required_depth, below), default=0)


def test_all_are_there() -> None:
    assert set(FILES) >= EXPECTED


@pytest.mark.parametrize("name", FILES)
class TestSchema:
    """What holds for every schema."""

    def test_is_valid(self, name: str) -> None:
        schema = _load(name)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        Draft202012Validator.check_schema(schema)

    def test_uses_only_keywords_that_are_supported(self, name: str) -> None:
        used = {key for each in _subschemas(_load(name)) for key in each if not key.startswith("x-")}
        assert used - ALLOWED == set()

    def test_references_stay_within_the_file(self, name: str) -> None:
        schema = _load(name)
        targets = {each["$ref"] for each in _subschemas(schema) if "$ref" in each}
        assert targets <= {f"#/$defs/{key}" for key in schema.get("$defs", {})}

    def test_has_a_title_and_ends_with_one_newline(self, name: str) -> None:
        text = (SCHEMAS / name).read_text(encoding="utf-8")
        assert _load(name)["title"]
        assert text == text.rstrip() + "\n"


@pytest.mark.parametrize(("name", "digest"), OF_THE_DOCUMENT.items())
def test_the_documents_schemas_are_verbatim(name: str, digest: str) -> None:
    text, count = OUR_RULES.subn("\n}\n", (SCHEMAS / name).read_text(encoding="utf-8"))
    assert count == 1
    assert hashlib.sha256(text.encode()).hexdigest() == digest


def test_medium_has_about_fifty_leaves() -> None:
    assert 45 <= len(_leaves(_load("benchmark/medium.json"))) <= 60


def test_complex_has_a_hundred_leaves_and_every_kind_of_branch() -> None:
    schema = _load("benchmark/complex.json")
    assert len(_leaves(schema)) >= 100
    assert {"$ref", "allOf", "oneOf"} <= {key for each in _subschemas(schema) for key in each}


def test_deep_nesting_is_required() -> None:
    assert _required_depth(_load("edge_cases/deep_nested.json")) >= 10


def test_large_array_has_the_documents_bounds() -> None:
    array = _load("edge_cases/large_arrays.json")["properties"]["large_array"]
    assert (array["minItems"], array["maxItems"]) == (1, 1000)


def test_nothing_is_required_of_the_optional_fields() -> None:
    schema = _load("edge_cases/empty_optional.json")
    assert not schema.get("required")
    assert Draft202012Validator(schema).is_valid({})
