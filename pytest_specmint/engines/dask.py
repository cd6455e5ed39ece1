"""The engine that Dask is: a cluster that is there already, or one of this machine's for the run.

What all parts share is sent to the cluster once; no more parts are under way than two for each thread of a worker. Dask
gives the parts of a worker that is gone to others. What it cannot mend is mended here: a scheduler that was started
anew, a worker whose disk is full.
"""

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.engines.dask_cluster import distributed, keep_memory, local_cluster, silence
from pytest_specmint.engines.table import missing
from pytest_specmint.errors import OutputError, WorkerError
from pytest_specmint.parts.engine import EngineOptions, Told, check_shared
from pytest_specmint.parts.layout import PartRange
from pytest_specmint.parts.make import PartDone, PartTask, Work, make_part

AHEAD = 2
"""Parts under way for each thread of a worker: one that is made, and one that waits for it."""
LIVES = 5
"""So many times a part is begun that is lost with its worker, or that its worker cannot write."""
CONNECT = 10
"""Seconds for a scheduler to answer."""
AWAY = 120.0
"""Seconds for one that was lost to come back, with a worker."""
LOOK = 0.5
"""Seconds between looks at who is there."""


class Refused(Struct, frozen=True):
    """A part that a worker could not write; another one may be able to."""

    worker: str
    error: OutputError


class DaskEngine:
    """Parts as Dask's tasks. Raises `UsageError` where `distributed` is not installed."""

    def __init__(self) -> None:
        try:
            distributed()
        except ImportError:
            raise missing("dask", "distributed") from None

    def run(self, tasks: Sequence[PartTask], options: EngineOptions, told: Told) -> Iterator[PartDone]:
        """The parts as they are made; raises `WorkerError` where there is no cluster, or it stays away."""
        check_shared(tasks)
        with silence():
            run = _Run(tasks, options, told)
            try:
                yield from run.parts()
            finally:
                run.close()


