"""Where a text may be cut: between what readers take for characters (UAX #29, as far as cutting needs it).

A small table of ours in the place of a library: the categories and combining classes of `unicodedata` say what goes on
with the character before it, and the few exceptions are listed here.
"""

from unicodedata import category, combining

ZWNJ, ZWJ = "\u200c", "\u200d"
_VIRAMA = 9
"""The combining class of signs that join two consonants."""
_SPACING_LETTERS = frozenset("\u0e33\u0eb3")
"""Thai and Lao AM: letters by category that go on with the one before."""
_PREPENDED = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e")
_FIRST_TONE, _LAST_TONE = "\U0001f3fb", "\U0001f3ff"
_FIRST_REGION, _LAST_REGION = "\U0001f1e6", "\U0001f1ff"


def cut(text: str, length: int) -> str:
    """The beginning of a text of at most so many code points, cut between two characters; spaces at its end go."""
    if len(text) <= length:
        return text
    while length > 0 and not _may_break(text, length):
        length -= 1
    return text[:length].rstrip()


def _may_break(text: str, at: int) -> bool:
    """Whether a character ends before this position."""
    before, after = text[at - 1], text[at]
    if category(after).startswith("M") or after in (ZWJ, ZWNJ) or after in _SPACING_LETTERS:
        return False
    if before in (ZWJ, ZWNJ) or before in _PREPENDED or _FIRST_TONE <= after <= _LAST_TONE:
        return False
    if _joins(text, at) and category(after).startswith("L"):
        return False
    if _is_region(before) and _is_region(after):
        return _regions_before(text, at) % 2 == 0
    return not _within_syllable(before, after)


def _joins(text: str, at: int) -> bool:
    """Whether a virama (perhaps with other marks behind it) stands before."""
    while at and category(text[at - 1]).startswith("M"):
        if combining(text[at - 1]) == _VIRAMA:
            return True
        at -= 1
    return False


def _is_region(char: str) -> bool:
    return _FIRST_REGION <= char <= _LAST_REGION


def _regions_before(text: str, at: int) -> int:
    count = 0
    while at > count and _is_region(text[at - count - 1]):
        count += 1
    return count


def _within_syllable(before: str, after: str) -> bool:
    """Korean syllables written in parts: L+(L|V|LV|LVT), (V|LV)+(V|T), (T|LVT)+T."""
    one, other = _part(before), _part(after)
    return (
        (one == "L" and other in ("L", "V", "LV", "LVT"))
        or (one in ("V", "LV") and other in ("V", "T"))
        or (one in ("T", "LVT") and other == "T")
    )


def _part(char: str) -> str:
    code = ord(char)
    if 0xAC00 <= code <= 0xD7A3:
        return "LVT" if (code - 0xAC00) % 28 else "LV"
    for part, first, last in _JAMO:
        if first <= code <= last:
            return part
    return ""


_JAMO = (
    ("L", 0x1100, 0x115F),
    ("L", 0xA960, 0xA97C),
    ("V", 0x1160, 0x11A7),
    ("V", 0xD7B0, 0xD7C6),
    ("T", 0x11A8, 0x11FF),
    ("T", 0xD7CB, 0xD7FB),
)
