"""`specmint-cli generate`, as a user calls it."""

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import pytest_specmint as sm
from pytest_specmint.cli.main import COMMANDS, cli
from pytest_specmint.version import __version__

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Order",
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "code": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
        "day": {"type": "string", "format": "date"},
        "quantity": {"type": "integer", "minimum": 1, "maximum": 500},
        "state": {"enum": ["open", "paid", "sent"]},
    },
    "required": ["id", "code", "day", "quantity"],
    "additionalProperties": False,
    "$defs": {"small": {"type": "integer", "minimum": 1, "maximum": 9}},
}


@pytest.fixture
def schema(schema_file: Any) -> str:
    return str(schema_file(SCHEMA))


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_directory(specmint: Any, schema: str, tmp_path: Path) -> None:
    done = specmint("generate", "--schema", schema, "--count", "3", "--seed", "7", "--out", "out")
    assert done.returncode == 0
    assert done.stdout == ""
    out = tmp_path / "out"
    assert sorted(path.name for path in out.iterdir()) == [
        "dataset.jsonl",
        "manifest.json",
        "record_0001.json",
        "record_0002.json",
        "record_0003.json",
        "run.json",
    ]
    data = (out / "dataset.jsonl").read_bytes()
    manifest = json.loads((out / "manifest.json").read_bytes())
    assert data == sm.generate(SCHEMA, seed=7, count=3).jsonl
    assert manifest["dataset"]["sha256"] == sha256(data).hexdigest()
    run = json.loads((out / "run.json").read_bytes())
    assert run["schema_path"] == schema
    assert run["command"][1:4] == ["generate", "--schema", schema]


def test_one_closing_line(specmint: Any, schema: str) -> None:
    done = specmint("generate", "--schema", schema, "--count", "3", "--out", "out")
    (line,) = done.stderr.splitlines()
    digest = sm.generate(SCHEMA, count=3).sha256
    for part in ("records 3", "bytes ", f"sha256 {digest[:16]}", "seconds ", "in out"):
        assert part in line


def test_quiet(specmint: Any, schema: str) -> None:
    for target in (("--out", "out"), ("--stdout",)):
        done = specmint("generate", "--schema", schema, *target, "--quiet")
        assert (done.returncode, done.stderr) == (0, "")


def test_again_with_fewer_replaces_all(specmint: Any, schema: str, tmp_path: Path) -> None:
    for count in ("5", "2"):
        assert specmint("generate", "--schema", schema, "--count", count, "--out", "out").returncode == 0
    assert len(list((tmp_path / "out").glob("record_*"))) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "schema.json"]


def test_stdout(specmint: Any, schema: str, tmp_path: Path) -> None:
    done = specmint("generate", "--schema", schema, "--count", "4", "--seed", "7", "--stdout")
    assert done.returncode == 0
    assert done.stdout.encode() == sm.generate(SCHEMA, seed=7, count=4).jsonl
    assert done.stderr.startswith("summary: records 4, ")
    assert [path.name for path in tmp_path.iterdir()] == ["schema.json"]


def test_start_index_and_range_agree(specmint: Any, schema: str) -> None:
    whole = specmint("generate", "--schema", schema, "--count", "6", "--stdout").stdout
    part = specmint("generate", "--schema", schema, "--start", "2", "--count", "3", "--stdout").stdout
    single = specmint("generate", "--schema", schema, "--index", "4")
    assert part.splitlines() == whole.splitlines()[2:5]
    assert single.stdout.splitlines() == whole.splitlines()[4:5]
    assert single.stderr == ""


def test_command_of_a_record_reproduces_it(specmint: Any, schema: str) -> None:
    dataset = sm.generate(schema, seed=11, count=3, as_of="2024-06-01")
    done = specmint(*dataset.command(2).split()[1:])
    assert lines(done.stdout) == [dataset[2]]


def test_record_files_of_a_part_keep_their_numbers(specmint: Any, schema: str, tmp_path: Path) -> None:
    specmint("generate", "--schema", schema, "--start", "10", "--count", "2", "--out", "out")
    assert {path.name for path in (tmp_path / "out").glob("record_*")} == {
        "record_0011.json",
        "record_0012.json",
    }


def test_no_record_files(specmint: Any, schema: str, tmp_path: Path) -> None:
    specmint("generate", "--schema", schema, "--no-record-files", "--out", "out")
    assert not list((tmp_path / "out").glob("record_*"))


def test_pointer_into_a_schema(specmint: Any, schema: str) -> None:
    done = specmint("generate", "--schema", f"{schema}#/$defs/small", "--count", "20", "--stdout")
    assert all(1 <= value <= 9 for value in lines(done.stdout))


def test_as_of_moves_dates_and_the_manifest(specmint: Any, schema: str, tmp_path: Path) -> None:
    for day in ("2020-01-01", "2030-01-01"):
        specmint("generate", "--schema", schema, "--as-of", day, "--out", day)
    first, second = (
        json.loads((tmp_path / day / "manifest.json").read_bytes()) for day in ("2020-01-01", "2030-01-01")
    )
    assert first["gen"]["as_of"] == "2020-01-01"
    assert first["dataset_id"] != second["dataset_id"]
    assert first["dataset"]["sha256"] != second["dataset"]["sha256"]


def test_as_of_today_is_written_as_a_date(specmint: Any, schema: str, tmp_path: Path) -> None:
    assert specmint("generate", "--schema", schema, "--as-of", "today", "--out", "out").returncode == 0
    assert json.loads((tmp_path / "out" / "manifest.json").read_bytes())["gen"]["as_of"][:2] == "20"


