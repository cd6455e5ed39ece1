"""Drawing texts of a language in bulk: by templates where the pattern allows, else by walking its automaton."""

from functools import cached_property
from itertools import accumulate
from typing import Protocol

import numpy as np
from msgspec import Struct

from pytest_specmint.cells import Cells, cells_of_strings, strings, take
from pytest_specmint.patterns.errors import UnsupportedPattern
from pytest_specmint.patterns.fill import AsciiFill, CellFill, MixedFill
from pytest_specmint.patterns.language import Language
from pytest_specmint.patterns.templates import MANY_LENGTHS, MAX_TEXT, Piece, Template, TooLong, templates_of
from pytest_specmint.patterns.walk import Edges, Walk, edges_of
from pytest_specmint.stream import Ints, Keys, draw

SPREAD = 12
MAX_WORK = 1 << 20
"""Edges times characters: what tables for a walk may come to."""
_S32 = np.uint64(32)
_SAME = 1e-9


class EmptyLanguage(ValueError):
    """There is no text to draw."""


class StringSampler(Protocol):
    """Draws texts: each is a function of its key alone."""

    @property
    def min_length(self) -> int:
        """Least length of a text."""

    @property
    def max_length(self) -> int:
        """Greatest length of a text."""

    def cells(self, keys: Keys) -> Cells:
        """One text per key, quoted and escaped as JSON asks."""

    def sample(self, keys: Keys) -> list[str]:
        """The same texts as Python's."""


def compile_sampler(language: Language, *, spread: int = SPREAD) -> StringSampler:
    """The sampler of a language.

    Texts without maximal length get at most ``spread`` characters more than their alternative needs, and so do, twice
    over, those whose lengths are limited far away.

    Raises `EmptyLanguage`, `PatternSyntaxError` or `UnsupportedPattern`.
    """
    rows = language.rows(loose=True)
    if rows is not None:
        try:
            templates = templates_of(rows, language.least, language.most, spread)
        except TooLong:
            raise _too_long(language) from None
        if templates:
            return TemplateSampler(templates)
    return _walk_sampler(language, spread)


def _too_long(language: Language) -> UnsupportedPattern:
    return UnsupportedPattern(language.text(), f"texts of more than {MAX_TEXT} characters")


def _walk_sampler(language: Language, spread: int) -> "WalkSampler":
    """Bare matches where there are many, else texts that start with one, else whatever the language has."""
    poor = None
    for narrow in language.narrowed():
        try:
            walk = _walk(narrow, spread)
        except UnsupportedPattern:
            continue
        if walk is not None and walk.is_rich():
            return WalkSampler(walk)
        poor = walk or poor
    try:
        found = _walk(language, spread)
    except UnsupportedPattern:
        if poor is None:
            raise
        found = poor
    if found is None:
        raise EmptyLanguage(f"no text satisfies {language}")
    return WalkSampler(found)


def _walk(language: Language, spread: int) -> Walk | None:
    """Walks through the automaton of a language, None if it is empty."""
    shortest = language.lengths(1)
    if not shortest:
        return None
    if shortest[0] > MAX_TEXT:
        raise _too_long(language)
    one = language.automaton()
    for tier in range(3):
        edges = edges_of(one, tier)
        room = MAX_WORK // (sum(map(len, edges)) + len(edges))
        lengths = _lengths(edges, one.accepting, language, spread, room)
        if lengths:
            return Walk(edges, one.accepting, lengths)
    reason = f"too large to draw {shortest[0]} characters from {len(one.edges)} states"
    raise UnsupportedPattern(language.text(), reason)


