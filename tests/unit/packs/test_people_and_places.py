"""Without any pack, a person's name, e-mail and user name belong together, and so do town, state, ZIP code and phone."""

from typing import Any

import pytest_specmint as sm
from pytest_specmint.packs.base_vocabulary import base_vocabulary

TEXT: dict[str, Any] = {"type": "string"}


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def test_people() -> None:
    document = obj(first_name=TEXT, last_name=TEXT, email={**TEXT, "format": "email"}, username=TEXT, middle_name=TEXT)
    for record in sm.generate(obj(customer=document, agent=document), seed=1, count=200):
        assert record["customer"]["last_name"] != record["agent"]["last_name"] or record["customer"] != record["agent"]
        for one in record.values():
            assert one["email"].startswith(one["first_name"].lower())
            assert one["username"].startswith(one["first_name"].lower())
            assert one["email"].endswith((".example", ".test", "example.com", "example.org", "example.net"))


def test_places() -> None:
    table = base_vocabulary().tables["places"]
    address = obj(
        street=TEXT, city=TEXT, state={**TEXT, "pattern": "^[A-Z]{2}$"}, zip={**TEXT, "pattern": "^[0-9]{5}$"}
    )
    rows = {row[0]: row for row in table.rows}
    for record in sm.generate(obj(name=TEXT, phone=TEXT, address=address), seed=1, count=200):
        where = record["address"]
        city, state, _, code, area, _ = rows[where["city"]]
        assert (where["city"], where["state"], where["zip"]) == (city, state, code)
        assert record["phone"].startswith(f"+1-{area}-555-01")


def test_every_place_is_invented_and_has_a_zip_code_that_is_not_in_use() -> None:
    table = base_vocabulary().tables["places"]
    assert len({row[3] for row in table.rows}) == len(table.rows) > 150
    assert all(row[3].startswith(("000", "003")) for row in table.rows)
    assert len({row[1] for row in table.rows}) == 50


def test_most_amounts_are_small() -> None:
    amount = {"type": "number", "minimum": 0.01, "maximum": 1_000_000, "multipleOf": 0.01}
    amounts = sorted(each["amount"] for each in sm.generate(obj(amount=amount), seed=1, count=4000))
    assert 70 < amounts[2000] < 140
    assert 0.01 < sum(each > 10_000 for each in amounts) / 4000 < 0.04
    prices = sorted(
        each["price"] for each in sm.generate(obj(price={"type": "number", "minimum": 0}), seed=1, count=4000)
    )
    assert 20 < prices[2000] < 45
