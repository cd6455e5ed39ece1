"""Lines cut anew: however a run is cut into blocks, a format's pieces begin and end at the same records."""

from collections.abc import Iterator

import numpy as np

from pytest_specmint.rendering.format import Lines

LARGEST = 8 << 20
"""Bytes from which a piece ends, however few its records are."""
_NEWLINE = ord("\n")


class Pieces:
    """Gathers lines, and gives them back so many records at a time."""

    def __init__(self, records: int) -> None:
        self._records = records
        self._kept: list[bytes] = []
        self._count = self._size = 0

    def add(self, lines: Lines) -> Iterator[bytes]:
        """The pieces that are complete with these lines."""
        if not lines:
            return
        ends = np.flatnonzero(np.frombuffer(lines, dtype=np.uint8) == _NEWLINE) + 1
        first = at = 0
        while first < len(ends):
            full = first + self._records - self._count  # records up to here, or bytes: whichever comes first
            large = int(np.searchsorted(ends, at + LARGEST - self._size)) + 1
            last = min(full, large)
            if last > len(ends):
                break
            end = int(ends[last - 1])
            yield b"".join([*self._kept, bytes(lines[at:end])])
            self._kept, self._count, self._size = [], 0, 0
            first, at = last, end
        if first < len(ends):
            left = bytes(lines[at:])
            self._kept.append(left)
            self._count += len(ends) - first
            self._size += len(left)

    def rest(self) -> bytes:
        """What is left, less than a piece."""
        return b"".join(self._kept)


class Chunks:
    """Gathers bytes, and gives them back so many at a time."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept = bytearray()

    def add(self, data: Lines) -> Iterator[bytes]:
        """The chunks that are complete with these bytes."""
        self._kept += data
        whole = len(self._kept) - len(self._kept) % self._size
        for at in range(0, whole, self._size):
            yield bytes(self._kept[at : at + self._size])
        del self._kept[:whole]

    def rest(self) -> bytes:
        """What is left, less than a chunk."""
        return bytes(self._kept)
