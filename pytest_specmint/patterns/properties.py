r"""``\p{…}``: categories from `unicodedata`, binary properties from the methods of `str`, scripts by characters' names.

Scripts are an approximation: the letters, marks and digits whose names begin with the script's, and for Han, Hangul and
the like their blocks. What is drawn is limited elsewhere to characters that have long been in Unicode.
"""

import sys
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from pytest_specmint.patterns.charset import ALL, CharSet, charset, complement, intersect, union

_LONG = {
    "Letter": "L",
    "Cased_Letter": "LC",
    "Lowercase_Letter": "Ll",
    "Uppercase_Letter": "Lu",
    "Titlecase_Letter": "Lt",
    "Modifier_Letter": "Lm",
    "Other_Letter": "Lo",
    "Mark": "M",
    "Combining_Mark": "M",
    "Nonspacing_Mark": "Mn",
    "Spacing_Mark": "Mc",
    "Enclosing_Mark": "Me",
    "Number": "N",
    "Decimal_Number": "Nd",
    "Letter_Number": "Nl",
    "Other_Number": "No",
    "Punctuation": "P",
    "Connector_Punctuation": "Pc",
    "Dash_Punctuation": "Pd",
    "Open_Punctuation": "Ps",
    "Close_Punctuation": "Pe",
    "Initial_Punctuation": "Pi",
    "Final_Punctuation": "Pf",
    "Other_Punctuation": "Po",
    "Symbol": "S",
    "Math_Symbol": "Sm",
    "Currency_Symbol": "Sc",
    "Modifier_Symbol": "Sk",
    "Other_Symbol": "So",
    "Separator": "Z",
    "Space_Separator": "Zs",
    "Line_Separator": "Zl",
    "Paragraph_Separator": "Zp",
    "Other": "C",
    "Control": "Cc",
    "cntrl": "Cc",
    "Format": "Cf",
    "Surrogate": "Cs",
    "Private_Use": "Co",
    "Unassigned": "Cn",
    "digit": "Nd",
    "punct": "P",
}
_GROUPS: dict[str, tuple[str, ...]] = {"LC": ("Lu", "Ll", "Lt")}
_HEX: CharSet = ((48, 57), (65, 70), (97, 102))
_FIXED: dict[str, tuple[tuple[int, int], ...]] = {
    "Any": ALL,
    "ASCII": ((0, 127),),
    "ASCII_Hex_Digit": _HEX,
    "Hex_Digit": (*_HEX, (0xFF10, 0xFF19), (0xFF21, 0xFF26), (0xFF41, 0xFF46)),
    "White_Space": (
        *((9, 13), (32, 32), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A)),
        *((0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000)),
    ),
    "Pattern_White_Space": ((9, 13), (32, 32), (0x85, 0x85), (0x200E, 0x200F), (0x2028, 0x2029)),
    "Join_Control": ((0x200C, 0x200D),),
    "Bidi_Control": ((0x61C, 0x61C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069)),
    "Variation_Selector": ((0x180B, 0x180D), (0x180F, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF)),
    "Regional_Indicator": ((0x1F1E6, 0x1F1FF),),
    "Noncharacter_Code_Point": (
        (0xFDD0, 0xFDEF),
        *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000)),
    ),
}
_TESTS: dict[str, Callable[[str], bool]] = {
    "Alphabetic": lambda char: char.isalpha() or unicodedata.category(char) == "Nl",
    "Lowercase": str.islower,
    "Uppercase": str.isupper,
    "Cased": lambda char: char.islower() or char.isupper() or char.istitle(),
    "ID_Start": lambda char: char.isidentifier() and char != "_",
    "ID_Continue": lambda char: f"a{char}".isidentifier(),
}
_SHORT = {
    "AHex": "ASCII_Hex_Digit",
    "Hex": "Hex_Digit",
    "space": "White_Space",
    "Pat_WS": "Pattern_White_Space",
    "Join_C": "Join_Control",
    "Bidi_C": "Bidi_Control",
    "VS": "Variation_Selector",
    "RI": "Regional_Indicator",
    "NChar": "Noncharacter_Code_Point",
    "Alpha": "Alphabetic",
    "Lower": "Lowercase",
    "Upper": "Uppercase",
    "IDS": "ID_Start",
    "XIDS": "ID_Start",
    "XID_Start": "ID_Start",
    "IDC": "ID_Continue",
    "XIDC": "ID_Continue",
    "XID_Continue": "ID_Continue",
}
_SCRIPT_BLOCKS: dict[str, tuple[tuple[int, int], ...]] = {
    "Han": (
        *((0x2E80, 0x2E99), (0x2E9B, 0x2EF3), (0x2F00, 0x2FD5), (0x3005, 0x3005), (0x3007, 0x3007), (0x3021, 0x3029)),
        *((0x3038, 0x303B), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAD9), (0x20000, 0x2FA1D)),
        (0x30000, 0x323AF),
    ),
    "Hangul": (
        *((0x1100, 0x11FF), (0x302E, 0x302F), (0x3131, 0x318E), (0x3200, 0x321E), (0x3260, 0x327E)),
        *((0xA960, 0xA97C), (0xAC00, 0xD7A3), (0xD7B0, 0xD7FB), (0xFFA0, 0xFFDC)),
    ),
    "Hiragana": ((0x3041, 0x3096), (0x309D, 0x309F), (0x1B001, 0x1B11F), (0x1F200, 0x1F200)),
    "Katakana": (
        *((0x30A1, 0x30FA), (0x30FD, 0x30FF), (0x31F0, 0x31FF), (0x32D0, 0x32FE), (0x3300, 0x3357)),
        (0xFF66, 0xFF9D),
    ),
}
_SCRIPTS = {
    "Latn": "Latin",
    "Grek": "Greek",
    "Cyrl": "Cyrillic",
    "Armn": "Armenian",
    "Hebr": "Hebrew",
    "Arab": "Arabic",
    "Syrc": "Syriac",
    "Deva": "Devanagari",
    "Beng": "Bengali",
    "Guru": "Gurmukhi",
    "Gujr": "Gujarati",
    "Orya": "Oriya",
    "Taml": "Tamil",
    "Telu": "Telugu",
    "Knda": "Kannada",
    "Mlym": "Malayalam",
    "Sinh": "Sinhala",
    "Laoo": "Lao",
    "Tibt": "Tibetan",
    "Mymr": "Myanmar",
    "Geor": "Georgian",
    "Ethi": "Ethiopic",
    "Cher": "Cherokee",
    "Khmr": "Khmer",
    "Mong": "Mongolian",
    "Bopo": "Bopomofo",
    "Hang": "Hangul",
    "Hira": "Hiragana",
    "Kana": "Katakana",
    "Hani": "Han",
    "Thaa": "Thaana",
    "Thai": "Thai",
}
"""Scripts that are known, by their short names."""


