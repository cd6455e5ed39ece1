r"""Reading a regular expression as ECMA-262 defines it for the ``u`` flag, lenient as its Annex B is without.

Lenient are: literal ``{``, ``}`` and ``]``, backslashes before signs, classes at the ends of ranges. From elsewhere
come what the usual validators understand alike: a leading ``(?i)`` or ``(?s)``, ``(?P<name>…)``, ``\A``, ``\Z``,
``\z``, ``\a``, ``\e``, ``\U0001F600`` and possessive repetitions. Open groups are kept on a list, so that
nesting cannot exhaust the stack.
"""

from collections.abc import Callable
from functools import lru_cache

from msgspec import Struct, field

from pytest_specmint.patterns import charset as cs
from pytest_specmint.patterns.errors import PatternSyntaxError, UnsupportedPattern
from pytest_specmint.patterns.escapes import Cursor, bracket, escaped
from pytest_specmint.patterns.tree import (
    EMPTY,
    Anchor,
    Beyond,
    Chars,
    Look,
    Tree,
    children,
    either,
    repeated,
    sequence,
)

MAX_NESTING = 100
MAX_LENGTH = 65_536
_MOST_COUNT = 10**12
"""Larger numbers in braces are not told apart."""
_BRACES = 256
"""How far from a brace its partner is looked for."""
_LOOKS = (("?=", True, True), ("?!", True, False), ("?<=", False, True), ("?<!", False, False))
_ANCHORS = {"A": "^", "z": "$", "Z": "$", "b": "b", "B": "B"}
_QUANTIFIERS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_FLAGS = frozenset("imsux")
_KNOWN_FLAGS = frozenset("isu")
_DOT, _DOT_ALL = Chars(cs.DOT), Chars(cs.ALL)


@lru_cache(maxsize=4096)
def parse(pattern: str) -> Tree:
    """The syntax tree. Raises `PatternSyntaxError`, or `UnsupportedPattern` for what is too long or too deep."""
    if len(pattern) > MAX_LENGTH:
        raise UnsupportedPattern(pattern, f"longer than {MAX_LENGTH} characters")
    tree = _Parser(pattern).whole()
    if _depth(tree) > MAX_NESTING:
        raise UnsupportedPattern(pattern, f"nested deeper than {MAX_NESTING} groups")
    return tree


def _depth(tree: Tree) -> int:
    deepest, pending = 0, [(tree, 1)]
    while pending and deepest <= MAX_NESTING:
        node, depth = pending.pop()
        deepest = max(deepest, depth)
        pending.extend((child, depth + 1) for child in children(node))
    return deepest


class _Open(Struct):
    """A group that is not closed yet: where it began, the flags around it, what it holds so far."""

    start: int
    flags: tuple[bool, Chars]
    look: tuple[bool, bool] | None = None
    options: list[Tree] = field(default_factory=list)
    items: list[Tree] = field(default_factory=list)

    def next_option(self) -> None:
        self.options.append(sequence(self.items))
        self.items = []

    def tree(self) -> Tree:
        self.next_option()
        body = either(self.options)
        return body if self.look is None else Look(body, *self.look)


