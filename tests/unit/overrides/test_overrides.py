"""Overrides, from what is written to what is demanded of the schema."""

from collections.abc import Callable
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.api import parse_day
from pytest_specmint.errors import UnsatisfiableSchema, UsageError
from pytest_specmint.job import Job, Mode
from pytest_specmint.overrides.compose import composed
from pytest_specmint.overrides.constrain import constrained
from pytest_specmint.overrides.places import Unknown, Way, ways
from pytest_specmint.overrides.read import Override, each_of, read_overrides
from pytest_specmint.schema.load import load_schema

ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "amount", "customer"],
    "properties": {
        "id": {"type": "string", "pattern": "^[A-Z]{4}$"},
        "amount": {"type": "integer", "minimum": 0, "maximum": 999},
        "customer": {"$ref": "#/$defs/customer"},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["sku"],
                "properties": {"sku": {"type": "string"}, "n": {"type": "integer"}},
            },
        },
        "pair": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "boolean"}], "items": False},
        "tags": {"type": "object", "additionalProperties": {"type": "string"}},
        "open": {"type": "object"},
        "note": {"type": "string"},
    },
    "$defs": {
        "customer": {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string"}, "vip": {"type": "boolean"}},
        }
    },
    "patternProperties": {"^x-": {"type": "integer"}},
}
PAYMENT: dict[str, Any] = {
    "type": "object",
    "required": ["method"],
    "properties": {
        "method": {"enum": ["card", "bank"]},
        "card": {"type": "string", "minLength": 4},
        "iban": {"type": "string", "minLength": 8},
    },
    "allOf": [
        {
            "if": {"properties": {"method": {"const": "card"}}},
            "then": {"required": ["card"], "properties": {"iban": False}},
        },
        {
            "if": {"properties": {"method": {"const": "bank"}}},
            "then": {"required": ["iban"], "properties": {"card": False}},
        },
    ],
}


def job(schema: Any, count: int = 5, seed: int = 1, **options: Any) -> Job:
    return Job(load_schema(schema, **options), seed, count, 0, parse_day(None), mode=Mode.USUAL)


def made(schema: Any, by_pointer: Any = None, count: int = 5, validate: bool = True, **by_name: Any) -> list[Any]:
    return list(composed(job(schema, count), read_overrides(by_pointer, by_name), validate=validate))


# ---------------------------------------------------------------- reading


def test_pointers_and_names_are_one() -> None:
    assert read_overrides({"/a/b": 1}, {"c__0__d": 2}) == (
        Override("/a/b", ("a", "b"), 1),
        Override("/c/0/d", ("c", "0", "d"), 2),
    )


def test_escapes() -> None:
    (one,) = read_overrides({"/a~1b/~0": 1}, {})
    assert one.tokens == ("a/b", "~")


@pytest.mark.parametrize("pointer", ["a/b", "a__b", "a.b", 3])
def test_what_is_no_pointer(pointer: Any) -> None:
    with pytest.raises(UsageError, match="is not a JSON pointer") as caught:
        read_overrides({pointer: 1}, {})
    assert "/" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("pointers", "names", "words"),
    [
        ({"/a": 1}, {"a": 2}, "are the same path"),
        ({"/a": 1, "/a/b": 2}, {}, "override /a and override /a/b overlap"),
        ({"": 1, "/b": 2}, {}, r"\(whole\) and override /b overlap"),
    ],
)
def test_overlaps(pointers: Any, names: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_overrides(pointers, names)


def test_names_that_merely_begin_alike_do_not_overlap() -> None:
    assert len(read_overrides({"/a": 1, "/a-b": 2, "/a!": 3, "/ab": 4}, {})) == 4
    with pytest.raises(UsageError, match="overlap"):
        read_overrides({"/a": 1, "/a!": 3, "/a/b": 2}, {})


def test_each_of() -> None:
    assert list(each_of(str(i) for i in range(2))) == ["0", "1"]
    assert repr(each_of([1])) == "each_of([1])"
    assert sm.each_of is each_of


# ---------------------------------------------------------------- places


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("amount", [Way.PROPERTY]),
        ("customer/name", [Way.PROPERTY, Way.PROPERTY]),
        ("lines/3/sku", [Way.PROPERTY, Way.ITEM, Way.PROPERTY]),
        ("pair/1", [Way.PROPERTY, Way.ITEM]),
        ("tags/any", [Way.PROPERTY, Way.PROPERTY]),
        ("tags/0", [Way.PROPERTY, Way.PROPERTY]),
        ("open/any/thing", [Way.PROPERTY, Way.PROPERTY, Way.PROPERTY]),
        ("x-rate", [Way.PROPERTY]),
    ],
)
def test_known(path: str, found: list[Way]) -> None:
    assert ways(load_schema(ORDER), path.split("/")) == tuple(found)


