"""What formats of columns share: which columns, records into batches, and groups of them of a bounded size."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import partial
from io import RawIOBase
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_specmint.errors import InvalidData, SchemaError, UsageError
from pytest_specmint.rendering.ahead import Ahead
from pytest_specmint.rendering.extras import needed
from pytest_specmint.rendering.format import Lines, Task
from pytest_specmint.rendering.pieces import Pieces
from pytest_specmint.tables.derive import out_of_reach, record_of
from pytest_specmint.tables.types import Record
from pytest_specmint.tables.unfit import Misfit

if TYPE_CHECKING:
    import pyarrow as pa

PIECE = 4096
"""Records that are read at a time."""
GROUP = 1 << 16
"""Records of a row group (Parquet) or record batch (Arrow), at most."""
READERS = 2
"""Threads that read pieces."""
WAITING = 8
"""Pieces that may wait for them, or for what comes before them."""
GROUP_BYTES = 64 << 20
"""Bytes of canonical lines from which a group ends, however few its records are."""


def columns_for(
    task: Task, what: str, *, unsigned: bool = True, foreign: bool | None = None, any_size: bool = False
) -> Record:
    """The columns of a task's records; integers beyond 64 bits have some only where they may be of ``any_size``.

    Raises `UsageError` where no schema is known, and `SchemaError` for what has no columns.
    """
    if task.schema is None:
        raise UsageError(
            f"{what} has columns, and these come from a schema",
            hint="pass --schema FILE; specmint-cli schema infer makes one of a dataset",
        )
    record = record_of(task.schema, foreign=task.foreign if foreign is None else foreign)
    beyond = list(out_of_reach(record, unsigned=unsigned))
    if beyond and not any_size:
        others = "" if len(beyond) == 1 else f", and {len(beyond) - 1} more"
        raise SchemaError(
            f"{what} cannot hold integers beyond 64 bits: {beyond[0].name}{others}",
            pointer=beyond[0].place or task.schema.place,
            hint="narrow minimum and maximum, or write JSON Lines or CSV, which hold integers of any size",
        )
    return record


class Sink(RawIOBase):
    """Keeps what a writer wrote until it is taken away."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """How much was written, taken away or not."""
        return self._at

    def write(self, data: Any) -> int:
        """Keep the bytes."""
        part = bytes(data)
        self._parts.append(part)
        self._at += len(part)
        return len(part)

    def taken(self) -> bytes:
        """What was written since the last time."""
        found = b"".join(self._parts)
        self._parts = []
        return found


class Columnar(ABC):
    """Batches of records, in groups whose bounds follow from the records alone."""

    what = "a file of columns"

    def __init__(self, task: Task) -> None:
        needed("pyarrow", self.what)
        from pytest_specmint.tables.arrow import arrow_schema

        self._record = columns_for(task, self.what)
        self._schema = arrow_schema(self._record)
        self._index = task.start
        self._pieces = Pieces(PIECE)
        self._batches: Ahead[_Batch] = Ahead(READERS, WAITING)
        self._groups: Ahead[bytes] = Ahead(1, 1)
        self._group: list[pa.RecordBatch] = []
        self._rows = self._size = 0
        self._sink = Sink()
        self._begin(self._schema, self._sink)

    @abstractmethod
    def _begin(self, schema: "pa.Schema", sink: Sink) -> None:
        """Open a writer of the sink."""

    @abstractmethod
    def _write(self, group: "pa.Table") -> None:
        """Write a group, whose columns are of one piece each."""

    @abstractmethod
    def _end(self) -> None:
        """Close the writer."""

    def block(self, lines: Lines) -> bytes:
        """The bytes of groups that are complete; raises `InvalidData` that names a record that does not fit.

        What does not fit may be told a few blocks later: other threads read and write while the next records are made.
        """
        return b"".join([done for piece in self._pieces.add(lines) for done in self._add(piece)])

    def end(self) -> bytes:
        """The last group, and what comes after all of them."""
        rest = self._pieces.rest()
        done = [*(self._add(rest) if rest else ())]
        done += [written for batch in self._batches.rest() for written in self._take(batch)]
        done += [*self._flush(), *self._groups.rest()]
        self._end()
        return b"".join([*done, self._sink.taken()])

    def _add(self, piece: bytes) -> Iterator[bytes]:
        work = partial(self._read, piece, self._index)
        self._index += piece.count(b"\n")
        for batch in self._batches.add(work):
            yield from self._take(batch)

    def _read(self, piece: bytes, index: int) -> "_Batch":
        return _Batch(batch_at(self._record, self._schema, piece, index, self.what), len(piece))

    def _take(self, batch: "_Batch") -> Iterator[bytes]:
        self._group.append(batch.rows)
        self._rows += batch.rows.num_rows
        self._size += batch.size
        if self._rows + PIECE > GROUP or self._size >= GROUP_BYTES:
            yield from self._flush()

    def _flush(self) -> Iterator[bytes]:
        if self._group:
            yield from self._groups.add(partial(self._written, self._group))
        self._group, self._rows, self._size = [], 0, 0

    def _written(self, group: "list[pa.RecordBatch]") -> bytes:
        import pyarrow as pa

        self._write(pa.Table.from_batches(group, self._schema).combine_chunks())
        return self._sink.taken()


class _Batch(NamedTuple):
    rows: "pa.RecordBatch"
    size: int
    """Bytes of its lines."""


def batch_at(record: Record, schema: "pa.Schema", lines: bytes, index: int, what: str) -> "pa.RecordBatch":
    """A batch of lines, the first of which has this index; raises `InvalidData` that names the record which misfits."""
    from pytest_specmint.tables.batches import batch_of

    try:
        return batch_of(record, schema, lines)
    except Misfit as error:
        raise _unfit(record, schema, lines, index, what, error) from None


def _unfit(record: Record, schema: "pa.Schema", lines: bytes, index: int, what: str, error: Misfit) -> InvalidData:
    from pytest_specmint.tables.batches import batch_of

    for position, line in enumerate(lines.splitlines(keepends=True), index):
        try:
            batch_of(record, schema, line)
        except Misfit as found:
            return misfitting(position, what, found)
    return misfitting(index, what, error)


def misfitting(index: int, what: str, misfit: Misfit) -> InvalidData:
    """The error for a record that columns do not hold."""
    return InvalidData(
        f"record {index} does not fit {what}: {misfit.why}",
        pointer=misfit.pointer,
        hint="the schema lets the engine make no such value; JSON Lines hold it",
    )


def read_batches(batches: "Iterator[pa.RecordBatch]", schema: "pa.Schema") -> Iterator[bytes]:
    """The canonical lines of batches, block by block."""
    from pytest_specmint.tables.records import lines_of, record_in

    record = record_in(schema)
    for batch in batches:
        for at in range(0, batch.num_rows, PIECE):
            yield lines_of(batch.slice(at, PIECE), record)
