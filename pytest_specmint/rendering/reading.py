"""The canonical lines of files in any format of this package, as streams of bytes."""

import gzip
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, cast

from pytest_specmint.rendering.format import Reader
from pytest_specmint.rendering.table import format_of_file
from pytest_specmint.schema.document import Schema

CHUNK = 1 << 20


class LineStream:
    """Blocks of lines, read as a file is: so many bytes at a time."""

    def __init__(self, file: IO[bytes], blocks: Iterator[bytes]) -> None:
        self._file = file
        self._blocks = blocks

    def read(self, _size: int = -1) -> bytes:
        """The next block, of whatever size it is; nothing at the end."""
        return next(filter(None, self._blocks), b"")

    def __enter__(self) -> "LineStream":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()


def opened(path: Path, schema: Schema | None = None) -> IO[bytes]:
    """The lines of a file, of the format that its name says: JSON Lines where it says none.

    ``schema`` is what the records are valid for; some formats are read by it. Raises `OSError`, and while lines are
    read `InvalidData` where the file is none of its format, `UsageError` where a schema or a library is needed.
    """
    file = path.open("rb")
    try:
        return lines_in(file, path.name, schema)
    except BaseException:
        file.close()
        raise


def lines_in(file: IO[bytes], name: str, schema: Schema | None = None) -> IO[bytes]:
    """The lines of an open file of this name, which can be searched; closing them closes it. Raises as `opened`."""
    form = format_of_file(name)
    if form is None or form.read is None or (form.name == "json" and not _is_array(file)):
        return file
    if form.name == "jsonl.gz":  # its failures are those of reading, as they were before there were formats
        unpacked = cast("IO[bytes]", gzip.GzipFile(fileobj=file))
        return cast("IO[bytes]", LineStream(file, iter(lambda: unpacked.read(CHUNK), b"")))
    return stream_of(file, form.read, schema)


def stream_of(file: IO[bytes], read: Reader, schema: Schema | None) -> IO[bytes]:
    """The lines of an open file."""
    return cast("IO[bytes]", LineStream(file, read(file, schema)))


def _is_array(file: IO[bytes]) -> bool:
    """Whether a JSON file is one array, and not JSON Lines under another name; the file is at its beginning again."""
    first = file.readline()
    while first and not first.strip():
        first = file.readline()
    array = first.lstrip().startswith(b"[")
    if array and file.read(1):  # more lines follow: an array of its own on the first one is a record
        with suppress(ValueError):
            json.loads(first)
            array = False
    file.seek(0)
    return array
