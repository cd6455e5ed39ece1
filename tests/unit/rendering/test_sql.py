"""SQL that real databases load: SQLite, DuckDB and, where it is installed, PostgreSQL."""

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.errors import InvalidData, SchemaError
from pytest_specmint.output.formats import task_of
from pytest_specmint.rendering import copy, sql
from pytest_specmint.rendering.format import Task
from pytest_specmint.schema.load import load_schema
from pytest_specmint.tables.sql import table_name

TEXTS = ["", "it's", '"quoted"', "a;\nb", "tab\tand\\N", "\\.", "null", "NULL", "ü€😀", "--", "\r\n", "{}", "\x7f\x1b"]
SCHEMA = {
    "title": "Shop Order",
    "type": "object",
    "required": ["id", "ID", "at", "text", "price", "note"],
    "properties": {
        "id": {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1},
        "ID": {"type": "boolean"},
        "at": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
        "text": {"type": "string"},
        "price": {"type": "number", "minimum": 0, "maximum": 9999.99, "multipleOf": 0.01},
        "weight": {"type": "number"},
        "note": {"type": ["string", "null"]},
        "gone": {"type": ["integer", "null"]},
        "any": {},
        "tags": {"type": "array", "items": {"type": "string"}},
        "buyer": {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
        },
    },
}
RECORDS = [
    {
        "id": i - 2**63 if i % 2 else 2**63 - 1 - i,
        "ID": i % 2 == 0,
        "at": f"2024-02-{10 + i}T01:02:03Z",
        "text": text,
        "price": 0.1 * 0 + 12.25 + i,
        "note": None if i % 3 == 0 else text,
        "tags": [text, "x"],
        **({"any": [text, {"n": i}]} if i % 2 else {}),
        **({"day": "1999-12-31", "weight": 1.5e-9 * i + 0.5} if i % 4 else {}),
        **({"gone": None} if i % 5 == 0 else {"gone": i} if i % 5 == 1 else {}),
        **({"buyer": {"name": text}} if i % 2 else {"buyer": {"name": "n", "age": i}} if i % 3 else {}),
    }
    for i, text in enumerate(TEXTS)
]


def lines(records: list[Any]) -> bytes:
    return b"".join(canonical_bytes(each) + b"\n" for each in records)


def written(form: Any, records: list[Any], schema: Any = SCHEMA, *, foreign: bool = False) -> bytes:
    rendering = form.begin(Task(date(2025, 1, 1), schema=load_schema(schema), foreign=foreign))
    return bytes(rendering.block(lines(records))) + rendering.end()


NAMES = [
    "ID",
    "any",
    "at",
    "buyer.age",
    "buyer.name",
    "day",
    "gone",
    "id_2",
    "note",
    "price",
    "tags",
    "text",
    "weight",
    "_rest",
]


def row(record: dict[str, Any]) -> dict[str, Any]:
    """What a database is to say, in JSON's values."""
    plain = {name: record.get(name) for name in ("ID", "at", "day", "gone", "note", "price", "text", "weight")}
    buyer = record.get("buyer", {})
    texts = {name: json.dumps(record[name]) if name in record else None for name in ("any", "tags")}
    rest = '{"gone":null}' if "gone" in record and record["gone"] is None else None
    found = {
        **plain,
        **texts,
        "id_2": record["id"],
        "buyer.age": buyer.get("age"),
        "buyer.name": buyer.get("name"),
        "_rest": rest,
    }
    return {name: found[name] for name in NAMES}


