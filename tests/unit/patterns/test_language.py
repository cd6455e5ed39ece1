"""Languages: emptiness, intersection, complement, lengths."""

import pickle

import pytest

from pytest_specmint.patterns import Language
from pytest_specmint.patterns.charset import (
    ALL,
    NONE,
    charset,
    complement,
    contains,
    intersect,
    of_text,
    partition,
    preferred,
    size,
    union,
)
from pytest_specmint.patterns.errors import PatternError, PatternSyntaxError, UnsupportedPattern


@pytest.mark.parametrize(
    ("language", "empty"),
    [
        (Language.everything(), False),
        (Language.of("a"), False),
        (Language.of("^a$").with_length(2, None), True),
        (Language.of("^a$").with_length(0, 0), True),
        (Language.of("^a$").with_length(1, 1), False),
        (Language.of("a").with_length(5, 5), False),
        (Language.of("^a{3,}$").with_length(0, 2), True),
        (Language.of("^(ab)+$").with_length(3, 3), True),
        (Language.of("^(ab)+$").with_length(3, 4), False),
        (Language.of("[]"), True),
        (Language.of("a^"), True),
        (Language.of("$a"), True),
        (Language.of("^(?=a)b"), True),
        (Language.of("^(?!a)a"), True),
        (Language.of("a\\bb"), True),
        (Language.of("^a").intersect(Language.of("^b")), True),
        (Language.of("^a").intersect(Language.of("b$")), False),
        (Language.of("^a+$").intersect(Language.of("^b+$")), True),
        (Language.of("^a*$").intersect(Language.of("^b*$")), False),
        (Language.of("^[a-m]+$").intersect(Language.of("^[n-z]+$")), True),
        (Language.of("").complement(), True),
        (Language.of("^[\\s\\S]*$").complement(), True),
        (Language.of("^.*$").complement(), False),
        (Language.of("a").intersect(Language.of("a").complement()), True),
        (Language.of("^a$").intersect(Language.of("^b$").complement()), False),
        (Language.everything().with_length(3, 2), True),
        (Language.full("a|b").intersect(Language.of("^c")), True),
    ],
)
def test_emptiness(language: Language, empty: bool) -> None:
    assert language.is_empty() is empty
    assert bool(language.lengths(1)) is not empty


TEXTS = ["", "a", "b", "ab", "ba", "aab", "abc", "1", "a1", "\n", "é"]
PATTERNS = ["^a", "b$", "^[ab]*$", "\\d", "^.{2}$", "^(?!a)"]


@pytest.mark.parametrize("one", PATTERNS)
@pytest.mark.parametrize("other", PATTERNS)
def test_intersection_and_complement_are_boolean(one: str, other: str) -> None:
    left, right = Language.of(one), Language.of(other)
    both, less = left.intersect(right), left.intersect(right.complement())
    for text in TEXTS:
        assert _holds(both, text) is (left.contains(text) and right.contains(text))
        assert _holds(less, text) is (left.contains(text) and not right.contains(text))
        assert left.complement().contains(text) is not left.contains(text)


def _holds(language: Language, text: str) -> bool:
    return not language.is_empty() and language.contains(text)


def test_complement_of_several_conditions_is_refused() -> None:
    with pytest.raises(ValueError, match="one condition"):
        Language.of("a").with_length(1, None).complement()


@pytest.mark.parametrize(
    ("language", "wanted", "expected"),
    [
        (Language.of("^a{2,4}$"), 9, [2, 3, 4]),
        (Language.of("^(ab)+$"), 3, [2, 4, 6]),
        (Language.of("^(ab)+$").with_length(5, None), 2, [6, 8]),
        (Language.of("^(ab)+$").with_length(5, 7), 9, [6]),
        (Language.of("^x$"), 9, [1]),
        (Language.everything().with_length(500, None), 1, [500]),
    ],
)
def test_lengths(language: Language, wanted: int, expected: list[int]) -> None:
    assert language.lengths(wanted) == expected


def test_whole_and_search_differ() -> None:
    assert Language.of("a").contains("bab")
    assert not Language.full("a").contains("bab")
    assert Language.full("a|b").contains("b")


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("^(a|b)*a(a|b){30}$", "b" + "a" * 31, "b" * 40),
        ("^[a-z]{1,100000}$", "a" * 5000, "a" * 5000 + "1"),
        ("^(?:" + "|".join(f"word{i}" for i in range(300)) + ")$", "word299", "word300"),
    ],
)
def test_membership_needs_no_large_automaton(pattern: str, inside: str, outside: str) -> None:
    language = Language.of(pattern)
    assert language.contains(inside)
    assert not language.contains(outside)
    assert language.complement().contains(outside)


def test_lengths_count_code_points() -> None:
    assert Language.of("^.+$").with_length(1, 1).contains("\U0001f600")


def test_languages_are_values() -> None:
    one = Language.of("a").intersect(Language.of("b"))
    assert one == Language.of("b").intersect(Language.of("a"))
    assert hash(one) == hash(Language.of("b").intersect(Language.of("a")))
    assert pickle.loads(pickle.dumps(one)) == one


def test_automata_survive_pickling() -> None:
    machine = Language.of("^(ab|c)*$").automaton()
    copy = pickle.loads(pickle.dumps(machine))
    assert copy.accepts("abc")
    assert not copy.accepts("a")


class TestCharsets:
    def test_normal_form(self) -> None:
        assert charset([(5, 6), (1, 2), (3, 4), (9, 8)]) == ((1, 6),)

    def test_algebra(self) -> None:
        a, b = charset([(0, 10), (20, 30)]), charset([(5, 25)])
        assert intersect(a, b) == ((5, 10), (20, 25))
        assert union(a, b) == ((0, 30),)
        assert intersect(a, complement(b)) == ((0, 4), (26, 30))
        assert complement(complement(a)) == a
        assert intersect(a, complement(a)) == NONE
        assert complement(ALL) == NONE

    def test_no_surrogates(self) -> None:
        assert not contains(complement(of_text("a")), 0xD800)
        assert size(ALL) == 0x110000 - 2048

    def test_partition(self) -> None:
        parts = partition([charset([(97, 99)]), charset([(99, 101)])])
        assert sum(map(size, parts)) == size(ALL)
        assert {part for part in parts if contains(part, 99)} == {((99, 99),)}

    @pytest.mark.parametrize(
        ("chars", "expected"),
        [
            (charset([(48, 57)]), ((48, 57),)),
            (ALL, ((48, 57), (97, 122))),
            (of_text("\x00a-"), of_text("a-")),
            (of_text("\x00\x01"), of_text("\x00\x01")),
        ],
    )
    def test_preferred(self, chars: object, expected: object) -> None:
        found = preferred(chars)  # type: ignore[arg-type]
        assert intersect(found, chars) == found  # type: ignore[arg-type]
        if expected != of_text("a-"):
            assert found == expected


@pytest.mark.parametrize("kind", [PatternError, PatternSyntaxError, UnsupportedPattern])
def test_errors_survive_pickling(kind: type[PatternError]) -> None:
    copy = pickle.loads(pickle.dumps(kind("a(", "is not closed", 2)))
    assert type(copy) is kind
    assert str(copy) == "is not closed at character 2 in pattern 'a('"


def test_long_patterns_are_shortened_in_words() -> None:
    assert len(str(PatternError("a" * 500, "too long"))) < 120
