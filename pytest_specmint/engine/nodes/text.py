"""Strings: by templates over word lists, by a pattern's sampler, by a format's sampler."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.nodes.scalar import table_of, take
from pytest_specmint.engine.nodes.union import choose
from pytest_specmint.engine.plan import Column, Plan
from pytest_specmint.stream import BRANCH, Keys, below, draw, mix


class Sampler(Protocol):
    """Makes strings from keys: what patterns and formats are compiled to."""

    def sample(self, keys: Keys) -> list[str]:
        """One string per key."""


@dataclass(frozen=True, slots=True)
class SampledText:
    """Strings of a sampler."""

    sampler: Sampler
    origin: Origin | None = field(default=None, compare=False, repr=False)

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Column:
        """One string per key."""
        return self.sampler.sample(keys)


@dataclass(frozen=True)
class Words:
    """One entry of a table."""

    entries: tuple[str, ...]

    @cached_property
    def span(self) -> tuple[int, int]:
        """Least and greatest length."""
        lengths = [len(entry) for entry in self.entries]
        return min(lengths), max(lengths)

    def column(self, words: Keys) -> list[str]:
        """An entry per random word."""
        if len(self.entries) == 1:
            return [self.entries[0]] * len(words)
        return take(self._table, below(words, len(self.entries)))

    @cached_property
    def _table(self) -> NDArray[np.object_]:
        return table_of(list(self.entries))

    def __getstate__(self) -> dict[str, Any]:
        return {"entries": self.entries}


@dataclass(frozen=True, slots=True)
class Digits:
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

    def column(self, words: Keys) -> list[str]:
        """A number's text per random word."""
        form = f"%0{self.width}{self.base}" if self.width else f"%{self.base}"
        return [form % number for number in (below(words, self.count) + self.first).tolist()]


Part = Words | Digits


@dataclass(frozen=True, slots=True)
class Template:
    """Parts drawn apart and joined."""

    parts: tuple[Part, ...]

    @property
    def span(self) -> tuple[int, int]:
        """Least and greatest length of the whole."""
        spans = [part.span for part in self.parts]
        return sum(low for low, _ in spans), sum(high for _, high in spans)

    def column(self, keys: Keys) -> list[str]:
        """The joined parts per key."""
        columns = [part.column(draw(keys, j)) for j, part in enumerate(self.parts)]
        return columns[0] if len(columns) == 1 else list(map("".join, zip(*columns, strict=True)))


@dataclass(frozen=True, slots=True)
class TemplateText:
    """One of several templates per key, cut or continued to fit the length."""

    templates: tuple[Template, ...]
    least: int = 0
    most: int | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Column:
        """One string per key."""
        texts = self._drawn(keys)
        low = min(template.span[0] for template in self.templates)
        high = max(template.span[1] for template in self.templates)
        if low >= self.least and (self.most is None or high <= self.most):
            return texts
        return [fit(text, self.least, self.most) for text in texts]

    def _drawn(self, keys: Keys) -> list[str]:
        if len(self.templates) == 1:
            return self.templates[0].column(keys)
        chosen = choose(mix(keys + BRANCH), [1.0] * len(self.templates))
        texts = [""] * len(keys)
        for i, template in enumerate(self.templates):
            lanes = np.flatnonzero(chosen == i)
            if len(lanes):
                for lane, text in zip(lanes.tolist(), template.column(keys[lanes]), strict=True):
                    texts[lane] = text
        return texts


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
