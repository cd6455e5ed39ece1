"""Events of other datasets' records: ordered, numbered, with a sum that goes on from one to the next.

What an event has of its series depends on the seed and its index alone, not on how often its record is drawn: all
events of a page are worked out together, whichever of them are asked for.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from pytest_specmint.cells import Cells, marked
from pytest_specmint.engine.nodes.linked import Line, Measured
from pytest_specmint.engine.nodes.number import Decimals
from pytest_specmint.engine.nodes.pages import Page, Pages, together
from pytest_specmint.engine.nodes.reference import Asking, Measure
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.plan import Around, Plan
from pytest_specmint.engine.scope import Mask
from pytest_specmint.stream import Ints, Keys, below, child, draw, keys_of, mix, salt

ATTEMPTS = 48
"""How often an amount is drawn again until it and the sum are values that there may be."""
NONE = -(1 << 62)
"""Stands for a value that there is not."""
KEPT = 1 << 21
"""Events whose values are remembered."""
_WITHIN, _OTHER = salt("\0\0series within"), salt("\0\0series other")


class Axis(Struct, frozen=True):
    """A field of a series that lies on a line: where it stands, its usual values, all that there may be."""

    path: tuple[str, ...]
    salts: tuple[np.uint64, ...]
    """Of the properties on the way."""
    usual: Measured
    measured: Measured
    line: Line

    def keys(self, records: Keys) -> Keys:
        """The field's keys of records."""
        for each in self.salts:
            records = child(records, each)
        return records

    def values(self, positions: Ints) -> Ints:
        """In the line's unit."""
        return positions * self.line.step + self.line.zero

    def disputed(self, positions: Ints) -> Mask:
        """At which positions validators differ."""
        if isinstance(self.measured, Decimals):
            return self.measured.disputed(positions)
        return np.zeros(len(positions), dtype=np.bool_)


class Signs(Struct, frozen=True):
    """A field whose listed values say whether an amount is added or taken away."""

    path: tuple[str, ...]
    salts: tuple[np.uint64, ...]
    choice: Choice
    minus: tuple[bool, ...]
    """By position."""

    def keys(self, records: Keys) -> Keys:
        """The field's keys of records."""
        for each in self.salts:
            records = child(records, each)
        return records


class Balance(Struct, frozen=True):
    """A running sum: its field, the amounts, their signs, and what it begins with, in the common unit."""

    field: Axis
    amount: Axis
    signs: Signs | None
    opening: int | Measure


class Columns(NamedTuple):
    """What each event has: its entity, and positions of its fields by their paths; `NONE` where there is nothing."""

    entity: Ints
    fields: dict[tuple[str, ...], Ints]


