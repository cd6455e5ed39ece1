"""Schemas that git remembers, where it can, and never an error of its own."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

import pytest_specmint as sm
from pytest_specmint.errors import GoldenMismatch
from pytest_specmint.golden import history
from pytest_specmint.golden.history import remembered_blocks
from pytest_specmint.golden.origin import Origin, Subject, origin_of
from pytest_specmint.golden.values import Values


def _git(root: Path, *arguments: str) -> None:
    mine = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *mine, *arguments], cwd=root, env=environment, check=True, capture_output=True)


def _commit(root: Path) -> None:
    _git(root, "add", "-A")
    _git(root, "commit", "-qm", "x")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    _git(tmp_path, "init", "-q")
    return tmp_path


def _golden(root: Path, source: str, **more: str) -> tuple[Origin, bytes]:
    dataset = sm.generate(f"{root}/{source}", count=5, **more)
    subject = Subject(nodeid="t.py::x", root=root, **more)
    return origin_of(subject, dataset, Values(dataset).content()), dataset.jsonl


def _schema(path: Path, schema: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(schema))


def test_an_earlier_version(repository: Path) -> None:
    path = repository / "deep" / "s p.json"
    _schema(path, {"$defs": {"a": {"type": "integer"}}})
    _commit(repository)
    origin, records = _golden(repository, "deep/s p.json#/$defs/a")
    for i in range(3):
        _schema(path, {"$defs": {"a": {"type": "integer", "minimum": i}}})
        _commit(repository)
    assert b"".join(remembered_blocks(origin, repository)) == records
    _git(repository, "rm", "-qf", "deep/s p.json")
    _commit(repository)
    assert b"".join(remembered_blocks(origin, repository)) == records


def test_a_root_below_the_repository(repository: Path) -> None:
    root = repository / "service"
    _schema(root / "s.json", {"type": "integer"})
    _commit(repository)
    origin, records = _golden(root, "s.json")
    _schema(root / "s.json", {"type": "string"})
    assert b"".join(remembered_blocks(origin, root)) == records


def test_a_schema_root(repository: Path) -> None:
    _schema(repository / "d" / "s.json", {"type": "integer"})
    _commit(repository)
    origin, records = _golden(repository, "d/s.json", schema_root=str(repository / "d"))
    _schema(repository / "d" / "s.json", {"type": "string"})
    assert b"".join(remembered_blocks(origin, repository)) == records


def test_several_files_are_not_put_together(repository: Path) -> None:
    _schema(repository / "part.json", {"type": "integer"})
    _schema(repository / "s.json", {"$ref": "part.json"})
    _commit(repository)
    origin, _ = _golden(repository, "s.json")
    _schema(repository / "part.json", {"type": "string"})
    with pytest.raises(GoldenMismatch, match="has changed since"):
        remembered_blocks(origin, repository)


@pytest.mark.parametrize("case", ["no repository", "no commit", "no git", "another engine", "a path that leads out"])
def test_where_nothing_is_remembered(tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    if case != "no repository":
        _git(tmp_path, "init", "-q")
    _schema(tmp_path / "s.json", {"type": "integer"})
    origin, _ = _golden(tmp_path, "s.json")
    if case in ("no git", "another engine", "a path that leads out"):
        _commit(tmp_path)
    _schema(tmp_path / "s.json", {"type": "string"})
    if case == "no git":
        monkeypatch.setenv("PATH", str(tmp_path))
    elif case == "another engine":
        origin = replace(origin, engine_version=0)
    elif case == "a path that leads out":
        assert origin.schema is not None
        origin = replace(origin, schema=replace(origin.schema, path="../x/s.json"))
    with pytest.raises(GoldenMismatch):
        remembered_blocks(origin, tmp_path)


def test_not_for_ever(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _schema(repository / "s.json", {"type": "integer"})
    _commit(repository)
    origin, _ = _golden(repository, "s.json")
    for i in range(4):
        _schema(repository / "s.json", {"type": "integer", "minimum": i})
        _commit(repository)
    monkeypatch.setattr(history, "REVISIONS", 3)
    with pytest.raises(GoldenMismatch):
        remembered_blocks(origin, repository)
