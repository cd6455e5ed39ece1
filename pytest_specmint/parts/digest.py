"""The tree digest of a dataset: the same however it was cut into files, by whomever, and in whatever format.

A leaf is the SHA-256 of the canonical lines of up to 65,536 consecutive records; leaves are aligned at the dataset's
first record. The root is the SHA-256 of a line ``start count sha256`` for each leaf in order: decimal indices, the
leaf's digest in hexadecimal, single spaces, a newline after each.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from msgspec import Struct

from pytest_specmint.parts.layout import LEAF
from pytest_specmint.rendering.format import Lines


class Leaf(Struct, frozen=True):
    """The digest of some consecutive records."""

    start: int
    count: int
    sha256: str


def root(leaves: Iterable[Leaf]) -> str:
    """The digest of the whole, of leaves in order."""
    hasher = sha256()
    for leaf in leaves:
        hasher.update(b"%d %d %s\n" % (leaf.start, leaf.count, leaf.sha256.encode()))
    return hasher.hexdigest()


def leaves_from(start: int, count: int, digests: Iterable[str]) -> tuple[Leaf, ...]:
    """The leaves of a range that begins with one, of their digests in order."""
    end = start + count
    return tuple(
        Leaf(first, min(LEAF, end - first), each) for first, each in zip(range(start, end, LEAF), digests, strict=True)
    )


class Leaves:
    """Takes canonical lines in order, in blocks of any size, and keeps the leaves' digests."""

    def __init__(self, start: int, origin: int | None = None) -> None:
        self._origin: Final = start if origin is None else origin
        self._first = self._next = start
        self._hasher = sha256()
        self._done: list[Leaf] = []

    def add(self, lines: Lines, records: int) -> None:
        """The next whole lines, of so many records."""
        rest = memoryview(lines)
        while records > (room := LEAF - (self._next - self._origin) % LEAF):
            end = _after(rest, room)
            self._take(rest[:end], room)
            rest, records = rest[end:], records - room
        self._take(rest, records)

    def _take(self, lines: memoryview, records: int) -> None:
        self._hasher.update(lines)
        self._next += records
        if (self._next - self._origin) % LEAF == 0:
            self._close()

    def _close(self) -> None:
        if self._next > self._first:
            self._done.append(Leaf(self._first, self._next - self._first, self._hasher.hexdigest()))
        self._first, self._hasher = self._next, sha256()

    def finished(self) -> tuple[Leaf, ...]:
        """All leaves, the last one perhaps short."""
        self._close()
        return tuple(self._done)


def _after(lines: memoryview, records: int) -> int:
    """Where the first so many lines end."""
    text, at = bytes(lines), 0
    for _ in range(records):
        at = text.index(b"\n", at) + 1
    return at
