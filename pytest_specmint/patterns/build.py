"""From a syntax tree to a term: assertions become intersections with what follows.

A tree is built in front of its continuation, the term of all that comes after it. A look-ahead then says something
about its continuation, `$` that the continuation is empty. What an assertion must know of the past is one of three
things: the text begins here (``^``), or the character before is a word character (``w``) or none (``n``).
"""

from functools import reduce

from pytest_specmint.patterns import charset as cs
from pytest_specmint.patterns.errors import UnsupportedPattern
from pytest_specmint.patterns.syntax import (
    Anchor,
    Chars,
    Look,
    Options,
    Repeat,
    Sequence,
    Tree,
)
from pytest_specmint.patterns.terms import Terms

MAX_UNROLLED = 16


class Builder:
    """Builds the terms of one pattern."""

    def __init__(self, terms: Terms, pattern: str) -> None:
        self._terms = terms
        self._pattern = pattern
        self._ends_in_word = terms.cat(terms.everything, terms.chars(cs.WORD))
        self._ends_elsewhere = terms.cat(terms.everything, terms.chars(cs.complement(cs.WORD)))
        self._begins_word = terms.cat(terms.chars(cs.WORD), terms.everything)

    def search(self, tree: Tree) -> int:
        """Texts that contain a match."""
        t = self._terms
        at_start = self.build(tree, t.everything, "^")
        if not looks_back(tree):
            return t.cat(t.everything, at_start)
        after_word = t.cat(self._ends_in_word, self.build(tree, t.everything, "w"))
        after_other = t.cat(self._ends_elsewhere, self.build(tree, t.everything, "n"))
        return t.either(at_start, after_word, after_other)

    def whole(self, tree: Tree) -> int:
        """Texts that match as a whole."""
        return self.build(tree, self._terms.epsilon, "^")

    def build(self, tree: Tree, after: int, before: str) -> int:
        """The tree followed by the continuation, given what is before."""
        if is_plain(tree):
            return self._terms.cat(self.plain(tree), after)
        if isinstance(tree, Sequence):
            return self._sequence(tree.items, after, before)
        if isinstance(tree, Options):
            return self._terms.either(*(self.build(each, after, before) for each in tree.options))
        if isinstance(tree, Anchor):
            return self._anchor(tree.kind, after, before)
        if isinstance(tree, Look):
            return self._look(tree, after, before)
        assert isinstance(tree, Repeat)
        return self._repeat(tree, after, before)

    def plain(self, tree: Tree) -> int:
        """The term of a tree without assertions."""
        t = self._terms
        if isinstance(tree, Chars):
            return t.chars(tree.set)
        if isinstance(tree, Sequence):
            return reduce(lambda then, each: t.cat(self.plain(each), then), reversed(tree.items), t.epsilon)
        if isinstance(tree, Options):
            return t.either(*(self.plain(each) for each in tree.options))
        assert isinstance(tree, Repeat)
        return t.loop(self.plain(tree.body), tree.least, tree.most)

    def _sequence(self, items: tuple[Tree, ...], after: int, before: str) -> int:
        if not items:
            return after
        first, rest = items[0], items[1:]
        if not is_plain(first):
            if not any(map(looks_back, rest)):
                return self.build(first, self._sequence(rest, after, "n"), before)
            if isinstance(first, Anchor | Look):
                return self.build(first, self._sequence(rest, after, before), before)
            if isinstance(first, Options):
                ways = (self._sequence((each, *rest), after, before) for each in first.options)
                return self._terms.either(*ways)
            if isinstance(first, Sequence):
                return self._sequence((*first.items, *rest), after, before)
            return self._unrolled(first, rest, after, before)
        head = self.plain(first)
        if not any(map(looks_back, rest)):
            return self._terms.cat(head, self._sequence(rest, after, "n"))
        return self._split(head, rest, after, before)

    def _split(self, head: int, rest: tuple[Tree, ...], after: int, before: str) -> int:
        """The head by what it ends in, each followed by what may follow that."""
        t = self._terms
        ways = [
            t.cat(t.both(head, self._ends_in_word), self._sequence(rest, after, "w")),
            t.cat(t.both(head, self._ends_elsewhere), self._sequence(rest, after, "n")),
        ]
        if t.nullable(head):
            ways.append(self._sequence(rest, after, before))
        return t.either(*ways)

    def _anchor(self, kind: str, after: int, before: str) -> int:
        t = self._terms
        if kind == "^":
            return after if before == "^" else t.empty
        if kind == "$":
            return t.both(t.epsilon, after)
        boundary_wanted, in_word = kind == "b", before == "w"
        next_in_word = boundary_wanted != in_word
        condition = self._begins_word if next_in_word else t.negate(self._begins_word)
        return t.both(condition, after)

    def _look(self, look: Look, after: int, before: str) -> int:
        if not look.ahead:
            return self._look_behind(look, after, before)
        t = self._terms
        seen = self.build(look.body, t.everything, before)
        return t.both(seen if look.positive else t.negate(seen), after)

    def _look_behind(self, look: Look, after: int, before: str) -> int:
        """Only where the text begins, there is nothing behind."""
        if before != "^" or not is_plain(look.body):
            raise UnsupportedPattern(self._pattern, "look-behind")
        holds = self._terms.nullable(self.plain(look.body)) is look.positive
        return after if holds else self._terms.empty

    def _repeat(self, repeat: Repeat, after: int, before: str) -> int:
        tempered = _tempered(repeat)
        if tempered is not None and after == self._terms.epsilon:
            return self._tempered_loop(*tempered, repeat)
        return self._unrolled(repeat, (), after, before)

    def _tempered_loop(self, look: Look, step: Chars, repeat: Repeat) -> int:
        """``((?!x).)*`` up to the end: nowhere in the text may x begin."""
        t = self._terms
        seen = self.build(look.body, t.everything, "n")
        bad = t.negate(seen) if look.positive else seen
        somewhere = t.cat(t.everything, t.both(bad, t.cat(t.any, t.everything)))
        return t.both(t.loop(t.chars(step.set), repeat.least, repeat.most), t.negate(somewhere))

    def _unrolled(self, repeat: Tree, rest: tuple[Tree, ...], after: int, before: str) -> int:
        """A few repetitions of something with assertions, written out."""
        assert isinstance(repeat, Repeat)
        if repeat.most is None or repeat.most > MAX_UNROLLED:
            raise UnsupportedPattern(self._pattern, "assertion inside a repetition")
        ways = [
            self._sequence((*([repeat.body] * count), *rest), after, before)
            for count in range(repeat.least, repeat.most + 1)
        ]
        return self._terms.either(*ways)


def _tempered(repeat: Repeat) -> tuple[Look, Chars] | None:
    body = repeat.body
    if not isinstance(body, Sequence) or len(body.items) != 2:
        return None
    look, step = body.items
    if isinstance(look, Look) and look.ahead and isinstance(step, Chars) and not looks_back(look.body):
        return look, step
    return None


def is_plain(tree: Tree) -> bool:
    """Whether the tree has no assertions."""
    return isinstance(tree, Chars) or (not isinstance(tree, Anchor | Look) and all(map(is_plain, children(tree))))


def looks_back(tree: Tree) -> bool:
    """Whether the tree asks what is before it."""
    if isinstance(tree, Anchor):
        return tree.kind != "$"
    if isinstance(tree, Look) and not tree.ahead:
        return True
    return any(map(looks_back, children(tree)))


def children(tree: Tree) -> tuple[Tree, ...]:
    """The trees directly below."""
    if isinstance(tree, Sequence):
        return tree.items
    if isinstance(tree, Options):
        return tree.options
    return (tree.body,) if isinstance(tree, Repeat | Look) else ()
