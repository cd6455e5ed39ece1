"""The tables of the healthcare pack: real billable codes, pairs that fit each other, claims that are of one piece."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.packs.registry import pack_named

CLAIM = "schemas/healthcare/claim_837p_slim.json"


def rows(name: str) -> list[dict[str, str]]:
    table = pack_named("healthcare").tables[name]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_diagnoses_are_billable() -> None:
    icd = pytest.importorskip("simple_icd_10_cm")
    codes = [row["code"] for row in rows("diagnoses")]
    assert len(codes) >= 300
    assert [code for code in codes if not icd.is_valid_item(code) or not icd.is_leaf(code)] == []


def test_procedures_are_neither_dental_nor_cpt() -> None:
    codes = [row["code"] for row in rows("procedures")]
    assert len(codes) >= 120
    assert [code for code in codes if not re.fullmatch(r"[ABCEGHJKLMPQRSTUV][0-9]{4}", code)] == []


def test_ranges_and_order() -> None:
    for name in ("diagnoses", "procedures", "places_of_service"):
        assert all(one["code"] < then["code"] for one, then in pairwise(rows(name)))
    for row in (*rows("procedures"), *rows("encounters")):
        assert 0 < int(row["charge_low"]) <= int(row["charge_high"])
        assert int(row["units_max"]) >= 1


def test_encounters_are_made_of_the_other_tables() -> None:
    diagnoses = {row["code"]: row for row in rows("diagnoses")}
    procedures, places = {row["code"] for row in rows("procedures")}, {row["code"] for row in rows("places_of_service")}
    for row in rows("encounters"):
        assert diagnoses[row["diagnosis"]]["specialty"] == row["specialty"]
        assert row["procedure"] in procedures
        assert row["pos"] in places


def specialties(claims: Any) -> Iterator[set[str]]:
    """The specialties that could have all diagnoses and procedures of a claim."""
    of: dict[str, set[str]] = {}
    for row in rows("encounters"):
        of.setdefault(row["diagnosis"], set()).add(row["specialty"])
        of.setdefault(row["procedure"], set()).add(row["specialty"])
    for claim in claims:
        codes = [*claim["diagnosis_codes"], *(line["procedure"] for line in claim["service_lines"])]
        yield set.intersection(*(of.get(code, set()) for code in codes))


def test_claims_are_of_one_specialty_and_charges_fit_their_procedures() -> None:
    claims = list(sm.generate(CLAIM, seed=3, count=200, domain="healthcare"))
    assert all(specialties(claims))
    bounds = {row["procedure"]: (1e9, 0.0) for row in rows("encounters")}
    for row in rows("encounters"):
        low, high = bounds[row["procedure"]]
        bounds[row["procedure"]] = min(low, float(row["charge_low"])), max(high, float(row["charge_high"]))
    for claim in claims:
        for line in claim["service_lines"]:
            low, high = bounds[line["procedure"]]
            assert low <= line["charge"] <= high
