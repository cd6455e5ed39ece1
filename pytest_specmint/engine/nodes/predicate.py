"""Conditions over columns: on which lanes they are true, and on which they are false; unknown on the others."""

from typing import Protocol

import numpy as np
from msgspec import Struct

from pytest_specmint.engine.nodes.formula import Context, Formula, aligned
from pytest_specmint.engine.scope import Mask


class Truth(Struct, frozen=True):
    """Where a condition is true, and where it is false."""

    true: Mask
    false: Mask


class Predicate(Protocol):
    """A condition."""

    def truth(self, context: Context) -> Truth:
        """Its truth on every lane."""


class Compared(Struct, frozen=True):
    """Two formulas, ``<``, ``<=`` or ``==``."""

    sign: str
    left: Formula
    right: Formula

    def truth(self, context: Context) -> Truth:
        """Unknown where one of the two is."""
        left, right = aligned(self.left.column(context), self.right.column(context))
        known = left.known & right.known
        if self.sign == "==":
            holds = left.values == right.values
        else:
            holds = left.values < right.values if self.sign == "<" else left.values <= right.values
        return Truth(known & holds, known & ~holds)


class Listed(Struct, frozen=True):
    """A field of which some of the listed values meet a test, and some are such as it is not about."""

    frame: int
    variable: int
    verdicts: tuple[bool | None, ...]
    """By the values' positions."""

    def truth(self, context: Context) -> Truth:
        """Unknown where the field is absent, or of another kind."""
        view = context.view(self.frame)
        note = None if view is None else view.read(self.variable)
        if note is None:
            nothing = np.zeros(context.count, dtype=np.bool_)
            return Truth(nothing, nothing)
        true = np.array([verdict is True for verdict in self.verdicts])
        false = np.array([verdict is False for verdict in self.verdicts])
        return Truth(note.known & true[note.values], note.known & false[note.values])


class Known(Struct, frozen=True):
    """Whether a field is there: never unknown."""

    frame: int
    variable: int

    def truth(self, context: Context) -> Truth:
        """True where it is."""
        view = context.view(self.frame)
        note = None if view is None else view.read(self.variable)
        known = np.zeros(context.count, dtype=np.bool_) if note is None else note.known
        return Truth(known, ~known)


class Combined(Struct, frozen=True):
    """All of some conditions, or one of them."""

    both: bool
    parts: tuple[Predicate, ...]

    def truth(self, context: Context) -> Truth:
        """By Kleene's tables."""
        truths = [part.truth(context) for part in self.parts]
        true = [each.true if self.both else each.false for each in truths]
        false = [each.false if self.both else each.true for each in truths]
        every, some = np.logical_and.reduce(true), np.logical_or.reduce(false)
        return Truth(every, some) if self.both else Truth(some, every)


class Denied(Struct, frozen=True):
    """The opposite of a condition."""

    part: Predicate

    def truth(self, context: Context) -> Truth:
        """True where it is false."""
        truth = self.part.truth(context)
        return Truth(truth.false, truth.true)
