"""The tables of the healthcare pack: real billable codes, pairs that fit each other, claims that are of one piece."""

import re
import warnings
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from stdnum.us import ein

import pytest_specmint as sm
from pytest_specmint.packs.registry import pack_named

CLAIM = "schemas/healthcare/claim_837p_slim.json"
ENCOUNTER = "schemas/healthcare/patient_encounter.json"
MANY = 2000


@pytest.fixture(scope="module")
def icd() -> Any:
    """The oracle on codes; it reads its data in an old way."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import simple_icd_10_cm

    return simple_icd_10_cm


@cache
def rows(name: str) -> list[dict[str, str]]:
    table = pack_named("healthcare").tables[name]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


@cache
def claims() -> list[Any]:
    return list(sm.generate(CLAIM, seed=3, count=MANY))


def test_diagnoses_are_billable(icd: Any) -> None:
    codes = [row["code"] for row in rows("diagnoses")]
    assert len(codes) >= 300
    assert [code for code in codes if not icd.is_valid_item(code) or not icd.is_leaf(code)] == []


def test_procedures_are_neither_dental_nor_cpt() -> None:
    codes = [row["code"] for row in rows("procedures")]
    assert len(codes) >= 190
    assert [code for code in codes if not re.fullmatch(r"[ABCEGHJKLMPQRSTUV][0-9]{4}", code)] == []


def test_places_are_those_of_the_national_list() -> None:
    codes = [row["code"] for row in rows("places_of_service")]
    assert len(codes) == 52
    assert all(re.fullmatch(r"[0-9]{2}", code) for code in codes)


def test_taxonomy_codes_have_the_form_and_are_nobodys() -> None:
    codes = [row["taxonomy"] for row in rows("specialties")]
    assert len(set(codes)) == len(codes)
    assert [code for code in codes if not re.fullmatch(r"299[A-Z][0-9]{5}X", code)] == []


def test_ranges_and_order() -> None:
    for name in ("diagnoses", "procedures", "places_of_service"):
        assert all(one["code"] < then["code"] for one, then in pairwise(rows(name)))
    for row in (*rows("procedures"), *rows("encounters")):
        assert 0 < int(row["charge_low"]) <= int(row["charge_high"])
    for row in rows("encounters"):
        assert 10 <= int(row["age_low"]) < int(row["age_high"]) <= 95
        assert 1 <= int(row["units"]) <= 20


def test_encounters_have_all_diagnoses_and_group_what_is_of_one_piece() -> None:
    assert {row["diagnosis"] for row in rows("encounters")} == {row["code"] for row in rows("diagnoses")}
    settings: dict[str, set[tuple[str, str]]] = {}
    for row in rows("encounters"):
        assert row["diagnosis_specialty"] == row["specialty"]
        settings.setdefault(row["setting"], set()).add((row["specialty"], row["pos"]))
    assert all(len(each) == 1 for each in settings.values())


def test_what_is_of_one_sex_is_not_given_to_the_other() -> None:
    men, women = re.compile("N40|C61|N52"), re.compile("O|Z34|Z30|N9[25]|N8[03]|N76|E28|D25|Z01.41|Z12.31|C50|N63")
    assert [row for row in rows("encounters") if men.match(row["diagnosis"]) and row["sex"] == "F"] == []
    assert [row for row in rows("encounters") if women.match(row["diagnosis"]) and row["sex"] == "M"] == []


def test_claims_are_of_one_setting() -> None:
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows("encounters"):
        found.setdefault(row["setting"], []).append(row)
    columns = {
        name: ({row["diagnosis"] for row in each}, {row["procedure"] for row in each}, each[0]["pos"])
        for name, each in found.items()
    }
    for claim in claims():
        codes, procedures = {*claim["diagnosis_codes"]}, {line["procedure"] for line in claim["service_lines"]}
        assert any(
            codes <= known and procedures <= given and claim["pos"] == pos for known, given, pos in columns.values()
        )


def test_the_first_line_is_for_the_first_diagnosis() -> None:
    pairs = {(row["diagnosis"], row["procedure"], row["pos"]) for row in rows("encounters")}
    for claim in claims():
        assert (claim["diagnosis_codes"][0], claim["service_lines"][0]["procedure"], claim["pos"]) in pairs


def test_lines_differ_and_cost_what_so_many_units_cost() -> None:
    units = {(row["procedure"], int(row["units"])): row for row in rows("encounters")}
    prices = {row["code"]: (float(row["charge_low"]), float(row["charge_high"])) for row in rows("procedures")}
    for claim in claims():
        procedures = [line["procedure"] for line in claim["service_lines"]]
        assert len(set(procedures)) == len(procedures)
        for line in claim["service_lines"]:
            assert (line["procedure"], line["units"]) in units
            low, high = prices[line["procedure"]]
            assert low * line["units"] <= line["charge"] <= high * line["units"]


def test_patients_providers_and_payers_fit_their_claims() -> None:
    filings = {row["name"]: (row["payer_id"], row["filing"]) for row in rows("health_plans")}
    modifiers = {row["code"]: row["modifier"] for row in rows("procedures")}
    for claim in claims():
        plan, filing = claim["payer"], filings[claim["payer"]["name"]]
        assert plan["payer_id"] == filing[0]
        assert plan.get("claim_filing", filing[1]) == filing[1]
        providers = [claim[name] for name in ("billing_provider", "rendering_provider") if name in claim]
        assert len({each["taxonomy"] for each in providers}) == 1
        assert not any(ein.is_valid(each["tax_id"]) for each in providers)  # of no office that issues
        child = claim["subscriber"]["relationship"] == "child"
        assert child == (int(claim["patient"]["dob"][:4]) >= 2007)
        for line in claim["service_lines"]:
            assert set(line.get("modifiers", ())) <= {modifiers[line["procedure"]]}


def test_names_suit_the_sex_beside_them() -> None:
    names = dict(pack_named("base").tables["given_names"].rows)
    sexes = {"F": "f", "M": "m"}
    for claim in claims():
        patient = claim["patient"]
        assert sexes.get(patient["sex"], names[patient["name"]["given"]]) == names[patient["name"]["given"]]
    clinicians = {
        names[claim["rendering_provider"]["name"].split()[0]] for claim in claims() if "rendering_provider" in claim
    }
    assert clinicians == {"f", "m"}


def test_encounters_read_like_encounters() -> None:
    names = {row["code"]: row["description"] for row in rows("diagnoses")}
    medicines = {row["name"]: row for row in rows("medications")}
    spelled = {row["british"]: row["department"] for row in rows("specialties")}
    for record in sm.generate(ENCOUNTER, seed=5, count=500):
        codes = [each["code"] for each in record["diagnoses"]]
        assert len(set(codes)) == len(codes)
        assert [each["rank"] for each in record["diagnoses"]] == list(range(1, len(codes) + 1))
        assert all(each.get("description", names[each["code"]]) == names[each["code"]] for each in record["diagnoses"])
        assert record.get("reason", names[codes[0]]) == names[codes[0]]
        for each in record.get("medications", ()):
            assert (each["dose"], each["route"]) == (medicines[each["name"]]["dose"], medicines[each["name"]]["route"])
        if "specialty" in record.get("attending", {}) and "department" in record["facility"]:
            assert spelled[record["attending"]["specialty"]] == record["facility"]["department"]


@pytest.mark.parametrize("path", [CLAIM, ENCOUNTER])
def test_only_billable_diagnoses(path: str, icd: Any) -> None:
    text = sm.generate(path, seed=8, count=300).jsonl.decode()
    codes = set(re.findall(r'"([A-TV-Z][0-9][0-9AB](?:\.[0-9A-KXZ]{1,4})?)"', text))
    assert len(codes) > 100
    assert [code for code in codes if not icd.is_leaf(code)] == []


def specialties(made: Any) -> Iterator[set[str]]:
    """The specialties that could have all diagnoses and procedures of a claim."""
    of: dict[str, set[str]] = {}
    for row in rows("encounters"):
        of.setdefault(row["diagnosis"], set()).add(row["specialty"])
        of.setdefault(row["procedure"], set()).add(row["specialty"])
    for claim in made:
        codes = [*claim["diagnosis_codes"], *(line["procedure"] for line in claim["service_lines"])]
        yield set.intersection(*(of.get(code, set()) for code in codes))


def test_claims_are_of_one_specialty() -> None:
    assert all(specialties(claims()))