def test_workers_do_not_change_the_bytes(specmint: Any, schema: str, tmp_path: Path) -> None:
    for workers in ("1", "2"):
        done = specmint("generate", "--schema", schema, "--count", "40000", "--workers", workers, "--out", workers)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "1" / "dataset.jsonl").read_bytes() == (tmp_path / "2" / "dataset.jsonl").read_bytes()
    assert (tmp_path / "1" / "manifest.json").read_bytes() == (tmp_path / "2" / "manifest.json").read_bytes()
    assert not list((tmp_path / "1").glob("record_*"))


def test_references_inside_the_schema_root(specmint: Any, schema_file: Any, tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    schema_file({"type": "integer", "minimum": 3, "maximum": 3}, "three.json")
    main = schema_file({"$ref": "../three.json"}, "parts/main.json")
    assert specmint("generate", "--schema", main, "--stdout").returncode == 2
    done = specmint("generate", "--schema", main, "--schema-root", str(tmp_path), "--count", "2", "--stdout")
    assert done.stdout == "3\n3\n"


def test_yaml_schema(specmint: Any, schema_file: Any) -> None:
    path = schema_file("type: string\nconst: 2024-01-01\n", "schema.yaml")
    assert specmint("generate", "--schema", path, "--count", "1", "--stdout").stdout == '"2024-01-01"\n'


class TestDryRun:
    def test_says_what_would_be_made_and_writes_nothing(self, specmint: Any, schema: str, tmp_path: Path) -> None:
        done = specmint("generate", "--schema", schema, "--seed", "5", "--out", "out", "--dry-run")
        assert done.returncode == 0
        for part in (schema, "2020", "nodes", "5", "10 from index 0", "bytes", "out"):
            assert part in done.stdout
        assert [path.name for path in tmp_path.iterdir()] == ["schema.json"]

    def test_a_thousand_million_records(self, specmint: Any, schema: str) -> None:
        done = specmint("generate", "--schema", schema, "--count", str(10**9), "--dry-run")
        assert done.returncode == 0
        assert "1,000,000,000" in done.stdout

    def test_directory_from_the_settings_file(self, specmint: Any, schema: str, tmp_path: Path) -> None:
        (tmp_path / "specmint.toml").write_text("out = 'configured'")
        assert "configured" in specmint("generate", "--schema", schema, "--dry-run").stdout


class TestSettings:
    def test_file_environment_flags(self, specmint: Any, schema: str, tmp_path: Path) -> None:
        (tmp_path / "specmint.toml").write_text(f"schema = '{schema}'\ncount = 2\nseed = 1\nout = 'from-file'\n")
        environment = {**os.environ, "SPECMINT_SEED": "2", "SPECMINT_OUT": "from-environment"}
        assert specmint("generate", "--out", "from-flag", env=environment).returncode == 0
        manifest = json.loads((tmp_path / "from-flag" / "manifest.json").read_bytes())
        assert (manifest["gen"]["count"], manifest["gen"]["seed"]) == (2, 2)
        assert not (tmp_path / "from-file").exists()

    def test_named_yaml_file(self, specmint: Any, schema: str, tmp_path: Path) -> None:
        (tmp_path / "mine.yaml").write_text(f"schema: {schema}\ncount: 1\n")
        assert len(lines(specmint("generate", "--config", "mine.yaml", "--stdout").stdout)) == 1

    def test_llm_mode(self, specmint: Any, schema: str) -> None:
        assert specmint("generate", "--schema", schema, "--llm-mode", "off", "--stdout").returncode == 0
        done = specmint("generate", "--schema", schema, "--llm-mode", "all", "--stdout")
        assert done.returncode == 1
        assert "known are: off, fields, record" in done.stderr


class TestTerminal:
    def test_progress_only_on_a_terminal(self, specmint: Any, schema: str) -> None:
        piped = specmint("generate", "--schema", schema, "--count", "5000", "--out", "out")
        assert "%" not in piped.stderr
        assert "\r" not in piped.stderr

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
    def test_progress_on_a_terminal(self, schema: str, tmp_path: Path) -> None:
        import pty

        controller, terminal = pty.openpty()
        command = [sys.executable, "-m", "pytest_specmint", "generate", "--schema", schema, "--count", "5000"]
        try:
            done = subprocess.run(
                [*command, "--out", "out"], stdout=subprocess.PIPE, stderr=terminal, cwd=tmp_path, timeout=60
            )
            shown = os.read(controller, 1 << 16).decode()
        finally:
            os.close(terminal)
            os.close(controller)
        assert done.returncode == 0
        assert done.stdout == b""
        assert "100%" in shown


class TestHelp:
    @pytest.mark.parametrize("arguments", [["--help"], ["-h"], []])
    def test_lists_every_command(self, arguments: list[str], specmint: Any) -> None:
        done = specmint(*arguments)
        assert done.returncode == 0
        for name in COMMANDS:
            assert name in done.stdout

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_shows_an_example(self, name: str) -> None:
        shown = CliRunner().invoke(cli, [name, "--help"])
        assert shown.exit_code == 0
        assert f"Example: specmint-cli {name} " in shown.output

    def test_version(self, specmint: Any) -> None:
        assert specmint("--version").stdout == f"specmint-cli, version {__version__}\n"

    @pytest.mark.parametrize("argument", ["--help", "--version"])
    def test_light(self, argument: str) -> None:
        program = (
            "import sys; from pytest_specmint.cli.main import main; main([sys.argv[1]]);"
            "heavy = {'numpy', 'jsonschema', 'jsonschema_rs', 'yaml', 'orjson', 'pytest'} & set(sys.modules);"
            "sys.exit(str(heavy) if heavy else 0)"
        )
        done = subprocess.run([sys.executable, "-c", program, argument], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
