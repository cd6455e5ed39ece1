"""Parquet and Arrow files: groups, types, what they refuse, and what is missing where pyarrow is."""

import subprocess
import sys
from datetime import date
from io import BytesIO
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import InvalidData, SchemaError, UsageError
from pytest_specmint.output.formats import format_named, task_of
from pytest_specmint.rendering import columnar
from pytest_specmint.rendering.format import Task
from pytest_specmint.schema.load import load_schema

pytest.importorskip("pyarrow")
FORMS = pytest.mark.parametrize("name", ["parquet", "arrow"])
SCHEMA = {
    "type": "object",
    "required": ["n"],
    "properties": {"n": {"type": "integer", "minimum": 0}, "t": {"type": "string"}},
}


def begun(name: str, schema: Any, **more: Any) -> Any:
    return format_named(name).begin(Task(date(2025, 1, 1), schema=load_schema(schema), **more))


def lines(count: int) -> bytes:
    return b"".join(b'{"n":%d}\n' % i for i in range(count))


def groups(name: str, data: bytes) -> list[int]:
    if name == "parquet":
        from pyarrow.parquet import ParquetFile

        about = ParquetFile(BytesIO(data)).metadata
        return [about.row_group(i).num_rows for i in range(about.num_row_groups)]
    from pyarrow.ipc import open_file

    file = open_file(BytesIO(data))
    return [file.get_batch(i).num_rows for i in range(file.num_record_batches)]


@FORMS
def test_groups_are_bounded_by_records_and_bytes(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(columnar, "PIECE", 1024)
    monkeypatch.setattr(columnar, "GROUP", 2 * columnar.PIECE)
    rendering = begun(name, SCHEMA)
    early = [rendering.block(lines(columnar.PIECE)) for _ in range(40)]
    assert len(b"".join(early)) > 100  # complete groups are not kept to the end
    assert groups(name, b"".join(early) + rendering.block(lines(1)) + rendering.end()) == [2048] * 20 + [1]
    monkeypatch.setattr(columnar, "GROUP_BYTES", 100)
    rendering = begun(name, SCHEMA)
    assert groups(name, rendering.block(lines(2100)) + rendering.end()) == [1024, 1024, 52]


@FORMS
def test_no_records_are_a_file_all_the_same(name: str) -> None:
    data = begun(name, SCHEMA).end()
    read = format_named(name).read
    assert read is not None
    assert b"".join(read(BytesIO(data), None)) == b""


@FORMS
def test_integers_beyond_64_bits_are_refused_before_anything_is_written(name: str) -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"properties": {"big": {"type": "integer", "minimum": 2**64}}, "type": "object"}},
    }
    with pytest.raises(SchemaError, match="cannot hold integers beyond 64 bits: big") as caught:
        begun(name, schema)
    assert caught.value.pointer == "#/properties/a/properties/big"
    assert "JSON Lines or CSV" in (caught.value.hint or "")


@FORMS
def test_records_that_need_not_be_objects_are_refused(name: str) -> None:
    with pytest.raises(SchemaError, match="columns are of objects"):
        begun(name, {"type": "array"})


@FORMS
def test_a_schema_is_needed(name: str) -> None:
    with pytest.raises(UsageError, match="has columns, and these come from a schema"):
        format_named(name).begin(Task(date(2025, 1, 1)))


@FORMS
def test_a_record_that_does_not_fit_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(columnar, "PIECE", 512)
    rendering = begun(name, SCHEMA, start=100)
    rendering.block(lines(1200))
    with pytest.raises(
        InvalidData, match=r"record 1302 does not fit (Parquet|Arrow IPC): Expected `?str`?, got `?int"
    ) as caught:
        rendering.block(lines(2) + b'{"n":1,"t":5}\n' + lines(1200)) + rendering.end()
    assert caught.value.pointer == "/t"


@FORMS
def test_what_is_no_such_file(name: str) -> None:
    read = format_named(name).read
    assert read is not None
    with pytest.raises(InvalidData, match=r"not (a Parquet|an Arrow) file"):
        list(read(BytesIO(b"something else"), None))


@FORMS
def test_shards_make_files_of_their_own(name: str, schemas: Any) -> None:
    dataset = sm.generate(str(schemas / "benchmark" / "medium.json"), count=900, seed=3)
    form = format_named(name)
    assert form.read is not None
    back = b""
    for part in (dataset[:400], dataset[400:]):
        rendering = form.begin(task_of(part.job))
        back += b"".join(form.read(BytesIO(bytes(rendering.block(part.jsonl)) + rendering.end()), None))
    assert back == dataset.jsonl


@pytest.mark.parametrize(
    ("module", "extra", "code"),
    [
        ("pyarrow", "arrow", "sm.render(d, 'parquet')"),
        ("pyarrow", "arrow", "sm.render(d, 'arrow')"),
        ("pyarrow", "arrow", "d.to_arrow()"),
        ("zstandard", "zstd", "sm.render(d, 'jsonl.zst')"),
        ("pandas", "pandas", "d.to_pandas()"),
        ("polars", "polars", "d.to_polars()"),
    ],
)
def test_a_missing_extra_is_an_error_with_its_pip_line(module: str, extra: str, code: str) -> None:
    program = (
        "import sys\n"
        f"sys.modules[{module!r}] = None\n"
        "import pytest_specmint as sm\n"
        "d = sm.generate({'type': 'object', 'properties': {'a': {'type': 'string'}}}, count=3)\n"
        f"try:\n    {code}\nexcept sm.UsageError as error:\n    print(error, '|', error.hint)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert f"needs {module}, which is not installed" in done.stdout, done.stderr
    assert f'pip install "pytest-specmint[{extra}]"' in done.stdout


def test_who_writes_lines_loads_none_of_it(tmp_path: Any) -> None:
    program = (
        "import sys\n"
        "import pytest_specmint as sm\n"
        "d = sm.generate({'type': 'object', 'properties': {'a': {'type': 'string'}}}, count=3)\n"
        f"d.write({str(tmp_path / 'out')!r})\n"
        "heavy = {'pyarrow', 'pandas', 'polars', 'zstandard', 'duckdb', 'pytest_specmint.tables'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
