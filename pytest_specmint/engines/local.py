"""The engine of this machine: a few processes that make parts, one each at a time.

A process that dies takes nothing with it: its part is made again by another. Processes end with their parent, whatever
ends it.
"""

import os
import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Any

from msgspec.structs import replace

from pytest_specmint.errors import WorkerError
from pytest_specmint.parts.engine import EngineOptions, Told, check_shared
from pytest_specmint.parts.make import PartDone, PartTask, Work, make_part
from pytest_specmint.pipeline.workers import STOPS, may_fork, no_stop

LIVES = 3
"""So many times a part is begun whose process died."""
_LOOK = 1.0
"""Seconds between looks at whether the parent is still there."""


class LocalEngine:
    """Processes of this machine; with one, this process does all."""

    def run(self, tasks: Sequence[PartTask], options: EngineOptions, told: Told) -> Iterator[PartDone]:
        """The parts as they are made."""
        count = min(options.workers, len(tasks))
        if count <= 1:
            return map(make_part, tasks)
        check_shared(tasks)
        return _pooled(tasks, count, told)


def _pooled(tasks: Sequence[PartTask], count: int, told: Told) -> Iterator[PartDone]:
    left = deque((task, 1) for task in tasks)
    with ExitStack() as stack:
        work = tasks[0].work
        idle = [stack.enter_context(_Worker(work)) for _ in range(count)]
        busy: dict[Connection, _Worker] = {}
        while left or busy:
            while left and idle:
                worker = idle.pop()
                worker.give(*left.popleft())
                busy[worker.pipe] = worker
            for pipe in wait(list(busy)):
                assert isinstance(pipe, Connection)
                worker = busy.pop(pipe)
                done = worker.result()
                if done is not None:
                    idle.append(worker)
                    yield done
                    continue
                left.appendleft(worker.lost(told))
                idle.append(stack.enter_context(_Worker(work)))


class _Worker:
    """A process with its pipe, and the part that it makes."""

    def __init__(self, work: Work) -> None:
        context: Any = get_context("fork" if may_fork() else "spawn")  # the common type knows no processes
        self.pipe, far = context.Pipe()
        self._task: PartTask | None = None
        self._life = 0
        self._process = context.Process(target=_serve, args=(work, far, os.getpid()), daemon=True)
        with no_stop():
            self._process.start()
        far.close()

    def __enter__(self) -> "_Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()  # what it has staged is tidied by its parent, to which it leaves gentler signals
        self._process.join()
        self.pipe.close()

    def give(self, task: PartTask, life: int) -> None:
        """Have a part made; that a process is dead shows when its result is asked for."""
        self._task, self._life = task, life
        try:
            self.pipe.send((task.range, task.resume, task.known))
        except OSError:
            return

    def result(self) -> PartDone | None:
        """The part that was made; None where the process is dead. Raises what making it has raised."""
        try:
            answer = self.pipe.recv()
        except (EOFError, OSError):
            return None
        if isinstance(answer, BaseException):
            raise answer
        assert isinstance(answer, PartDone)
        return answer

    def lost(self, told: Told) -> tuple[PartTask, int]:
        """The task of a dead process, to be given to another; raises `WorkerError` when that was often enough."""
        self._process.join(_LOOK)
        code = self._process.exitcode
        why = f"by signal {-code}" if code and code < 0 else f"with exit code {code}"
        assert self._task is not None
        number = self._task.range.number
        if self._life == LIVES:
            raise WorkerError(
                f"part {number}: a worker process ended {why}, {LIVES} times in a row",
                hint="perhaps the machine has no memory left: use fewer --workers; what is made is kept for --resume",
            )
        told(f"a worker process ended {why}: part {number} is made again")
        return replace(self._task, resume=True), self._life + 1


def _serve(work: Work, pipe: Connection, parent: int) -> None:
    """A process's life: ranges in, parts out."""
    for each in STOPS:
        signal.signal(each, signal.SIG_IGN)  # the parent hears it too, and ends its processes
    Thread(target=_end_with, args=(parent,), daemon=True).start()
    while True:
        try:
            part, resume, known = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_answer(PartTask(work, part, resume, known)))


def _answer(task: PartTask) -> PartDone | Exception:
    try:
        return make_part(task)
    except Exception as error:
        return error


def _end_with(parent: int) -> None:
    """A process in mid-part does not look at its pipe: it must not outlive its parent, whose lock it holds."""
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)
