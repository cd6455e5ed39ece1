"""Blocks of bytes from several processes, in the order of their tasks, with no more made than is taken.

Where processes can be forked they start at once and share memory with this one: each has two slots for its blocks.
Elsewhere, and where a block is larger than a slot, blocks go through a process's pipe.
"""

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from mmap import mmap
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from pytest_specmint.errors import WorkerError

Task = tuple[int, int]
Make = Callable[[int, int], bytes]
Notes = Callable[[], Any]
"""What is to be said of a task besides its block; None where there is nothing to say."""

SLOT = 1 << 24
"""Bytes of a slot; memory is taken as far as it is used."""
SLOTS = 2
"""Per process: one is read while the other is filled."""
STOPS = (signal.SIGINT, signal.SIGTERM)
"""What a process leaves to its parent, which ends it."""
_PATIENCE = 1.0
"""Seconds after which a waiting process looks whether its parent is still there."""


def in_order(
    make: Make,
    tasks: Iterable[Task],
    count: int,
    notes: Notes | None = None,
    noted: Callable[[Any], None] | None = None,
) -> Iterator[memoryview]:
    """``make(*task)`` for every task, in their order, by ``count`` processes; each is gone when the next is asked for.

    What ``notes`` gives in a process after each of its tasks is handed to ``noted`` in this one. What ``make`` raises
    is raised here. Raises `WorkerError` if a process dies.
    """
    with ExitStack() as stack:
        workers = [stack.enter_context(_Worker(make, notes, noted)) for _ in range(count)]
        waiting: deque[_Worker] = deque()
        for turn, task in enumerate(tasks):
            if len(waiting) == SLOTS * count:
                with waiting.popleft().result() as made:
                    yield made
            worker = workers[turn % count]
            worker.give(task)
            waiting.append(worker)
        while waiting:
            with waiting.popleft().result() as made:
                yield made


class _Worker:
    """A process with its pipe and its slots; its results come in the order of its tasks."""

    def __init__(self, make: Make, notes: Notes | None, noted: Callable[[Any], None] | None) -> None:
        self._noted = noted
        forked = may_fork()
        context: Any = get_context("fork" if forked else "spawn")  # the common type knows no processes
        self._memory = mmap(-1, SLOT * SLOTS) if forked else None
        self._pipe, far = context.Pipe()
        self._given = self._taken = 0
        given = make, notes, far, self._memory, os.getpid()
        self._process = context.Process(target=_serve, args=given, daemon=True)
        with no_stop():
            self._process.start()
        far.close()

    def __enter__(self) -> "_Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()  # it has nothing to clean up, and leaves gentler signals to its parent
        self._process.join()
        self._pipe.close()
        if self._memory is not None:
            self._memory.close()

    def give(self, task: Task) -> None:
        """Add a task; there may be no more under way than there are slots."""
        try:
            self._pipe.send((self._given % SLOTS, task))
        except OSError:
            raise self._died() from None
        self._given += 1

    def result(self) -> memoryview:
        """What the earliest task gave whose result was not taken yet; to be released before the next task is given."""
        try:
            answer, note = self._pipe.recv()
        except (EOFError, OSError):
            raise self._died() from None
        if note is not None and self._noted is not None:
            self._noted(note)
        start, self._taken = self._taken % SLOTS * SLOT, self._taken + 1
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, bytes):
            return memoryview(answer)
        assert self._memory is not None
        with memoryview(self._memory) as whole:
            return whole[start : start + answer]

    def _died(self) -> WorkerError:
        self._process.join(_PATIENCE)
        code = self._process.exitcode
        why = f"by signal {-code}" if code and code < 0 else f"with exit code {code}"
        return WorkerError(
            f"a worker process ended {why}",
            hint="perhaps the machine had no memory left: use fewer --workers, or make parts with --start and --count",
        )


@contextmanager
def no_stop() -> Iterator[None]:
    """Ctrl-C and SIGTERM come when this is over: a process must first have learnt to leave them to its parent."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def may_fork() -> bool:
    """Whether forking is safe: where no other thread runs. It saves each process its imports."""
    try:
        threads = os.listdir("/proc/self/task")  # noqa: PTH208 - only their number counts
    except OSError:  # another system, or a bare root directory
        return False
    return sys.platform == "linux" and len(threads) == 1


def _serve(make: Make, notes: Notes | None, pipe: Connection, memory: mmap | None, parent: int) -> None:
    """A process's life: tasks in, blocks out."""
    for each in STOPS:
        signal.signal(each, signal.SIG_IGN)  # the parent hears it too, and ends its processes
    while True:
        while not pipe.poll(_PATIENCE):
            if os.getppid() != parent:
                return
        try:
            slot, task = pipe.recv()
        except (EOFError, OSError):
            return
        answer = _answer(make, task, memory, slot * SLOT)
        pipe.send((answer, None if notes is None else notes()))


def _answer(make: Make, task: Task, memory: mmap | None, start: int) -> int | bytes | Exception:
    try:
        made = make(*task)
    except Exception as error:
        return error
    if memory is None or len(made) > SLOT:
        return made
    memory[start : start + len(made)] = made
    return len(made)
