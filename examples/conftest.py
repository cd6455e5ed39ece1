"""Fixtures of the shop's tests."""

import pytest_specmint

# Two fixtures, `customers` and `orders`; order i is that of customer i.
pytest_specmint.register("schemas/customer.json", name="customers", count=10, seed=1)
pytest_specmint.register(
    "schemas/order.json", name="orders", scope="module", count=10, seed=2, sources={"/customer": "customers"}
)


def pytest_specmint_resolve_schema(config, node, schema):
    """Short names for schemas: `shop:order` is schemas/order.json."""
    if isinstance(schema, str) and schema.startswith("shop:"):
        return f"schemas/{schema.removeprefix('shop:')}.json"
    return None


def pytest_specmint_golden_updated(config, node, path):
    """Say which goldens a run has written."""
    print(f"golden written: {path.relative_to(config.rootpath).as_posix()}")
