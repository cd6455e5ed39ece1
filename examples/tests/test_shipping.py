"""Several datasets of one test: markers of different names; those of one name are merged, the closest wins."""

import pytest
from shop import shipping


@pytest.mark.specmint(schema="shop:order", seed=3, count=30, name="orders")
@pytest.mark.specmint(schema="shop:customer", seed=3, name="customers")
class TestShipping:
    def test_is_free_or_has_one_of_two_prices(self, specmint_datasets):
        assert {shipping(order) for order in specmint_datasets["orders"]} <= {0, 490, 1_990}

    @pytest.mark.specmint(name="customers", count=4)
    def test_datasets_have_goldens_of_their_own(self, specmint_datasets, specmint_goldens):
        assert len(specmint_datasets["customers"]) == 4
        assert specmint_datasets["customers"] == specmint_goldens["customers"]
        assert [shipping(order) for order in specmint_datasets["orders"]] == specmint_goldens["orders"]
