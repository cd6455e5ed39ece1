"""Texts of models, made harmless without breaking any script."""

import unicodedata

import pytest

from pytest_specmint.enrichment.graphemes import cut
from pytest_specmint.enrichment.sanitise import holds_controls, sanitised, sanitised_value


@pytest.mark.parametrize(
    "text",
    [
        "नमस्ते, क्‍ष और श्री",  # Hindi, with a joiner that changes the form
        "می‌خواهم",  # Persian: a non-joiner within a word
        "ที่นี่น้ำแข็ง ๑๒๓",  # Thai
        "שָׁלוֹם עוֹלָם",  # Hebrew with vowel points
        "ক্ষমা করবেন",  # Bengali
        "ಕನ್ನಡ ಲಿಪಿ",
        "සිංහල ක්‍රමය",  # Sinhala needs the joiner
        "Zürich, Łódź – “Señor” d’Été",
        "日本語、カタカナ。",
        "한국어 문장",
        "3 + 4 = 7, $5 at 20 °C, Kevlar®",
    ],
)
def test_people_s_writing_stays(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    assert sanitised(text) == text


def test_a_non_joiner_stays_only_within_a_word() -> None:
    assert sanitised("می‌خواهم") == "می‌خواهم"
    assert sanitised("a\u200c b") == "a b"
    assert sanitised("\u200dab\u200d") == "ab"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("user\u202egnp.exe", "usergnp.exe"),
        ("\u2066hidden\u2069", "hidden"),
        ("\ufeffbegin", "begin"),
        ("a\u00adb\u200bc\u2060d", "abcd"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("bell\x07, null\x00, escape\x1b[31m", "bell, null, escape[31m"),
        ("private \ue000 use", "private  use"),
        ("one\r\ntwo\tthree\u2028four", "one two three four"),
        ("  spaces  ", "spaces"),
        ("\ud800 lone", "lone"),
    ],
)
def test_what_readers_do_not_see_goes(text: str, clean: str) -> None:
    assert sanitised(text) == clean


def test_symbols_by_setting() -> None:
    assert sanitised("5 € + 😀") == "5 € +"
    assert sanitised("5 € + 😀", "all") == "5 € + 😀"
    assert sanitised("5 € + 😀", "none") == "5"
    family = "👩\u200d👧"
    assert sanitised(family, "all") == family
    assert sanitised(family) == ""


def test_it_is_composed_and_never_longer() -> None:
    assert sanitised("e\u0301") == "é"
    assert sanitised("\u0958") == "\u0958"  # NFC would write it as two
    assert len(sanitised("\u1ea5\u0328")) <= 2


def test_values_of_any_form() -> None:
    assert sanitised_value({"a\u202e": ["b\x00", 3, None, {"c": "d\u200b"}]}) == {"a": ["b", 3, None, {"c": "d"}]}
    assert holds_controls(["fine", {"x": "a\u202eb"}])
    assert holds_controls({"a\u202e": 1})
    assert not holds_controls(["می‌خواهم", 3, None])


@pytest.mark.parametrize(
    ("text", "length", "left"),
    [
        ("abcdef", 3, "abc"),
        ("abc", 5, "abc"),
        ("ab cd", 3, "ab"),
        ("e\u0301e\u0301", 3, "e\u0301"),
        ("क्षत्रिय", 2, ""),
        ("क्षत्रिय", 4, "क्ष"),
        ("น้ำ", 2, ""),
        ("👩\u200d👧x", 2, ""),
        ("👍🏽x", 1, ""),
        ("🇦🇹🇩🇪", 3, "🇦🇹"),
        ("\u1112\u1161\u11ab\u1100\u1173", 4, "\u1112\u1161\u11ab"),
        ("각각", 1, "각"),
        ("\u0600\u0661x", 1, ""),
    ],
)
def test_a_text_is_cut_between_characters(text: str, length: int, left: str) -> None:
    assert cut(text, length) == left
