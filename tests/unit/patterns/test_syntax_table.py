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
    "^a(?<=a)b$",
    "(?<!a)b",
    "(?<=^a)b|(?<!^)1",
    "^(?:(?!ab)[ab1])*$",
    "^(?:a(?=b)|b(?!b))*$",
    "^(?:\\b[ab]\\b ?)+$",
    "(?:(?<=a)b|(?<=b)a)+1",
    "(?:^a|b){2}",
    "^(?:a?(?=b)|b){2,3}$",
    "^(?:(?<!a)b){1,2}|a(?:$|(?<=1a))",
    "a(?<=(?<!b)a)",
    "^(?:a|b$)*$",
    "^a++b",
    "^a?+a",
    "^(?:ab)++(?:a$|1)",
    "^(?:ab|1){1,2}+(?:ab|$)",
    "^a{1,2}+a$",
    "(?i)^A[B]$",
    "^(?i:A)b",
    "(?s)^.$",
    "^(?s:.)a$",
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
    ("^}$", "}", True),
    ("^a{1$", "a{1", True),
    ("^\\_\\-\\@\\ \\#$", "_-@ #", True),
    ("^[\\w-.]$", "-", True),
    ("^[a-\\d]$", "-", True),
    ("^\\U0001F600$", "\U0001f600", True),
    ("^[\\101]$", "A", True),
    ("^(?:^)*a$", "a", True),
    ("^(?=b)*a$", "a", True),
    ("^\\B$", "", True),
    ("\\B", "a", False),
    ("(?<=a+b*)c", "aabc", True),
    ("(?<=a+b*)c", "bc", False),
    ("(?i)^\\u0041[^b]$", "ac", True),
    ("(?i)^\\u0041[^b]$", "aB", False),
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
    ("\\p{Cased_Letter}", "aA", "中1"),
    ("\\p{Alphabetic}", "aéⅧ", "1-"),
    ("\\p{Lowercase}", "aª", "A1"),
    ("\\p{Uppercase}", "AⅧ", "a1"),
    ("\\p{Cased}", "aAª", "中1"),
    ("\\p{ID_Start}", "aé", "1_-"),
    ("\\p{XID_Continue}", "a1_", "-"),
    ("\\p{White_Space}", " \u0085\u3000", "a\ufeff"),
    ("\\p{Join_Control}", "\u200c\u200d", "\u200b"),
    ("\\p{Hex_Digit}", "aF9\uff11", "g"),
    ("\\p{AHex}", "aF9", "g\uff11"),
    ("\\p{Assigned}", "a", "\u0378"),
    ("\\p{Variation_Selector}", "\ufe0f", "a"),
    ("\\p{sc=Latn}", "aZéſ", "α1-×"),
    ("\\p{Script=Armenian}", "Աա", "aα"),
    ("\\p{scx=Hira}", "あ", "ア中"),
    ("\\p{Hangul}", "한", "中"),
    ("\\pL", "aé", "1"),
    ("\\p{^L}", "1", "a"),
    ("\\p{ASCII}", "a~", "é"),
    ("\\p{Any}", "a\U0001f600", ""),
]


@pytest.mark.parametrize(("pattern", "inside", "outside"), PROPERTIES)
def test_properties(pattern: str, inside: str, outside: str) -> None:
    language = Language.of(f"^{pattern}$")
    assert [char for char in inside if not language.contains(char)] == []
    assert [char for char in outside if language.contains(char)] == []


@pytest.mark.parametrize(
    ("pattern", "position"),
    [
        ("(", 0),
        (")", 0),
        ("a)", 1),
        ("(a", 0),
        ("a(b(c)", 1),
        ("*", 0),
        ("+a", 0),
        ("?", 0),
        ("a**", 2),
        ("a{2}{3}", 4),
        ("{2}", 0),
        ("^*", 1),
        ("a$+", 2),
        ("\\b?", 2),
        ("(?<=a)*", 6),
        ("[a", 0),
        ("[b-a]", 1),
        ("a{2,1}", 1),
        ("\\", 1),
        ("(?", 0),
        ("(?<a", 3),
        ("(?<a>b", 0),
        ("(?<1>b)", 0),
        ("(?#a)", 0),
        ("^(?i)a", 1),
        ("a(?-s)b", 1),
        ("|*", 1),
        ("\\i", 0),
        ("a\\Q", 1),
        ("\\x4", 0),
        ("\\u{110000}", 0),
        ("\\p", 0),
        ("\\c1", 0),
        ("[\\8]", 1),
        ("(a)\\2", 3),
        ("\\k<a>", 0),
    ],
)
def test_refuses(pattern: str, position: int) -> None:
    with pytest.raises(PatternSyntaxError) as caught:
        Language.of(pattern).is_empty()
    assert caught.value.pattern == pattern
    assert caught.value.position == position
    assert repr(pattern) in str(caught.value)


UNSUPPORTED = [
    "(a)\\1",
    "(?<x>a)\\k<x>",
    "(?P<x>a)(?P=x)",
    "(?>a|b)",
    "(?m)^a$",
    "(?m:a)",
    "(?<=a(?=b))b",
    "(?<=a$)",
    "(?<=a\\b)",
    "^\\p{Script=Klingon}$",
    "^\\p{Emoji}$",
]


@pytest.mark.parametrize("pattern", UNSUPPORTED)
def test_names_what_it_does_not_support(pattern: str) -> None:
    with pytest.raises(UnsupportedPattern):
        Language.of(pattern).is_empty()


def test_nested_groups_around_one_thing_are_no_matter() -> None:
    assert Language.of("^" + "(a" * 5000 + ")" * 5000 + "$").lengths(2) == [5000]


@pytest.mark.parametrize("pattern", ["(?:a|b" * 150 + ")" * 150, "a" * 200_000, "[" + "a" * 200_000])
def test_bounds_nesting_and_length(pattern: str) -> None:
    started = time.process_time()
    with pytest.raises((UnsupportedPattern, PatternSyntaxError)):
        Language.of(pattern).is_empty()
    assert time.process_time() - started < 2
