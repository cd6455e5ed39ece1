"""The schemas that come with the project: every record valid, each edge case's promise kept, nothing real."""

import ipaddress
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

import pytest_specmint as sm

SCHEMAS = Path(__file__).parents[2] / "schemas"
FILES = sorted(path.relative_to(SCHEMAS).as_posix() for path in SCHEMAS.rglob("*.json"))
DOMAINS = [name for name in FILES if name.split("/")[0] in {"ecommerce", "fintech", "healthcare"}]
MANY = 2000
OPEN_GAPS = {
    gap["description"]: gap["reason"]
    for gap in json.loads((Path(__file__).parent / "known_gaps.json").read_text(encoding="utf-8"))
    if gap["family"] == "shipped telephone numbers"
}
"""Schemas whose telephone numbers are known to be wrong; strict, so that a fix is noticed."""
TELEPHONES = [
    pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=OPEN_GAPS[name])) if name in OPEN_GAPS else name
    for name in DOMAINS
]

RESERVED_HOST = re.compile(r"([a-z0-9-]+\.)*(example(\.(com|org|net))?|test|invalid|localhost)")
"""RFC 2606 and RFC 6761."""
RESERVED_NETWORKS = [*map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"))]
"""RFC 5737 and RFC 3849."""
MAIL = re.compile(r"[^\s@,;<>]+@([^\s@,;<>]+)")
URL = re.compile(r"\b[a-z][a-z0-9+.-]*://([^\s/?#:]+)", re.IGNORECASE)
IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
IPV6 = re.compile(r"[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}", re.IGNORECASE)
CLOCK = re.compile(r"\d{2}:\d{2}:\d{2}")
PHONE = re.compile(r"\+1-[0-9]{3}-([0-9]{3}-[0-9]{4})")


def load(name: str) -> Any:
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


@cache
def records(name: str, count: int) -> list[Any]:
    return list(sm.generate(SCHEMAS / name, seed=1337, count=count))


def edge_case(name: str) -> list[Any]:
    return records(f"edge_cases/{name}.json", MANY)


def texts(value: Any) -> Iterator[str]:
    """Every string in the value, names of properties left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


def depth(value: Any) -> int:
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if below is None else 1 + max(map(depth, below), default=0)


@pytest.mark.parametrize("name", FILES)
def test_records_are_valid_for_two_validators(name: str) -> None:
    schema, cls = load(name), jsonschema.Draft202012Validator
    slow = cls(schema, format_checker=cls.FORMAT_CHECKER)
    fast = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    made = records(name, 200)
    assert len(made) == 200
    assert [record for record in made if not (slow.is_valid(record) and fast.is_valid(record))] == []


@pytest.mark.parametrize("name", FILES)
def test_records_differ_and_repeat(name: str) -> None:
    again = list(sm.generate(SCHEMAS / name, seed=1337, count=200))
    assert again == records(name, 200)
    assert len({json.dumps(record) for record in again}) > 100


def test_optional_fields_are_there_nine_times_of_ten() -> None:
    names = load("edge_cases/empty_optional.json")["properties"]
    made = edge_case("empty_optional")
    assert len(names) > 1
    for name in names:
        assert 0.85 <= sum(name in record for record in made) / MANY <= 0.95, name


def test_deep_nesting_is_ten_levels_or_more() -> None:
    assert min(map(depth, edge_case("deep_nested"))) >= 10


def test_lengths_of_large_arrays_are_within_bounds_and_spread() -> None:
    lengths = [len(record["large_array"]) for record in edge_case("large_arrays")]
    assert 1 <= min(lengths) <= 50
    assert 950 <= max(lengths) <= 1000
    quarters = [sum(250 * i < length <= 250 * (i + 1) for length in lengths) for i in range(4)]
    assert min(quarters) > 0.02 * MANY, quarters
    assert len(set(lengths)) > 300


def test_every_pattern_is_matched() -> None:
    patterns = {
        name: re.compile(each["pattern"])
        for name, each in load("edge_cases/complex_patterns.json")["properties"].items()
    }
    for record in edge_case("complex_patterns"):
        assert set(record) == set(patterns)
        assert [name for name, pattern in patterns.items() if not pattern.search(record[name])] == []


@pytest.mark.parametrize("name", DOMAINS)
class TestNothingReal:
    """No value of a domain's schema points to anybody or anything that exists."""

    def test_mail_goes_to_reserved_domains(self, name: str) -> None:
        hosts = {host for text in texts(records(name, MANY)) for host in MAIL.findall(text)}
        assert [host for host in sorted(hosts) if not RESERVED_HOST.fullmatch(host.lower())] == []

    def test_urls_stay_within_reserved_domains(self, name: str) -> None:
        hosts = {host for text in texts(records(name, MANY)) for host in URL.findall(text)}
        assert [host for host in sorted(hosts) if not RESERVED_HOST.fullmatch(host.lower())] == []

    def test_addresses_are_not_routable(self, name: str) -> None:
        found = {each for text in texts(records(name, MANY)) for each in _addresses(text)}
        routable = [str(each) for each in found if not any(each in network for network in RESERVED_NETWORKS)]
        assert sorted(routable) == []


@pytest.mark.parametrize("name", TELEPHONES)
def test_telephone_numbers_are_fictional(name: str) -> None:
    numbers = {number for text in texts(records(name, MANY)) for number in PHONE.findall(text)}
    assert [number for number in sorted(numbers) if not re.fullmatch(r"555-01\d\d", number)] == []


def _addresses(text: str) -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    for candidate in IPV4.findall(text):
        try:
            yield ipaddress.ip_address(candidate)
        except ValueError:
            continue
    if IPV6.fullmatch(text) and not CLOCK.fullmatch(text):
        yield ipaddress.ip_address(text)


def test_the_checks_for_real_things_see_something() -> None:
    """An empty search would prove nothing: mail, URLs, addresses and telephone numbers do occur."""
    found = [text for name in DOMAINS for text in texts(records(name, 200))]
    for sign in (MAIL, URL, IPV4, PHONE):
        assert any(sign.search(text) for text in found), sign.pattern
