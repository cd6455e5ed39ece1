"""Data made inside tests: overrides are part of the schema, so every record is valid with them."""

import pytest
from shop import discount, shipping

import pytest_specmint


def test_no_discount_below_a_thousand(specmint_factory):
    order = specmint_factory.one("schemas/order.json", lines=[{"sku": "ABC-1234", "quantity": 2, "price": 50_000}])
    assert discount(order) == 0


def test_europe_ships_for_free(specmint_factory):
    orders = specmint_factory(
        "schemas/order.json", count=20, customer__country="AT", overrides={"/lines/0/price": 50_000}
    )
    assert {order["customer"]["country"] for order in orders} == {"AT"}
    assert {shipping(order) for order in orders} == {0}


def test_a_value_for_each_record(specmint_factory):
    states = ["placed", "paid", "shipped"]
    orders = specmint_factory.batch("schemas/order.json", 3, status=pytest_specmint.each_of(states))
    assert [order["status"] for order in orders] == states


def test_what_cannot_be_is_refused(specmint_factory):
    with pytest.raises(pytest_specmint.UnsatisfiableSchema, match="customer/country='XX' contradicts"):
        specmint_factory.one("schemas/order.json", customer__country="XX")


def test_orders_are_those_of_the_customers(orders, customers):
    assert [order["customer"] for order in orders] == list(customers)
