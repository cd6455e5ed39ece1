"""`Dataset.to_dask` on a real cluster of this machine."""

from collections.abc import Iterator
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.clusters import shares
from pytest_specmint.errors import SchemaError, UsageError
from pytest_specmint.overrides.dataset import ComposedDataset
from pytest_specmint.parts.same_engine import OtherEngine
from tests.cluster_tables import COUNT, RECORDS, dataset

pytest.importorskip("dask.dataframe", reason='to_dask is not tested: pip install "pytest-specmint[dask,pandas]"')
distributed = pytest.importorskip("distributed", reason='to_dask is not tested: pip install "pytest-specmint[dask]"')
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Dask's own
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with (
        distributed.LocalCluster(2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50) as cluster,
        distributed.Client(cluster) as found,
    ):
        yield found


def test_the_frame_has_the_records_in_their_types(client: Any) -> None:
    expected = dataset().to_pandas()
    frame = dataset().to_dask(partition_records=RECORDS)
    assert (frame.npartitions, frame.divisions) == (3, (0, 1000, 2000, COUNT - 1))
    assert dict(frame.dtypes) == dict(expected.dtypes)
    assert frame.compute().equals(expected)


def test_partitions_are_made_when_they_are_asked_for(client: Any) -> None:
    frame = dataset().to_dask(partition_records=RECORDS)
    expected = dataset().to_pandas()
    assert frame.partitions[1].compute().equals(expected[1000:2000])
    assert frame.loc[2100:2101].compute().equals(expected[2100:2102])
    assert frame["small"].sum().compute() == expected["small"].sum()


def test_a_huge_frame_costs_nothing_until_it_is_used(client: Any) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 9}}, "required": ["n"]}
    frame = sm.generate(schema, count=10_000_000).to_dask()
    assert frame.npartitions == 153
    assert len(frame.partitions[152].compute()) == 10_000_000 - 152 * 65_536


def test_a_part_of_a_dataset(client: Any) -> None:
    part = dataset()[100:300]
    frame = part.to_dask(partition_records=150)  # type: ignore[union-attr]
    assert frame.compute().equals(dataset().to_pandas()[100:300].reset_index(drop=True))


def test_records_that_no_job_makes_again(client: Any) -> None:
    schema = {
        "type": "object",
        "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 9}},
        "required": ["n"],
        "additionalProperties": False,
    }
    changed = ComposedDataset(sm.generate(schema, count=3).job, b'{"n":1}\n{"n":2}\n{"n":3}\n', "/n")
    assert changed.to_dask(partition_records=2).compute()["n"].tolist() == [1, 2, 3]


def test_a_worker_with_another_engine_refuses(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "engine_digest", lambda: "9.9.9/99/0123456789abcdef")
    with pytest.raises(OtherEngine, match=r"than this run \(pytest-specmint 9\.9\.9"):
        dataset().to_dask().compute()


def test_what_has_no_columns_is_refused_at_once() -> None:
    with pytest.raises(SchemaError, match="columns are of objects"):
        sm.generate({"type": "integer"}, count=3).to_dask()


def test_partitions_without_records_are_refused() -> None:
    with pytest.raises(UsageError, match="partitions of 0 records"):
        dataset().to_dask(partition_records=0)
