"""Formulas over columns: whole numbers in a unit that is a power of ten, with the reach that keeps them within words.

A value is known on the lanes where all that it needs is; the rules' words for this are in docs/rules.md.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Protocol

import numpy as np
from msgspec import Struct

from pytest_specmint.engine.scope import Frame, Items, Mask, Note, Scope, View
from pytest_specmint.stream import Ints

LIMIT = 1 << 62
"""What no step of a formula may reach."""


class TooWide(Exception):
    """A step of a formula may leave the machine's words."""


class Column(Struct, frozen=True):
    """Numbers ``values / 10**places`` on the lanes where they are known; their magnitude is at most ``reach``."""

    values: Ints
    known: Mask
    places: int
    reach: int

    def scaled(self, places: int) -> "Column":
        """The same numbers with more decimal places."""
        if places == self.places:
            return self
        factor = 10 ** (places - self.places)
        return Column(self.values * factor, self.known, places, _within(self.reach * factor))


def _within(reach: int) -> int:
    if reach >= LIMIT:
        raise TooWide
    return reach


class Context(Protocol):
    """Where a formula is worked out: for some lanes, or for the items of lists."""

    count: int

    def view(self, frame: int) -> View | None:
        """A frame as the lanes see it."""


class Formula(Protocol):
    """A part of a formula."""

    def column(self, context: Context) -> Column:
        """Its value on every lane; raises `TooWide`."""


class Constant(Struct, frozen=True):
    """A known number."""

    value: int
    places: int = 0

    def column(self, context: Context) -> Column:
        """The number on every lane."""
        known = np.ones(context.count, dtype=np.bool_)
        return Column(np.full(context.count, self.value, dtype=np.int64), known, self.places, _within(abs(self.value)))


class Field(Struct, frozen=True):
    """A field's value, or the length of a list."""

    frame: int
    variable: int
    places: int
    reach: int

    def column(self, context: Context) -> Column:
        """The field's column."""
        note = _read(context, self.frame, self.variable)
        if note is None:
            nothing = np.zeros(context.count, dtype=np.int64)
            return Column(nothing, np.zeros(context.count, dtype=np.bool_), self.places, _within(self.reach))
        return Column(note.values, note.known, self.places, _within(self.reach))


class Applied(Struct, frozen=True):
    """An operation on parts."""

    operation: str
    parts: "tuple[Formula, ...]"

    def column(self, context: Context) -> Column:
        """The operation's result."""
        return OPERATIONS[self.operation](*(part.column(context) for part in self.parts))


class Rounded(Struct, frozen=True):
    """A part, or the ratio of two, rounded to decimal places, halves away from zero."""

    part: "Formula"
    places: int
    divisor: "Formula | None" = None

    def column(self, context: Context) -> Column:
        """The rounded numbers; unknown where they would be divided by zero."""
        above = self.part.column(context)
        if self.divisor is None:
            above = above.scaled(max(above.places, self.places))
            unit = 10 ** (above.places - self.places)
            return Column(_divided(above.values, np.int64(unit)), above.known, self.places, above.reach // unit + 1)
        below = self.divisor.column(context)
        above = above.scaled(max(above.places, below.places + self.places))
        below = below.scaled(above.places - self.places)
        _within(above.reach * 2 + below.reach)
        known = above.known & below.known & (below.values != 0)
        divisor = np.where(known, below.values, 1)
        sign = np.where(divisor < 0, -1, 1)
        return Column(_divided(above.values * sign, divisor * sign), known, self.places, above.reach)


def _divided(values: Ints, divisor: Ints | np.int64) -> Ints:
    """Quotients rounded, halves away from zero; the divisor is positive."""
    quotients: Ints = np.sign(values) * ((2 * np.abs(values) + divisor) // (2 * divisor))
    return quotients


class Total(Struct, frozen=True):
    """The sum of a part over the items of a list; unknown where the list is, or one of its items."""

    outer: int
    number: int
    part: "Formula"
    length: int
    most: int

    def column(self, context: Context) -> Column:
        """The sums."""
        view = context.view(self.outer)
        if view is None:
            empty = self.part.column(_Nothing())
            nothing, unknown = np.zeros((2, context.count), dtype=np.int64)
            return Column(nothing, unknown > 0, empty.places, _within(empty.reach * self.most))
        whole = self._of_frame(view.frame)
        there = _read(context, self.outer, self.length)
        known = whole.known if view.rows is None else whole.known[view.rows]
        values = whole.values if view.rows is None else whole.values[view.rows]
        known = known & there.known if there is not None else np.zeros(context.count, dtype=np.bool_)
        return Column(values, known, whole.places, whole.reach)

    def _of_frame(self, frame: Frame) -> Column:
        """The sums on all rows of the frame that the lists belong to."""
        total, unknown = np.zeros((2, frame.size), dtype=np.int64)
        empty = self.part.column(_Nothing())
        for items in frame.lists(self.number):
            part = self.part.column(_InItems(items, self.number, frame, self.outer))
            total += sums(np.where(items.alive & part.known, part.values, 0), items.owner, frame.size)
            unknown += np.bincount(items.owner[items.alive & ~part.known], minlength=frame.size)
        return Column(total, unknown == 0, empty.places, _within(empty.reach * self.most))


def sums(values: Ints, owner: Ints, size: int) -> Ints:
    """The sum of each owner's values, for owners from 0 on; exact as long as the sums are."""
    if (owner[1:] < owner[:-1]).any():
        total = np.zeros(size, dtype=np.int64)
        np.add.at(total, owner, values)
        return total
    running = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=running[1:])  # it may go round, as may the difference: back to the sum
    ends = np.cumsum(np.bincount(owner, minlength=size))
    starts = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1]))
    found: Ints = running[ends] - running[starts]
    return found


