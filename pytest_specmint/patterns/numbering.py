"""Texts of a language by their numbers: 0 is the first, every text has one, and two texts never share one."""

from functools import cached_property

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from pytest_specmint.cells import Cells, cells_of_strings
from pytest_specmint.patterns.errors import UnsupportedPattern
from pytest_specmint.patterns.fill import decode
from pytest_specmint.patterns.language import Language
from pytest_specmint.patterns.sampler import lengths_of
from pytest_specmint.patterns.walk import Edges, edges_of
from pytest_specmint.stream import Ints, Keys, below, draw

MOST = 1 << 62
"""So many texts are numbered at most; where there are more, characters at the beginning are drawn."""


class NumberedTexts(Struct, frozen=True, dict=True):
    """The texts of some lengths, walked through an automaton: shorter ones first, then by their characters."""

    edges: Edges
    accepting: frozenset[int]
    lengths: tuple[int, ...]
    drawn: int = 0
    """How many characters at the beginning are drawn, such as lead to one state only."""

    @property
    def count(self) -> int:
        """How many texts have a number."""
        return sum(self._counts[length - self.drawn][self._start] for length in self.lengths)

    def written(self, positions: Ints, keys: Keys) -> Cells:
        """The texts with these numbers; what has no number is drawn by the keys."""
        texts = np.zeros((len(positions), max(self.lengths)), dtype=np.uint32)
        sizes = np.array([self._counts[length - self.drawn][self._start] for length in self.lengths], dtype=np.int64)
        ends = np.cumsum(sizes)
        which = np.searchsorted(ends, positions, side="right")
        rest = positions - (ends - sizes)[which]
        state = np.zeros(len(positions), dtype=np.int64)
        for column in range(self.drawn):
            chars = self._chars[self._line[column]]
            texts[:, column] = chars[below(draw(keys, column + 1), len(chars))]
        state[:] = self._start
        left = np.array(self.lengths, dtype=np.int64)[which] - self.drawn
        lengths = left + self.drawn
        column = self.drawn
        while (left > 0).any():
            lanes = np.flatnonzero(left > 0)
            texts[lanes, column], state[lanes], rest[lanes] = self._step(state[lanes], left[lanes], rest[lanes])
            left[lanes] -= 1
            column += 1
        return cells_of_strings(decode(np.ascontiguousarray(texts.astype("<u4")), lengths, zeros=self._zeros))

    def _step(self, state: Ints, left: Ints, rest: Ints) -> tuple[NDArray[np.uint32], Ints, Ints]:
        """The next characters, the states that they lead to, and the numbers within what is behind them."""
        bounds = self._bounds[left, state]
        edge = (rest[:, None] >= bounds).sum(axis=1) - 1
        rest = rest - np.take_along_axis(bounds, edge[:, None], axis=1)[:, 0]
        flat = self._first[state] + edge
        target = self._targets[flat]
        behind = self._behind[left - 1, target]
        which = rest // behind
        return self._points[self._offsets[flat] + which], target, rest - which * behind

    def may_draw_more(self) -> bool:
        """Whether one more character leads to one state only."""
        return len(self.edges[self._start]) == 1 and self.drawn < min(self.lengths)

    # ------------------------------------------------------------ tables

    @cached_property
    def _counts(self) -> list[list[int]]:
        """How many texts of each length lead from each state to an end."""
        counts = [[int(state in self.accepting) for state in range(len(self.edges))]]
        for _ in range(max(self.lengths) - self.drawn):
            behind = counts[-1]
            counts.append([sum(len(edge.chars) * behind[edge.target] for edge in row) for row in self.edges])
        return counts

    @cached_property
    def _line(self) -> list[int]:
        """The states on the way of the characters that are drawn."""
        states = [0]
        for _ in range(self.drawn):
            states.append(self.edges[states[-1]][0].target)
        return states

    @property
    def _start(self) -> int:
        return self._line[-1]

    @cached_property
    def _chars(self) -> list[NDArray[np.uint32]]:
        return [np.array([ord(char) for edge in row for char in edge.chars], dtype=np.uint32) for row in self.edges]

    @cached_property
    def _points(self) -> NDArray[np.uint32]:
        return np.concatenate([*self._chars, np.zeros(1, dtype=np.uint32)])

    @cached_property
    def _first(self) -> Ints:
        """The number of each state's first edge, all edges in a row."""
        return np.cumsum([0, *map(len, self.edges)])[:-1]

    @cached_property
    def _targets(self) -> Ints:
        return np.array([edge.target for row in self.edges for edge in row], dtype=np.int64)

    @cached_property
    def _offsets(self) -> Ints:
        sizes = [len(edge.chars) for row in self.edges for edge in row]
        return np.cumsum([0, *sizes])[:-1]

    @cached_property
    def _behind(self) -> Ints:
        """``[left, state]``: how many texts of the rest there are; 1 where none, so as to divide by."""
        return np.array([[min(max(each, 1), MOST) for each in row] for row in self._counts], dtype=np.int64)

    @cached_property
    def _bounds(self) -> Ints:
        """``[left, state, edge]``: the first number that takes the edge; edges that lead nowhere are never taken."""
        widest = max(map(len, self.edges), default=1)
        bounds = np.full((len(self._counts), len(self.edges), widest), MOST, dtype=np.int64)
        for left in range(1, len(self._counts)):
            for state, row in enumerate(self.edges):
                number = 0
                for i, edge in enumerate(row):
                    bounds[left, state, i] = number
                    number += len(edge.chars) * self._counts[left - 1][edge.target]
        return bounds

    @cached_property
    def _zeros(self) -> bool:
        return any("\0" in edge.chars for row in self.edges for edge in row)


def numbered_texts(language: Language, *, spread: int) -> NumberedTexts | None:
    """The language's texts by number; None where it has none, or more than can be numbered.

    Raises `UnsupportedPattern`.
    """
    one = language.automaton()
    for tier in range(3):
        edges = edges_of(one, tier)
        lengths = lengths_of(edges, one.accepting, language, spread)
        if lengths:
            return _of_lengths(language, edges, one.accepting, lengths)
    return None


def _of_lengths(language: Language, edges: Edges, accepting: frozenset[int], lengths: tuple[int, ...]) -> NumberedTexts:
    """As many lengths as can be numbered, and of long texts of one length the end."""
    drawn = 0
    while True:
        made = NumberedTexts(edges, accepting, lengths, drawn)
        if made.count < MOST:
            return made
        if len(lengths) > 1:
            lengths = lengths[:-1]
        elif made.may_draw_more():
            drawn += 1
        else:
            raise UnsupportedPattern(language.text(), "more texts than can be told apart by number")
