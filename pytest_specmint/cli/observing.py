"""Logs and metrics on the command line: the options, and who hears a run's events."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from pytest_specmint.config import Settings
from pytest_specmint.errors import OutputError, UsageError
from pytest_specmint.observe.observer import SILENT, Observer, joined
from pytest_specmint.observe.run import Telling, telling

if TYPE_CHECKING:
    from pytest_specmint.observe.metrics import MetricsObserver

LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("text", "json")
_OPTIONS = (
    click.option(
        "--log-level",
        metavar="LEVEL",
        help="Log to standard error from this level on: debug, info, warning or error (default: no log).",
    ),
    click.option("--log-format", metavar="FORM", help="text (default) or json; without --log-level: from warnings on."),
    click.option("--metrics/--no-metrics", default=None, help="Serve metrics for Prometheus while the run lasts."),
    click.option("--metrics-port", type=int, metavar="PORT", help="Where, on 127.0.0.1 (default 8080)."),
    click.option("--metrics-file", metavar="FILE", help="Write them to a file in the end, however the run ends."),
)
NAMES = ("log_level", "log_format", "metrics", "metrics_port", "metrics_file")


def observing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


class Watched(NamedTuple):
    """A run, and who hears of it."""

    run: Telling
    observer: Observer

    @property
    def logs(self) -> bool:
        """Whether anybody hears anything."""
        return self.observer is not SILENT


@contextmanager
def watched(settings: Settings) -> Iterator[Watched]:
    """Tell of what is done inside, as the settings ask for; raises `UsageError` for what cannot be.

    Metrics are written when it is over, however it ends.
    """
    observers: list[Observer] = []
    with ExitStack() as stack:
        log = _log(settings)
        observers += [] if log is None else [log]
        metrics = _metrics(settings)
        if metrics is not None:
            observers.append(metrics)
            _expose(settings, metrics, observers, stack)
        observer = joined(observers)
        with telling(observer) as run:
            yield Watched(run, observer)


def _log(settings: Settings) -> Observer | None:
    level, form = settings["log_level"].value, settings["log_format"].value
    _known("log_level", level, LOG_LEVELS)
    _known("log_format", form, LOG_FORMATS)
    if level is None and form is None:
        return None
    from pytest_specmint.observe.log import LEVELS, LogObserver, stream_logger

    return LogObserver(stream_logger(sys.stderr, LEVELS[level or "warning"], form or "text"))


def _known(name: str, value: str | None, known: tuple[str, ...]) -> None:
    if value is not None and value not in known:
        raise UsageError(f"unknown {name} {value!r}", hint=f"known are: {', '.join(known)}")


def _metrics(settings: Settings) -> "MetricsObserver | None":
    port = settings["metrics_port"].value
    if not 0 <= port <= 65_535:
        raise UsageError(f"metrics_port must be from 0 to 65535, not {port}", hint="8080 is usual")
    if not settings["metrics"].value and settings["metrics_file"].value is None:
        return None
    try:
        from pytest_specmint.observe.metrics import MetricsObserver
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("prometheus_client"):
            raise
        raise UsageError(
            "metrics need prometheus-client", hint='pip install "pytest-specmint[metrics]", or leave metrics off'
        ) from None
    return MetricsObserver()


def _expose(settings: Settings, metrics: "MetricsObserver", observers: list[Observer], stack: ExitStack) -> None:
    """Serve metrics, and see to it that they are written in the end."""
    file = settings["metrics_file"].value
    if file is not None:
        stack.push(lambda kind, error, trace: _write(metrics, Path(file), failed=kind is not None))
    if settings["metrics"].value:
        from pytest_specmint.observe.serve import HOST, MetricsServer

        port = settings["metrics_port"].value
        try:
            server = MetricsServer(metrics.registry, port)
        except OSError as error:
            reason = error.strerror or str(error)
            click.echo(f"warning: no metrics are served, since {HOST}:{port} cannot be had: {reason}", err=True)
            click.echo("hint: choose another port by --metrics-port", err=True)
            return
        stack.callback(server.close)
        observers.append(server)


def _write(metrics: "MetricsObserver", path: Path, *, failed: bool) -> None:
    """Write them; where the run has failed already, that is what its error says."""
    from pytest_specmint.output.atomic import write_file

    try:
        write_file(path, metrics.exposition())
    except OutputError as error:
        if not failed:
            raise
        click.echo(f"warning: {error}", err=True)