class _Run:
    """One run on a cluster."""

    def __init__(self, tasks: Sequence[PartTask], options: EngineOptions, told: Told) -> None:
        self._told = told
        self._work = tasks[0].work
        self._left = deque(tasks)
        self._lives: dict[int, int] = {}
        self._under_way: dict[Any, PartTask] = {}
        self._full: set[str] = set()
        self._refusal: OutputError | None = None
        self._alone: float | None = None
        """Since when there has been no worker."""
        self._only: dict[Any, list[str]] = {}
        """The workers that some of the parts under way are for."""
        self._schedulers = 0
        self._cluster = None if options.scheduler else local_cluster(options.workers)
        self._address = options.scheduler or self._cluster
        try:
            self._connect(CONNECT)
        except BaseException:
            self.close()
            raise
        self._told(f"Dask's dashboard: {self._client.dashboard_link}")

    def _connect(self, seconds: float) -> None:
        try:
            self._client = distributed().Client(self._address, timeout=seconds, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise WorkerError(
                f"there is no scheduler at {self._address}: {(str(error).splitlines() or [''])[0]}",
                hint="start one with: dask scheduler; or leave --scheduler away for a cluster of this machine",
            ) from None
        self._shared: Any = None

    def close(self) -> None:
        """Cancel what is under way, and end what was started for the run."""
        client = getattr(self, "_client", None)
        if client is not None:
            if self._under_way and client.status == "running":
                client.cancel(list(self._under_way), force=True)
            client.close(timeout=5)
        if self._cluster is not None:
            self._cluster.close(timeout=10)

    def parts(self) -> Iterator[PartDone]:
        """All parts, in the order in which they are made."""
        while self._left or self._under_way:
            if self._client.status != "running":
                self._come_back()
            self._give()
            for future in self._finished():
                done = self._taken(future)
                if done is not None:
                    yield done

    def _finished(self) -> list[Any]:
        """Those under way of which something has become, within a moment."""
        if not self._under_way:
            time.sleep(LOOK)
            return []
        with suppress(TimeoutError, OSError, CancelledError), self._client.as_current():
            distributed().wait(list(self._under_way), timeout=LOOK, return_when="FIRST_COMPLETED")
        return [each for each in self._under_way if each.status != "pending"]

    def _give(self) -> None:
        """Have as many parts under way as there are hands for."""
        threads = self._threads()
        if not threads:
            return
        if self._shared is None and not self._shared_now():
            return
        self._free(threads)
        room = AHEAD * sum(threads.values()) - len(self._under_way)
        workers = list(threads) if self._full else None
        while self._left and room > 0:
            task, room = self._left.popleft(), room - 1
            future = self._client.submit(
                _made,
                self._shared,
                task.range,
                task.resume,
                task.known,
                key=self._key(task.range.number),
                workers=workers,
                pure=False,
            )
            self._under_way[future] = task
            if workers is not None:
                self._only[future] = workers

    def _free(self, threads: Mapping[str, int]) -> None:
        """Cancel parts that none of the workers is left for that they were meant for; they are given to others."""
        for future, workers in list(self._only.items()):
            if future not in self._under_way:
                del self._only[future]
            elif not any(each in threads for each in workers):
                future.cancel()

    def _shared_now(self) -> bool:
        """Send the workers what all parts share; False where the cluster went away meanwhile."""
        try:
            self._shared = self._client.scatter(self._work, broadcast=True, hash=False)
        except (OSError, TimeoutError) as error:
            self._told(f"workers are away: {(str(error).splitlines() or [''])[0]}")
            time.sleep(LOOK)
            return False
        return True

    def _key(self, number: int) -> str:
        """The name of a part's task; each try has one of its own."""
        return f"specmint-{self._work.run}-{self._schedulers}-{number}-{self._lives.get(number, 0)}"

    def _threads(self) -> dict[str, int]:
        """The workers that can write, with their threads; none where none is there at this moment.

        Raises what the last one said, if none of them can write, and `WorkerError` when none has come for long.
        """
        try:
            found: dict[str, int] = self._client.nthreads()
        except (OSError, TimeoutError):
            return {}
        able = {address: count for address, count in found.items() if address not in self._full}
        now = time.monotonic()
        if able:
            self._alone = None
        elif found and self._refusal is not None:
            raise self._refusal
        elif self._alone is None:
            self._alone = now
            self._told("waiting for a worker")
        elif now - self._alone > AWAY:
            raise WorkerError(
                f"{self._address} has had no worker for {AWAY:.0f} seconds",
                hint="start workers: dask worker ADDRESS; what is made is kept for --resume",
            )
        return able

    def _taken(self, future: Any) -> PartDone | None:
        """What became of a part; None where it is to be made again. Raises what making it has raised."""
        task = self._under_way.pop(future)
        try:
            answer = future.result(timeout=CONNECT)
        except Exception as error:
            if not _is_loss(error):
                raise
            self._shared = None  # what all parts share was lost, too, perhaps
            self._again(task, None, "lost with its worker")
            return None
        if isinstance(answer, PartDone):
            return answer
        assert isinstance(answer, Refused)
        self._full.add(answer.worker)
        self._refusal = answer.error
        self._again(task, answer.error, f"{answer.worker} is left out: {answer.error}")
        return None

    def _again(self, task: PartTask, error: OutputError | None, why: str) -> None:
        number = task.range.number
        lives = self._lives[number] = self._lives.get(number, 0) + 1
        if lives >= LIVES:
            raise error or WorkerError(
                f"part {number} was lost with its worker {lives} times",
                hint="perhaps workers have no memory left; what is made is kept for --resume",
            )
        self._told(f"part {number} is made again: {why}")
        self._left.appendleft(replace(task, resume=True))

    def _come_back(self) -> None:
        """Find a scheduler again that was lost, and begin anew what it had."""
        self._told("the scheduler is gone; waiting for it")
        self._left.extendleft(replace(task, resume=True) for task in self._under_way.values())
        self._under_way.clear()
        self._client.close(timeout=5)
        until = time.monotonic() + AWAY
        while True:
            try:
                self._connect(LOOK * 4)
            except WorkerError:
                if time.monotonic() > until:
                    raise
                time.sleep(LOOK)
                continue
            self._full.clear()
            self._schedulers += 1
            return


def _made(work: Work, part: PartRange, resume: bool, known: PartDone | None) -> PartDone | Refused:
    """What a worker does."""
    keep_memory()
    try:
        return make_part(PartTask(work, part, resume, known))
    except OutputError as error:
        return Refused(distributed().get_worker().address, error)


def _is_loss(error: BaseException) -> bool:
    """Whether a part failed since its worker did."""
    names = {each.__name__ for each in type(error).__mro__}
    return bool(names & {"KilledWorker", "CommClosedError", "CancelledError", "TimeoutError", "FutureCancelledError"})
