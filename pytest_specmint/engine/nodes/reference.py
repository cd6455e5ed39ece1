"""References to the records of other datasets: which of them, and what is taken over from it.

The engine makes none of those records. It asks for columns of them: whoever runs a plan gives it something that answers
(`Related`), by the name of the dataset. Where nobody does, a reference makes values of its own, as any field does.
"""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from msgspec import Struct

from pytest_specmint.cells import Cells, cells_of_texts, marked, replaced
from pytest_specmint.distributions.quantiles import Quantiles, drawn
from pytest_specmint.engine.permutation import permuted
from pytest_specmint.engine.plan import Around, Plan
from pytest_specmint.engine.scope import Mask, Note
from pytest_specmint.schema.sets.goal import Goal
from pytest_specmint.stream import Ints, Keys, draw, mix, mix_word, salt, threshold

TRIES = 64
"""How many records are looked at for one that suits."""
_NULL = salt("\0\0null")
_NULLS = cells_of_texts([b"null"])
_NO_LANES = np.zeros(0, dtype=np.int64)
NOBODY = -1
"""Stands for the record that was not found."""


class Part(Struct, frozen=True):
    """What is taken over from a record: the value at a pointer's tokens, of an object perhaps some properties alone."""

    tokens: tuple[str, ...] = ()
    keep: tuple[str, ...] | None = None


class Measure(Struct, frozen=True):
    """What is read from a record as a whole number."""

    tokens: tuple[str, ...]
    what: str
    """``number``, ``time``, ``value`` or ``length``, as rules know them."""
    places: int = 0
    """The unit: one in so many powers of ten."""
    values: tuple[str, ...] = ()
    """Identities of the listed values, of which the position is read."""


class Demand(Struct, frozen=True):
    """What a record must have to be referred to: a part, which meets a goal of the referring schema."""

    part: Part
    goal: Goal = ()


class Range(Struct, frozen=True):
    """Between which numbers what is read from a record must lie, if it has any, so that others find room beside it."""

    measure: Measure
    low: int
    high: int


class Related(Protocol):
    """The records of another dataset, by their index."""

    def texts(self, part: Part, entities: Ints) -> Cells:
        """The JSON text of a part of each; a row of holes where there is none."""

    def measured(self, measure: Measure, entities: Ints) -> Note:
        """A whole number of each, where there is one."""

    def suits(self, demand: Demand, entities: Ints) -> Mask:
        """Which of them meet a demand."""


class Turn(Struct, frozen=True):
    """One of several numbers that belong together, by the index of the record: no two records have them all."""

    size: int
    """How many combinations there are."""
    below: int
    """How many the later numbers have."""
    key: int

    def of(self, index: Ints, seed: int) -> Ints:
        """The number of each record."""
        return permuted(index % self.size, self.size, mix_word(seed + self.key)) // self.below


class Entities(Struct, frozen=True):
    """Which record of a dataset the objects that refer to it mean, in one role."""

    source: str
    """What has the same one within an object means the same record."""
    dataset: str
    count: int
    role: str = ""
    """A role that has a name is that of the object around, too."""
    turn: "Turn | None" = None
    """How records take turns, where no two may refer to the same one."""
    quantiles: Quantiles | None = None
    demands: tuple[Demand, ...] = ()
    ranges: tuple[Range, ...] = ()

    @property
    def named(self) -> bool:
        """Whether the role has a name."""
        return bool(self.role)

    def drawn(self, plan: Plan, keys: Keys) -> Ints:
        """The index of a record per key; `NOBODY` where none was found that suits."""
        known = self._around(plan) if self.named else None
        if known is not None:
            return known
        if self.turn is not None and plan.scope is not None:
            return self._suiting(plan, self.turn.of(plan.scope.numbers(), plan.scope.seed) % self.count)
        base = mix(keys + salt(f"\0\0entity {self.source}"))
        chosen = drawn(draw(base), self.count, self.quantiles)
        unsuited = np.flatnonzero(self._suiting(plan, chosen) == NOBODY)
        for attempt in range(1, TRIES):
            if not len(unsuited):
                break
            others = drawn(draw(base[unsuited], attempt), self.count, self.quantiles)
            chosen[unsuited] = others
            unsuited = unsuited[self._suiting(plan, others) == NOBODY]
        chosen[unsuited] = NOBODY
        return chosen

    def _around(self, plan: Plan) -> Ints | None:
        scope = plan.scope
        if scope is None:
            return None
        known = scope.rows.get(self.source)
        return scope.outer.get(self.source) if known is None else known

    def _suiting(self, plan: Plan, chosen: Ints) -> Ints:
        related = plan.related.get(self.dataset)
        if related is None or not (self.demands or self.ranges):
            return chosen
        suits = np.ones(len(chosen), dtype=np.bool_)
        for demand in self.demands:
            suits &= related.suits(demand, chosen)
        for each in self.ranges:
            note = related.measured(each.measure, chosen)
            suits &= ~note.known | ((note.values >= each.low) & (note.values <= each.high))
        return np.where(suits, chosen, NOBODY)


