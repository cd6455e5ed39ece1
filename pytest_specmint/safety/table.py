"""The table of what the audit looks for: one row per kind of identifier."""

import re
from collections.abc import Callable, Iterable

from msgspec import Struct

from pytest_specmint.safety import card, dea, domain, ein, gtin, iban, ip, mac, mbi, npi, phone, postal, routing, ssn
from pytest_specmint.safety.verdict import Verdict

Judge = Callable[[str], Verdict | None]
Search = Callable[[str], Iterable[Verdict]]


class Kind(Struct, frozen=True):
    """A kind of identifier: the fields in which it is looked for, and how its values are told."""

    name: str
    title: str
    judge: Judge
    """The verdict on a field's whole value; None where it has not the form."""
    meanings: tuple[str, ...] = ()
    """Kinds of fields of the vocabulary that hold it."""
    fields: tuple[str, ...] = ()
    """Names of fields beyond those; ``*_`` stands for any beginning."""
    inside: Search | None = None
    """Those within any text; None where only a field's name makes it what it is."""
    marks: tuple[bytes, ...] = ()
    """One of these is in every line that holds one, digits written as ``0`` and capitals as ``A``."""
    surely: "re.Pattern[bytes] | None" = None
    """Where a mark is not rare: what is then in the line, written likewise."""
    hex_marks: tuple[bytes, ...] = ()
    """Likewise, hexadecimal digits written as ``0``."""
    beside_street: bool = False
    """Whether it counts only where a street stands beside it."""


KINDS = (
    Kind("npi", "NPI", npi.judge, ("npi",), ("npi_id", "provider_npi_number", "*_npi_number")),
    Kind(
        "routing_number",
        "ABA routing number",
        routing.judge,
        ("routing_number",),
        ("rtn", "aba_routing", "aba_routing_number", "routing", "routing_no", "*_aba", "*_rtn", "*_routing"),
    ),
    Kind(
        "ssn",
        "social security number",
        ssn.judge,
        ("social_security_number",),
        ("social", "ssn_number", "itin", "taxpayer_id", "*_social_security_number", "*_itin", "tin", "tax_id"),
        ssn.inside,
        (b"000-00-0000",),
    ),
    Kind(
        "ein",
        "employer identification number",
        ein.judge,
        ("tax_number",),
        ("employer_id", "employer_tax_id", "federal_tax_id", "fein_number", "*_fein", "*_tin"),
    ),
    Kind(
        "phone",
        "telephone number",
        phone.judge,
        ("phone", "phone_below_phone"),
        (
            "phone_no",
            "mobile_no",
            "tel_no",
            "cellphone",
            "whatsapp",
            "sms",
            "landline",
            "*_tel",
            "*_cell",
            "*_phone_no",
        ),
        phone.inside,
        (b"+0", b"000-0000", b"000.0000"),
    ),
    Kind(
        "card",
        "payment card",
        card.judge,
        ("card_number",),
        ("card_no", "cardnumber", "ccn", "cc_num", "primary_account_number", "*_pan", "*_credit_card", "*_card_no"),
        card.inside,
        (b"0" * 14, b"0000-0000-0000-", b"0000 0000 0000 ", b"0000-000000-0000", b"0000 000000 0000"),
    ),
    Kind(
        "iban",
        "IBAN",
        iban.judge,
        ("iban",),
        ("iban_number", "*_iban_number"),
        iban.inside,
        (b"AA00",),
        re.compile(rb"AA00(?: ?[A0]{4}){2} ?[A0]{3}"),
    ),
    Kind(
        "gtin",
        "GTIN, EAN or UPC",
        gtin.judge,
        ("barcode",),
        ("gtin8", "gtin12", "gtin14", "ean8", "ean_code", "upc_code", "upca", "upc_a", "bar_code", "*_upc", "*_ean"),
    ),
    Kind(
        "address",
        "ZIP code beside a street",
        postal.judge,
        ("postal_code", "postal_code_below_place"),
        ("zip5", "zip_plus_4", "zip4", "*_zipcode"),
        postal.inside,
        (b" 00000",),
        re.compile(rb"AA,? 00000"),
        beside_street=True,
    ),
    Kind(
        "ip",
        "internet address",
        ip.judge,
        ("ip_address", "ipv6_address", "network"),
        ("ip_addr", "ipaddr", "*_ip_addr", "remote_addr", "*_ipv4", "x_forwarded_for"),
        ip.inside,
        (b".0.", b".00.", b".000."),
        re.compile(rb"0\.0{1,3}\.0{1,3}\.0"),
        (b"::", b":0000:", b":000:", b":0:", b":00:00:00:"),
    ),
    Kind(
        "email", "e-mail address", domain.judge_email, ("email", "email_below_email"), (), domain.emails_inside, (b"@",)
    ),
    Kind(
        "url",
        "URL",
        domain.judge_url,
        ("url", "endpoint", "image_url", "website"),
        (),
        domain.urls_inside,
        (b"://",),
    ),
    Kind(
        "host",
        "host or domain",
        domain.judge_host,
        ("host", "domain", "website"),
        ("domain_name", "web_site", "homepage", "*_domain", "*_website"),
    ),
    Kind(
        "mac",
        "hardware address",
        mac.judge,
        ("mac_address",),
        ("macaddr", "mac_addr", "eui48", "bssid", "ethernet_address", "*_mac", "*_bssid"),
        mac.inside,
        hex_marks=(b"00:00:00:00:00:00", b"00-00-00-00-00-00"),
    ),
    Kind(
        "dea", "DEA number", dea.judge, (), ("dea", "dea_number", "dea_no", "dea_registration", "*_dea", "*_dea_number")
    ),
    Kind(
        "mbi",
        "Medicare beneficiary identifier",
        mbi.judge,
        (),
        ("mbi", "medicare_id", "medicare_number", "medicare_beneficiary_identifier", "*_mbi", "*_medicare_id", "hicn"),
        mbi.inside,
        (b"-AA00",),
    ),
)

STREETS = ("street", "street_below_address", "full_address", "house_number")
"""Kinds of fields of the vocabulary that make an address of a ZIP code."""
STREET_FIELDS = ("street_name", "road", "address_lines", "line", "addr", "addr_line1", "streetname", "*_street_name")
