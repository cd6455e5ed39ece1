"""Arrow IPC files (also known as Feather V2): typed columns as they lie in memory."""

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from pytest_specmint.errors import InvalidData
from pytest_specmint.rendering.columnar import Columnar, Sink, read_batches
from pytest_specmint.rendering.extras import needed
from pytest_specmint.rendering.format import Format
from pytest_specmint.schema.document import Schema

if TYPE_CHECKING:
    import pyarrow as pa

WHAT = "Arrow IPC"


class Arrow(Columnar):
    """An Arrow IPC file. The same version of pyarrow gives the same bytes for the same records."""

    what = WHAT

    def _begin(self, schema: "pa.Schema", sink: Sink) -> None:
        from pyarrow.ipc import new_file

        self._writer = new_file(sink, schema)

    def _write(self, group: "pa.Table") -> None:
        self._writer.write_table(group)

    def _end(self) -> None:
        self._writer.close()


def read(stream: IO[bytes], _schema: Schema | None) -> Iterator[bytes]:
    """The canonical lines of an Arrow IPC file; of one that others wrote, its values as JSON has them."""
    pa = needed("pyarrow", WHAT)
    from pyarrow.ipc import open_file

    try:
        file = open_file(stream)
        yield from read_batches(_batches(file), file.schema)
    except pa.ArrowException as error:
        raise InvalidData(f"not an Arrow file: {str(error).partition(chr(10))[0]}", hint="check the path") from None


def _batches(file: Any) -> "Iterator[pa.RecordBatch]":
    for i in range(file.num_record_batches):
        yield file.get_batch(i)


ARROW = Format("arrow", "arrow", "Arrow IPC: typed columns as they lie in memory", Arrow, read, columns=True)
