"""Drawing from an automaton: a length, then a walk of that length, every text of that length alike."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from pytest_specmint.cells import Cells, cells_of_strings, is_plain, united
from pytest_specmint.patterns import charset as cs
from pytest_specmint.patterns.automaton import Automaton
from pytest_specmint.patterns.fill import Points, decode, quoted
from pytest_specmint.stream import Ints, Keys, below, draw

_MANY = 1000
_FEW = 4
"""Up to so many lengths are made apart."""
_TINY = 1e-200
_S32, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


class Edge(NamedTuple):
    """The characters that lead to a state, as far as they are drawn."""

    chars: str
    target: int

    @property
    def weight(self) -> float:
        """How much it counts: by its characters if they are letters or digits, little for signs."""
        first = self.chars[0]
        if first.isalnum():
            return float(len(self.chars))
        return 0.5 if "!" <= first <= "~" else 0.001


Edges = tuple[tuple[Edge, ...], ...]


def edges_of(one: Automaton, tier: int) -> Edges:
    """The edges of every state by the characters that are drawn; those with less welcome sets are left out."""
    sets: dict[tuple[int, ...], cs.CharSet] = {}
    found = []
    for row in one.edges:
        groups: dict[int, list[int]] = {}
        for number, target in row:
            groups.setdefault(target, []).append(number)
        edges = []
        for target, numbers in groups.items():
            key = tuple(numbers)
            if key not in sets:
                sets[key] = cs.union(*(one.classes[number] for number in key))
            if cs.tier(sets[key]) <= tier:
                edges.append(Edge(cs.drawn(sets[key]), target))
        found.append(tuple(sorted(edges)))
    return tuple(found)


class Walk(Struct, frozen=True, dict=True):
    """Edges, final states and the lengths of texts to draw, each as often as the others."""

    edges: Edges
    accepting: frozenset[int]
    lengths: tuple[int, ...]

    def cells(self, keys: Keys) -> Cells:
        """A text per key."""
        chosen = below(draw(keys, 0), len(self.lengths))
        if self._chains is None:
            return self._walked(keys, np.array(self.lengths, dtype=np.int64)[chosen])
        if len(self._chains) == 1:
            return self._chains[0].cells(keys)
        lanes = [np.flatnonzero(chosen == i) for i in range(len(self._chains))]
        return united(
            len(keys), [(each, chain.cells(keys[each])) for each, chain in zip(lanes, self._chains, strict=True)]
        )

    @cached_property
    def _chains(self) -> "tuple[Chain, ...] | None":
        """The ways to go for each length, if there is but one for each, and few."""
        if len(self.lengths) > _FEW or not self._tables.plain:
            return None
        chains = [_chain(self, length) for length in self.lengths]
        return None if None in chains else tuple(chain for chain in chains if chain is not None)

    def _walked(self, keys: Keys, lengths: Ints) -> Cells:
        """Texts are made in the order of their lengths, so that those still growing are the first ones."""
        order = np.argsort(-lengths, kind="stable")
        sorted_keys, sorted_lengths = keys[order], lengths[order]
        made = np.zeros((int(lengths.max(initial=0)), len(keys)), dtype="<u4")
        tables = self._tables
        states = np.zeros(len(keys), dtype=np.int64)
        rest = (sorted_lengths - 1) * len(self.edges)
        for column, line in enumerate(made):
            count = int(np.count_nonzero(sorted_lengths > column))
            word = draw(sorted_keys[:count], column + 1)
            edge = tables.edge(rest[:count] + states[:count], word)
            chosen = ((word & _LOW) * tables.sizes.take(edge)) >> _S32
            line[:count] = tables.chars.take(tables.offsets.take(edge) + chosen.view(np.int64))
            states[:count] = tables.targets.take(edge)
            rest -= len(self.edges)
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        points = made.take(back, axis=1).T
        if tables.plain:
            return quoted(points)
        return cells_of_strings(decode(np.ascontiguousarray(points), lengths, zeros=tables.zeros))

    @cached_property
    def _tables(self) -> "_Tables":
        return _tables(self)

    def is_rich(self) -> bool:
        """Whether there are many texts."""
        counts: dict[int, int] = {0: 1}
        total = 0
        for length in range(max(self.lengths) + 1):
            if length in self.lengths:
                total += sum(count for state, count in counts.items() if state in self.accepting)
            after: dict[int, int] = {}
            for state, count in counts.items():
                for edge in self.edges[state]:
                    after[edge.target] = min(after.get(edge.target, 0) + count * len(edge.chars), _MANY)
            counts = after
        return total >= _MANY


class Chain(Struct, frozen=True):
    """The characters of each column, where all texts of a length go through the same states."""

    columns: tuple[str, ...]

    def cells(self, keys: Keys) -> Cells:
        """A text per key, by the draws of a walk."""
        first = f'"{"".join(chars[0] for chars in self.columns)}"'.encode("ascii")
        out = np.frombuffer(bytearray(first * len(keys)), dtype=np.uint8).reshape(len(keys), len(first))
        for column, chars in enumerate(self.columns, 1):
            if len(chars) > 1:
                chosen = ((draw(keys, column) & _LOW) * np.uint64(len(chars))) >> _S32
                out[:, column] = np.frombuffer(chars.encode("ascii"), dtype=np.uint8).take(chosen.view(np.int64))
        return out


def _chain(walk: Walk, length: int) -> Chain | None:
    """The only way of this length through the automaton; None where there are several."""
    ends = [set(walk.accepting)]
    for _ in range(length):
        ends.append({s for s, row in enumerate(walk.edges) if any(edge.target in ends[-1] for edge in row)})
    state, columns = 0, []
    for left in range(length - 1, -1, -1):
        open_edges = [edge for edge in walk.edges[state] if edge.target in ends[left]]
        if len(open_edges) != 1:
            return None
        columns.append(open_edges[0].chars)
        state = open_edges[0].target
    return Chain(tuple(columns))


class _Tables(NamedTuple):
    """``blocks[left * states + state]`` is the block of a state when so many characters follow the next one.

    A block has ``counts`` lots from ``starts`` on, all alike: with its share of a lot goes the edge ``own``, with the
    rest the edge ``other`` (Walker, New fast method for generating discrete random numbers, Electron. Lett. 10, 1974).
    Of an edge there are the number of characters, where they start in ``chars``, and the target. ``zeros`` tells
    whether NUL is drawn, ``plain`` that nothing is to be escaped.
    """

    blocks: Ints
    starts: Ints
    counts: Keys
    shares: Keys
    own: Ints
    other: Ints
    sizes: Keys
    offsets: Ints
    targets: Ints
    chars: Points
    zeros: bool
    plain: bool

    def edge(self, places: Ints, words: Keys) -> Ints:
        """The edges that are taken, by the upper halves of random words."""
        block = self.blocks.take(places)
        scaled = (words >> _S32) * self.counts.take(block)
        lot = self.starts.take(block) + (scaled >> _S32).view(np.int64)
        return np.where((scaled & _LOW) < self.shares.take(lot), self.own.take(lot), self.other.take(lot))


def _reached(walk: Walk) -> list[set[int]]:
    """The states in which beginnings of each length can end."""
    found = [{0}]
    for _ in range(max(walk.lengths)):
        found.append({edge.target for state in found[-1] for edge in walk.edges[state]})
    return found


def _tables(walk: Walk) -> _Tables:
    """Shares of the edges by the weights of the texts behind them, by dynamic programming from the end.

    Weights are kept as fractions of the largest, so that they stay finite, and above nothing, so that no text is lost.
    """
    longest = max(walk.lengths)
    reached = _reached(walk)
    first = np.cumsum([0, *map(len, walk.edges)]).tolist()
    weighed = [[(edge.weight, edge.target) for edge in row] for row in walk.edges]
    blocks = np.zeros(max(longest, 1) * len(walk.edges), dtype=np.int64)
    starts: list[int] = []
    lots: list[tuple[int, int, int]] = []
    weights = [1.0 if state in walk.accepting else 0.0 for state in range(len(walk.edges))]
    for left in range(longest):
        needed = {s for length in walk.lengths if length > left for s in reached[length - left - 1]}
        fresh = [sum([weight * weights[target] for weight, target in row]) for row in weighed]
        for state in sorted(needed):
            if fresh[state] > 0.0:
                blocks[left * len(walk.edges) + state] = len(starts)
                starts.append(len(lots))
                lots += _lots([weight * weights[target] for weight, target in weighed[state]], first[state])
        top = max(fresh) or 1.0
        weights = [max(weight / top, _TINY) if weight else 0.0 for weight in fresh]
    counts = np.diff([*starts, len(lots)]).astype(np.uint64)
    shares, own, other = np.array(lots, dtype=np.int64).reshape(-1, 3).T.copy()
    return _Tables(
        blocks, np.array(starts, dtype=np.int64), counts, shares.view(np.uint64), own, other, *_edge_tables(walk.edges)
    )


def _lots(weights: list[float], first: int) -> list[tuple[int, int, int]]:
    """Lots for these weights: own edge's share of 2**32, own edge, other edge; edges are numbered from ``first``."""
    possible = [at for at, weight in enumerate(weights) if weight > 0.0]
    scale = len(possible) / sum(weights)
    left = {at: weights[at] * scale for at in possible}
    small = [at for at in possible if left[at] < 1.0]
    large = [at for at in possible if left[at] >= 1.0]
    lots = []
    while small and large:
        at, other = small.pop(), large[-1]
        lots.append((int(left[at] * (1 << 32)), first + at, first + other))
        left[other] -= 1.0 - left[at]
        if left[other] < 1.0:
            small.append(large.pop())
    lots += [(1 << 32, first + at, first + at) for at in (*small, *large)]
    return lots


def _edge_tables(edges: Edges) -> tuple[Keys, Ints, Ints, Points, bool, bool]:
    flat = [edge for row in edges for edge in row]
    places: dict[str, int] = {}
    count = 0
    for chars in dict.fromkeys(edge.chars for edge in flat):
        places[chars] = count
        count += len(chars)
    text = "".join(places)
    sizes = np.array([len(edge.chars) for edge in flat], dtype=np.uint64)
    offsets = np.array([places[edge.chars] for edge in flat], dtype=np.int64)
    targets = np.array([edge.target for edge in flat], dtype=np.int64)
    return sizes, offsets, targets, np.array(list(map(ord, text)), dtype=np.uint32), "\0" in text, is_plain(text)
