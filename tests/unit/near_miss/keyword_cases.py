"""Small schemas, each with the keyword that near misses must break, where it stands, and the drafts that have it."""

from typing import Any, NamedTuple

URIS = {
    4: "http://json-schema.org/draft-04/schema#",
    6: "http://json-schema.org/draft-06/schema#",
    7: "http://json-schema.org/draft-07/schema#",
    2019: "https://json-schema.org/draft/2019-09/schema",
    2020: "https://json-schema.org/draft/2020-12/schema",
}
ALL = (4, 6, 7, 2019, 2020)
SINCE_6 = (6, 7, 2019, 2020)
SINCE_7 = (7, 2019, 2020)
SINCE_2019 = (2019, 2020)
UNTIL_7 = (4, 6, 7)
UNTIL_2019 = (4, 6, 7, 2019)


class Case(NamedTuple):
    """A schema, and what must be broken in it."""

    schema: dict[str, Any]
    pointer: str
    drafts: tuple[int, ...] = ALL
    keyword: str | None = None

    @property
    def expected(self) -> str:
        return self.keyword or self.pointer.rpartition("/")[2]


def field(schema: Any, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": schema}, "required": ["a"], **more}


def texts(**limits: Any) -> dict[str, Any]:
    return field({"type": "string", **limits})


A = "#/properties/a/"
STRING, INTEGER = {"type": "string"}, {"type": "integer"}
LIST = {"type": "array", "items": INTEGER, "minItems": 2, "maxItems": 5}

CASES = [
    Case({"type": "string"}, "#/type"),
    Case({"type": ["integer", "null"]}, "#/type"),
    Case({"type": "number", "minimum": 3}, "#/type"),
    Case({"type": "object", "required": ["x"], "properties": {"x": STRING}}, "#/type"),
    Case(field({"type": "boolean"}), A + "type"),
    Case(field({"type": "null"}), A + "type"),
    Case(field({"type": "array", "items": STRING, "minItems": 1}), A + "items/type"),
    Case(field({"enum": ["red", "green"]}), A + "enum"),
    Case(field({"enum": [1, 2, 3], "type": "integer"}), A + "enum"),
    Case(field({"enum": [None, True, [1], {"x": 1}]}), A + "enum"),
    Case(field({"type": "string", "enum": ["AB", "CD"], "pattern": "^[A-Z]{2}$"}), A + "enum"),
    Case(field({"const": "fixed", "type": "string"}), A + "const", SINCE_6),
    Case(field({"const": {"x": [1, 2]}}), A + "const", SINCE_6),
    Case(field({"type": "integer", "minimum": 3}), A + "minimum"),
    Case(field({"type": "number", "minimum": 0.01, "multipleOf": 0.01}), A + "minimum"),
    Case(field({"type": "integer", "maximum": 10, "multipleOf": 5}), A + "maximum"),
    Case(field({"type": "number", "maximum": 1e308}), A + "maximum"),
    Case(field({"type": "integer", "exclusiveMinimum": 3}), A + "exclusiveMinimum", SINCE_6),
    Case(field({"type": "number", "exclusiveMaximum": 2.5}), A + "exclusiveMaximum", SINCE_6),
    Case(field({"type": "integer", "minimum": 3, "exclusiveMinimum": True}), A + "exclusiveMinimum", (4,)),
    Case(field({"type": "number", "maximum": 3, "exclusiveMaximum": True}), A + "exclusiveMaximum", (4,)),
    Case(field({"type": "number", "multipleOf": 0.01}), A + "multipleOf"),
    Case(field({"type": "integer", "multipleOf": 3, "minimum": 0, "maximum": 30}), A + "multipleOf"),
    Case(texts(minLength=3, maxLength=9), A + "minLength"),
    Case(texts(minLength=3, pattern="^[a-z]+$"), A + "minLength"),
    Case(texts(minLength=3, maxLength=9), A + "maxLength"),
    Case(texts(maxLength=5, pattern="^[A-Z]+[0-9]$"), A + "maxLength"),
    Case(texts(maxLength=40, format="email"), A + "maxLength"),
    Case(texts(pattern="^[A-Z]{3}-[0-9]{4}$"), A + "pattern"),
    Case(texts(pattern="[0-9]$", minLength=2), A + "pattern"),
    Case(texts(pattern="^(?!x)[a-z]{2,6}$"), A + "pattern"),
    Case(texts(format="date"), A + "format", SINCE_7),
    Case(texts(format="time"), A + "format", SINCE_7),
    Case(texts(format="date-time"), A + "format"),
    Case(texts(format="duration"), A + "format", SINCE_2019),
    Case(texts(format="email"), A + "format"),
    Case(texts(format="idn-email"), A + "format", SINCE_7),
    Case(texts(format="hostname"), A + "format"),
    Case(texts(format="ipv4"), A + "format"),
    Case(texts(format="ipv6"), A + "format"),
    Case(texts(format="uri"), A + "format"),
    Case(texts(format="uri-reference"), A + "format", SINCE_6),
    Case(texts(format="uri-template"), A + "format", SINCE_6),
    Case(texts(format="uuid"), A + "format", SINCE_2019),
    Case(texts(format="json-pointer"), A + "format", SINCE_6),
    Case(texts(format="relative-json-pointer"), A + "format", SINCE_7),
    Case(texts(format="regex"), A + "format"),
    Case(field(INTEGER), "#/required"),
    Case({"type": "object", "properties": {"b": field(INTEGER)}}, "#/properties/b/required"),
    Case({"type": "object", "minProperties": 2, "additionalProperties": INTEGER}, "#/minProperties"),
    Case({"type": "object", "maxProperties": 3, "additionalProperties": INTEGER}, "#/maxProperties"),
    Case(field(INTEGER, maxProperties=1), "#/maxProperties"),
    Case(field(INTEGER, additionalProperties=False), "#/additionalProperties"),
    Case({"type": "object", "additionalProperties": {"type": "integer"}}, "#/additionalProperties/type"),
    Case({"type": "object", "patternProperties": {"^x-": INTEGER}}, "#/patternProperties/^x-/type"),
    Case(
        {"type": "object", "patternProperties": {"^x-": False}},
        "#/patternProperties/^x-",
        SINCE_6,
        "patternProperties",
    ),
    Case({"type": "object", "properties": {"a": False, "b": STRING}}, "#/properties/a", SINCE_6, "properties"),
    Case(
        {"type": "object", "propertyNames": {"maxLength": 4}, "additionalProperties": INTEGER},
        "#/propertyNames/maxLength",
        SINCE_6,
    ),
    Case(
        {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z]+$"},
            "additionalProperties": STRING,
            "minProperties": 1,
        },
        "#/propertyNames/pattern",
        SINCE_6,
    ),
    Case({"type": "object", "propertyNames": False}, "#/propertyNames", SINCE_6),
    Case(field(INTEGER, dependentRequired={"a": ["b"]}), "#/dependentRequired", SINCE_2019),
    Case(
        {"type": "object", "properties": {"a": INTEGER, "b": STRING}, "dependencies": {"a": ["b"]}},
        "#/dependencies",
        UNTIL_7,
    ),
    Case(
        field(INTEGER, dependencies={"a": {"required": ["b"], "properties": {"b": STRING}}}),
        "#/dependencies/a/required",
        UNTIL_7,
    ),
    Case(field(INTEGER, dependentSchemas={"a": {"required": ["b"]}}), "#/dependentSchemas/a/required", SINCE_2019),
    Case(
        {"type": "object", "properties": {"b": STRING}, "dependentSchemas": {"a": False}},
        "#/dependentSchemas/a",
        SINCE_2019,
        "dependentSchemas",
    ),
    Case(field(INTEGER, unevaluatedProperties=False), "#/unevaluatedProperties", SINCE_2019),
    Case(
        {"type": "object", "allOf": [{"properties": {"b": STRING}}], "unevaluatedProperties": False},
        "#/unevaluatedProperties",
        SINCE_2019,
    ),
    Case({"type": "object", "unevaluatedProperties": INTEGER}, "#/unevaluatedProperties", SINCE_2019),
    Case(field(LIST), A + "minItems"),
    Case(field(LIST), A + "maxItems"),
    Case(field({**LIST, "uniqueItems": True}), A + "maxItems"),
    Case(field({**LIST, "uniqueItems": True}), A + "uniqueItems"),
    Case({"type": "array", "uniqueItems": True, "items": STRING}, "#/uniqueItems"),
    Case({"type": "array", "prefixItems": [STRING, INTEGER], "minItems": 1}, "#/prefixItems/0/type", (2020,)),
    Case({"type": "array", "prefixItems": [STRING], "items": False}, "#/items", (2020,)),
    Case({"type": "array", "prefixItems": [STRING, False]}, "#/prefixItems/1", (2020,), "prefixItems"),
    Case({"type": "array", "items": [STRING, INTEGER], "minItems": 2}, "#/items/1/type", UNTIL_2019),
    Case({"type": "array", "items": [STRING], "additionalItems": False}, "#/additionalItems", UNTIL_2019),
    Case(
        {"type": "array", "items": [STRING], "additionalItems": INTEGER, "minItems": 2},
        "#/additionalItems/type",
        UNTIL_2019,
    ),
    Case({"type": "array", "items": False}, "#/items", SINCE_6),
    Case({"type": "array", "items": INTEGER, "contains": {"const": 7}}, "#/contains", SINCE_6),
    Case({"type": "array", "contains": {"type": "integer", "minimum": 10}}, "#/contains", SINCE_6),
    Case(
        {"type": "array", "items": INTEGER, "contains": {"minimum": 5}, "minContains": 2}, "#/minContains", SINCE_2019
    ),
    Case(
        {"type": "array", "items": INTEGER, "contains": {"minimum": 5}, "maxContains": 2}, "#/maxContains", SINCE_2019
    ),
    Case({"type": "array", "contains": INTEGER, "minContains": 0, "maxContains": 1}, "#/maxContains", SINCE_2019),
    Case({"type": "array", "prefixItems": [STRING], "unevaluatedItems": False}, "#/unevaluatedItems", (2020,)),
    Case({"type": "array", "items": [STRING], "unevaluatedItems": False}, "#/unevaluatedItems", (2019,)),
    Case({"type": "array", "unevaluatedItems": INTEGER}, "#/unevaluatedItems", SINCE_2019),
    Case(field({"type": "string", "not": {"enum": ["no", "never"]}}), A + "not"),
    Case({"type": "object", "properties": {"a": STRING, "b": STRING}, "not": {"required": ["a", "b"]}}, "#/not"),
    Case(field({"not": {"type": "string"}}), A + "not"),
    Case(field({"anyOf": [{"type": "string", "maxLength": 3}, INTEGER]}), A + "anyOf"),
    Case(field(STRING, anyOf=[{"required": ["b"]}, {"required": ["c"]}]), "#/anyOf"),
    Case(field({"oneOf": [STRING, INTEGER]}), A + "oneOf"),
    Case(field(STRING, oneOf=[{"required": ["b"]}, {"required": ["c"]}]), "#/oneOf"),
    Case(field({"type": "integer", "oneOf": [{"multipleOf": 3}, {"multipleOf": 5}]}), A + "oneOf"),
    Case({"allOf": [{"type": "object"}, {"required": ["x"]}]}, "#/allOf/1/required"),
    Case(
        {"if": {"type": "string"}, "then": {"maxLength": 3}, "type": ["string", "integer"]}, "#/then/maxLength", SINCE_7
    ),
    Case({"if": {"type": "string"}, "else": {"minimum": 3}, "type": ["string", "integer"]}, "#/else/minimum", SINCE_7),
    Case({"if": {"required": ["b"]}, "then": False, "type": "object"}, "#/then", SINCE_7),
    Case({"if": {"required": ["b"]}, "else": False, "type": "object"}, "#/else", SINCE_7),
    Case(
        {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"enum": ["a", "b"]}},
            "if": {"properties": {"kind": {"const": "a"}}},
            "then": {"required": ["part"], "properties": {"part": STRING}},
        },
        "#/then/required",
        SINCE_7,
    ),
    Case(
        {"type": "array", "items": {"$ref": "#/definitions/x~1y"}, "definitions": {"x/y": INTEGER}, "minItems": 1},
        "#/definitions/x~1y/type",
    ),
    Case(
        {
            "$ref": "#/definitions/tree",
            "definitions": {
                "tree": {
                    "type": "object",
                    "required": ["value"],
                    "properties": {
                        "value": {"type": "integer", "minimum": 1},
                        "below": {"type": "array", "items": {"$ref": "#/definitions/tree"}, "maxItems": 2},
                    },
                }
            },
        },
        "#/definitions/tree/properties/value/minimum",
    ),
    Case(
        {
            "$id": "https://example.com/tree",
            "$dynamicAnchor": "node",
            "type": "object",
            "properties": {"value": INTEGER, "below": {"type": "array", "items": {"$dynamicRef": "#node"}}},
        },
        "#/properties/value/type",
        (2020,),
    ),
    Case(
        {
            "$recursiveAnchor": True,
            "type": "object",
            "properties": {"value": INTEGER, "below": {"type": "array", "items": {"$recursiveRef": "#"}}},
        },
        "#/properties/value/type",
        (2019,),
    ),
    Case(
        {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"$ref": "https://example.com/part#/$defs/short"}},
            "$defs": {
                "part": {"$id": "https://example.com/part", "$defs": {"short": {"type": "string", "maxLength": 4}}}
            },
        },
        "#/$defs/part/$defs/short/maxLength",
        SINCE_2019,
    ),
    Case(
        field({"$ref": "#short"}, **{"$defs": {"short": {"$anchor": "short", "type": "string", "maxLength": 4}}}),
        "#/$defs/short/maxLength",
        SINCE_2019,
    ),
]
