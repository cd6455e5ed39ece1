"""Parts to make without the command line, and formats that go wrong: for tests of engines."""

import importlib
import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.dataset import Dataset
from pytest_specmint.engines.table import engine_named
from pytest_specmint.output.formats import JSONL, task_of
from pytest_specmint.parts.digest import Leaves, root
from pytest_specmint.parts.done import PartDone
from pytest_specmint.parts.engine import EngineOptions
from pytest_specmint.parts.journal import begin_run
from pytest_specmint.parts.layout import LEAF, layout_of
from pytest_specmint.parts.make import Content, PartTask, work_of
from pytest_specmint.parts.run import Made, Progress, make_parts, order_of
from pytest_specmint.parts.sink import sink_at
from pytest_specmint.pipeline.blocks import recipe_of
from pytest_specmint.rendering.format import Format

SCHEMA = {
    "type": "object",
    "properties": {"id": {"type": "integer", "minimum": 0, "maximum": 999_999}, "ok": {"type": "boolean"}},
    "required": ["id", "ok"],
    "additionalProperties": False,
}
COUNT = 3 * LEAF + 1000
"""Four parts, the last one short."""

FAULTS = '''
import errno
import os
import signal
import time
from pathlib import Path

from pytest_specmint.errors import InvalidData
from pytest_specmint.rendering.format import Format

HERE = Path(__file__).parent
LEAF = 65536


def count(name):
    """So often this was asked for, across processes."""
    for i in range(1, 100):
        try:
            (HERE / f"{name}-{i}").touch(exist_ok=False)
            return i
        except FileExistsError:
            pass


class Writer:
    """Writes lines; the second part goes wrong in its middle."""

    def __init__(self, task, fault):
        self.fault = fault if task.start == LEAF else None
        self.blocks = 0

    def block(self, lines):
        self.blocks += 1
        if self.fault and self.blocks == 2:
            self.fault()
        return lines

    def end(self):
        return b""


def killed():
    if count("killed") == 1:
        os.kill(os.getpid(), signal.SIGKILL)


def executor_killed():
    """A Spark worker's daemon is its parent, whose parent is the executor."""
    if count("executor") == 1:
        status = Path(f"/proc/{os.getppid()}/status").read_text()
        os.kill(int(status.partition("PPid:")[2].split()[0]), signal.SIGKILL)
        time.sleep(60)


def full_twice():
    if count("full") <= 2:
        raise OSError(errno.ENOSPC, "no space left on device")


def always_full():
    count("always")
    raise OSError(errno.ENOSPC, "no space left on device")


def unfit():
    count("unfit")
    raise InvalidData("record 70000 does not fit", pointer="/id", hint="make it fit")


def begin_killed(task): return Writer(task, killed)
def begin_executor_killed(task): return Writer(task, executor_killed)
def begin_full_twice(task): return Writer(task, full_twice)
def begin_always_full(task): return Writer(task, always_full)
def begin_unfit(task): return Writer(task, unfit)


KILLED = Format("killed", "txt", "", begin_killed)
EXECUTOR_KILLED = Format("executor_killed", "txt", "", begin_executor_killed)
FULL_TWICE = Format("full_twice", "txt", "", begin_full_twice)
ALWAYS_FULL = Format("always_full", "txt", "", begin_always_full)
UNFIT = Format("unfit", "txt", "", begin_unfit)
'''


class Faults:
    """Formats whose second part goes wrong, importable by workers that are started from now on."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "specmint_faults.py").write_text(FAULTS, encoding="utf-8")
        monkeypatch.setenv("PYTHONPATH", str(folder), prepend=":")
        monkeypatch.syspath_prepend(str(folder))
        sys.modules.pop("specmint_faults", None)
        self._module = importlib.import_module("specmint_faults")

    def __getattr__(self, name: str) -> Format:
        found: Format = getattr(self._module, name)
        return found

    def count(self, name: str) -> int:
        """So often a fault has happened, or could have."""
        return len(list(self.folder.glob(f"{name}-*")))


def dataset(count: int = COUNT) -> Dataset:
    return sm.generate(SCHEMA, seed=9, count=count)


class Stopped(Exception):
    """The driver has stopped."""


class Run:
    """A run in parts by an engine, and what was told of it."""

    def __init__(self, engine: str, target: Path, *, count: int = COUNT, **options: Any) -> None:
        self.engine, self.target, self.count = engine, target, count
        self.options = EngineOptions(**options)
        self.told: list[str] = []

    def make(self, form: Format = JSONL, *, resume: bool = False, progress: Progress | None = None) -> Made:
        order = order_of(dataset(self.count).job, str(self.target), form, size=LEAF, resume=resume)
        engine = engine_named(self.engine)
        return make_parts(order, engine, self.options, name=self.engine, told=self.told.append, progress=progress)

    def stopped_after(self, parts: int) -> None:
        """A run whose driver fails when it has heard of so many parts."""
        left = iter(range(parts - 1))

        def progress(_: int) -> None:
            if next(left, None) is None:
                raise Stopped

        with pytest.raises(Stopped):
            self.make(progress=progress)
        assert not (self.target / "manifest.json").exists()

    def parts(self) -> Iterator[PartDone]:
        """The engine alone, without the run around it."""
        job = dataset(self.count).job
        begin_run(sink_at(str(self.target)), "run")
        work = work_of("run", str(self.target), Content(recipe_of(job), JSONL, task_of(job)), plan="plan")
        tasks = [PartTask(work, part) for part in layout_of(0, self.count, LEAF).parts()]
        return engine_named(self.engine).run(tasks, self.options, self.told.append)

    def check(self) -> None:
        """Every part is there once, as the manifest says, and together they are the dataset; nothing else is there."""
        manifest = json.loads((self.target / "manifest.json").read_bytes())
        parts = manifest["parts"]["files"]
        assert [each["start"] for each in parts] == list(range(0, self.count, LEAF))
        assert sum(each["records"] for each in parts) == self.count
        files = {each["file"]: (self.target / each["file"]).read_bytes() for each in parts}
        assert {each["file"]: each["sha256"] for each in parts} == {
            name: sha256(data).hexdigest() for name, data in files.items()
        }
        expected = dataset(self.count)
        assert sha256(b"".join(files.values())).hexdigest() == expected.sha256
        assert manifest["dataset"]["tree_sha256"] == tree_digest(expected.jsonl)
        assert {path.name for path in self.target.iterdir()} == {*files, "manifest.json", "run.json"}


def tree_digest(lines: bytes) -> str:
    leaves = Leaves(0)
    leaves.add(lines, lines.count(b"\n"))
    return root(leaves.finished())
