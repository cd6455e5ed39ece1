"""What an interchange says is what the records say: read back by a reader of our own, field by field."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from stdnum import luhn
from x12_reading import claims_of, segments_of

import pytest_specmint as sm

RELATIONSHIPS = {"spouse": "01", "child": "19", "other": "G8"}
AS_OF = date(2025, 1, 1)


@pytest.fixture(scope="module", params=["", "healthcare"])
def dataset(request: pytest.FixtureRequest, schemas: Path) -> sm.Dataset:
    path = str(schemas / "healthcare" / "claim_837p_slim.json")
    return sm.generate(path, seed=77, count=400, domain=request.param or None)


@pytest.fixture(scope="module")
def interchange(dataset: sm.Dataset) -> str:
    return sm.render(dataset, "x12").decode("ascii")


@pytest.fixture(scope="module")
def pairs(dataset: sm.Dataset, interchange: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return list(zip(dataset, claims_of(interchange), strict=True))


def written(text: str) -> str:
    """The records' texts are ASCII; X12 has them in capitals, and separators are spaces."""
    return " ".join(re.sub(r"[^A-Z0-9!\"&'()+,\-./;?= ]", " ", text.upper()).split())


def day(text: str) -> str:
    return text[:10].replace("-", "")


def test_the_claim(pairs: Any) -> None:
    for record, claim in pairs:
        assert claim["id"] == record["claim_id"]
        assert Decimal(claim["total"]) == Decimal(str(record["total_charge"]))
        assert not re.search(r"\.$|\.[0-9]*0$", claim["total"])
        assert (claim["pos"], claim["frequency"]) == (record["pos"], record["frequency_code"])
        assert claim["assigned"] == ("C" if record.get("accept_assignment") is False else "A")
        assert claim["refs"].get("G1") == record.get("prior_authorization")
        assert ("F8" in claim["refs"]) == (record["frequency_code"] in "78")
        assert claim.get("note") == (written(record["note"]) if "note" in record else None)
        inpatient = record["pos"] in {"21", "51", "61"}
        assert claim["dates"] == ({"435": day(record["claim_dates"]["service_date"])} if inpatient else {})


def test_the_diagnoses(pairs: Any) -> None:
    for record, claim in pairs:
        assert [code for _, code in claim["diagnoses"]] == [each.replace(".", "") for each in record["diagnosis_codes"]]
        assert [kind for kind, _ in claim["diagnoses"]] == ["ABK", *["ABF"] * (len(record["diagnosis_codes"]) - 1)]


def test_the_lines(pairs: Any) -> None:
    for record, claim in pairs:
        assert len(claim["lines"]) == len(record["service_lines"])
        for line, found in zip(record["service_lines"], claim["lines"], strict=True):
            assert found["procedure"] == line["procedure"]
            assert found["modifiers"] == line.get("modifiers", [])
            assert Decimal(found["charge"]) == Decimal(str(line["charge"]))
            assert found["units"] == str(line["units"])
            assert found["pointers"] == [str(each) for each in line["dx_pointers"]]
            assert found["urgent"] is line.get("emergency", False)
            assert found["472"] == day(line["service_date"])


def test_the_people(pairs: Any) -> None:
    for record, claim in pairs:
        patient, insured = record["patient"], record["subscriber"]
        own = insured["relationship"] == "self"
        subscriber = claim["above"] if own else claim["above"]["above"]
        assert subscriber["level"] == "22"
        assert subscriber["child"] is not own
        first, relation, group, *_, filing = subscriber["SBR"]
        assert (first, relation, group) == ("P", "18" if own else "", insured.get("group_number", ""))
        assert filing == record["payer"].get("claim_filing", "ZZ")
        assert subscriber["IL"]["id"] == insured["member_id"]
        assert subscriber["IL"]["name"] == written(patient["name"]["family"])
        assert (subscriber["PR"]["id"], subscriber["PR"]["name"]) == (
            record["payer"]["payer_id"],
            written(record["payer"]["name"]),
        )
        if not own:
            assert claim["above"]["PAT"] == [RELATIONSHIPS[insured["relationship"]]]
            assert subscriber["IL"]["given"] == ""
        person = claim["above"]["IL" if own else "QC"]
        assert person["given"] == written(patient["name"]["given"])
        assert (person["born"], person["sex"]) == (day(patient["dob"]), patient["sex"])
        assert person["street"] == written(patient["address"]["street"])
        assert person["city"] == written(patient["address"]["city"])
        assert (person["state"], person["zip"]) == (patient["address"]["state"], patient["address"]["zip"])


def test_the_providers(pairs: Any) -> None:
    for record, claim in pairs:
        level = claim["above"]
        while level["level"] != "20":
            level = level["above"]
        billing = record["billing_provider"]
        assert level["85"]["id"] == billing["npi"]
        assert level["85"]["name"] == written(billing["name"])
        assert level["85"]["zip"] == billing["address"]["zip"] + "9998"
        assert level["REF"] == ["EI", billing["tax_id"].replace("-", "")]
        assert level["PRV"] == ["BI", "PXC", billing["taxonomy"]]
        assert ("82" in claim) == ("rendering_provider" in record)
        if "rendering_provider" in record:
            rendering = record["rendering_provider"]
            assert (claim["82"]["id"], claim["82"]["taxonomy"]) == (rendering["npi"], rendering["taxonomy"])


def test_what_neither_oracle_sees(pairs: Any) -> None:
    """Check digits of NPIs, diagnoses that pointers mean, order of days."""
    for record, claim in pairs:
        level = claim["above"]
        while level["level"] != "20":
            level = level["above"]
        npis = [level["85"]["id"], *([claim["82"]["id"]] if "82" in claim else [])]
        assert all(luhn.is_valid(f"80840{npi}") and npi[0] == "9" for npi in npis)
        assert all(1 <= int(each) <= len(claim["diagnoses"]) for line in claim["lines"] for each in line["pointers"])
        assert all(line["472"] <= day(record["claim_dates"]["submitted_at"]) for line in claim["lines"])
        assert all(line["472"] <= AS_OF.strftime("%Y%m%d") for line in claim["lines"])
        assert sum(Decimal(line["charge"]) for line in claim["lines"]) == Decimal(claim["total"])


def test_the_counts_and_numbers(interchange: str) -> None:
    found = segments_of(interchange)
    (isa,), (gs,), (ge,), (iea,) = ([each for each in found if each[0] == tag] for tag in ("ISA", "GS", "GE", "IEA"))
    assert interchange.index("~") == 105
    assert (isa[13], iea[1:]) == (iea[2], ["1", isa[13]])
    assert (gs[6], ge[1:]) == (isa[13].lstrip("0"), ["1", gs[6]])
    assert (isa[9], isa[10], gs[4], isa[15]) == ("250101", "0000", "20250101", "T")
    (st, se) = ([each[0] for each in found].index(tag) for tag in ("ST", "SE"))
    assert found[se][1:] == [str(se - st + 1), found[st][2]]
    assert found[st] == ["ST", "837", "0001", "005010X222A1"]


def test_nothing_but_the_basic_characters(interchange: str) -> None:
    assert set(interchange) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()*+,-./:;?=~^\n")
    assert max(map(len, (element for each in segments_of(interchange) for element in each))) <= 80
