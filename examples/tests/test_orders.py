"""Goldens: the data itself, what the shop makes of it, and a recipe for what is too large to be read."""

import pytest
from shop import invoice

pytestmark = pytest.mark.specmint(schema="schemas/order.json", seed=42, count=12)


def test_the_data_is_as_reviewed(specmint_dataset, specmint_golden):
    assert specmint_dataset == specmint_golden


def test_invoices_are_as_reviewed(specmint_dataset, specmint_golden):
    assert [invoice(order) for order in specmint_dataset] == specmint_golden


@pytest.mark.specmint(count=5_000, golden="recipe")
def test_a_large_dataset_is_the_same_on_every_machine(specmint_dataset, specmint_golden):
    assert specmint_dataset == specmint_golden


@pytest.mark.parametrize("country", ["AT", "US"])
def test_invoices_by_country(specmint_dataset, specmint_golden, country):
    orders = [order for order in specmint_dataset if order["customer"]["country"] == country]
    assert [invoice(order) for order in orders] == specmint_golden
