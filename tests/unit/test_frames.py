"""Datasets as Arrow batches and data frames."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm

pa = pytest.importorskip("pyarrow")
ORDERS = {
    "type": "object",
    "required": ["id", "at", "price"],
    "properties": {
        "id": {"type": "integer", "minimum": 0},
        "at": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
        "price": {"type": "number", "minimum": 1, "maximum": 99, "multipleOf": 0.01},
        "note": {"type": ["string", "null"]},
        "lines": {
            "type": "array",
            "items": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}},
        },
    },
}


@pytest.fixture
def dataset() -> sm.Dataset:
    return sm.generate(ORDERS, count=10_000, seed=5)


def test_arrow_is_lazy_and_typed(dataset: sm.Dataset) -> None:
    reader = dataset.to_arrow()
    assert reader.schema.names == ["at", "day", "id", "lines", "note", "price"]
    assert reader.schema.field("price").type == pa.decimal128(4, 2)
    first = next(reader)
    assert first.num_rows == 8192
    first.validate(full=True)
    row, record = first.slice(0, 1).to_pylist()[0], dataset[0]
    assert row["price"] == Decimal(repr(record["price"]))
    assert row["at"] == datetime.fromisoformat(record["at"])
    assert row["lines"] == record.get("lines")


def test_batches_are_made_as_they_are_read() -> None:
    huge = sm.generate(ORDERS, count=10**12)
    assert next(huge.to_arrow()).num_rows == 8192


def test_arrow_holds_every_record(dataset: sm.Dataset) -> None:
    rows = dataset.to_arrow().read_all().to_pylist()
    assert len(rows) == 10_000
    for row, record in islice(zip(rows, dataset, strict=True), 500):
        assert row["id"] == record["id"]
        assert row["note"] == record.get("note")
        assert row["day"] == (date.fromisoformat(record["day"]) if "day" in record else None)


def test_duckdb_asks_the_reader(dataset: sm.Dataset) -> None:
    duckdb = pytest.importorskip("duckdb")
    orders = dataset.to_arrow()
    assert orders is not None
    ((total,),) = duckdb.sql("SELECT sum(price) FROM orders").fetchall()
    assert total == sum(Decimal(repr(each["price"])) for each in dataset)


def test_pandas(dataset: sm.Dataset) -> None:
    pd = pytest.importorskip("pandas")
    frame = dataset.to_pandas()
    assert frame.shape == (10_000, 6)
    assert str(frame.dtypes["at"]) == "timestamp[us, tz=UTC][pyarrow]"
    assert str(frame.dtypes["id"]) == "int64[pyarrow]"
    assert frame["id"].tolist() == [each["id"] for each in dataset]
    plain = dataset.to_pandas(types_mapper=None)
    assert plain["id"].dtype == "int64"
    assert pd.api.types.is_datetime64_any_dtype(plain["at"])


def test_polars(dataset: sm.Dataset) -> None:
    pl = pytest.importorskip("polars")
    frame = dataset.to_polars()
    assert frame.shape == (10_000, 6)
    assert frame.schema["at"] == pl.Datetime("us", "UTC")
    assert frame.schema["lines"] == pl.List(pl.Struct({"n": pl.Int64}))
    assert frame["note"].null_count() == sum(each.get("note") is None for each in dataset)
    assert frame["at"][0] == datetime.fromisoformat(dataset[0]["at"]).astimezone(UTC)


def test_an_empty_dataset_has_columns_too() -> None:
    table = sm.generate(ORDERS, count=1)[0:0]
    assert table == []  # a slice of nothing is a list; a job makes one record at least


def test_records_of_any_kind_have_no_table() -> None:
    with pytest.raises(sm.SchemaError, match="columns are of objects"):
        sm.generate({"type": "integer"}).to_arrow()


# ---------------------------------------------------------------- reading and rendering


@pytest.mark.parametrize(
    "name", ["jsonl", "jsonl.gz", "jsonl.zst", "json", "csv", "parquet", "arrow", "sql", "copy.sql"]
)
def test_read_records_finds_the_format_by_the_name(tmp_path: Path, name: str, dataset: sm.Dataset) -> None:
    pytest.importorskip("zstandard")
    path, some = tmp_path / f"orders.{name}", dataset[:300]
    path.write_bytes(sm.render(some, name.removesuffix(".sql")))
    assert list(sm.read_records(path, schema=ORDERS)) == list(some)
    assert sm.validate(ORDERS, path)
    other = tmp_path / "orders"
    path.rename(other)
    assert list(sm.read_records(other, schema=ORDERS, format=name.removesuffix(".sql"))) == list(some)


def test_formats_that_are_only_written(tmp_path: Path) -> None:
    with pytest.raises(sm.UsageError, match="format x12 cannot be read"):
        sm.read_records(tmp_path / "claims.x12", format="x12")


@pytest.mark.parametrize("options", [{}, {"format": "parquet"}])
def test_files_that_are_not_there(tmp_path: Path, options: Any) -> None:
    with pytest.raises(sm.OutputError, match="cannot read dataset"):
        list(sm.read_records(tmp_path / "none.jsonl", **options))


def test_values_are_rendered_by_a_schema() -> None:
    records = [{"id": 1, "at": "soon", "price": 2.5, "other": None}, {}]
    made = sm.render(records, "csv", schema=ORDERS)
    assert made.decode() == ('at,day,id,lines,note,price,_rest\nsoon,,1,,,2.5,"{""other"":null}"\n,,,,,,\n')
    with pytest.raises(sm.UsageError, match="come from a schema"):
        sm.render(records, "csv")


def test_values_that_were_given_from_outside_need_not_fit(tmp_path: Path) -> None:
    from pytest_specmint.output.formats import task_of

    dataset = sm.generate(ORDERS, count=3)
    assert not dataset.is_changed
    assert task_of(dataset.job, foreign=True).foreign
