"""What a schema says without effect."""

from typing import Any

import pytest

from pytest_specmint.formats.table import FORMATS, NUMBER_FORMATS
from pytest_specmint.schema.dialect import URI_OF_DRAFT, Draft
from pytest_specmint.schema.keywords.table import ENUMERATED, STRUCTURAL
from pytest_specmint.schema.load import load_schema
from pytest_specmint.schema.notices import Kind, Notice, notices, unknown_formats


def told(schema: Any, draft: Draft = Draft.D2020) -> list[Notice]:
    return list(notices(load_schema(schema, draft=draft)))


def names(schema: Any, draft: Draft = Draft.D2020) -> list[tuple[Kind, str]]:
    return [(each.kind, each.name) for each in told(schema, draft)]


def test_nothing() -> None:
    for schema in (True, False, {}, {"type": "object", "properties": {"a": {"type": "string", "format": "date"}}}):
        assert told(schema) == []


@pytest.mark.parametrize("draft", Draft)
def test_every_keyword_that_is_read_is_known(draft: Draft) -> None:
    """In the drafts of its family a keyword is never called unknown."""
    for family in (*STRUCTURAL, *ENUMERATED):
        for keyword in family.keywords:
            if keyword not in {"$ref", "$dynamicRef", "$recursiveRef"}:
                kinds = [kind for kind, name in names({keyword: {}}, draft) if name == keyword]
                assert Kind.KEYWORD not in kinds


class TestFormats:
    def test_each_once_with_its_places(self) -> None:
        schema = {
            "properties": {
                "a": {"format": "nope"},
                "b": {"items": {"format": "nope"}},
                "c": {"format": "datetime"},
                "d": {"format": "uuid"},
            }
        }
        found = told(schema)
        assert found == [
            Notice(Kind.FORMAT, "nope", ("#/properties/a", "#/properties/b/items")),
            Notice(Kind.FORMAT, "datetime", ("#/properties/c",), "did you mean date-time?"),
        ]
        assert list(unknown_formats(load_schema(schema))) == found

    @pytest.mark.parametrize(
        ("name", "meant"), [("guid", "uuid"), ("url", "uri"), ("Date", "date"), ("e-mail", "email")]
    )
    def test_what_was_meant(self, name: str, meant: str) -> None:
        (notice,) = unknown_formats(load_schema({"format": name}))
        assert notice.note == f"did you mean {meant}?"

    @pytest.mark.parametrize("name", [*FORMATS, *NUMBER_FORMATS, "float", "double"])
    def test_known(self, name: str) -> None:
        assert unknown_formats(load_schema({"format": name})) == ()
        assert told({"format": name}) == []

    def test_only_where_it_is_reached(self) -> None:
        schema = {
            "$defs": {"unused": {"format": "nope"}},
            "enum": [{"format": "nope"}],
            "default": {"format": "nope"},
            "properties": {"format": {"type": "string"}},
        }
        assert unknown_formats(load_schema(schema)) == ()

    def test_beside_a_reference(self) -> None:
        schema = {"properties": {"a": {"$ref": "#/definitions/d", "format": "nope"}}, "definitions": {"d": {}}}
        assert unknown_formats(load_schema(schema, draft=Draft.D7)) == ()
        assert [each.name for each in unknown_formats(load_schema(schema))] == ["nope"]

    def test_of_another_kind_than_the_type(self) -> None:
        assert names({"type": "integer", "format": "date"}) == [(Kind.IDLE, "format date")]
        assert names({"type": "string", "format": "int64"}) == [(Kind.IDLE, "format int64")]
        assert names({"type": ["integer", "string"], "format": "date"}) == []

    def test_not_text(self) -> None:
        assert unknown_formats(load_schema({"properties": {"format": {"enum": [1]}}})) == ()


