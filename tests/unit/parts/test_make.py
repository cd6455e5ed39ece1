"""One part: the same from any process, whole or not there, kept when it is whole already."""

import pickle
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest
from msgspec.structs import replace

from pytest_specmint.errors import UsageError
from pytest_specmint.job import Job
from pytest_specmint.output.formats import JSONL, task_of
from pytest_specmint.parts import journal
from pytest_specmint.parts.journal import RunIsOver, begin_run, end_run, receipt, receipt_file
from pytest_specmint.parts.layout import LEAF, PartRange, layout_of
from pytest_specmint.parts.make import Content, PartTask, Work, make_part, work_of
from pytest_specmint.parts.same_engine import OtherEngine, check_engine, engine_digest
from pytest_specmint.parts.sink import Sink, sink_at
from pytest_specmint.pipeline.blocks import byte_blocks, recipe_of
from pytest_specmint.rendering.format import Format, Task


@pytest.fixture
def out(work: Work) -> Sink:
    sink = sink_at(work.target)
    begin_run(sink, work.run)
    return sink


def only(work: Work) -> PartTask:
    return PartTask(work, PartRange(0, 5, 1000))


def test_a_part_is_the_lines_of_its_range(job: Job, work: Work, out: Sink) -> None:
    done = make_part(pickle.loads(pickle.dumps(only(work))))
    lines = b"".join(byte_blocks(job))
    assert out.read("part-00000.jsonl") == lines
    digest = sha256(lines).hexdigest()
    assert (done.file, done.bytes, done.line_bytes) == ("part-00000.jsonl", len(lines), len(lines))
    assert (done.sha256, done.leaves, done.kept) == (digest, (digest,), False)
    assert receipt(out, work.plan, 0) == done


def test_parts_of_several_leaves(job: Job, tmp_path: Path) -> None:
    long = replace(job, count=3 * LEAF + 10)
    work = work_of("r", str(tmp_path / "out"), Content(recipe_of(long), JSONL, task_of(long)), plan="p")
    begin_run(sink_at(work.target), "r")
    one, two = (
        [make_part(PartTask(work, part)) for part in layout_of(5, long.count, size).parts()]
        for size in (2 * LEAF, 4 * LEAF)
    )
    assert [len(part.leaves) for part in one] == [2, 2]
    assert [leaf for part in one for leaf in part.as_leaves()] == list(two[0].as_leaves())


def test_another_format_is_a_whole_file_for_each_part(job: Job, tmp_path: Path) -> None:
    form = Format("numbered", "txt", "as a test has it", Numbered)
    work = work_of("r", str(tmp_path / "out"), Content(recipe_of(job), form, task_of(job)), plan="p")
    sink = sink_at(work.target)
    begin_run(sink, "r")
    done = make_part(PartTask(work, PartRange(3, 105, 10)))
    data = sink.read("part-00003.txt")
    assert data is not None
    assert data.startswith(b"from 105 seed 7 as of 2025-01-01\n{")
    assert data.endswith(b"}\nend\n")
    assert (done.bytes, done.sha256) == (len(data), sha256(data).hexdigest())
    assert done.line_bytes < done.bytes


class Numbered:
    def __init__(self, task: Task) -> None:
        self._head = b"from %d seed %d as of %s\n" % (task.start, task.seed, str(task.as_of).encode())

    def block(self, lines: bytes) -> bytes:
        head, self._head = self._head, b""
        return head + lines

    def end(self) -> bytes:
        return b"end\n"


def test_one_that_is_whole_is_kept(work: Work, out: Sink) -> None:
    done = make_part(only(work))
    again = replace(only(work), resume=True)
    assert make_part(again) == replace(done, kept=True)
    assert make_part(only(work)) == done  # without asking, it is made


@pytest.mark.parametrize(
    "damage", ["changed", "short", "gone", "receipt of another plan", "no receipt", "torn receipt"]
)
def test_one_that_is_not_is_made_again(work: Work, out: Sink, damage: str) -> None:
    done = make_part(only(work))
    lines = out.read(done.file) or b""
    if damage == "changed":
        out.write(done.file, lines[:-3] + b"9}\n")
    elif damage == "short":
        out.write(done.file, lines[:-3])
    elif damage == "gone":
        out.remove(done.file)
    elif damage == "receipt of another plan":
        journal.write_receipt(out, "plan-2", done)
    elif damage == "no receipt":
        out.remove(receipt_file(0))
    else:
        out.write(receipt_file(0), b'{"plan": "plan-1", "pa')
    assert make_part(replace(only(work), resume=True)) == done
    assert out.read(done.file) == lines
    assert receipt(out, work.plan, 0) == done


def test_a_receipt_is_of_a_range(work: Work, out: Sink) -> None:
    done = make_part(only(work))
    shorter = PartTask(work, PartRange(0, 5, 999), resume=True, known=done)
    assert (make_part(shorter).count, make_part(shorter).kept) == (999, False)


def test_what_a_manifest_knows_gets_a_receipt(work: Work, out: Sink) -> None:
    done = make_part(only(work))
    out.remove(receipt_file(0))
    assert make_part(replace(only(work), known=done)).kept
    assert receipt(out, work.plan, 0) == done


@pytest.mark.parametrize("state", ["over", "another's"])
def test_a_run_that_is_over_puts_nothing_in_place(work: Work, out: Sink, state: str) -> None:
    if state == "over":
        end_run(out)
    else:
        begin_run(out, "run-2")
    with pytest.raises(RunIsOver):
        make_part(only(work))
    assert [name for name in out.sizes() if name != journal.CURRENT_FILE] == []


def test_another_engine_is_refused(work: Work, out: Sink) -> None:
    version, engine, files = engine_digest().split("/")
    check_engine(engine_digest())
    for other in (f"9.9/{engine}/{files}", f"{version}/99/{files}", f"{version}/{engine}/{'0' * 32}"):
        with pytest.raises(OtherEngine, match="a worker has another engine") as told:
            make_part(only(replace(work, engine=other, content=b"not even unpacked")))
        assert told.value.exit_code == 1
        assert other.split("/")[0] in str(told.value)
    assert "part-00000.jsonl" not in out.sizes()


def test_what_cannot_be_sent_is_refused_at_once(job: Job) -> None:
    form = Format("mine", "txt", "of a function that has no name", lambda task: Numbered(task))  # noqa: PLW0108
    with pytest.raises(UsageError, match="cannot be made by other processes") as told:
        work_of("r", "out", Content(recipe_of(job), form, task_of(job)), plan="p")
    assert "format 'mine'" in (told.value.hint or "")


def test_the_day_matters_to_a_format(job: Job) -> None:
    assert task_of(job).as_of == date(2025, 1, 1)


def test_what_a_worker_has_not(
    job: Job, tmp_path: Path, out: Sink, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("only_on_the_driver")
    module.Elsewhere = type("Elsewhere", (Numbered,), {"__module__": module.__name__})  # type: ignore[attr-defined]
    with monkeypatch.context() as driver:
        driver.setitem(sys.modules, module.__name__, module)
        form = Format("mine", "txt", "of a module", module.Elsewhere)
        packed = work_of(work.run, work.target, Content(recipe_of(job), form, task_of(job)), plan="p")
    with pytest.raises(UsageError, match=r"a worker cannot load what this dataset needs: .*only_on_the_driver"):
        make_part(only(packed))
