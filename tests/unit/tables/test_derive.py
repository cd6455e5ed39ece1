"""Which columns a schema asks for."""

from typing import Any

import pytest

from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.load import load_schema
from pytest_specmint.tables.derive import DEEPEST, MOST, out_of_reach, record_of
from pytest_specmint.tables.types import (
    FREE,
    Day,
    Decimal,
    Field,
    Flag,
    List,
    Moment,
    Real,
    Record,
    Text,
    Type,
    Whole,
)


def field(schema: Any, *, required: bool = True) -> Field:
    outer = {"type": "object", "properties": {"x": schema}, "required": ["x"] if required else []}
    (found,) = record_of(load_schema(outer)).fields
    return found


CENTS = {"type": "number", "minimum": 0, "maximum": 9999.99, "multipleOf": 0.01}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "boolean"}, Flag()),
        ({"type": "integer"}, Whole()),
        ({"type": "integer", "minimum": 1, "exclusiveMaximum": 10}, Whole(1, 9)),
        ({"type": "number", "multipleOf": 5, "minimum": 0, "maximum": 12}, Whole(0, 10)),
        ({"type": "number"}, Real()),
        ({"type": "number", "minimum": 0, "maximum": 2, "multipleOf": 0.25}, Real(whole=True)),
        (CENTS, Decimal(6, 2)),
        ({"type": "number", "minimum": 0, "multipleOf": 0.001}, Decimal(38, 3)),
        ({"type": "number", "multipleOf": 0.25}, Real()),
        ({"type": "string"}, Text()),
        ({"type": "string", "format": "date"}, Day()),
        ({"type": "string", "format": "date-time"}, Moment()),
        ({"type": "string", "format": "date-time", "minLength": 25}, Text()),
        ({"type": "string", "format": "date", "pattern": "^2"}, Text()),
        ({"type": "string", "format": "email"}, Text()),
        ({"enum": ["a", "b"]}, Text()),
        ({"enum": [3, 1, 2]}, Whole(1, 3)),
        ({"enum": [1, 2.5]}, Real(whole=True)),
        ({"enum": [1.0, 2.5, 7]}, FREE),
        ({"enum": [True, 1]}, FREE),
        ({"type": ["integer", "string"]}, FREE),
        ({"type": "null"}, FREE),
        ({}, FREE),
        ({"type": "object"}, FREE),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, FREE),
        ({"type": "array", "items": {"type": "boolean"}}, List(Flag())),
        ({"type": "array", "items": {"type": ["boolean", "null"]}}, List(Flag(), nullable=True)),
        ({"type": "array", "prefixItems": [{"const": 1}], "items": {"const": 5}}, List(Whole(1, 5))),
        ({"type": "array", "maxItems": 0}, List(FREE)),
    ],
)
def test_types(schema: Any, kind: Type) -> None:
    assert field(schema).type == kind


def test_what_may_be_absent_and_what_may_be_null() -> None:
    either = {"type": ["string", "null"]}
    always, maybe = field(either), field(either, required=False)
    assert (always.optional, always.nullable, always.empties, always.unclear) == (False, True, True, False)
    assert (maybe.optional, maybe.nullable, maybe.empties, maybe.unclear) == (True, True, True, True)
    assert not field({"type": "string"}).empties
    assert not field({}, required=False).unclear  # its text says null


def test_branches_become_one_object_with_all_their_properties() -> None:
    schema = {
        "oneOf": [
            {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "a"}, "n": {"type": "integer"}}},
            {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "b"}, "n": {"type": "string"}}},
        ]
    }
    record = record_of(load_schema(schema))
    assert [(each.name, each.type, each.optional) for each in record.fields] == [
        ("kind", Text(), False),
        ("n", FREE, True),
    ]


def test_names_come_in_the_order_of_their_code_points_whatever_the_schema_s() -> None:
    schemas = [
        {"type": "object", "properties": {each: {"type": "string"} for each in names}} for names in ("bac", "cab")
    ]
    first, second = (record_of(load_schema(each)) for each in schemas)
    assert [each.name for each in first.fields] == ["a", "b", "c"] == [each.name for each in second.fields]


def test_objects_are_open_where_the_engine_adds_properties() -> None:
    named = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert not record_of(load_schema(named)).open
    assert record_of(load_schema({**named, "patternProperties": {"^x": {"type": "integer"}}})).open
    assert record_of(load_schema({**named, "minProperties": 3})).open


def test_what_contains_its_like_is_json_from_there_on() -> None:
    schema = {
        "$ref": "#/$defs/node",
        "$defs": {
            "node": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}, "next": {"$ref": "#/$defs/node"}},
            }
        },
    }
    fields = {each.name: each for each in record_of(load_schema(schema)).fields}
    inner = fields["next"].type
    assert isinstance(inner, Record)
    assert {each.name: each.type for each in inner.fields}["next"] == FREE


def test_depth_and_number_of_columns_are_bounded() -> None:
    deep: Any = {"type": "string"}
    for _ in range(DEEPEST + 5):
        deep = {"type": "object", "required": ["x"], "properties": {"x": deep}}
    kind: Type = record_of(load_schema(deep))
    levels = 0
    while isinstance(kind, Record):
        kind, levels = kind.fields[0].type, levels + 1
    assert (kind, levels) == (FREE, DEEPEST)
    wide = {"type": "object", "properties": {f"p{i}": {"type": "string"} for i in range(MOST // 2)}}
    both = {"type": "object", "properties": {name: {**wide, "title": name} for name in ("a", "b", "c")}}
    kinds = [each.type == FREE for each in record_of(load_schema(both)).fields]
    assert kinds == [False, False, True]


@pytest.mark.parametrize("schema", [True, {"type": "array"}, {"properties": {"a": {}}}, {"type": ["object", "null"]}])
def test_records_that_need_not_be_objects_have_no_columns(schema: Any) -> None:
    with pytest.raises(SchemaError, match="columns are of objects") as caught:
        record_of(load_schema(schema))
    assert caught.value.pointer == "#"
    assert '"type": "object"' in (caught.value.hint or "")


def test_integers_beyond_64_bits_are_found_wherever_they_are() -> None:
    huge = {"type": "integer", "minimum": 0, "maximum": 2**64}
    schema = {
        "type": "object",
        "properties": {"list": {"type": "array", "items": {"type": "object", "properties": {"n": huge}}}},
    }
    (found,) = out_of_reach(record_of(load_schema(schema)))
    assert (found.name, found.place) == ("n", "#/properties/list/items/properties/n")


def test_unsigned_integers_are_within_reach_of_some() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 2**64 - 1}}}
    record = record_of(load_schema(schema))
    assert not list(out_of_reach(record))
    assert len(list(out_of_reach(record, unsigned=False))) == 1


def test_records_of_others_may_lack_anything_and_hold_more() -> None:
    schema = load_schema({"type": "object", "required": ["x"], "properties": {"x": CENTS}})
    record = record_of(schema, foreign=True)
    assert record.open
    assert record.fields[0].optional
    assert record.fields[0].type == Decimal(6, 2)


def test_the_column_of_the_rest_has_a_name_of_its_own() -> None:
    assert Record((Field("_rest", Text()), Field("__rest", Text())), open=True).rest == "___rest"
