"""`specmint-cli validate --safety`, as a user calls it: 0 only when nothing could be real."""

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_specmint.cli.main import main
from tests import documents

BAD = b'{"ssn":"666-45-6789"}\n{"ssn":"123-45-6789","note":"joe@gmail.com"}\n'
GOOD = b'{"ssn":"666-45-6789"}\n'
SCHEMA = {"type": "object", "required": ["ssn"], "properties": {"ssn": {"type": "string", "pattern": "^666"}}}

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    def call(content: bytes, *options: str) -> tuple[int, str, str]:
        (tmp_path / "data.jsonl").write_bytes(content)
        code = main(["validate", "--safety", "--dataset", str(tmp_path / "data.jsonl"), *options])
        return code, *capfd.readouterr()

    return call


def test_what_could_be_real_is_listed_masked(run: Run) -> None:
    assert run(BAD) == (
        3,
        "social security number: 2 looked at, 1 could be real\n"
        "  line 2 /ssn: 123-**-**** (area 123 is assigned)\n"
        "e-mail address: 1 looked at, 1 could be real\n"
        "  line 2 /note: ***@gmail.com (a name that can be registered)\n",
        "summary: records 2, unreadable 0, looked at 3, could be real 2\n",
    )


def test_nothing_could_be_real(run: Run) -> None:
    code, out, err = run(GOOD)
    assert (code, out) == (0, "social security number: 1 looked at, none could be real\n")
    assert err == "summary: records 1, unreadable 0, looked at 1, could be real 0\n"


def test_json(run: Run) -> None:
    code, out, _ = run(BAD, "--json", "--examples", "0")
    assert code == 3
    document = documents.read("validate", out)
    assert document.keys() == {"safety"}
    assert document["safety"]["kinds"]["ssn"] == {
        "title": "social security number",
        "looked_at": 2,
        "could_be_real": 1,
        "examples": [],
    }


def test_unreadable_lines(run: Run) -> None:
    code, _, err = run(b"{\n" + GOOD)
    assert code == 3
    assert "unreadable 1" in err


def test_with_a_schema_both_are_judged_in_one_pass(run: Run, schema_file: Any) -> None:
    schema = str(schema_file(SCHEMA))
    code, out, err = run(BAD, "--schema", schema)
    assert code == 3
    assert "line 2 /ssn: 123-**-****" in out
    assert err.startswith("summary: records 2, valid 1, invalid 1, unreadable 0, looked at 3, could be real 2\n")
    assert run(GOOD, "--schema", schema)[0] == 0
    assert run(b'{"ssn":"000-45-6789"}\n', "--schema", schema)[0] == 3  # safe, but not valid
    document = documents.read("validate", run(BAD, "--schema", schema, "--json")[1])
    assert (document["schema"]["valid"], document["schema"]["invalid"], document["safety"]["could_be_real"]) == (
        1,
        1,
        2,
    )


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(BAD)))
    assert main(["validate", "--safety", "--dataset", "-"]) == 3
    assert "line 2 /ssn" in capfd.readouterr().out


def test_goldens_of_the_project(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--safety", "--dataset", str(root / "golden")]) == 0
    assert "none could be real" in capfd.readouterr().out


def test_what_does_not_go_together(run: Run, schema_file: Any, capfd: pytest.CaptureFixture[str]) -> None:
    given = ["validate", "--safety", "--schema", str(schema_file(SCHEMA)), "--dataset", "x", "--rules", "x.yaml"]
    assert main(given) == 1
    assert "--safety does not look at rules" in capfd.readouterr().err
    assert main(["validate", "--safety", "--dataset", "missing.jsonl"]) == 6
