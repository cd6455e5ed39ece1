"""Records to claims: what they may leave out, what stops them, and how the envelopes count."""

import copy
import json
from datetime import date
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import InvalidData
from pytest_specmint.packs.healthcare.x12 import FORMAT
from pytest_specmint.packs.healthcare.x12.interchange import Interchange, control_number
from pytest_specmint.packs.healthcare.x12.needs import NEEDS
from pytest_specmint.rendering.format import Task
from pytest_specmint.rules.expression.kinds import ITEM

ADDRESS = {"street": "1 Nutmeg Way", "city": "Ashbrook", "state": "MA", "zip": "00012"}
LEAST: dict[str, Any] = {
    "claim_id": "C1",
    "total_charge": 30.5,
    "pos": "11",
    "frequency_code": "1",
    "claim_dates": {"service_date": "2024-05-06"},
    "billing_provider": {
        "npi": "9572822325",
        "name": "Fallowell Clinic",
        "tax_id": "00-0610120",
        "address": {**ADDRESS},
    },
    "subscriber": {"member_id": "M1", "relationship": "self"},
    "patient": {"name": {"family": "Chopra", "given": "Ana"}, "dob": "1987-04-11", "sex": "F", "address": ADDRESS},
    "payer": {"payer_id": "87317", "name": "Stonelark"},
    "diagnosis_codes": ["E78.1", "I10"],
    "service_lines": [
        {"procedure": "J1644", "charge": 10, "units": 1, "dx_pointers": [1]},
        {"procedure": "Q9967", "charge": 20.5, "units": 2, "dx_pointers": [2, 1]},
    ],
}


def changed(*path: Any, to: Any = None, drop: bool = False) -> dict[str, Any]:
    record = copy.deepcopy(LEAST)
    holder: Any = record
    for step in path[:-1]:
        holder = holder[step]
    if drop:
        del holder[path[-1]]
    else:
        holder[path[-1]] = to
    return record


def segments(*records: dict[str, Any]) -> list[str]:
    return sm.render(records, "x12").decode().replace("\n", "").split("~")


def test_the_least_that_a_claim_needs() -> None:
    assert segments(LEAST)[7:-4] == [
        "HL*1**20*1",
        "NM1*85*2*FALLOWELL CLINIC*****XX*9572822325",
        "N3*1 NUTMEG WAY",
        "N4*ASHBROOK*MA*000129998",
        "REF*EI*000610120",
        "HL*2*1*22*0",
        "SBR*P*18*******ZZ",
        "NM1*IL*1*CHOPRA*ANA****MI*M1",
        "N3*1 NUTMEG WAY",
        "N4*ASHBROOK*MA*00012",
        "DMG*D8*19870411*F",
        "NM1*PR*2*STONELARK*****PI*87317",
        "CLM*C1*30.5***11:B:1*Y*A*Y*Y",
        "HI*ABK:E781*ABF:I10",
        "LX*1",
        "SV1*HC:J1644*10*UN*1***1",
        "DTP*472*D8*20240506",
        "LX*2",
        "SV1*HC:Q9967*20.5*UN*2***2:1",
        "DTP*472*D8*20240506",
    ]


