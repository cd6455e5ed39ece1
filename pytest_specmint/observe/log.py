"""Events as lines of a log, through the standard library's logging: text for people, JSON for machines.

    observer = LogObserver(stream_logger(sys.stderr, Level.INFO, "json"))

A logger of your own takes them too: every record has the event as ``record.specmint``.
"""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

from pytest_specmint.observe.events import Event, Level
from pytest_specmint.observe.private import redacted

TEXT, JSON = "text", "json"
FORMATS = (TEXT, JSON)
LEVELS: Mapping[str, Level] = {each.name.lower(): each for each in Level if each is not Level.NOTHING}
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/+*[]@%~")


class LogObserver:
    """Hands events to a logger."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self.level = Level(min((each for each in Level if logger.isEnabledFor(each)), default=Level.NOTHING))

    def note(self, event: Event) -> None:
        """Log it, where its level is enabled."""
        level = event.level
        if self._logger.isEnabledFor(level):
            self._logger.log(level, "%s", event.name, extra={"specmint": event})


def stream_logger(stream: TextIO, level: Level, form: str) -> logging.Logger:
    """A logger that nobody else has: it writes lines of this form to the stream, and tells no other logger."""
    handler = _Handler(stream)
    handler.setFormatter(_Lines(json_line if form == JSON else text_line))
    logger = logging.Logger("specmint", level)
    logger.addHandler(handler)
    return logger


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """A stream that nobody reads any longer is no reason for the run to end, or to say so there."""


class _Lines(logging.Formatter):
    """The lines of records that hold an event; those of others are as usual."""

    def __init__(self, line: Callable[[Event, datetime], str]) -> None:
        super().__init__()
        self._line = line

    def format(self, record: logging.LogRecord) -> str:
        event = getattr(record, "specmint", None)
        if not isinstance(event, Event):
            return super().format(record)
        return self._line(event, datetime.fromtimestamp(record.created, UTC))


def json_line(event: Event, when: datetime) -> str:
    """One JSON object in ASCII: time, level, event, and its fields."""
    return json.dumps(_head(event, when) | _safe(event), separators=(",", ":"))


def text_line(event: Event, when: datetime) -> str:
    """``2025-01-01T12:00:00.000Z info run_started records=10``; values with other characters than usual are quoted."""
    head = " ".join(_head(event, when).values())
    return " ".join([head, *(f"{name}={_worded(value)}" for name, value in _safe(event).items())])


def _head(event: Event, when: datetime) -> dict[str, str]:
    time = when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"time": time, "level": event.level.name.lower(), "event": event.name}


def _safe(event: Event) -> dict[str, Any]:
    return {name: redacted(value) if isinstance(value, str) else value for name, value in event.fields().items()}


def _worded(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text if _PLAIN.issuperset(text) else json.dumps(text)
