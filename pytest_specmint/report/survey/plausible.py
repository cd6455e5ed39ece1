"""Whether values look like what their field's name says they are: of each kind of field the form that its values have.

This tells a town from a line of noise, not a real town from an invented one.
"""

import re
from collections.abc import Callable, Iterable, Mapping

Check = Callable[[str], bool]


def _form(expression: str) -> Check:
    compiled = re.compile(expression)
    return lambda text: compiled.fullmatch(text) is not None


_WORDS = _form(r"(?=.*[^\W\d_])[^\d@<>{}|\\^~\[\]]{1,80}")
"""Letters, and no digits."""
_SAYING = _form(r"(?s)(?=.*[^\W\d_]).{2,}")
"""Something with letters in it."""
_CODE = _form(r"[A-Za-z0-9][A-Za-z0-9 ./_#-]*")
_URL = _form(r"[A-Za-z][A-Za-z0-9+.-]*://\S+|[\w-]+(\.[\w-]+)+(/\S*)?")
_HOST = _form(r"(?!-)[\w-]{1,63}(\.[\w-]{1,63})+|localhost")
_DIGITS = _form(r"[\d -]+")

_KINDS: tuple[tuple[Check, str], ...] = (
    (
        _WORDS,
        "full_name given_name family_name given_name_below_person family_name_below_person person_name_below_person",
    ),
    (
        _WORDS,
        "person_name_at_root city city_name_below_city county country_name country_name_below_country nationality",
    ),
    (_WORDS, "language_name region region_below_place colour job_title job_title_below_staff"),
    (
        _SAYING,
        "company company_name_below_organization bank bank_name_below_bank brand department facility facility_name",
    ),
    (_SAYING, "health_plan health_plan_name street street_name street_below_address full_address product_name"),
    (
        _SAYING,
        "product_name_below_product product_description product_text description summary note reason message title",
    ),
    (_SAYING, "subject biography clinical_note clinical_text review_text error_message transaction_text"),
    (_form(r"[^@\s]+@[^@\s]+\.[^@\s.]+"), "email email_below_email"),
    (_form(r"(?=(\D*\d){7})\+?[\d ()./x-]+"), "phone phone_below_phone"),
    (_form(r"(?=.*\d)[A-Z0-9][A-Z0-9 -]{2,9}"), "postal_code postal_code_below_place"),
    (_form(r"[A-Z]{2,3}|[^\W\d_][^\d_]+"), "state country"),
    (_form(r"[A-Z]{3}"), "currency"),
    (_form(r"[^\s@]{2,40}"), "username social_handle"),
    (_URL, "url website endpoint image_url repository_url"),
    (_HOST, "host domain"),
    (_form(r"\d{1,3}(\.\d{1,3}){3}(/\d+)?|(?=.*:.*:)[0-9A-Fa-f:.]+(/\d+)?"), "ip_address ipv6_address network"),
    (_form(r"([0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2}"), "mac_address"),
    (_form(r"\d{10}"), "npi"),
    (_form(r"\d{9}"), "routing_number"),
    (_form(r"\d{3}-?\d{2}-?\d{4}"), "social_security_number"),
    (_form(r"[A-Z]{2}\d{2}[A-Z0-9 ]{11,38}"), "iban"),
    (_DIGITS, "account_number card_number card_last_four card_code barcode upc group_number_digits"),
    (_CODE, "sku order_number invoice_number tracking_number serial_number model_number identifier member_number"),
    (_CODE, "policy_number claim_number medical_record_number taxonomy_code tax_number vat_number lot_number"),
    (_form(r"\d{4}-\d\d-\d\d.*"), "birth_date_text date_text timestamp_text"),
    (_form(r"\d{4}"), "year"),
    (_form(r"#?[0-9A-Fa-f]{3,8}"), "hex_colour"),
    (_form(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"), "uuid_text"),
    (_form(r"[a-z]{2,3}([_-][A-Za-z0-9]+)*"), "language locale"),
    (_form(r"[A-Za-z_+-]+/[A-Za-z_/+-]+|UTC"), "time_zone"),
)

CHECKS: Mapping[str, Check] = {kind: check for check, kinds in _KINDS for kind in kinds.split()}
"""By the kind of field, as the vocabulary names it."""


def plausible(kind: str, texts: Iterable[str]) -> tuple[int, int] | None:
    """How many of these texts look like their kind, and how many there are; None for kinds without a form."""
    check = CHECKS.get(kind)
    if check is None:
        return None
    looked_at = list(texts)
    return sum(map(check, looked_at)), len(looked_at)