def said(name: str, value: Any) -> Any:
    """A database's value in JSON's."""
    if name in {"any", "tags", "_rest"} and value is not None:
        return json.loads(value) if isinstance(value, str) else value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def same(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    assert names == NAMES
    found = [{name: said(name, value) for name, value in zip(names, each, strict=True)} for each in rows]
    expected = [{name: said(name, value) for name, value in row(each).items()} for each in RECORDS]
    assert found == expected


def test_sqlite_loads_it() -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(written(sql.SQL, RECORDS).decode())
    cursor = connection.execute("SELECT * FROM shop_order")
    rows = [tuple(bool(cell) if i == 0 else cell for i, cell in enumerate(each)) for each in cursor]
    same([each[0] for each in cursor.description], rows)
    assert connection.execute('SELECT sum(price), typeof(price), typeof("id_2") FROM shop_order').fetchone() == (
        pytest.approx(sum(each["price"] for each in RECORDS)),
        "real",
        "integer",
    )


def test_duckdb_loads_it_with_types() -> None:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.execute("SET TimeZone='UTC'")
    connection.execute(written(sql.SQL, RECORDS).decode())
    described = {each[0]: each[1] for each in connection.execute("DESCRIBE shop_order").fetchall()}
    assert described["price"] == "DECIMAL(6,2)"
    assert described["at"] == "TIMESTAMP WITH TIME ZONE"
    assert (described["ID"], described["id_2"], described["day"], described["weight"]) == (
        "BOOLEAN",
        "BIGINT",
        "DATE",
        "DOUBLE",
    )
    ask = """SELECT * REPLACE (replace(CAST("at" AS VARCHAR), '+00', 'Z') AS "at") FROM shop_order"""
    text = connection.execute(ask)
    names = [each[0] for each in text.description]
    at = names.index("at")
    rows = [
        tuple(cell.replace(" ", "T") if i == at else cell for i, cell in enumerate(each)) for each in text.fetchall()
    ]
    same(names, rows)


@pytest.mark.parametrize("form", [sql.SQL, copy.COPY], ids=["sql", "copy"])
def test_it_is_read_again(form: Any) -> None:
    made = written(form, RECORDS * 30)
    assert b"".join(form.read(BytesIO(made), load_schema(SCHEMA))) == lines(RECORDS * 30)


@pytest.mark.parametrize("form", [sql.SQL, copy.COPY], ids=["sql", "copy"])
def test_files_are_joined_by_loading_one_after_the_other(form: Any) -> None:
    assert b"CREATE TABLE IF NOT EXISTS" in written(form, RECORDS)


def test_a_hundred_records_a_statement() -> None:
    made = written(sql.SQL, RECORDS * 20).decode()
    assert made.count("INSERT INTO") == -(-len(RECORDS) * 20 // 100)


@pytest.mark.parametrize("form", [sql.SQL, copy.COPY], ids=["sql", "copy"])
def test_no_record_is_a_table_all_the_same(form: Any) -> None:
    made = written(form, [])
    assert made.startswith(b'CREATE TABLE IF NOT EXISTS "shop_order"')
    assert b"".join(form.read(BytesIO(made), load_schema(SCHEMA))) == b""


@pytest.mark.parametrize("form", [sql.SQL, copy.COPY], ids=["sql", "copy"])
def test_texts_with_a_zero_byte_are_told_of(form: Any) -> None:
    schema = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
    with pytest.raises(InvalidData, match=r"record 1 does not fit (SQL|COPY): texts of .* hold no zero byte") as caught:
        written(form, [{"text": ""}, {"text": "a\0b"}], schema)
    assert caught.value.pointer == "/text"
    odd = [{**RECORDS[0], "text": "a\0b"}]  # where there is a column for the rest, its JSON says it
    assert b"".join(form.read(BytesIO(written(form, odd)), load_schema(SCHEMA))) == lines(odd)


def test_unsigned_integers_are_beyond_it() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 2**64 - 1}}}
    with pytest.raises(SchemaError, match="SQL cannot hold integers beyond 64 bits: n") as caught:
        written(sql.SQL, [], schema)
    assert caught.value.pointer == "#/properties/n"


