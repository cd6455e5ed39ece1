"""Writing the texts of templates into cells, one row per key."""

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from pytest_specmint.cells import Cells, cells_of_strings, is_plain, joined
from pytest_specmint.patterns.templates import Piece, width_of
from pytest_specmint.stream import Ints, Keys, draw

Bytes = NDArray[np.uint8]
Points = NDArray[np.uint32]
Pieces = tuple[Piece, ...]
MAX_TABLE = 20_000
"""Neighbouring pieces are drawn as one where they have no more combinations than this."""
MAX_CELLS = 1 << 22
"""How many characters are made at a time."""
_CELL = 4
_QUOTE = ord('"')
_WIDEST = 8
_WIDTHS = (1, 2, 4, _WIDEST)
_S32, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


class AsciiFill(Struct, frozen=True, dict=True):
    """Texts of fixed pieces in ASCII, without newlines: several pieces at a time out of tables."""

    pieces: Pieces

    def cells(self, keys: Keys, first: int) -> Cells:
        """A text per key; draws are numbered from ``first``."""
        base, fields, plain = self._plan
        made = np.frombuffer(bytearray(base * len(keys)), dtype=np.uint8).reshape(len(keys), len(base))
        word = keys
        for number, (offset, width, table) in enumerate(fields):
            if number % 2 == 0:
                word = draw(keys, first + number // 2)
            half = word >> _S32 if number % 2 == 0 else word & _LOW
            chosen = ((half * np.uint64(len(table))) >> _S32).view(np.int64)
            made[:, offset : offset + width].view(table.dtype)[:, 0] = table.take(chosen)
        return made if plain else requoted(made)

    @cached_property
    def _plan(self) -> tuple[bytes, list[tuple[int, int, NDArray[Any]]], bool]:
        """The first text in quotes; offset, width and table of each group with a choice; whether nothing is escaped."""
        fields = []
        offset = 1
        for group in _groups(self.pieces, _WIDEST):
            width = sum(map(width_of, group))
            if any(len(piece) > 1 for piece in group):
                fields.append((offset, width, _table(group)))
            offset += width
        first = "".join(piece[0] for piece in self.pieces)
        return f'"{first}"'.encode("ascii"), fields, all(map(_plain, self.pieces))


def _plain(piece: Piece) -> bool:
    return is_plain("".join(piece))


def requoted(cells: Cells) -> Cells:
    """Texts in quotes whose characters are escaped now."""
    lines = joined(cells[:, 1:-1], b"\n").decode("ascii").split("\n")
    return cells_of_strings(lines[:-1])


def _groups(pieces: Pieces, widest: int) -> list[Pieces]:
    """Neighbouring pieces that are drawn together, wider ones than ``widest`` alone."""
    groups: list[list[Piece]] = []
    choices, width = MAX_TABLE + 1, 0
    for piece in pieces:
        choices *= len(piece)
        width += width_of(piece)
        if choices <= MAX_TABLE and width <= widest:
            groups[-1].append(piece)
        else:
            groups.append([piece])
            choices, width = len(piece), width_of(piece)
    return [tuple(group) for group in groups]


@lru_cache(maxsize=256)
def _table(group: Pieces) -> NDArray[Any]:
    """All combinations of the pieces: numbers where they are 1, 2, 4 or 8 bytes wide, which are faster, else rows."""
    made = _combinations(group)
    width = made.shape[1]
    table: NDArray[Any] = made.view(f"<u{width}" if width in _WIDTHS else f"V{width}")[:, 0]
    return table


def _combinations(group: Pieces) -> Bytes:
    made = np.zeros((1, 0), dtype=np.uint8)
    for piece in group:
        column = np.frombuffer("".join(piece).encode("ascii"), dtype=np.uint8).reshape(len(piece), -1)
        left = np.repeat(made, len(piece), axis=0)
        made = np.concatenate([left, np.tile(column, (len(made), 1))], axis=1)
    return np.ascontiguousarray(made)


class CellFill(Struct, frozen=True, dict=True):
    """Texts of several templates at once in ASCII, without newlines and NUL.

    A row consists of cells of four bytes; what a text does not need of them is NUL, and all NULs are deleted at once.
    """

    templates: tuple[Pieces, ...]

    def cells(self, keys: Keys, chosen: Ints, first: int) -> Cells:
        """A text per key, of the template that was chosen for it."""
        columns, values = self._plan
        made = np.empty((len(keys), len(columns) + 2), dtype="<u4")
        made[:, 0], made[:, -1] = _QUOTE << 8 * (_CELL - 1), _QUOTE
        index = np.zeros(len(keys), dtype=np.int64)
        word, drawn = keys, 0
        for number, column in enumerate(columns, 1):
            if column.free:
                if drawn % 2 == 0:
                    word = draw(keys, first + drawn // 2)
                half = word >> _S32 if drawn % 2 == 0 else word & _LOW
                drawn += 1
                size = column.sizes.take(chosen)
                fresh = ((half * size) >> _S32).view(np.int64)
                index = np.where(size > 0, fresh, index) if column.inside else fresh
                made[:, number] = values.take(column.starts.take(chosen) + index)
            elif column.inside:
                made[:, number] = values.take(column.starts.take(chosen) + index * column.again.take(chosen))
            else:
                made[:, number] = values.take(column.starts).take(chosen)
        cells = made.view(np.uint8)[:, _CELL - 1 : 1 - _CELL]
        return cells if self._is_plain else requoted(cells)

    @cached_property
    def _is_plain(self) -> bool:
        return all(_plain(piece) for pieces in self.templates for piece in pieces)

    @cached_property
    def _plan(self) -> tuple[list["_Column"], NDArray[np.uint32]]:
        """The columns, and the values of all cells, one after the other."""
        places: dict[tuple[Pieces, int], int] = {}
        values: list[NDArray[np.uint32]] = [np.zeros(1, dtype=np.uint32)]
        count = 1
        layouts = []
        for pieces in self.templates:
            layout = []
            for group in _groups(pieces, _CELL):
                cells = _cells(group)
                for i in range(cells.shape[1]):
                    if (group, i) not in places:
                        places[group, i] = count
                        values.append(cells[:, i])
                        count += len(cells)
                    layout.append((0 if i and len(cells) > 1 else len(cells), places[group, i]))
            layouts.append(layout)
        width = max(map(len, layouts))
        padded = [layout + [(1, 0)] * (width - len(layout)) for layout in layouts]
        return [_column(column) for column in zip(*padded, strict=True)], np.concatenate(values)


class _Column(NamedTuple):
    """For each template how many choices there are (0 where the column before has chosen) and where they start.

    ``free`` tells whether there is a choice, ``inside`` whether any template goes on with an earlier one, ``again``
    which do.
    """

    sizes: Keys
    starts: Ints
    free: bool
    inside: bool
    again: Ints


def _column(cells: Iterable[tuple[int, int]]) -> _Column:
    sizes, starts = zip(*cells, strict=True)
    again = np.array([size == 0 for size in sizes], dtype=np.int64)
    return _Column(
        np.array(sizes, dtype=np.uint64), np.array(starts, dtype=np.int64), max(sizes) > 1, 0 in sizes, again
    )


@lru_cache(maxsize=256)
def _cells(group: Pieces) -> NDArray[np.uint32]:
    """All combinations of the pieces, a row of cells each."""
    made = _combinations(group)
    short = -made.shape[1] % _CELL
    return np.ascontiguousarray(np.pad(made, ((0, 0), (0, short)))).view("<u4")


class MixedFill(Struct, frozen=True, dict=True):
    """Texts of several templates at once, of any characters, column by column."""

    templates: tuple[Pieces, ...]

    def cells(self, keys: Keys, chosen: Ints, first: int) -> Cells:
        """A text per key, of the template that was chosen for it."""
        columns, points, lengths, zeros = self._plan
        made = np.zeros((len(keys), len(columns)), dtype="<u4")
        index = np.zeros(len(keys), dtype=np.int64)
        word = keys
        for number, (sizes, offsets, inside) in enumerate(columns):
            if number % 2 == 0:
                word = draw(keys, first + number // 2)
            half = word >> _S32 if number % 2 == 0 else word & _LOW
            size = sizes.take(chosen)
            fresh = ((half * size) >> _S32).view(np.int64)
            index = np.where(size > 0, fresh, index) if inside else fresh
            made[:, number] = points.take(offsets.take(chosen) + index)
        return quoted(made) if self._is_plain else cells_of_strings(decode(made, lengths[chosen], zeros=zeros))

    @cached_property
    def _is_plain(self) -> bool:
        return all(_plain(piece) for pieces in self.templates for piece in pieces)

    @cached_property
    def _plan(self) -> tuple[list[tuple[Keys, Ints, bool]], Points, Ints, bool]:
        """The columns, the characters of all tables, the lengths of templates, whether NUL is drawn.

        A column has for each template how many choices there are (0 where the column before has chosen)
        and where they start; and whether any template is inside a word there.
        """
        layouts = [_columns(pieces) for pieces in self.templates]
        lengths = np.array([len(layout) for layout in layouts], dtype=np.int64)
        starts: dict[str, int] = {}
        count = 0
        for chars in dict.fromkeys(chars for layout in layouts for _, chars in layout):
            starts[chars] = count
            count += len(chars)
        text = "".join(starts)
        columns = []
        for column in range(int(lengths.max(initial=0))):
            cells = [layout[column] if column < len(layout) else (1, "") for layout in layouts]
            sizes = np.array([size for size, _ in cells], dtype=np.uint64)
            offsets = np.array([starts.get(chars, count) for _, chars in cells], dtype=np.int64)
            columns.append((sizes, offsets, bool((sizes == 0).any())))
        points = np.array([*map(ord, text), 0], dtype=np.uint32)
        return columns, points, lengths, "\0" in text


def _columns(pieces: Pieces) -> list[tuple[int, str]]:
    """For each column the number of choices (0 if the column before chose) and their characters."""
    found: list[tuple[int, str]] = []
    for piece in pieces:
        if isinstance(piece, str):
            found.append((len(piece), piece))
            continue
        found.extend((0 if i else len(piece), "".join(column)) for i, column in enumerate(zip(*piece, strict=True)))
    return found


def quoted(points: Points) -> Cells:
    """Rows of plain characters in quotes; zeros are holes."""
    rows, width = points.shape
    cells = np.empty((rows, width + 2), dtype=np.uint8)
    cells[:, 0] = cells[:, -1] = _QUOTE
    cells[:, 1:-1] = points
    return cells


def decode(points: Points, lengths: Ints, *, zeros: bool) -> list[str]:
    """The first so many code points of each row as a text, zeros follow; ``zeros`` tells that there are others."""
    rows, width = points.shape
    if width == 0:
        return [""] * rows
    if zeros:
        text = points.astype("<u4", copy=False).tobytes().decode("utf-32-le")
        return [text[row * width : row * width + length] for row, length in enumerate(lengths.tolist())]
    made: list[str] = points.view(f"U{width}")[:, 0].tolist()  # numpy cuts zeros from the end of a text
    return made
