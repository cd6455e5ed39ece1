"""Drawing texts: every sample matches, each is a function of its key, and the bytes are frozen."""

import pickle
import re

import pytest

from pytest_specmint.patterns import (
    EmptyLanguage,
    Language,
    PatternExhausted,
    PatternSyntaxError,
    compile_sampler,
    search_sampler,
)
from pytest_specmint.stream import record_keys

KEYS = record_keys(2024, 0, 300)

PATTERNS = [
    "^[A-Z]{3}-\\d{4}$",
    "^(foo|bar)+[0-9]?$",
    "cat",
    "^cat",
    "cat$",
    "^\\p{Lu}\\p{Ll}{2,4}$",
    "^(?!00)\\d{2}x$",
    "^(?=.*\\d)(?=.*[a-z])[a-z0-9]{6,10}$",
    "^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$",
    "^\\S+$",
    "^.+$",
    "^[\\x00-\\x1f]{2}$",
    "^[\\u4e00-\\u9fa5]{2,5}$",
    "^\\u{1F600}+$",
    "\\bword\\b",
    "^a\\Bb$",
    "^(\\d{1,3}\\.){3}\\d{1,3}$",
    "^$",
    "",
    "^a*$",
    "^(a|bc|def)$",
    "^[a-z]{1,200}$",
    "^((a|b)c?){2,3}$",
    "^x(?!y)[xyz]$",
    "^\\+?[1-9]\\d{1,14}$",
    "^#([0-9a-f]{3}|[0-9a-f]{6})$",
    "^v\\d+\\.\\d+\\.\\d+(-[a-z]+)?$",
    "^a(?<=a)b$",
    "(?<![0-9])\\d{3}(?![0-9])",
    "^(?:(?!--)[a-z-]){3,20}$",
    "^(?:\\b[A-Z]\\w*\\b ?){2,4}$",
    "^[^@\\s]{1,9}@(?:example\\.com|test)$",
    "^(?i:abc)\\d$",
    "^(0[1-9]|1[0-2])/\\d\\d$",
    "^(?:red|green|lightblue|\\d{2,5})?$",
    "^[\\x00a]{3}$",
    "^(?:[\\na]|é{2})b{1,3}$",
    "^(?!admin)",
]


@pytest.mark.parametrize("pattern", PATTERNS)
class TestLaws:
    def test_every_sample_matches(self, pattern: str) -> None:
        language = Language.of(pattern)
        sampler = compile_sampler(language)
        texts = sampler.sample(KEYS)
        assert len(texts) == len(KEYS)
        for text in texts:
            assert language.contains(text), text
            assert sampler.min_length <= len(text) <= sampler.max_length
            if "\\p" not in pattern and "\\u{" not in pattern:
                assert re.search(pattern, text), text

    def test_each_is_a_function_of_its_key(self, pattern: str) -> None:
        sampler = compile_sampler(Language.of(pattern))
        texts = sampler.sample(KEYS)
        assert sampler.sample(KEYS[100:110]) == texts[100:110]
        assert sampler.sample(KEYS[::-1]) == texts[::-1]
        assert sampler.sample(KEYS[7::50]) == texts[7::50]
        assert sampler.sample(KEYS[:0]) == []

    def test_survives_pickling(self, pattern: str) -> None:
        sampler = compile_sampler(Language.of(pattern))
        before = sampler.sample(KEYS[:50])  # tables made lazily must not be needed, nor in the way
        assert pickle.loads(pickle.dumps(sampler)).sample(KEYS[:50]) == before

    def test_two_compilations_agree(self, pattern: str) -> None:
        assert compile_sampler(Language.of(pattern)).sample(KEYS) == compile_sampler(Language.of(pattern)).sample(KEYS)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("bounds", [(0, 3), (4, 4), (7, 12), (30, None)])
def test_lengths_hold(pattern: str, bounds: tuple[int, int | None]) -> None:
    language = Language.of(pattern).with_length(*bounds)
    if language.is_empty():
        with pytest.raises(EmptyLanguage):
            compile_sampler(language)
        return
    texts = compile_sampler(language).sample(KEYS[:100])
    assert all(language.contains(text) for text in texts)


