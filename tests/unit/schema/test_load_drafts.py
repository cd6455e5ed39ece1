"""Which draft documents are read by: what they declare, what is asked for, and several in one schema."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import pytest_specmint as sm
from pytest_specmint.check.verifier import Verifier, check_schema
from pytest_specmint.errors import SchemaError, UnsupportedSchema, UsageError
from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.load import load_schema

D4 = "http://json-schema.org/draft-04/schema#"
D6 = "http://json-schema.org/draft-06/schema#"
D7 = "http://json-schema.org/draft-07/schema#"
D2019 = "https://json-schema.org/draft/2019-09/schema"
D2020 = "https://json-schema.org/draft/2020-12/schema"


def write(root: Path, **files: Any) -> Path:
    for name, content in files.items():
        (root / f"{name}.json").write_text(json.dumps(content))
    return root / "main.json"


class TestAsked:
    @pytest.mark.parametrize(
        ("name", "draft"),
        [
            ("4", Draft.D4),
            ("6", Draft.D6),
            ("7", Draft.D7),
            ("2019-09", Draft.D2019),
            ("2020-12", Draft.D2020),
            (7, Draft.D7),
            (Draft.D6, Draft.D6),
        ],
    )
    def test_names(self, name: Any, draft: Draft) -> None:
        assert load_schema({}, draft=name).draft is draft

    @pytest.mark.parametrize("name", ["5", "draft-07", "2020", "", 2020, 3, "latest"])
    def test_unknown(self, name: Any) -> None:
        with pytest.raises(UsageError, match="unknown draft") as caught:
            load_schema({}, draft=name)
        assert caught.value.hint == "known are: 4, 6, 7, 2019-09, 2020-12"

    def test_counts_where_nothing_is_declared(self) -> None:
        content = {"allOf": [{"$ref": "#/definitions/x", "const": 1}], "definitions": {"x": {"const": 7}}}
        assert list(sm.generate(load_schema(content, draft="7"), count=1)) == [7]

    @pytest.mark.parametrize("declared", [D2020, "https://example.com/my-own", 7])
    def test_counts_instead_of_what_is_declared(self, declared: Any) -> None:
        content = {
            "$schema": declared,
            "allOf": [{"$ref": "#/definitions/x", "const": 1}],
            "definitions": {"x": {"const": 7}},
        }
        schema = load_schema(content, draft="7")
        assert schema.draft is Draft.D7
        check_schema(schema)
        assert list(sm.generate(schema, count=1)) == [7]

    def test_counts_for_every_document(self, tmp_path: Path) -> None:
        pair = {"$schema": D2020, "type": "array", "minItems": 1, "items": [{"const": 1}], "additionalItems": False}
        main = write(tmp_path, main={"$ref": "pair.json"}, pair=pair)
        schema = load_schema(main, draft="7")
        assert list(sm.generate(schema, count=2)) == [[1]] * 2
        assert Verifier(schema).failures([[1], [2], [1, 1]]) == [1, 2]

    def test_the_digest_is_that_of_the_documents(self) -> None:
        content = {"$schema": D2020, "type": "string"}
        assert load_schema(content).sha256 == load_schema(content, draft="7").sha256
        assert load_schema(content) != load_schema(content, draft="7")

    def test_a_loaded_schema_keeps_its_own(self) -> None:
        schema = load_schema({}, draft="7")
        assert load_schema(schema, draft="7") is schema
        with pytest.raises(UsageError, match="has its draft and view"):
            load_schema(schema, draft="6")
        with pytest.raises(UsageError, match="has its draft and view"):
            load_schema(schema, view="request")


OLD: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        D4,
        {"type": "integer", "minimum": 1, "exclusiveMinimum": True, "maximum": 3, "exclusiveMaximum": True},
        {"const": 2},
    ),
    (D4, {"enum": [5], "const": 6, "contains": False}, {"const": 5}),
    (
        D4,
        {"id": "http://e.org/a", "enum": [5], "allOf": [{"$ref": "#/definitions/b"}], "definitions": {"b": {}}},
        {"const": 5},
    ),
    (D4, {"allOf": [{"$ref": "#b"}], "definitions": {"x": {"id": "#b", "enum": [4]}}}, {"const": 4}),
    (D6, {"const": 5, "if": {}, "then": False}, {"const": 5}),
    (D7, {"$ref": "#/definitions/b", "const": 9, "definitions": {"b": {"const": 4}}}, {"const": 4}),
    (D7, {"allOf": [{"$ref": "#b"}], "definitions": {"x": {"$id": "#b", "const": 4}}}, {"const": 4}),
    (
        D7,
        {"type": "array", "minItems": 3, "maxItems": 3, "items": [{"const": 1}], "additionalItems": {"const": 2}},
        {"const": [1, 2, 2]},
    ),
    (
        D7,
        {"type": "array", "minItems": 1, "maxItems": 1, "items": {"const": 1}, "additionalItems": False},
        {"const": [1]},
    ),
    (
        D7,
        {
            "type": "array",
            "minItems": 2,
            "items": [{"const": 1}, {"$ref": "#/items/0"}],
            "additionalItems": False,
        },
        {"const": [1, 1]},
    ),
    (
        D7,
        {
            "type": "object",
            "properties": {"a": {"const": 1}},
            "required": ["a"],
            "dependencies": {
                "a": ["b"],
                "b": {
                    "properties": {"b": {"const": 2}},
                    "additionalProperties": False,
                    "patternProperties": {"a": True},
                },
            },
        },
        {"const": {"a": 1, "b": 2}},
    ),
    (
        D7,
        {
            "allOf": [{"$ref": "#/definitions/a"}, {"$ref": "#/definitions/a/properties/b"}],
            "definitions": {
                "a": {"$ref": "#/definitions/c", "properties": {"b": {"type": ["integer", "object"]}}},
                "c": {"const": {"b": "x"}},
            },
        },
        {"const": {"b": "x"}},
    ),
    (
        D2019,
        {"type": "array", "minItems": 2, "items": [{"const": 1}], "unevaluatedItems": {"const": 2}, "maxItems": 2},
        {"const": [1, 2]},
    ),
    (
        D2019,
        {
            "$recursiveAnchor": True,
            "type": "object",
            "properties": {"child": {"$recursiveRef": "#"}},
            "additionalProperties": False,
        },
        {"type": "object", "properties": {"child": {"$ref": "#"}}, "additionalProperties": False},
    ),
    (
        D2020,
        {"$ref": "#b", "maximum": 4, "$defs": {"x": {"$dynamicAnchor": "b", "type": "integer", "minimum": 4}}},
        {"const": 4},
    ),
    (D2020, {"$dynamicRef": "#b", "$defs": {"x": {"$dynamicAnchor": "b", "const": 4}}}, {"const": 4}),
]


class TestSeveral:
    @pytest.mark.parametrize(("uri", "content", "meaning"), OLD)
    def test_each_document_is_read_by_its_own(
        self, tmp_path: Path, uri: str, content: dict[str, Any], meaning: dict[str, Any]
    ) -> None:
        """Beside a document of another draft every keyword means what it means in its own."""
        other = D2020 if uri != D2020 else D7
        main = write(
            tmp_path,
            main={
                "$schema": other,
                "type": "object",
                "required": ["value"],
                "properties": {"value": {"$ref": "part.json"}},
                "additionalProperties": False,
            },
            part={"$schema": uri, **content},
        )
        records = list(sm.generate(main, count=20))
        for record in records:
            jsonschema.Draft202012Validator(meaning).validate(record["value"])
        assert load_schema(main).draft is Draft.D2020

    def test_the_main_document_may_be_the_older(self, tmp_path: Path) -> None:
        main = write(
            tmp_path,
            main={
                "$schema": D4,
                "type": "integer",
                "minimum": 2,
                "exclusiveMinimum": True,
                "allOf": [{"$ref": "part.json"}],
            },
            part={"$schema": D2020, "exclusiveMaximum": 4},
        )
        assert list(sm.generate(main, count=2)) == [3, 3]
        assert load_schema(main).dialect == "draft-04"

    def test_documents_that_declare_nothing_are_of_the_referring_draft(self, tmp_path: Path) -> None:
        main = write(
            tmp_path,
            main={"$schema": D2020, "allOf": [{"$ref": "old.json"}]},
            old={"$schema": D7, "allOf": [{"$ref": "bare.json"}]},
            bare={"$ref": "#/definitions/x", "const": 1, "definitions": {"x": {"const": 7}}},
        )
        assert list(sm.generate(main, count=1)) == [7]

    def test_one_draft_is_left_as_it_stands(self, tmp_path: Path) -> None:
        content = {"$schema": D7, "$ref": "part.json"}
        schema = load_schema(write(tmp_path, main=content, part={"const": 1}))
        assert (schema.document, schema.draft, schema.parts) == (content, Draft.D7, {})

    def test_dynamic_references_that_depend_on_the_way_are_refused(self) -> None:
        content = {
            "$id": "https://e.org/a",
            "$dynamicAnchor": "x",
            "$ref": "b",
            "$defs": {"b": {"$id": "b", "$dynamicAnchor": "x", "items": {"$dynamicRef": "#x"}}},
        }
        assert load_schema(content).document == content
        with pytest.raises(UnsupportedSchema, match=r"\$dynamicRef cannot be followed") as caught:
            load_schema(content, view="request")
        assert caught.value.pointer == "#/$defs/b/items"

    def test_mistakes_of_the_older_draft(self, tmp_path: Path) -> None:
        main = write(
            tmp_path, main={"$schema": D2020, "$ref": "part.json"}, part={"$schema": D4, "exclusiveMinimum": 3}
        )
        with pytest.raises(SchemaError, match="true or false in draft-04") as caught:
            load_schema(main)
        assert caught.value.pointer == "part.json#/exclusiveMinimum"

    def test_mistakes_name_their_document(self, tmp_path: Path) -> None:
        main = write(tmp_path, main={"$ref": "part.json"}, part={"properties": {"a": {"type": "text"}}})
        with pytest.raises(SchemaError, match="not a valid JSON Schema") as caught:
            check_schema(load_schema(main))
        assert caught.value.pointer == "part.json#/properties/a/type"


class TestNearest:
    @pytest.mark.parametrize(
        ("pointer", "hint"),
        [
            ("/$defs/Ordr", "there is #/$defs/Order"),
            ("/$def/Order", "there is #/$defs"),
            ("/$defs/a~1c", "there is #/$defs/a~1b"),
            ("/$defs/zzzzzz", "a JSON pointer looks like #/a/b"),
            ("/allOf/7", "a JSON pointer looks like #/a/b"),
        ],
    )
    def test_pointers(self, tmp_path: Path, pointer: str, hint: str) -> None:
        main = write(tmp_path, main={"$defs": {"Order": {}, "a/b": {}}, "allOf": [{}]})
        with pytest.raises(SchemaError) as caught:
            load_schema(f"{main}#{pointer}")
        assert caught.value.hint == hint

    def test_references(self) -> None:
        with pytest.raises(SchemaError, match="points to nothing") as caught:
            sm.generate({"$ref": "#/$defs/Ordr", "$defs": {"Order": {}}})
        assert caught.value.hint == "there is #/$defs/Order"
