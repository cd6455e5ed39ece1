"""What patterns accept, by tables and against Python's own engine."""

import re
import time
from itertools import product

import pytest

from pytest_specmint.patterns import Language, PatternSyntaxError, UnsupportedPattern, matches

TEXTS = [
    *("".join(letters) for size in range(4) for letters in product("ab1", repeat=size)),
    "abc",
    "abcabc",
    "A",
    "Ab",
    "_",
    "-",
    "a-b",
    "a b",
    " ",
    "\t",
    "\n",
    "a\nb",
    ".",
    "a.b",
    "aaaaaaaa",
    "12345",
    "2024-05-06",
    "x@y",
    "é",
    "]",
    "^",
    "\\",
    "{",
    "a{2}",
    "a+",
    "$",
]

COMMON = [
    "",
    "a",
    "^a",
    "a\\Z".replace("\\Z", "$"),
    "^a$",
    "^$",
    "ab|1",
    "^(ab|1)$",
    "^(?:a|b)*$",
    "a*",
    "^a+b?$",
    "^a{2}$",
    "^a{1,2}$",
    "^a{2,}$",
    "^(ab){1,2}$",
    "^a{0}$",
    "^a*?b+?$",
    "^[ab]$",
    "^[^ab]$",
    "^[a-c1-3]+$",
    "^[-a]+$",
    "^[a-]+$",
    "^[]^]$".replace("[]^]", "[\\]^]"),
    "^[\\^\\\\]$",
    "^[.]$",
    "^\\.$",
    "^.$",
    "^..$",
    "^\\d+$",
    "^\\D+$",
    "^\\w+$",
    "^\\W$",
    "^[\\w.-]+$",
    "^[\\d\\s]+$",
    "^[^\\d]$",
    "^\\$$",
    "^a\\{2\\}$",
    "^a\\+$",
    "\\t",
    "\\n",
    "^\\x41$",
    "^\\u0041$",
    "^\\d{4}-\\d{2}-\\d{2}$",
    "(a|b)(1|b)",
    "^(a|ab)(1|b1)$",
    "^((a|b)*1)*$",
    "^(a*)*$",
    "^(?=a)",
    "^(?!a)",
    "^(?=.*1)(?=.*a).*$",
    "^(?!.*b).+$",
    "^a(?=b)",
    "^a(?!b)",
    "a(?!$)",
    "\\ba",
    "a\\b",
    "\\bab\\b",
    "\\Ba",
    "a\\Bb",
    "^\\b",
    "(^a|1$)",
    "^a|1$",
    "^(|a)$",
    "^(a|)b$",
    "^(?:(?:(?:a)))$",
    "(?:)",
    "^[a][b]?$",
    "^[\\x61-\\x62]+$",
]


@pytest.mark.parametrize("pattern", COMMON)
def test_agrees_with_python(pattern: str) -> None:
    # "$" of ECMA-262 is the very end, which Python writes \Z.
    judge = re.compile(re.sub(r"(?<!\\)\$", r"\\Z", pattern), re.ASCII)
    language = Language.of(pattern)
    for text in TEXTS:
        assert language.contains(text) is (judge.search(text) is not None), text


ECMA = [
    ("^a$", "a\n", False),
    ("^.$", "\u2028", False),
    ("^.$", "\r", False),
    ("^.$", "\u0085", True),
    ("^.$", "\U0001f600", True),
    ("^\\d$", "٣", False),
    ("^\\w$", "é", False),
    ("^\\s$", "\u00a0", True),
    ("^\\s$", "\ufeff", True),
    ("^\\s$", "\u0085", False),
    ("^\\S$", "\u00a0", False),
    ("^[\\s\\S]$", "\n", True),
    ("^[^]$", "\n", True),
    ("^\\/$", "/", True),
    ("^\\-$", "-", True),
    ("^\\cJ$", "\n", True),
    ("^\\0$", "\0", True),
    ("^\\v$", "\v", True),
    ("^\\f$", "\f", True),
    ("^\\u{1F600}$", "\U0001f600", True),
    ("^\\uD83D\\uDE00$", "\U0001f600", True),
    ("^(?<year>\\d{4})$", "2024", True),
    ("^a{,3}$", "a{,3}", True),
    ("^[\\b]$", "\b", True),
    ("^a{$", "a{", True),
    ("^]$", "]", True),
]


