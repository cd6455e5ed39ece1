"""The three domains: a few thousand records of each shipped schema obey their rules, are in their tables, and are nobody's."""

import json
from collections import Counter
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.packs.registry import pack_named
from pytest_specmint.pipeline.blocks import recipe_of
from tests.unit.engine.goodness import fits

SCHEMAS = Path(__file__).parents[2] / "schemas"
DOMAINS = {
    "healthcare/claim_837p_slim": "healthcare",
    "healthcare/patient_encounter": "healthcare",
    "fintech/payment_transaction": "fintech",
    "fintech/loan_application": "fintech",
    "ecommerce/product_catalog": "ecommerce",
    "ecommerce/customer_order": "ecommerce",
}
MANY = 4000


def path(name: str) -> str:
    return str(SCHEMAS / f"{name}.json")


@cache
def records(name: str) -> list[Any]:
    return list(sm.generate(path(name), seed=2718, count=MANY))


def table(pack: str, name: str) -> list[dict[str, str]]:
    found = pack_named(pack).tables[name]
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def weights(rows: list[dict[str, str]], column: str, among: set[str] | None = None) -> dict[Any, float]:
    """How often each value of a column ought to come, of those that a schema lists."""
    found: Counter[str] = Counter()
    for row in rows:
        if among is None or row[column] in among:
            found[row[column]] += int(row["weight"])
    return dict(found)


@pytest.mark.parametrize("name", DOMAINS)
class TestEach:
    """What holds for every shipped schema of a domain."""

    def test_names_its_pack(self, name: str) -> None:
        assert json.loads(Path(path(name)).read_text(encoding="utf-8"))["x-domain"] == DOMAINS[name]

    def test_no_rule_is_broken_and_warnings_hold_at_their_rate(self, name: str) -> None:
        report = sm.validate(path(name), records(name))
        assert report.valid == MANY
        assert len(report.rules) >= 3
        for each in report.rules:
            if each.rule.severity == "error":
                assert each.failed == 0, each.rule.id
            elif each.rule.scope == "record":
                seen = each.held + each.failed
                chance = 3 * sqrt(each.rule.rate * (1 - each.rule.rate) / max(seen, 1))
                assert abs(each.held / seen - each.rule.rate) <= 0.02 + chance, each.rule.id

    def test_every_sentence_is_enforced(self, name: str) -> None:
        data = sm.generate(path(name), seed=1, count=3)
        said = json.loads(Path(path(name)).read_text(encoding="utf-8"))["x-cross-field-rules"]
        assert data.manifest["rules"]["unenforced_sentences"] == []
        assert len(said) >= 3

    def test_rules_are_built_in(self, name: str) -> None:
        """No record needs to be drawn again for a rule's sake, so most need not even be looked at."""
        data = sm.generate(path(name), seed=1, count=MANY)
        assert data.job.drawn_again() == ()
        assert recipe_of(data.job).proven

    def test_nothing_could_be_real(self, name: str) -> None:
        audit = sm.audit(records(name))
        assert audit.looked_at > MANY
        assert audit.could_be_real == 0


def test_claims_are_in_their_tables() -> None:
    encounters = table("healthcare", "encounters")
    places = {row["code"] for row in table("healthcare", "places_of_service")}
    pairs = {(row["pos"], row["procedure"]) for row in encounters}
    diagnoses = {row["code"] for row in table("healthcare", "diagnoses")}
    seen: Counter[str] = Counter()
    for claim in records("healthcare/claim_837p_slim"):
        assert claim["pos"] in places
        assert set(claim["diagnosis_codes"]) <= diagnoses
        assert all((claim["pos"], line["procedure"]) in pairs for line in claim["service_lines"])
        seen.update(claim["diagnosis_codes"])
    assert len(seen) > 330  # nearly all that the schema's pattern leaves


def test_places_of_service_come_by_their_weights() -> None:
    schema = json.loads(Path(path("healthcare/claim_837p_slim")).read_text(encoding="utf-8"))
    listed = set(schema["properties"]["pos"]["enum"])
    counts = Counter(claim["pos"] for claim in records("healthcare/claim_837p_slim"))
    # rows whose diagnosis the schema's pattern excludes do not count
    rows = [row for row in table("healthcare", "encounters") if row["diagnosis"][0] != "U"]
    rows = [row for row in rows if row["sex"] != "O" and row["procedure"][0] in "AEGJLQ"]
    assert fits(counts, weights(rows, "pos", listed))


@pytest.mark.parametrize(
    ("field", "name", "column"),
    [
        ("transaction_type", "payments", "type"),
        ("currency", "currencies", "code"),
        ("status", "payment_statuses", "status"),
    ],
)
def test_payments_come_by_their_weights(field: str, name: str, column: str) -> None:
    schema = json.loads(Path(path("fintech/payment_transaction")).read_text(encoding="utf-8"))
    listed = set(schema["properties"][field]["enum"])
    calm = [each for each in records("fintech/payment_transaction") if each.get("risk_score", 0) <= 80]
    listed -= {"WIRE_TRANSFER"}  # most of the large ones, which a rule tells apart
    counts = Counter(each[field] for each in calm if each.get(field) in listed)
    assert fits(counts, weights(table("fintech", name), column, listed))


def test_payments_are_rarely_held_up() -> None:
    small = [each for each in records("fintech/payment_transaction") if each["amount"] <= 10_000]
    asked = [each["requires_approval"] for each in small if "requires_approval" in each]
    assert 0.02 < sum(asked) / len(asked) < 0.04
    large = [each for each in records("fintech/payment_transaction") if each["amount"] > 10_000]
    assert 100 < len(large) < 400
    assert all(each["requires_approval"] is True for each in large)


def test_loans_come_about_as_often_as_their_weights_say() -> None:
    counts = Counter(each["product"] for each in records("fintech/loan_application"))
    wanted = weights(table("fintech", "loans"), "product")
    for product, weight in wanted.items():  # what secures a loan splits the records, which moves shares a little
        assert abs(counts[product] / MANY - weight / sum(wanted.values())) < 0.06


def test_stars_and_stock_rise_together() -> None:
    report = sm.validate(path("ecommerce/product_catalog"), records("ecommerce/product_catalog"))
    (rule,) = (each for each in report.rules if each.rule.id == "ratings-follow-turnover")
    assert rule.failed == 0


def test_orders_add_up_to_the_cent() -> None:
    for order in records("ecommerce/customer_order"):
        lines = sum(round(100 * line["unit_price"]) * line["quantity"] for line in order["items"])
        rebates = sum(round(100 * line.get("discount", 0)) for line in order["items"])
        totals = {name: round(100 * value) for name, value in order["totals"].items() if name != "currency"}
        assert totals["subtotal"] == lines - rebates
        assert totals["total"] == totals["subtotal"] + totals["tax"] + totals.get("shipping", 0)
