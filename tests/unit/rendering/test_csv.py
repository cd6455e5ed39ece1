"""CSV: cells that say missing, null and empty apart, and that any reader of CSV takes."""

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.errors import InvalidData, UsageError
from pytest_specmint.rendering.csv import CSV
from pytest_specmint.rendering.format import Task
from pytest_specmint.schema.load import load_schema

SCHEMA = {
    "type": "object",
    "required": ["n"],
    "properties": {
        "n": {"type": "integer"},
        "text": {"type": ["string", "null"]},
        "list": {"type": "array", "items": {"type": "string"}},
        "o": {"type": "object", "required": ["p"], "properties": {"p": {"type": "string"}, "q": {"type": "boolean"}}},
    },
}


def lines(*records: Any) -> bytes:
    return b"".join(canonical_bytes(each) + b"\n" for each in records)


def written(*records: Any, schema: Any = SCHEMA, foreign: bool = False) -> bytes:
    rendering = CSV.begin(Task(date(2025, 1, 1), schema=load_schema(schema), foreign=foreign))
    return bytes(rendering.block(lines(*records))) + rendering.end()


def read(text: str | bytes, schema: Any = SCHEMA) -> bytes:
    assert CSV.read is not None
    data = text if isinstance(text, bytes) else text.encode()
    return b"".join(CSV.read(BytesIO(data), None if schema is None else load_schema(schema)))


def test_what_it_looks_like() -> None:
    records = [
        {"n": 1, "text": "a", "list": ["x", "y"], "o": {"p": "z", "q": True}},
        {"n": 2**70, "text": "", "list": []},
        {"n": 3, "text": None, "o": {"p": 'say "hi", then\ngo'}},
        {"n": 4, "text": "null"},
        {"n": 5, "text": '"'},
        {"n": 6},
    ]
    made = written(*records)
    assert made.decode() == (
        "list,n,o.p,o.q,text\n"
        '"[""x"",""y""]",1,z,true,a\n'
        '[],1180591620717411303424,,,""""""\n'
        ',3,"say ""hi"", then\ngo",,null\n'
        ',4,,,"""null"""\n'
        ',5,,,"""\\"""""\n'
        ",6,,,\n"
    )
    assert read(made) == lines(*records)


def test_other_readers_of_csv_see_the_same_cells() -> None:
    made = written({"n": 1, "text": "x\r\ny,z", "o": {"p": '"'}})
    header, row = csv.reader(StringIO(made.decode(), newline=""))
    assert dict(zip(header, row, strict=True)) == {"list": "", "n": "1", "o.p": '"\\""', "o.q": "", "text": "x\r\ny,z"}


def test_a_row_of_one_empty_cell_is_no_blank_line() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    made = written({}, {"a": "x"}, {"a": ""}, schema=schema)
    assert made == b'a\n""\nx\n""""""\n'
    assert read(made, schema) == lines({}, {"a": "x"}, {"a": ""})


def test_columns_may_stand_in_another_order_or_be_left_out() -> None:
    assert read("text,n\r\nx,1\r\n") == lines({"n": 1, "text": "x"})


def test_what_somebody_wrote_by_hand_is_taken_for_what_it_says() -> None:
    assert read("n,text,o.q\n1.50,1.50,TRUE\nabc,007,\n") == lines(
        {"n": 1.5, "text": "1.50", "o": {"q": "TRUE"}}, {"n": "abc", "text": "007"}
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("n,what\n1,2\n", "the schema has no column 'what'"),
        ("n,n\n1,2\n", "a column occurs twice"),
        ("n,text\n1\n", "row 2 has 1 cells, not 2"),
        ('n,text\n1,"open\n', "not CSV"),
        (b"n\n\xff\n", "not CSV"),
    ],
)
def test_what_is_no_csv_of_the_schema(text: str | bytes, why: str) -> None:
    with pytest.raises(InvalidData, match=why):
        read(text)


def test_a_schema_is_needed_either_way() -> None:
    with pytest.raises(UsageError, match="CSV has columns, and these come from a schema") as caught:
        CSV.begin(Task(date(2025, 1, 1)))
    assert "schema infer" in (caught.value.hint or "")
    with pytest.raises(UsageError, match="CSV does not tell texts from other values"):
        read("n\n1\n", None)


def test_an_empty_dataset_is_a_header() -> None:
    assert written() == b"list,n,o.p,o.q,text\n"
    assert read(written()) == b""


def test_records_of_others_have_a_column_for_what_the_schema_does_not_say() -> None:
    odd = {"n": "seven", "text": 5, "o": {"q": None}, "more": {"x": [1]}}
    made = written(odd, {"n": 1}, foreign=True)
    assert made.splitlines()[0] == b"list,n,o.p,o.q,text,_rest"
    assert read(made) == lines(odd, {"n": 1})


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(InvalidData, match="record 1 does not fit CSV: a text is needed") as caught:
        written({"n": 1}, {"n": 2, "text": 7})
    assert caught.value.pointer == "/text"
