"""A test per record: the failing one has an id of its own, and is made smaller before it is shown."""

import pytest
from shop import Refused, discount, take, total


@pytest.mark.specmint_each(schema="schemas/order.json", count=25)
def test_a_discount_never_exceeds_a_tenth(specmint_record):
    assert discount(specmint_record) * 10 <= total(specmint_record)


@pytest.mark.specmint_each(schema="schemas/order.json", count=40, mode="edge")
def test_the_shop_takes_every_valid_order(specmint_record):
    assert take(specmint_record) == specmint_record["number"]


@pytest.mark.specmint_each(schema="schemas/order.json", count=40, invalid=True)
def test_the_shop_refuses_orders_without_lines(specmint_record, specmint_violation):
    if (specmint_violation.keyword, specmint_violation.instance_pointer) != ("minItems", "/lines"):
        pytest.skip(f"breaks {specmint_violation.keyword} at {specmint_violation.instance_pointer or '/'}")
    with pytest.raises(Refused):
        take(specmint_record)
