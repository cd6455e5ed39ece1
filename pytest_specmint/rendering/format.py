"""What an output format is: a name, a file's ending, and how canonical lines become its bytes."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import IO, Protocol

from msgspec import Struct

from pytest_specmint.schema.document import Schema

_ENDING = re.compile(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*")
Lines = bytes | memoryview
"""Whole canonical JSON lines; a view is to be used before the next block is asked for."""


class Task(Struct, frozen=True):
    """What a format may know of the records that come. Its bytes are to follow from this and from the records alone."""

    as_of: date
    """The day that counts as today: no format looks at a clock."""
    seed: int = 0
    start: int = 0
    """Index of the first record."""
    schema: Schema | None = None
    """What the records are valid for, where that is known."""
    exact: bool = True
    """Whether there may be integers beyond 64 bits, so that a reader must take them in full."""
    foreign: bool = False
    """Whether records may be others than the engine makes of the schema: a file's, or a language model's."""


class Rendering(Protocol):
    """The bytes of one run, in order and in flat memory."""

    def block(self, lines: Lines) -> Lines:
        """The bytes of the next records; they may be kept back until `end`."""

    def end(self) -> bytes:
        """The bytes that come after all records."""


Reader = Callable[[IO[bytes], Schema | None], Iterator[bytes]]
"""From a file that can be searched (it need not be at its beginning any more) to canonical lines, block by block.

The schema is the records', for formats that do not tell texts from other values; None where it is not known.
"""


class Format(Struct, frozen=True):
    """A form in which records are written. Entry points and packs bring such objects."""

    name: str
    """As in ``--format``."""
    ending: str
    """Of the file: ``dataset.`` and this."""
    title: str
    """One line for people."""
    begin: Callable[[Task], Rendering]
    """Raises `SchemaError` where records of the schema cannot be written so, before anything is."""
    read: Reader | None = None
    """Gives the records back, where that can be done. Raises `InvalidData` for a file that is none of the format."""
    columns: bool = False
    """Whether it has columns, which come from a schema: then the task needs one."""

    def __post_init__(self) -> None:
        if not _ENDING.fullmatch(self.ending) or (self.ending == "jsonl") != (self.name == "jsonl"):
            raise ValueError(f"{self.ending!r} cannot be the ending of format {self.name!r}: letters, digits and dots")

    @property
    def file(self) -> str:
        """The name of the file in a dataset's directory."""
        return f"dataset.{self.ending}"
