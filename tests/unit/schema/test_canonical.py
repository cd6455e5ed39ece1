"""What schemas open to, and why some of them open to nothing."""

from fractions import Fraction
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import UnsatisfiableSchema, UnsupportedSchema
from pytest_specmint.schema.canonical import Canonicaliser
from pytest_specmint.schema.load import load_schema
from pytest_specmint.schema.sets.arrays import Arrays
from pytest_specmint.schema.sets.goal import Term
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.objects import Objects
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.union import Literals, Set

F = Fraction
D4 = "http://json-schema.org/draft-04/schema#"


def opened(schema: Any) -> list[Set]:
    canonical = Canonicaliser(load_schema(schema))
    return [branch.set for branch in canonical.open((Term("#"),))]


INTEGER = Numbers(step=F(1))


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "null"}, [Literals((None,))]),
        ({"type": "boolean"}, [Literals((False, True))]),
        ({"type": "integer"}, [INTEGER]),
        ({"type": "number"}, [Numbers()]),
        ({"type": ["integer", "number"]}, [Numbers()]),
        ({"type": "string"}, [Strings()]),
        ({"type": ["string", "null"]}, [Strings(), Literals((None,))]),
        ({"enum": [1, "a", None]}, [Literals((1, "a", None))]),
        ({"enum": [1, 1.0, 2]}, [Literals((1, 2))]),
        ({"const": {"a": 1}}, [Literals(({"a": 1},))]),
        ({"type": "string", "enum": [1, "a", None]}, [Literals(("a",))]),
        ({"type": "integer", "enum": [1, 1.5, 2.0]}, [Literals((1, 2.0))]),
        ({"type": "integer", "minimum": 2}, [Numbers(lower=F(2), step=F(1))]),
        ({"type": "number", "exclusiveMaximum": 0.1}, [Numbers(upper=F(1, 10), upper_open=True)]),
        ({"type": "number", "multipleOf": 0.01}, [Numbers(step=F(1, 100))]),
        (
            {"$schema": D4, "type": "number", "minimum": 1, "exclusiveMinimum": True},
            [Numbers(lower=F(1), lower_open=True)],
        ),
        ({"type": "string", "minLength": 2, "maxLength": 5}, [Strings(2, 5)]),
        ({"type": "string", "pattern": "^a"}, [Strings(patterns=frozenset({"^a"}))]),
        ({"type": "string", "not": {"pattern": "^a"}}, [Strings(not_patterns=frozenset({"^a"}))]),
        ({"type": "string", "format": "date"}, [Strings(10, 10, formats=frozenset({"date"}))]),
        ({"type": "string", "format": "unheard-of"}, [Strings()]),
        ({"type": "string", "not": {"minLength": 4}}, [Strings(max_length=3)]),
        ({"type": "string", "not": {"const": "x"}}, [Strings(excluded=frozenset({"x"}))]),
        ({"type": "integer", "not": {"enum": [3]}}, [Numbers(step=F(1), excluded=frozenset({F(3)}))]),
        ({"type": "integer", "not": {"minimum": 3}}, [Numbers(upper=F(3), upper_open=True, step=F(1))]),
        ({"type": "number", "not": {"type": "integer"}}, [Numbers(not_steps=frozenset({F(1)}))]),
        ({"type": "integer", "not": {"multipleOf": 2}}, [Numbers(step=F(1), not_steps=frozenset({F(2)}))]),
        ({"not": {"type": ["string", "number", "array", "object"]}}, [Literals((None,)), Literals((False, True))]),
        (
            {"allOf": [{"type": "integer"}, {"minimum": 1}, {"maximum": 3}]},
            [Numbers(F(1), False, F(3), False, F(1))],
        ),
        ({"type": "string", "anyOf": [{"minLength": 3}, {"type": "integer"}]}, [Strings(min_length=3)]),
        ({"type": "string", "oneOf": [{"minLength": 3}, {"type": "integer"}]}, [Strings(min_length=3)]),
        ({"type": "boolean", "if": {"const": True}, "then": False}, [Literals((False,))]),
        (
            {"type": "array", "items": False},
            [Arrays(rest=(Term("specmint:true#", positive=False),), max_items=0)],
        ),
        ({"type": "array", "minItems": 1, "uniqueItems": True}, [Arrays(min_items=1, unique=True)]),
    ],
    ids=str,
)
def test_opens_to(schema: Any, expected: list[Set]) -> None:
    found = opened(schema)
    if expected and isinstance(expected[0], Arrays):
        found = [
            Arrays(each.prefix, each.rest, each.min_items, each.max_items, unique=each.unique)
            for each in found
            if isinstance(each, Arrays)
        ]
    assert found == expected


