"""Reading a regular expression as ECMA-262 defines it for the ``u`` flag, lenient as its Annex B is without."""

from dataclasses import dataclass
from functools import reduce

from pytest_specmint.patterns import charset as cs
from pytest_specmint.patterns.charset import CharSet
from pytest_specmint.patterns.errors import PatternSyntaxError, UnsupportedPattern
from pytest_specmint.patterns.properties import property_set

MAX_NESTING = 150
MAX_LENGTH = 65_536


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    set: CharSet


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    items: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Options:
    """Any one of them."""

    options: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """At least ``least`` and at most ``most`` times; without ``most``, any number of times."""

    body: "Tree"
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Anchor:
    """``^``, ``$``, ``b`` (word boundary) or ``B`` (none)."""

    kind: str


@dataclass(frozen=True, slots=True)
class Look:
    """A look-ahead or look-behind."""

    body: "Tree"
    ahead: bool
    positive: bool


Tree = Chars | Sequence | Options | Repeat | Anchor | Look
EMPTY = Sequence(())

_CLASSES = {
    "d": cs.DIGITS,
    "w": cs.WORD,
    "s": cs.SPACE,
    "D": cs.complement(cs.DIGITS),
    "W": cs.complement(cs.WORD),
    "S": cs.complement(cs.SPACE),
}
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "a": 7, "e": 27}


def parse(pattern: str) -> Tree:
    """The syntax tree. Raises `PatternSyntaxError`, or `UnsupportedPattern` for back-references."""
    if len(pattern) > MAX_LENGTH:
        raise UnsupportedPattern(pattern, f"longer than {MAX_LENGTH} characters")
    return _Parser(pattern).whole()


def _repeated(body: Tree, least: int, most: int | None) -> Tree:
    """A repeated anchor is the anchor, or nothing."""
    if isinstance(body, Anchor):
        return body if least else EMPTY
    return Repeat(body, least, most)


