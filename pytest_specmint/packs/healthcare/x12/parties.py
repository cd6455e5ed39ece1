"""The people and organisations of a claim: names, identifiers and addresses of loops 2010AA to 2310B."""

import re
from collections.abc import Mapping
from typing import Any

from pytest_specmint.packs.healthcare.x12.elements import chosen, code, codes, day, digits, segment, words

STATES = codes(
    """AA AE AK AL AP AR AS AZ CA CO CT DC DE FL FM GA GU HI IA ID IL IN KS KY LA MA MD ME MH MI MN MO MP MS MT NC ND NE
    NH NJ NM NV NY OH OK OR PA PR PW RI SC SD TN TX UT VA VI VT WA WI WV WY"""
)
"""Codes of the United States Postal Service: states, territories, armed forces."""
SEXES = codes("F M U")
NO_PLUS_FOUR = "9998"
"""A billing provider's ZIP code has nine digits; these end one that is known by five only."""
_PERSON = re.compile(r"(?P<given>\S+) (?P<family>[^,]+), (?P<degree>[A-Z][A-Za-z.]{1,5})")
"""A person as plaques have it: Clara Park, MD."""
NAME, GIVEN, STREET, CITY = 60, 35, 55, 30
"""Most characters of NM103, NM104, N301 and N401."""


def billing_provider(provider: Mapping[str, Any], number: int) -> list[str]:
    """Loops 2000A and 2010AA: who sends the bill."""
    at = "/billing_provider"
    made = [segment("HL", str(number), "", "20", "1")]
    if provider.get("taxonomy"):
        made.append(segment("PRV", "BI", "PXC", code(provider["taxonomy"], f"{at}/taxonomy", 10, 10)))
    made.append(_provider("85", provider, at))
    made += address(provider["address"], f"{at}/address", nine=True)
    made.append(segment("REF", "EI", digits(provider["tax_id"], f"{at}/tax_id", 9)))
    return made


def rendering_provider(provider: Mapping[str, Any]) -> list[str]:
    """Loop 2310B: who rendered the services, where that is not who bills."""
    at = "/rendering_provider"
    made = [_provider("82", provider, at)]
    if provider.get("taxonomy"):
        made.append(segment("PRV", "PE", "PXC", code(provider["taxonomy"], f"{at}/taxonomy", 10, 10)))
    return made


def _provider(role: str, provider: Mapping[str, Any], at: str) -> str:
    """NM1 of a provider: an organisation, or a person where the name has two parts or ends with a degree."""
    name, npi = provider["name"], digits(provider["npi"], f"{at}/npi", 10)
    if isinstance(name, dict):
        return segment("NM1", role, "1", *_person(name, f"{at}/name"), "", "", "", "XX", npi)
    person = _PERSON.fullmatch(name) if isinstance(name, str) else None
    if person:
        family, given = words(person["family"], f"{at}/name", NAME), words(person["given"], f"{at}/name", GIVEN)
        return segment("NM1", role, "1", family, given, "", "", words(person["degree"], f"{at}/name", 10), "XX", npi)
    return segment("NM1", role, "2", words(name, f"{at}/name", NAME), "", "", "", "", "XX", npi)


def _person(name: Mapping[str, Any], at: str) -> tuple[str, str]:
    return words(name["family"], f"{at}/family", NAME), words(name["given"], f"{at}/given", GIVEN)


def subscriber(insured: Mapping[str, Any], patient: Mapping[str, Any], *, is_patient: bool) -> list[str]:
    """Loop 2010BA. Of a subscriber who is not the patient records tell no name: the family name is the patient's."""
    member = code(insured["member_id"], "/subscriber/member_id", 2, 80)
    if not is_patient:
        family = words(patient["name"]["family"], "/patient/name/family", NAME)
        return [segment("NM1", "IL", "1", family, "", "", "", "", "MI", member)]
    name = _person(patient["name"], "/patient/name")
    return [segment("NM1", "IL", "1", *name, "", "", "", "MI", member), *_demographics(patient)]


def dependent(patient: Mapping[str, Any]) -> list[str]:
    """Loop 2010CA: a patient who is not the subscriber."""
    return [segment("NM1", "QC", "1", *_person(patient["name"], "/patient/name")), *_demographics(patient)]


def _demographics(patient: Mapping[str, Any]) -> list[str]:
    sex = chosen(patient["sex"], "/patient/sex", SEXES)
    born = segment("DMG", "D8", day(patient["dob"], "/patient/dob"), sex)
    return [*address(patient["address"], "/patient/address"), born]


def payer(insurer: Mapping[str, Any]) -> str:
    """Loop 2010BB."""
    name, number = words(insurer["name"], "/payer/name", NAME), code(insurer["payer_id"], "/payer/payer_id", 2, 80)
    return segment("NM1", "PR", "2", name, "", "", "", "", "PI", number)


def address(place: Mapping[str, Any], at: str, *, nine: bool = False) -> tuple[str, str]:
    """N3 and N4; ``nine`` wants nine digits of the ZIP code."""
    zip_code = digits(place["zip"], f"{at}/zip", 5, 9)
    if nine and len(zip_code) == 5:
        zip_code += NO_PLUS_FOUR
    city, state = words(place["city"], f"{at}/city", CITY, 2), chosen(place["state"], f"{at}/state", STATES)
    return segment("N3", words(place["street"], f"{at}/street", STREET)), segment("N4", city, state, zip_code)
