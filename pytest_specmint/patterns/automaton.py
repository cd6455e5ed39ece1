"""Deterministic automata over classes of characters, made from terms by derivatives."""

from bisect import bisect_right
from functools import cached_property

from msgspec import Struct

from pytest_specmint.patterns.charset import CharSet
from pytest_specmint.patterns.terms import Past, Terms

MAX_STATES = 8192
MAX_SETS = 20_000
"""How many sets of states are followed to reach a length."""


class TooManyStates(Exception):
    """The automaton outgrew its bound."""


class Automaton(Struct, frozen=True, dict=True):
    """States are numbered, 0 is the start; ``edges[state]`` maps classes to states, dead ends left out."""

    classes: tuple[CharSet, ...]
    edges: tuple[tuple[tuple[int, int], ...], ...]
    accepting: frozenset[int]

    def accepts(self, text: str) -> bool:
        """Whether the text is in the language."""
        if not self.edges:
            return False
        state = 0
        for char in text:
            found = self._steps[state].get(self._class_of(ord(char)))
            if found is None:
                return False
            state = found
        return state in self.accepting

    @cached_property
    def _steps(self) -> list[dict[int, int]]:
        return [dict(edges) for edges in self.edges]

    @cached_property
    def _ranges(self) -> tuple[list[int], list[tuple[int, int]]]:
        ranges = sorted((low, high, i) for i, each in enumerate(self.classes) for low, high in each)
        return [low for low, _, _ in ranges], [(high, i) for _, high, i in ranges]

    def _class_of(self, point: int) -> int:
        lows, ends = self._ranges
        at = bisect_right(lows, point) - 1
        return ends[at][1] if at >= 0 and point <= ends[at][0] else -1

    @cached_property
    def targets(self) -> tuple[tuple[int, ...], ...]:
        """The states after each state, each once."""
        return tuple(tuple(dict.fromkeys(target for _, target in row)) for row in self.edges)

    def lengths(self, least: int, most: int | None, wanted: int) -> list[int]:
        """The shortest lengths of accepted texts within the bounds, ``wanted`` of them at most."""
        found: list[int] = []
        here = self._ends(least) if self.edges else frozenset()
        length = least
        while here and (most is None or length <= most) and len(found) < wanted:
            if not here.isdisjoint(self.accepting):
                found.append(length)
            here, length = self._after(here), length + 1
        return found

    def _after(self, here: frozenset[int]) -> frozenset[int]:
        return frozenset(target for state in here for target in self.targets[state])

    def _ends(self, length: int) -> frozenset[int]:
        """The states in which beginnings of this length end; once they repeat, the rest is skipped."""
        here: frozenset[int] = frozenset({0})
        seen: dict[frozenset[int], int] = {}
        at = 0
        while at < length and here:
            if here in seen:
                period = at - seen[here]
                at += (length - at) // period * period
                seen = {}
                if at == length:
                    break
            seen[here] = at
            if len(seen) > MAX_SETS:
                raise TooManyStates
            here, at = self._after(here), at + 1
        return here


def automaton(terms: Terms, start: int) -> Automaton:
    """The automaton of a term; raises `TooManyStates` or `TooManyTerms`."""
    classes = tuple(terms.classes())
    first = start, terms.told(start, terms.start())
    numbers: dict[tuple[int, Past], int] = {first: 0}
    order = [first]
    rows: list[dict[int, int]] = []
    accepting = set()
    for number, (term, past) in enumerate(order):
        row = {}
        for each, target in terms.derivatives(term, past).items():
            state = target, terms.told(target, terms.onward(past, each))
            if state not in numbers:
                numbers[state] = len(order)
                order.append(state)
                if len(order) > MAX_STATES:
                    raise TooManyStates
            row[each] = numbers[state]
        rows.append(row)
        if terms.nullable(term, past):
            accepting.add(number)
    return _trimmed(classes, rows, accepting)


def _trimmed(classes: tuple[CharSet, ...], rows: list[dict[int, int]], accepting: set[int]) -> Automaton:
    """Without the states from which nothing is accepted."""
    sources: dict[int, set[int]] = {}
    for state, row in enumerate(rows):
        for target in row.values():
            sources.setdefault(target, set()).add(state)
    alive, pending = set(accepting), list(accepting)
    while pending:
        for source in sources.get(pending.pop(), ()):
            if source not in alive:
                alive.add(source)
                pending.append(source)
    if 0 not in alive:
        return Automaton(classes, (), frozenset())
    renumbered = {state: i for i, state in enumerate(sorted(alive))}
    edges = tuple(
        tuple((c, renumbered[target]) for c, target in sorted(rows[state].items()) if target in alive)
        for state in sorted(alive)
    )
    return Automaton(classes, edges, frozenset(renumbered[state] for state in accepting))
