"""The writers: each turns blocks of canonical lines into files. A new one is a class and a row in a table."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from pytest_specmint.job import Job
from pytest_specmint.output.blocks import Block
from pytest_specmint.output.manifest import DATASET_FILE, PROVENANCE_FILE, VIOLATIONS_FILE


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


WRITERS: Mapping[str, Callable[[Path, Job], Writer]] = {
    "jsonl": JsonLines,
    "records": RecordFiles,
    "violations": Violations,
    "provenance": Provenance,
}
