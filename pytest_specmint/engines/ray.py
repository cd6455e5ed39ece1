"""Ray: a task for each part, a few of them waiting. Lost workers and tries are Ray's business."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from pytest_specmint.engines.outcome import TRIES, Outcome, given_up, outcome, settled
from pytest_specmint.engines.table import missing
from pytest_specmint.errors import UsageError
from pytest_specmint.parts.engine import EngineOptions, Told, check_shared
from pytest_specmint.parts.layout import PartRange
from pytest_specmint.parts.make import PartDone, PartTask, Work

AHEAD = 2
"""Tasks under way for each processor: the second begins when the first ends."""
STORE = 80_000_000
"""Bytes of shared memory of a cluster that is started for the run: nothing but the work is kept there."""


class RayEngine:
    """A Ray cluster: the one of an address, the one this process is part of, or one of this machine for the run.

    Raises `UsageError` where Ray is not installed.
    """

    def __init__(self) -> None:
        if find_spec("ray") is None:
            raise missing("ray", "ray")

    def run(self, tasks: Sequence[PartTask], options: EngineOptions, told: Told) -> Iterator[PartDone]:
        """The parts as they are made."""
        check_shared(tasks)
        with _cluster(options, told) as ray:
            yield from _made(ray, tasks)


def _made(ray: Any, tasks: Sequence[PartTask]) -> Iterator[PartDone]:
    left = deque(tasks)
    work = ray.put(tasks[0].work)  # sent to each machine once
    make = ray.remote(num_cpus=1, max_retries=TRIES - 1, retry_exceptions=True)(_make)
    room = AHEAD * max(int(ray.cluster_resources().get("CPU", 1)), 1)
    busy: dict[Any, PartTask] = {}
    try:
        while left or busy:
            while left and len(busy) < room:
                task = left.popleft()
                busy[make.remote(work, task.range, task.resume, task.known)] = task
            for each in ray.wait(list(busy), num_returns=1)[0]:
                task = busy.pop(each)
                yield settled(_got(ray, each, task))
    finally:
        for each in busy:
            ray.cancel(each, force=True)


def _make(work: Work, part: PartRange, resume: bool, known: PartDone | None) -> Outcome:
    return outcome(PartTask(work, part, resume, known))


def _got(ray: Any, result: Any, task: PartTask) -> Outcome:
    try:
        found: Outcome = ray.get(result)
        return found
    except ray.exceptions.RayError as error:
        raise given_up("Ray", [task.range.number], _words(error)) from None


def _words(error: Any) -> str:
    """What failed, in a line: the cause of an exception in a task, or what Ray says of a worker."""
    cause = getattr(error, "cause", None)
    if cause is not None:
        return f"{type(cause).__name__}: {cause}"
    return str(error).strip().partition("\n")[0]


@contextmanager
def _cluster(options: EngineOptions, told: Told) -> Iterator[Any]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # what Ray will do from its next versions on
    ray = import_module("ray")
    if options.scheduler is None and ray.is_initialized():
        yield ray
        return
    _begin(ray, options, told)
    try:
        yield ray
    finally:
        ray.shutdown()


def _begin(ray: Any, options: EngineOptions, told: Told) -> None:
    quiet = {"log_to_driver": False, "logging_level": "error"}
    if options.scheduler is None:
        ray.init(
            address="local",
            num_cpus=options.workers,
            include_dashboard=False,
            object_store_memory=STORE,
            **quiet,
        )
        return
    try:
        context = ray.init(address=options.scheduler, **quiet)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise UsageError(
            f"no Ray cluster at {options.scheduler!r}: {str(error).partition(chr(10))[0]}",
            hint="an address is HOST:6379 on a machine of the cluster, ray://HOST:10001 elsewhere, or auto",
        ) from None
    if context.dashboard_url:
        told(f"Ray's dashboard: http://{context.dashboard_url}")
