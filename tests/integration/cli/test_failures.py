"""Bad input and bad surroundings: plain words, the right exit code, nothing half-written."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.cli.main import main
from pytest_specmint.output import writers

SCHEMA = {
    "type": "object",
    "properties": {"id": {"type": "string", "format": "uuid"}, "n": {"type": "integer", "minimum": 0}},
    "required": ["id", "n"],
    "additionalProperties": False,
}
MANY = 200_000
resource = pytest.importorskip("resource", reason="limits of the system stand for full disks and memory")


@pytest.fixture
def schema(schema_file: Any) -> str:
    return str(schema_file(SCHEMA))


def fails(capfd: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    """Run, expect the exit code and the form of a failure; gives what standard error said."""
    assert main(list(arguments)) == code
    output, errors = capfd.readouterr()
    assert output == ""
    lines = errors.splitlines()
    assert lines[0].startswith("error: ")
    assert lines[-1].startswith(f"summary: exit code {code}, kind ")
    assert len(lines) <= 3
    assert "Traceback" not in errors
    return errors


class TestSchemaFiles:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "is empty"),
            (b" \n\t", "is empty"),
            (b"\x7fELF\x02\x01\x01\x00\xff\xfe", "is not UTF-8 text"),
            (b"\x00\x01\x02", "is not JSON"),
            (b'{"type": "object", "properties": {"a": {"ty', "is the file cut off?"),
            (b'{"minimum": NaN}', "NaN is not a JSON number"),
            (b"[1, 2]", "a schema is an object or a boolean, not list"),
            (b'"text"', "a schema is an object or a boolean, not str"),
            (b'{"type": "integr"}', "not a valid JSON Schema"),
            (b'{"$schema": "https://example.com/mine"}', "unknown $schema"),
            (b'{"allOf": [' * 2000 + b"true" + b"]}" * 2000, "nested deeper"),
            (b'{"not": ' * 200_000 + b"true" + b"}" * 200_000, "nested deeper"),
            (b'{"$ref": "#/$defs/none"}', "'#/$defs/none' points to nothing"),
            (b'{"$ref": "none.json"}', "none.json does not exist"),
            (b'{"$ref": "https://example.com/schema.json"}', "is remote and never fetched"),
            (b'{"$ref": "http://127.0.0.1:9/schema.json"}', "is remote and never fetched"),
            (b'{"$ref": "../outside.json"}', "leads outside the schema root"),
            (b'{"$ref": "a/../../outside.json"}', "leads outside the schema root"),
            (b'{"$ref": "/etc/passwd"}', "leads outside the schema root"),
            (b'{"type": "integer", "minimum": 3, "maximum": 2}', "@ #"),
        ],
    )
    def test_refused(self, tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes, words: str) -> None:
        (tmp_path / "outside.json").write_text("true")
        (tmp_path / "in").mkdir()
        path = tmp_path / "in" / "schema.json"
        path.write_bytes(content)
        assert words in fails(capfd, 2, "generate", "--schema", str(path), "--out", str(tmp_path / "out"))
        assert not (tmp_path / "out").exists()

    def test_missing(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        assert "does not exist" in fails(capfd, 2, "generate", "--schema", str(tmp_path / "no.json"), "--stdout")

    def test_directory(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        assert "cannot be read" in fails(capfd, 2, "generate", "--schema", str(tmp_path), "--stdout")

    def test_fifty_megabytes(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "large.json"
        with path.open("wb") as file:
            file.write(b'{"description": "')
            for _ in range(50):
                file.write(b"x" * (1 << 20))
            file.write(b'"}')
        began = time.perf_counter()
        assert "larger than 32 MiB" in fails(capfd, 2, "generate", "--schema", str(path), "--stdout")
        assert time.perf_counter() - began < 5

    def test_reference_to_itself(self, specmint: Any, schema_file: Any) -> None:
        for document in ({"$ref": "#"}, {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}):
            done = specmint("generate", "--schema", schema_file(document), "--count", "2", "--stdout")
            assert done.returncode == 2, done.stderr
            assert done.stderr.startswith("error: ")
            assert "Traceback" not in done.stderr

    @pytest.mark.parametrize(
        "text",
        [
            "!!python/object/apply:os.system ['touch executed']",
            "type: !!python/object/apply:os.system ['touch executed']",
            "type: !!python/name:os.system",
            "type: [",
            "? [a, b]\n: c",
            "a: &a [*a]",
        ],
    )
    def test_yaml(self, specmint: Any, schema_file: Any, tmp_path: Path, text: str) -> None:
        done = specmint("generate", "--schema", schema_file(text, "schema.yaml"), "--stdout")
        assert done.returncode == 2, done.stderr
        assert done.stderr.startswith("error: ")
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "executed").exists()

    def test_yaml_that_grows(self, specmint: Any, schema_file: Any) -> None:
        """Nine anchors of nine references each: a thousand million values, if they were written out."""
        levels = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
        text = "\n".join(["a0: &a0 [x, x, x]", *levels])
        done = specmint("generate", "--schema", schema_file(text, "schema.yaml"), "--stdout", preexec_fn=_one_gigabyte)
        assert done.returncode == 2, done.stderr[-500:]


def _one_gigabyte() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


class TestArguments:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("--count", "0"), "count must be a whole number from 1 to"),
            (("--count", "-5"), "not -5"),
            (("--count", "many"), "'many' is not a valid integer"),
            (("--count", str(10**30)), "count must be a whole number"),
            (("--seed", "-1"), "seed must be a whole number from 0"),
            (("--seed", str(1 << 64)), "seed must be a whole number"),
            (("--start", "-1"), "start must be a whole number"),
            (("--index", "-1"), "index must be at least 0"),
            (("--workers", "0"), "workers must be at least 1"),
            (("--as-of", "yesterday"), "as_of 'yesterday' is not a date"),
            (("--as-of", "2024-02-30"), "is not a date"),
            (("--config", "none.toml"), "none.toml cannot be read"),
            (("--cuont", "1"), "No such option"),
            (("surplus",), "unexpected extra argument"),
        ],
    )
    def test_usage(
        self, schema: str, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
    ) -> None:
        assert words in fails(capfd, 1, "generate", "--schema", schema, "--stdout", *arguments)

    def test_no_schema(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert "no schema given" in fails(capfd, 1, "generate", "--stdout")

    def test_no_output(self, schema: str, capfd: pytest.CaptureFixture[str]) -> None:
        assert "pass --out DIR, or --stdout" in fails(capfd, 1, "generate", "--schema", schema)

    def test_unknown_command(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert "hint: did you mean 'generate'?" in fails(capfd, 1, "genrate")
        assert "hint: specmint-cli --help lists all" in fails(capfd, 1, "xyz")

    def test_validate_without_dataset(self, schema: str, capfd: pytest.CaptureFixture[str]) -> None:
        assert "no dataset given" in fails(capfd, 1, "validate", "--schema", schema)

    def test_codes_reach_the_shell(self, specmint: Any, schema: str) -> None:
        assert specmint("generate", "--schema", schema, "--count", "0", "--stdout").returncode == 1
        assert specmint("generate", "--schema", "none.json", "--stdout").returncode == 2
        assert specmint("generate", "--schema", schema, "--out", "/dev/null/x").returncode == 6


class TestOutput:
    @pytest.mark.parametrize("below", ["file", "file/out", "file/a/out"])
    def test_below_a_file(self, schema: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], below: str) -> None:
        (tmp_path / "file").write_text("mine")
        errors = fails(capfd, 6, "generate", "--schema", schema, "--out", str(tmp_path / below))
        assert "cannot write" in errors
        assert (tmp_path / "file").read_text() == "mine"

    @pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
    def test_unwritable_directory(self, schema: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "closed").mkdir(mode=0o500)
        errors = fails(capfd, 6, "generate", "--schema", schema, "--out", str(tmp_path / "closed" / "out"))
        assert "Permission denied" in errors

    def test_foreign_directory(self, schema: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "thesis.txt").write_text("years of work")
        assert "holds" in fails(capfd, 6, "generate", "--schema", schema, "--out", str(tmp_path))
        assert (tmp_path / "thesis.txt").read_text() == "years of work"

    @pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO])
    def test_failing_disk(
        self,
        schema: str,
        tmp_path: Path,
        capfd: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        code: int,
    ) -> None:
        out = tmp_path / "out"
        assert main(["generate", "--schema", schema, "--out", str(out), "--quiet"]) == 0
        before = {path.name: path.read_bytes() for path in out.iterdir()}

        def full(self: Any, block: bytes) -> None:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(writers.JsonLines, "write", full)
        errors = fails(capfd, 6, "generate", "--schema", schema, "--seed", "9", "--out", str(out))
        assert os.strerror(code) in errors
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "schema.json"]

    @pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
    @pytest.mark.parametrize("limit", [100, 300_000])
    def test_disk_that_fills_up(self, specmint: Any, schema: str, tmp_path: Path, limit: int) -> None:
        def limited() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        done = specmint("generate", "--schema", schema, "--count", "20000", "--out", "out", preexec_fn=limited)
        assert done.returncode == 6
        assert "cannot write out: File too large" in done.stderr
        assert [path.name for path in tmp_path.iterdir()] == ["schema.json"]

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_full_standard_output(self, schema: str) -> None:
        with Path("/dev/full").open("wb") as full:
            command = [sys.executable, "-m", "pytest_specmint", "generate", "--schema", schema, "--stdout"]
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
        assert done.returncode == 6
        assert done.stderr.startswith("error: cannot write standard output: No space left")
        assert "Exception ignored" not in done.stderr

    def test_reader_that_goes_away(self, schema: str) -> None:
        command = [
            sys.executable,
            "-m",
            "pytest_specmint",
            "generate",
            "--schema",
            schema,
            "--count",
            str(MANY),
        ]
        with subprocess.Popen(
            [*command, "--stdout"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            assert child.stderr is not None
            first = json.loads(child.stdout.readline())
            child.stdout.close()
            assert child.wait(timeout=60) == 0
            assert child.stderr.read() == ""
        assert set(first) == {"id", "n"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
class TestKilled:
    @pytest.fixture
    def writing(self, schema: str, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
        """A child that is in the middle of writing many record files."""
        command = [
            sys.executable,
            "-m",
            "pytest_specmint",
            "generate",
            "--schema",
            schema,
            "--count",
            str(MANY),
        ]
        with subprocess.Popen(
            [*command, "--record-files", "--out", "out"],
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
            # Whoever runs the tests in the background hands down that interrupts are ignored.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        ) as child:
            for _ in range(600):
                if next(tmp_path.glob(".out.specmint-*/record_*"), None):
                    break
                time.sleep(0.05)
            else:
                pytest.fail("the child never began to write")
            yield child
            child.kill()

    def test_nothing_under_the_final_name_and_the_next_run_cleans_up(
        self, writing: "subprocess.Popen[str]", specmint: Any, schema: str, tmp_path: Path
    ) -> None:
        writing.kill()
        writing.wait()
        assert not (tmp_path / "out").exists()
        (staging,) = tmp_path.glob(".out.specmint-*-*")
        assert not (staging / "manifest.json").exists()
        assert specmint("generate", "--schema", schema, "--count", "3", "--out", "out").returncode == 0
        assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "schema.json"]
        assert specmint("validate", "--schema", schema, "--dataset", "out").returncode == 0

    def test_interrupt_cleans_up_at_once(self, writing: "subprocess.Popen[str]", tmp_path: Path) -> None:
        writing.send_signal(signal.SIGINT)
        assert writing.wait(timeout=60) == 130
        assert writing.stderr is not None
        assert "interrupted" in writing.stderr.read()
        assert [path.name for path in tmp_path.iterdir()] == ["schema.json"]

    def test_earlier_output_survives(self, specmint: Any, schema: str, tmp_path: Path) -> None:
        assert specmint("generate", "--schema", schema, "--count", "3", "--out", "out").returncode == 0
        before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
        command = [
            sys.executable,
            "-m",
            "pytest_specmint",
            "generate",
            "--schema",
            schema,
            "--count",
            str(MANY),
        ]
        with subprocess.Popen([*command, "--out", "out"], cwd=tmp_path, stderr=subprocess.DEVNULL) as child:
            while not next(tmp_path.glob(".out.specmint-*/dataset.jsonl"), None):
                assert child.poll() is None
                time.sleep(0.01)
            child.kill()
        assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


class TestDefects:
    def test_a_defect_is_one_line_and_a_traceback_only_with_debug(
        self, schema: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: Any, **__: Any) -> None:
            raise ZeroDivisionError("first line\nsecond line")

        monkeypatch.setattr("pytest_specmint.cli.generate.job_of", broken)
        errors = fails(capfd, 1, "generate", "--schema", schema, "--stdout")
        assert "internal error, ZeroDivisionError: first line\n" in errors
        assert "please report" in errors
        assert main(["generate", "--schema", schema, "--stdout", "--debug"]) == 1
        assert "Traceback" in capfd.readouterr().err

    def test_traceback_of_a_known_error_only_with_debug(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        missing = str(tmp_path / "none.json")
        fails(capfd, 2, "generate", "--schema", missing, "--stdout")
        assert main(["generate", "--schema", missing, "--stdout", "--debug"]) == 2
        assert "Traceback" in capfd.readouterr().err
