r"""``\p{…}``: general categories from `unicodedata`, scripts by their main blocks (an approximation)."""

import sys
import unicodedata
from functools import lru_cache

from pytest_specmint.patterns.charset import ALL, CharSet, charset, intersect, union

_LONG = {
    "Letter": "L",
    "Lowercase_Letter": "Ll",
    "Uppercase_Letter": "Lu",
    "Titlecase_Letter": "Lt",
    "Modifier_Letter": "Lm",
    "Other_Letter": "Lo",
    "Mark": "M",
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
    "Format": "Cf",
    "Surrogate": "Cs",
    "Private_Use": "Co",
    "Unassigned": "Cn",
    "digit": "Nd",
    "punct": "P",
    "Alphabetic": "L",
    "Alpha": "L",
    "Lowercase": "Ll",
    "Uppercase": "Lu",
    "White_Space": "Z",
}
_SCRIPTS: dict[str, tuple[tuple[int, int], ...]] = {
    "Latin": ((65, 90), (97, 122), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F), (0x1E00, 0x1EFF)),
    "Greek": ((0x370, 0x373), (0x388, 0x3E1), (0x1F00, 0x1FFF)),
    "Cyrillic": ((0x400, 0x52F),),
    "Hebrew": ((0x5D0, 0x5EA),),
    "Arabic": ((0x620, 0x64A), (0x671, 0x6D3)),
    "Devanagari": ((0x904, 0x939), (0x958, 0x961)),
    "Thai": ((0xE01, 0xE30),),
    "Hiragana": ((0x3041, 0x3096),),
    "Katakana": ((0x30A1, 0x30FA),),
    "Han": ((0x3400, 0x4DB5), (0x4E00, 0x9FA5)),
    "Hangul": ((0xAC00, 0xD7A3),),
}


def property_set(name: str) -> CharSet | None:
    """The characters of a property, None where it is not known."""
    key, _, value = name.partition("=")
    if key in {"Script", "sc", "Script_Extensions", "scx"}:
        return _script(value)
    if key in {"General_Category", "gc"}:
        name = value
    if name == "Any":
        return ALL
    if name == "ASCII":
        return charset([(0, 127)])
    short = _LONG.get(name, name)
    if short in set(_LONG.values()):
        return _category(short)
    return _script(name)


def _script(name: str) -> CharSet | None:
    ranges = _SCRIPTS.get(name)
    return None if ranges is None else charset(ranges)


@lru_cache(maxsize=1)
def _categories() -> dict[str, CharSet]:
    ranges: dict[str, list[tuple[int, int]]] = {}
    start, current = 0, unicodedata.category("\0")
    for point in range(1, sys.maxunicode + 2):
        category = unicodedata.category(chr(point)) if point <= sys.maxunicode else ""
        if category != current:
            ranges.setdefault(current, []).append((start, point - 1))
            start, current = point, category
    return {name: intersect(charset(found), ALL) for name, found in ranges.items()}


@lru_cache(maxsize=64)
def _category(short: str) -> CharSet:
    return union(*(found for name, found in sorted(_categories().items()) if name.startswith(short)))
