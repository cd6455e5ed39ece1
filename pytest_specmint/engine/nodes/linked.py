"""Leaves whose values depend on others: kept within bounds that values made before them set."""

from typing import NamedTuple, Protocol

import numpy as np
from msgspec import Struct

from pytest_specmint.cells import Cells, marked, united
from pytest_specmint.engine.nodes.formula import Formula, Lanes, sums
from pytest_specmint.engine.nodes.number import Decimals
from pytest_specmint.engine.nodes.predicate import Predicate
from pytest_specmint.engine.nodes.row_numbers import RowBounds, RowScale, Scaling
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.plan import Around, Plan
from pytest_specmint.engine.scope import Mask, Note
from pytest_specmint.stream import GAMMA, MASK, Ints, Keys, below, draw, mix, salt, threshold

REDRAWS = 16
SCALED_REDRAWS = 4
"""How often an amount is drawn again that its scale brings out of bounds."""
_WITHIN = salt("\0\0within")
_FOLLOWS = salt("\0\0follows")
_ODD, _LAST = np.uint64(GAMMA), np.uint64(MASK)
SMALL = 64
"""The most values among which the items of a list are told apart beforehand."""


class Measured(Protocol):
    """A leaf whose values lie on a line, each at a position."""

    def positions(self, keys: Keys) -> Ints:
        """Usual positions, one per key."""

    def placed(self, words: Keys) -> Ints:
        """Usual positions, the higher the greater the random word."""

    def written(self, positions: Ints) -> Cells:
        """The texts of the values at positions."""


class Line(Struct, frozen=True):
    """Where positions lie in the unit in which leaves are compared, and which of them there may be."""

    zero: int
    """Of position 0."""
    step: int
    """From a position to the next one."""
    first: int
    """The first usual position,"""
    last: int
    """and the last one."""
    low: int
    high: int
    """The least and the greatest position that there may be."""


class Bond(Struct, frozen=True):
    """Another variable's demands, in the common unit: ``other + least <= this <= other + most``."""

    frame: int
    variable: int
    least: int | None = None
    most: int | None = None


class Sum(Struct, frozen=True):
    """What the sum of a formula over a list's items is to be: a value that another leaf may have."""

    measured: Measured
    line: Line
    places: int
    """The line's unit is one in so many powers of ten."""
    part: Formula

    def missed(self, plan: Plan, owner: Ints) -> Ints:
        """The lanes of the lists whose sums are none; where an item is unknown there is no sum to miss."""
        assert plan.scope is not None
        part = self.part.column(Lanes(plan.scope, len(owner)))
        size = int(owner.max(initial=-1)) + 1
        total = sums(part.values, owner, size)
        unknown = np.bincount(owner[~part.known], minlength=size)
        finer = 10 ** max(part.places - self.places, 0)
        scaled = total * 10 ** max(self.places - part.places, 0)
        above = scaled // finer - self.line.zero
        positions = above // self.line.step
        wrong = (positions < self.line.low) | (positions > self.line.high) | (above % self.line.step != 0)
        wrong |= scaled % finer != 0
        if isinstance(self.measured, Decimals):
            wrong |= self.measured.disputed(positions)
        return np.flatnonzero((wrong & (unknown == 0))[owner])


class Follow(Struct, frozen=True):
    """Another number that is followed in a share of the records: what is low there is low here."""

    frame: int
    variable: int
    line: Line
    row_bounds: tuple[RowBounds, ...]
    """Its usual bounds, and those that rows set which are to be seen here too."""
    share: float
    rising: bool

    def words(self, plan: Plan, words: Keys, keys: Keys) -> Keys:
        """The random words, replaced where the other number is followed by its place between its bounds."""
        view = None if plan.scope is None else plan.scope.views.get(self.frame)
        note = None if view is None else view.read(self.variable)
        if note is None:
            return words
        low = np.full(len(keys), self.line.first, dtype=np.int64)
        high = np.full(len(keys), self.line.last, dtype=np.int64)
        for each in self.row_bounds:
            each.apply(plan, keys, low, high, None)
        positions = (note.values - self.line.zero) // self.line.step
        place = (np.clip(positions, low, high) - low) / (high - low + 1).astype(np.float64)
        own = (place * 2.0**53).astype(np.uint64) << np.uint64(11)
        following = note.known & (mix(keys + _FOLLOWS) < threshold(self.share))
        chosen: Keys = np.where(following, own if self.rising else ~own, words)
        return chosen


