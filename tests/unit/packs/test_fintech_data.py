"""The tables of the fintech pack, and payments, merchants and loans that are of one piece."""

import re
from functools import cache
from typing import Any

from stdnum.us import rtn

import pytest_specmint as sm
from pytest_specmint.packs.registry import pack_named

PAYMENT = "schemas/fintech/payment_transaction.json"
LOAN = "schemas/fintech/loan_application.json"
AMOUNT = {"type": "number", "minimum": 0.01, "maximum": 100_000_000, "multipleOf": 0.01}


@cache
def rows(name: str) -> list[dict[str, str]]:
    table = pack_named("fintech").tables[name]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def of(name: str) -> dict[str, dict[str, str]]:
    return {next(iter(row.values())): row for row in rows(name)}


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties, "title": "Charge"}


def test_currencies() -> None:
    assert len(rows("currencies")) >= 70
    assert all(re.fullmatch("[A-Z]{3}", row["code"]) for row in rows("currencies"))
    without = {row["code"] for row in rows("currencies") if row["minor_units"] == "0"}
    assert without >= {"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"}
    assert {row["code"] for row in rows("currencies") if row["minor_units"] == "3"} == {
        *("BHD", "JOD", "KWD", "OMR", "TND")
    }


def test_merchants() -> None:
    assert len({row["mcc"] for row in rows("merchants")}) >= 80
    names: dict[str, str] = {}
    for row in rows("merchants"):
        assert re.fullmatch("[0-9]{4}", row["mcc"])
        assert names.setdefault(row["mcc"], row["category"]) == row["category"]
        assert 0 < float(row["amount_low"]) < float(row["amount_high"])


def test_bank_codes_are_of_no_country() -> None:
    assert [row["bic"] for row in rows("banks") if not re.fullmatch("[A-Z]{4}XX[0-9A-Z]{2}", row["bic"])] == []


def test_amounts_have_the_scale_and_the_places_of_their_currency() -> None:
    currencies = of("currencies")
    given = obj(amount=AMOUNT, currency={"type": "string"})
    amounts: dict[str, list[float]] = {}
    for record in sm.generate(given, seed=1, count=6000, domain="fintech"):
        amounts.setdefault(record["currency"], []).append(record["amount"])
        if currencies[record["currency"]]["minor_units"] == "0":
            assert record["amount"] == int(record["amount"])
    median = {code: sorted(each)[len(each) // 2] for code, each in amounts.items() if len(each) > 80}
    assert median.keys() >= {"USD", "EUR", "JPY"}
    assert 60 < median["JPY"] / median["USD"] < 400
    assert any(amount != int(amount) for amount in amounts["USD"])


def test_amounts_without_a_currency_have_no_scale() -> None:
    plain = [record["amount"] for record in sm.generate(obj(amount=AMOUNT), seed=1, count=300)]
    for given in (obj(amount=AMOUNT), obj(amount=AMOUNT, currency={"const": "USD"})):
        made = [record["amount"] for record in sm.generate(given, seed=1, count=300, domain="fintech")]
        same = sum(one == other for one, other in zip(plain, made, strict=True))
        assert same > 240  # multiples that validators differ on are drawn again in other ways


def test_the_currency_of_the_record_is_that_of_its_lists_and_parts() -> None:
    entry = obj(amount=AMOUNT)
    given = obj(currency={"enum": ["JPY", "KRW"]}, fee=obj(amount=AMOUNT), entries={"type": "array", "items": entry})
    for record in sm.generate(given, seed=1, count=300, domain="fintech"):
        amounts = [record["fee"]["amount"], *(each["amount"] for each in record["entries"])]
        assert all(amount == int(amount) for amount in amounts)


def test_merchants_of_one_piece_and_what_is_paid_there() -> None:
    merchant = obj(
        name={"type": "string"}, mcc={"type": "string", "pattern": "^[0-9]{4}$"}, category={"type": "string"}
    )
    known = {row["name"]: row for row in rows("merchants")}
    made = list(sm.generate(obj(merchant=merchant, amount=AMOUNT), seed=1, count=500, domain="fintech"))
    for record in made:
        row = known[record["merchant"]["name"]]
        assert (record["merchant"]["mcc"], record["merchant"]["category"]) == (row["mcc"], row["category"])
        assert float(row["amount_low"]) <= record["amount"] <= float(row["amount_high"])
    assert len({record["merchant"]["name"] for record in made}) > 100


def test_merchants_of_a_list_have_rows_of_their_own() -> None:
    sale = obj(merchant=obj(name={"type": "string"}, mcc={"type": "string"}), amount=AMOUNT)
    given = obj(sales={"type": "array", "items": sale, "minItems": 3})
    known = {row["name"]: row for row in rows("merchants")}
    records = list(sm.generate(given, seed=1, count=100, domain="fintech"))
    assert any(len({sale["merchant"]["name"] for sale in record["sales"]}) > 1 for record in records)
    for sale in (sale for record in records for sale in record["sales"]):
        row = known[sale["merchant"]["name"]]
        assert sale["merchant"]["mcc"] == row["mcc"]
        assert float(row["amount_low"]) <= sale["amount"] <= float(row["amount_high"])


def test_payments_are_of_one_piece() -> None:
    known: dict[tuple[str, str], tuple[float, float]] = {}
    types: dict[str, set[str]] = {}
    for row in rows("payments"):
        known[row["receiver"], row["purpose"]] = float(row["amount_low"]), float(row["amount_high"])
        types.setdefault(row["purpose"], set()).add(row["type"])
    for record in sm.generate(PAYMENT, seed=4, count=1000):
        purpose = re.sub(r", .*", "", record["description"]) if "description" in record else None
        if purpose is not None:
            assert (
                record.get("transaction_type", *types[purpose]) in types[purpose] if len(types[purpose]) == 1 else True
            )
            low, high = known[record["receiver"]["name"], purpose]
            scale = 2 if record["currency"] in {"CAD", "AUD"} else 1  # 4/3 and 3/2
            assert 0.75 * low <= record["amount"] <= high * scale
        for side in ("sender", "receiver"):
            assert rtn.is_valid(record[side]["routing_number"])  # right in form, in ranges never assigned


def test_loans_are_of_one_piece() -> None:
    terms: dict[str, set[str]] = {}
    for row in rows("loans"):
        terms.setdefault(row["product"], set()).add(row["term_months"])
    secured = {"auto": "vehicle", "mortgage": "house", "home_equity": "house", "student": "none"}
    for record in sm.generate(LOAN, seed=4, count=600):
        assert str(record["term_months"]) in terms[record["product"]]
        if "collateral" in record and record["product"] in secured:
            assert record["collateral"]["kind"] == secured[record["product"]]
        if record.get("collateral", {}).get("kind", "none") != "none":
            assert record["collateral"]["value"] >= record["amount"]
        kinds = [each["kind"] for each in record.get("documents", ())]
        assert len(set(kinds)) == min(len(kinds), 5)
