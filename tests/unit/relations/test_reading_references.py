"""``x-ref`` and ``x-entities`` as written: every form, and what is wrong with others."""

from typing import Any

import pytest

from pytest_specmint.errors import SchemaError, UnsupportedSchema
from pytest_specmint.relations.model import Ref
from pytest_specmint.relations.read import entity_sets, read_ref
from pytest_specmint.relations.sites import mentions, needs, refs_of
from pytest_specmint.schema.load import load_schema


def ref(value: Any) -> Ref:
    return read_ref(value, "#/properties/a")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("customers", ("customers", "", "", None, False)),
        ("customers#/id", ("customers", "/id", "", None, False)),
        ({"dataset": "customers"}, ("customers", "", "", None, False)),
        ({"dataset": "customers#/id"}, ("customers", "/id", "", None, False)),
        ({"dataset": "customers", "pointer": "/a/b", "as": "buyer"}, ("customers", "/a/b", "buyer", None, False)),
        ({"dataset": "c", "dist": "zipf", "unique": True}, ("c", "", "", "zipf", True)),
    ],
)
def test_forms(value: Any, expected: tuple[Any, ...]) -> None:
    found = ref(value)
    assert (found.dataset, found.pointer, found.role, found.dist, found.unique) == expected
    assert found.place == "#/properties/a/x-ref"


@pytest.mark.parametrize(
    ("value", "words", "hint"),
    [
        (7, "names no dataset", "customers#/customer_id"),
        ({}, "names no dataset", "customers#/customer_id"),
        ("", "no name of a dataset", "customers#/customer_id"),
        ("../secret", "no name of a dataset", "customers#/customer_id"),
        ("customers#id", "has no JSON pointer", "customers#/id"),
        ({"dataset": "customers", "pointr": "/id"}, "no parameter 'pointr'", "did you mean pointer?"),
        ({"dataset": "customers", "unique": "yes"}, "unique must be true or false", "true"),
        ({"dataset": "customers", "as": 3}, "as must be text", "customers"),
        ({"dataset": "customers#/a", "pointer": "/b"}, "two pointers", "keep one"),
    ],
)
def test_what_is_none(value: Any, words: str, hint: str) -> None:
    with pytest.raises(SchemaError) as caught:
        ref(value)
    assert words in str(caught.value)
    assert "#/properties/a/x-ref" in str(caught.value)
    assert hint in (caught.value.hint or "")


def test_registries_of_a_schema() -> None:
    schema = load_schema({"x-entities": {"patients": {"schema": {"type": "object"}, "count": 5, "seed": 9}}})
    (found,) = entity_sets(schema).values()
    assert (found.name, found.count, found.seed) == ("patients", 5, 9)
    assert schema.at(found.schema_place) == {"type": "object"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "must name registries"),
        ({"a b": {"schema": {}, "count": 1}}, "no name of a dataset"),
        ({"a": {"count": 1}}, "a has no schema"),
        ({"a": {"schema": {}}}, "count is missing"),
        ({"a": {"schema": {}, "count": 0}}, "count must be a whole number"),
        ({"a": {"schema": {}, "count": True}}, "count must be a whole number"),
        ({"a": {"schema": {}, "count": 1, "seed": -1}}, "seed must be a whole number"),
        ({"a": {"schema": {}, "coumt": 1}}, "no parameter 'coumt'"),
    ],
)
def test_registries_that_are_none(value: Any, words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        entity_sets(load_schema({"x-entities": value}))


def test_only_what_can_be_reached_refers() -> None:
    schema = load_schema(
        {
            "$defs": {"used": {"x-ref": "b#/x"}, "unused": {"x-ref": "c#/x"}},
            "properties": {"a": {"x-ref": "a#/x"}, "b": {"items": {"$ref": "#/$defs/used"}}},
            "default": {"x-ref": "d#/x"},
        }
    )
    assert needs(schema) == {"a": "#/properties/a/x-ref", "b": "#/$defs/used/x-ref"}


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_a_branch_cannot_refer(keyword: str) -> None:
    schema = load_schema({"properties": {"a": {keyword: [{"x-ref": "people#/id"}, {"type": "null"}]}}})
    with pytest.raises(UnsupportedSchema, match=f"x-ref in a branch of {keyword}") as caught:
        refs_of(schema)
    assert "x-null-rate" in (caught.value.hint or "")


def test_a_property_below_a_branch_can() -> None:
    schema = load_schema({"anyOf": [{"properties": {"a": {"x-ref": "people#/id"}}}], "allOf": [{"x-ref": "people"}]})
    assert list(refs_of(schema)) == ["#/anyOf/0/properties/a", "#/allOf/0"] or set(refs_of(schema)) == {
        "#/anyOf/0/properties/a",
        "#/allOf/0",
    }


def test_most_schemas_mention_nothing() -> None:
    assert not mentions(load_schema({"properties": {"a": {"type": "string"}}, "default": {"x-ref": "a"}}))
    assert mentions(load_schema({"properties": {"a": {"x-ref": "a"}}}))
