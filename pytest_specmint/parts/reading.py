"""A dataset in parts, read as one stream of lines."""

import gzip
import json
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import IO, Any, cast

from pytest_specmint.errors import InvalidData, UsageError
from pytest_specmint.output.manifest import MANIFEST_FILE
from pytest_specmint.parts.description import parts_of
from pytest_specmint.parts.sink import CHUNK, Sink, sink_at

_READ = ("jsonl", "jsonl.gz")
"""Endings of files that are lines."""


class Stream:
    """Bytes that come in chunks, to be read as a file is."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def read(self, _size: int = -1) -> bytes:
        """The next bytes, however many; none at the end."""
        return next(self._chunks, b"")


@contextmanager
def joined(target: str) -> Iterator[Stream | None]:
    """The lines of all parts of a directory or URL in order; None where there is no dataset in parts.

    Raises `InvalidData` for a manifest that is damaged, `UsageError` for parts that are not lines, `OutputError`.
    """
    sink = sink_at(target)
    data = sink.read(MANIFEST_FILE)
    try:
        manifest: Any = None if data is None else json.loads(data)
        files = [part.file for part in parts_of(manifest)] if isinstance(manifest, dict) and "parts" in manifest else []
    except (ValueError, KeyError, TypeError):
        raise InvalidData(f"{target}: its {MANIFEST_FILE} is damaged", hint="make this dataset again") from None
    if not files:
        yield None
        return
    strange = next((file for file in files if file.partition(".")[2] not in _READ), None)
    if strange is not None:
        raise UsageError(f"{target}: {strange} is not JSON Lines", hint="read it with what its format is made for")
    chunks = _chunks(sink, files)
    try:
        yield Stream(chunks)
    finally:
        chunks.close()


def _unpacked(file: IO[bytes], name: str) -> AbstractContextManager[IO[bytes]]:
    return cast("AbstractContextManager[IO[bytes]]", gzip.open(file)) if name.endswith(".gz") else nullcontext(file)


def _chunks(sink: Sink, files: list[str]) -> Generator[bytes, None, None]:
    for name in files:
        with sink.opened(name) as file, _unpacked(file, name) as stream:
            while data := stream.read(CHUNK):
                yield data