@pytest.mark.parametrize(
    ("path", "above", "near"),
    [
        ("amout", "", ("/amount",)),
        ("customer/nmae", "/customer", ("/customer/name",)),
        ("lines/0/skuu", "/lines/0", ("/lines/0/sku",)),
        ("zzz", "", ()),
    ],
)
def test_unknown_with_the_nearest(path: str, above: str, near: tuple[str, ...]) -> None:
    assert ways(load_schema(ORDER), path.split("/")) == Unknown(above, near)


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"properties": {"a": True}}, {"properties": {"b": True}}]},
        {"if": True, "then": {"properties": {"b": True}}, "properties": {"a": True}},
        {"dependentSchemas": {"a": {"properties": {"b": True}}}, "properties": {"a": True}},
        {"properties": {"a": True}, "additionalProperties": True},
        {"$ref": "#/$defs/r", "$defs": {"r": {"properties": {"b": {"$ref": "#"}}}}},
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "dependencies": {"a": {"properties": {"b": {}}}, "c": ["a"]},
            "properties": {"a": {}},
        },
        True,
        {},
    ],
)
def test_every_way_to_describe_a_property_counts(schema: Any) -> None:
    assert ways(load_schema(schema), ["b"]) == (Way.PROPERTY,)


def test_items_of_older_drafts() -> None:
    old = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "items": [{"type": "integer"}],
        "additionalItems": {"properties": {"a": {}}},
    }
    assert ways(load_schema(old), ["1", "a"]) == (Way.ITEM, Way.PROPERTY)


# ---------------------------------------------------------------- constants


def test_a_constant_stands_in_every_record_and_others_keep_their_values() -> None:
    before = list(sm.generate(ORDER, seed=1, count=20))
    after = made(ORDER, count=20, customer__name="Ada", amount=7)
    assert [{**one, "amount": 7, "customer": {**one["customer"], "name": "Ada"}} for one in before] == after


def test_what_is_optional_comes_into_being() -> None:
    records = made(ORDER, {"/lines/1/n": 3}, count=30)
    assert all(len(one["lines"]) >= 2 and one["lines"][1]["n"] == 3 and "sku" in one["lines"][0] for one in records)
    assert sm.validate(ORDER, records)


def test_branches_follow() -> None:
    for record in made(PAYMENT, count=30, method="bank"):
        assert "iban" in record and "card" not in record


def test_several_in_one_object_and_one_array() -> None:
    records = made(ORDER, {"/pair/0": 4, "/pair/1": True, "/customer/vip": False}, count=10)
    assert all(one["pair"] == [4, True] and one["customer"]["vip"] is False for one in records)


def test_values_may_be_containers_and_the_whole_record() -> None:
    assert made(ORDER, {"/lines": []}, count=2)[0]["lines"] == []
    assert made({"type": "integer"}, {"": 5}, count=2) == [5, 5]
    assert made(True, {"/a/b": 1}, count=1) == [{"a": {"b": 1}}]


@pytest.mark.parametrize(
    "draft",
    [
        "http://json-schema.org/draft-04/schema#",
        "http://json-schema.org/draft-06/schema#",
        "http://json-schema.org/draft-07/schema#",
        "https://json-schema.org/draft/2019-09/schema",
    ],
)
def test_every_draft(draft: str) -> None:
    schema = {
        "$schema": draft,
        "type": "object",
        "properties": {"a": {"type": "array", "items": {"type": "integer"}}, "b": {"$ref": "#/definitions/b"}},
        "definitions": {"b": {"type": "string"}},
    }
    records = made(schema, {"/a/1": 5, "/b": "x"}, count=5)
    assert all(one["a"][1] == 5 and one["b"] == "x" for one in records)
    assert [one["b"] for one in made(schema, {"/b": each_of("pqr")}, count=3)] == ["p", "q", "r"]


