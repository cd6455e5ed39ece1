"""A dataset as a Spark data frame: every partition is a task that calls ``mapInArrow``."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pytest_specmint.clusters.shares import Table, batches
from pytest_specmint.rendering.extras import needed

if TYPE_CHECKING:
    import pyarrow as pa

WHAT = "a Spark data frame"
_DIGITS = 20
"""Of the decimals that hold what Spark has no integers for: those from 0 to 2⁶⁴ - 1."""


def spark_frame(table: Table, session: Any) -> Any:
    """The data frame; workers make its partitions when it is used."""
    needed("pyspark", WHAT)
    shared = session.sparkContext.broadcast((table.source, table.shares))  # sent to each executor once
    schema = _schema(table.schema)
    positions = session.range(0, len(table.shares), 1, len(table.shares))
    return positions.mapInArrow(_maker(shared, schema), spark_type(schema))


def _maker(shared: Any, schema: "pa.Schema") -> "Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]":
    def make(asked: "Iterable[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        source, shares = shared.value
        for batch in asked:
            for position in batch.column(0).to_pylist():
                for each in batches(source, shares[position]):
                    yield each if each.schema.equals(schema) else _cast(each, schema)

    return make


def _cast(batch: "pa.RecordBatch", schema: "pa.Schema") -> "pa.RecordBatch":
    import pyarrow as pa

    found: pa.RecordBatch = pa.Table.from_batches([batch]).cast(schema).to_batches()[0]
    return found


def _schema(schema: "pa.Schema") -> "pa.Schema":
    """The Arrow types that Spark takes."""
    import pyarrow as pa

    return pa.schema([_field(each) for each in schema])


def _field(field: "pa.Field") -> "pa.Field":
    import pyarrow as pa

    return pa.field(field.name, _arrow_type(field.type), nullable=field.nullable)


def _arrow_type(kind: "pa.DataType") -> "pa.DataType":
    import pyarrow as pa

    if pa.types.is_struct(kind):
        return pa.struct([_field(each) for each in kind])
    if pa.types.is_list(kind):
        return pa.list_(_field(kind.value_field))
    return pa.decimal128(_DIGITS, 0) if pa.types.is_uint64(kind) else kind


def spark_type(kind: Any) -> Any:
    """Spark's type for a schema or type of Arrow's."""
    import pyarrow as pa
    from pyspark.sql import types

    if isinstance(kind, pa.Schema) or pa.types.is_struct(kind):
        return types.StructType([types.StructField(each.name, spark_type(each.type), each.nullable) for each in kind])
    if pa.types.is_list(kind):
        return types.ArrayType(spark_type(kind.value_type), kind.value_field.nullable)
    if pa.types.is_decimal(kind):
        return types.DecimalType(kind.precision, kind.scale)
    if pa.types.is_timestamp(kind):
        return types.TimestampType()
    plain = {
        pa.bool_(): types.BooleanType(),
        pa.int64(): types.LongType(),
        pa.float64(): types.DoubleType(),
        pa.date32(): types.DateType(),
        pa.string(): types.StringType(),
    }
    return plain[kind]