class TestPlaces:
    def test_references_are_followed_once(self) -> None:
        schema = {
            "properties": {"a": {"$ref": "#/$defs/x"}, "b": {"$ref": "#/$defs/x"}, "self": {"$ref": "#"}},
            "$defs": {"x": {"x-note": 1, "items": {"$ref": "#/$defs/x"}}},
        }
        assert told(schema) == [Notice(Kind.EXTENSION, "x-note", ("#/$defs/x",))]

    def test_part_of_a_document(self, schema_file: Any) -> None:
        path = schema_file({"x-outside": 1, "$defs": {"in": {"x-inside": 1}}})
        (notice,) = notices(load_schema(f"{path}#/$defs/in"))
        assert notice == Notice(Kind.EXTENSION, "x-inside", ("#/$defs/in",))

    def test_other_documents(self, schema_file: Any) -> None:
        schema_file({"items": {"format": "nope"}}, "other.json")
        (notice,) = unknown_formats(load_schema(schema_file({"$ref": "other.json"})))
        assert notice.places == ("other.json#/items",)

    def test_dynamic_references(self) -> None:
        schema = {
            "$id": "https://example.com/root",
            "$ref": "list",
            "$defs": {
                "text": {"$dynamicAnchor": "item", "x-text": 1},
                "list": {
                    "$id": "list",
                    "items": {"$dynamicRef": "#item"},
                    "$defs": {"any": {"$dynamicAnchor": "item", "x-any": 1}},
                },
            },
        }
        assert {each.name for each in told(schema)} == {"x-text", "x-any"}

    def test_references_to_nowhere_are_left_to_the_compiler(self) -> None:
        assert told({"properties": {"a": {"$ref": "#/none"}, "b": {"x-b": 1}}}) == [
            Notice(Kind.EXTENSION, "x-b", ("#/properties/b",))
        ]

    def test_below_what_is_ignored_nothing_is_told(self) -> None:
        assert names({"then": {"x-a": 1}}) == [(Kind.IDLE, "then")]
        assert names({"prefixItems": [{"x-a": 1}]}, Draft.D7) == [(Kind.OTHER_DRAFT, "prefixItems")]
        assert names({"type": "string", "properties": {"a": {"x-a": 1}}}) == [(Kind.IDLE, "properties")]

    def test_escaped_pointers(self) -> None:
        (notice,) = told({"properties": {"a/b~": {"x-a": 1}}})
        assert notice.places == ("#/properties/a~1b~0",)

    def test_names_of_properties_are_no_keywords(self) -> None:
        assert told({"properties": {"x-a": True, "nullable": True, "id": {"type": "string"}}, "required": ["id"]}) == []