def test_identifiers_files_and_pointers(schema_file: Callable[..., str]) -> None:
    schema_file({"$id": "https://example.com/name.json", "type": "string", "minLength": 3}, "name.json")
    path = schema_file(
        {
            "$id": "https://example.com/all.json",
            "$defs": {
                "a": {
                    "$id": "https://example.com/a.json",
                    "type": "object",
                    "properties": {"n": {"$ref": "name.json"}},
                    "required": ["n"],
                }
            },
            "$ref": "a.json",
        },
        "all.json",
    )
    root = str(load_schema(path).source).removesuffix("/all.json")
    for source in (path, f"{path}#/$defs/a"):
        loaded = load_schema(source, schema_root=root)
        records = list(composed(Job(loaded, 1, 3, 0, parse_day(None)), read_overrides({}, {"n": "Ada"})))
        assert records == [{"n": "Ada"}] * 3


def test_openapi_and_views(schemas: Any) -> None:
    loaded = load_schema(f"{schemas}/openapi/shop.yaml#/components/schemas/Order", view="request")
    name = min(next(iter(sm.generate(loaded, count=1))))
    value = next(iter(sm.generate(loaded, count=1, seed=9)))[name]
    records = list(composed(Job(loaded, 1, 3, 0, parse_day(None)), read_overrides({f"/{name}": value}, {})))
    assert [one[name] for one in records] == [value] * 3


def test_the_order_of_overrides_does_not_matter_and_the_values_do() -> None:
    schema = load_schema(ORDER)
    one = constrained(schema, read_overrides({"/amount": 1, "/note": "x"}, {}))
    other = constrained(schema, read_overrides({"/note": "x", "/amount": 1}, {}))
    assert one == other
    assert one != constrained(schema, read_overrides({"/note": "x", "/amount": 2}, {}))
    assert constrained(schema, []) is schema


def test_edge_records_with_overrides() -> None:
    edge = Job(load_schema(ORDER), 1, 30, 0, parse_day(None), mode=Mode.EDGE)
    records = list(composed(edge, read_overrides({}, {"amount": 5})))
    assert {one["amount"] for one in records} == {5}
    assert sm.validate(ORDER, records)


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"amount": -5}, ["override /amount=-5 contradicts the schema", "-5"]),
        ({"amount": "many", "note": "fine"}, ["override /amount='many' contradicts"]),
        ({"pair__2": 1}, ["override /pair/2=1 contradicts"]),
        ({"id": "abc"}, ["override /id='abc' contradicts"]),
    ],
)
def test_contradictions_name_the_override(overrides: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(UnsatisfiableSchema) as caught:
        made(ORDER, **overrides)
    assert all(word in str(caught.value) for word in words)
    assert "specmint overrides" not in str(caught.value)
    assert "validate=False" in str(caught.value.hint)


def test_overrides_that_contradict_each_other() -> None:
    with pytest.raises(UnsatisfiableSchema) as caught:
        made(PAYMENT, method="card", iban="DE000000")
    assert "/iban='DE000000', override /method='card' contradict the schema" in str(caught.value)


def test_a_schema_without_records_is_not_the_overrides_fault() -> None:
    with pytest.raises(UnsatisfiableSchema) as caught:
        made({"properties": {"a": True}, "type": "object", "minProperties": 3, "maxProperties": 2}, a=1)
    assert "override" not in str(caught.value)


def test_unknown_paths_name_the_nearest() -> None:
    with pytest.raises(
        UsageError, match="override /customer/nmae: the schema has no such property below /customer"
    ) as caught:
        made(ORDER, customer__nmae="Ada")
    assert caught.value.hint == "did you mean /customer/name?"
    with pytest.raises(UsageError, match="override /zzz: the schema has no such property at all"):
        made(ORDER, zzz=1)


@pytest.mark.parametrize("value", [object(), {1, 2}, float("nan"), b"x"])
def test_values_that_are_not_json(value: Any) -> None:
    with pytest.raises(UsageError, match=r"override /note=.* is not JSON"):
        made(ORDER, note=value)


def test_items_that_are_too_far() -> None:
    with pytest.raises(UsageError, match="item 100000 is too far"):
        made(ORDER, {"/lines/100000/sku": "x"})


# ---------------------------------------------------------------- a value per record


def test_record_i_gets_the_ith() -> None:
    customers = sm.generate({"$ref": "#/$defs/customer", "$defs": ORDER["$defs"]}, seed=3, count=5)
    records = made(ORDER, customer=customers, note=each_of("abcde"))
    assert [one["customer"] for one in records] == list(customers)
    assert [one["note"] for one in records] == list("abcde")
    assert sm.validate(ORDER, records)


def test_a_list_is_one_value() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "array"}}}
    assert made(schema, a=[1, 2], count=2) == [{"a": [1, 2]}] * 2


