"""What the parts of a record know of each other while it is made: columns that one leaf leaves for another.

A frame is a set of lanes that belong together: the records of a block, or the items of one list in all of them. A
leaf whose value others depend on writes it down in its frame; nodes further down, or made later, look it up by their
own lanes, which a view of the frame leads back to the frame's. Frames live as long as a block is made.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from pytest_specmint.stream import Ints

Mask = NDArray[np.bool_]

RECORDS = 0
"""The frame of the records themselves."""


class Note(NamedTuple):
    """A column of whole numbers, and on which lanes of the frame there is one."""

    values: Ints
    known: Mask


class Frame:
    """Lanes that belong together, and what is known about them so far."""

    def __init__(self, size: int, owner: Ints | None = None) -> None:
        self.size = size
        self.owner = owner
        """Of items: the row of the outer frame that each belongs to."""
        self._notes: dict[int, Note] = {}
        self._lists: dict[int, list[Items]] = {}

    def write(self, variable: int, rows: Ints | None, values: Ints) -> None:
        """Write down a variable's values on these rows, or on all."""
        if rows is None:
            self._notes[variable] = Note(values.copy(), np.ones(self.size, dtype=np.bool_))
            return
        note = self._notes.get(variable)
        if note is None:
            note = Note(np.zeros(self.size, dtype=np.int64), np.zeros(self.size, dtype=np.bool_))
            self._notes[variable] = note
        note.values[rows] = values
        note.known[rows] = True

    def read(self, variable: int) -> Note | None:
        """A variable as far as it is known; None where no lane has it."""
        return self._notes.get(variable)

    def enter(self, number: int, owner: Ints) -> "Frame":
        """The frame of a list's items; ``owner`` holds the row of this frame that each belongs to.

        Rows that had items before, in a draw that is made again, have them no longer.
        """
        listed = self._lists.setdefault(number, [])
        for earlier in listed:
            earlier.alive[np.isin(earlier.owner, owner)] = False
        items = Items(Frame(len(owner), owner), owner, np.ones(len(owner), dtype=np.bool_))
        listed.append(items)
        return items.frame

    def lists(self, number: int) -> "list[Items]":
        """The items of the lists of this number, in as many parts as they were made in."""
        return self._lists.get(number, [])


class Items(NamedTuple):
    """The items of lists: their frame, whose each is, and whether it is still there."""

    frame: Frame
    owner: Ints
    alive: Mask


class View(NamedTuple):
    """A frame as seen by some lanes: the row of the frame that each stands for, None where they are the rows."""

    frame: Frame
    rows: Ints | None

    def at(self, lanes: Ints) -> "View":
        """The same for some of the lanes, or for several that stand for one."""
        return View(self.frame, lanes if self.rows is None else self.rows[lanes])

    def read(self, variable: int) -> Note | None:
        """A variable on the view's lanes."""
        note = self.frame.read(variable)
        if note is None or self.rows is None:
            return note
        return Note(note.values[self.rows], note.known[self.rows])


class Scope(Struct, frozen=True):
    """The frames around some lanes, by their numbers."""

    seed: int
    index: Ints
    """Of the records."""
    views: Mapping[int, View]
    rows: Mapping[str, Ints] = {}
    """Of tables and lists: which row the object around each lane has of it."""
    outer: Mapping[str, Ints] = {}
    """The rows of what is around the list that the lanes are items of."""
    given: Mapping[str, Ints] = {}
    """The rows that the list has for its items."""

    @classmethod
    def of(cls, seed: int, index: Ints) -> "Scope":
        """The scope of whole records."""
        return cls(seed, index, {RECORDS: View(Frame(len(index)), None)})

    def with_rows(self, rows: Mapping[str, Ints]) -> "Scope":
        """The scope of objects that have rows of their own."""
        return Scope(self.seed, self.index, self.views, {**self.rows, **rows}, self.outer)

    def of_items(self) -> "Scope":
        """The scope of a list's items: the rows of what is around it are not theirs."""
        return Scope(self.seed, self.index, self.views, {}, {**self.outer, **self.rows})

    def giving(self, rows: Mapping[str, Ints]) -> "Scope":
        """The scope of items for which the list has rows."""
        return Scope(self.seed, self.index, self.views, self.rows, self.outer, rows) if rows else self

    def numbers(self) -> Ints:
        """The index of the record that each lane belongs to."""
        rows = self.views[RECORDS].rows
        return self.index if rows is None else self.index[rows]

    def at(self, lanes: Ints) -> "Scope":
        """The scope of some of the lanes."""
        rows = {source: column[lanes] for source, column in self.rows.items()}
        outer = {source: column[lanes] for source, column in self.outer.items()}
        given = {source: column[lanes] for source, column in self.given.items()}
        views = {number: view.at(lanes) for number, view in self.views.items()}
        return Scope(self.seed, self.index, views, rows, outer, given)

    def _seen(self, views: Mapping[int, View]) -> "Scope":
        return Scope(self.seed, self.index, views, self.rows, self.outer, self.given)

    def write(self, number: int, variable: int, values: Ints) -> None:
        """Write down a variable's values on the lanes."""
        view = self.views[number]
        view.frame.write(variable, view.rows, values)

    def leave(self, outer: int, number: int, lanes: Ints) -> None:
        """These items of the lists made last, of this number, do not stay."""
        self.views[outer].frame.lists(number)[-1].alive[lanes] = False

    def items(self, outer: int, number: int, owner: Ints) -> "Scope":
        """The scope of a list's items; ``owner`` holds the lane that each belongs to."""
        inner = self.at(owner)
        rows = inner.views[outer].rows
        assert rows is not None  # they are the owners, at least
        return inner._seen({**inner.views, number: View(self.views[outer].frame.enter(number, rows), None)})