@pytest.mark.parametrize("spread", [0, 1, 30, 1000])
@pytest.mark.parametrize("pattern", ["^[a-z]{3,}$", "^a{1,400}b{2,9}$", "^(?=b)[ab]{1,400}$", "^[a-z]+(-[a-z]+)*$"])
@pytest.mark.parametrize("bounds", [(0, None), (5, 300), (60, None)])
def test_spread_stays_within_bounds(pattern: str, spread: int, bounds: tuple[int, int | None]) -> None:
    language = Language.of(pattern).with_length(*bounds)
    sampler = compile_sampler(language, spread=spread)
    assert all(language.contains(text) for text in sampler.sample(KEYS[:30]))
    if bounds[1] is None and pattern == "^[a-z]{3,}$":
        assert sampler.max_length == language.lengths(1)[0] + spread


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("^[A-Z]{3}-\\d{4}$", ["TPW-1897", "HYW-4141", "LHE-1122", "FNZ-8287"]),
        ("^(foo|bar)+[0-9]?$", ["bar5", "foofoobar1", "foofoo", "foobarfoo1"]),
        ("^\\p{Lu}\\p{Ll}{2,4}$", ["Tpw", "Hywkt", "Lhec", "Fnzvo"]),
        ("^(?!00)\\d{2}x$", ["27x", "46x", "23x", "89x"]),
        ("^(?:red|\\d{2,5})$", ["7542", "red", "43361", "red"]),
        ("cat", ["cat", "cat", "cat", "cat"]),
    ],
)
def test_frozen(pattern: str, texts: list[str]) -> None:
    # Changing any of these changes every dataset with patterns: the engine's version must be raised with them.
    assert compile_sampler(Language.of(pattern)).sample(KEYS[:4]) == texts


def test_intersections_are_sampled() -> None:
    language = Language.of("^[a-z]+$").intersect(Language.of("x")).intersect(Language.of("^.{5,9}$"))
    for text in compile_sampler(language).sample(KEYS):
        assert re.fullmatch("[a-z]{5,9}", text)
        assert "x" in text


def test_complements_are_sampled() -> None:
    language = Language.of("^[a-c]{1,6}$").intersect(Language.of("ab").complement())
    texts = compile_sampler(language).sample(KEYS)
    assert all(re.fullmatch("[a-c]{1,6}", text) and "ab" not in text for text in texts)
    assert len(set(texts)) > 50


@pytest.mark.parametrize(
    ("pattern", "count"), [("^[a-z]$", 26), ("^\\d{2}$", 100), ("^(yes|no|maybe)$", 3), ("^[ab]{3}$", 8)]
)
def test_every_text_is_reached(pattern: str, count: int) -> None:
    texts = compile_sampler(Language.of(pattern)).sample(record_keys(1, 0, 20 * count + 100))
    assert len(set(texts)) == count


def test_digits_are_uniform() -> None:
    texts = compile_sampler(Language.of("^\\d{6}$")).sample(record_keys(1, 0, 20_000))
    for column in range(6):
        counts = [sum(text[column] == digit for text in texts) for digit in "0123456789"]
        assert max(counts) - min(counts) < 400


@pytest.mark.parametrize(
    ("pattern", "shares"),
    [
        ("^(?:red|[a-z]{5,9}-)$", {3: 1 / 2, **dict.fromkeys(range(6, 11), 1 / 10)}),
        ("^a{1,20}$", dict.fromkeys(range(1, 21), 1 / 20)),
        ("^(?:a|bc|def|[0-9]{4})$", dict.fromkeys(range(1, 5), 1 / 4)),
        ("^(?=[ab]+$)[abc]{3,6}$", dict.fromkeys(range(3, 7), 1 / 4)),
        ("^[a-z]*$", dict.fromkeys(range(13), 1 / 13)),
    ],
)
def test_branches_and_lengths_have_equal_shares(pattern: str, shares: dict[int, float]) -> None:
    texts = compile_sampler(Language.of(pattern)).sample(record_keys(3, 0, 8000))
    found = {length: sum(len(text) == length for text in texts) / 8000 for length in shares}
    assert sum(found.values()) == 1
    assert all(abs(found[length] - share) < 0.025 for length, share in shares.items())


