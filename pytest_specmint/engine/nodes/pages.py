"""Events in pages: which entity's event a record is, found by arithmetic.

Entities come in pages of fixed size, and all entities of a page have a fixed number of events together; a key spreads
them. So an index leads to its page, and there to its entity and its place among that one's events.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from pytest_specmint.stream import GAMMA, Ints, Keys, below, draw, mix, mix_word, salt

_FIRST, _LAST = 8, 256
"""The fewest and the most entities of a page."""
_EVENTS = 1024
"""How many events a page should have."""
_SPREAD = salt("\0\0series counts")


class Page(NamedTuple):
    """The events of some entities: for each of these its index and how many it has; for each event whose it is."""

    entities: Ints
    counts: Ints
    owner: Ints
    """The position of the event's entity on the page."""
    position: Ints
    """Among the entity's events, from 0 on."""


def together(pages: Sequence[Page]) -> Page:
    """Several pages as one."""
    sizes = [len(page.entities) for page in pages]
    offsets = np.cumsum([0, *sizes[:-1]])
    owners = [page.owner + offset for page, offset in zip(pages, offsets, strict=True)]
    entities, counts, positions = zip(*((page.entities, page.counts, page.position) for page in pages), strict=True)
    return Page(*map(np.concatenate, (entities, counts, owners, positions)))


class Pages(Struct, frozen=True):
    """How so many entities share their events."""

    entities: int
    least: int
    most: int
    """Of the events of one entity."""

    @property
    def size(self) -> int:
        """Entities of a page."""
        return min(max(2 * _EVENTS // (self.least + self.most), _FIRST), _LAST)

    @property
    def events(self) -> int:
        """Events of a whole page."""
        return self._shared(self.size)

    def _shared(self, entities: int) -> int:
        return entities * (self.least + self.most) // 2

    @property
    def total(self) -> int:
        """Events of all entities."""
        whole, rest = divmod(self.entities, self.size)
        return whole * self.events + self._shared(rest)

    def page(self, seed: int, number: int) -> Page:
        """The page with this number."""
        first = number * self.size
        entities = np.arange(first, min(first + self.size, self.entities), dtype=np.int64)
        counts = self._counts(seed, entities)
        owner = np.repeat(np.arange(len(entities)), counts)
        starts = np.cumsum(counts) - counts
        return Page(entities, counts, owner, np.arange(len(owner)) - starts[owner])

    def _counts(self, seed: int, entities: Ints) -> Ints:
        """How many events each has: drawn alike between the bounds, then moved by one here and there to add up."""
        keys = mix(entities.astype(np.uint64) * np.uint64(GAMMA) + np.uint64(mix_word(seed + int(_SPREAD))))
        counts = below(draw(keys), self.most - self.least + 1) + self.least
        missing = self._shared(len(entities)) - int(counts.sum())
        turn = 0
        while missing:
            step = 1 if missing > 0 else -1
            free = np.flatnonzero(counts < self.most if step > 0 else counts > self.least)
            chosen = free[np.argsort(_ranks(keys[free], turn), kind="stable")[: abs(missing)]]
            counts[chosen] += step
            missing, turn = missing - step * len(chosen), turn + 1
        return counts


def _ranks(keys: Keys, turn: int) -> Keys:
    return draw(keys, turn + 1)
