"""Schemas joined with those that they refer to: what fits, what is taken over, what is refused."""

from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import SchemaError, UnsatisfiableSchema

CUSTOMER = {
    "type": "object",
    "required": ["id", "name", "tier", "address"],
    "properties": {
        "id": {"type": "string", "pattern": "^C[0-9]{6}$", "x-unique": True},
        "name": {"type": "string"},
        "tier": {"enum": ["GOLD", "BASIC"]},
        "visits": {"type": "integer", "minimum": 0, "maximum": 99},
        "address": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}},
    },
    "additionalProperties": False,
}


def orders(field: Any, *, count: int = 200, required: bool = True, **more: Any) -> sm.Dataset:
    schema = {"type": "object", "properties": {"customer": field}, "additionalProperties": False, **more}
    if required:
        schema["required"] = ["customer"]
    customers = sm.generate(CUSTOMER, count=30, seed=2)
    return sm.generate(schema, count=count, seed=1, related={"customers": customers})


def customers() -> list[Any]:
    return list(sm.generate(CUSTOMER, count=30, seed=2))


def test_a_key_joins() -> None:
    ids = {each["id"] for each in customers()}
    seen = {each["customer"] for each in orders({"type": "string", "x-ref": "customers#/id"})}
    assert seen <= ids
    assert len(seen) > 25


def test_the_whole_record() -> None:
    assert {each["id"]: each for each in customers()} == {
        each["customer"]["id"]: each["customer"] for each in orders({"x-ref": "customers"})
    }


def test_a_part_that_is_an_object() -> None:
    known = [each["address"] for each in customers()]
    assert all(each["customer"] in known for each in orders({"x-ref": "customers#/address"}))


def test_a_closed_object_takes_what_it_lists() -> None:
    closed = {"properties": {"id": True, "tier": True}, "additionalProperties": False, "x-ref": "customers"}
    known = [{"id": each["id"], "tier": each["tier"]} for each in customers()]
    assert all(each["customer"] in known for each in orders(closed))


def test_an_open_object_takes_all() -> None:
    opened = {"properties": {"id": True}, "x-ref": "customers"}
    assert all(each["customer"] in customers() for each in orders(opened))


def test_a_narrower_field_takes_those_that_fit() -> None:
    narrow = {"properties": {"tier": {"const": "GOLD"}}, "x-ref": "customers"}
    gold = [each for each in customers() if each["tier"] == "GOLD"]
    assert 0 < len(gold) < 30
    made = [each["customer"] for each in orders(narrow)]
    assert all(each in gold for each in made)
    assert len({each["id"] for each in made}) == len(gold)


def test_what_some_lack_is_left_out_where_it_may_be() -> None:
    lacking = {each["id"] for each in customers() if "visits" not in each}
    assert lacking
    schema = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"x-ref": "customers#/id"}, "visits": {"x-ref": "customers#/visits", "x-presence": 1}},
    }
    made = list(sm.generate(schema, count=300, related={"customers": sm.generate(CUSTOMER, count=30, seed=2)}))
    assert {each["id"] for each in made if "visits" not in each} == lacking


def test_what_some_lack_is_not_referred_to_where_it_must_be() -> None:
    schema = {
        "type": "object",
        "required": ["id", "visits"],
        "properties": {"id": {"x-ref": "customers#/id"}, "visits": {"x-ref": "customers#/visits"}},
    }
    lacking = {each["id"] for each in customers() if "visits" not in each}
    made = list(sm.generate(schema, count=300, related={"customers": sm.generate(CUSTOMER, count=30, seed=2)}))
    assert not {each["id"] for each in made} & lacking
    assert len({each["id"] for each in made}) == 30 - len(lacking)


def test_nobody_fits_none() -> None:
    never = {"properties": {"tier": {"const": "GOLD"}}, "x-ref": "customers"}
    only = {
        **CUSTOMER,
        "properties": {**CUSTOMER["properties"], "tier": {"enum": ["GOLD", "BASIC"], "x-weights": [0, 1]}},
    }  # type: ignore[dict-item]
    schema = {"type": "object", "required": ["customer"], "properties": {"customer": never}}
    made = sm.generate(schema, count=3, related={"customers": sm.generate(only, count=30)})
    with pytest.raises(sm.SamplingError, match="record 0 finds no record to refer to in customers"):
        list(made)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"type": "integer", "x-ref": "customers#/id"}, "customers#/id does not fit"),
        ({"type": "string", "pattern": "^X", "x-ref": "customers#/id"}, "customers#/id does not fit"),
        ({"type": "string", "x-ref": "customers"}, "customers does not fit"),
        (
            {"required": ["zip"], "properties": {"zip": True}, "additionalProperties": False, "x-ref": "customers"},
            "customers does not fit",
        ),
    ],
)
@pytest.mark.parametrize("required", [True, False])
def test_a_field_that_cannot_hold_it(field: Any, words: str, required: bool) -> None:
    with pytest.raises(UnsatisfiableSchema, match=words) as caught:
        orders(field, required=required)
    assert caught.value.pointer == "#/properties/customer"
    assert "customers" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("target", "words", "hint"),
    [
        ("custmers#/id", "there is no dataset 'custmers'", "did you mean 'customers'?"),
        ("customers#/nmae", "leads to nothing: there is no 'nmae'", "did you mean 'name'?"),
        ("customers#/address/ctiy", "there is no 'ctiy'", "did you mean 'city'?"),
        ("customers#/id/x", "there is no 'x'", "nothing with a name"),
    ],
)
def test_unknown_names(target: str, words: str, hint: str) -> None:
    with pytest.raises(SchemaError) as caught:
        orders({"x-ref": target})
    assert words in str(caught.value)
    assert "#/properties/customer/x-ref" in str(caught.value)
    assert hint in (caught.value.hint or "")


