"""The records of one related dataset, by index: made one by one where few are wanted, in blocks where many are.

Blocks are kept within a number of bytes, those used last longest. What is made does not depend on what is kept: a
record is the same however it comes about.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from pytest_specmint.cells import Cells, take
from pytest_specmint.engine.nodes.reference import NOBODY, Demand, Measure, Part, Wanted
from pytest_specmint.engine.scope import Mask, Note
from pytest_specmint.entities.columns import Columns, Reader, gathered
from pytest_specmint.schema.document import Schema
from pytest_specmint.stream import Ints

BLOCK = 1024
"""Records of a block."""
ROOM = 1 << 27
"""Bytes of the blocks that are kept."""
DENSE = 8
"""A block is made as a whole from when one in so many of its records was asked for, at once or by and by."""
ANSWERS = 4
"""So many answers are remembered: the fields of an object ask for the same records one after the other."""

Make = Callable[[Ints], bytes]
"""The verified lines of records by their indices."""


class _Answer(NamedTuple):
    entities: Ints
    columns: Columns
    rows: Ints
    somebody: Mask


class Registry:
    """Answers what plans ask about a dataset (`engine.nodes.reference.Related`)."""

    def __init__(self, make: Make, count: int, wanted: Wanted, schema: Schema, *, exact: bool = False) -> None:
        """``schema`` is the referring one; ``exact``: whether records hold integers beyond 64 bits."""
        self._given = make, count, wanted, schema, exact
        self._clear()

    def _clear(self) -> None:
        self._make, self._count, wanted, schema, self._exact = self._given
        self._reader = Reader(wanted, schema)
        self._blocks: OrderedDict[int, Columns] = OrderedDict()
        self._bytes = 0
        self._asked = np.zeros(-(-self._count // BLOCK), dtype=np.int64) if self._count < BLOCK << 20 else None
        self._answers: list[_Answer] = []
        self._lock = Lock()

    def __getstate__(self) -> tuple[Any, ...]:
        return self._given

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._given = state
        self._clear()

    # ------------------------------------------------------------ what is asked

    def texts(self, part: Part, entities: Ints) -> Cells:
        """The JSON text of a part of each; a row of holes where there is none."""
        answer = self._answer(entities)
        cells = take(answer.columns.texts[part], answer.rows)
        if not answer.somebody.all():
            cells[~answer.somebody] = 0
        return cells

    def measured(self, measure: Measure, entities: Ints) -> Note:
        """A whole number of each, where there is one."""
        answer = self._answer(entities)
        note = answer.columns.notes[measure]
        return Note(note.values[answer.rows], note.known[answer.rows] & answer.somebody)

    def suits(self, demand: Demand, entities: Ints) -> Mask:
        """Which of them meet a demand."""
        answer = self._answer(entities)
        suits: Mask = answer.columns.suits[demand][answer.rows] & answer.somebody
        return suits

    # ------------------------------------------------------------ how it is found

    def _answer(self, entities: Ints) -> _Answer:
        with self._lock:
            for answer in self._answers:
                if len(answer.entities) == len(entities) and np.array_equal(answer.entities, entities):
                    return answer
            somebody = entities != NOBODY
            unique, rows = np.unique(np.where(somebody, entities, 0), return_inverse=True)
            answer = _Answer(entities.copy(), self._columns(unique), rows.reshape(-1), somebody)
            self._answers = [answer, *self._answers[: ANSWERS - 1]]
            return answer

    def _columns(self, unique: Ints) -> Columns:
        """The columns of these records, each asked for once, in ascending order."""
        numbers = unique // BLOCK
        blocks, starts, counts = np.unique(numbers, return_index=True, return_counts=True)
        single = np.ones(len(unique), dtype=np.bool_)
        parts: list[tuple[Ints, Columns, Ints]] = []
        whole = self._worthwhile(blocks, counts)
        for number, start, count in zip(
            blocks[whole].tolist(), starts[whole].tolist(), counts[whole].tolist(), strict=True
        ):
            where = np.arange(start, start + count)
            single[where] = False
            parts.append((where, self._block(number), unique[where] - number * BLOCK))
        alone = np.flatnonzero(single)
        if len(alone) or not parts:
            made = self._reader.columns(self._make(unique[alone]), exactly=self._exact)
            parts.append((alone, made, np.arange(len(alone))))
            self._learn(made)
        return gathered(len(unique), parts)

    def _worthwhile(self, blocks: Ints, counts: Ints) -> Mask:
        """Which blocks are kept, or worth it: much of them is wanted, or was by and by.

        The latter does not count where all blocks would not find room.
        """
        sizes = np.minimum(BLOCK, self._count - blocks * BLOCK)
        worth: Mask = counts * DENSE >= sizes
        if self._asked is not None:
            self._asked[blocks] += counts
            worth |= self._asked[blocks] * DENSE >= sizes
        if self._blocks:
            worth |= np.isin(blocks, np.array([*self._blocks]))
        return worth

    def _block(self, number: int) -> Columns:
        """A block, kept or made."""
        known = self._blocks.get(number)
        if known is not None:
            self._blocks.move_to_end(number)
            return known
        first = number * BLOCK
        indices = np.arange(first, min(first + BLOCK, self._count))
        made = self._reader.columns(self._make(indices), exactly=self._exact)
        self._keep(number, made)
        return made

    def _learn(self, made: Columns) -> None:
        """Stop counting where all blocks together would not find room: they would drive each other out."""
        if made.records and self._asked is not None and made.size // made.records * self._count > ROOM:
            self._asked = None

    def _keep(self, number: int, made: Columns) -> None:
        self._blocks[number] = made
        self._bytes += made.size
        while self._bytes > ROOM and len(self._blocks) > 1:
            _, gone = self._blocks.popitem(last=False)
            self._bytes -= gone.size
