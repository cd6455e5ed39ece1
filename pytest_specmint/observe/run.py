"""A run from beginning to end, whatever becomes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from msgspec.structs import replace

from pytest_specmint.errors import (
    BudgetError,
    ExitCode,
    OutputError,
    ProviderError,
    SchemaError,
    SpecmintError,
    UsageError,
    WorkerError,
    stopped,
)
from pytest_specmint.observe.events import RunFailed, RunFinished, RunStarted, milliseconds
from pytest_specmint.observe.observer import Observer

_SAYABLE = (BudgetError, OutputError, ProviderError, SchemaError, UsageError, WorkerError)
"""Errors about settings, schemas, files and providers: their words hold no value of a record."""


class Telling:
    """Tells of one run; durations are by a clock that nobody sets."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._began = perf_counter()
        self._over = False

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return perf_counter() - self._began

    def begins(self, started: RunStarted) -> None:
        """What the run is about."""
        self._observer.note(started)

    def ends(self, finished: RunFinished) -> None:
        """It did what it was asked for; its duration is known here."""
        seconds = self.seconds
        speed = round(finished.records / seconds, 1) if finished.records and seconds > 0 else None
        self._over = True
        self._observer.note(replace(finished, duration_ms=milliseconds(seconds), records_per_second=speed))

    def fails(self, error: BaseException) -> None:
        """It ended with this, unless it was over before."""
        if self._over:
            return
        self._over = True
        if isinstance(error, BrokenPipeError):
            self._observer.note(RunFinished(duration_ms=milliseconds(self.seconds), reader_left=True))
            return
        self._observer.note(
            RunFailed(
                exit_code=_code(error),
                kind=_kind(error),
                duration_ms=milliseconds(self.seconds),
                message=error.message if isinstance(error, _SAYABLE) else "",
                pointer=(error.pointer or "") if isinstance(error, SpecmintError) else "",
            )
        )


@contextmanager
def telling(observer: Observer) -> Iterator[Telling]:
    """Tell of what is done inside, and of the error that ends it."""
    run = Telling(observer)
    try:
        yield run
    except BaseException as error:
        run.fails(error)
        raise


def _code(error: BaseException) -> int:
    if isinstance(error, SpecmintError):
        return int(error.exit_code)
    stop = stopped(error)
    if stop is not None:
        return stop.exit_code
    return int(ExitCode.IO if isinstance(error, OSError) else ExitCode.USAGE)


def _kind(error: BaseException) -> str:
    stop = stopped(error)
    return type(error).__name__ if stop is None else stop.kind
