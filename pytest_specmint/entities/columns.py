"""Columns of records: texts of their parts, whole numbers read from them, which of them suit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.cells import Cells, cells_of_strings, cells_of_texts, parsed, put_at, take
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.engine.nodes.reference import Demand, Measure, Part, Wanted
from pytest_specmint.engine.scope import Mask, Note
from pytest_specmint.rules.expression.days import DAY_NS, day_of_text, moment_of_text
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.sets.values import Json, exact, identity
from pytest_specmint.stream import Ints

NOTHING = object()
_SECOND = 10**9
_FITS = 1 << 62
"""Numbers that are read are no larger."""
_EXACT = 1 << 52

Judge = Callable[[Json], bool]


class Columns(NamedTuple):
    """All columns that are asked for, of the same records."""

    records: int
    texts: Mapping[Part, Cells]
    notes: Mapping[Measure, Note]
    suits: Mapping[Demand, Mask]

    @property
    def size(self) -> int:
        """How many bytes they take."""
        notes = sum(note.values.nbytes + note.known.nbytes for note in self.notes.values())
        texts, masks = (sum(each.nbytes for each in found.values()) for found in (self.texts, self.suits))
        return notes + texts + masks


class Reader:
    """Reads the columns that are asked for out of records."""

    def __init__(self, wanted: Wanted, schema: Schema) -> None:
        """``schema`` is the referring one: demands are its goals."""
        self._wanted = wanted
        self._judges = {demand: _judge(demand, schema) for demand in wanted.demands}

    def columns(self, lines: bytes, *, exactly: bool) -> Columns:
        """The columns of some lines."""
        records = parsed(lines, exact=exactly)
        return Columns(
            len(records),
            {part: _texts(part, records, lines) for part in self._wanted.parts},
            {measure: _note(measure, records) for measure in self._wanted.measures},
            {demand: self._suiting(demand, records) for demand in self._wanted.demands},
        )

    def _suiting(self, demand: Demand, records: Sequence[Json]) -> Mask:
        judge = self._judges[demand]
        values = (part_of(record, demand.part) for record in records)
        return np.array([value is not NOTHING and judge(value) for value in values], dtype=np.bool_)


def _judge(demand: Demand, schema: Schema) -> Judge:
    """Whether a value meets the goal, as the validator sees it."""
    from msgspec.structs import replace

    judges = [(Verifier(replace(schema, place=term.place)), term.positive) for term in demand.goal]
    return lambda value: all((not verifier.failures([value])) is positive for verifier, positive in judges)


def part_of(record: Json, part: Part) -> Any:
    """The part of a record; `NOTHING` where it has none."""
    value = _value_at(record, part.tokens)
    if part.keep is None or not isinstance(value, dict):
        return value
    return {name: value[name] for name in part.keep if name in value}


def _value_at(value: Json, tokens: Sequence[str]) -> Any:
    for token in tokens:
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return NOTHING
    return value


def _texts(part: Part, records: Sequence[Json], lines: bytes) -> Cells:
    if not part.tokens and part.keep is None:
        return cells_of_texts(lines.split(b"\n")[:-1])
    found = [part_of(record, part) for record in records]
    if set(map(type, found)) == {str}:
        return cells_of_strings(found)
    return cells_of_texts([b"" if value is NOTHING else canonical_bytes(value) for value in found])


def _note(measure: Measure, records: Sequence[Json]) -> Note:
    read = _READERS[measure.what]
    found = [read(measure, _value_at(record, measure.tokens)) for record in records]
    known = np.array([value is not None for value in found], dtype=np.bool_)
    return Note(np.array([value or 0 for value in found], dtype=np.int64), known)


def _number(measure: Measure, value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    unit = 10**measure.places
    near: int | None = round(value * unit) if abs(value) * unit < _EXACT else None
    if near is not None and near / unit == value:  # the decimal whose nearest float the value is
        return near
    scaled = exact(value) * unit
    return int(scaled) if scaled.denominator == 1 and abs(scaled) < _FITS else None


def _time(measure: Measure, value: Any) -> int | None:
    if not isinstance(value, str):
        return None
    day = day_of_text(value)
    moment = moment_of_text(value) if day is None else day * DAY_NS
    return None if moment is None else moment // _SECOND * 10**measure.places


def _listed(measure: Measure, value: Any) -> int | None:
    if value is NOTHING:
        return None
    name = identity(value)
    return measure.values.index(name) if name in measure.values else None


def _length(_: Measure, value: Any) -> int | None:
    return len(value) if isinstance(value, list) else None


_READERS: Mapping[str, Callable[[Measure, Any], int | None]] = {
    "number": _number,
    "time": _time,
    "value": _listed,
    "length": _length,
}


def gathered(count: int, parts: Sequence[tuple[Ints, Columns, Ints]]) -> Columns:
    """Columns of ``count`` records out of parts: where each goes, what it is taken from, and which rows of that."""
    if len(parts) == 1:
        (_, columns, rows) = parts[0]
        return picked(columns, rows)
    first = parts[0][1]
    texts = {part: _together(count, [(at, each.texts[part], rows) for at, each, rows in parts]) for part in first.texts}
    notes, suits = {}, {}
    for measure in first.notes:
        note = Note(np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.bool_))
        for at, each, rows in parts:
            note.values[at], note.known[at] = each.notes[measure].values[rows], each.notes[measure].known[rows]
        notes[measure] = note
    for demand in first.suits:
        suits[demand] = np.zeros(count, dtype=np.bool_)
        for at, each, rows in parts:
            suits[demand][at] = each.suits[demand][rows]
    return Columns(count, texts, notes, suits)


def _together(count: int, parts: Sequence[tuple[Ints, Cells, Ints]]) -> Cells:
    out = np.zeros((count, max(cells.shape[1] for _, cells, _ in parts)), dtype=np.uint8)
    for at, cells, rows in parts:
        put_at(out, at, 0, take(cells, rows))
    return out


def picked(columns: Columns, rows: Ints) -> Columns:
    """Some of the records, in any order."""
    return Columns(
        len(rows),
        {part: take(cells, rows) for part, cells in columns.texts.items()},
        {measure: Note(note.values[rows], note.known[rows]) for measure, note in columns.notes.items()},
        {demand: mask[rows] for demand, mask in columns.suits.items()},
    )
