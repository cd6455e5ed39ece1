"""Formats: every value has its format by two validators, and none could be somebody's."""

import ipaddress
import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from pytest_specmint.cells import strings
from pytest_specmint.formats import moments
from pytest_specmint.formats.accept import accepts
from pytest_specmint.formats.table import FORMATS, NUMBER_FORMATS, Sampler, Setting
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.patterns import Language, compile_sampler
from pytest_specmint.stream import record_keys

KEYS = record_keys(2024, 0, 2000)
TODAY = date(2025, 1, 1)
CHECKER = Draft202012Validator.FORMAT_CHECKER
RESERVED = re.compile(r"(.+\.)?(example\.(com|org|net)|[a-z]+\.(example|test)|example|test)")
NETWORKS = [
    ipaddress.ip_network(each) for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


def _setting(field: str = "") -> Setting:
    return Setting(TODAY.toordinal(), base_vocabulary().lists, field)


def _prepared(name: str) -> Sampler:
    prepare = FORMATS[name].prepare
    assert prepare is not None
    return prepare(_setting())


def _from_language(name: str) -> Sampler:
    return compile_sampler(Language.full(FORMATS[name].language))


SOURCES: list[tuple[str, Callable[[str], Sampler]]] = [
    *((name, _from_language) for name in FORMATS),
    *((name, _prepared) for name, row in FORMATS.items() if row.prepare),
]
EVERY = pytest.mark.parametrize(
    ("name", "source"), SOURCES, ids=[f"{name}-{source.__name__[1:]}" for name, source in SOURCES]
)


@EVERY
class TestEveryFormat:
    def test_jsonschema_accepts(self, name: str, source: Callable[[str], Sampler]) -> None:
        if name not in CHECKER.checkers:
            pytest.skip("jsonschema has no checker for it here")
        # Its grammar of IRIs takes milliseconds a text.
        keys = KEYS[:60] if name.startswith("iri") else KEYS
        assert [text for text in strings(source(name).cells(keys)) if not CHECKER.conforms(text, name)] == []

    def test_jsonschema_rs_accepts(self, name: str, source: Callable[[str], Sampler]) -> None:
        judge = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)
        assert [text for text in strings(source(name).cells(KEYS)) if not judge.is_valid(text)] == []

    def test_declared_lengths_hold(self, name: str, source: Callable[[str], Sampler]) -> None:
        sampler = source(name)
        lengths = [len(text) for text in strings(sampler.cells(KEYS))]
        assert sampler.min_length <= min(lengths)
        assert max(lengths) <= sampler.max_length

    def test_each_is_a_function_of_its_key(self, name: str, source: Callable[[str], Sampler]) -> None:
        texts = strings(source(name).cells(KEYS[:100]))
        assert strings(source(name).cells(KEYS[40:60])) == texts[40:60]
        assert strings(source(name).cells(KEYS[:0])) == []

    def test_they_vary(self, name: str, source: Callable[[str], Sampler]) -> None:
        assert len(set(strings(source(name).cells(KEYS)))) > 100

    def test_they_are_in_the_language(self, name: str, source: Callable[[str], Sampler]) -> None:
        language = Language.full(FORMATS[name].language)
        if name in {
            "email",
            "idn-email",
            "hostname",
            "idn-hostname",
            "uri",
            "iri",
            "uri-reference",
            "iri-reference",
        }:
            return  # the vocabulary may bring names that the language leaves out
        if source is _prepared and name in {"ipv6", "date", "date-time"}:
            return  # compressed there, written out here; the ends of the longer months
        assert [text for text in strings(source(name).cells(KEYS)) if not language.contains(text)] == []


def _hosts(name: str, texts: list[str]) -> set[str]:
    if "email" in name:
        return {text.rpartition("@")[2] for text in texts}
    if "hostname" in name:
        return set(texts)
    return {host for text in texts if (host := urlsplit(text.replace("{", "").replace("}", "")).hostname)}


@EVERY
def test_hosts_are_reserved(name: str, source: Callable[[str], Sampler]) -> None:
    if name not in {
        "email",
        "idn-email",
        "hostname",
        "idn-hostname",
        "uri",
        "iri",
        "uri-reference",
        "iri-reference",
    }:
        return
    if source is _from_language and name.startswith(("uri", "iri")):
        return
    hosts = _hosts(name, strings(source(name).cells(KEYS)))
    assert hosts
    assert [host for host in hosts if not RESERVED.fullmatch(host)] == []


@EVERY
def test_addresses_are_for_documentation(name: str, source: Callable[[str], Sampler]) -> None:
    if name not in {"ipv4", "ipv6"}:
        return
    for text in strings(source(name).cells(KEYS)):
        address = ipaddress.ip_address(text)
        assert any(address in network for network in NETWORKS) or not address.is_global, text


def test_urns_are_examples() -> None:
    texts = strings(_from_language("uri").cells(KEYS))
    assert all(text.startswith("urn:example:") for text in texts if text.startswith("urn:"))


def test_uuids_are_random_ones() -> None:
    for text in strings(_prepared("uuid").cells(KEYS)):
        assert UUID(text).version == 4
        assert str(UUID(text)) == text


@pytest.mark.parametrize("name", ["date", "date-time"])
@pytest.mark.parametrize(
    ("field", "first", "last"),
    [
        ("created_at", date(2024, 1, 2), date(2024, 12, 31)),
        ("", date(2024, 1, 2), date(2024, 12, 31)),
        ("birth_date", date(1935, 1, 24), date(2007, 1, 5)),
        ("dob", date(1935, 1, 24), date(2007, 1, 5)),
        ("expires_at", date(2025, 1, 2), date(2027, 12, 31)),
        ("due_date", date(2025, 1, 2), date(2027, 12, 31)),
    ],
)
def test_days_are_plausible(name: str, field: str, first: date, last: date) -> None:
    prepare = FORMATS[name].prepare
    assert prepare is not None
    days = [date.fromisoformat(text[:10]) for text in strings(prepare(_setting(field)).cells(KEYS))]
    assert first <= min(days)
    assert max(days) <= last
    assert (max(days) - min(days)).days > 0.9 * (last - first).days


def test_names_that_merely_contain_a_word_do_not_count() -> None:
    assert moments.span_of("undue") == moments.span_of("") == (-365, 0)
    assert moments.span_of("valid_to") == (1, 1095)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("date", "2024-02-29", True),
        ("date", "2023-02-29", False),
        ("email", "a@example.com", True),
        ("email", "a", False),
        ("ipv4", "192.0.2.256", False),
        ("uuid", "x", False),
        ("unheard-of", "anything", True),
    ],
)
def test_accepts(name: str, text: str, expected: bool) -> None:
    assert accepts(name, text) is expected


def test_rows_are_keyed_by_name() -> None:
    assert all(row.name == name for name, row in FORMATS.items())


def test_number_formats() -> None:
    assert all(low < high for low, high in NUMBER_FORMATS.values())
    assert NUMBER_FORMATS["int32"] == (-(2**31), 2**31 - 1)
    assert NUMBER_FORMATS["uint64"] == (0, 2**64 - 1)


def test_vocabularies_without_lists_have_reserved_domains_too() -> None:
    for name in ("email", "hostname", "uri"):
        prepare = FORMATS[name].prepare
        assert prepare is not None
        texts = strings(prepare(Setting(TODAY.toordinal(), {})).cells(KEYS))
        assert all(RESERVED.fullmatch(host) for host in _hosts(name, texts))
