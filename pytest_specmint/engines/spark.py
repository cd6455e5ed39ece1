"""Spark: ``mapInArrow`` over the numbers of parts, in jobs of a few parts for each processor, two jobs at a time.

A job ends when the last of its parts is made; the next one's parts fill the processors meanwhile. Lost executors and
tries are Spark's business.
"""

import os
import pickle
import re
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any

from pytest_specmint.engines.outcome import TRIES, given_up, outcome, settled
from pytest_specmint.engines.table import missing
from pytest_specmint.errors import UsageError
from pytest_specmint.parts.engine import EngineOptions, Told, check_shared
from pytest_specmint.parts.make import PartDone, PartTask

if TYPE_CHECKING:
    import pyarrow as pa

JOBS = 2
"""Jobs under way: while the last parts of one are made, those of the next begin."""
AHEAD = 2
"""Parts of a job for each processor."""
_CAUSE = re.compile(r"^(?:[A-Za-z_]\w*\.)*([A-Z]\w*(?:Error|Exception|Interrupt|Exit)): (.+)$", re.MULTILINE)
_RESULT = "done binary"


class SparkEngine:
    """A Spark cluster: the one of a master's URL, the session this process has, or one of this machine for the run.

    Raises `UsageError` where pyspark or pyarrow is not installed.
    """

    def __init__(self) -> None:
        for package in ("pyspark", "pyarrow"):
            if find_spec(package) is None:
                raise missing("spark", package)

    def run(self, tasks: Sequence[PartTask], options: EngineOptions, told: Told) -> Iterator[PartDone]:
        """The parts, job by job."""
        check_shared(tasks)
        with _session(options, told) as session:
            yield from _made(session, tasks)


def _made(session: Any, tasks: Sequence[PartTask]) -> Iterator[PartDone]:
    context = session.sparkContext
    work = context.broadcast(tasks[0].work)  # sent to each executor once
    group = f"specmint-{tasks[0].work.run}"
    left, busy = iter(tasks), deque[Future[list[PartDone]]]()

    def job(some: Sequence[PartTask]) -> list[PartDone]:
        context.setJobGroup(group, f"parts {some[0].range.number} to {some[-1].range.number}", True)
        return _job(session, some, _maker(work, some))

    with ThreadPoolExecutor(JOBS, "specmint-spark") as threads:
        try:
            while True:
                for _ in range(JOBS - len(busy)):
                    if some := list(islice(left, AHEAD * context.defaultParallelism)):
                        busy.append(threads.submit(job, some))
                if not busy:
                    return
                wait(busy, return_when=FIRST_COMPLETED)
                over = next(each for each in busy if each.done())
                busy.remove(over)
                yield from over.result()
        finally:
            with _whatever_is_left():
                if busy:
                    context.cancelJobGroup(group)
                work.unpersist()


def _maker(work: Any, tasks: Sequence[PartTask]) -> "Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]":
    """What a worker does with its share of positions among the tasks."""
    shares = [(task.range, task.resume, task.known) for task in tasks]

    def make(batches: "Iterable[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        import pyarrow as pa
        from pyspark import TaskContext

        now = TaskContext.get()
        again = now is not None and now.attemptNumber() > 0
        for batch in batches:
            for position in batch.column(0).to_pylist():
                part, resume, known = shares[position]
                made = outcome(PartTask(work.value, part, resume or again, known))
                yield pa.RecordBatch.from_pydict({"done": pa.array([pickle.dumps(made)], pa.binary())})

    return make


def _job(session: Any, tasks: Sequence[PartTask], make: Callable[..., Any]) -> list[PartDone]:
    """The parts of a job, each a task of Spark's."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        rows = session.range(0, len(tasks), 1, len(tasks)).mapInArrow(make, _RESULT).collect()
    except (Py4JError, PySparkException, OSError) as error:
        raise given_up("Spark", [task.range.number for task in tasks], _words(str(error))) from None
    return [settled(pickle.loads(row.done)) for row in rows]  # noqa: S301 - from the workers of this run


def _words(text: str) -> str:
    """What failed, in a line: the last exception that a Python worker named, else the first one of Java's."""
    python, _, java = text.partition("\n\tat ")
    found = _CAUSE.findall(python) or _CAUSE.findall(java)
    return ": ".join(found[-1]) if found else text.strip().partition("\n")[0]


@contextmanager
def _session(options: EngineOptions, told: Told) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    if known := SparkSession.getActiveSession():
        yield _fitting(known, options)
        return
    session = _begun(SparkSession.builder, options)
    if url := session.sparkContext.uiWebUrl:
        told(f"Spark's pages: {url}")
    try:
        yield session
    finally:
        with _whatever_is_left():
            session.stop()


@contextmanager
def _whatever_is_left() -> Iterator[None]:
    """A driver that is dead cannot be told to end: what it died of is what people are to hear."""
    from py4j.protocol import Py4JError

    with suppress(Py4JError, OSError):
        yield


def _fitting(known: Any, options: EngineOptions) -> Any:
    """The session that this process has; there is never another beside it."""
    master = known.sparkContext.master
    if options.scheduler not in {None, master}:
        raise UsageError(
            f"this process has a Spark session at {master} already, not at {options.scheduler}",
            hint="stop that session, or leave the scheduler out",
        )
    return known


def _begun(builder: Any, options: EngineOptions) -> Any:
    master = options.scheduler or f"local[{options.workers},{TRIES}]"
    if master.startswith("sc://"):
        raise UsageError(
            f"{master} is Spark Connect, which has no jobs to wait for or to cancel one by one",
            hint="give the address of the master itself: spark://HOST:7077, yarn, k8s://…, local[4]",
        )
    builder = builder.appName("specmint").master(master).config("spark.ui.showConsoleProgress", "false")
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    try:
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("OFF")  # what fails is told by errors; the rest is on Spark's pages
        return session
    except Exception as error:  # of Java's, of py4j's, of pyspark's: there is no common class
        raise UsageError(
            f"Spark cannot be started at {master!r}: {_words(str(error))}",
            hint="--scheduler is a master's URL: spark://HOST:7077, yarn, k8s://…, local[4]; Spark needs Java 17",
        ) from None
