"""Records as Arrow's columns, and back."""

import json
from decimal import Decimal as Number
from typing import Any

import pytest

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.errors import InvalidData
from pytest_specmint.schema.load import load_schema
from pytest_specmint.tables.derive import record_of
from pytest_specmint.tables.types import Record, plain
from pytest_specmint.tables.unfit import Misfit

pa = pytest.importorskip("pyarrow")

from pytest_specmint.tables.arrow import KEY, arrow_schema, columns_of  # noqa: E402 - needs what was looked for
from pytest_specmint.tables.batches import batch_of  # noqa: E402
from pytest_specmint.tables.quick import is_quick, quick_columns  # noqa: E402
from pytest_specmint.tables.records import lines_of, record_in  # noqa: E402

ORDER = {
    "type": "object",
    "required": ["id", "at", "lines", "note"],
    "properties": {
        "id": {"type": "integer", "minimum": 1, "maximum": 2**64 - 1},
        "at": {"type": "string", "format": "date-time"},
        "due": {"type": "string", "format": "date"},
        "note": {"type": ["string", "null"]},
        "paid": {"type": ["boolean", "null"]},
        "any": {},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["price"],
                "properties": {
                    "price": {"type": "number", "minimum": 0, "maximum": 99.99, "multipleOf": 0.01},
                    "weight": {"type": "number"},
                    "tags": {"type": "array", "items": {"type": ["string", "null"]}},
                },
            },
        },
        "buyer": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
    },
}
RECORDS = [
    {
        "id": 2**64 - 1,
        "at": "2024-02-29T23:59:59Z",
        "due": "1999-12-31",
        "note": None,
        "paid": None,
        "any": {"deep": [1, None, 2**70]},
        "lines": [{"price": 12.5, "weight": 1e300, "tags": ["a", None, ""]}, {"price": 0.0}],
        "buyer": {"name": "Ä"},
    },
    {"id": 1, "at": "0001-01-01T00:00:00Z", "note": "", "lines": [], "any": None},
    {"id": 2, "at": "9999-12-31T00:00:00Z", "note": "x", "lines": [{"price": 99.99, "tags": []}], "paid": True},
]


def lines(*records: Any) -> bytes:
    return b"".join(canonical_bytes(each) + b"\n" for each in records)


def batch(schema: Any, *records: Any, foreign: bool = False) -> Any:
    record = record_of(load_schema(schema), foreign=foreign)
    return batch_of(record, arrow_schema(record), lines(*records))


def test_the_schema_of_the_table() -> None:
    found = arrow_schema(record_of(load_schema(ORDER)))
    line = pa.struct(
        [
            pa.field("price", pa.decimal128(4, 2), nullable=False),
            pa.field("tags", pa.list_(pa.field("element", pa.string()))),
            pa.field("weight", pa.float64()),
        ]
    )
    expected = {
        "any": (pa.string(), True),
        "at": (pa.timestamp("us", tz="UTC"), False),
        "buyer": (pa.struct([pa.field("name", pa.string(), nullable=False)]), True),
        "due": (pa.date32(), True),
        "id": (pa.uint64(), False),
        "lines": (pa.list_(pa.field("element", line, nullable=False)), False),
        "note": (pa.string(), True),
        "paid": (pa.bool_(), True),
        "_rest": (pa.string(), True),
    }
    assert {each.name: (each.type, each.nullable) for each in found} == expected
    assert found.field("any").metadata == {b"specmint.type": b"json"}
    assert found.field("_rest").metadata == {b"specmint.type": b"rest"}


def test_records_come_back_and_columns_hold_their_values() -> None:
    made = batch(ORDER, *RECORDS)
    made.validate(full=True)
    assert lines_of(made, record_in(made.schema)) == lines(*RECORDS)
    row = made.to_pylist()[0]
    assert row["lines"][0]["price"] == Number("12.50")
    assert json.loads(row["any"]) == {"deep": [1, None, 2**70]}
    assert row["due"].isoformat() == "1999-12-31"
    assert [each["_rest"] for each in made.to_pylist()] == ['{"paid":null}', None, None]


