"""A dataset as one of Ray Data's: a read task for each partition."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pytest_specmint.clusters.shares import Share, Table, batches
from pytest_specmint.rendering.extras import needed

if TYPE_CHECKING:
    import pyarrow as pa

WHAT = "a dataset of Ray Data"


def ray_dataset(table: Table) -> Any:
    """The dataset; Ray is started as its functions do, where it is not there."""
    needed("ray", WHAT)
    needed("pandas", WHAT)
    from ray import put
    from ray.data import Datasource, ReadTask, read_datasource
    from ray.data.block import BlockMetadata

    source = put(table.source)  # sent to each machine once

    class Specmint(Datasource):  # type: ignore[misc]
        """Read tasks from ranges."""

        def estimate_inmemory_data_size(self) -> int | None:
            return None

        def get_read_tasks(self, parallelism: int, *_: Any, **__: Any) -> list[Any]:
            return [
                ReadTask(
                    _reader(source, share),
                    BlockMetadata(num_rows=share.count, size_bytes=None, input_files=None, exec_stats=None),
                    table.schema,
                )
                for share in table.shares
            ]

    return read_datasource(Specmint(), override_num_blocks=len(table.shares))


def _reader(source: Any, share: Share) -> "Callable[[], Iterator[pa.Table]]":
    def read() -> "Iterator[pa.Table]":
        import pyarrow as pa
        from ray import get

        for batch in batches(get(source), share):
            yield pa.Table.from_batches([batch])

    return read
