"""The loops of one claim, from the subscriber's (2000B) to the last service line's (2400)."""

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_specmint.packs.healthcare.x12 import parties
from pytest_specmint.packs.healthcare.x12.elements import (
    COMPONENT,
    amount,
    cents,
    chosen,
    code,
    codes,
    day,
    plain,
    quantity,
    segment,
    text,
    words,
)
from pytest_specmint.rendering.records import Unfit

SELF = "self"
RELATIONSHIPS = {"spouse": "01", "child": "19", "employee": "20", "unknown": "21", "life_partner": "53", "other": "G8"}
"""PAT01 of the patient's relationship to the subscriber; others are written as other."""
FILING = codes("11 12 13 14 15 16 17 AM BL CH CI DS FI HM LM MA MB MC OF TV VA WC ZZ")
"""SBR09, the claim filing indicator; ZZ where records tell none."""
INPATIENT = frozenset({"21", "51", "61"})
"""Places of service where an admission is reported."""
REPLACES = frozenset({"7", "8"})
"""Frequency codes of claims that replace or void another, and so name it."""
MOST_DIAGNOSES, MOST_LINES, MOST_POINTERS, MOST_MODIFIERS = 12, 50, 4, 4
NOTE = 80


def claim_loops(record: Mapping[str, Any], parent: int, number: int, places: frozenset[str]) -> tuple[list[str], int]:
    """The segments of a claim below the billing provider ``parent``, and how many levels (HL) they open.

    ``number`` is that of the first level, ``places`` are the known places of service. Raises `Unfit`.
    """
    insured, patient = record["subscriber"], record["patient"]
    relationship = words(insured["relationship"], "/subscriber/relationship", NOTE).lower().replace(" ", "_")
    is_patient = relationship == SELF
    made = [
        segment("HL", str(number), str(parent), "22", "0" if is_patient else "1"),
        _insurance(insured, record["payer"], is_patient=is_patient),
        *parties.subscriber(insured, patient, is_patient=is_patient),
        parties.payer(record["payer"]),
    ]
    if not is_patient:
        made.append(segment("HL", str(number + 1), str(number), "23", "0"))
        made.append(segment("PAT", RELATIONSHIPS.get(relationship, RELATIONSHIPS["other"])))
        made += parties.dependent(patient)
    made += _claim(record, places)
    return made, 1 if is_patient else 2


def _insurance(insured: Mapping[str, Any], insurer: Mapping[str, Any], *, is_patient: bool) -> str:
    """SBR: the one payer is the primary one."""
    group = _optional(insured.get("group_number"), "/subscriber/group_number", 50)
    filing = chosen(insurer.get("claim_filing") or "ZZ", "/payer/claim_filing", FILING)
    return segment("SBR", "P", "18" if is_patient else "", group, "", "", "", "", "", filing)


def _claim(record: Mapping[str, Any], places: frozenset[str]) -> list[str]:
    """Loops 2300, 2310B and 2400."""
    number = code(record["claim_id"], "/claim_id", 1, 38)
    place = chosen(record["pos"], "/pos", places)
    frequency = code(record["frequency_code"], "/frequency_code", 1, 1)
    service_date = day(record["claim_dates"]["service_date"], "/claim_dates/service_date")
    total = cents(record["total_charge"], "/total_charge")
    assigned = "C" if record.get("accept_assignment") is False else "A"
    where = COMPONENT.join((place, "B", frequency))
    made = [segment("CLM", number, amount(total), "", "", where, "Y", assigned, "Y", "Y")]
    if place in INPATIENT:
        made.append(segment("DTP", "435", "D8", service_date))
    if authorization := _optional(record.get("prior_authorization"), "/prior_authorization", 50):
        made.append(segment("REF", "G1", authorization))
    if frequency in REPLACES:
        made.append(segment("REF", "F8", f"ICN{number}"))
    if note := plain(text(record.get("note") or "", "/note"))[:NOTE].rstrip():
        made.append(segment("NTE", "ADD", note))
    made.append(_diagnoses(record["diagnosis_codes"]))
    rendering = record.get("rendering_provider")
    if rendering and rendering["npi"] != record["billing_provider"]["npi"]:
        made += parties.rendering_provider(rendering)
    return made + _lines(record["service_lines"], total, service_date, len(record["diagnosis_codes"]))


def _optional(value: Any, at: str, most: int) -> str:
    return code(value, at, 1, most) if value else ""


def _diagnoses(listed: Sequence[Any]) -> str:
    """HI: the principal diagnosis first, without dots."""
    if not 1 <= len(listed) <= MOST_DIAGNOSES:
        raise Unfit("/diagnosis_codes", f"a claim has 1 to {MOST_DIAGNOSES} diagnoses, not {len(listed)}")
    made = ["HI"]
    for i, each in enumerate(listed):
        at = f"/diagnosis_codes/{i}"
        written = code(each, at, 3, 8).replace(".", "")
        if not (written.isalnum() and 3 <= len(written) <= 7):
            raise Unfit(at, f"{each!r} does not have the form of an ICD-10-CM code")
        made.append(f"{'ABF' if i else 'ABK'}{COMPONENT}{written}")
    return segment(*made)


def _lines(lines: Sequence[Mapping[str, Any]], total: int, service_date: str, diagnoses: int) -> list[str]:
    """Loops 2400; their charges must come to the claim's."""
    if not 1 <= len(lines) <= MOST_LINES:
        raise Unfit("/service_lines", f"a claim has 1 to {MOST_LINES} service lines, not {len(lines)}")
    made: list[str] = []
    summed = 0
    for i, line in enumerate(lines):
        at = f"/service_lines/{i}"
        charge = cents(line["charge"], f"{at}/charge")
        summed += charge
        given = line.get("service_date")
        made += (
            segment("LX", str(i + 1)),
            _service(line, charge, at, diagnoses),
            segment("DTP", "472", "D8", day(given, f"{at}/service_date") if given else service_date),
        )
    if summed != total:
        raise Unfit("/total_charge", f"{amount(total)} is not the sum of the lines' charges, {amount(summed)}")
    return made


def _service(line: Mapping[str, Any], charge: int, at: str, diagnoses: int) -> str:
    """SV1: an HCPCS code with its modifiers, charge, units, and the diagnoses that are the reason."""
    modifiers, pointers = line.get("modifiers") or (), line["dx_pointers"]
    if len(modifiers) > MOST_MODIFIERS:
        raise Unfit(f"{at}/modifiers", f"a line has at most {MOST_MODIFIERS} modifiers, not {len(modifiers)}")
    if not 1 <= len(pointers) <= MOST_POINTERS:
        raise Unfit(f"{at}/dx_pointers", f"a line has 1 to {MOST_POINTERS} diagnosis pointers, not {len(pointers)}")
    for i, each in enumerate(pointers):
        if not 1 <= each <= diagnoses:
            raise Unfit(f"{at}/dx_pointers/{i}", f"{each!r} points to none of {diagnoses} diagnoses")
    procedure = COMPONENT.join(
        (
            "HC",
            code(line["procedure"], f"{at}/procedure", 5, 5),
            *(code(each, f"{at}/modifiers/{i}", 2, 2) for i, each in enumerate(modifiers)),
        )
    )
    reasons = COMPONENT.join(str(int(each)) for each in pointers)
    urgent = "Y" if line.get("emergency") is True else ""
    units = quantity(line["units"], f"{at}/units")
    return segment("SV1", procedure, amount(charge), "UN", units, "", "", reasons, "", urgent)
