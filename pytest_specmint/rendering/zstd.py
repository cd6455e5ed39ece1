"""JSON Lines, compressed with Zstandard."""

from collections.abc import Iterator
from typing import IO

from pytest_specmint.errors import InvalidData
from pytest_specmint.rendering.extras import needed
from pytest_specmint.rendering.format import Format, Lines, Task
from pytest_specmint.rendering.pieces import Chunks
from pytest_specmint.schema.document import Schema

CHUNK = 1 << 20
LEVEL = 3
WHAT = "Zstandard"


class Zstd:
    """One frame. The same libzstd gives the same bytes for the same records: it always sees chunks of one size."""

    def __init__(self, _task: Task) -> None:
        self._chunks = Chunks(CHUNK)
        self._frame = needed("zstandard", WHAT).ZstdCompressor(LEVEL, write_checksum=True).compressobj()

    def block(self, lines: Lines) -> bytes:
        """What is compressed so far."""
        return b"".join(map(self._frame.compress, self._chunks.add(lines)))

    def end(self) -> bytes:
        """What is left, and the frame's end."""
        return bytes(self._frame.compress(self._chunks.rest()) + self._frame.flush())


def read(stream: IO[bytes], _schema: Schema | None) -> Iterator[bytes]:
    """The bytes of a Zstandard file, of one frame or more."""
    zstandard = needed("zstandard", WHAT)
    try:
        with zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True, closefd=False) as file:
            yield from iter(lambda: file.read(CHUNK), b"")
    except zstandard.ZstdError as error:
        raise InvalidData(f"not a Zstandard file: {error}", hint="check the path") from None


ZSTD = Format("jsonl.zst", "jsonl.zst", "canonical JSON Lines, compressed with Zstandard", Zstd, read)