def test_everything_opens_to_every_kind() -> None:
    assert [type(each) for each in opened({})] == [Literals, Literals, Numbers, Strings, Arrays, Objects]


def test_objects_open_to_goals_by_name() -> None:
    (objects,) = opened({"type": "object", "properties": {"b": {"type": "null"}}, "required": ["b"]})
    assert isinstance(objects, Objects)
    assert objects.properties == {"b": (Term("#/properties/b"),)}
    assert objects.required == {"b"}
    assert objects.min_properties == 1


def test_implications_close_what_is_required() -> None:
    (objects,) = opened(
        {"type": "object", "required": ["a"], "dependentRequired": {"a": ["b"], "b": ["c"], "x": ["y"]}}
    )
    assert isinstance(objects, Objects)
    assert objects.required == {"a", "b", "c"}


def test_impossible_items_end_the_array() -> None:
    (arrays,) = opened({"type": "array", "prefixItems": [{}, {}, False], "items": {}})
    assert isinstance(arrays, Arrays)
    assert arrays.max_items == 2


def test_few_distinct_items_end_a_unique_array() -> None:
    (arrays,) = opened({"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True})
    assert isinstance(arrays, Arrays)
    assert arrays.max_items == 3


def test_discriminated_branches_stay_as_they_are() -> None:
    def branch(kind: str) -> dict[str, Any]:
        return {"type": "object", "required": ["kind"], "properties": {"kind": {"const": kind}}}

    assert len(opened({"oneOf": [branch("a"), branch("b"), branch("c")]})) == 3


def test_nullable_is_mostly_filled() -> None:
    canonical = Canonicaliser(load_schema({"type": ["string", "null"]}))
    weights = {type(branch.set): branch.weight for branch in canonical.open((Term("#"),))}
    assert weights[Literals] < weights[Strings] / 5


UNSATISFIABLE: dict[str, tuple[Any, str, str]] = {
    "false": (False, "the schema is false: no value can be valid", "#"),
    "bounds": ({"type": "number", "minimum": 5, "maximum": 3}, "minimum 5 exceeds maximum 3", "#"),
    "bounds-of-floats": (
        {"type": "number", "minimum": 0.5, "maximum": 0.25},
        "minimum 0.5 exceeds maximum 0.25",
        "#",
    ),
    "exclusive-bounds": (
        {"type": "number", "exclusiveMinimum": 3, "maximum": 3},
        "no number lies strictly beyond and up to 3",
        "#",
    ),
    "draft-4-exclusive": (
        {"$schema": D4, "type": "integer", "minimum": 3, "exclusiveMinimum": True, "maximum": 3},
        "no number lies strictly beyond and up to 3",
        "#",
    ),
    "multiple": (
        {"type": "integer", "multipleOf": 10, "minimum": 11, "maximum": 19},
        "no permitted multiple of 10 lies between 11 and 19",
        "#",
    ),
    "integer-between": (
        {"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2},
        "no permitted multiple of 1 lies between 1 and 2",
        "#",
    ),
    "number-format": (
        {"type": "integer", "format": "int32", "minimum": 2147483648},
        "minimum 2147483648 exceeds maximum 2147483647",
        "#",
    ),
    "enum-and-type": (
        {"type": "string", "enum": [1, 2]},
        "no value satisfies enum together with the rest of the schema",
        "#",
    ),
    "enum-and-pattern": (
        {"enum": ["a"], "pattern": "^b$"},
        "no value satisfies enum together with the rest of the schema",
        "#",
    ),
    "enum-all-excluded": (
        {"enum": ["a", "b"], "not": {"enum": ["b", "a"]}},
        "#/not denies every listed value",
        "#",
    ),
    "const-and-type": (
        {"type": "integer", "const": "x"},
        "no value satisfies const together with the rest of the schema",
        "#",
    ),
    "const-and-enum": (
        {"const": 1, "enum": [2, 3]},
        "no value satisfies const together with the rest of the schema",
        "#",
    ),
    "const-conflict": (
        {"allOf": [{"const": 1}, {"const": 2}]},
        "no value satisfies allOf together with the rest of the schema",
        "#",
    ),
    "pattern-and-length": (
        {"type": "string", "pattern": "^a{3}$", "maxLength": 2},
        "no string satisfies pattern '^a{3}$' with maxLength 2",
        "#",
    ),
    "pattern-and-minimal-length": (
        {"type": "string", "pattern": "^a{3}$", "minLength": 4},
        "no string satisfies pattern '^a{3}$' with minLength 4",
        "#",
    ),
    "pattern-and-pattern": (
        {"type": "string", "allOf": [{"pattern": "^a+$"}, {"pattern": "^b+$"}]},
        "no string satisfies pattern '^a+$' and '^b+$'",
        "#",
    ),
    "lengths": ({"type": "string", "minLength": 5, "maxLength": 2}, "minLength 5 exceeds maxLength 2", "#"),
    "nested": (
        {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"type": "string", "minLength": 5, "maxLength": 2}},
        },
        "minLength 5 exceeds maxLength 2",
        "#/properties/a",
    ),
    "nested-twice": (
        {
            "type": "object",
            "required": ["a"],
            "properties": {
                "a": {
                    "type": "object",
                    "required": ["b/c"],
                    "properties": {"b/c": {"type": "integer", "minimum": 2, "maximum": 1}},
                }
            },
        },
        "minimum 2 exceeds maximum 1",
        "#/properties/a/properties/b~1c",
    ),
    "behind-a-reference": (
        {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"$ref": "#/$defs/x"}},
            "$defs": {"x": {"type": "integer", "minimum": 2, "maximum": 1}},
        },
        "minimum 2 exceeds maximum 1",
        "#/$defs/x",
    ),
    "one-of-equal": (
        {"oneOf": [{"type": "string"}, {"type": "string"}]},
        "branches 0 and 1 of oneOf accept the same values",
        "#",
    ),
    "not-of-itself": (
        {
            "allOf": [{"$ref": "#/$defs/a"}, {"not": {"$ref": "#/$defs/a"}}],
            "$defs": {"a": {"type": "string"}},
        },
        "no value satisfies allOf together with the rest of the schema",
        "#",
    ),
    "not-type": (
        {"type": "string", "not": {"type": "string"}},
        "no value satisfies not together with the rest of the schema",
        "#",
    ),
    "not-both-booleans": (
        {"type": "boolean", "not": {"enum": [True, False]}},
        "no value satisfies not together with the rest of the schema",
        "#",
    ),
    "not-null": (
        {"type": "null", "not": {"const": None}},
        "no value satisfies not together with the rest of the schema",
        "#",
    ),
    "all-of-types": (
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        "no value satisfies allOf together with the rest of the schema",
        "#",
    ),
    "all-of-bounds": (
        {"type": "integer", "allOf": [{"minimum": 5}, {"maximum": 3}]},
        "minimum 5 exceeds maximum 3",
        "#",
    ),
    "any-of-none": (
        {"type": "string", "anyOf": [{"type": "integer"}, {"type": "null"}]},
        "no value satisfies anyOf together with the rest of the schema",
        "#",
    ),
    "reference-and-sibling": (
        {"$ref": "#/$defs/a", "type": "string", "$defs": {"a": {"type": "integer"}}},
        "no value satisfies $ref together with the rest of the schema",
        "#",
    ),
    "item-counts": ({"type": "array", "minItems": 3, "maxItems": 1}, "minItems 3 exceeds maxItems 1", "#"),
    "unique-items": (
        {"type": "array", "items": {"enum": [1, 2]}, "uniqueItems": True, "minItems": 3},
        "minItems 3 exceeds the 2 items that are possible",
        "#",
    ),
    "unique-booleans": (
        {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 3},
        "minItems 3 exceeds the 2 items that are possible",
        "#",
    ),
    "contains-and-items": (
        {"type": "array", "items": {"type": "string"}, "contains": {"type": "integer"}},
        "contains asks for an item that items forbids",
        "#",
    ),
    "contains-bounds": (
        {"type": "array", "contains": {"type": "integer"}, "minContains": 3, "maxContains": 1},
        "minContains 3 exceeds maxContains 1",
        "#",
    ),
    "property-counts": (
        {"type": "object", "minProperties": 3, "maxProperties": 1},
        "minProperties 3 exceeds maxProperties 1",
        "#",
    ),
    "too-few-names": (
        {"type": "object", "properties": {"a": {}}, "additionalProperties": False, "minProperties": 2},
        "minProperties 2 exceeds the number of properties that are possible",
        "#",
    ),
    "property-names": (
        {"type": "object", "propertyNames": {"pattern": "^x"}, "required": ["a"]},
        "property 'a' is required, but no value is allowed for it",
        "#",
    ),
    "conditional": (
        {"type": "integer", "if": {"minimum": 0}, "then": {"maximum": -1}, "else": False},
        "minimum 0 exceeds maximum -1",
        "#",
    ),
    "conditional-const": (
        {"const": 3, "if": {"type": "integer"}, "then": {"type": "string"}},
        "#/if denies every listed value",
        "#",
    ),
}


