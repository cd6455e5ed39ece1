"""The frozen word lists and the table that says which field gets which of them."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from pytest_specmint.engine.templates import parse_template
from pytest_specmint.engine.vocabulary import Meaning, snake_case
from pytest_specmint.packs import base_vocabulary as module
from pytest_specmint.packs.base_vocabulary import base_vocabulary

BASE = Path(module.__file__).parent / "base"
LISTS = sorted(BASE.glob("*.txt"))
MEANINGS = base_vocabulary().meanings

ALIGNED = {"country_names": "country_codes"}
"""Lists in the order of another list, line by line, instead of their own."""

RESERVED = re.compile(r"(.+\.)?(example|test|invalid|localhost|example\.(com|net|org))", re.IGNORECASE)
"""Names of RFC 2606 and RFC 6761 that nobody can register."""

HOST = re.compile(r"(?:://(?:[^/@\s]*@)?|(?<=[^\s/])@)([^/:\s<]+)")
FIELD = re.compile(r"\{([^{}|:]*)[^{}]*\}")


def _lines(path: Path) -> tuple[list[str], list[str]]:
    """The header's lines and the entries of a list file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    head = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return lines[:head], lines[head:]


def _entries(name: str) -> list[str]:
    return _lines(BASE / f"{name}.txt")[1]


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
class TestList:
    """What holds for every list file."""

    def test_header_states_content_source_and_licence(self, path: Path) -> None:
        head, _ = _lines(path)
        assert len(head) >= 2
        assert all(line.startswith("# ") for line in head)
        text = "\n".join(head).lower()
        assert "written for pytest-specmint" in text
        assert re.search(r"\bmit\b", text)

    def test_entries_are_there_and_distinct(self, path: Path) -> None:
        _, entries = _lines(path)
        assert entries
        assert [entry for entry, times in Counter(entries).items() if times > 1] == []

    def test_entries_are_sorted(self, path: Path) -> None:
        _, entries = _lines(path)
        if path.stem not in ALIGNED:
            assert entries == sorted(entries)

    def test_no_stray_blanks_or_comments(self, path: Path) -> None:
        _, entries = _lines(path)
        assert path.read_bytes().endswith(b"\n")
        assert [entry for entry in entries if not entry or entry != entry.strip() or entry.startswith("#")] == []


@pytest.mark.parametrize(("name", "other"), ALIGNED.items())
def test_aligned_lists_have_the_same_length(name: str, other: str) -> None:
    assert len(_entries(name)) == len(_entries(other))


def test_domains_are_reserved() -> None:
    assert [each for each in _entries("domains") if not RESERVED.fullmatch(each)] == []


def test_user_agents_are_whole() -> None:
    assert [each for each in _entries("user_agents") if each.count("(") != each.count(")")] == []


@pytest.mark.parametrize("meaning", MEANINGS, ids=lambda meaning: meaning.kind)
class TestMeaning:
    """What holds for every row of the table."""

    def test_templates_parse(self, meaning: Meaning) -> None:
        for template in (*meaning.templates, *meaning.others):
            parse_template(template, base_vocabulary().lists)

    def test_names_are_normalised(self, meaning: Meaning) -> None:
        plain = [name.lstrip("*_") for name in (*meaning.names, *meaning.parents)]
        assert [name for name in plain if name != snake_case(name)] == []

    def test_addresses_are_at_reserved_domains(self, meaning: Meaning) -> None:
        hosts = [
            host
            for template in (*meaning.templates, *meaning.others)
            for host in HOST.findall(template.replace("{@", "{"))
        ]
        assert [host for host in hosts if not _is_reserved(host)] == []


def _is_reserved(host: str) -> bool:
    return host.endswith("{domains}") or bool(RESERVED.fullmatch(FIELD.sub("x", host)))


@pytest.mark.parametrize(
    ("template", "safe"),
    [
        ("{given_names|slug}@{domains}", True),
        ("https://www.{domains}/x", True),
        ("https://git.shop.example/{nouns}", True),
        ("postgresql://user:word@db.{domains}:5432/x", True),
        ("{given_names|slug}@mail.com", False),
        ("https://{nouns|slug}.com/x", False),
        ("https://example.com.evil.org", False),
    ],
)
def test_the_check_of_addresses_can_fail(template: str, safe: bool) -> None:
    assert all(map(_is_reserved, HOST.findall(template))) is safe
    assert HOST.findall(template)


def test_names_are_unique_among_rows_without_parents() -> None:
    names = Counter(name for meaning in MEANINGS if not meaning.parents for name in meaning.names)
    assert [name for name, times in names.items() if times > 1] == []


def test_every_field_has_a_meaning() -> None:
    assert MEANINGS[-1].names == ("*",)
    assert not MEANINGS[-1].parents
    assert base_vocabulary().meaning("quiteUnheardOf", "") is MEANINGS[-1]


def test_the_table_is_a_list_of_rows_with_known_keys() -> None:
    rows = json.loads((BASE / "semantics.json").read_text(encoding="utf-8"))
    assert {key for row in rows for key in row} <= {"kind", "names", "parents", "templates", "others"}
    assert all(row["kind"] and row["names"] and row["templates"] for row in rows)
