"""Places, pointers and references."""

from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.document import join_pointer, pointer_tokens
from pytest_specmint.schema.load import load_schema


@pytest.mark.parametrize(
    ("pointer", "tokens"),
    [
        ("", []),
        ("/", [""]),
        ("/a/b", ["a", "b"]),
        ("/a~1b/m~0n", ["a/b", "m~n"]),
        ("/~01", ["~1"]),
        ("/0", ["0"]),
        ("/ ", [" "]),
        ("/%25", ["%25"]),
    ],
)
def test_pointers_and_back(pointer: str, tokens: list[str]) -> None:
    assert pointer_tokens(pointer) == tokens
    assert join_pointer("", *tokens) == pointer


def test_join_takes_positions() -> None:
    assert join_pointer("#", "allOf", 3) == "#/allOf/3"


class TestAt:
    SCHEMA = load_schema({"$defs": {"a/b": {"m~n": [1, {"x": 2}]}, "": True}})

    @pytest.mark.parametrize(
        ("place", "value"),
        [
            ("#/$defs/a~1b/m~0n/1/x", 2),
            ("#/$defs/", True),
            ("specmint:true#", True),
            ("#/$defs/a~1b/m~0n/0", 1),
        ],
    )
    def test_finds(self, place: str, value: Any) -> None:
        assert self.SCHEMA.at(place) == value


def _single(schema: dict[str, Any]) -> Any:
    (value,) = sm.generate(schema, count=1)
    return value


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("#/$defs/a~1b", "a/b"),
        ("#/$defs/m~0n", "m~n"),
        ("#/$defs/with%20space", "with space"),
        ("#/$defs/per%25cent", "per%cent"),
        ("#/$defs/%C3%A9", "é"),
        ("#/$defs/~01", "~1"),
        ("#/$defs/a%22b", 'a"b'),
        ("#/$defs/%7E1", "/"),
    ],
)
def test_references_by_pointer(reference: str, name: str) -> None:
    assert load_schema({"$defs": {name: {"const": 7}}}).resolve(reference, "#") == join_pointer("#/$defs", name)
    assert _single({"$ref": reference, "$defs": {name: {"const": 7}}}) == 7


D7 = "http://json-schema.org/draft-07/schema#"
D4 = "http://json-schema.org/draft-04/schema#"


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"$ref": "#/prefixItems/1", "prefixItems": [{}, {"const": 7}]}, id="array-position"),
        pytest.param(
            {
                "$id": "https://example.com/root.json",
                "$ref": "item",
                "$defs": {"x": {"$id": "item", "const": 7}},
            },
            id="relative-id",
        ),
        pytest.param(
            {
                "$id": "https://example.com/root.json",
                "$ref": "https://example.com/item",
                "$defs": {"x": {"$id": "/item", "const": 7}},
            },
            id="absolute-reference",
        ),
        pytest.param({"$ref": "#here", "$defs": {"x": {"$anchor": "here", "const": 7}}}, id="anchor"),
        pytest.param(
            {
                "$id": "https://example.com/root",
                "$ref": "other#here",
                "$defs": {"x": {"$id": "other", "$defs": {"y": {"$anchor": "here", "const": 7}}}},
            },
            id="anchor-of-an-embedded-document",
        ),
        pytest.param(
            {
                "$id": "https://example.com/root",
                "$ref": "other",
                "$defs": {
                    "x": {"$id": "other", "$ref": "#/$defs/y", "$defs": {"y": {"const": 7}}},
                    "y": {"const": 1},
                },
            },
            id="pointer-relative-to-its-document",
        ),
        pytest.param(
            {"$id": "urn:example:a", "$ref": "urn:example:a#/$defs/x", "$defs": {"x": {"const": 7}}}, id="urn"
        ),
        pytest.param(
            {"$schema": D7, "allOf": [{"$ref": "#here"}], "definitions": {"x": {"$id": "#here", "const": 7}}},
            id="anchor-as-draft-7-writes-it",
        ),
        pytest.param(
            {"$schema": D4, "allOf": [{"$ref": "#here"}], "definitions": {"x": {"id": "#here", "enum": [7]}}},
            id="anchor-as-draft-4-writes-it",
        ),
        pytest.param(
            {
                "$schema": D7,
                "allOf": [{"$ref": "#/definitions/x", "const": 1}],
                "definitions": {"x": {"const": 7}},
            },
            id="siblings-of-ref-are-ignored-in-draft-7",
        ),
        pytest.param({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"const": 7}}}, id="chain"),
    ],
)
def test_references_lead_to_seven(schema: dict[str, Any]) -> None:
    assert _single(schema) == 7


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"$ref": "#/$defs/x"}, "points to nothing"),
        ({"$ref": "#nowhere"}, "points to nothing"),
        ({"$ref": "#/allOf/5", "allOf": [{}]}, "points to nothing"),
        ({"$ref": "#/allOf/x", "allOf": [{}]}, "points to nothing"),
        ({"$ref": "https://example.com/x"}, "is remote and never fetched"),
        ({"$ref": "#"}, "refers to itself"),
        (
            {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
            "refers to itself",
        ),
        ({"allOf": [{"$ref": "#"}]}, "refers to itself"),
        ({"not": {"$ref": "#"}}, "refers to itself"),
    ],
)
def test_references_that_lead_nowhere(schema: dict[str, Any], words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        sm.generate(schema)


def test_schemas_are_equal_by_content_and_place() -> None:
    one, other = load_schema({"type": "null"}), load_schema({"type": "null"})
    assert one == other
    assert hash(one) == hash(other)
    assert one != load_schema({"type": "string"})
    assert one != 3
