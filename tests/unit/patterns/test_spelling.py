"""Lenient patterns put strictly."""

import re

import jsonschema_rs
import pytest

from pytest_specmint.patterns.spelling import strictly_spelled


@pytest.mark.parametrize(
    ("lenient", "strict"),
    [
        ("^[a-z]+$", "^[a-z]+$"),
        (r"^\[a]$", r"^\[a\]$"),
        ("a{1..2}", r"a\{1..2\}"),
        ("a{2}b{1,}c{1,3}", "a{2}b{1,}c{1,3}"),
        ("a{", r"a\{"),
        (r"[\w-.]", r"[\w\-.]"),
        ("[[a]", r"[\[a]"),
        (r"(?P<year>\d)\Z", r"(?<year>\d)$"),
        (r"\Aa\a", r"^a\x07"),
        ("x?+y", "x?y"),
        ("x+?", "x+?"),
        (r"\u{1F600}\p{L}\k<a>", r"\u{1F600}\p{L}\k<a>"),
        (r"[\]}]", r"[\]}]"),
    ],
)
def test_spelled(lenient: str, strict: str) -> None:
    assert strictly_spelled(lenient) == strict


@pytest.mark.parametrize("pattern", [r"^\[a]$", "a{1..2}", "a{", "x]y"])
def test_the_bulk_validator_reads_it_and_means_the_same(pattern: str) -> None:
    validator = jsonschema_rs.Draft7Validator({"pattern": strictly_spelled(pattern)})
    for text in ("[a]", "a{1..2}", "-.x", "a{", "x]y", "", "ab"):
        assert validator.is_valid(text) == bool(re.search(pattern, text)), text
