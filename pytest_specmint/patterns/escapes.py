"""A cursor over a pattern's text, and readers of what stands for characters: escapes and classes."""

from pytest_specmint.patterns import charset as cs
from pytest_specmint.patterns.charset import CharSet
from pytest_specmint.patterns.errors import PatternSyntaxError, UnsupportedPattern
from pytest_specmint.patterns.properties import property_set

_CLASSES = {
    "d": cs.DIGITS,
    "w": cs.WORD,
    "s": cs.SPACE,
    "D": cs.complement(cs.DIGITS),
    "W": cs.complement(cs.WORD),
    "S": cs.complement(cs.SPACE),
}
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "a": 7, "e": 27}
_HEX_WIDTHS = {"x": 2, "u": 4, "U": 8}
_HEX = frozenset("0123456789abcdefABCDEF")
_OCTAL = frozenset("01234567")
_CATEGORIES = "LMNPSZC"


class Cursor:
    """Where the reading of a pattern is, and whether case is ignored there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.fold = False

    def error(self, reason: str, at: int | None = None) -> PatternSyntaxError:
        """The error for here, or for another place."""
        return PatternSyntaxError(self.text, reason, self.at if at is None else at)

    def unsupported(self, feature: str, at: int) -> UnsupportedPattern:
        """Something that is valid, but more than this room can do."""
        return UnsupportedPattern(self.text, feature, at)

    def more(self) -> bool:
        """Whether there is anything left."""
        return self.at < len(self.text)

    def peek(self, wanted: str) -> bool:
        """Whether this comes next."""
        return self.text.startswith(wanted, self.at)

    def take(self, wanted: str) -> bool:
        """Step over this if it comes next."""
        found = self.text.startswith(wanted, self.at)
        if found:
            self.at += len(wanted)
        return found

    def next(self) -> str:
        """The next character, stepped over."""
        if self.at >= len(self.text):
            raise self.error("ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def until(self, mark: str, what: str) -> str:
        """The text before the mark; steps over both."""
        end = self.text.find(mark, self.at)
        if end < 0:
            raise self.error(f"{what} is not closed")
        found, self.at = self.text[self.at : end], end + len(mark)
        return found

    def characters(self, found: CharSet) -> CharSet:
        """The set, in both cases where case is ignored."""
        return cs.folded(found) if self.fold else found


def escaped(cursor: Cursor, char: str, *, in_class: bool = False) -> tuple[CharSet, int | None]:
    """The set of an escape, and its code point if it is a single character.

    Its backslash and ``char`` have been read. Letters that neither ECMA-262 nor the usual validators know are errors,
    not themselves; other needless backslashes are allowed.
    """
    start = cursor.at - 2
    known = _CLASSES.get(char)
    if known is not None:
        return known, None
    if char in "pP":
        return _property(cursor, start, negated=char == "P"), None
    point = _code(cursor, char, start, in_class=in_class)
    return cs.charset([(point, point)]), point


def _property(cursor: Cursor, start: int, *, negated: bool) -> CharSet:
    if cursor.take("{"):
        name = cursor.until("}", "property")
    elif cursor.more() and cursor.text[cursor.at] in _CATEGORIES:
        name = cursor.next()
    else:
        raise cursor.error("a property is written \\p{...}", start)
    found = property_set(name.removeprefix("^"))
    if found is None:
        raise cursor.unsupported(f"unknown property {name[:40]!r}", start)
    return cs.complement(found) if negated != name.startswith("^") else found


def _code(cursor: Cursor, char: str, start: int, *, in_class: bool) -> int:
    if char in _CONTROLS:
        return _CONTROLS[char]
    if char in _HEX_WIDTHS:
        return _unicode(cursor, char, start)
    if char == "c" and cursor.more() and cursor.text[cursor.at].isascii() and cursor.text[cursor.at].isalpha():
        return ord(cursor.next()) % 32
    if char in _OCTAL and (in_class or char == "0"):
        return _octal(cursor, char)
    if char.isascii() and char.isalnum():
        raise cursor.error(f"unknown escape \\{char}", start)
    return ord(char)


def _octal(cursor: Cursor, digits: str) -> int:
    r"""``\0``, and the octal escapes that Annex B allows: three digits, at most 377."""
    while cursor.more() and cursor.text[cursor.at] in _OCTAL and len(digits) < 3 and int(digits, 8) < 32:
        digits += cursor.next()
    return int(digits, 8)


def _unicode(cursor: Cursor, kind: str, start: int) -> int:
    if kind == "u" and cursor.take("{"):
        digits = cursor.until("}", "code point")
        return _point(cursor, digits.lstrip("0") or digits[-1:], start)
    high = _point(cursor, _digits(cursor, _HEX_WIDTHS[kind]), start)
    if kind == "u" and 0xD800 <= high < 0xDC00 and cursor.peek("\\u"):
        resume, cursor.at = cursor.at, cursor.at + 2
        digits = _digits(cursor, 4)
        low = int(digits, 16) if len(digits) == 4 and _HEX.issuperset(digits) else 0
        if 0xDC00 <= low < 0xE000:
            return 0x10000 + ((high - 0xD800) << 10) + low - 0xDC00
        cursor.at = resume
    return high


def _digits(cursor: Cursor, width: int) -> str:
    cursor.at += width
    found = cursor.text[cursor.at - width : cursor.at]
    return found if len(found) == width else ""


def _point(cursor: Cursor, digits: str, start: int) -> int:
    if not 0 < len(digits) <= 8 or not _HEX.issuperset(digits) or int(digits, 16) > cs.LAST:
        raise cursor.error("not a code point", start)
    return int(digits, 16)


def bracket(cursor: Cursor) -> CharSet:
    """A class; its ``[`` has been read. ``[]`` is empty, ``[^]`` is everything."""
    start = cursor.at - 1
    negated = cursor.take("^")
    ranges: list[tuple[int, int]] = []
    while not cursor.take("]"):
        if not cursor.more():
            raise cursor.error("class is not closed", start)
        ranges.extend(_class_range(cursor))
    found = cursor.characters(cs.charset(ranges))
    return cs.complement(found) if negated else found


def _class_range(cursor: Cursor) -> CharSet:
    start = cursor.at
    first, low = _class_atom(cursor)
    if not cursor.peek("-") or cursor.peek("-]"):
        return first
    cursor.at += 1
    last, high = _class_atom(cursor)
    if low is None or high is None:
        return cs.union(first, last, cs.of_text("-"))
    if low > high:
        raise cursor.error("range is out of order", start)
    return cs.charset([(low, high)])


def _class_atom(cursor: Cursor) -> tuple[CharSet, int | None]:
    """The set of an element, and its code point if it is a single character (which may be a surrogate)."""
    char = cursor.next()
    if char != "\\":
        return cs.of_text(char), ord(char)
    char = cursor.next()
    return (cs.of_text("\b"), 8) if char == "b" else escaped(cursor, char, in_class=True)