@pytest.mark.parametrize("name", UNSATISFIABLE)
def test_unsatisfiable_says_why_and_where(name: str) -> None:
    schema, words, pointer = UNSATISFIABLE[name]
    with pytest.raises(UnsatisfiableSchema) as caught:
        sm.generate(schema)
    assert caught.value.message == f"unsatisfiable: {words}"
    assert caught.value.pointer == pointer
    assert caught.value.hint


EMPTY: dict[str, Any] = {
    "required-and-false": {"type": "object", "required": ["a"], "properties": {"a": False}},
    "required-and-closed": {"type": "object", "required": ["a"], "additionalProperties": False},
    "required-and-pattern": {"type": "object", "required": ["ab"], "patternProperties": {"^a": False}},
    "required-and-unevaluated": {"type": "object", "required": ["b"], "unevaluatedProperties": False},
    "required-count": {"type": "object", "required": ["a", "b"], "maxProperties": 1},
    "dependent-on-forbidden": {
        "type": "object",
        "required": ["a"],
        "dependentRequired": {"a": ["b"]},
        "properties": {"b": False},
    },
    "dependent-schema": {
        "type": "object",
        "required": ["a"],
        "dependentSchemas": {"a": {"maxProperties": 0}},
    },
    "no-name": {"type": "object", "propertyNames": False, "minProperties": 1},
    "no-item": {"type": "array", "items": False, "minItems": 1},
    "second-item": {"type": "array", "prefixItems": [{"type": "string"}, False], "minItems": 2},
    "unevaluated-item": {"type": "array", "prefixItems": [{}], "unevaluatedItems": False, "minItems": 2},
    "one-of-everything": {"oneOf": [True, True]},
    "not-everything": {"not": {}},
    "item-impossible": {
        "type": "object",
        "required": ["x"],
        "properties": {"x": {"type": "array", "minItems": 1, "items": {"type": "integer", "minimum": 2, "maximum": 1}}},
    },
}


