"""The zipapp: the command line in one file, with the same bytes; built from this checkout and what is installed here."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pytest_specmint as sm
from pytest_specmint.version import __version__

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="module")
def zipapp(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that tox has built, or one built now."""
    given = os.environ.get("SPECMINT_ZIPAPP")
    if given:
        return Path(given)
    made = tmp_path_factory.mktemp("zipapp") / "specmint.pyz"
    subprocess.run([sys.executable, str(root / "deploy" / "make_zipapp.py"), str(made)], check=True, timeout=300)
    return made


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shiv")


@pytest.fixture
def run(zipapp: Path, unpacked: Path, tmp_path: Path) -> Run:
    """Run it by an interpreter that sees neither this environment's settings nor, by a proxy that is not there, a network."""
    nowhere = "http://127.0.0.1:9"
    surroundings = {
        "PATH": os.environ["PATH"],
        "SHIV_ROOT": str(unpacked),
        "HTTPS_PROXY": nowhere,
        "HTTP_PROXY": nowhere,
    }

    def call(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "-I", str(zipapp), *arguments]
        return subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, timeout=300)

    return call


def test_the_same_bytes(run: Run, schemas: Path, tmp_path: Path) -> None:
    schema = str(schemas / "healthcare" / "claim_837p_slim.json")
    given = ("--schema", schema, "--seed", "7", "--count", "40", "--domain", "healthcare")
    done = run("generate", *given, "--workers", "2", "--stdout")
    assert done.returncode == 0, done.stderr
    assert done.stdout == sm.generate(schema, seed=7, count=40, domain="healthcare").jsonl
    assert run("generate", *given, "--out", "out").returncode == 0
    assert (tmp_path / "out" / "dataset.jsonl").read_bytes() == done.stdout
    assert json.loads((tmp_path / "out" / "run.json").read_text())["packages"]["numpy"]
    assert run("validate", "--schema", schema, "out").returncode == 0


def test_all_of_it_is_there(run: Run, tmp_path: Path) -> None:
    assert run("--version").stdout.decode().split()[-1] == __version__
    (tmp_path / "data.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
    inferred = run("schema", "infer", "data.jsonl")  # by an extra
    assert json.loads(inferred.stdout)["properties"]["a"]["type"] == "integer"
    failed = run("generate", "--schema", "missing.json", "--stdout")
    assert failed.returncode == 2
    assert b"missing.json" in failed.stderr


def test_what_it_came_from_is_not_where_it_runs_from(run: Run, unpacked: Path) -> None:
    done = run("generate", "--schema", "missing.json", "--stdout", "--debug")
    assert str(unpacked).encode() in done.stderr
    assert str(Path(sm.__file__).parent).encode() not in done.stderr