def test_slices_come_back_too() -> None:
    made = batch(ORDER, *RECORDS, *RECORDS)
    assert lines_of(made.slice(1, 4), record_in(made.schema)) == lines(*RECORDS[1:], *RECORDS[:2])


def test_who_does_not_tell_null_from_nothing_has_no_column_for_it() -> None:
    record = plain(record_of(load_schema(ORDER)))
    made = batch_of(record, arrow_schema(record), lines(*RECORDS))
    assert "_rest" not in made.schema.names
    assert made.column("paid").to_pylist() == [None, None, True]


@pytest.mark.parametrize(
    ("change", "pointer", "why"),
    [
        ({"id": "7"}, "/id", "Expected int, got str"),
        ({"id": 2**64}, "/id", "uint64|too large|convert"),
        ({"at": "2024-01-01T00:00:00+00:00"}, "/at", "a date-time YYYY-MM-DDTHH:MM:SSZ is needed"),
        ({"at": "2024-13-01T00:00:00Z"}, "/at", "parse|2024-13"),
        ({"due": "24-01-01"}, "/due", "a date YYYY-MM-DD is needed"),
        ({"lines": [{"price": 1.005}]}, "/lines/price", "2 of them decimal places"),
        ({"lines": [{"price": 1}, {}]}, "/lines/1", "missing required field price"),
        ({"other": 1}, "", "unknown field other"),
        ({"buyer": {"name": None}}, "/buyer/name", "Expected str, got null"),
    ],
)
def test_what_does_not_fit(change: Any, pointer: str, why: str) -> None:
    with pytest.raises(Misfit, match=why) as caught:
        batch(ORDER, {**RECORDS[1], **change})
    assert caught.value.pointer == pointer


def test_records_of_others_keep_what_does_not_fit_beside_what_does() -> None:
    odd = {
        "id": "7",
        "at": "yesterday",
        "note": 5,
        "other": [1],
        "lines": [{"price": "free", "weight": 2.5}],
        "paid": None,
    }
    made = batch(ORDER, *RECORDS, odd, {}, foreign=True)
    assert lines_of(made, record_in(made.schema)) == lines(*RECORDS, odd, {})
    row = made.to_pylist()[3]
    assert row["id"] is None
    assert json.loads(row["_rest"]) == {name: odd[name] for name in ("id", "at", "note", "other", "paid")}
    assert row["lines"] == [{"price": None, "weight": 2.5, "tags": None, "_rest": '{"price":"free"}'}]


def test_an_object_without_properties_has_a_column_all_the_same() -> None:
    made = batch({"type": "object"}, {}, {})
    assert made.schema.names == ["_rest"]
    assert lines_of(made, record_in(made.schema)) == b"{}\n{}\n"


def test_tables_of_others_are_read_as_json_has_it() -> None:
    from datetime import UTC, date, datetime, time

    table = pa.table(
        {
            "n": [1, None],
            "d": [date(2024, 1, 2), None],
            "t": [datetime(2024, 1, 2, 3, 4, tzinfo=UTC), None],
            "c": [time(1, 2, 3), None],
            "x": [Number("1.50"), None],
            "f": [float("inf"), 0.5],
            "b": [b"ab", None],
            "s": [{"a": [1]}, None],
        }
    )
    (made,) = table.to_batches()
    assert record_in(made.schema) is None
    first, second = map(json.loads, lines_of(made, None).splitlines())
    assert first == {
        "n": 1, "d": "2024-01-02", "t": "2024-01-02T03:04:00Z", "c": "01:02:03", "x": 1.5, "f": None, "b": "ab", "s": {"a": [1]},
    }  # fmt: skip
    assert second == {**dict.fromkeys("ndtcxbs"), "f": 0.5}


def test_a_description_of_another_version_is_told() -> None:
    with pytest.raises(InvalidData, match="the columns' description cannot be read"):
        record_in(pa.schema([], metadata={KEY: b"{}"}))


QUICK = {**ORDER, "properties": {name: each for name, each in ORDER["properties"].items() if name != "any"}}  # type: ignore[attr-defined]


