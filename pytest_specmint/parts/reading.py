"""A dataset in parts, read as one stream of lines."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

from pytest_specmint.errors import InvalidData, UsageError
from pytest_specmint.output.manifest import MANIFEST_FILE
from pytest_specmint.parts.description import parts_of
from pytest_specmint.parts.sink import CHUNK, Sink, sink_at
from pytest_specmint.rendering.reading import lines_in
from pytest_specmint.rendering.table import format_of_file
from pytest_specmint.schema.document import Schema


class Stream:
    """Bytes that come in chunks, to be read as a file is."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def read(self, _size: int = -1) -> bytes:
        """The next bytes, however many; none at the end."""
        return next(self._chunks, b"")


@contextmanager
def joined(target: str, schema: Schema | None = None) -> Iterator[Stream | None]:
    """The lines of all parts of a directory or URL in order; None where there is no dataset in parts.

    Some formats are read by the schema. Raises `InvalidData` for a manifest that is damaged, `UsageError` for parts
    that cannot be read, `OutputError`.
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
    strange = next((file for file in files if not _is_read(file)), None)
    if strange is not None:
        raise UsageError(f"{target}: {strange} cannot be read", hint="read it with what its format is made for")
    chunks = _chunks(sink, files, schema)
    try:
        yield Stream(chunks)
    finally:
        chunks.close()


def _is_read(file: str) -> bool:
    form = format_of_file(file)
    return file.endswith(".jsonl") if form is None else form.read is not None


def _chunks(sink: Sink, files: list[str], schema: Schema | None) -> Generator[bytes, None, None]:
    for name in files:
        with sink.opened(name) as file, lines_in(file, name, schema) as stream:
            while data := stream.read(CHUNK):
                yield data