@pytest.mark.parametrize(("pattern", "text", "expected"), ECMA)
def test_follows_ecma_262(pattern: str, text: str, expected: bool) -> None:
    assert Language.of(pattern).contains(text) is expected
    assert matches(pattern, text) is expected


PROPERTIES = [
    ("\\p{L}", "aZéЖ中", "1 -_"),
    ("\\p{Letter}", "aé", "1"),
    ("\\p{Lu}", "AÉЖ", "aé1"),
    ("\\p{Ll}", "aéж", "AÉ1"),
    ("\\p{Uppercase_Letter}", "A", "a"),
    ("\\p{N}", "1٣Ⅷ½", "a"),
    ("\\p{Nd}", "1٣", "Ⅷ½"),
    ("\\p{P}", "!-_«", "a+"),
    ("\\p{Sc}", "$€", "a"),
    ("\\p{Z}", " \u00a0", "a"),
    ("\\P{L}", "1 -", "aé"),
    ("\\p{General_Category=Lu}", "A", "a"),
    ("\\p{gc=Lu}", "A", "a"),
    ("\\p{Script=Greek}", "αΩ", "aж"),
    ("\\p{sc=Cyrillic}", "жЯ", "aα"),
    ("\\p{Script=Han}", "中", "あa"),
    ("[\\p{L}\\d]", "é5", "-"),
    ("[^\\p{L}]", "5-", "é"),
    ("\\p{ASCII}", "a~", "é"),
    ("\\p{Any}", "a\U0001f600", ""),
]


@pytest.mark.parametrize(("pattern", "inside", "outside"), PROPERTIES)
def test_properties(pattern: str, inside: str, outside: str) -> None:
    language = Language.of(f"^{pattern}$")
    assert [char for char in inside if not language.contains(char)] == []
    assert [char for char in outside if language.contains(char)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "a)",
        "(a",
        "*",
        "+a",
        "?",
        "a**",
        "[a",
        "[b-a]",
        "a{2,1}",
        "\\",
        "(?",
        "(?<a",
        "(?<a>b",
        "|*",
    ],
)
def test_refuses(pattern: str) -> None:
    with pytest.raises(PatternSyntaxError) as caught:
        Language.of(pattern).is_empty()
    assert caught.value.pattern == pattern
    assert repr(pattern) in str(caught.value)


@pytest.mark.parametrize("pattern", ["(a)\\1", "(?<x>a)\\k<x>", "^\\p{Script=Klingon}$", "^\\p{Emoji}$"])
def test_names_what_it_does_not_support(pattern: str) -> None:
    with pytest.raises(UnsupportedPattern):
        Language.of(pattern).is_empty()


@pytest.mark.parametrize("pattern", ["(a" * 5000 + ")" * 5000, "a" * 200_000, "[" + "a" * 200_000])
def test_bounds_nesting_and_length(pattern: str) -> None:
    started = time.process_time()
    with pytest.raises((UnsupportedPattern, PatternSyntaxError)):
        Language.of(pattern).is_empty()
    assert time.process_time() - started < 5


HOSTILE = [
    "^(a+)+$",
    "^(a|a)*$",
    "^(a|aa)+$",
    "^((a*)*)*$",
    "^(.*a){25}$",
    "(x+x+)+y",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(a|b)*a(a|b){30}",
    "^(\\w+\\s?)*$",
    "^(?=(a+)+$)(?=.*b)(a|b)*$",
    "a{1000}{1000}",
    "(a{0,100}){0,100}",
    "[a-z]{1,5000}",
    "(?=.*a)(?=.*b)(?=.*c)(?=.*d)(?=.*e)(?=.*f)(?=.*g)(?=.*h)",
    "(" * 200 + "a" + ")*" * 200,
    "a{99999999}",
    "^(?!.*(ab|ba){5}).{200}$",
    "|".join(f"word{i}" for i in range(500)),
]


@pytest.mark.parametrize("pattern", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_patterns_take_bounded_time(pattern: str) -> None:
    started = time.process_time()
    try:
        language = Language.of(pattern)
        if not language.is_empty():
            language.contains("a" * 40 + "!")
    except UnsupportedPattern:
        pass  # saying so quickly is as good
    assert time.process_time() - started < 5
