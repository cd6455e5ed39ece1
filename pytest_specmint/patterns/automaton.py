"""Deterministic automata over classes of characters, made from terms by derivatives."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from pytest_specmint.patterns.charset import CharSet, partition
from pytest_specmint.patterns.terms import Terms

MAX_STATES = 2500


class TooManyStates(Exception):
    """The automaton outgrew its bound."""


@dataclass(frozen=True)
class Automaton:
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
    def _starts(self) -> tuple[list[int], list[int]]:
        ranges = sorted((low, high, i) for i, each in enumerate(self.classes) for low, high in each)
        return [low for low, _, _ in ranges], [i for _, _, i in ranges]

    def _class_of(self, point: int) -> int:
        lows, numbers = self._starts
        at = bisect_right(lows, point) - 1
        return numbers[at] if at >= 0 else -1

    def lengths(self, least: int, most: int | None, wanted: int) -> list[int]:
        """The shortest lengths of accepted texts within the bounds, ``wanted`` of them at most."""
        limit = least + len(self.edges) + wanted if most is None else most
        found: list[int] = []
        here = {0} if self.edges else set()
        for length in range(limit + 1):
            if length >= least and not here.isdisjoint(self.accepting):
                found.append(length)
                if len(found) == wanted:
                    break
            here = {target for state in here for _, target in self.edges[state]}
            if not here:
                break
        return found


def automaton(terms: Terms, start: int) -> Automaton:
    """The automaton of a term; raises `TooManyStates`."""
    classes = partition(terms.charsets())
    points = [each[0][0] for each in classes]
    numbers = {start: 0}
    rows: list[list[int]] = []
    order = [start]
    for term in order:
        row = []
        for point in points:
            target = terms.derive(term, point)
            if target not in numbers:
                numbers[target] = len(order)
                order.append(target)
                if len(order) > MAX_STATES:
                    raise TooManyStates
            row.append(numbers[target])
        rows.append(row)
    accepting = {numbers[term] for term in order if terms.nullable(term)}
    return _trimmed(tuple(classes), rows, accepting)


def _trimmed(classes: tuple[CharSet, ...], rows: list[list[int]], accepting: set[int]) -> Automaton:
    """Without the states from which nothing is accepted."""
    sources: dict[int, set[int]] = {}
    for state, row in enumerate(rows):
        for target in row:
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
        tuple((c, renumbered[target]) for c, target in enumerate(rows[state]) if target in alive)
        for state in sorted(alive)
    )
    return Automaton(classes, edges, frozenset(renumbered[state] for state in accepting))
