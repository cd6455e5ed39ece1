"""Clocks: CPU seconds of a call or of a whole process, and rounds in which all that is compared takes turns."""

import gc
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO, TypeVar

T = TypeVar("T")
Command = Sequence[str | Path]
HERE = Path(__file__).parent
NO_PLANS = {"SPECMINT_PLAN_CACHE": "off"}


@dataclass(frozen=True, slots=True)
class Middle:
    """The median of several rounds, and how far they lie apart."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process cost: its own seconds and those of the processes it waited for."""

    cpu: float
    wall: float
    output: bytes = b""


class ProcessFailed(Exception):
    """A measured command did not do its work; the text holds the command and what it said."""


def cpu(action: Callable[[], T]) -> tuple[float, T]:
    """CPU seconds of this process during a call, and what the call gave."""
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


@contextmanager
def old_objects_left_alone() -> Iterator[None]:
    """Within, collecting garbage looks at new objects alone, and is cheap."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def middle(figures: Sequence[float]) -> Middle:
    """Median, least and greatest."""
    return Middle(statistics.median(figures), min(figures), max(figures))


def ratio(measured: Sequence[float], reference: Sequence[float]) -> Middle:
    """Round by round, so that what else the machine did touches both sides alike."""
    return middle([a / b for a, b in zip(measured, reference, strict=True)])


def interleaved(
    actions: Mapping[str, Callable[[], float]], rounds: int, *, warm: bool = True
) -> dict[str, list[float]]:
    """Seconds per action and round; the actions take turns (A B A B). ``warm``: one more round before, not counted."""
    if warm:
        for action in actions.values():
            action()
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            seconds[name].append(action())
    return seconds


def surroundings() -> dict[str, str]:
    """The environment of measured processes: as a user's, who neither forbids byte code nor sits within a test run.

    Plans kept on disk would make a first run of what is none.
    """
    own = ("PYTHONDONTWRITEBYTECODE", "PYTHONPROFILEIMPORTTIME", "COVERAGE_PROCESS_START")
    kept = {key: text for key, text in os.environ.items() if key not in own and not key.startswith(("PYTEST_", "COV_"))}
    return {**kept, **NO_PLANS}


def python(*arguments: str | Path) -> list[str]:
    """A command line of this interpreter."""
    return [sys.executable, *map(str, arguments)]


OTHER_PLUGINS = ("cacheprovider", "insta", "randomly", "rerunfailures", "asyncio", "hypothesispytest")
"""What measured runs of pytest go without, where it is installed."""


def pytest_run(*arguments: str | Path) -> list[str]:
    """A command line of pytest with no plugins but ours and syrupy's."""
    without = [word for name in OTHER_PLUGINS for word in ("-p", f"no:{name}")]
    return python("-m", "pytest", "-q", *without, *arguments)


def specmint(*arguments: object) -> list[str]:
    """A command line of `specmint-cli` as installed beside this interpreter, else as a module."""
    script = Path(sys.executable).with_name("specmint-cli")
    program = [str(script)] if script.exists() else [sys.executable, "-m", "pytest_specmint"]
    return [*program, *map(str, arguments)]


def process(command: Command, *, codes: Sequence[int] = (0,), cwd: Path | None = None, cap: float = 3600) -> Spent:
    """Run to the end, or for ``cap`` seconds of wall clock, which is no failure; raises `ProcessFailed`."""
    words = list(map(str, command))
    with TemporaryFile() as output, TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            env=surroundings(),
            cwd=cwd,
            start_new_session=True,
        )
        timer = Timer(cap, lambda: os.killpg(child.pid, signal.SIGKILL))
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in codes and wall < cap:
            raise ProcessFailed(f"exit code {child.returncode}: {' '.join(words)}\n{_told(errors)}\n{_told(output)}")
        output.seek(0)
        return Spent(usage.ru_utime + usage.ru_stime, wall, output.read())


def _told(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace").strip()[-1000:]


def process_cpu(command: Command, *, codes: Sequence[int] = (0,), cwd: Path | None = None) -> Callable[[], float]:
    """An action: run the command, give its CPU seconds."""
    return lambda: process(command, codes=codes, cwd=cwd).cpu


def told(*arguments: str | Path) -> list[float]:
    """The figures that one of the scripts beside this file prints about itself."""
    return [float(word) for word in process(python(*arguments)).output.split()]
