"""A run: what it leaves, what it refuses, what it takes over."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pytest_specmint.engines.local import LocalEngine
from pytest_specmint.errors import OutputError, SpecmintError, UsageError, WorkerError
from pytest_specmint.job import Job, Mode
from pytest_specmint.output.formats import JSONL
from pytest_specmint.parts.done import PartDone
from pytest_specmint.parts.engine import EngineOptions, Told
from pytest_specmint.parts.layout import LEAF
from pytest_specmint.parts.make import PartTask, make_part
from pytest_specmint.parts.run import Made, Order, make_parts, order_of
from pytest_specmint.parts.sink import sink_at


class Engine:
    """Makes parts here, backwards, and some of them twice."""

    def __init__(self, stop: int = 10**9, error: Exception | None = None) -> None:
        self._stop, self._error = stop, error
        self.closed = False

    def run(self, tasks: Sequence[PartTask], options: EngineOptions, told: Told) -> Iterator[PartDone]:
        try:
            for number, task in enumerate(reversed(tasks)):
                if number == self._stop:
                    if self._error is not None:
                        raise self._error
                    return
                make_part(task)
                yield make_part(task)
        finally:
            self.closed = True


def order(job: Job, tmp_path: Path, **more: Any) -> Order:
    return order_of(replace(job, count=2 * LEAF + 10), str(tmp_path / "out"), JSONL, **more)


def made(given: Order, engine: Any = None) -> Made:
    return make_parts(given, engine or Engine(), EngineOptions())


def files(tmp_path: Path) -> list[str]:
    return sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file())


WHOLE = ["manifest.json", "part-00000.jsonl", "part-00001.jsonl", "part-00002.jsonl", "run.json"]


def test_parts_in_any_order_and_twice(job: Job, tmp_path: Path) -> None:
    told = made(order(job, tmp_path))
    assert files(tmp_path) == WHOLE
    assert json.loads((tmp_path / "out" / "manifest.json").read_bytes()) == told.manifest
    assert [each["number"] for each in told.manifest["parts"]["files"]] == [0, 1, 2]
    assert (told.run["stats"]["parts"], told.run["stats"]["parts_kept"]) == (3, 0)
    assert told.run["engine"] == "local"


@pytest.mark.parametrize("error", [None, WorkerError("gone"), KeyboardInterrupt()])
def test_what_is_made_is_kept(job: Job, tmp_path: Path, error: Any) -> None:
    engine = Engine(2, error)
    with pytest.raises((SpecmintError, KeyboardInterrupt)):
        made(order(job, tmp_path), engine)
    assert engine.closed
    assert "manifest.json" not in files(tmp_path)
    assert "_specmint/run.json" not in files(tmp_path)  # late workers put nothing in place
    told = made(order(job, tmp_path, resume=True), LocalEngine())
    assert told.run["stats"]["parts_kept"] == 2
    assert files(tmp_path) == WHOLE


def test_a_lost_part_is_an_error(job: Job, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="part 0 was not made, of 1 in all"):
        made(order(job, tmp_path), Engine(2))


class Elsewhere(Engine):
    """Its workers write to another disk."""

    def run(self, tasks: Sequence[PartTask], options: EngineOptions, told: Told) -> Iterator[PartDone]:
        for task in tasks:
            yield make_part(task)
            sink_at(task.work.target).remove("part-00001.jsonl")


def test_parts_that_are_not_at_the_target(job: Job, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"part-00001.jsonl is not there") as told:
        made(order(job, tmp_path), Elsewhere())
    assert "all of them share" in (told.value.hint or "")


def test_an_overwritten_dataset(job: Job, tmp_path: Path) -> None:
    made(order(job, tmp_path))
    before = files(tmp_path)
    with pytest.raises(OutputError, match="holds a dataset already"):
        made(order(job, tmp_path))
    smaller = order_of(replace(job, count=10), str(tmp_path / "out"), JSONL, overwrite=True)
    told = made(smaller)
    assert told.manifest["dataset"]["records"] == 10
    assert files(tmp_path) == [each for each in before if each not in {"part-00001.jsonl", "part-00002.jsonl"}]


def test_an_unfinished_run_is_named(job: Job, tmp_path: Path) -> None:
    with pytest.raises(WorkerError):
        made(order(job, tmp_path), Engine(1, WorkerError("gone")))
    with pytest.raises(OutputError, match="parts of a run that did not end"):
        made(order(job, tmp_path))
    with pytest.raises(OutputError, match=r"a run began there that differs in gen.seed$"):
        made(order(replace(job, seed=8), tmp_path, resume=True))
    with pytest.raises(OutputError, match=r"differs in part_records$"):
        made(order(job, tmp_path, resume=True, size=2 * LEAF))
    made(order(replace(job, seed=8), tmp_path, overwrite=True))
    assert files(tmp_path) == WHOLE


def test_a_dataset_cut_otherwise_is_cut_anew(job: Job, tmp_path: Path) -> None:
    one = made(order(job, tmp_path))
    two = made(order(job, tmp_path, resume=True, size=2 * LEAF))
    assert (one.manifest["dataset_id"], len(two.manifest["parts"]["files"])) == (two.manifest["dataset_id"], 2)
    assert files(tmp_path) == [each for each in WHOLE if each != "part-00002.jsonl"]


def test_near_misses_have_no_parts(job: Job, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="near misses"):
        made(order(replace(job, mode=Mode.INVALID), tmp_path))
    assert not (tmp_path / "out").exists()


def test_a_directory_of_another_kind(job: Job, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "dataset.jsonl").write_bytes(b"")
    with pytest.raises(OutputError, match=r"holds dataset.jsonl, which no run in parts has written"):
        made(order(job, tmp_path, overwrite=True))