def test_numbers_are_uniform_whatever_their_branches() -> None:
    texts = compile_sampler(Language.of("^(?:0[1-9]|[12]\\d|3[01])$")).sample(record_keys(3, 0, 31_000))
    counts = [texts.count(f"{day:02}") for day in range(1, 32)]
    assert min(counts) > 850
    assert max(counts) < 1150


def test_texts_of_one_length_in_a_walk_are_alike() -> None:
    texts = compile_sampler(Language.of("^(?!aa)[ab]{3}$")).sample(record_keys(3, 0, 6000))
    counts = {text: texts.count(text) for text in sorted(set(texts))}
    assert len(counts) == 6
    assert all(abs(count - 1000) < 120 for count in counts.values())


def test_bare_matches_are_preferred_where_there_are_many() -> None:
    texts = compile_sampler(Language.of("^(?!AB)[A-Z]{4}")).sample(KEYS)
    assert all(re.fullmatch("[A-Z]{4}", text) for text in texts)
    assert len(set(compile_sampler(Language.of("^(?!admin)")).sample(KEYS))) > 200


@pytest.mark.parametrize(
    "pattern", ["^[A-Z]{3}-\\d{4}$", "^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$", "^(?=.*\\d)[a-z0-9]{6,10}$"]
)
def test_samplers_are_small_to_ship(pattern: str) -> None:
    sampler = compile_sampler(Language.of(pattern))
    sampler.sample(KEYS)
    assert len(pickle.dumps(sampler)) < 6000


def test_many_keys_at_once_are_as_few() -> None:
    sampler = compile_sampler(Language.of("^[a-z]{3000,3001}$"))
    keys = record_keys(1, 0, 2000)
    assert sampler.sample(keys)[1990:] == sampler.sample(keys[1990:])


def test_negated_classes_stay_readable() -> None:
    texts = compile_sampler(Language.of("^[^,]{8}$")).sample(KEYS)
    assert all(re.fullmatch("[a-z0-9]{8}", text) for text in texts)


@pytest.mark.parametrize("pattern", ["^a$b", "^(?=a)b$", "a\\bb", "^(?<=a)b", "(?<!a)(?<=a)b", "^(?:(?!a)a)+$"])
def test_empty_languages_are_refused(pattern: str) -> None:
    with pytest.raises(EmptyLanguage):
        compile_sampler(Language.of(pattern))


class TestSearch:
    PATTERN = "^(\\w{2})-\\1$"

    def test_back_references(self) -> None:
        texts = search_sampler(self.PATTERN, 0, None).sample(KEYS[:50])
        assert all(re.fullmatch(r"(\w{2})-\1", text) for text in texts)
        assert len(set(texts)) > 25

    def test_frozen(self) -> None:
        assert search_sampler(self.PATTERN, 0, None).sample(KEYS[:4]) == ["k9-k9", "IY-IY", "QH-QH", "D4-D4"]

    def test_is_pure_and_picklable(self) -> None:
        sampler = search_sampler(self.PATTERN, 0, None)
        texts = sampler.sample(KEYS[:20])
        assert pickle.loads(pickle.dumps(sampler)).sample(KEYS[5:10]) == texts[5:10]

    def test_lengths_hold(self) -> None:
        texts = search_sampler("^([ab]+)-\\1$", 5, 9).sample(KEYS[:30])
        assert all(5 <= len(text) <= 9 for text in texts)

    def test_named_groups_as_ecma_writes_them(self) -> None:
        texts = search_sampler("^(?<x>[ab])\\k<x>$", 0, None).sample(KEYS[:20])
        assert set(texts) == {"aa", "bb"}

    def test_impossible(self) -> None:
        with pytest.raises(PatternExhausted):
            search_sampler("^(a)\\1$", 5, 9)

    def test_syntax(self) -> None:
        with pytest.raises(PatternSyntaxError):
            search_sampler("(a", 0, None)
