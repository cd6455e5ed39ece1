"""A dataset as a Dask data frame: every partition is a task that any worker carries out."""

from typing import TYPE_CHECKING, Any

from pytest_specmint.clusters.shares import Share, Source, Table, batches
from pytest_specmint.rendering.extras import needed

if TYPE_CHECKING:
    import pandas as pd

WHAT = "a Dask data frame"


def dask_frame(table: Table) -> Any:
    """The data frame; its index says the records' positions, so that divisions are known."""
    types = needed("pandas", WHAT).ArrowDtype
    dask, frames = needed("dask", WHAT), needed("dask.dataframe", WHAT)
    source = dask.delayed(table.source, name=f"specmint-source-{dask.base.tokenize(table.source.content)}")
    make = dask.delayed(_partition, pure=True)
    meta = table.schema.empty_table().to_pandas(types_mapper=types)
    meta.index = meta.index.astype("int64")
    divisions = [each.first for each in table.shares]
    last = table.shares[-1].first + table.shares[-1].count - 1
    return frames.from_delayed(
        [make(source, share) for share in table.shares], meta=meta, divisions=(*divisions, last), verify_meta=False
    )


def _partition(source: Source, share: Share) -> "pd.DataFrame":
    import pandas as pd

    frame = batches(source, share).read_all().to_pandas(types_mapper=pd.ArrowDtype)
    frame.index = pd.RangeIndex(share.first, share.first + share.count)
    return frame
