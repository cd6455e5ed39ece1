"""Links from outside of a schema, and the order in which datasets come."""

from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import SchemaError
from pytest_specmint.relations.links import Link, linked_pointer, steps_of, with_links
from pytest_specmint.relations.order import in_order
from pytest_specmint.relations.sites import refs_of
from pytest_specmint.schema.load import load_schema

ORDER = {
    "title": "Order",
    "type": "object",
    "required": ["id", "lines"],
    "properties": {
        "id": {"type": "integer"},
        "customer": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
        "lines": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}}},
        },
    },
    "x-rules": [{"id": "positive", "assert": "id >= 1"}],
}
PRODUCT = {
    "type": "object",
    "required": ["sku"],
    "properties": {"sku": {"type": "string", "pattern": "^P[0-9]{5}$", "x-unique": True}},
}


@pytest.mark.parametrize(
    ("path", "steps"),
    [("a", ["a"]), ("a.b", ["a", "b"]), ("a[].b", ["a", None, "b"]), ("a[]", ["a", None])],
)
def test_paths(path: str, steps: list[str | None]) -> None:
    assert steps_of(path) == steps


@pytest.mark.parametrize("path", ["", ".", "a..b", "[]", "a[0].b", "a[", "a.[]"])
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(SchemaError, match="is no path"):
        steps_of(path)


def test_a_link_is_a_reference() -> None:
    schema = with_links(
        load_schema(ORDER), (Link("lines[].sku", '"products#/sku"'), Link("customer.id", '"people#/id"'))
    )
    found = {linked_pointer(schema, site): ref.target for site, ref in refs_of(schema).items()}
    assert found == {"/lines/0/sku": "products#/sku", "/customer/id": "people#/id"}
    part = schema.at(schema.place)
    assert (part["title"], part["x-rules"]) == ("Order", ORDER["x-rules"])


def datasets(**links: Any) -> sm.Datasets:
    return sm.generate_datasets(
        {"orders": {"schema": ORDER, "count": 60, "links": links["links"]}, "products": {"schema": PRODUCT, "count": 8}}
    )


def test_links_join() -> None:
    made = datasets(links={"lines[].sku": "products#/sku"})
    skus = {each["sku"] for each in made["products"]}
    assert {line["sku"] for order in made["orders"] for line in order["lines"]} == skus
    assert all(order["id"] >= 1 for order in made["orders"])


def test_unknown_path() -> None:
    with pytest.raises(SchemaError) as caught:
        datasets(links={"lines[].skuu": "products#/sku"})
    assert "the link 'lines[].skuu' leads to nothing" in str(caught.value)
    assert "did you mean 'sku'?" in (caught.value.hint or "")


def test_a_link_that_does_not_fit() -> None:
    with pytest.raises(sm.UnsatisfiableSchema) as caught:
        datasets(links={"customer.id": "products"})
    assert "products does not fit" in str(caught.value)
    assert caught.value.pointer == "/customer/id"


def test_each_after_those_it_needs() -> None:
    needs = {"lines": {"orders": "#/o"}, "orders": {"customers": "#/c", "elsewhere": "#/e"}, "customers": {}}
    assert in_order(needs) == ["customers", "orders", "lines"]
    assert in_order({}) == []


@pytest.mark.parametrize(
    ("needs", "words", "place"),
    [
        (
            {"a": {"b": "#/x"}, "b": {"c": "#/y"}, "c": {"a": "#/z"}},
            "circle: a refers to b refers to c refers to a",
            "#/x",
        ),
        ({"a": {}, "b": {"a": "#/p", "c": "#/x"}, "c": {"b": "#/y"}}, "circle: b refers to c refers to b", "#/x"),
        ({"a": {"a": "#/x"}}, "a refers to itself", "#/x"),
    ],
)
def test_circles_are_named(needs: Any, words: str, place: str) -> None:
    with pytest.raises(SchemaError) as caught:
        in_order(needs)
    assert words in str(caught.value)
    assert caught.value.pointer == place