class Series(Asking, frozen=True, dict=True):
    """Records that are events; within them the leaves of the series find their values."""

    dataset: str
    source: str
    """What refers to the same means the series' entity."""
    pages: Pages
    order: tuple[Axis, ...] = ()
    since: Measure | None = None
    """Of the entity: when its events may begin, in seconds."""
    number: Axis | None = None
    balance: Balance | None = None

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One record per key."""
        if plan.scope is None:
            return plan.column(self.inner, keys, depth)
        columns = self.columns(plan, plan.scope.seed, plan.scope.numbers())
        rows = {self.source: columns.entity, **{row_of(path): found for path, found in columns.fields.items()}}
        return plan.with_scope(plan.scope.with_rows(rows)).column(self.inner, keys, depth)

    def asks(self) -> Iterator[tuple[str, Measure]]:
        """When events may begin, and what sums begin with."""
        opening = None if self.balance is None else self.balance.opening
        for each in (self.since, opening):
            if isinstance(each, Measure):
                yield self.dataset, each

    def columns(self, plan: Plan, seed: int, index: Ints) -> Columns:
        """What the events with these indices have."""
        index = index % self.pages.total
        numbers = index // self.pages.events
        wanted = np.unique(numbers).tolist()
        made = dict(zip(wanted, self._pages(plan, seed, wanted), strict=True))
        entity = np.empty(len(index), dtype=np.int64)
        fields = {path: np.empty(len(index), dtype=np.int64) for path in self.paths}
        for number, page in made.items():
            lanes = np.flatnonzero(numbers == number)
            rows = index[lanes] - number * self.pages.events
            entity[lanes] = page.entity[rows]
            for path, column in fields.items():
                column[lanes] = page.fields[path][rows]
        return Columns(entity, fields)

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """The fields that it makes."""
        axes = [*self.order, *([] if self.number is None else [self.number])]
        if self.balance is not None:
            signs = self.balance.signs
            axes += [self.balance.field, self.balance.amount]
            return (*(axis.path for axis in axes), *([] if signs is None else [signs.path]))
        return tuple(axis.path for axis in axes)

    @cached_property
    def _known(self) -> "OrderedDict[tuple[object, int, int], Columns]":
        return OrderedDict()

    def _pages(self, plan: Plan, seed: int, numbers: Sequence[int]) -> list[Columns]:
        """The columns of pages; those used last are remembered, for the blocks and tries that come after."""
        known, related = self._known, plan.related.get(self.dataset)
        found = {number: known.get((related, seed, number)) for number in numbers}
        missing = [number for number, page in found.items() if page is None]
        made = dict(zip(missing, self._made(plan, seed, missing), strict=True)) if missing else {}
        for number in missing:
            known[related, seed, number] = made[number]
        while len(known) > max(KEPT // self.pages.events, len(numbers)):
            known.popitem(last=False)
        return [found[number] or made[number] for number in numbers]

    def _made(self, plan: Plan, seed: int, numbers: Sequence[int]) -> list[Columns]:
        """The columns of several pages, worked out together."""
        pages = [self.pages.page(seed, number) for number in numbers]
        sizes = [len(page.owner) for page in pages]
        starts = [number * self.pages.events for number in numbers]
        index = np.concatenate([np.arange(start, start + size) for start, size in zip(starts, sizes, strict=True)])
        page = together(pages)
        fields = self._fields(plan, page, keys_of(seed, index.astype(np.uint64)))
        ends = np.cumsum(sizes)[:-1]
        columns = {path: np.split(each, ends) for path, each in fields.items()}
        entities = np.split(page.entities[page.owner], ends)
        return [Columns(each, {path: columns[path][i] for path in columns}) for i, each in enumerate(entities)]

    def _fields(self, plan: Plan, page: Page, records: Keys) -> dict[tuple[str, ...], Ints]:
        fields = {}
        earlier: Ints | None = None
        for axis in self.order:
            fields[axis.path] = found = self._ordered(plan, axis, page, records, earlier)
            earlier = np.where(found == NONE, NONE, axis.values(found))
        if self.number is not None:
            line = self.number.line
            at = page.position + 1 - line.zero
            wrong = (at % line.step != 0) | (at < line.low * line.step) | (at > line.high * line.step)
            fields[self.number.path] = np.where(wrong, NONE, at // line.step)
        if self.balance is not None:
            opening = self._opening(plan, self.balance.opening, page.entities)
            fields |= _Summing(self.balance, page, records).fields(opening)
        return fields

    # ------------------------------------------------------------ moments

    def _ordered(self, plan: Plan, axis: Axis, page: Page, records: Keys, earlier: Ints | None) -> Ints:
        """Positions that do not fall within an entity's events, nor lie before its beginning or an earlier field."""
        keys, line = axis.keys(records), axis.line
        positions = axis.usual.positions(keys) + line.first
        low = np.maximum(self._since(plan, axis, page.entities), line.low)[page.owner]
        early = np.flatnonzero(positions < low)
        if len(early):
            least = low[early]
            last = np.where(least > line.last, np.minimum(least + (line.last - line.first), line.high), line.last)
            room = np.maximum(last - least + 1, 1).astype(np.uint64)
            positions[early] = least + below(draw(mix(keys[early] + _WITHIN)), room)
        positions = positions[np.lexsort((positions, page.owner))]
        if earlier is not None:
            positions = np.maximum(positions, (earlier - line.zero) // line.step)
        return np.where((positions < low) | (positions > line.high), NONE, positions)

    def _since(self, plan: Plan, axis: Axis, entities: Ints) -> Ints:
        related = plan.related.get(self.dataset)
        if related is None or self.since is None:
            return np.full(len(entities), axis.line.low, dtype=np.int64)
        note = related.measured(self.since, entities)
        at = -((axis.line.zero - note.values) // axis.line.step)
        return np.where(note.known, at, axis.line.low)

    def _opening(self, plan: Plan, opening: int | Measure, entities: Ints) -> Ints:
        if isinstance(opening, int):
            return np.full(len(entities), opening, dtype=np.int64)
        related = plan.related.get(self.dataset)
        if related is None:
            return np.zeros(len(entities), dtype=np.int64)
        note = related.measured(opening, entities)
        return np.where(note.known, note.values, 0)


class _Summing:
    """The amounts of a page's events, one after the other for all entities at once, and what they come to."""

    def __init__(self, balance: Balance, page: Page, records: Keys) -> None:
        self._balance, self._page = balance, page
        self._keys = balance.amount.keys(records)
        signs = balance.signs
        self._kinds = None if signs is None else signs.choice.positions(signs.keys(records))
        self._kind_keys = records if signs is None else signs.keys(records)

    def fields(self, opening: Ints) -> dict[tuple[str, ...], Ints]:
        """Positions of amounts, sums and kinds."""
        page, balance = self._page, self._balance
        amounts, sums = (np.full(len(page.owner), NONE, dtype=np.int64) for _ in range(2))
        starts = np.cumsum(page.counts) - page.counts
        now = opening.copy()
        for step in range(int(page.counts.max(initial=0))):
            who = np.flatnonzero(page.counts > step)
            events = starts[who] + step
            chosen, at = self._step(events, now[who])
            amounts[events], sums[events] = chosen, at
            now[who] = np.where(at == NONE, now[who], balance.field.values(at))
        found = {balance.amount.path: amounts, balance.field.path: sums}
        if balance.signs is not None and self._kinds is not None:
            found[balance.signs.path] = self._kinds
        return found

    def _step(self, events: Ints, before: Ints) -> tuple[Ints, Ints]:
        """One event of every entity: the amount's position and the sum's."""
        amount = self._balance.amount
        positions = amount.usual.positions(self._keys[events]) + amount.line.first
        sign = self._sign(events, before, positions)
        low, high = self._room(before, sign)
        at = self._sum(before, sign, positions)
        bad = np.flatnonzero(self._wrong(positions, at, low, high))
        for attempt in range(1, ATTEMPTS):
            if not len(bad):
                break
            positions[bad] = self._again(events[bad], low[bad], high[bad], attempt)
            at[bad] = self._sum(before[bad], sign[bad], positions[bad])
            bad = bad[self._wrong(positions[bad], at[bad], low[bad], high[bad])]
        positions[bad] = at[bad] = NONE
        return positions, at

    def _sign(self, events: Ints, before: Ints, positions: Ints) -> Ints:
        """1 or -1 for each: where an amount leaves the sum's bounds it is turned round, if that keeps it within."""
        signs = self._balance.signs
        if signs is None or self._kinds is None:
            return np.ones(len(events), dtype=np.int64)
        minus = np.array(signs.minus, dtype=np.bool_)
        sign = np.where(minus[self._kinds[events]], -1, 1)
        low, high = self._room(before, sign)
        least, most = self._room(before, -sign)
        leaves = (positions < low) | (positions > high)
        within = (least <= positions) & (positions <= most)
        turned = leaves & (within | ((low > high) & (least <= most)))
        for added in (True, False):
            others, lanes = np.flatnonzero(minus != added), np.flatnonzero(turned & ((sign < 0) == added))
            if len(others) and len(lanes):
                words = mix(self._kind_keys[events[lanes]] + _OTHER)
                self._kinds[events[lanes]] = others[below(words, len(others))]
                sign[lanes] = 1 if added else -1
                turned[lanes] = False
        return sign

    def _room(self, before: Ints, sign: Ints) -> tuple[Ints, Ints]:
        """The least and greatest position of an amount that keeps the sum within its bounds."""
        amount, field = self._balance.amount.line, self._balance.field.line
        least, most = field.low * field.step + field.zero - before, field.high * field.step + field.zero - before
        low, high = np.where(sign > 0, least, -most), np.where(sign > 0, most, -least)
        first = -((amount.zero - low) // amount.step)
        last = (high - amount.zero) // amount.step
        return np.maximum(first, amount.low), np.minimum(last, amount.high)

    def _sum(self, before: Ints, sign: Ints, positions: Ints) -> Ints:
        """The position of the sum; `NONE` where it is between two."""
        field = self._balance.field.line
        above = before + sign * self._balance.amount.values(positions) - field.zero
        return np.where(above % field.step == 0, above // field.step, NONE)

    def _wrong(self, positions: Ints, at: Ints, low: Ints, high: Ints) -> Mask:
        amount, field = self._balance.amount, self._balance.field
        wrong: Mask = (positions < low) | (positions > high) | (at == NONE)
        wrong |= amount.disputed(positions) | field.disputed(np.where(at == NONE, field.line.low, at))
        return wrong

    def _again(self, events: Ints, low: Ints, high: Ints, attempt: int) -> Ints:
        """Another usual amount where there is room for it, else one within what there is."""
        amount = self._balance.amount
        words = draw(self._keys[events], attempt)
        usual = amount.usual.placed(words) + amount.line.first
        first, last = np.maximum(low, amount.line.first), np.minimum(high, amount.line.last)
        narrow = first > last
        first, last = np.where(narrow, low, first), np.where(narrow, high, last)
        room = np.maximum(last - first + 1, 1).astype(np.uint64)
        within = first + below(mix(words + _WITHIN), room)
        fits = (usual >= low) & (usual <= high)
        return np.where(fits, usual, within)


def row_of(path: Sequence[str]) -> str:
    """The name under which a field's positions stand in the scope."""
    return "\0series " + "\0".join(path)


class Event(Around, frozen=True):
    """A field of a series: what was worked out for its event."""

    row: str
    leaf: Measured | Choice
    words: str
    """What it is, for people."""
    frame: int = -1
    variable: int = -1
    """Where others look for it; below 0 where nobody does."""
    codes: tuple[int, ...] = ()
    """Of listed values: what is written down."""
    line: Line | None = None

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One value per key."""
        positions = None if plan.scope is None else plan.scope.rows.get(self.row)
        if positions is None:
            return plan.column(self.inner, keys, depth)
        missing = positions == NONE
        positions = np.where(missing, 0 if self.line is None else self.line.low, positions)
        assert plan.scope is not None
        if self.variable >= 0:
            plan.scope.write(self.frame, self.variable, self._noted(positions))
        return marked(self.leaf.written(positions), np.flatnonzero(missing))

    def _noted(self, positions: Ints) -> Ints:
        if self.line is None:
            return np.array(self.codes, dtype=np.int64)[positions]
        return positions * self.line.step + self.line.zero
