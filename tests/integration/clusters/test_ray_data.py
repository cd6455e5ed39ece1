"""`Dataset.to_ray` on a real cluster of this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import pytest_specmint as sm
from pytest_specmint.clusters import shares
from pytest_specmint.errors import SchemaError
from tests.cluster_tables import COUNT, RECORDS, dataset, rows

ray = pytest.importorskip("ray", reason='to_ray is not tested: pip install "pytest-specmint[ray,pandas]"')
pytest.importorskip("pandas", reason='to_ray is not tested: pip install "pytest-specmint[ray,pandas]"')
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Ray's own
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[3]), prepend=":")
        ray.shutdown()  # whatever other tests of this process have left
        ray.init(
            address="local",
            num_cpus=2,
            include_dashboard=False,
            object_store_memory=200_000_000,
            log_to_driver=False,
            logging_level="error",
        )
        ray.data.DataContext.get_current().enable_progress_bars = False
        ray.data.DataContext.get_current().execution_options.preserve_order = True
        yield
        ray.shutdown()


def test_the_dataset_has_the_records_in_their_types() -> None:
    made = dataset().to_ray(partition_records=RECORDS)
    assert made.schema().base_schema.equals(dataset().to_arrow().schema)
    assert made.take_all() == rows(dataset())


def test_only_what_is_asked_for_is_made() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 9}}, "required": ["n"]}
    made = sm.generate(schema, count=1_000_000_000).to_ray(partition_records=1_000_000)
    assert made.count() == 1_000_000_000  # known without a record
    assert len(made.take(3)) == 3


def test_it_is_a_dataset_like_others() -> None:
    made = dataset().to_ray(partition_records=RECORDS)
    assert made.filter(lambda row: row["ok"]).count() == sum(each["ok"] for each in rows(dataset()))
    assert made.sum("small") == sum(each["small"] for each in rows(dataset()))
    assert made.count() == COUNT


def test_a_worker_with_another_engine_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "engine_digest", lambda: "9.9.9/99/0123456789abcdef")
    with pytest.raises(Exception, match=r"than this run \(pytest-specmint 9\.9\.9"):
        dataset().to_ray().take_all()


def test_what_has_no_columns_is_refused_at_once() -> None:
    with pytest.raises(SchemaError, match="columns are of objects"):
        sm.generate({"type": "integer"}, count=3).to_ray()