def _read(context: Context, frame: int, variable: int) -> Note | None:
    view = context.view(frame)
    return None if view is None else view.read(variable)


class _Nothing:
    """No lanes at all."""

    count = 0

    def view(self, frame: int) -> View | None:
        return None


class Lanes:
    """The lanes of a leaf."""

    def __init__(self, scope: Scope, count: int) -> None:
        self._scope, self.count = scope, count

    def view(self, frame: int) -> View | None:
        """A frame that is around the leaf."""
        return self._scope.views.get(frame)


class _InItems:
    """The items of lists, and the frame that they belong to."""

    def __init__(self, items: Items, number: int, outer: Frame, outer_number: int) -> None:
        self.count = items.frame.size
        self._views = {number: View(items.frame, None), outer_number: View(outer, items.owner)}

    def view(self, frame: int) -> View | None:
        return self._views.get(frame)


def fields_in(formula: Formula) -> Iterator[Field]:
    """All fields that a formula reads."""
    if isinstance(formula, Field):
        yield formula
    elif isinstance(formula, Applied):
        for part in formula.parts:
            yield from fields_in(part)
    elif isinstance(formula, Rounded):
        yield from fields_in(formula.part)
        yield from () if formula.divisor is None else fields_in(formula.divisor)
    elif isinstance(formula, Total):
        yield from fields_in(formula.part)


def bounds(formula: Formula) -> tuple[int, int]:
    """Decimal places and reach of a formula, whatever its fields hold; raises `TooWide`."""
    column = formula.column(_Nothing())
    return column.places, column.reach


# ---------------------------------------------------------------- operations


def aligned(*columns: Column) -> tuple[Column, ...]:
    """The columns in one unit."""
    places = max(each.places for each in columns)
    return tuple(each.scaled(places) for each in columns)


def _all_known(columns: Sequence[Column]) -> Mask:
    known = columns[0].known
    for each in columns[1:]:
        known = known & each.known
    return known


def _sum(left: Column, right: Column) -> Column:
    a, b = aligned(left, right)
    return Column(a.values + b.values, a.known & b.known, a.places, _within(a.reach + b.reach))


def _difference(left: Column, right: Column) -> Column:
    a, b = aligned(left, right)
    return Column(a.values - b.values, a.known & b.known, a.places, _within(a.reach + b.reach))


def _product(left: Column, right: Column) -> Column:
    reach = _within(left.reach * right.reach)
    return Column(left.values * right.values, left.known & right.known, left.places + right.places, reach)


def _negated(part: Column) -> Column:
    return Column(-part.values, part.known, part.places, part.reach)


def _absolute(part: Column) -> Column:
    return Column(np.abs(part.values), part.known, part.places, part.reach)


def _least(*parts: Column) -> Column:
    columns = aligned(*parts)
    values = np.minimum.reduce([each.values for each in columns])
    return Column(values, _all_known(columns), columns[0].places, max(each.reach for each in columns))


def _greatest(*parts: Column) -> Column:
    columns = aligned(*parts)
    values = np.maximum.reduce([each.values for each in columns])
    return Column(values, _all_known(columns), columns[0].places, max(each.reach for each in columns))


def _default(part: Column, other: Column) -> Column:
    a, b = aligned(part, other)
    values: Ints = np.where(a.known, a.values, b.values)
    return Column(values, a.known | b.known, a.places, max(a.reach, b.reach))


OPERATIONS: Mapping[str, Callable[..., Column]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "neg": _negated,
    "abs": _absolute,
    "least": _least,
    "greatest": _greatest,
    "default": _default,
}


def decimal(value: Fraction | int) -> tuple[int, int] | None:
    """A number as ``(digits, places)``; None where its decimals have no end, or too many."""
    exact = Fraction(value)
    for places in range(19):
        if (exact * 10**places).denominator == 1:
            return int(exact * 10**places), places
    return None
