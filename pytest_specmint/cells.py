"""Columns of JSON texts: a byte matrix with a row per value, in which zero bytes are holes.

JSON text holds no zero byte, so that one can stand for nothing: shorter texts are padded, absent properties are
blanked out, and the holes of a whole block are taken out at once when its rows are complete. A text is a whole JSON
value in canonical form: strings bring their quotes and escapes.
"""

import re
from collections.abc import Iterable, Sequence
from json import loads as exact_loads
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.stream import Ints

_CACHED = 1 << 19
"""Bytes from which holes are taken out at a time, so that they stay in the processor's cache."""

_ESCAPED = re.compile(r'["\\\x00-\x09\x0b-\x1f\ud800-\udfff]')
"""What JSON escapes, but for the line feed; and what it cannot hold."""

FAILED = b"\xff"
"""Marks a value that is not what was asked for: a byte that no JSON text holds."""

Cells = NDArray[np.uint8]
"""Shape (values, width in bytes); every row without its holes is the text of a value."""


def cells_of_texts(texts: Sequence[bytes]) -> Cells:
    """A row per JSON text."""
    width = max(map(len, texts), default=0) or 1
    return np.array(texts, dtype=f"S{width}").view(np.uint8).reshape(len(texts), width)


def cells_of(values: Iterable[Any]) -> Cells:
    """A row per value."""
    # Copied: what orjson returns may occupy 4 kB however short it is.
    return cells_of_texts([bytes(memoryview(canonical_bytes(value))) for value in values])


def cells_of_strings(texts: Sequence[str]) -> Cells:
    """A row per string."""
    return cells_of_texts([b'"%b"' % text for text in unquoted(texts)])


def unquoted(texts: Sequence[str]) -> list[bytes]:
    """The JSON texts of strings without their quotes: at once where nothing is to be escaped."""
    together = "\n".join(texts)
    if _ESCAPED.search(together) or together.count("\n") >= max(len(texts), 1):
        return [canonical_bytes(text)[1:-1] for text in texts]
    return together.encode().split(b"\n") if texts else []


def is_plain(text: str) -> bool:
    """Whether a string of these characters is its own JSON text but for the quotes, a byte per character."""
    return text.isascii() and canonical_bytes(text) == b'"%b"' % text.encode("ascii")


def strings(cells: Cells) -> list[str]:
    """The strings that the texts say."""
    return values(cells, exact=False)


def take(table: Cells, index: Ints) -> Cells:
    """The table's rows at the indices."""
    width = table.shape[1]
    return _rows(table).take(index).view(np.uint8).reshape(len(index), width)


def put(target: Cells, at: int, cells: Cells) -> None:
    """Copy the cells into the target's columns from ``at`` on."""
    _rows(target[:, at : at + cells.shape[1]])[:] = _rows(cells)


def put_at(target: Cells, lanes: Ints, at: int, cells: Cells) -> None:
    """Copy the cells into these lanes of the target, into its columns from ``at`` on."""
    _rows(target[:, at : at + cells.shape[1]])[lanes] = _rows(cells)


def blank(target: Cells, lanes: Ints, start: int, end: int) -> None:
    """Make holes of these lanes between two columns."""
    _rows(target[:, start:end])[lanes] = np.zeros((), dtype=f"V{end - start}")


def _rows(cells: Cells) -> NDArray[np.void]:
    """The same memory, each row one item: these are copied whole."""
    rows: NDArray[np.void] = cells.view(f"V{cells.shape[1]}")[:, 0]
    return rows


def beside(*parts: Cells, count: int | None = None) -> Cells:
    """The parts side by side; with a count of rows, a part of one row stands in every row."""
    count = len(parts[0]) if count is None else count
    out = np.empty((count, sum(part.shape[1] for part in parts)), dtype=np.uint8)
    at = 0
    for part in parts:
        width = part.shape[1]
        if len(part) == count:
            put(out, at, part)
        else:
            out[:, at : at + width] = part
        at += width
    return out


def replaced(cells: Cells, lanes: Ints, others: Cells) -> Cells:
    """The cells with others at these lanes: in place, or in a wider matrix where the others are wider."""
    width = others.shape[1]
    if width > cells.shape[1]:
        cells = beside(cells, np.zeros((1, width - cells.shape[1]), dtype=np.uint8), count=len(cells))
    elif width < cells.shape[1]:
        blank(cells, lanes, width, cells.shape[1])
    put_at(cells, lanes, 0, others)
    return cells


def united(count: int, parts: Sequence[tuple[Ints, Cells]]) -> Cells:
    """One column of ``count`` cells out of parts, each for other lanes; lanes of no part are holes."""
    out = np.zeros((count, max((cells.shape[1] for _, cells in parts), default=1)), dtype=np.uint8)
    for lanes, cells in parts:
        put_at(out, lanes, 0, cells)
    return out


def marked(cells: Cells, lanes: Ints) -> Cells:
    """The cells with the mark of failure on these lanes."""
    marks = np.zeros((len(cells), 1), dtype=np.uint8)
    marks[lanes] = ord(FAILED)
    return beside(marks, cells) if len(lanes) else cells


def packed(cells: Cells) -> Cells:
    """The same texts without holes before or within them."""
    held = cells != 0
    if not (held[:, 1:] > held[:, :-1]).any():
        return cells
    lengths = np.count_nonzero(held, axis=1)
    width = max(int(lengths.max(initial=0)), 1)
    out = np.zeros((len(cells), width), dtype=np.uint8)
    out[np.arange(width) < lengths[:, None]] = cells[held]
    return out


def joined(cells: Cells, end: bytes) -> bytes:
    """All texts, each with this byte behind it."""
    mark = np.frombuffer(end, dtype=np.uint8)[None, :]
    size = max(_CACHED // cells.shape[1], 1)
    return b"".join([_joined(cells[at : at + size], mark) for at in range(0, len(cells), size)])


def _joined(cells: Cells, mark: Cells) -> bytes:
    rows = beside(cells, mark, count=len(cells))
    held: NDArray[np.uint8] = rows[rows != 0]
    return held.tobytes()


def values(cells: Cells, *, exact: bool) -> list[Any]:
    """What the texts say; ``exact`` is needed where integers may lie beyond 64 bits."""
    return parsed(joined(cells, b"\n"), exact=exact)


def parsed(lines: bytes, *, exact: bool) -> list[Any]:
    """The values of JSON lines, marks of failure or not."""
    array = b"[" + lines[:-1].replace(b"\n", b",").replace(FAILED, b"") + b"]"
    out: list[Any] = (exact_loads if exact else orjson.loads)(array)
    return out
