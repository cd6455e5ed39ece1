"""Renderings of records one by one: what most formats are."""

from abc import ABC, abstractmethod
from json import loads as exact_loads
from typing import Any

import orjson

from pytest_specmint.errors import InvalidData
from pytest_specmint.rendering.format import Lines, Task


class Unfit(Exception):
    """A record that a format cannot express: where, and why."""

    def __init__(self, pointer: str, why: str) -> None:
        super().__init__(why)
        self.pointer = pointer
        self.why = why


class RecordRendering(ABC):
    """Reads blocks, hands their records on one by one, and says of which record it is that something cannot be done."""

    what = "a record"
    """What each record becomes, for messages."""

    def __init__(self, task: Task) -> None:
        self._loads = exact_loads if task.exact else orjson.loads
        self._index = task.start

    def block(self, lines: Lines) -> bytes:
        """The bytes of the next records; raises `InvalidData` that names the record, its field and what is wrong."""
        made = []
        for line in bytes(lines).splitlines():
            try:
                made.append(self.record(self._loads(line)))
            except Unfit as error:
                raise InvalidData(
                    f"record {self._index} cannot be {self.what}: {error.why}",
                    pointer=error.pointer,
                    hint="narrow this field in the schema; the record alone is shown by --index",
                ) from None
            self._index += 1
        return b"".join(made)

    @abstractmethod
    def record(self, record: Any) -> bytes:
        """The bytes of one record; raises `Unfit`."""

    @abstractmethod
    def end(self) -> bytes:
        """The bytes that come after all records."""