@pytest.mark.parametrize(
    ("record", "segment"),
    [
        (changed("accept_assignment", to=False), "CLM*C1*30.5***11:B:1*Y*C*Y*Y"),
        (changed("accept_assignment", to=True), "CLM*C1*30.5***11:B:1*Y*A*Y*Y"),
        (changed("pos", to="21"), "DTP*435*D8*20240506"),
        (changed("frequency_code", to="7"), "REF*F8*ICNC1"),
        (changed("frequency_code", to="8"), "REF*F8*ICNC1"),
        (changed("prior_authorization", to="PA1"), "REF*G1*PA1"),
        (changed("note", to="See *chart*: ~10 mg"), "NTE*ADD*SEE CHART 10 MG"),
        (changed("note", to="x" * 200), f"NTE*ADD*{'X' * 80}"),
        (changed("subscriber", "group_number", to="G7"), "SBR*P*18*G7******ZZ"),
        (changed("payer", "claim_filing", to="MB"), "SBR*P*18*******MB"),
        (changed("subscriber", "relationship", to="child"), "PAT*19"),
        (changed("subscriber", "relationship", to="Spouse"), "PAT*01"),
        (changed("subscriber", "relationship", to="life partner"), "PAT*53"),
        (changed("subscriber", "relationship", to="ward"), "PAT*G8"),
        (changed("subscriber", "relationship", to="child"), "NM1*IL*1*CHOPRA*****MI*M1"),
        (changed("billing_provider", "taxonomy", to="272X85343X"), "PRV*BI*PXC*272X85343X"),
        (
            changed("billing_provider", "name", to={"family": "Reed", "given": "Jo"}),
            "NM1*85*1*REED*JO****XX*9572822325",
        ),
        (
            changed("rendering_provider", to={"npi": "9048739657", "name": "Applegrove"}),
            "NM1*82*2*APPLEGROVE*****XX*9048739657",
        ),
        (
            changed("rendering_provider", to={"npi": "9048739657", "name": "Clara de la Cruz, MD"}),
            "NM1*82*1*DE LA CRUZ*CLARA***MD*XX*9048739657",
        ),
        (changed("patient", "address", "zip", to="00012-3456"), "N4*ASHBROOK*MA*000123456"),
        (changed("billing_provider", "address", "zip", to="00012-3456"), "N4*ASHBROOK*MA*000123456"),
        (changed("patient", "name", "given", to="山"), "NM1*IL*1*CHOPRA*UNKNOWN****MI*M1"),
        (changed("patient", "sex", to="U"), "DMG*D8*19870411*U"),
        (changed("service_lines", 0, "modifiers", to=["LT", "59"]), "SV1*HC:J1644:LT:59*10*UN*1***1"),
        (changed("service_lines", 0, "emergency", to=True), "SV1*HC:J1644*10*UN*1***1**Y"),
        (changed("service_lines", 0, "units", to=1.5), "SV1*HC:J1644*10*UN*1.5***1"),
        (changed("service_lines", 0, "service_date", to="2024-05-07"), "DTP*472*D8*20240507"),
        (changed("service_lines", 0, "dx_pointers", to=[1.0]), "SV1*HC:J1644*10*UN*1***1"),
    ],
)
def test_what_else_it_may_have(record: dict[str, Any], segment: str) -> None:
    assert segment in segments(record)


@pytest.mark.parametrize("absent", ["note", "prior_authorization", "rendering_provider"])
def test_empty_is_as_good_as_absent(absent: str) -> None:
    assert segments(changed(absent, to=None)) == segments(LEAST)


def test_a_rendering_provider_that_bills_is_not_named_again() -> None:
    assert segments(changed("rendering_provider", to=LEAST["billing_provider"])) == segments(LEAST)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (changed("claim_id", to="x" * 39), "does not have 1 to 38 characters of those that X12 takes @ /claim_id"),
        (changed("claim_id", to="*~"), "@ /claim_id"),
        (changed("claim_id", to=5), "a text is needed, not 5 @ /claim_id"),
        (changed("total_charge", to=31), "31 is not the sum of the lines' charges, 30.5 @ /total_charge"),
        (changed("total_charge", to=30.501), "is no amount of dollars and cents @ /total_charge"),
        (changed("pos", to="97"), "'97' is none of 01, 02"),
        (changed("frequency_code", to="10"), "@ /frequency_code"),
        (changed("claim_dates", "service_date", to="soon"), "a date is needed, not 'soon' @ /claim_dates/service_date"),
        (changed("billing_provider", "npi", to="12345"), "does not have 10 digits @ /billing_provider/npi"),
        (changed("billing_provider", "tax_id", to="1"), "@ /billing_provider/tax_id"),
        (changed("billing_provider", "taxonomy", to="X"), "@ /billing_provider/taxonomy"),
        (changed("billing_provider", "address", "state", to="QQ"), "@ /billing_provider/address/state"),
        (changed("patient", "address", "zip", to="SW1A"), "@ /patient/address/zip"),
        (changed("patient", "sex", to="X"), "'X' is none of F, M, U @ /patient/sex"),
        (changed("subscriber", "member_id", to="M"), "@ /subscriber/member_id"),
        (changed("payer", "claim_filing", to="QQ"), "@ /payer/claim_filing"),
        (changed("diagnosis_codes", to=[]), "a claim has 1 to 12 diagnoses, not 0 @ /diagnosis_codes"),
        (changed("diagnosis_codes", to=["I10"] * 13), "1 to 12 diagnoses, not 13"),
        (
            changed("diagnosis_codes", 1, to="I-10"),
            "'I-10' does not have the form of an ICD-10-CM code @ /diagnosis_codes/1",
        ),
        (changed("service_lines", to=[]), "1 to 50 service lines, not 0"),
        (changed("service_lines", to=LEAST["service_lines"] * 26), "1 to 50 service lines, not 52"),
        (
            changed("service_lines", 1, "dx_pointers", to=[3]),
            "3 points to none of 2 diagnoses @ /service_lines/1/dx_pointers/0",
        ),
        (changed("service_lines", 1, "dx_pointers", to=[]), "1 to 4 diagnosis pointers, not 0"),
        (changed("service_lines", 1, "modifiers", to=["A1"] * 5), "at most 4 modifiers"),
        (changed("service_lines", 1, "modifiers", to=["LONG"]), "@ /service_lines/1/modifiers/0"),
        (changed("service_lines", 1, "units", to=0), "above 0 is needed, not 0 @ /service_lines/1/units"),
        (changed("service_lines", 1, "procedure", to="99"), "@ /service_lines/1/procedure"),
        (changed("service_lines", 1, "charge", to=-1), "@ /service_lines/1/charge"),
        (changed("service_lines", 1, to=7), "@ /service_lines/1"),
        (changed("patient", to="Ana"), "@ /patient"),
        (changed("diagnosis_codes", to="I10"), "@ /diagnosis_codes"),
        (changed("note", to=5), "@ /note"),
    ],
)
def test_what_stops_a_claim_is_named(record: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidData) as caught:
        sm.render([LEAST, record], "x12")
    assert str(caught.value).startswith("record 1 cannot be an X12 claim: ")
    assert words in str(caught.value)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.pointer)
