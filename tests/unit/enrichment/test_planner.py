"""Which values a model is asked for."""

from typing import Any

import pytest

from pytest_specmint import SchemaError, generate
from pytest_specmint.enrichment.model import LlmMode
from pytest_specmint.enrichment.planner import Planner
from pytest_specmint.enrichment.protection import Tied, linked_schema, tied_places
from pytest_specmint.schema.load import load_schema

MARKED = {"type": "string", "x-llm": True}


def planner(schema: Any, mode: LlmMode = LlmMode.FIELDS, given: frozenset[str] = frozenset()) -> Planner:
    job = generate(schema).job
    return Planner(linked_schema(job), mode, tied_places(job), job.settings().vocabulary, given)


def pointers(schema: Any, record: Any, mode: LlmMode = LlmMode.FIELDS) -> list[str]:
    return [each.pointer for each in planner(schema, mode).found(record) if not each.protected]


def test_marks_by_keyword_and_by_description() -> None:
    schema = {
        "properties": {
            "a": MARKED,
            "b": {"type": "string", "description": "llm: A street"},
            "c": {"type": "string", "description": "no mark"},
            "d": {"type": "string", "x-llm": False, "description": "llm: taken back"},
        }
    }
    assert pointers(schema, {"a": "x", "b": "x", "c": "x", "d": "x"}) == ["/a", "/b"]


def test_a_record_without_the_value_has_no_target() -> None:
    assert pointers({"properties": {"a": MARKED, "b": MARKED}}, {"b": "x", "z": 1}) == ["/b"]
    assert pointers({"properties": {"a": {"type": ["string", "null"], "x-llm": True}}}, {"a": None}) == []


def test_through_references_in_lists_and_maps() -> None:
    schema = {
        "$defs": {
            "name": {"type": "string", "x-llm": True},
            "person": {"properties": {"name": {"$ref": "#/$defs/name"}}},
        },
        "properties": {
            "people": {"type": "array", "items": {"$ref": "#/$defs/person"}},
            "pair": {
                "prefixItems": [{"type": "integer"}, {"$ref": "#/$defs/name"}],
                "items": {"$ref": "#/$defs/person"},
            },
            "by~id/": {"additionalProperties": {"$ref": "#/$defs/name"}, "properties": {"plain": {"type": "string"}}},
            "coded": {"patternProperties": {"^n_": {"$ref": "#/$defs/name"}}},
        },
    }
    record = {
        "people": [{"name": "a"}, {}, {"name": "b"}],
        "pair": [1, "x", {"name": "c"}],
        "by~id/": {"plain": "p", "k/1": "q"},
        "coded": {"n_1": "r", "m": "s"},
    }
    assert pointers(schema, record) == [
        "/people/0/name",
        "/people/2/name",
        "/pair/1",
        "/pair/2/name",
        "/by~0id~1/k~11",
        "/coded/n_1",
    ]


def test_of_branches_those_that_fit() -> None:
    card = {"properties": {"kind": {"const": "card"}, "holder": MARKED}, "required": ["kind"]}
    cash = {"properties": {"kind": {"const": "cash"}, "till": MARKED}, "required": ["kind"]}
    assert pointers({"oneOf": [card, cash]}, {"kind": "cash", "holder": "x", "till": "y"}) == ["/till"]
    when = {"if": {"required": ["a"]}, "then": {"properties": {"b": MARKED}}, "else": {"properties": {"c": MARKED}}}
    assert pointers(when, {"a": 1, "b": "x", "c": "y"}) == ["/b"]
    assert pointers(when, {"b": "x", "c": "y"}) == ["/c"]
    depends = {"dependentSchemas": {"a": {"properties": {"b": MARKED}}}}
    assert (pointers(depends, {"a": 1, "b": "x"}), pointers(depends, {"b": "x"})) == (["/b"], [])
    both = {"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"a": MARKED}}]}
    assert pointers(both, {"a": "x"}) == ["/a"]


def test_endless_schemas() -> None:
    tree = {"properties": {"label": MARKED, "left": {"$ref": "#"}, "right": {"$ref": "#"}}}
    record = {"label": "a", "left": {"label": "b", "right": {"label": "c"}}}
    assert pointers(tree, record) == ["/label", "/left/label", "/left/right/label"]


def test_a_marked_container_is_one_target() -> None:
    schema = {"properties": {"tags": {"type": "array", "items": MARKED, "x-llm": True, "description": "llm: tags"}}}
    assert pointers(schema, {"tags": ["a", "b"]}) == ["/tags"]


def test_drafts_before_2019() -> None:
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": {"n": MARKED},
        "properties": {"a": {"$ref": "#/definitions/n", "description": "llm: beside a reference"}},
        "items": [MARKED, {"type": "integer"}],
        "additionalItems": {"properties": {"z": MARKED}},
        "dependencies": {"p": {"properties": {"q": MARKED}}, "r": ["s"]},
    }
    assert pointers(schema, {"a": "x", "p": 1, "q": "y", "r": 1, "s": 2}) == ["/a", "/q"]
    assert pointers(schema, ["x", 1, {"z": "y"}]) == ["/0", "/2/z"]


