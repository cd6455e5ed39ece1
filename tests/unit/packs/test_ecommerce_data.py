"""The taxonomy of the ecommerce pack, and products, orders and reviews that are of one piece."""

from functools import cache
from typing import Any

import pytest_specmint as sm
from pytest_specmint.packs.registry import pack_named

PRODUCT = "schemas/ecommerce/product_catalog.json"
ORDER = "schemas/ecommerce/customer_order.json"
SIDES = ("length", "width", "height", "weight")


@cache
def rows(name: str) -> list[dict[str, str]]:
    table = pack_named("ecommerce").tables[name]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


@cache
def by_name() -> dict[str, list[dict[str, str]]]:
    """The rows that a product's name may be of."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows("products"):
        for name in {row["name"], row["listing"]}:
            found.setdefault(name, []).append(row)
    return found


def suits(row: dict[str, str], product: Any) -> bool:
    """Whether all that is known of a product is what a row says."""
    sizes = product.get("dimensions", {})
    return (
        product.get("category", {}).get("primary", row["category"]) == row["category"]
        and product.get("category", {}).get("secondary", row["subcategory"]) == row["subcategory"]
        and float(row["price_low"]) <= product["price"] <= float(row["price_high"])
        and product["sku"].startswith(row["prefix"])
        and sizes.get("unit", row["unit"]) == row["unit"]
        and all(
            float(row[f"{s}_low"]) <= sizes.get(s, float(row[f"{s}_low"])) <= float(row[f"{s}_high"]) for s in SIDES
        )
    )


def test_the_taxonomy_is_a_tree() -> None:
    assert len(rows("products")) >= 500
    parents: dict[str, str] = {}
    for row in rows("products"):
        assert parents.setdefault(f"{row['subcategory']}", row["category"]) == row["category"]
        assert parents.setdefault(f"{row['type']}, a type", row["subcategory"]) == row["subcategory"]
        for bound in ("price", "length", "width", "height", "weight"):
            assert 0 < float(row[f"{bound}_low"]) <= float(row[f"{bound}_high"])
    assert {row["category"] for row in rows("products")} >= {
        *("Electronics", "Clothing", "Home", "Sports", "Books", "Beauty")
    }


def test_products_are_of_one_piece() -> None:
    made = list(sm.generate(PRODUCT, seed=6, count=1500))
    assert [record for record in made if not any(suits(row, record) for row in by_name()[record["name"]])] == []
    assert len({record["name"] for record in made}) > 250
    for record in made:
        row = next(row for row in by_name()[record["name"]] if suits(row, record))
        words = {row["tag"], row["use"], row["occasion"]}
        words |= {row[name].lower() for name in ("type", "subcategory", "category")}
        brands = {each["brand"].lower() for each in by_name()[record["name"]]}
        tags = record["category"].get("tags", [])
        assert set(tags) <= words | brands
        assert len(set(tags)) == len(tags)


def test_stars_add_up_whatever_is_missing() -> None:
    partial = 0
    for record in sm.generate(PRODUCT, seed=6, count=3000):
        ratings = record.get("ratings", {})
        stars = ratings.get("distribution")
        if not stars:
            continue
        partial += len(stars) < 5
        count = sum(stars.values())
        assert ratings.get("count", count) == count
        if "average" in ratings and "count" in ratings and count:
            mean = sum(int(name[0]) * value for name, value in stars.items()) / count
            assert abs(ratings["average"] - mean) <= 0.00501
    assert partial > 100


def test_lines_of_an_order_are_different_products_of_one_piece() -> None:
    quantities: dict[int, int] = {}
    for record in sm.generate(ORDER, seed=6, count=800):
        names = [line["name"] for line in record["items"]]
        assert len(set(names)) == len(names)
        for line in record["items"]:
            product = {"price": line["unit_price"], "sku": line["sku"], "category": {}}
            product["category"] = {"primary": line["category"]} if "category" in line else {}
            assert any(suits(row, product) for row in by_name()[line["name"]])
            quantities[line["quantity"]] = quantities.get(line["quantity"], 0) + 1
    assert quantities[1] > sum(quantities.values()) / 2


def test_reviews_sound_as_they_rate() -> None:
    review = {"rating": {"type": "integer", "minimum": 1, "maximum": 5}, "title": {}, "text": {}}
    properties = {name: {"type": "string", **part} for name, part in review.items()}
    item = {"type": "object", "required": [*review], "properties": {**properties, "rating": review["rating"]}}
    given = {"type": "object", "required": ["reviews"], "properties": {"reviews": {"type": "array", "items": item}}}
    known = {row["text"]: row for row in rows("reviews")}
    seen: dict[int, int] = {}
    for record in sm.generate(given, seed=1, count=400, domain="ecommerce"):
        for each in record["reviews"]:
            row = known[each["text"]]
            assert (int(row["rating"]), row["title"]) == (each["rating"], each["title"])
            seen[each["rating"]] = seen.get(each["rating"], 0) + 1
    assert seen[5] > seen[4] > seen[3] > seen[2]


def test_what_a_schema_lists_narrows_the_products() -> None:
    given = {
        "type": "object",
        "title": "Product",
        "required": ["name", "category", "price"],
        "properties": {"name": {"type": "string"}, "category": {"const": "Garden"}, "price": {"type": "number"}},
    }
    for record in sm.generate(given, seed=1, count=100, domain="ecommerce"):
        assert {row["category"] for row in by_name()[record["name"]]} == {"Garden"}
