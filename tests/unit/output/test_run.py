"""A whole dataset on disk."""

import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import UnsatisfiableSchema
from pytest_specmint.job import Job
from pytest_specmint.output import run
from pytest_specmint.output.run import write_dataset
from pytest_specmint.schema.load import load_schema

SCHEMA = {
    "type": "object",
    "properties": {
        "n": {"type": "integer", "minimum": 0, "maximum": 999},
        "d": {"type": "string", "format": "date"},
    },
    "required": ["n", "d"],
    "additionalProperties": False,
}


def job(count: int = 5, start: int = 0) -> Job:
    return Job(load_schema(SCHEMA), 3, count, start, date(2025, 1, 1))


def test_files_agree_with_one_another(tmp_path: Path) -> None:
    written = write_dataset(job(), tmp_path / "out")
    data = (tmp_path / "out" / "dataset.jsonl").read_bytes()
    assert json.loads((tmp_path / "out" / "manifest.json").read_bytes()) == written.manifest
    assert json.loads((tmp_path / "out" / "run.json").read_bytes()) == written.run
    assert written.manifest["dataset"] == {
        "file": "dataset.jsonl",
        "records": 5,
        "bytes": len(data),
        "sha256": sha256(data).hexdigest(),
    }
    records = sorted((tmp_path / "out").glob("record_*.json"))
    assert b"".join(path.read_bytes() for path in records) == data
    assert len(records) == 5
    assert data == sm.generate(SCHEMA, seed=3, count=5).jsonl
    assert written.manifest == sm.generate(SCHEMA, seed=3, count=5).manifest


def test_everything_but_run_json_is_the_same_again(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_dataset(job(), tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        if path.name != "run.json":
            assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


@pytest.mark.parametrize(("record_files", "number"), [(None, 2), (True, 3), (False, 0)])
def test_record_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_files: bool | None, number: int) -> None:
    monkeypatch.setattr(run, "RECORD_FILES_UP_TO", 2)
    count = number or 2
    write_dataset(job(count), tmp_path / "out", record_files=record_files)
    assert len(list((tmp_path / "out").glob("record_*"))) == number
    write_dataset(job(3), tmp_path / "more")
    assert not list((tmp_path / "more").glob("record_*"))


def test_fewer_records_leave_no_files_of_the_earlier_run(tmp_path: Path) -> None:
    write_dataset(job(5), tmp_path / "out")
    write_dataset(job(2), tmp_path / "out")
    assert len(list((tmp_path / "out").glob("record_*"))) == 2


def test_progress_adds_up(tmp_path: Path) -> None:
    told: list[int] = []
    write_dataset(job(20_000), tmp_path / "out", record_files=False, progress=told.append)
    assert sum(told) == 20_000
    assert len(told) > 1


def test_schema_that_cannot_be_compiled_leaves_nothing(tmp_path: Path) -> None:
    impossible = Job(load_schema({"type": "integer", "minimum": 3, "maximum": 2}), 0, 1, 0, date(2025, 1, 1))
    with pytest.raises(UnsatisfiableSchema):
        write_dataset(impossible, tmp_path / "a" / "out")
    assert list(tmp_path.iterdir()) == []