class Tied(Around, frozen=True):
    """A leaf whose values rules tie to others."""

    rules: tuple[str, ...]
    """Their ids."""


class Linked(Tied, frozen=True):
    """A leaf within bounds: its usual values where they fit, else others, each equally often.

    Where the others leave nothing the value bears the mark of failure.
    """

    usual: Measured
    """What would be drawn if nothing depended on it; its position 0 is the line's first usual one."""
    measured: Measured
    """The whole line."""
    line: Line
    frame: int
    variable: int
    """Its number; below 0 where nothing depends on it."""
    bonds: tuple[Bond, ...] = ()
    distinct: bool = False
    """Whether the items of a list are to differ: as many as there are values between the bounds."""
    sum: Sum | None = None
    """What all items of a list are to come to."""
    row_bounds: tuple[RowBounds, ...] = ()
    row_scale: RowScale | None = None
    follow: Follow | None = None

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One value per key."""
        room, owner = self._room(plan, keys), self._owner(plan)
        if self.distinct and owner is not None:
            positions = self._fitted(room, _distinct(keys, room.low, room.high, owner))
        else:
            words = draw(keys) if self.follow is None else self.follow.words(plan, draw(keys), keys)
            positions = self._first(room, words)
        failed = room.low > room.high
        if isinstance(self.measured, Decimals) and self.measured.divisor is not None:
            failed |= self._settled(self.measured, room, positions)
        if self.sum is not None and owner is not None:
            self._summed(plan, self.sum, room, positions, owner)
        positions = np.clip(positions, self.line.low, self.line.high)
        if plan.scope is not None and self.variable >= 0:
            plan.scope.write(self.frame, self.variable, positions * self.line.step + self.line.zero)
        return marked(self.measured.written(positions), np.flatnonzero(failed))

    def _owner(self, plan: Plan) -> Ints | None:
        """Whose items the lanes are: those of each list that are made here, whatever lists there are beside it."""
        view = None if plan.scope is None else plan.scope.views.get(self.frame)
        if view is None or view.frame.owner is None:
            return None
        return view.frame.owner if view.rows is None else view.frame.owner[view.rows]

    def _summed(self, plan: Plan, total: Sum, room: "_Room", positions: Ints, owner: Ints) -> None:
        """Put others in the place of lists' items whose sum cannot be; where none are found, the sum is to fail."""
        assert plan.scope is not None
        for attempt in range(REDRAWS, 2 * REDRAWS):
            plan.scope.write(self.frame, self.variable, positions * self.line.step + self.line.zero)
            lanes = total.missed(plan, owner)
            if not len(lanes):
                return
            part = self._redrawn(room.at(lanes), attempt)
            if isinstance(self.measured, Decimals) and self.measured.divisor is not None:
                self._settled(self.measured, room.at(lanes), part)
            positions[lanes] = part

    def _room(self, plan: Plan, keys: Keys) -> "_Room":
        """The least and the greatest position of each lane, and the scale of its amounts."""
        low = np.full(len(keys), self.line.low, dtype=np.int64)
        high = np.full(len(keys), self.line.high, dtype=np.int64)
        for bond in self.bonds if plan.scope is not None else ():
            assert plan.scope is not None
            view = plan.scope.views.get(bond.frame)
            note = None if view is None else view.read(bond.variable)
            if note is None:
                continue
            if bond.least is not None:
                _raise(low, note, -((self.line.zero - bond.least - note.values) // self.line.step))
            if bond.most is not None:
                _lower(high, note, (note.values + (bond.most - self.line.zero)) // self.line.step)
        scaling = None if self.row_scale is None else self.row_scale.lanes(plan)
        for each in self.row_bounds:
            each.apply(plan, keys, low, high, scaling)
        return _Room(keys, low, high, scaling)

    def drawn(self, plan: Plan, keys: Keys) -> Ints:
        """Positions as they would be if nothing were asked of them but their row's bounds."""
        return self._first(self._room(plan, keys), draw(keys))

    def _first(self, room: "_Room", words: Keys) -> Ints:
        """Usual positions by random words where they fit; where another number is followed, always by the word."""
        if self.follow is not None and self.row_bounds:
            return self._within(room, words)
        positions = self._scaled(room, self.usual.placed(words) + self.line.first)
        outside = room.outside(positions)
        for attempt in range(SCALED_REDRAWS if room.scaling is not None else 0):
            part = room.at(outside)
            drawn = self.usual.placed(draw(mix(part.keys + _WITHIN), attempt)) + self.line.first
            positions[outside] = self._scaled(part, drawn)
            outside = outside[part.outside(positions[outside])]
        if len(outside):
            part = room.at(outside)
            places = draw(mix(part.keys + _WITHIN)) if self.follow is None else words[outside]
            positions[outside] = self._within(part, places)
        return positions

    def _scaled(self, room: "_Room", positions: Ints) -> Ints:
        """Positions of amounts in the lanes' own scales."""
        if room.scaling is None:
            return positions
        return room.scaling.on_grid(room.scaling.times(positions), room.low, room.high)

    def _fitted(self, room: "_Room", positions: Ints) -> Ints:
        """Positions, replaced where they lie outside of the bounds."""
        outside = room.outside(positions)
        if len(outside):
            part = room.at(outside)
            positions[outside] = self._within(part, draw(mix(part.keys + _WITHIN)))
        return positions

    def _within(self, room: "_Room", words: Keys) -> Ints:
        """Positions between the bounds: usual ones if there are any, else such as are not far from them."""
        line, width, low, high = self.line, self.line.last - self.line.first, room.low, room.high
        if room.scaling is not None:
            chosen = low + below(words, np.maximum(high - low + 1, 1).astype(np.uint64))
            return room.scaling.on_grid(chosen, low, high)
        above, under = low > line.last, high < line.first
        first = np.where(above, low, np.where(under, np.maximum(low, high - width), np.maximum(low, line.first)))
        last = np.where(under, high, np.where(above, np.minimum(high, low + width), np.minimum(high, line.last)))
        drawn: Ints = first + below(words, np.maximum(last - first + 1, 1).astype(np.uint64))
        return drawn

    def _redrawn(self, room: "_Room", attempt: int) -> Ints:
        """Other positions between the bounds: usual ones where they fit."""
        words = draw(mix(room.keys + _WITHIN), attempt)
        positions = self._scaled(room, self.usual.placed(words) + self.line.first)
        outside = room.outside(positions)
        positions[outside] = self._within(room.at(outside), words[outside])
        return positions

    def _settled(self, measured: Decimals, room: "_Room", positions: Ints) -> Mask:
        """Put others in the place of disputed multiples; gives the lanes where none was found."""
        bad = np.flatnonzero(measured.disputed(positions))
        for attempt in range(1, REDRAWS):
            if not len(bad):
                break
            positions[bad] = self._redrawn(room.at(bad), attempt)
            bad = bad[measured.disputed(positions[bad])]
        failed = np.zeros(len(positions), dtype=np.bool_)
        failed[bad] = True
        return failed


class _Room(NamedTuple):
    """Lanes, the least and the greatest position of each, and the scale of its amounts, if they have one."""

    keys: Keys
    low: Ints
    high: Ints
    scaling: Scaling | None

    def at(self, lanes: Ints) -> "_Room":
        """The same for some of the lanes."""
        scaling = None if self.scaling is None else self.scaling.at(lanes)
        return _Room(self.keys[lanes], self.low[lanes], self.high[lanes], scaling)

    def outside(self, positions: Ints) -> Ints:
        """The lanes of which the positions do not lie within the bounds."""
        return np.flatnonzero((positions < self.low) | (positions > self.high))


class Calculated(Tied, frozen=True):
    """A leaf whose value is a formula's; its usual values where the formula has none.

    A value that the schema does not allow bears the mark of failure.
    """

    usual: Measured
    measured: Measured
    line: Line
    places: int
    """The line's unit is one in so many powers of ten."""
    formula: Formula
    frame: int
    variable: int
    follow: Follow | None = None
    own: Linked | None = None
    """What it would be without the formula, where a row of a table bounds that."""

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One value per key."""
        if self.own is None:
            positions = _usual(self.usual, self.follow, plan, keys) + self.line.first
        else:
            positions = self.own.drawn(plan, keys)
        if plan.scope is None:
            return self.measured.written(positions)
        result = self.formula.column(Lanes(plan.scope, len(keys)))
        value = result.scaled(max(self.places, result.places))
        above = (value.values // 10 ** (value.places - self.places)) - self.line.zero
        exact = value.values == (above + self.line.zero) * 10 ** (value.places - self.places)
        positions = np.where(value.known, above // self.line.step, positions)
        wrong = (positions < self.line.low) | (positions > self.line.high)
        wrong |= value.known & (~exact | (above % self.line.step != 0))
        positions = np.clip(positions, self.line.low, self.line.high)
        if isinstance(self.measured, Decimals):
            wrong |= self.measured.disputed(positions)
        plan.scope.write(self.frame, self.variable, positions * self.line.step + self.line.zero)
        return marked(self.measured.written(positions), np.flatnonzero(wrong))


class Noted(Around, frozen=True):
    """Listed values of which others need to know: which one it is."""

    choice: Choice
    codes: tuple[int, ...]
    """Of the values, by position."""
    frame: int
    variable: int

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One value per key."""
        positions = self.choice.chosen(plan, keys)
        if plan.scope is not None:
            plan.scope.write(self.frame, self.variable, np.array(self.codes, dtype=np.int64)[positions])
        return self.choice.written(positions)


class Switched(Tied, frozen=True):
    """A field that meets more where a condition is true: there it is drawn from another node."""

    held: int
    condition: Predicate | None
    """None where it always is."""
    shares: tuple[float, float] = (1.0, 0.0)
    """How often it meets more there, and how often it is drawn from ``broken``."""
    broken: int | None = None

    @property
    def inside(self) -> tuple[int, ...]:
        """The node without the condition, and those under it."""
        return (self.inner, self.held, *(() if self.broken is None else (self.broken,)))

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One value per key."""
        true = np.ones(len(keys), dtype=np.bool_)
        if self.condition is not None:
            if plan.scope is None:
                return plan.column(self.inner, keys, depth)
            true = self.condition.truth(Lanes(plan.scope, len(keys))).true
        held, broken = true, np.zeros(len(keys), dtype=np.bool_)
        if self.shares != (1.0, 0.0):
            words = mix(keys + _WITHIN)
            held = true & (words < threshold(self.shares[0]))
            if self.broken is not None:  # else there is no such value
                broken = true & ~held & (words < threshold(sum(self.shares)))
        ways = [(held, self.held), (broken, self.broken), (~held & ~broken, self.inner)]
        parts = [(np.flatnonzero(mask), node) for mask, node in ways if node is not None]
        if len(parts[-1][0]) == len(keys):
            return plan.column(self.inner, keys, depth)
        return united(
            len(keys), [(lanes, plan.at(lanes).column(node, keys[lanes], depth)) for lanes, node in parts if len(lanes)]
        )


def _usual(leaf: Measured, follow: Follow | None, plan: Plan, keys: Keys) -> Ints:
    """Usual positions, by what is followed."""
    return leaf.positions(keys) if follow is None else leaf.placed(follow.words(plan, draw(keys), keys))


def _distinct(keys: Keys, low: Ints, high: Ints, owner: Ints) -> Ints:
    """Other positions for every item of a list, in an order that the list's first item draws; in turn where too few."""
    starts = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]])) if len(owner) else owner
    lengths = np.diff(np.append(starts, len(owner)))
    at = np.arange(len(owner)) - np.repeat(starts, lengths)
    room = np.clip(high - low + 1, 1, SMALL)
    widest = int(room.max(initial=1))
    ranks = mix(mix(keys[starts] + _WITHIN)[:, None] + np.arange(widest, dtype=np.uint64)[None, :] * _ODD)
    ranks[np.arange(widest)[None, :] >= room[starts][:, None]] = _LAST
    order = np.argsort(ranks, axis=1, kind="stable")
    list_of = np.repeat(np.arange(len(starts)), lengths)
    chosen: Ints = low + order[list_of, at % room]
    return chosen


def _raise(low: Ints, note: Note, least: Ints) -> None:
    np.maximum(low, least, out=low, where=note.known)


def _lower(high: Ints, note: Note, most: Ints) -> None:
    np.minimum(high, most, out=high, where=note.known)
