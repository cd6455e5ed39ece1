"""What formats of rows share: the layout of a task, rows of pieces, and errors that name the record."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from pytest_specmint.errors import UsageError
from pytest_specmint.rendering.columnar import columns_for, misfitting
from pytest_specmint.rendering.format import Lines, Task
from pytest_specmint.rendering.pieces import Pieces
from pytest_specmint.schema.document import Schema
from pytest_specmint.tables.derive import record_of
from pytest_specmint.tables.flat import Column, Layout, layout_of
from pytest_specmint.tables.rows import Converter, Failed, Row, Rows
from pytest_specmint.tables.types import Record


class FlatRendering(ABC):
    """Rows of cells, so many records at a time."""

    what = "rows"
    together = 512
    """Records of a piece: an INSERT statement holds one."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._layout = self.layout(self.record(task), task)
        self._rows = Rows(self._layout, self.converter)
        self._pieces = Pieces(self.together)
        self._index = task.start
        self._head = self.head()

    def record(self, task: Task) -> Record:
        """The record of the task's schema; raises as `columns_for`."""
        return columns_for(task, self.what, unsigned=False, foreign=False)

    @abstractmethod
    def layout(self, record: Record, task: Task) -> Layout:
        """The columns."""

    @abstractmethod
    def converter(self, column: Column) -> Converter:
        """What makes a column's cells."""

    @abstractmethod
    def head(self) -> bytes:
        """What comes before all rows."""

    @abstractmethod
    def written(self, rows: Sequence[Row]) -> bytes:
        """The bytes of a piece's rows."""

    def tail(self) -> bytes:
        """What comes after all rows."""
        return b""

    def block(self, lines: Lines) -> bytes:
        """The bytes of pieces that are complete; raises `InvalidData` that names a record which does not fit."""
        head, self._head = self._head, b""
        return head + b"".join(map(self._made, self._pieces.add(lines)))

    def end(self) -> bytes:
        """The last piece, and what comes after it."""
        head, self._head = self._head, b""
        rest = self._pieces.rest()
        return head + (self._made(rest) if rest else b"") + self.tail()

    def _made(self, piece: bytes) -> bytes:
        try:
            rows = list(self._rows.of(piece))
        except Failed as error:
            raise misfitting(self._index + error.position, self.what, error.misfit) from None
        self._index += len(rows)
        return self.written(rows)


def known(schema: Schema | None, what: str) -> Record:
    """The record of a schema, to read by; raises `UsageError` where there is none."""
    if schema is None:
        raise UsageError(
            f"{what} does not tell texts from other values: to be read it needs the schema", hint="pass --schema FILE"
        )
    return record_of(schema)


def read_layout(schema: Schema | None, what: str) -> Layout:
    """The columns of a schema's rows, whether there is a rest or not."""
    return layout_of(known(schema, what), rest=True)
