"""`Dataset.to_spark` in a real session of this machine."""

import os
import shutil
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.clusters import shares
from pytest_specmint.errors import SchemaError
from tests.cluster_tables import COUNT, RECORDS, dataset, rows

pytest.importorskip("pyspark", reason='to_spark is not tested: pip install "pytest-specmint[spark]"')
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="to_spark is not tested: it needs Java"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Spark's own
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
TYPES = {
    "any": "string",
    "at": "timestamp",
    "day": "date",
    "id": "decimal(20,0)",
    "lines": "array<struct<no:decimal(20,0),tags:array<string>>>",
    "note": "string",
    "ok": "boolean",
    "price": "decimal(6,2)",
    "ratio": "double",
    "small": "bigint",
    "who": "struct<big:decimal(20,0),name:string>",
}


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").appName("tests").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    found = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    found.sparkContext.setLogLevel("OFF")
    yield found
    found.stop()


def plain(value: Any) -> Any:
    """Rows and Arrow's values as one."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value


def test_the_frame_has_the_records_in_their_types(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = dataset().to_spark(session, partition_records=RECORDS)
    assert dict(frame.dtypes) == TYPES
    assert {each.name for each in frame.schema if not each.nullable} == {"day", "id", "lines", "ok", "price", "small"}
    assert frame.rdd.getNumPartitions() == 3
    frame.createOrReplaceTempView("records")
    instants = session.sql("select *, unix_micros(at) as micros from records").drop("at")
    expected = rows(dataset())
    for row, record in zip(instants.collect(), expected, strict=True):
        found = row.asDict(recursive=True)
        at = record.pop("at")
        assert found.pop("micros") == (None if at is None else round(at.timestamp() * 1_000_000))
        assert plain(found) == plain(record)


def test_queries(session: Any) -> None:
    frame = dataset().to_spark(session, partition_records=RECORDS)
    expected = rows(dataset())
    assert frame.count() == COUNT
    assert frame.filter("ok").count() == sum(each["ok"] for each in expected)
    assert frame.selectExpr("sum(size(lines))").first()[0] == sum(len(each["lines"]) for each in expected)


def test_a_huge_frame_costs_nothing_until_it_is_used(session: Any) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 9}}, "required": ["n"]}
    frame = sm.generate(schema, count=1_000_000_000).to_spark(session, partition_records=1_000_000)
    assert frame.rdd.getNumPartitions() == 1000
    assert frame.select("n").first()[0] in range(10)


def test_a_worker_with_another_engine_refuses(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyspark.errors import PySparkException

    monkeypatch.setattr(shares, "engine_digest", lambda: "9.9.9/99/0123456789abcdef")
    with pytest.raises(PySparkException, match=r"than this run \(pytest-specmint 9\.9\.9"):
        dataset().to_spark(session).count()


def test_what_has_no_columns_is_refused_at_once(session: Any) -> None:
    with pytest.raises(SchemaError, match="columns are of objects"):
        sm.generate({"type": "integer"}, count=3).to_spark(session)