@pytest.mark.parametrize("wrong", [{"x-llm": "yes"}, {"x-llm": 1}, {"x-llm-context": ["a"]}])
def test_a_mark_that_is_none(wrong: Any) -> None:
    with pytest.raises(SchemaError, match=r"x-llm.* must be") as caught:
        planner({"properties": {"a": {"type": "string", **wrong}}})
    assert caught.value.pointer == "#/properties/a"


def test_what_a_model_is_shown_of_a_target() -> None:
    schema = {
        "$defs": {"short": {"maxLength": 9, "title": "Short", "x-note": 1}},
        "properties": {
            "a": {"$ref": "#/$defs/short", "type": "string", "x-llm": True, "description": "llm: A  nick\nname"},
            "b": {"type": "string", "x-llm": True, "minLength": 300},
            "c": {"type": "array", "items": {"$ref": "#/$defs/short"}, "maxItems": 3, "x-llm": True},
            "n": {"type": ["null", "number", "string"], "x-llm": True, "minimum": 2},
            "d": {"anyOf": [{"type": "string", "maxLength": 4}, {"type": "integer"}], "x-llm": True},
        },
    }
    made = planner(schema)
    made.found({"a": "x", "b": "y", "c": ["z"], "d": "w", "n": 3})
    shown = {each.target.route: (each.target.schema, each.target.words) for each in made.targets}
    assert shown[("a",)] == ({"type": "string", "minLength": 1, "maxLength": 9}, "A nick name")
    assert shown[("b",)] == ({"type": "string", "minLength": 300, "maxLength": 300}, "")
    assert shown[("c",)] == ({"type": "array", "items": {"maxLength": 9, "title": "Short"}, "maxItems": 3}, "")
    assert shown[("n",)] == ({"type": "number", "minimum": 2}, "")
    assert shown[("d",)] == ({"type": "string", "minLength": 1, "maxLength": 4}, "")


# ---------------------------------------------------------------- whole records


RECORD = {
    "properties": {
        "order_id": {"type": "string"},
        "customerNumber": {"type": "string"},
        "note": {"type": "string"},
        "marked_id": {"type": "string", "x-llm": True},
        "status": {"enum": ["a", "b"]},
        "day": {"type": "string", "format": "date"},
        "code": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "amount": {"type": "number"},
        "weighted": {"type": "integer", "x-weights": {"1": 2}},
        "gift": {"type": "boolean"},
        "phone": {"type": "string"},
        "kept": {"type": "string", "x-llm": False},
        "group": {"x-llm": False, "properties": {"inner": {"type": "string"}}},
        "nothing": {"type": "null"},
        "lines": {"items": {"properties": {"title": {"type": "string"}, "sku": {"type": "string"}}}},
        "empty": {"type": "array"},
    }
}


def test_of_whole_records_mere_words_and_numbers() -> None:
    record = {
        "order_id": "1",
        "customerNumber": "2",
        "note": "n",
        "marked_id": "m",
        "status": "a",
        "day": "2024-01-01",
        "code": "ABC",
        "amount": 3.5,
        "weighted": 1,
        "gift": True,
        "phone": "555-0100",
        "kept": "k",
        "group": {"inner": "i"},
        "nothing": None,
        "lines": [{"title": "t", "sku": "s"}],
        "empty": [],
        "beyond": "the schema",
    }
    found = pointers(RECORD, record, LlmMode.RECORD)
    assert found == ["/note", "/marked_id", "/amount", "/gift", "/lines/0/title", "/beyond"]


