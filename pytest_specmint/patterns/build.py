"""From a syntax tree to a term: assertions become intersections with what follows, and guards of what was before.

A tree is built in front of its continuation, the term of all that comes after it. A look-ahead then says something
about its continuation, `$` that the continuation is empty. A look-behind is a guard before it, likewise ``^`` and word
boundaries, unless the place in the tree tells already whether the text begins there.
"""

from enum import Enum
from functools import reduce

from pytest_specmint.patterns import charset as cs
from pytest_specmint.patterns.errors import UnsupportedPattern
from pytest_specmint.patterns.terms import Terms, TooManyTerms
from pytest_specmint.patterns.tree import Anchor, Beyond, Chars, Look, Options, Repeat, Sequence, Tree, walk, width

MAX_UNROLLED = 2000


class Place(Enum):
    """Where in a text a part of a tree begins."""

    START = 0
    LATER = 1
    UNSURE = 2


class Take(Enum):
    """Which of a tree's matches are wanted: all, those that are not empty, those that are."""

    ANY = 0
    SOME = 1
    NONE = 2


class Builder:
    """Builds the terms of one pattern."""

    def __init__(self, terms: Terms, pattern: str) -> None:
        self._terms = terms
        self._pattern = pattern
        self._in_behind = False
        self._begins_word = terms.cat(terms.chars(cs.WORD), terms.everything)
        self._something = terms.cat(terms.any, terms.everything)

    def search(self, tree: Tree) -> int:
        """Texts that contain a match."""
        return self._anywhere(tree, self._terms.everything)

    def starting(self, tree: Tree) -> int:
        """Texts that start with a match."""
        return self.build(tree, self._terms.everything, Place.START)

    def whole(self, tree: Tree) -> int:
        """Texts that match as a whole."""
        return self.build(tree, self._terms.epsilon, Place.START)

    def _anywhere(self, tree: Tree, after: int) -> int:
        t = self._terms
        if is_plain(tree):
            return t.cat(t.everything, t.cat(self.plain(tree), after))
        elsewhere = self.build(tree, after, Place.LATER)
        return t.either(self.build(tree, after, Place.START), t.cat(self._something, elsewhere))

    def build(self, tree: Tree, after: int, place: Place, take: Take = Take.ANY) -> int:
        """The tree followed by the continuation."""
        if is_plain(tree):
            return self._build_plain(self.plain(tree), after, take)
        if isinstance(tree, Sequence):
            return self._sequence(tree.items, after, place, take)
        if isinstance(tree, Options):
            return self._terms.either(*(self.build(each, after, place, take) for each in tree.options))
        if isinstance(tree, Repeat):
            return self._repeat(tree, after, place, take)
        if isinstance(tree, Beyond):
            raise UnsupportedPattern(self._pattern, tree.what, tree.position)
        if take is Take.SOME:
            return self._terms.empty
        if isinstance(tree, Anchor):
            return self._anchor(tree.kind, after, place)
        assert isinstance(tree, Look)
        return self._look_ahead(tree, after, place) if tree.ahead else self._look_behind(tree, after, place)

    # ------------------------------------------------------------ without assertions

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

    def _build_plain(self, term: int, after: int, take: Take) -> int:
        t = self._terms
        if take is Take.NONE:
            return after if t.holds_empty(term) else t.empty
        if take is Take.SOME and t.holds_empty(term):
            term = t.both(term, self._something)
        return t.cat(term, after)

    # ------------------------------------------------------------ sequences and repetitions

    def _sequence(self, items: tuple[Tree, ...], after: int, place: Place, take: Take) -> int:
        places = [place]
        for item in items[:-1]:
            places.append(_place_after(places[-1], item))
        every, some = after, self._terms.empty
        for item, here in zip(reversed(items), reversed(places), strict=True):
            every, some = self._step(item, every, some, here, take)
        return some if take is Take.SOME else every

    def _step(self, item: Tree, every: int, some: int, place: Place, take: Take) -> tuple[int, int]:
        """One more item in front: before all that may follow, and before what takes at least a character."""
        if take is not Take.SOME:
            return self.build(item, every, place, take), some
        ways = [self.build(item, every, place, Take.SOME)]
        if some != self._terms.empty:
            ways.append(self.build(item, some, place, Take.NONE))
        return self.build(item, every, place), self._terms.either(*ways)

    def _repeat(self, repeat: Repeat, after: int, place: Place, take: Take) -> int:
        """Repetitions of something with assertions; beyond the least number none of them is empty."""
        if take is Take.NONE:
            return after if repeat.least == 0 else self.build(repeat.body, after, place, take)
        if max(repeat.least, repeat.most or 0) > MAX_UNROLLED:
            raise TooManyTerms
        t, body = self._terms, repeat.body
        inside = Place.LATER if place is Place.LATER else Place.UNSURE
        some = t.empty
        if repeat.most is None:
            every = t.open_loop()
            some = self.build(body, every, inside, Take.SOME)
            t.tie(every, t.either(after, some))
        else:
            every = after
            for _ in range(repeat.most - repeat.least):
                some = self.build(body, every, inside, Take.SOME)
                every = t.either(after, some)
        for _ in range(repeat.least):
            every, some = self._step(body, every, some, inside, take)
        return some if take is Take.SOME else every

    # ------------------------------------------------------------ assertions

    def _anchor(self, kind: str, after: int, place: Place) -> int:
        t = self._terms
        if kind == "^":
            if place is Place.UNSURE:
                return t.when(t.guard(t.epsilon), after)
            return after if place is Place.START else t.empty
        if self._in_behind and (kind == "$" or t.asks(after) or t.holds_empty(after)):
            raise UnsupportedPattern(self._pattern, "look-behind that looks ahead")
        if kind == "$":
            return t.both(t.epsilon, after)
        word, other = t.both(self._begins_word, after), t.both(t.negate(self._begins_word), after)
        if kind == "B":
            word, other = other, word
        if place is Place.START:
            return word
        after_word = t.guard(t.cat(t.everything, t.chars(cs.WORD)))
        return t.either(t.when(after_word, other), t.when(after_word, word, holds=False))

    def _look_ahead(self, look: Look, after: int, place: Place) -> int:
        if self._in_behind:
            raise UnsupportedPattern(self._pattern, "look-behind that looks ahead")
        t = self._terms
        seen = self.build(look.body, t.everything, place)
        return t.both(seen if look.positive else t.negate(seen), after)

    def _look_behind(self, look: Look, after: int, place: Place) -> int:
        t = self._terms
        outer, self._in_behind = self._in_behind, True
        behind = self._anywhere(look.body, t.epsilon)
        self._in_behind = outer
        if place is Place.START:
            return after if t.nullable(behind, t.start()) is look.positive else t.empty
        return t.when(t.guard(behind), after, holds=look.positive)


def _place_after(place: Place, item: Tree) -> Place:
    if place is Place.LATER or isinstance(item, Anchor | Look):
        return place
    least, most = width(item)
    return Place.LATER if least > 0 else place if most == 0 else Place.UNSURE


def is_plain(tree: Tree) -> bool:
    """Whether the tree has neither assertions nor what is beyond regular terms."""
    return not any(isinstance(each, Anchor | Look | Beyond) for each in walk(tree))
