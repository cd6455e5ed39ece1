"""Values of which no record has another's: the record's index, permuted, is the value's number."""

from math import prod
from typing import Protocol

import numpy as np
from msgspec import Struct

from pytest_specmint.cells import Cells, beside, cells_of_texts
from pytest_specmint.engine.nodes.text import QUOTE, Digits, Template, Words
from pytest_specmint.engine.permutation import permuted
from pytest_specmint.engine.plan import Around, Plan
from pytest_specmint.stream import Ints, Keys, draw, mix_word

MOST = 1 << 62
"""So many values are told apart at most."""


class Numbered(Protocol):
    """Values that differ, each with a number from 0 on."""

    @property
    def count(self) -> int:
        """How many there are."""

    def written(self, positions: Ints, keys: Keys) -> Cells:
        """The texts of the values with these numbers; keys draw what numbers leave open."""


class Positions(Protocol):
    """A leaf that writes the values at its positions."""

    def written(self, positions: Ints) -> Cells:
        """The texts of the values at positions."""


class Listed(Struct, frozen=True):
    """The values of a leaf at its positions."""

    leaf: Positions
    count: int

    def written(self, positions: Ints, keys: Keys) -> Cells:
        """The texts of the values at these positions."""
        return self.leaf.written(positions)


class Uuids(Struct, frozen=True):
    """Random UUIDs (version 4) that are told apart by 60 of their bits."""

    count: int = 1 << 60

    def written(self, positions: Ints, keys: Keys) -> Cells:
        """Hexadecimal digits: the number's, scattered; then drawn ones."""
        rows = zip(positions.tolist(), draw(keys).tolist(), strict=True)
        return cells_of_texts([self._text(number, word) for number, word in rows])

    def _text(self, number: int, word: int) -> bytes:
        high, rest = f"{number:015x}", f"{word:016x}"
        return f'"{high[:8]}-{high[8:12]}-4{high[12:]}-{"89ab"[word & 3]}{rest[:3]}-{rest[3:15]}"'.encode()


class Filled(Struct, frozen=True):
    """Texts of a template whose parts tell where they end, so that no two numbers give the same text."""

    template: Template

    @property
    def count(self) -> int:
        """How many there are."""
        return min(prod(part.count for part in self.template.parts if isinstance(part, Words | Digits)), MOST)

    def written(self, positions: Ints, keys: Keys) -> Cells:
        """The texts with these numbers."""
        columns = []
        for part in reversed(self.template.parts):
            assert isinstance(part, Words | Digits)
            positions, at = np.divmod(positions, part.count)
            columns.append(part.at(at))
        return beside(QUOTE, *reversed(columns), QUOTE, count=len(keys))


class Unique(Around, frozen=True):
    """A value that no other record has, by itself or together with others of a tuple."""

    numbered: Numbered
    size: int
    """How many values there are of it, or combinations of the tuple."""
    below: int
    """How many combinations the later members of the tuple have."""
    key: int

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One value per key."""
        if plan.scope is None:
            return plan.column(self.inner, keys, depth)
        numbers = plan.scope.numbers()
        order = permuted(numbers % self.size, self.size, mix_word(plan.scope.seed + self.key))
        return self.numbered.written(order // self.below % self.numbered.count, keys)


def capacity(numbered: tuple[Numbered, ...]) -> int:
    """How many combinations there are, up to what a permutation takes."""
    size = 1
    for each in numbered:
        size *= each.count
    return min(size, MOST)