def test_every_needed_field_is_missed(need: Any) -> None:
    path = [0 if step == ITEM else step for step in need.path]
    record = changed(*path, to=None) if need.path[-1] == ITEM else changed(*path, drop=True)
    with pytest.raises(InvalidData) as caught:
        sm.render([record], "x12")
    assert caught.value.pointer == "".join(f"/{step}" for step in path)


@pytest.mark.parametrize("record", [7, "text", [], None, True, {}])
def test_what_is_no_claim_at_all(record: Any) -> None:
    with pytest.raises(InvalidData, match="record 0 cannot be an X12 claim"):
        sm.render([record], "x12")


def test_no_records_make_no_interchange() -> None:
    with pytest.raises(InvalidData, match="at least one claim"):
        sm.render([], "x12")


# ---------------------------------------------------------------- envelopes


def interchange(count: int, most: int, block: int) -> list[str]:
    rendering = Interchange(Task(date(2025, 1, 1)), claims_per_set=most)
    lines = [json.dumps(LEAST).encode() + b"\n"] * count
    made = [bytes(rendering.block(b"".join(lines[i : i + block]))) for i in range(0, count, block)]
    return b"".join([*made, rendering.end()]).decode().split("~\n")


@pytest.mark.parametrize(("count", "sets"), [(1, [1]), (3, [3]), (4, [3, 1]), (6, [3, 3]), (7, [3, 3, 1])])
def test_sets_are_full_before_the_next_begins(count: int, sets: list[int]) -> None:
    found = interchange(count, 3, 1000)
    inner: list[list[str]] = []
    for each in found:
        if each.startswith("ST*"):
            inner.append([])
        if inner:
            inner[-1].append(each)
    assert [sum(each.startswith("CLM*") for each in group) for group in inner] == sets
    for number, group in enumerate(inner, 1):
        end = next(i for i, each in enumerate(group) if each.startswith("SE*"))
        assert group[end] == f"SE*{end + 1}*{number:04d}"
        levels = [each.split("*")[1] for each in group if each.startswith("HL*")]
        assert levels == [str(i) for i in range(1, len(levels) + 1)]
    assert f"GE*{len(sets)}*" in found[-3]
    assert len({each for each in found if each.startswith("BHT*")}) == len(sets)


@pytest.mark.parametrize("block", [1, 2, 5, 100])
def test_blocks_do_not_matter(block: int) -> None:
    assert interchange(11, 4, block) == interchange(11, 4, 11)


def test_control_numbers_follow_seed_and_start() -> None:
    assert control_number(1, 0) == control_number(1, 0)
    numbers = {control_number(seed, start) for seed in range(100) for start in (0, 1, 5_000)}
    assert len(numbers) == 300
    assert all(1 <= each <= 999_999_999 for each in numbers)
    seven = sm.render([LEAST], "x12", seed=7, start=3, as_of="2026-02-03").decode()
    assert f"*260203*0000*^*00501*{control_number(7, 3):09d}*0*T*:~" in seven


def test_an_error_tells_the_index_that_the_record_has_in_its_dataset() -> None:
    with pytest.raises(InvalidData, match="record 41 cannot"):
        sm.render([LEAST, {}], "x12", start=40)


def test_the_format_says_what_it_is() -> None:
    assert (FORMAT.name, FORMAT.file) == ("x12", "dataset.x12")