def property_set(name: str) -> CharSet | None:
    """The characters of a property such as ``Lu``, ``Letter``, ``Script=Greek``; None where it is not known."""
    key, equals, value = name.partition("=")
    if equals:
        if key in {"Script", "sc", "Script_Extensions", "scx"}:
            return _script(value)
        return _general(value) if key in {"General_Category", "gc"} else None
    long = _SHORT.get(name, name)
    if long in _FIXED:
        return charset(_FIXED[long])
    if long in _TESTS:
        return _tested(long)
    if long == "Assigned":
        return complement(_category("Cn"))
    found = _general(name)
    return _script(name) if found is None else found


def _general(name: str) -> CharSet | None:
    short = _LONG.get(name, name)
    if short not in _LONG.values():
        return None
    return union(*map(_category, _GROUPS.get(short, (short,))))


def _ranges(holds: Callable[[str], bool]) -> CharSet:
    """The characters of which something holds."""
    return charset((point, point) for point in range(sys.maxunicode + 1) if holds(chr(point)))


@lru_cache(maxsize=64)
def _tested(name: str) -> CharSet:
    return _ranges(_TESTS[name])


@lru_cache(maxsize=64)
def _script(name: str) -> CharSet | None:
    long = _SCRIPTS.get(name, name)
    if long in _SCRIPT_BLOCKS:
        return intersect(charset(_SCRIPT_BLOCKS[long]), complement(_category("Cn")))
    if long not in _SCRIPTS.values():
        return None
    word = long.upper()
    return _ranges(lambda char: unicodedata.name(char, "").partition(" ")[0] == word and char.isprintable())


@lru_cache(maxsize=1)
def _categories() -> dict[str, CharSet]:
    ranges: dict[str, list[tuple[int, int]]] = {}
    start, current = 0, unicodedata.category("\0")
    for point in range(1, sys.maxunicode + 2):
        category = unicodedata.category(chr(point)) if point <= sys.maxunicode else ""
        if category != current:
            ranges.setdefault(current, []).append((start, point - 1))
            start, current = point, category
    return {name: charset(found) for name, found in ranges.items()}


@lru_cache(maxsize=64)
def _category(short: str) -> CharSet:
    return union(*(found for name, found in sorted(_categories().items()) if name.startswith(short)))