def lengths_of(edges: Edges, accepting: frozenset[int], language: Language, spread: int) -> tuple[int, ...]:
    """The lengths of texts to draw, as far as there is room for their tables."""
    return _lengths(edges, accepting, language, spread, MAX_WORK // (sum(map(len, edges)) + len(edges) or 1))


def _lengths(edges: Edges, accepting: frozenset[int], language: Language, spread: int, room: int) -> tuple[int, ...]:
    """The lengths to draw; none above ``room``."""
    found: list[int] = []
    here = {0}
    least, most = language.least, language.most
    last = min(each for each in (least + len(edges), room, most) if each is not None)
    length = 0
    while here and length <= last:
        if length >= least and not here.isdisjoint(accepting):
            if not found:
                last = min(_last(length, most, spread), room)
            found.append(length)
        here = {edge.target for state in here for edge in edges[state]}
        length += 1
    return tuple(found)


def _last(first: int, most: int | None, spread: int) -> int:
    if most is None:
        return first + spread
    return most if most - first < MANY_LENGTHS else min(most, first + 2 * spread)


class WalkSampler(Struct, frozen=True, dict=True):
    """A length, each as often as the others, then a walk of that length through the automaton."""

    walk: Walk

    @property
    def min_length(self) -> int:
        """Least length of a text."""
        return min(self.walk.lengths)

    @property
    def max_length(self) -> int:
        """Greatest length of a text."""
        return max(self.walk.lengths)

    def cells(self, keys: Keys) -> Cells:
        """One text per key."""
        return self.walk.cells(keys)

    def sample(self, keys: Keys) -> list[str]:
        """The same texts as Python's."""
        return strings(self.cells(keys))


class TemplateSampler(Struct, frozen=True, dict=True):
    """One of the templates per key, by their shares; then a character or word per piece."""

    templates: tuple[Template, ...]

    @property
    def min_length(self) -> int:
        """Least length of a text."""
        return min(template.length for template in self.templates)

    @property
    def max_length(self) -> int:
        """Greatest length of a text."""
        return max(template.length for template in self.templates)

    def cells(self, keys: Keys) -> Cells:
        """One text per key."""
        constants = self._constants
        if constants is not None and len(constants) == 1:
            return np.repeat(constants, len(keys), axis=0)
        fill = self._fill
        if isinstance(fill, AsciiFill):
            return fill.cells(keys, 1)
        chosen = self._chosen(keys)
        return fill.cells(keys, chosen, 1) if constants is None else take(constants, chosen)

    def sample(self, keys: Keys) -> list[str]:
        """The same texts as Python's."""
        return strings(self.cells(keys))

    def _chosen(self, keys: Keys) -> Ints:
        """The number of each key's template."""
        share = draw(keys, 0) >> _S32
        if self._bounds is None:
            return ((share * np.uint64(len(self.templates))) >> _S32).view(np.int64)
        return np.searchsorted(self._bounds, share, side="right")

    @cached_property
    def _bounds(self) -> Keys | None:
        """Upper bounds of the draws for all templates but the last; None if all have the same share."""
        shares = [template.share for template in self.templates]
        if max(shares) - min(shares) < _SAME:
            return None
        sums = list(accumulate(shares))[:-1]
        return np.array([min(int(each * (1 << 32)), 1 << 32) for each in sums], dtype=np.uint64)

    @cached_property
    def _constants(self) -> Cells | None:
        """The texts, if no template leaves a choice."""
        if any(len(piece) > 1 for template in self.templates for piece, _ in template.runs):
            return None
        return cells_of_strings(
            ["".join(piece[0] * count for piece, count in template.runs) for template in self.templates]
        )

    @cached_property
    def _fill(self) -> AsciiFill | CellFill | MixedFill:
        pieces = tuple(template.pieces() for template in self.templates)
        if not all(_simple(piece) for template in self.templates for piece, _ in template.runs):
            return MixedFill(pieces)
        return CellFill(pieces) if len(pieces) > 1 else AsciiFill(pieces[0])


def _simple(piece: Piece) -> bool:
    """Whether there are only ASCII characters, without the two that have a meaning in a fill."""
    text = piece if isinstance(piece, str) else "".join(piece)
    return text.isascii() and "\n" not in text and "\0" not in text
