"""Patterns that would take forever or all memory: sampled, or refused in words, within bounded time."""

import time
from contextlib import suppress

import pytest

from pytest_specmint.patterns import (
    EmptyLanguage,
    Language,
    PatternError,
    UnsupportedPattern,
    compile_sampler,
    matches,
    search_sampler,
)
from pytest_specmint.stream import record_keys

KEYS = record_keys(7, 0, 40)
SECONDS = 3
"""About one is what it takes; machines differ."""

SAMPLED = [
    "[a-z]{50000}",
    "^[a-z]{1,1000000}$",
    "[a-z]{1,5000}",
    "^(a{1,50}){1,50}$",
    "((a{0,100}){0,100}){0,100}",
    "((ab{0,100}){0,100}){0,100}",
    "(a|a)*b",
    "(a*)*",
    "(a?){500}a{500}",
    "^(a+)+$",
    "^(a|aa)+$",
    "^((a*)*)*$",
    "^(.*a){25}",
    "^(.*a){25}$",
    "(.*){10}x",
    "(x+x+)+y",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "a{0,2147483647}",
    "(ab){0,2147483647}",
    "(a|b)*a(a|b){30}",
    "^(\\w+\\s?)*$",
    "^(?=(a+)+$)(?=.*b)?(a|b)*$",
    "^(?=a(?=b(?=c(?=d(?=e)))))",
    "^(?=(?=(?=(?=.*a).*b).*c).*d).*$",
    "(?=" * 45 + "a" + ")" * 45,
    "^(?:(?!foo|bar|baz)\\w){3,200}$",
    "^(?:(?=.{3})\\w)*..$",
    "(?<=a)" * 50 + "x",
    "\\b" * 1000 + "a",
    "(?=.*[a-z])(?=.*[A-Z])(?=.*\\d).{8,}",
    "^(?=.{8,72}$)(?=.*[a-z])(?=.*[A-Z])(?=.*\\d)(?=.*[^\\w\\s]).*$",
    "^(?:[a-z0-9]{1,63}\\.){1,127}[a-z]{2,63}$",
    "|".join(f"word{i}" for i in range(1500)),
    f"^(?:{'|'.join(f'word{i}' for i in range(1000))})+$",
    f"\\b(?:{'|'.join(f'word{i}' for i in range(1000))})\\b",
    f"^(?!(?:{'|'.join(f'word{i}' for i in range(1000))})$)[a-z0-9]+$",
    "(" * 200 + "a" + ")*" * 200,
    "(?:a|b|cd)*" * 200,
    "x" * 60_000,
]
REFUSED = [
    "[a-z]{1000000}",
    "(x{1000}){1000}",
    "(ab){2147483647}",
    "((a{1000}){1000}){1000}",
    "^(?!.*(ab|ba){5}).{2000}$",
    "(?<=(a|b)*a(a|b){20})x",
    "(?:a|b" * 150 + ")" * 150,
    "(a)\\1{1000000}",
    "^" + "".join(f"(?=.*{letter})" for letter in "abcdefghijklmnopqrst") + ".*$",
]


@pytest.mark.parametrize("pattern", SAMPLED, ids=range(len(SAMPLED)))
def test_is_sampled_in_bounded_time(pattern: str) -> None:
    started = time.process_time()
    language = Language.of(pattern)
    assert not language.is_empty()
    texts = compile_sampler(language).sample(KEYS)
    assert all(matches(pattern, text) for text in texts[:3])
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("pattern", REFUSED, ids=range(len(REFUSED)))
def test_is_refused_in_bounded_time(pattern: str) -> None:
    started = time.process_time()
    with pytest.raises(UnsupportedPattern) as caught:
        compile_sampler(Language.of(pattern))
    assert caught.value.reason
    with pytest.raises(UnsupportedPattern):  # nor is the failure found out at length a second time
        compile_sampler(Language.of(pattern))
    with suppress(PatternError):
        search_sampler(pattern, 0, None).sample(KEYS[:5])
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("bounds", [(1_000_000, None), (100_000, 100_000)])
@pytest.mark.parametrize("pattern", ["^[a-z]*$", "^(ab)*$", "(?=a)", "^(ab|c*d)*$"])
def test_texts_of_immense_length_are_refused(pattern: str, bounds: tuple[int, int | None]) -> None:
    with pytest.raises((UnsupportedPattern, EmptyLanguage)):
        compile_sampler(Language.of(pattern).with_length(*bounds))


def test_lengths_far_away_are_found_without_walking_there() -> None:
    language = Language.of("^(?:(?!c)(?:ab|cd|bb))*$").with_length(10**9 + 1, None)
    assert language.lengths(2) == [10**9 + 2, 10**9 + 4]