def test_where_a_value_decides_others_the_record_follows() -> None:
    records = made(PAYMENT, method=each_of(["card", "bank"] * 5), count=10)
    assert [one["method"] for one in records] == ["card", "bank"] * 5
    assert sm.validate(PAYMENT, records)


def test_constants_and_sources_together() -> None:
    records = made(ORDER, {"/customer/name": each_of("ABCDE"), "/customer/vip": True})
    assert [one["customer"] for one in records] == [{"name": name, "vip": True} for name in "ABCDE"]


def test_more_values_than_records_are_left() -> None:
    assert [one["note"] for one in made(ORDER, note=each_of("abc"), count=2)] == ["a", "b"]


def test_a_source_that_is_too_short() -> None:
    with pytest.raises(UsageError, match="override /note has 2 values for 5 records") as caught:
        made(ORDER, note=each_of("ab"))
    assert "count=5" in str(caught.value.hint)


def test_a_value_that_fits_no_record_names_record_and_override() -> None:
    with pytest.raises(UnsatisfiableSchema, match="record 1: override /amount=-1 contradicts the schema"):
        made(ORDER, amount=each_of([5, -1, 7, 8, 9]))


def test_the_given_values_are_not_shared() -> None:
    value = {"name": "Ada"}
    records = made(ORDER, customer=each_of([value] * 5))
    records[0]["customer"]["name"] = "Eve"
    assert value == {"name": "Ada"} and records[1]["customer"] == {"name": "Ada"}


# ---------------------------------------------------------------- without validation


def test_invalid_records_where_they_are_asked_for() -> None:
    records = made(ORDER, {"/amount": -5, "/new/deep": 1, "/pair": each_of([[0]] * 5)}, validate=False)
    assert all(one["amount"] == -5 and one["new"] == {"deep": 1} and one["pair"] == [0] for one in records)
    assert list(records[0]) == sorted(records[0])


def test_items_are_put_in_or_added() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"const": [1, 2]}}}
    assert made(schema, {"/a/0": 9}, validate=False, count=1) == [{"a": [9, 2]}]
    assert made(schema, {"/a/2/b": 9}, validate=False, count=1) == [{"a": [1, 2, {"b": 9}]}]
    for token in ("3", "x"):
        with pytest.raises(UsageError, match=f"an array of 2 items has no '{token}' on the way"):
            made(schema, {f"/a/{token}": 9}, validate=False, count=1)


# ---------------------------------------------------------------- what comes of it


def test_it_is_a_dataset() -> None:
    dataset = composed(job(ORDER), read_overrides({}, {"amount": 7}))
    assert isinstance(dataset, sm.Dataset)
    assert len(dataset) == 5 and dataset[-1] == list(dataset)[4]
    assert list(dataset[1:3]) == list(dataset)[1:3] and dataset[::2] == [dataset[0], dataset[2], dataset[4]]
    assert dataset.jsonl.count(b"\n") == 5 and dataset == list(dataset) and dataset[1:3][0] == dataset[1]
    assert dataset.command(2).endswith("--index 2 --as-of 2025-01-01  # before override /amount")


def test_records_are_given_anew() -> None:
    dataset = composed(job(ORDER), read_overrides({}, {"amount": 7}))
    dataset[0]["amount"] = 8
    assert dataset[0]["amount"] == 7


def test_without_overrides_it_is_the_dataset_itself() -> None:
    assert composed(job(ORDER), []) == sm.generate(ORDER, seed=1, count=5)