_NOTE = {"type": ["string", "null"]}
_PART = {
    "type": "object",
    "required": ["sure"],
    "properties": {"note": _NOTE, 'a "b"': {"type": ["integer", "null"]}, "sure": {"type": "string"}},
}
_SURE = {"type": "object", "required": ["note"], "properties": {"note": _NOTE, "part": _PART}}
NULLS = {
    "type": "object",
    "required": ["parts"],
    "properties": {"parts": {"type": "array", "items": _PART}, "one": _PART, "sure": _SURE, "note": _NOTE},
}
NULL_RECORDS = [
    {"parts": []},
    {"note": None, "parts": [{"sure": '"note":null'}, {"note": None, "sure": 'x\\"note":null'}]},
    {"note": "", "one": {"note": None, 'a "b"': None, "sure": ""}, "parts": [{'a "b"': 1, "sure": "y"}]},
    {"parts": [], "sure": {"note": None, "part": {'a "b"': None, "note": "n", "sure": "z"}}},
]
"""Null and nothing at all depths, beside texts that look like it, and beside a property of the same name that is never
absent."""


def test_the_quick_way_makes_the_same_columns_as_the_long_one(schemas: Any) -> None:
    import pytest_specmint as sm

    paths = [
        "benchmark/medium",
        "ecommerce/product_catalog",
        "fintech/payment_transaction",
        "fintech/loan_application",
        "healthcare/claim_837p_slim",
        "ecommerce/customer_order",
        "benchmark/complex",
    ]
    datasets = [sm.generate(str(schemas / f"{path}.json"), count=300, seed=3) for path in paths]
    given = [
        (load_schema(QUICK), lines(*[{k: v for k, v in each.items() if k != "any"} for each in RECORDS * 3])),
        (load_schema(ORDER), lines(*RECORDS * 3)),
        (load_schema(NULLS), lines(*NULL_RECORDS)),
    ]
    for schema, text in [*given, *((each.schema, each.jsonl) for each in datasets)]:
        for record in (record_of(schema), plain(record_of(schema))):
            assert isinstance(record, Record)
            assert is_quick(record)
            quick, long = quick_columns(record, text), columns_of(record, text)
            schema_of = arrow_schema(record)
            assert pa.RecordBatch.from_arrays(quick, schema=schema_of).equals(
                pa.RecordBatch.from_arrays(long, schema=schema_of)
            )
            for one, other in zip(quick, long, strict=True):
                one.validate(full=True)
                assert one.equals(other)


def test_where_the_quick_way_leads() -> None:
    assert is_quick(record_of(load_schema(ORDER)))  # "any" is read apart
    assert is_quick(record_of(load_schema(NULLS)))
    named_like_marks = {"type": "object", "properties": {"null note": {"type": "string"}, "note": _NOTE}}
    assert not is_quick(record_of(load_schema(named_like_marks)))
    assert not is_quick(record_of(load_schema({"type": "object", "properties": {"any": {}}})))
    assert not is_quick(record_of(load_schema(QUICK), foreign=True))


def test_members_that_no_column_is_for_are_seen_beside_what_is_read_apart() -> None:
    record = record_of(load_schema(ORDER))
    for odd in ({"other": 1}, {"buyer": {"name": "x", "other": None}}, {"lines": [{"price": 1.5, "other": [{}]}]}):
        with pytest.raises(Misfit, match="other members"):
            quick_columns(record, lines({**RECORDS[2], **odd}))
        with pytest.raises(Misfit):
            batch_of(record, arrow_schema(record), lines({**RECORDS[2], **odd}))


@pytest.mark.parametrize(
    "odd", [{"at": "soon"}, {"id": None}, {"lines": [None]}, {"other": 1}, {"lines": [{}]}, {"buyer": {}}]
)
def test_the_quick_way_refuses_what_does_not_fit(odd: Any) -> None:
    record = record_of(load_schema(QUICK))
    good = {k: v for k, v in RECORDS[2].items() if k != "any"}
    with pytest.raises((pa.ArrowException, Misfit)):
        quick_columns(record, lines(good, {**good, **odd}))
    with pytest.raises(Misfit):
        batch_of(record, arrow_schema(record), lines(good, {**good, **odd}))
