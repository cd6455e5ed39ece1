"""One part: what every engine has its workers call.

A part is made from its task alone, wherever that is: the same task gives the same bytes. Its file appears whole under
its name, and a receipt after it; so a part may be made twice, by a worker that was thought lost, and none is doubled.
"""

import pickle
from functools import lru_cache
from hashlib import sha256
from threading import get_ident
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.check.tally import Tally
from pytest_specmint.errors import UsageError
from pytest_specmint.parts.digest import Leaves
from pytest_specmint.parts.done import PartDone
from pytest_specmint.parts.journal import check_run, receipt, write_receipt
from pytest_specmint.parts.layout import LEAF, PartRange, part_file
from pytest_specmint.parts.same_engine import check_engine, engine_digest
from pytest_specmint.parts.sink import CHUNK, Sink, sink_at
from pytest_specmint.pipeline.blocks import BlockMaker, hold_memory
from pytest_specmint.pipeline.recipe import Recipe
from pytest_specmint.rendering.format import Format, Lines, Task

__all__ = ["Content", "PartDone", "PartTask", "Work", "make_part", "work_of"]

_MAKERS = 16
"""Threads of a process that may make parts at a time without unpacking their work anew."""


class Content(Struct, frozen=True):
    """What records are made from, and what they are written as."""

    recipe: Recipe
    form: Format
    task: Task
    """Of the whole dataset."""


class Work(Struct, frozen=True):
    """What all parts of a run share; to be sent to each worker once. It can be pickled."""

    run: str
    """Names the run: the parts of one that is over are not put in place."""
    plan: str
    """The digest of what all parts are of: receipts of another plan do not count."""
    target: str
    """A path, absolute, or a URL."""
    ending: str
    """Of the parts' files."""
    engine: str
    """The digest of the engine that workers must have."""
    content: bytes
    """A pickled `Content`: unpacked when the engine is known to be the same."""


class PartTask(Struct, frozen=True):
    """One part to make. It can be pickled."""

    work: Work
    range: PartRange
    resume: bool = False
    """Whether the part may be there already, with a receipt."""
    known: PartDone | None = None
    """What is said of it, where that is known without a receipt."""


def work_of(run: str, target: str, content: Content, *, plan: str) -> Work:
    """The work of a run with this process's engine; raises `UsageError` where it cannot be sent to other processes."""
    try:
        packed = pickle.dumps(content, protocol=pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise UsageError(
            f"this dataset cannot be made by other processes: {error}",
            hint=f"format {content.form.name!r} and rules in Python must be importable by name",
        ) from None
    return Work(run, plan, target, content.form.ending, engine_digest(), packed)


def make_part(task: PartTask) -> PartDone:
    """Make one part and put it in place, or keep the one that is there, if it is whole by its digest.

    Raises `OtherEngine` where this process has another engine, `RunIsOver` where the run is not the one that writes,
    `OutputError`, and what making and writing records raises.
    """
    work = task.work
    check_engine(work.engine)
    sink = sink_at(work.target)
    known = task.known or (receipt(sink, work.plan, task.range.number) if task.resume else None)
    if known is not None and _is_whole(sink, task, known):
        if task.known is not None:
            write_receipt(sink, work.plan, known)
        return replace(known, kept=True)
    content, make = _maker(work.content, get_ident())
    make.noted()  # of a part that failed
    done = _made(sink, task, content, make)
    write_receipt(sink, work.plan, done)
    return done


def _made(sink: Sink, task: PartTask, content: Content, make: BlockMaker) -> PartDone:
    part = task.range
    name = part_file(part.number, task.work.ending)
    with sink.staged(name) as staged:
        out = _Hashed(staged.file)
        leaves, size = Leaves(part.start), 0
        rendering = content.form.begin(_task(content.task, part.start))
        for start, count in _blocks(part, make.recipe.plan.lanes):
            lines = make(start, count)
            leaves.add(lines, count)
            size += len(lines)
            out.write(rendering.block(lines))
        out.write(rendering.end())
        check_run(sink, task.work.run)
        staged.publish()
    note = make.noted()
    return PartDone(
        number=part.number,
        start=part.start,
        count=part.count,
        file=name,
        bytes=out.size,
        sha256=out.hasher.hexdigest(),
        line_bytes=size,
        leaves=tuple(leaf.sha256 for leaf in leaves.finished()),
        tally=(note.tally if note is not None else None) or Tally(),
    )


class _Hashed:
    """A file that is written, with its size and digest."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.hasher = sha256()
        self.size = 0

    def write(self, data: Lines) -> None:
        self._file.write(data)
        self.hasher.update(data)
        self.size += len(data)


def _task(whole: Task, start: int) -> Task:
    return Task(whole.as_of, whole.seed, start, whole.schema, whole.exact)


def _blocks(part: PartRange, lanes: int) -> list[tuple[int, int]]:
    """(start, count) of blocks that fill the part; none reaches over the end of a leaf."""
    end = part.start + part.count
    return [
        (first, min(lanes, leaf_end - first))
        for leaf, leaf_end in ((leaf, min(leaf + LEAF, end)) for leaf in range(part.start, end, LEAF))
        for first in range(leaf, leaf_end, lanes)
    ]


@lru_cache(maxsize=_MAKERS)
def _maker(content: bytes, _thread: int) -> tuple[Content, BlockMaker]:
    """What a thread makes parts with: unpacked once, since all parts of a run share it; raises `UsageError`."""
    hold_memory()
    try:
        unpacked: Content = pickle.loads(content)  # noqa: S301 - from the process that gave this one its work
    except (ImportError, AttributeError) as error:
        raise UsageError(
            f"a worker cannot load what this dataset needs: {error}",
            hint="packs, formats and rules in Python must be installed on every worker",
        ) from None
    return unpacked, BlockMaker(unpacked.recipe)


def _is_whole(sink: Sink, task: PartTask, known: PartDone) -> bool:
    """Whether the part is there, as it was said, and what is asked for."""
    part = task.range
    asked = (part.number, part.start, part.count, part_file(part.number, task.work.ending))
    if (known.number, known.start, known.count, known.file) != asked:
        return False
    return sink.size(known.file) == known.bytes and file_digest(sink, known.file) == (known.bytes, known.sha256)


def file_digest(sink: Sink, name: str) -> tuple[int, str] | None:
    """Size and SHA-256 of a file; None where there is none."""
    if sink.size(name) is None:
        return None
    hasher, size = sha256(), 0
    with sink.opened(name) as file:
        while data := file.read(CHUNK):
            hasher.update(data)
            size += len(data)
    return size, hasher.hexdigest()
