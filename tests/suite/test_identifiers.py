"""Identifiers of generated records, judged by python-stdnum: right in form and check digits, and nobody's.

tests/unit/formats judges the texts of every `{check:…}`; here they come out of schemas, by the names of fields, with
patterns and without.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from stdnum import bic, ean, luhn, mac
from stdnum import iban as account
from stdnum.eu import vat
from stdnum.exceptions import InvalidComponent
from stdnum.iso7064 import mod_97_10
from stdnum.us import ein, rtn, ssn, tin

import pytest_specmint as sm
from pytest_specmint.safety.card import TEST_NUMBERS

COUNT = 2000
Judge = Callable[[str], bool]


def npi(text: str) -> bool:
    """Luhn behind 80840; issued numbers begin with 1, and 2 is not used yet."""
    return len(text) == 10 and text[0] in "29" and luhn.is_valid(f"80840{text}")


def routing(text: str) -> bool:
    """The checksum is right, and the first two digits are no Federal Reserve district's, nor of its other ranges."""
    first = int(text[:2])
    return rtn.is_valid(text) and not (first <= 12 or 21 <= first <= 32 or 61 <= first <= 72 or first == 80)


def nobodys(kind: Any) -> Judge:
    """In the form of such numbers, with a part that none has; with hyphens no other taxpayer's number either."""

    def judge(text: str) -> bool:
        others = (
            set(tin.guess_type(text)) - {"atin"} if "-" in text else set()
        )  # any nine digits have the form of an ATIN
        return not others and without_owner(kind)(text)

    return judge


def without_owner(kind: Any) -> Judge:
    """The form is right (else it would be InvalidFormat or InvalidLength), and there is no such country or office."""

    def judge(text: str) -> bool:
        try:
            kind.validate(text)
        except InvalidComponent:
            return True
        return False

    return judge


def iban(text: str) -> bool:
    """Check digits are right; no country has these letters."""
    return without_owner(account)(text) and mod_97_10.is_valid(text[4:] + text[:4])


def article(length: int, *heads: str) -> Judge:
    return lambda text: len(text) == length and ean.is_valid(text) and text.startswith(heads)


def card(text: str) -> bool:
    """A published test number, or none at all."""
    return text in TEST_NUMBERS or not luhn.is_valid(text)


def taxed_abroad(text: str) -> bool:
    return text.startswith("XX") and not vat.is_valid(text)


FIELDS: dict[str, tuple[str | None, Judge]] = {
    "npi": (None, npi),
    "provider_npi": ("^9[0-9]{9}$", npi),
    "billing_npi": ("^[12][0-9]{9}$", npi),
    "rendering_npi": ("^[0-9]{10}$", npi),
    "routing_number": (None, routing),
    "aba_number": ("^[0-9]{9}$", routing),
    "bank_routing_number": ("^(33|44|9[0-9])[0-9]{7}$", routing),
    "ssn": (None, nobodys(ssn)),
    "patient_ssn": ("^[0-9]{9}$", nobodys(ssn)),
    "national_id": ("^\\d{3}-\\d{2}-\\d{4}$", nobodys(ssn)),
    "ein": (None, nobodys(ein)),
    "tax_id": ("^[0-9]{2}-[0-9]{7}$", nobodys(ein)),
    "fein": ("^[0-9]{9}$", nobodys(ein)),
    "iban": (None, iban),
    "sender_iban": ("^[A-Z]{2}[0-9]{20}$", iban),
    "receiver_iban": ("^XX[0-9]{2}TEST[0-9]{14}$", iban),
    "upc": (None, article(12, "2", "4")),
    "gtin": (None, article(13, "952")),
    "ean": ("^[0-9]{8}$", article(8, "2")),
    "ean13": ("^[0-9]{13}$", article(13, "952", "2", "02", "04")),
    "barcode": ("^[0-9]{12}$", article(12, "2", "4")),
    "product_gtin": ("^[1-8]952[0-9]{10}$", article(14, *(f"{n}952" for n in "12345678"))),
    "card_number": (None, card),
    "pan": ("^4[0-9]{15}$", card),
    "billing_card_number": ("^[0-9]{16}$", card),
    "bic": (None, without_owner(bic)),
    "vat_number": (None, taxed_abroad),
    "mac_address": (None, lambda text: mac.is_valid(text, validate_manufacturer=False)),
}


@pytest.fixture(scope="module")
def records() -> list[dict[str, str]]:
    properties = {
        name: {"type": "string"} | ({} if pattern is None else {"pattern": pattern})
        for name, (pattern, _) in FIELDS.items()
    }
    return list(
        sm.generate({"type": "object", "required": list(FIELDS), "properties": properties}, seed=8, count=COUNT)
    )


@pytest.mark.parametrize("name", FIELDS)
def test_fields_of_these_names(records: list[dict[str, str]], name: str) -> None:
    _, judge = FIELDS[name]
    values = [record[name] for record in records]
    assert len(values) == COUNT
    assert [value for value in values if not judge(value)] == []


SHIPPED = {
    "npi": npi,
    "tax_id": nobodys(ein),
    "routing_number": routing,
    "ssn": nobodys(ssn),
    "upc": article(12, "2", "4"),
}


def named(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar of a record with the name that it has, or that its list has."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from named(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from named(each, name)
    else:
        yield name, value


@pytest.mark.parametrize(
    ("schema", "domain", "kinds"),
    [
        ("healthcare/claim_837p_slim", "healthcare", {"npi", "tax_id"}),
        ("healthcare/patient_encounter", "healthcare", set()),
        ("fintech/payment_transaction", "fintech", {"routing_number"}),
        ("fintech/loan_application", "fintech", set()),
        ("ecommerce/product_catalog", "ecommerce", set()),
    ],
)
def test_shipped_schemas_and_packs(schemas: Path, schema: str, domain: str, kinds: set[str]) -> None:
    seen: dict[str, int] = {}
    for record in sm.generate(str(schemas / f"{schema}.json"), seed=31, count=COUNT, domain=domain):
        for name, value in named(record):
            judge = SHIPPED.get(name)
            if judge is not None and value is not None:
                seen[name] = seen.get(name, 0) + 1
                assert judge(value), (name, value)
    assert set(seen) >= kinds
    assert all(number >= COUNT for name, number in seen.items() if name in kinds)
