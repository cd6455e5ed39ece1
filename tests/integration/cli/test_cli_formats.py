"""`--format` of generate and convert, `--from`, and datasets in any format for validate, inspect and schema infer."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.cli.main import main
from pytest_specmint.rendering.table import BUILT_IN

pytest.importorskip("pyarrow")
pytest.importorskip("zstandard")
NAMES = pytest.mark.parametrize("name", BUILT_IN)
TYPED = ("csv", "sql", "copy")


@pytest.fixture
def order(schemas: Path) -> str:
    return str(schemas / "ecommerce" / "customer_order.json")


def run(capfd: Any, *arguments: object) -> tuple[int, str, str]:
    code = main([str(each) for each in arguments])
    found = capfd.readouterr()
    return code, found.out, found.err


def made(capfd: Any, order: str, out: Path, name: str, *more: object) -> Path:
    arguments = (
        "generate",
        "--schema",
        order,
        "--count",
        60,
        "--seed",
        4,
        "--format",
        name,
        "--out",
        out,
        "--quiet",
        *more,
    )
    assert run(capfd, *arguments)[0] == 0
    return out / ("dataset.copy.sql" if name == "copy" else f"dataset.{name}")


@NAMES
def test_there_and_back(capfd: Any, tmp_path: Path, order: str, name: str) -> None:
    file = made(capfd, order, tmp_path / "out", name)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert manifest["rendered"][0]["file"] == file.name
    converted = tmp_path / "converted"
    given = ("convert", "--dataset", tmp_path / "out", "--format", name, "--out", converted, "--quiet")
    assert run(capfd, *given) == (0, "", "")
    assert converted.read_bytes() == file.read_bytes()  # the schema is the one that run.json names
    back = tmp_path / "back.jsonl"
    given = (
        "convert",
        "--dataset",
        converted,
        "--from",
        name,
        "--schema",
        order,
        "--format",
        "jsonl",
        "--out",
        back,
        "--quiet",
    )
    assert run(capfd, *given) == (0, "", "")
    assert back.read_bytes() == (tmp_path / "out" / "dataset.jsonl").read_bytes()


@NAMES
def test_other_commands_read_it(capfd: Any, tmp_path: Path, order: str, name: str) -> None:
    file = made(capfd, order, tmp_path / "out", name)
    code, _, errors = run(capfd, "validate", "--schema", order, file)
    assert (code, "records 60, valid 60, invalid 0" in errors) == (0, True)
    code, _, errors = run(capfd, "validate", "--schema", order, "--safety", file)
    assert code == 0, errors
    code, out, _ = run(capfd, "inspect", "--dataset", file, "--schema", order, "--json")
    assert (code, json.loads(out)["records"]) == (0, 60)
    alone = tmp_path / "alone" / file.name
    alone.parent.mkdir()
    file.rename(alone)
    if name not in TYPED:
        code, out, _ = run(capfd, "schema", "infer", alone)
        assert (code, json.loads(out)["type"]) == (0, "object")
        assert run(capfd, "validate", "--safety", alone)[0] == 0
    else:
        code, _, errors = run(capfd, "inspect", "--dataset", alone)
        assert (code, "to be read it needs the schema" in errors) == (1, True)


def test_validate_names_what_is_wrong_in_a_table(capfd: Any, tmp_path: Path, order: str) -> None:
    import pyarrow.parquet as pq

    file = made(capfd, order, tmp_path / "out", "parquet")
    table = pq.read_table(file)
    at = table.schema.get_field_index("order_id")
    assert at >= 0
    wrong = table.set_column(at, table.schema.field(at), [["no-order"] * len(table)])
    pq.write_table(wrong, tmp_path / "wrong.parquet")
    code, _, errors = run(capfd, "validate", "--schema", order, tmp_path / "wrong.parquet")
    assert (code, "invalid 60" in errors, "order_id" in errors) == (3, True, True)


def test_a_directory_of_parts_is_a_dataset(capfd: Any, tmp_path: Path, order: str) -> None:
    for shard in (1, 2):
        file = made(capfd, order, tmp_path / f"s{shard}", "parquet", "--shard", f"{shard}/2")
        (tmp_path / "parts").mkdir(exist_ok=True)
        file.rename(tmp_path / "parts" / f"part-{shard:05d}.parquet")
    code, out, _ = run(capfd, "inspect", "--dataset", tmp_path / "parts", "--json")
    assert (code, json.loads(out)["records"]) == (0, 60)


def test_standard_input_in_a_format(tmp_path: Path, order: str, capfd: Any) -> None:
    file = made(capfd, order, tmp_path / "out", "parquet")
    command = [
        sys.executable,
        "-m",
        "pytest_specmint",
        "convert",
        "-d",
        "-",
        "--from",
        "parquet",
        "--format",
        "jsonl",
        "--stdout",
        "-q",
    ]
    done = subprocess.run(command, input=file.read_bytes(), capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, (tmp_path / "out" / "dataset.jsonl").read_bytes())


def test_nothing_is_written_of_what_cannot_be(capfd: Any, tmp_path: Path, schema_file: Any) -> None:
    schema = schema_file({"type": "object", "properties": {"n": {"type": "integer", "minimum": 2**70}}})
    out = tmp_path / "out"
    code, _, errors = run(capfd, "generate", "--schema", schema, "--format", "parquet", "--out", out)
    assert (code, out.exists()) == (2, False)
    assert "Parquet cannot hold integers beyond 64 bits: n @ #/properties/n" in errors
    assert run(capfd, "generate", "--schema", schema, "--format", "csv", "--out", out, "--quiet")[0] == 0


def test_a_dataset_without_a_schema_has_no_columns(capfd: Any, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"a":1}\n')
    given = ("convert", "--dataset", tmp_path / "x.jsonl", "--format", "csv", "--out", tmp_path / "x.csv")
    code, _, errors = run(capfd, *given)
    assert (code, (tmp_path / "x.csv").exists()) == (1, False)
    assert "CSV has columns, and these come from a schema" in errors
    assert "schema infer" in errors


def test_a_format_that_is_only_written(capfd: Any, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    code, _, errors = run(capfd, "convert", "-d", tmp_path / "x", "--from", "x12", "--format", "jsonl", "--stdout")
    assert (code, "format x12 cannot be read" in errors) == (1, True)


def test_json_lines_under_the_name_of_json_are_still_lines(capfd: Any, tmp_path: Path, schema_file: Any) -> None:
    schema = schema_file({"type": ["object", "array"]})
    for text, records in (('{"a":1}\n{"a":2}\n', 2), ("[1]\n[2]\n", 2), ("[{},\n{}]", 2), ("\n[{}, {}, {}]\n", 3)):
        (tmp_path / "x.json").write_text(text)
        _, _, errors = run(capfd, "validate", "--schema", schema, "--dataset", tmp_path / "x.json")
        assert f"records {records}, valid {records}" in errors, text


def test_workers_change_no_byte(capfd: Any, tmp_path: Path, order: str) -> None:
    one = made(capfd, order, tmp_path / "one", "parquet").read_bytes()
    assert made(capfd, order, tmp_path / "two", "parquet", "--workers", 2).read_bytes() == one


@pytest.mark.parametrize("name", ["parquet", "csv", "jsonl.zst"])
def test_datasets_in_parts_are_read_in_any_format(capfd: Any, tmp_path: Path, order: str, name: str) -> None:
    out = tmp_path / "parts"
    given = ("--count", 60, "--seed", 4, "--format", name, "--part-records", 65_536, "--output", out, "--quiet")
    assert run(capfd, "generate", "--schema", order, *given)[0] == 0
    assert (out / f"part-00000.{name}").is_file()
    code, _, errors = run(capfd, "validate", "--schema", order, "--dataset", out)
    assert (code, "records 60, valid 60" in errors) == (0, True)
    code, lines, _ = run(capfd, "convert", "-d", out, "--schema", order, "--format", "jsonl", "--stdout", "--quiet")
    plain = run(capfd, "generate", "--schema", order, "--count", 60, "--seed", 4, "--stdout", "--quiet")
    assert (code, lines) == plain[:2]
