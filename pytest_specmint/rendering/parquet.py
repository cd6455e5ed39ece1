"""Parquet: typed columns, compressed, in row groups of a bounded size."""

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from pytest_specmint.errors import InvalidData
from pytest_specmint.rendering.columnar import GROUP, Columnar, Sink, read_batches
from pytest_specmint.rendering.extras import needed
from pytest_specmint.rendering.format import Format
from pytest_specmint.schema.document import Schema

if TYPE_CHECKING:
    import pyarrow as pa

WHAT = "Parquet"
DICTIONARY = 1 << 16
"""Bytes of a column's different values up to which it is written as a dictionary: beyond, plain pages are smaller."""


class Parquet(Columnar):
    """A Parquet file. The same version of pyarrow gives the same bytes for the same records."""

    what = WHAT

    def _begin(self, schema: "pa.Schema", sink: Sink) -> None:
        from pyarrow.parquet import ParquetWriter

        self._writer = ParquetWriter(
            sink, schema, version="2.6", compression="zstd", store_schema=True, dictionary_pagesize_limit=DICTIONARY
        )

    def _write(self, group: "pa.Table") -> None:
        self._writer.write_table(group, row_group_size=group.num_rows)

    def _end(self) -> None:
        self._writer.close()


def read(stream: IO[bytes], _schema: Schema | None) -> Iterator[bytes]:
    """The canonical lines of a Parquet file; of one that others wrote, its values as JSON has them."""
    pa = needed("pyarrow", WHAT)
    from pyarrow.parquet import ParquetFile

    try:
        file = ParquetFile(stream)
        yield from read_batches(file.iter_batches(batch_size=GROUP), file.schema_arrow)
    except pa.ArrowException as error:
        raise InvalidData(f"not a Parquet file: {str(error).partition(chr(10))[0]}", hint="check the path") from None


PARQUET = Format("parquet", "parquet", "Parquet: typed columns, compressed", Parquet, read, columns=True)
