"""The survey: which assertions a schema makes, and the ways to them."""

from typing import Any

import pytest

from pytest_specmint.near_miss.sites import MAX_WAYS, survey
from pytest_specmint.near_miss.steps import Others, Property, follow, in_order, matched, replaced, shifted
from pytest_specmint.schema.load import load_schema

D4, D7 = "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-07/schema#"


def pointers(schema: Any) -> list[str]:
    return [aim.target.pointer for aim in survey(load_schema(schema))]


@pytest.mark.parametrize(
    "schema", [True, {}, {"description": "x"}, {"properties": {"a": True}}, {"if": {"type": "null"}}]
)
def test_nothing_asserted(schema: Any) -> None:
    assert pointers(schema) == []


def test_order_is_by_depth_then_name_whatever_the_order_of_keys() -> None:
    schema = {"required": ["a"], "properties": {"b": {"minimum": 1}, "a": {"type": "string"}}, "maxProperties": 3}
    expected = ["#/maxProperties", "#/required", "#/properties/a/type", "#/properties/b/minimum"]
    assert pointers(schema) == expected
    turned = {key: schema[key] for key in reversed(schema)}
    assert pointers(turned) == expected


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"type": "string"}, {"minimum": 3}]},
        {"oneOf": [{"type": "string"}, {"minimum": 3}]},
        {"not": {"type": "string"}},
        {"contains": {"type": "string"}},
        {"unevaluatedProperties": {"type": "string"}},
    ],
)
def test_applicators_that_validators_report_as_a_whole(schema: Any) -> None:
    assert pointers(schema) == [f"#/{next(iter(schema))}"]


def test_conditions_are_not_asserted_but_their_branches_are() -> None:
    schema = {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"type": "object"}}
    assert pointers(schema) == ["#/else/type", "#/then/required"]


def test_what_a_draft_lacks_asserts_nothing() -> None:
    schema = {"const": 1, "propertyNames": {"minLength": 1}, "contains": {"type": "null"}, "then": {"type": "null"}}
    assert pointers({"$schema": D4, **schema}) == []
    assert pointers({"$schema": D7, "dependentRequired": {"a": ["b"]}, "prefixItems": [{"type": "null"}]}) == []
    assert pointers({"dependencies": {"a": ["b"]}, "minContains": 2}) == []


def test_exclusive_bounds_of_draft_4() -> None:
    assert pointers({"$schema": D4, "minimum": 1, "exclusiveMinimum": True}) == ["#/exclusiveMinimum"]
    assert pointers({"$schema": D4, "minimum": 1, "exclusiveMinimum": False}) == ["#/minimum"]
    assert pointers({"$schema": D4, "exclusiveMaximum": True}) == []


def test_siblings_of_a_reference_count_from_2019_on() -> None:
    schema = {"$ref": "#/definitions/x", "minimum": 1, "definitions": {"x": {"maximum": 3}}}
    assert pointers({"$schema": D7, **schema}) == ["#/definitions/x/maximum"]
    assert pointers(schema) == ["#/minimum", "#/definitions/x/maximum"]


def test_counts_of_contains() -> None:
    assert pointers({"contains": {"const": 1}, "minContains": 0}) == []
    assert pointers({"contains": {"const": 1}, "minContains": 2, "maxContains": 3}) == [
        "#/maxContains",
        "#/minContains",
    ]


def test_a_shared_definition_is_one_target_with_several_ways() -> None:
    line = {"$ref": "#/$defs/line"}
    schema = {"properties": {"a": line, "b": {"items": line}}, "$defs": {"line": {"minimum": 1}}}
    (aim,) = survey(load_schema(schema))
    assert (aim.target.pointer, len(aim.ways)) == ("#/$defs/line/minimum", 2)


def test_recursion_ends() -> None:
    schema = {"minimum": 1, "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}, "allOf": [{"$ref": "#/$defs/x"}]}
    schema["$defs"] = {"x": {"allOf": [{"$ref": "#/$defs/x"}, {"maximum": 3}]}}
    assert all(len(aim.ways) <= MAX_WAYS for aim in survey(load_schema(schema)))


def test_documents_are_named(tmp_path: Any) -> None:
    (tmp_path / "main.json").write_text('{"properties": {"a": {"$ref": "parts/b.json#/$defs/x"}}}')
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "b.json").write_text('{"$defs": {"x": {"type": "string"}}}')
    assert pointers(tmp_path / "main.json") == ["parts/b.json#/$defs/x/type"]


class Never:
    def holds(self, place: str, value: Any) -> bool:
        raise AssertionError


def test_following_a_way() -> None:
    way = (Property("a"), Others(("x",), ("^y",)))
    record = {"a": {"x": 1, "yy": 2, "z": 3, "w": 4}}
    assert [(spotted.path, spotted.value) for spotted in follow(way, record, Never(), 0)] == [
        (("a", "z"), 3),
        (("a", "w"), 4),
    ]
    assert [spotted.value for spotted in follow(way, record, Never(), 1)] == [4, 3]
    assert list(follow(way, {"b": 1}, Never(), 0)) == []
    assert list(follow(way, 3, Never(), 0)) == []


def test_changes_leave_the_record_alone() -> None:
    record = {"a": [1, {"b": 2}], "c": {}}
    changed = replaced(record, ("a", 1, "b"), 3)
    assert changed == {"a": [1, {"b": 3}], "c": {}}
    assert record == {"a": [1, {"b": 2}], "c": {}}
    assert replaced(record, (), 7) == 7


def test_canonical_copies() -> None:
    value = {"b": [{"d": 1, "c": 2}], "a": 3}
    copied = in_order(value)
    assert copied == value
    assert list(copied) == ["a", "b"]
    assert list(copied["b"][0]) == ["c", "d"]
    assert copied["b"] is not value["b"]


def test_shifting() -> None:
    assert [shifted("abc", turn) for turn in range(4)] == [list("abc"), list("bca"), list("cab"), list("abc")]
    assert shifted([], 3) == []


def test_unreadable_patterns_match_nothing() -> None:
    assert matched("^a", "ab")
    assert not matched("(", "(")