class Tie(Struct, frozen=True):
    """A number of the record that others depend on, and where it is written down."""

    measure: Measure
    frame: int
    variable: int


class Reference(Around, frozen=True):
    """A part of a record of another dataset. ``inner`` makes values where nobody gives that dataset."""

    entities: Entities
    part: Part
    target: str
    """What is referred to, for people: ``customers#/id``."""
    optional: bool = False
    """Whether the field is left out where the record has no such part; else that is a failure."""
    ties: tuple[Tie, ...] = ()
    nulls: float = 0.0
    """How often it refers to nobody, and is null."""

    @property
    def taken_over(self) -> bool:
        """The values are another record's."""
        return True

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One value per key; a row of holes where there is none and that may be."""
        related = plan.related.get(self.entities.dataset)
        if related is None:
            return plan.column(self.inner, keys, depth)
        chosen = self._chosen(plan, keys)
        null = np.flatnonzero(mix(keys + _NULL) < threshold(self.nulls)) if self.nulls else _NO_LANES
        if plan.scope is not None and self.ties:
            meant = chosen.copy()
            meant[null] = NOBODY
            for tie in self.ties:
                _write(plan, tie, related, meant)
        cells = related.texts(self.part, chosen)
        plan.claim(len(keys), cells.shape[1])
        nobody = chosen == NOBODY
        if not self.optional:
            nobody |= ~cells.any(axis=1)
        nobody[null] = False
        missing = np.flatnonzero(nobody)
        blank = np.concatenate([null, missing])
        if len(blank):
            cells = replaced(cells, blank, _NULLS.repeat(len(blank), 0))
        return marked(cells, missing)

    def _chosen(self, plan: Plan, keys: Keys) -> Ints:
        known = None if plan.scope is None else plan.scope.rows.get(self.entities.source)
        return self.entities.drawn(plan, keys) if known is None else known


def _write(plan: Plan, tie: Tie, related: Related, chosen: Ints) -> None:
    assert plan.scope is not None
    view = plan.scope.views.get(tie.frame)
    if view is None:
        return
    note = related.measured(tie.measure, chosen)
    lanes = np.flatnonzero(note.known)
    rows = lanes if view.rows is None else view.rows[lanes]
    view.frame.write(tie.variable, rows, note.values[lanes])


class Asking(Around, frozen=True):
    """A node that reads of other datasets' records what others need to know."""

    def asks(self) -> "Iterator[tuple[str, Measure]]":
        """What, and of which dataset."""
        raise NotImplementedError


class Unrelated(Around, frozen=True):
    """What refers to a dataset that was not given: a value of its own, as if it referred to nothing."""

    target: str

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One value per key."""
        return plan.column(self.inner, keys, depth)


class Wanted(Struct, frozen=True):
    """All that a plan asks of one dataset."""

    parts: tuple[Part, ...] = ()
    measures: tuple[Measure, ...] = ()
    demands: tuple[Demand, ...] = ()


def wanted(plan: Plan) -> dict[str, Wanted]:
    """All that a plan asks of other datasets, by their names."""
    found: dict[str, list[Part | Measure | Demand]] = {}
    for dataset, each in _asked(plan):
        found.setdefault(dataset, []).append(each)
    return {name: _wanted(listed) for name, listed in found.items()}


def _asked(plan: Plan) -> Iterator[tuple[str, Part | Measure | Demand]]:
    for node in plan.nodes:
        yield from node.asks() if isinstance(node, Asking) else ()
        if isinstance(node, Reference):
            name = node.entities.dataset
            yield name, node.part
            yield from ((name, tie.measure) for tie in node.ties)
            yield from ((name, each.measure) for each in node.entities.ranges)
            yield from ((name, demand) for demand in node.entities.demands)


def _wanted(listed: "list[Part | Measure | Demand]") -> Wanted:
    unique = list(dict.fromkeys(listed))
    return Wanted(
        tuple(each for each in unique if isinstance(each, Part)),
        tuple(each for each in unique if isinstance(each, Measure)),
        tuple(each for each in unique if isinstance(each, Demand)),
    )