RULED = {
    "required": ["net", "tax", "total", "start", "end", "note", "code"],
    "properties": {
        "net": {"type": "integer", "minimum": 1, "maximum": 9},
        "tax": {"type": "integer", "minimum": 1, "maximum": 9},
        "total": {"type": "integer", "x-llm": True},
        "start": {"type": "integer", "minimum": 0, "maximum": 99, "x-llm": True},
        "end": {"type": "integer", "minimum": 0, "maximum": 99},
        "note": {"type": "string", "x-llm": True},
        "code": {"type": "integer", "x-unique": True, "x-llm": True, "minimum": 0},
    },
    "x-rules": [{"id": "sum", "derive": {"total": "net + tax"}}, {"id": "order", "assert": "start <= end"}],
}


def test_what_rules_and_uniqueness_tie_is_protected() -> None:
    record = {"net": 1, "tax": 2, "total": 3, "start": 1, "end": 2, "note": "n", "code": 5}
    found = {each.pointer: each.protected for each in planner(RULED).found(record)}
    assert found == {
        "/total": "a rule or a series makes it",
        "/start": "",
        "/note": "",
        "/code": "x-unique ties it to other records",
    }
    whole = {each.pointer: each.protected for each in planner(RULED, LlmMode.RECORD).found(record)}
    assert [pointer for pointer, why in whole.items() if not why] == ["/start", "/note"]


def test_values_from_outside_are_protected() -> None:
    schema = {"properties": {"a": {"properties": {"b": MARKED, "c": MARKED}}}}
    found = planner(schema, given=frozenset(["/a/b"])).found({"a": {"b": "x", "c": "y"}})
    assert {each.pointer: each.protected for each in found} == {"/a/b": "it is given from outside", "/a/c": ""}


def test_constants_are_no_one_s_to_change() -> None:
    schema = {"properties": {"a": {"const": "x", "x-llm": True}}}
    assert [each.protected for each in planner(schema).found({"a": "x"})] == ["const decides it"]


def test_a_schema_without_marks_costs_no_walk() -> None:
    made = planner({"properties": {"a": {"type": "string"}}})
    assert not made.marks
    assert made.found({"a": "x"}) == []


@pytest.mark.parametrize("place", ["#/$defs/inner", "#"])
def test_schemas_below_a_pointer(place: str) -> None:
    document = {"$defs": {"inner": {"properties": {"a": MARKED}}}, "$ref": "#/$defs/inner"}
    schema = load_schema(document)
    from msgspec.structs import replace

    made = Planner(replace(schema, place=place), LlmMode.FIELDS, Tied(), generate(document).job.settings().vocabulary)
    assert [each.pointer for each in made.found({"a": "x"})] == ["/a"]


def test_what_belongs_to_other_records_is_theirs() -> None:
    person = {"type": "object", "required": ["name"], "properties": {"name": MARKED}}
    schema = {
        "$defs": {"person": person},
        "x-entities": {"people": {"schema": {"$ref": "#/$defs/person"}, "count": 9}},
        "type": "object",
        "required": ["who", "alias", "own", "key"],
        "properties": {
            "who": {"$ref": "#/$defs/person", "x-ref": "people"},
            "alias": {**MARKED, "x-ref": "people#/name"},
            "own": MARKED,
            "key": {
                "type": "object",
                "required": ["a", "b", "c"],
                "properties": {"a": MARKED, "b": MARKED, "c": MARKED},
                "x-unique": ["a", "b"],
            },
        },
    }
    record = {"who": {"name": "w"}, "alias": "x", "own": "y", "key": {"a": "1", "b": "2", "c": "3"}}
    for mode in (LlmMode.FIELDS, LlmMode.RECORD):
        found = {each.pointer: each.protected for each in planner(schema, mode).found(record)}
        assert found == {
            "/who/name": "x-ref takes it from another record",
            "/alias": "x-ref takes it from another record",
            "/own": "",
            "/key/a": "x-unique ties it to other records",
            "/key/b": "x-unique ties it to other records",
            "/key/c": "",
        }