@pytest.mark.parametrize(
    ("form", "text", "why"),
    [
        (sql.SQL, "CREATE TABLE x (\n);\nDELETE FROM x;\n", "another form"),
        (sql.SQL, 'CREATE TABLE x (\n);\nINSERT INTO "x" ("a") VALUES\n(1', "does not end"),
        (sql.SQL, 'CREATE TABLE x (\n);\nINSERT INTO "x" ("a") VALUES\n(1);\n', "other columns"),
        (copy.COPY, "COPY x FROM stdin;\n", "do not end"),
        (copy.COPY, "COPY x FROM stdin;\n1\n\\.\n", "other columns"),
    ],
)
def test_what_cannot_be_read(form: Any, text: str, why: str) -> None:
    with pytest.raises(InvalidData, match=why):
        list(form.read(BytesIO(text.encode()), load_schema(SCHEMA)))


@pytest.mark.parametrize(("title", "name"), [("Shop Order", "shop_order"), ("", "records"), ("Ärger: 2", "rger_2")])
def test_the_table_s_name(title: str, name: str) -> None:
    assert table_name(load_schema({"title": title, "type": "object"})) == name


def test_columns_that_are_always_there_are_not_null() -> None:
    made = written(sql.SQL, [])
    assert b'"price" DECIMAL(6, 2) NOT NULL' in made
    assert b'"note" TEXT,' in made
    assert b"NOT NULL" not in written(sql.SQL, [], foreign=True)


# ---------------------------------------------------------------- PostgreSQL


@pytest.fixture(scope="module")
def postgres() -> Iterator[list[str]]:
    """A server of its own for the tests, and how to ask it; skipped where it is not installed."""
    initdb, psql = shutil.which("initdb"), shutil.which("psql")
    if initdb is None or psql is None or os.name == "nt":
        pytest.skip("PostgreSQL is not installed")
    programs = Path(initdb).resolve().parent
    becoming = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o777)
        data = str(folder / "data")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder}"

        def run(program: str, *arguments: str) -> None:
            done = subprocess.run(
                [*becoming, str(programs / program), *arguments],
                cwd=folder,
                timeout=60,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            if done.returncode:
                pytest.skip(f"{program} fails here: {done.stderr.decode()[-200:]}")

        run("initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale", "C", "-N")
        run("pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield [psql, "-h", place, "-U", "tester", "-d", "postgres", "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")


@pytest.mark.parametrize("form", [sql.SQL, copy.COPY], ids=["sql", "copy"])
def test_postgresql_loads_it(postgres: list[str], tmp_path: Path, form: Any) -> None:
    path = tmp_path / "shop.sql"
    path.write_bytes(b"DROP TABLE IF EXISTS shop_order;\n" + written(form, RECORDS))
    done = subprocess.run([*postgres, "-f", str(path)], capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"") or b"does not exist, skipping" in done.stderr
    ask = "SET TimeZone='UTC'; SELECT row_to_json(t) FROM shop_order t"
    told = subprocess.run([*postgres, "-At", "-c", ask], capture_output=True, timeout=60, check=True).stdout
    rows = [json.loads(line) for line in told.decode().split("\n") if line.startswith("{")]
    found = [tuple(_of_postgres(name, value) for name, value in each.items()) for each in rows]
    same(list(rows[0]), found)


def _of_postgres(name: str, value: Any) -> Any:
    return value.replace("+00:00", "Z") if name == "at" else value


def test_generated_records_are_loaded(postgres: list[str], tmp_path: Path, schemas: Path) -> None:
    dataset = sm.generate(str(schemas / "fintech" / "loan_application.json"), count=300, seed=4)
    for form in (sql.SQL, copy.COPY):
        rendering = form.begin(task_of(dataset.job))
        path = tmp_path / f"{form.name}.sql"
        path.write_bytes(
            b"DROP TABLE IF EXISTS loan_application;\n" + bytes(rendering.block(dataset.jsonl)) + rendering.end()
        )
        subprocess.run([*postgres, "-f", str(path)], capture_output=True, timeout=60, check=True)
        ask = [*postgres, "-At", "-c", "SELECT count(*), sum(amount) FROM loan_application"]
        told = subprocess.run(ask, capture_output=True, timeout=60, check=True).stdout.decode().strip()
        amount = sum(Decimal(repr(each["amount"])) for each in dataset)
        assert told == f"300|{amount:.2f}"