class _Parser:
    """Reads one pattern, once."""

    def __init__(self, pattern: str) -> None:
        self._cursor = Cursor(pattern)
        self._dot = _DOT
        self._open = [_Open(0, (False, _DOT))]
        self._groups = 0
        self._names: set[str] = set()
        self._references: list[tuple[str, int]] = []
        self._special: dict[str, Callable[[int], None]] = {
            "|": lambda at: self._open[-1].next_option(),
            "(": self._group,
            ")": self._close,
            ".": lambda at: self._put(self._dot, at),
            "^": lambda at: self._put(Anchor("^"), at, fixed=True),
            "$": lambda at: self._put(Anchor("$"), at, fixed=True),
            "[": lambda at: self._put(Chars(bracket(self._cursor)), at),
            "\\": self._escape,
            "*": self._stray,
            "+": self._stray,
            "?": self._stray,
        }

    def whole(self) -> Tree:
        """The tree of all the text."""
        cursor = self._cursor
        self._leading_flags()
        while cursor.more():
            at = cursor.at
            char = cursor.next()
            special = self._special.get(char)
            if special is not None:
                special(at)
            elif char == "{" and self._counts(at) is not None:
                self._stray(at)
            else:
                self._put(Chars(cursor.characters(cs.of_text(char))), at)
        if len(self._open) > 1:
            raise cursor.error("group is not closed", self._open[-1].start)
        self._check_references()
        return self._open[0].tree()

    def _stray(self, at: int) -> None:
        raise self._cursor.error("nothing to repeat", at)

    def _check_references(self) -> None:
        for name, at in self._references:
            if not (1 <= int(name) <= self._groups if name.isdigit() else name in self._names):
                raise self._cursor.error(f"there is no group {name}", at)

    # ------------------------------------------------------------ flags and groups

    def _set_flags(self, on: str, off: str, at: int) -> None:
        if not _KNOWN_FLAGS.issuperset(on + off):
            raise self._cursor.unsupported("flags other than i and s", at)
        self._cursor.fold = "i" in on or (self._cursor.fold and "i" not in off)
        self._dot = _DOT_ALL if "s" in on else _DOT if "s" in off else self._dot

    def _leading_flags(self) -> None:
        cursor = self._cursor
        end = cursor.text.find(")")
        flags = cursor.text[2 : max(end, 0)]
        if cursor.peek("(?") and flags and _FLAGS.issuperset(flags):
            self._set_flags(flags, "", 0)
            cursor.at = end + 1

    def _group(self, at: int) -> None:
        cursor = self._cursor
        group = _Open(at, (cursor.fold, self._dot))
        for mark, ahead, positive in _LOOKS:
            if cursor.take(mark):
                group.look = ahead, positive
                break
        else:
            self._group_kind(at)
        self._open.append(group)

    def _group_kind(self, at: int) -> None:
        """Step over what says which kind of group it is."""
        cursor = self._cursor
        if cursor.take("?:"):
            return
        if not cursor.peek("?"):
            self._groups += 1
        elif cursor.take("?P<") or cursor.take("?<"):
            self._groups += 1
            self._names.add(self._name(at))
        elif cursor.take("?P="):
            name = cursor.until(")", "group")
            cursor.at -= 1
            self._references.append((name, at))
            self._open[-1].items.append(Beyond("back-reference", at))
        elif cursor.take("?>"):
            self._open[-1].items.append(Beyond("atomic group", at))
        else:
            self._modifiers(at)

    def _name(self, at: int) -> str:
        name = self._cursor.until(">", "group name")
        if not name.replace("$", "_").isidentifier():
            raise self._cursor.error("not a group name", at)
        return name

    def _modifiers(self, at: int) -> None:
        """``(?i:…)`` and its like; ``(?i)`` within a pattern is of other dialects."""
        cursor = self._cursor
        colon, close = cursor.text.find(":", at), cursor.text.find(")", at)
        bare = cursor.text[at + 2 : max(close, 0)]
        if bare and _FLAGS.issuperset(bare):
            raise cursor.error("flags for the rest of a pattern, instead of (?i:...) for a group", at)
        on, _, off = cursor.text[at + 2 : max(colon, 0)].partition("-")
        if not (on or off) or not _FLAGS.issuperset(on + off):
            raise cursor.error("unknown group", at)
        self._set_flags(on, off, at)
        cursor.at = colon + 1

    def _close(self, at: int) -> None:
        if len(self._open) == 1:
            raise self._cursor.error("unmatched ')'", at)
        group = self._open.pop()
        self._cursor.fold, self._dot = group.flags
        self._put(group.tree(), at, fixed=group.look is not None and not group.look[0])

    # ------------------------------------------------------------ atoms and quantifiers

    def _escape(self, at: int) -> None:
        cursor = self._cursor
        if not cursor.more():
            raise cursor.error("ends too early")
        char = cursor.next()
        if char in _ANCHORS:
            self._put(Anchor(_ANCHORS[char]), at, fixed=True)
        elif char in "123456789":
            while cursor.more() and cursor.text[cursor.at] in "0123456789":
                char += cursor.next()
            self._reference(char, at)
        elif char == "k" and cursor.take("<"):
            self._reference(self._name(at), at)
        else:
            chars, _ = escaped(cursor, char)
            self._put(Chars(cursor.characters(chars)), at)

    def _reference(self, name: str, at: int) -> None:
        self._references.append((name, at))
        self._put(Beyond("back-reference", at), at)

    def _put(self, atom: Tree, at: int, *, fixed: bool = False) -> None:
        """Add an atom, repeated as what follows says; ``fixed`` ones may not be."""
        cursor = self._cursor
        here = cursor.at
        bounds = self._quantifier()
        if bounds is not None:
            if fixed:
                raise cursor.error("an assertion cannot be repeated", here)
            least, most = bounds
            possessive = not cursor.take("?") and cursor.take("+")
            atom = _possessive(atom, least, most) if possessive else repeated(atom, least, most)
        if atom != EMPTY:
            self._open[-1].items.append(atom)

    def _quantifier(self) -> tuple[int, int | None] | None:
        cursor = self._cursor
        if not cursor.more():
            return None
        char = cursor.text[cursor.at]
        simple = _QUANTIFIERS.get(char)
        if simple is not None:
            cursor.at += 1
            return simple
        counts = self._counts(cursor.at) if char == "{" else None
        if counts is None:
            return None
        least, most, cursor.at = counts
        return least, most

    def _counts(self, at: int) -> tuple[int, int | None, int] | None:
        """The bounds of ``{n}``, ``{n,}`` or ``{n,m}`` and the place after; None for other text."""
        text = self._cursor.text
        end = text.find("}", at, at + _BRACES)
        low, comma, high = text[at + 1 : max(end, at + 1)].partition(",")
        if end < 0 or not low or not (low + high).isascii() or not (low + high).isdigit():
            return None
        least = _count(low)
        most = (_count(high) if high else None) if comma else least
        if most is not None and most < least:
            raise PatternSyntaxError(text, f"quantifier {{{low},{high}}} is out of order", at)
        return least, most, end + 1


def _count(digits: str) -> int:
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= 12 else _MOST_COUNT


def _possessive(atom: Tree, least: int, most: int | None) -> Tree:
    """As many as possible, none given back: after fewer than ``most``, no further one may follow.

    That is exact for sets. For longer atoms that may end in several places it describes fewer texts.
    """
    if least == most or isinstance(atom, Look):
        return repeated(atom, least, most)
    none_left = Look(atom, ahead=True, positive=False)
    fewer = sequence([repeated(atom, least, None if most is None else most - 1), none_left])
    return fewer if most is None else either([repeated(atom, most, most), fewer])
