"""Events as lines of a log."""

import io
import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from pytest_specmint.observe.events import EVENTS, Level, LlmFallback, LlmReady, RunFailed, RunStarted
from pytest_specmint.observe.log import LogObserver, json_line, stream_logger, text_line
from pytest_specmint.observe.private import redacted
from tests.unit.observe.test_events import sample

THEN = datetime(2025, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
READY = LlmReady(provider="ollama", model="qwen2.5:latest", duration_ms=12.5)


def test_text() -> None:
    assert text_line(READY, THEN) == (
        "2025-01-02T03:04:05.678Z info llm_ready provider=ollama model=qwen2.5:latest duration_ms=12.5"
    )


def test_text_of_what_would_not_be_one_word() -> None:
    event = LlmFallback(record_idx=4, field_path='a["b c"]', reason="it's=\n\x1b[31mred ü", provider="p")
    line = text_line(event, THEN)
    assert "\n" not in line
    assert "\x1b" not in line
    assert line.isascii()
    assert line.endswith(r'field_path="a[\"b c\"]" reason="it' + r"'" + r's=\n\u001b[31mred \u00fc" provider=p')


def test_json() -> None:
    assert json.loads(json_line(READY, THEN)) == {
        "time": "2025-01-02T03:04:05.678Z",
        "level": "info",
        "event": "llm_ready",
        "provider": "ollama",
        "model": "qwen2.5:latest",
        "duration_ms": 12.5,
    }


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_is_one_line_in_both_forms(name: str) -> None:
    event = sample(EVENTS[name])
    document = json.loads(json_line(event, THEN))
    assert set(document) == {"time", "level", "event", *event.fields()}
    line = text_line(event, THEN)
    assert re.findall(r"(?:^| )(\w+)=", line) == list(event.fields())
    assert line.isascii()


def test_levels() -> None:
    stream = io.StringIO()
    observer = LogObserver(stream_logger(stream, Level.WARNING, "text"))
    assert observer.level is Level.WARNING
    observer.note(READY)
    observer.note(RunFailed(exit_code=6, kind="OutputError", duration_ms=1, message="cannot write out: full"))
    (line,) = stream.getvalue().splitlines()
    assert re.fullmatch(
        r'\d{4}-\d\d-\d\dT[\d:.]{12}Z error run_failed exit_code=6 kind=OutputError duration_ms=1 message="cannot .*"',
        line,
    )


def test_a_logger_of_ones_own() -> None:
    seen: list[logging.LogRecord] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record)

    logger = logging.Logger("mine", logging.INFO)
    logger.addHandler(Handler())
    observer = LogObserver(logger)
    assert observer.level is Level.INFO
    observer.note(READY)
    assert seen[0].getMessage() == "llm_ready"
    assert seen[0].specmint is READY  # type: ignore[attr-defined]
    assert seen[0].levelno == logging.INFO


def test_other_records_of_the_logger_are_as_usual() -> None:
    stream = io.StringIO()
    stream_logger(stream, Level.INFO, "json").info("plain %s", "words")
    assert stream.getvalue() == "plain words\n"


def test_no_other_logger_is_told(caplog: pytest.LogCaptureFixture) -> None:
    LogObserver(stream_logger(io.StringIO(), Level.DEBUG, "text")).note(READY)
    assert caplog.records == []
    assert "specmint" not in logging.Logger.manager.loggerDict


def test_a_stream_that_nobody_reads_is_no_failure() -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    LogObserver(stream_logger(Gone(), Level.DEBUG, "text")).note(READY)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me:canary@host/v1", "https://***@host/v1"),
        ("https://me:can@ary@host/v1", "https://***@host/v1"),
        ("https://me:can/ary@host/v1", "https://***@host/v1"),
        ("at http://host/v1?key=canary it fails", "at http://host/v1?*** it fails"),
        ("did you mean this?", "did you mean this?"),
        ("a@b", "a@b"),
    ],
)
def test_credentials_in_urls(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize("line", [text_line, json_line])
def test_credentials_in_urls_are_in_no_line(line: Any) -> None:
    event = RunStarted(command="generate", schema="https://me:canary@host/schema.json?token=canary")
    assert "canary" not in line(event, THEN)
    assert "***@host" in line(event, THEN)
