"""Texts of a model, made harmless: characters by Unicode category, NFC, joiners where scripts need them.

Letters, marks, numbers, punctuation and spaces stay, of any script; symbols by setting. Controls of direction and all
other controls go, so that no text shows otherwise than it is. It is done before a value is judged, and never to what
is replayed: what a cassette holds does not depend on the Unicode version of the Python that reads it.
"""

import re
from collections.abc import Callable
from unicodedata import category, normalize

from pytest_specmint.enrichment.graphemes import ZWJ, ZWNJ
from pytest_specmint.schema.sets.values import Json

_LINES = re.compile("\r\n|[\t\n\x0b\x0c\r\x85\u2028\u2029]")
_KEPT = {"none": "", "usual": "\u00b0\u00a9\u00ae\u2122", "all": ""}
"""Symbols that stay whatever their category."""
_CATEGORIES = {
    "none": frozenset(["Zs"]),
    "usual": frozenset(["Zs", "Sc", "Sm", "Sk"]),
    "all": frozenset(["Zs", "Sc", "Sm", "Sk", "So"]),
}
_ROUNDS = 8

CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
"""What no text of a recording may hold, in any version of Unicode."""


def sanitised(text: str, symbols: str = "usual") -> str:
    """The text with nothing in it but what its readers see; never longer. Doing it again changes nothing."""
    for _ in range(_ROUNDS):
        before, text = text, _once(text, symbols)
        if text == before:
            return text
    return text


def _once(text: str, symbols: str) -> str:
    text = _LINES.sub(" ", text)
    kept = "".join(char for at, char in enumerate(text) if _stays(text, at, symbols))
    return _composed(kept).strip()


def _stays(text: str, at: int, symbols: str) -> bool:
    char = text[at]
    kind = category(char)
    if kind[0] in "LMNP" or kind in _CATEGORIES[symbols] or char in _KEPT[symbols]:
        return True
    return char in (ZWJ, ZWNJ) and 0 < at < len(text) - 1 and _joined(text[at - 1], text[at + 1], symbols)


def _joined(before: str, after: str, symbols: str) -> bool:
    """Whether a joiner between these two means something: within a word, or within an emoji that is shown."""
    kinds = category(before), category(after)
    if kinds[0][0] in "LM" and kinds[1][0] in "LM":
        return True
    return symbols == "all" and kinds[0] in ("So", "Sk", "Mn") and kinds[1] == "So"


def _composed(text: str) -> str:
    """NFC, but for what it would make longer: a few letters that are only ever written apart."""
    whole = normalize("NFC", text)
    if len(whole) <= len(text):
        return whole
    parts: list[str] = []
    for char in text:
        if parts and category(char)[0] == "M":
            parts[-1] += char
        else:
            parts.append(char)
    return "".join(made if len(made := normalize("NFC", part)) <= len(part) else part for part in parts)


def sanitised_value(value: Json, symbols: str = "usual") -> Json:
    """A value with all texts in it made harmless, names of properties too."""
    return _mapped(value, lambda text: sanitised(text, symbols))


def holds_controls(value: Json) -> bool:
    """Whether a text in a value holds a control that sanitising takes out."""
    if isinstance(value, str):
        return CONTROLS.search(value) is not None
    if isinstance(value, list):
        return any(map(holds_controls, value))
    return isinstance(value, dict) and any(holds_controls(each) for pair in value.items() for each in pair)


def _mapped(value: Json, change: Callable[[str], str]) -> Json:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(each, change) for each in value]
    if isinstance(value, dict):
        return {change(name): _mapped(each, change) for name, each in value.items()}
    return value