@pytest.mark.parametrize("name", EMPTY)
def test_unsatisfiable(name: str) -> None:
    with pytest.raises(UnsatisfiableSchema):
        sm.generate(EMPTY[name])


RECURSIVE: dict[str, Any] = {
    "required-self": {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}},
    "items-self": {"type": "array", "minItems": 1, "items": {"$ref": "#"}},
    "mutual": {
        "$ref": "#/$defs/a",
        "$defs": {
            "a": {"type": "object", "required": ["b"], "properties": {"b": {"$ref": "#/$defs/b"}}},
            "b": {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/$defs/a"}}},
        },
    },
    "map-of-itself": {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#"}},
}


@pytest.mark.parametrize("name", RECURSIVE)
def test_infinite_recursion_is_unsatisfiable(name: str) -> None:
    with pytest.raises(UnsatisfiableSchema, match="no finite value can be valid") as caught:
        sm.generate(RECURSIVE[name])
    assert caught.value.pointer == "#"
    assert "optional" in (caught.value.hint or "")


def test_a_format_that_a_pattern_contradicts_is_unsupported() -> None:
    with pytest.raises(UnsupportedSchema, match="no safe string is known that satisfies format 'date'"):
        sm.generate({"type": "string", "format": "date", "pattern": "^x"})


def test_an_optional_impossible_property_is_left_out() -> None:
    dataset = sm.generate({"type": "object", "properties": {"a": False, "b": {"type": "null"}}}, count=50)
    assert all("a" not in record for record in dataset)


def test_answers_do_not_depend_on_the_order_of_questions() -> None:
    schema = load_schema(
        {"type": "object", "properties": {"a": {"$ref": "#/properties/b"}, "b": {"items": {"$ref": "#"}}}}
    )
    places = ["#", "#/properties/a", "#/properties/b", "#/properties/b/items"]
    one, other = Canonicaliser(schema), Canonicaliser(schema)
    forward = {place: one.open((Term(place),)) for place in places}
    backward = {place: other.open((Term(place),)) for place in reversed(places)}
    assert forward == backward