class TestKeywords:
    def test_unknown(self) -> None:
        found = told({"minlength": 3, "nullable": True, "divisibleBy": 2, "whatever": 1})
        assert [(each.kind, each.name, each.note) for each in found] == [
            (Kind.KEYWORD, "minlength", "did you mean minLength?"),
            (Kind.KEYWORD, "nullable", 'of OpenAPI 3.0: write "null" into the list of types'),
            (Kind.KEYWORD, "divisibleBy", "of draft-03: use multipleOf"),
            (Kind.KEYWORD, "whatever", ""),
        ]

    def test_a_keyword_of_another_draft_is_not_proposed(self) -> None:
        (notice,) = told({"prefixitems": []}, Draft.D7)
        assert notice.note == ""

    def test_extensions_come_last(self) -> None:
        assert names({"x-a": 1, "a": 1, "format": "nope"}) == [
            (Kind.FORMAT, "nope"),
            (Kind.KEYWORD, "a"),
            (Kind.EXTENSION, "x-a"),
        ]

    def test_annotations_that_everybody_knows(self) -> None:
        schema = {
            "$schema": URI_OF_DRAFT[Draft.D2020],
            "$comment": "",
            "title": "",
            "description": "",
            "default": 1,
            "examples": [1],
            "example": 1,
            "readOnly": True,
            "writeOnly": True,
            "deprecated": True,
            "$defs": {},
            "definitions": {},
            "$id": "https://example.com/a",
            "$anchor": "b",
        }
        assert told(schema) == []

    @pytest.mark.parametrize(
        ("draft", "keyword", "value", "note"),
        [
            (Draft.D4, "const", 1, "known from draft-06 on: use enum with one value, or declare that draft in $schema"),
            (Draft.D4, "contains", {}, "known from draft-06 on: declare that draft in $schema"),
            (Draft.D4, "$id", "a", "known from draft-06 on: use id, or declare that draft in $schema"),
            (Draft.D6, "if", {}, "known from draft-07 on: use anyOf and not, or declare that draft in $schema"),
            (Draft.D7, "id", "a", "known up to draft-04: use $id"),
            (
                Draft.D7,
                "prefixItems",
                [{}],
                "known from 2020-12 on: use items with a list, or declare that draft in $schema",
            ),
            (
                Draft.D7,
                "dependentRequired",
                {},
                "known from 2019-09 on: use dependencies, or declare that draft in $schema",
            ),
            (Draft.D2019, "dependencies", {}, "known up to draft-07: use dependentRequired or dependentSchemas"),
            (Draft.D2020, "additionalItems", {}, "known up to 2019-09: use items beside prefixItems"),
            (Draft.D2020, "$recursiveRef", "#", "of 2019-09: use $dynamicRef"),
        ],
    )
    def test_other_drafts(self, draft: Draft, keyword: str, value: Any, note: str) -> None:
        (notice,) = told({keyword: value}, draft)
        assert (notice.kind, notice.name, notice.note) == (Kind.OTHER_DRAFT, keyword, note)

    @pytest.mark.parametrize("draft", [Draft.D4, Draft.D6, Draft.D7])
    def test_beside_a_reference(self, draft: Draft) -> None:
        schema = {
            "properties": {"a": {"$ref": "#/definitions/d", "maxLength": 3, "description": "", "x-a": 1, "default": 1}},
            "definitions": {"d": {}},
        }
        assert names(schema, draft) == [(Kind.BESIDE_REF, "maxLength"), (Kind.EXTENSION, "x-a")]
        assert told(schema, draft)[0].note == f"{draft.title} reads $ref alone: put both into allOf"

    def test_beside_a_reference_later(self) -> None:
        assert told({"$ref": "#/$defs/d", "maxLength": 3, "$defs": {"d": {}}}) == []

    @pytest.mark.parametrize(
        ("schema", "name", "draft"),
        [
            ({"if": {}}, "if", Draft.D2020),
            ({"then": {}}, "then", Draft.D7),
            ({"else": {}}, "else", Draft.D2020),
            ({"minContains": 2}, "minContains", Draft.D2020),
            ({"maxContains": 2}, "maxContains", Draft.D2019),
            ({"additionalItems": False}, "additionalItems", Draft.D7),
            ({"items": {}, "additionalItems": False}, "additionalItems", Draft.D2019),
            ({"type": "integer", "minLength": 3}, "minLength", Draft.D2020),
            ({"type": ["string", "null"], "maximum": 3}, "maximum", Draft.D2020),
            ({"type": "object", "minItems": 3}, "minItems", Draft.D2020),
            ({"type": "array", "required": ["a"]}, "required", Draft.D2020),
        ],
    )
    def test_without_effect(self, schema: Any, name: str, draft: Draft) -> None:
        assert names(schema, draft) == [(Kind.IDLE, name)]

    @pytest.mark.parametrize(
        ("schema", "draft"),
        [
            ({"if": {}, "then": {}}, Draft.D2020),
            ({"if": {"properties": {"a": {}}}, "unevaluatedProperties": False}, Draft.D2020),
            ({"contains": {}, "minContains": 0}, Draft.D2020),
            ({"items": [{}], "additionalItems": False}, Draft.D7),
            ({"type": "integer", "minimum": 3}, Draft.D2020),
            ({"type": "number", "multipleOf": 3}, Draft.D2020),
            ({"dependencies": {"a": ["b"]}}, Draft.D7),
            ({"$recursiveRef": "#/$defs/a", "$defs": {"a": {}}}, Draft.D2019),
        ],
    )
    def test_with_effect(self, schema: Any, draft: Draft) -> None:
        assert told(schema, draft) == []

    @pytest.mark.parametrize(
        ("keyword", "value", "draft", "note"),
        [
            ("contentEncoding", "base64", Draft.D7, None),
            ("contentEncoding", "base32", Draft.D7, "only base64 is asserted"),
            ("contentMediaType", "application/json", Draft.D6, None),
            ("contentMediaType", "image/png", Draft.D7, "only application/json is asserted"),
            ("contentEncoding", "base64", Draft.D2019, "an annotation from 2019-09 on: use pattern"),
            ("contentSchema", {}, Draft.D2020, "an annotation from 2019-09 on: use pattern"),
        ],
    )
    def test_content(self, keyword: str, value: Any, draft: Draft, note: str | None) -> None:
        found = told({"type": "string", keyword: value}, draft)
        assert [(each.kind, each.note) for each in found] == ([] if note is None else [(Kind.ANNOTATION, note)])


@pytest.mark.parametrize("field", ["kind", "name", "places", "note"])
def test_frozen(field: str) -> None:
    with pytest.raises(AttributeError):
        setattr(Notice(Kind.FORMAT, "a", ("#",)), field, "b")
