"""`specmint-cli generate --profile`, as a user calls it."""

import cProfile
import json
import pstats
import sys
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.cli.main import main

SCHEMA = {
    "type": "object",
    "properties": {
        "patient": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0, "maximum": 120}},
            "required": ["name", "age"],
        },
        "codes": {"type": "array", "items": {"type": "string", "pattern": "^[A-Z]{5}$"}, "minItems": 1, "maxItems": 4},
    },
    "required": ["patient", "codes"],
    "additionalProperties": False,
}


@pytest.fixture
def schema(schema_file: Any) -> str:
    return str(schema_file(SCHEMA))


def rows(errors: str) -> list[str]:
    lines = errors.splitlines()
    (head,) = (i for i, line in enumerate(lines) if line.startswith("profile: "))
    return lines[head + 2 :]


def test_stdout(specmint: Any, schema: str, tmp_path: Path) -> None:
    done = specmint("generate", "-s", schema, "-n", "300", "--seed", "4", "--stdout", "--profile", "run.prof")
    assert done.returncode == 0
    assert done.stdout.encode() == sm.generate(SCHEMA, seed=4, count=300).jsonl
    stats = pstats.Stats(str(tmp_path / "run.prof"))
    functions = {name for _, _, name in stats.stats}  # type: ignore[attr-defined]
    assert {"verified", "lines_at", "compile_plan"} <= functions
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".json"] == ["run.prof"]


def test_the_table(specmint: Any, schema: str) -> None:
    done = specmint("generate", "-s", schema, "-n", "300", "--stdout", "--profile", "run.prof")
    assert "for 300 records" in done.stderr
    table = rows(done.stderr)
    by_place = {line.split()[0]: line.split() for line in table[:-1]}
    assert by_place.keys() == {"$", "$.patient", "$.patient.name", "$.patient.age", "$.codes", "$.codes[*]"}
    assert by_place["$.patient.age"][1] == "Integers"
    assert by_place["$.patient.age"][5] == "300"
    times = [float(words[2]) for words in by_place.values()]
    assert times == sorted(times, reverse=True)
    assert table[-1].startswith("  (rows put together)")


def test_directory(specmint: Any, schema: str, tmp_path: Path) -> None:
    done = specmint(
        "generate", "-s", schema, "-n", "30", "--seed", "4", "--out", "out", "--profile", "profiles/run.prof"
    )
    assert done.returncode == 0
    assert "$.codes[*]" in done.stderr
    assert (tmp_path / "out/dataset.jsonl").read_bytes() == sm.generate(SCHEMA, seed=4, count=30).jsonl
    assert pstats.Stats(str(tmp_path / "profiles/run.prof")).total_calls > 0  # type: ignore[attr-defined]


def test_of_many_nodes_the_slowest(specmint: Any, root: Path) -> None:
    path = str(root / "schemas/benchmark/medium.json")
    done = specmint("generate", "-s", path, "-n", "50", "--stdout", "--profile", "run.prof")
    table = rows(done.stderr)
    assert len(table) == 17
    assert " more nodes)" in table[-2]


@pytest.mark.parametrize("options", [("--mode", "edge"), ("--invalid",), ("--check-all",)])
def test_other_modes(specmint: Any, schema: str, tmp_path: Path, options: tuple[str, ...]) -> None:
    plain = specmint("generate", "-s", schema, "-n", "40", "--stdout", *options)
    done = specmint("generate", "-s", schema, "-n", "40", "--stdout", *options, "--profile", "run.prof")
    assert (done.returncode, done.stdout) == (0, plain.stdout)
    assert (tmp_path / "run.prof").exists()


def test_quiet_writes_the_file_alone(specmint: Any, schema: str, tmp_path: Path) -> None:
    done = specmint("generate", "-s", schema, "--stdout", "--quiet", "--profile", "run.prof")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "run.prof").exists()


class TestRefused:
    @pytest.fixture
    def fails(self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
        monkeypatch.chdir(tmp_path)

        def call(code: int, *arguments: str) -> str:
            assert main(["generate", *arguments]) == code
            output, errors = capfd.readouterr()
            assert output == ""
            assert errors.startswith("error: ")
            assert "\nhint: " in errors
            return errors

        return call

    def test_several_workers(self, fails: Any, schema: str, tmp_path: Path) -> None:
        errors = fails(1, "-s", schema, "--stdout", "--workers", "2", "--profile", "run.prof")
        assert "--profile sees one process, not 2" in errors
        assert "--workers 1" in errors
        assert not (tmp_path / "run.prof").exists()

    def test_workers_of_the_settings(self, fails: Any, schema: str, tmp_path: Path) -> None:
        (tmp_path / "specmint.toml").write_text("workers = 3\n")
        assert "not 3" in fails(1, "-s", schema, "--stdout", "--profile", "run.prof")

    @pytest.mark.parametrize("options", [("--index", "3"), ("--dry-run",)])
    def test_where_there_is_no_run(self, fails: Any, schema: str, options: tuple[str, ...]) -> None:
        assert "--profile needs a run" in fails(1, "-s", schema, *options, "--profile", "run.prof")

    def test_inside_the_output(self, fails: Any, schema: str, tmp_path: Path) -> None:
        assert "lies in --out out" in fails(1, "-s", schema, "--out", "out", "--profile", "out/run.prof")
        assert not (tmp_path / "out").exists()

    def test_a_place_that_cannot_be_written(self, fails: Any, schema: str, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        assert "cannot write" in fails(6, "-s", schema, "--stdout", "--profile", "file/run.prof")

    def test_a_run_that_fails_leaves_no_profile(self, fails: Any, schema_file: Any, tmp_path: Path) -> None:
        path = str(schema_file({"type": "integer", "minimum": 5, "maximum": 3}))
        fails(2, "-s", path, "--stdout", "--profile", "run.prof")
        assert [each.name for each in tmp_path.iterdir()] == ["schema.json"]

    @pytest.mark.skipif(sys.version_info < (3, 12), reason="earlier versions replace the other profiler")
    def test_another_profiler(self, fails: Any, schema: str) -> None:
        with cProfile.Profile():
            assert "another profiler" in fails(1, "-s", schema, "--stdout", "--profile", "run.prof")


def test_without_the_option_nothing_changes(specmint: Any, schema: str) -> None:
    done = specmint("generate", "-s", schema, "-n", "3", "--stdout")
    assert "profile" not in done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == list(sm.generate(SCHEMA, count=3))
