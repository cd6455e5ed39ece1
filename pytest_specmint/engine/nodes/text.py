"""Strings: by templates over word lists, by a pattern's sampler, by a format's sampler."""

from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

import numpy as np
from msgspec import Struct

from pytest_specmint.cells import Cells, beside, cells_of_strings, cells_of_texts, take, united, unquoted
from pytest_specmint.engine.nodes.digits import digits
from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.nodes.shared import WAYS, SharedWords
from pytest_specmint.engine.nodes.union import choose
from pytest_specmint.engine.plan import Plan
from pytest_specmint.formats.checked import Checked
from pytest_specmint.stream import TEMPLATE, Ints, Keys, below, draw, mix

QUOTE = cells_of_texts([b'"'])


class Sampler(Protocol):
    """Makes strings from keys: what patterns and formats are compiled to."""

    @property
    def max_length(self) -> int:
        """Greatest length of a text."""

    def cells(self, keys: Keys) -> Cells:
        """One string per key, quoted and escaped."""


class SampledText(Struct, frozen=True):
    """Strings of a sampler."""

    sampler: Sampler
    origin: Origin | None = None

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One string per key."""
        plan.claim(len(keys), self.sampler.max_length)
        return self.sampler.cells(keys)


class Words(Struct, frozen=True, dict=True):
    """One entry of a table."""

    entries: tuple[str, ...]

    @cached_property
    def span(self) -> tuple[int, int]:
        """Least and greatest length."""
        lengths = [len(entry) for entry in self.entries]
        return min(lengths), max(lengths)

    def column(self, words: Keys) -> Cells:
        """An entry per random word, without quotes; one row where there is only one."""
        if len(self.entries) == 1:
            return self._table
        return self.at(below(words, len(self.entries)))

    @property
    def count(self) -> int:
        """How many entries there are."""
        return len(self.entries)

    def at(self, positions: Ints) -> Cells:
        """The entries at these positions."""
        return take(self._table, positions)

    @cached_property
    def _table(self) -> Cells:
        return cells_of_texts(unquoted(self.entries))


class Digits(Struct, frozen=True):
    """A number between two bounds, zero-padded to a width, in decimal or hexadecimal."""

    first: int
    count: int
    width: int
    base: str = "d"

    @property
    def span(self) -> tuple[int, int]:
        """Least and greatest length."""
        return len(self._show(self.first)), len(self._show(self.first + self.count - 1))

    def _show(self, number: int) -> str:
        return f"{number:0{self.width}{self.base}}"

    def column(self, words: Keys) -> Cells:
        """A number's text per random word."""
        return self.at(below(words, self.count))

    def at(self, positions: Ints) -> Cells:
        """The texts of the numbers at these positions."""
        numbers = positions + self.first
        if self.base == "d" and not self.width:
            return digits(numbers, self.first + self.count - 1)
        form = f"%0{self.width}{self.base}".encode()
        return cells_of_texts([form % number for number in numbers.tolist()])


Part = Words | Digits | SharedWords | Checked


class Template(Struct, frozen=True):
    """Parts drawn apart and joined."""

    parts: tuple[Part, ...]

    @property
    def span(self) -> tuple[int, int]:
        """Least and greatest length of the whole."""
        spans = [part.span for part in self.parts]
        return sum(low for low, _ in spans), sum(high for _, high in spans)

    def cells(self, plan: Plan, keys: Keys) -> Cells:
        """The joined parts per key, in quotes."""
        columns = [
            part.of(plan, keys) if isinstance(part, SharedWords) else part.column(draw(keys, j))
            for j, part in enumerate(self.parts)
        ]
        return beside(QUOTE, *columns, QUOTE, count=len(keys))


class TemplateText(Struct, frozen=True):
    """One of several templates per key, cut or continued to fit the length."""

    templates: tuple[Template, ...]
    least: int = 0
    most: int | None = None
    origin: Origin | None = None

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One string per key."""
        plan.claim(len(keys), self.least)
        texts = self._drawn(plan, keys)
        low = min(template.span[0] for template in self.templates)
        high = max(template.span[1] for template in self.templates)
        if low >= self.least and (self.most is None or high <= self.most):
            return texts
        return cells_of_strings([fit(text, self.least, self.most) for text in plan.values(texts)])

    def _drawn(self, plan: Plan, keys: Keys) -> Cells:
        if len(self.templates) == 1:
            return self.templates[0].cells(plan, keys)
        given = None if plan.scope is None else plan.scope.given.get(WAYS)
        chosen = choose(mix(keys + TEMPLATE), [1.0] * len(self.templates)) if given is None else given
        return united(len(keys), list(self._ways(plan, keys, chosen)))

    def _ways(self, plan: Plan, keys: Keys, chosen: Ints) -> Iterator[tuple[Ints, Cells]]:
        for i, template in enumerate(self.templates):
            lanes = np.flatnonzero(chosen == i)
            if len(lanes):
                yield lanes, template.cells(plan.at(lanes), keys[lanes])


def fit(text: str, least: int, most: int | None) -> str:
    """The text cut at a word's end if it is too long, continued by itself if it is too short."""
    if most is not None and len(text) > most:
        cut = text[:most]
        if " " in cut and not text[most].isspace():
            shorter = cut.rsplit(" ", 1)[0].rstrip(" ,.;:-")
            cut = shorter if len(shorter) >= least else cut
        text = cut.rstrip() if len(cut.rstrip()) >= least else cut
    if len(text) < least:
        base = text or "x"
        joint = " " if least > len(base) + 1 and " " in base else ""
        while len(text) < least:
            text = text + joint + base
        text = text[: max(least, len(base))] if most is None else text[:least]
        text = text[:-1] + "x" if text.endswith(" ") else text
    return text