class _Parser:
    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.at = 0
        self.depth = 0
        self.fold = False

    # ------------------------------------------------------------ reading

    def peek(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def take(self, text: str) -> bool:
        found = self.peek(text)
        if found:
            self.at += len(text)
        return found

    def next(self) -> str:
        if self.at >= len(self.text):
            raise self.error("ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def error(self, reason: str) -> PatternSyntaxError:
        return PatternSyntaxError(self.text, reason, self.at)

    # ------------------------------------------------------------ grammar

    def whole(self) -> Tree:
        if self.take("(?i)"):
            self.fold = True
        tree = self.options()
        if self.at < len(self.text):
            raise self.error("unmatched ')'")
        return tree

    def options(self) -> Tree:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise UnsupportedPattern(self.text, f"nested deeper than {MAX_NESTING} groups", self.at)
        found = [self.sequence()]
        while self.take("|"):
            found.append(self.sequence())
        self.depth -= 1
        return found[0] if len(found) == 1 else Options(tuple(found))

    def sequence(self) -> Tree:
        items: list[Tree] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            items.append(self.quantified(self.atom()))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def quantified(self, body: Tree) -> Tree:
        while True:
            bounds = self.quantifier()
            if bounds is None:
                return body
            least, most = bounds
            if most is not None and least > most:
                raise self.error(f"quantifier {{{least},{most}}} is out of order")
            body = _repeated(body, least, most)
            if not (self.take("?") or self.take("+")):  # lazy or possessive: the same strings
                return body

    def quantifier(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(sign):
                return bounds
        if not self.peek("{"):
            return None
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : max(end, 0)].partition(",")
        if end < 0 or not (low.isascii() and low.isdigit()) or (high and not high.isdigit()):
            return None
        self.at = end + 1
        least = int(low)
        return least, (int(high) if high else None) if comma else least

    def atom(self) -> Tree:
        char = self.next()
        if char == "(":
            return self.group()
        if char == "[":
            return Chars(self.folded(self.bracket()))
        if char == ".":
            return Chars(cs.DOT)
        if char in "^$":
            return Anchor(char)
        if char == "\\":
            return self.escape()
        if char in "*+?" and self.at == 1:
            raise self.error("nothing to repeat")
        if char in "*+?":
            raise self.error("nothing to repeat")
        return Chars(self.folded(cs.of_text(char)))

    def folded(self, chars: CharSet) -> CharSet:
        if not self.fold:
            return chars
        low = [(a + 32, b + 32) for a, b in cs.intersect(chars, cs.UPPER)]
        high = [(a - 32, b - 32) for a, b in cs.intersect(chars, cs.LOWER)]
        return cs.charset([*chars, *low, *high])

    def group(self) -> Tree:
        for mark, ahead, positive in (
            ("?=", True, True),
            ("?!", True, False),
            ("?<=", False, True),
            ("?<!", False, False),
        ):
            if self.take(mark):
                body = self.closed()
                return Look(body, ahead, positive)
        if self.take("?P<") or self.take("?<"):
            end = self.text.find(">", self.at)
            if end < 0:
                raise self.error("group name is not closed")
            self.at = end + 1
        elif self.take("?i:"):
            outer, self.fold = self.fold, True
            body = self.closed()
            self.fold = outer
            return body
        elif not self.take("?:") and not self.take("?>") and self.peek("?"):
            raise self.error("unknown group")
        return self.closed()

    def closed(self) -> Tree:
        body = self.options()
        if not self.take(")"):
            raise self.error("group is not closed")
        return body

    # ------------------------------------------------------------ escapes

    def escape(self) -> Tree:
        char = self.next()
        if char in "bB":
            return Anchor(char)
        if char == "A":
            return Anchor("^")
        if char in "zZ":
            return Anchor("$")
        if char in "123456789" or (char == "k" and self.peek("<")):
            raise UnsupportedPattern(self.text, "back-reference", self.at)
        return Chars(self.folded(self.escaped_set(char)))

    def escaped_set(self, char: str) -> CharSet:
        if char in _CLASSES:
            return _CLASSES[char]
        if char in "pP" and (self.peek("{") or (self.at < len(self.text) and self.text[self.at] in "LNPSZCM")):
            return self.unicode_property(negated=char == "P")
        return cs.charset([(self.code(char),) * 2])

    def unicode_property(self, *, negated: bool) -> CharSet:
        if self.take("{"):
            end = self.text.find("}", self.at)
            if end < 0:
                raise self.error("property is not closed")
            name, self.at = self.text[self.at : end], end + 1
        else:
            name = self.next()
        found = property_set(name.removeprefix("^"))
        if found is None:
            raise UnsupportedPattern(self.text, f"unknown property {name!r}", self.at)
        return cs.complement(found) if negated != name.startswith("^") else found

    def code(self, char: str) -> int:
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char == "0":
            return 0
        if char == "c" and self.at < len(self.text) and self.text[self.at].isalpha():
            return ord(self.next()) % 32
        if char == "x":
            return self.hexadecimal(2, char)
        if char == "u":
            return self.unicode_escape()
        return ord(char)

    def hexadecimal(self, digits: int, otherwise: str) -> int:
        text = self.text[self.at : self.at + digits]
        try:
            value = int(text, 16) if len(text) == digits and text.isalnum() else None
        except ValueError:
            value = None
        if value is None:
            return ord(otherwise)
        self.at += digits
        return value

    def unicode_escape(self) -> int:
        if self.take("{"):
            end = self.text.find("}", self.at)
            try:
                value = int(self.text[self.at : end], 16)
            except ValueError:
                raise self.error("not a code point") from None
            self.at = end + 1
            return value
        high = self.hexadecimal(4, "u")
        if 0xD800 <= high < 0xDC00 and self.peek("\\u"):
            start = self.at
            self.at += 2
            low = self.hexadecimal(4, "u")
            if 0xDC00 <= low < 0xE000:
                return 0x10000 + ((high - 0xD800) << 10) + low - 0xDC00
            self.at = start
        return high

    # ------------------------------------------------------------ classes

    def bracket(self) -> CharSet:
        negated = self.take("^")
        parts: list[CharSet] = []
        while not self.take("]"):
            parts.append(self.class_range())
        chars = reduce(cs.union, parts, cs.NONE)
        chars = self.folded(chars)
        return cs.complement(chars) if negated else cs.intersect(chars, cs.ALL)

    def class_range(self) -> CharSet:
        first = self.class_atom()
        dash = self.at
        if not self.take("-"):
            return first
        if self.peek("]"):
            self.at = dash
            return first
        last = self.class_atom()
        if cs.size(first) != 1 or cs.size(last) != 1:
            return cs.union(first, last, cs.of_text("-"))
        low, high = first[0][0], last[0][0]
        if low > high:
            raise self.error("range is out of order")
        return cs.charset([(low, high)])

    def class_atom(self) -> CharSet:
        char = self.next()
        if char != "\\":
            return cs.of_text(char)
        char = self.next()
        if char == "b":
            return cs.of_text("\b")
        if char in "1234567":
            return cs.charset([(int(char),) * 2])
        return self.escaped_set(char)
