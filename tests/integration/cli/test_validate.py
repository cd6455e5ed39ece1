"""`specmint-cli validate`, as a user calls it: 0 only when every record is valid."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.cli.main import main
from tests import documents

SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}, "day": {"type": "string", "format": "date"}},
    "required": ["n"],
    "additionalProperties": False,
}
GOOD = b'{"n":1}\n{"n":2}\n'

Validate = Callable[..., tuple[int, str, str]]


@pytest.fixture
def schema(schema_file: Any) -> str:
    return str(schema_file(SCHEMA))


@pytest.fixture
def validate(schema: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Validate:
    """Exit code, standard output and standard error for a dataset of these bytes."""

    def run(data: bytes, *options: str, name: str = "data.jsonl") -> tuple[int, str, str]:
        (tmp_path / name).write_bytes(data)
        code = main(["validate", "--schema", schema, "--dataset", str(tmp_path / name), *options])
        return code, *capfd.readouterr()

    return run


def test_valid(validate: Validate) -> None:
    assert validate(GOOD) == (0, "", "summary: records 2, valid 2, invalid 0, unreadable 0\n")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"n":1}\n{"n":"2"}\n', 'line 2 /n: "2" is not of type "integer" (type)'),
        (b'{"n":1}\n{}\n', "line 2: "),
        (b'{"n":1,"day":"2024-02-30"}\n', "line 1 /day: "),
        (b'{"n":1}\n{"n":2', "line 2: not JSON: "),
        (b'{"n":1}{"n":2}\n', "line 1: not JSON: Extra data"),
        (b'{"n":1}\n\n{"n":2}\n', "line 2: empty line"),
        (b'\xef\xbb\xbf{"n":1}\n', "line 1: byte order mark"),
        (b'{"n":NaN}\n', "line 1: not JSON: NaN is not a JSON number"),
        (b'{"n":-Infinity}\n', "line 1: not JSON: -Infinity is not a JSON number"),
        (b'{"n":1,"n":2}\n', "line 1: not JSON: key 'n' occurs twice"),
        (b'{"n":1}\n{"n":"\xff"}\n', "line 2: not UTF-8"),
        (b'{\x00"n":1}\n', "line 1: not JSON"),
        (b"[" * 100_000 + b"\n", "line 1: nested too deeply"),
        (b'{"n":' + b"9" * 5000 + b"}\n", "line 1: not JSON"),
        (b"null\n", "line 1: null is not of type"),
    ],
)
def test_one_bad_line(validate: Validate, data: bytes, words: str) -> None:
    code, output, errors = validate(data)
    assert code == 3
    assert output == ""
    assert words in errors
    assert "Traceback" not in errors


def test_windows_line_ends_are_fine(validate: Validate) -> None:
    assert validate(GOOD.replace(b"\n", b"\r\n"))[0] == 0


def test_last_line_may_lack_its_end_and_blank_lines_may_follow(validate: Validate) -> None:
    assert validate(GOOD.rstrip())[0] == 0
    assert validate(GOOD + b"\n\n")[0] == 0


def test_empty_dataset_has_no_invalid_record(validate: Validate) -> None:
    assert validate(b"") == (0, "", "summary: records 0, valid 0, invalid 0, unreadable 0\n")


def test_counts_and_first_five(validate: Validate) -> None:
    data = b"".join(b'{"n":"%d"}\n' % n for n in range(20)) + b"broken\n" + GOOD
    code, output, errors = validate(data)
    assert (code, output) == (3, "")
    summary, *examples = errors.splitlines()
    assert summary == "summary: records 23, valid 2, invalid 20, unreadable 1"
    assert len(examples) == 5


def test_verbose_and_examples(validate: Validate) -> None:
    data = b"".join(b'{"n":"%d"}\n' % n for n in range(200))
    assert len(validate(data, "--verbose")[1].splitlines()) == 100
    assert len(validate(data, "--examples", "150")[1].splitlines()) == 150
    assert validate(data, "--examples", "2")[2].count("  - line") == 2
    assert "  - " not in validate(data, "--examples", "0")[2]


def test_compressed(validate: Validate) -> None:
    assert validate(gzip.compress(GOOD), name="data.jsonl.gz")[0] == 0
    assert validate(gzip.compress(b'{"n":"1"}\n'), name="data.jsonl.gz")[0] == 3


@pytest.mark.parametrize(
    "data",
    [b"not gzip", gzip.compress(GOOD)[:-9], gzip.compress(GOOD)[:12] + b"\xff" * 8],
    ids=["plain", "cut", "torn"],
)
def test_broken_compressed_file(validate: Validate, data: bytes) -> None:
    code, _, errors = validate(data, name="data.jsonl.gz")
    assert code == 6
    assert "cannot read dataset" in errors


def test_directory_of_generate(specmint: Any, schema: str, tmp_path: Path) -> None:
    assert specmint("generate", "--schema", schema, "--out", "out").returncode == 0
    assert specmint("validate", "--schema", schema, "--dataset", "out").returncode == 0
    path = tmp_path / "out" / "dataset.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"n":', b'"m":', 1))
    assert specmint("validate", "--schema", schema, "--dataset", "out").returncode == 3


def test_generated_stream_through_a_pipe(specmint: Any, schema: str) -> None:
    made = specmint("generate", "--schema", schema, "--count", "100", "--stdout")
    done = specmint("validate", "--schema", schema, "--dataset", "-", input=made.stdout)
    assert (done.returncode, done.stdout) == (0, "")
    assert "records 100, valid 100" in done.stderr


@pytest.mark.parametrize("missing", ["none.jsonl", "folder"])
def test_missing_dataset(schema: str, tmp_path: Path, missing: str, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "folder").mkdir()
    assert main(["validate", "--schema", schema, "--dataset", str(tmp_path / missing)]) == 6
    assert "No such file" in capfd.readouterr().err


def test_schema_from_the_settings(specmint: Any, schema: str, tmp_path: Path) -> None:
    (tmp_path / "data.jsonl").write_bytes(GOOD)
    assert specmint("validate", "--dataset", "data.jsonl").returncode == 1
    (tmp_path / "specmint.toml").write_text(f"schema = '{schema}'")
    assert specmint("validate", "--dataset", "data.jsonl").returncode == 0


def test_something_that_is_not_a_schema(schema_file: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data.jsonl").write_bytes(GOOD)
    path = schema_file({"type": "integr"})
    assert main(["validate", "--schema", path, "--dataset", str(tmp_path / "data.jsonl")]) == 2
    assert "not a valid JSON Schema" in capfd.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
def test_memory_stays_flat(specmint: Any, schema: str, tmp_path: Path) -> None:
    """120 MB of records cost little more memory than one."""
    line = json.dumps({"n": 1, "day": "2024-01-01"}).encode() + b" " * 1000 + b"\n"
    with (tmp_path / "large.jsonl").open("wb") as file:
        for _ in range(120):
            file.write(line * 1000)
    small, large = tmp_path / "small.jsonl", tmp_path / "large.jsonl"
    small.write_bytes(line)

    def peak(dataset: Path) -> int:
        program = (
            "import resource, sys; from pytest_specmint.cli.main import main; code = main(sys.argv[1:]);"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(code)"
        )
        command = [sys.executable, "-c", program, "validate", "--schema", schema, "--dataset", str(dataset)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return int(done.stdout)

    assert peak(large) - peak(small) < 40_000


def test_several_datasets(specmint: Any, schema_file: Any, tmp_path: Path) -> None:
    schema = schema_file({"type": "integer"})
    (tmp_path / "good.jsonl").write_text("1\n2\n")
    (tmp_path / "bad.jsonl").write_text('1\n"a"\n')
    done = specmint("validate", "--schema", schema, "good.jsonl", "good.jsonl")
    assert (done.returncode, done.stderr.count("good.jsonl:\nsummary: records 2, valid 2")) == (0, 2)
    done = specmint("validate", "--schema", schema, "bad.jsonl", "good.jsonl", "--json")
    assert done.returncode == 3
    assert [documents.read("validate", line)["valid"] for line in done.stdout.splitlines()] == [1, 2]
    done = specmint("validate", "--safety", "bad.jsonl", "-d", "good.jsonl")
    assert (done.returncode, done.stderr.count("summary: ")) == (0, 2)
    done = specmint("validate", "--schema", schema)
    assert (done.returncode, "error: no dataset given" in done.stderr) == (1, True)


def test_the_document_tells_of_rules(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    payment = Path(__file__).parents[3] / "schemas" / "fintech" / "payment_transaction.json"
    assert main(["generate", "--schema", str(payment), "--count", "30", "--out", str(tmp_path / "out"), "-q"]) == 0
    lines = (tmp_path / "out" / "dataset.jsonl").read_text().splitlines()
    broken = {**json.loads(lines[0]), "timestamp": "1999-01-01T00:00:00Z"}
    (tmp_path / "data.jsonl").write_text("\n".join([json.dumps(broken), *lines[1:], "{", ""]))
    assert main(["validate", "--schema", str(payment), str(tmp_path / "data.jsonl"), "--json"]) == 3
    found = documents.read("validate", capfd.readouterr().out)
    assert (found["records"], found["unreadable"]) == (31, 1)
    (lately,) = (each for each in found["rules"] if each["id"] == "lately")
    assert (lately["failed"], lately["kept"], len(lately["examples"])) == (1, False, 1)
