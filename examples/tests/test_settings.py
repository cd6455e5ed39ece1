"""Seeds and settings."""

import pytest


@pytest.mark.specmint(schema="schemas/customer.json")
def test_without_a_seed_it_follows_from_the_id(specmint_dataset, specmint_config):
    assert len(specmint_dataset) == specmint_config.count
    assert specmint_dataset.seed > 0


@pytest.mark.specmint(schema="schemas/customer.json", as_of="2026-03-31")
def test_no_customer_comes_from_the_future(specmint_dataset):
    assert all(customer.get("since", "") <= "2026-03-31" for customer in specmint_dataset)