def test_without_any_related_dataset() -> None:
    with pytest.raises(SchemaError, match="there is no dataset 'customers'") as caught:
        sm.generate({"properties": {"customer": {"x-ref": "customers#/id"}}})
    assert "--related" in (caught.value.hint or "")


def test_draft_7_with_siblings_of_ref() -> None:
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": {"key": {"type": "string", "pattern": "^C"}},
        "type": "object",
        "required": ["customer"],
        "properties": {"customer": {"$ref": "#/definitions/key", "x-ref": "customers#/id"}},
    }
    seventh = {"$schema": "http://json-schema.org/draft-07/schema#", **CUSTOMER}
    known = sm.generate(seventh, count=30, seed=2)
    made = sm.generate(schema, count=100, related={"customers": known})
    assert {each["customer"] for each in made} <= {each["id"] for each in known}


def test_schemas_of_different_drafts() -> None:
    fourth = {"$schema": "http://json-schema.org/draft-04/schema#", **CUSTOMER}
    known = sm.generate(fourth, count=30, seed=2)
    schema = {
        "type": "object",
        "required": ["customer"],
        "properties": {"customer": {"type": "string", "maxLength": 7, "x-ref": "customers#/id"}},
    }
    made = sm.generate(schema, count=100, related={"customers": known})
    assert {each["customer"] for each in made} <= {each["id"] for each in known}


def test_null_where_nobody_is_meant() -> None:
    made = [
        each["customer"]
        for each in orders({"type": ["string", "null"], "x-ref": "customers#/id", "x-null-rate": 0.3}, count=3000)
    ]
    assert 0.27 < made.count(None) / len(made) < 0.33
    assert {each for each in made if each} <= {each["id"] for each in customers()}


def test_the_key_of_a_definition_is_unique_there_alone() -> None:
    schema = {
        "$defs": {
            "patient": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": {"type": "integer", "minimum": 1, "maximum": 50, "x-unique": True}},
            }
        },
        "x-entities": {"patients": {"schema": {"$ref": "#/$defs/patient"}, "count": 50}},
        "type": "object",
        "required": ["patient"],
        "properties": {"patient": {"$ref": "#/$defs/patient", "x-ref": "patients"}},
    }
    made = sm.generate(schema, count=500)
    assert {each["patient"]["id"] for each in made} == set(range(1, 51))


def test_registries_refer_to_registries() -> None:
    schema = {
        "x-entities": {
            "wards": {
                "schema": {
                    "type": "object",
                    "required": ["code"],
                    "properties": {"code": {"type": "string", "pattern": "^W[0-9]{4}$", "x-unique": True}},
                },
                "count": 4,
            },
            "patients": {
                "schema": {
                    "type": "object",
                    "required": ["id", "ward"],
                    "properties": {"id": {"type": "integer"}, "ward": {"x-ref": "wards#/code"}},
                },
                "count": 40,
            },
        },
        "type": "object",
        "required": ["patient", "ward"],
        "properties": {"patient": {"x-ref": "patients"}, "ward": {"x-ref": "wards#/code"}},
    }
    made = list(sm.generate(schema, count=300))
    assert {each["ward"] for each in made} == {each["patient"]["ward"] for each in made}
    assert len({each["ward"] for each in made}) == 4


def test_registries_in_a_circle() -> None:
    schema = {
        "x-entities": {
            "a": {"schema": {"type": "object", "properties": {"b": {"x-ref": "b#/a"}}}, "count": 4},
            "b": {"schema": {"type": "object", "properties": {"a": {"x-ref": "a#/b"}}}, "count": 4},
        },
        "properties": {"a": {"x-ref": "a"}},
    }
    with pytest.raises(SchemaError, match="in a circle: a refers to b refers to a"):
        sm.generate(schema)


def test_a_registry_and_a_related_dataset_of_one_name() -> None:
    schema = {"x-entities": {"customers": {"schema": {}, "count": 1}}, "properties": {"a": {"x-ref": "customers"}}}
    with pytest.raises(sm.UsageError, match="customers is related, and a registry"):
        sm.generate(schema, related={"customers": sm.generate(CUSTOMER)})


def test_only_whole_datasets_are_related() -> None:
    with pytest.raises(sm.UsageError, match="no whole dataset"):
        sm.generate({"properties": {"a": {"x-ref": "c#/id"}}}, related={"c": sm.generate(CUSTOMER, start=5)})


def test_names_on_the_way_are_escaped() -> None:
    strange = {"type": "object", "required": ["a/b~c"], "properties": {"a/b~c": {"type": "integer"}}}
    known = sm.generate(strange, count=5)
    schema = {"type": "object", "required": ["x"], "properties": {"x": {"x-ref": "s#/a~1b~0c"}}}
    assert {each["x"] for each in sm.generate(schema, count=50, related={"s": known})} <= {
        each["a/b~c"] for each in known
    }


def test_validate_and_inspect_do_without_the_dataset() -> None:
    schema = {"type": "object", "properties": {"customer": {"type": "string", "x-ref": "customers#/id"}}}
    assert sm.validate(schema, [{"customer": "C000001"}])
