"""The writers: each turns blocks of canonical lines into files. A new one is a class and a row in a table."""

import os
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from pytest_specmint.job import Job
from pytest_specmint.output.blocks import Block
from pytest_specmint.output.manifest import DATASET_FILE, PROVENANCE_FILE, VIOLATIONS_FILE, Rendered
from pytest_specmint.rendering.format import Format, Lines, Rendering


class Writer(Protocol):
    """Receives the dataset's canonical lines block by block, in order."""

    def write(self, block: Block) -> None:
        """Take whole lines."""

    def close(self) -> None:
        """All lines have come; flush to disk."""


class JsonLines:
    """`dataset.jsonl`."""

    name = DATASET_FILE

    def __init__(self, directory: Path, _job: Job) -> None:
        self._file = (directory / self.name).open("wb")

    def write(self, block: Block) -> None:
        """Append the lines."""
        self._file.write(block.lines)

    def close(self) -> None:
        """Flush to disk."""
        with self._file:
            self._file.flush()
            os.fsync(self._file.fileno())


class Violations(JsonLines):
    """`violations.jsonl`: which keyword each near miss breaks, and where."""

    name = VIOLATIONS_FILE

    def write(self, block: Block) -> None:
        """Append the labels."""
        self._file.write(block.labels)


class Provenance(JsonLines):
    """`provenance.jsonl`: where each value comes from that a language model was asked for."""

    name = PROVENANCE_FILE

    def write(self, block: Block) -> None:
        """Append its lines."""
        self._file.write(block.provenance)


class RecordFiles:
    """`record_0001.json` and so on: one canonical line a file, numbered from 1 by the record's index."""

    def __init__(self, directory: Path, job: Job) -> None:
        self._prefix = f"{directory}{os.sep}record_"
        self._next = job.start + 1
        self._width = max(4, len(str(job.start + job.count)))

    def write(self, block: Block) -> None:
        """A file per line."""
        prefix, width = self._prefix, self._width
        for number, line in enumerate(bytes(block.lines).splitlines(keepends=True), self._next):
            descriptor = os.open(f"{prefix}{number:0{width}d}.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            try:
                rest = memoryview(line)
                while rest:  # a nearly full disk takes a part and fails on the next call only
                    rest = rest[os.write(descriptor, rest) :]
            finally:
                os.close(descriptor)
        self._next += block.records

    def close(self) -> None:
        """Nothing is open."""


class InFormat:
    """`dataset.x12` and the like: the same records in another format."""

    def __init__(self, directory: Path, form: Format, rendering: Rendering) -> None:
        self._file = (directory / form.file).open("wb")
        self._form = form
        self._rendering = rendering
        self._hasher = sha256()
        self._size = 0

    def write(self, block: Block) -> None:
        """Append what the lines become."""
        self._put(self._rendering.block(block.lines))

    def finish(self) -> Rendered:
        """Append what comes after all records; gives what was written."""
        self._put(self._rendering.end())
        return Rendered(self._form.name, self._form.file, self._size, self._hasher.hexdigest())

    def _put(self, made: Lines) -> None:
        self._file.write(made)
        self._hasher.update(made)
        self._size += len(made)

    def close(self) -> None:
        """Flush to disk."""
        with self._file:
            self._file.flush()
            os.fsync(self._file.fileno())


WRITERS: Mapping[str, Callable[[Path, Job], Writer]] = {
    "jsonl": JsonLines,
    "records": RecordFiles,
    "violations": Violations,
    "provenance": Provenance,
}
