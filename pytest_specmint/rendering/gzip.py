"""JSON Lines, compressed with gzip. The header names no file and no time."""

import gzip
import zlib
from collections.abc import Iterator
from typing import IO, cast

from pytest_specmint.errors import InvalidData
from pytest_specmint.rendering.format import Format, Lines, Task
from pytest_specmint.rendering.pieces import Chunks
from pytest_specmint.schema.document import Schema

CHUNK = 1 << 20
LEVEL = 6
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Deflate, no flags, time 0, nothing about the level, unknown system."""


class Gzip:
    """One gzip member. The same zlib gives the same bytes for the same records: it always sees chunks of one size."""

    def __init__(self, _task: Task) -> None:
        self._chunks = Chunks(CHUNK)
        self._deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._checksum = self._size = 0
        self._header = _HEADER

    def block(self, lines: Lines) -> bytes:
        """What is compressed so far."""
        header, self._header = self._header, b""
        return header + b"".join(map(self._compressed, self._chunks.add(lines)))

    def end(self) -> bytes:
        """What is left, and checksum and size."""
        header, self._header = self._header, b""
        last = self._compressed(self._chunks.rest()) + self._deflate.flush()
        size = self._size & 0xFFFFFFFF
        return header + last + self._checksum.to_bytes(4, "little") + size.to_bytes(4, "little")

    def _compressed(self, data: bytes) -> bytes:
        self._checksum = zlib.crc32(data, self._checksum)
        self._size += len(data)
        return self._deflate.compress(data)


def read(stream: IO[bytes], _schema: Schema | None) -> Iterator[bytes]:
    """The bytes of a gzip file."""
    try:
        with cast("IO[bytes]", gzip.open(stream)) as file:
            yield from iter(lambda: file.read(CHUNK), b"")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InvalidData(f"not a gzip file: {error}", hint="check the path") from None


GZIP = Format("jsonl.gz", "jsonl.gz", "canonical JSON Lines, compressed with gzip", Gzip, read)
