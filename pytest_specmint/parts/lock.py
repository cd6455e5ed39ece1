"""Who writes a target has it alone: a second run is refused, and told who the first one is.

A directory is locked as any output is. Behind a URL a small file is the lock: made only where there is none, renewed
while its run lives, and taken over when its process is known to be dead or it was not renewed for two minutes.
"""

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from msgspec import Struct

from pytest_specmint.errors import OutputError
from pytest_specmint.output.atomic import io_errors
from pytest_specmint.output.claim import Owner, claimed
from pytest_specmint.parts.journal import LOCK_FILE
from pytest_specmint.parts.sink import LocalSink, Sink

BEAT = 15.0
"""Seconds between renewals."""
STALE = 120.0
"""Seconds without one after which a lock is of nobody."""
SETTLE = 0.3
"""Seconds until a lock that was made is looked at again: not every store makes a file only where there is none."""

Check = Callable[[], None]


class Claim(Struct, frozen=True):
    """What a lock's file says."""

    run: str
    pid: int
    host: str
    started: str
    renewed: float
    """Seconds since the epoch."""

    @property
    def owner(self) -> Owner:
        """Who has it."""
        return Owner(self.pid, self.host, self.started)

    def is_stale(self, now: float) -> bool:
        """Whether nobody has it any more."""
        return now - self.renewed > STALE or not self.owner.lives


@contextmanager
def held(sink: Sink, run: str) -> Iterator[Check]:
    """Hold a target while the block lasts; what it gives raises `OutputError` when the lock was lost.

    Raises `OutputError` that names who has it.
    """
    if isinstance(sink, LocalSink):
        target = Path(sink.target).resolve()
        with io_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
        with claimed(target.parent / f".{target.name}.specmint-lock", Path(sink.target)):
            yield lambda: None
        return
    _take(sink, run)
    over, lost = Event(), Event()
    beat = Thread(target=_renew, args=(sink, run, over, lost), daemon=True)
    beat.start()
    try:
        yield lambda: _check(sink, lost)
    finally:
        over.set()
        beat.join()
        if not lost.is_set() and (claim := _claim(sink)) is not None and claim.run == run:
            sink.remove(LOCK_FILE)


def _take(sink: Sink, run: str) -> None:
    mine = Claim(run, os.getpid(), socket.gethostname(), _now(), time.time())
    if not sink.create(LOCK_FILE, _bytes(mine)):
        known = _claim(sink)
        if known is not None and known.run != run:
            if not known.is_stale(time.time()):
                raise _refused(sink, known)
            sink.write(LOCK_FILE, _bytes(mine))
        elif known is None:
            sink.write(LOCK_FILE, _bytes(mine))
    time.sleep(SETTLE)
    settled = _claim(sink)
    if settled is None or settled.run != run:
        raise _refused(sink, settled)


def _refused(sink: Sink, claim: Claim | None) -> OutputError:
    who = "" if claim is None else f": {claim.owner.words}"
    return OutputError(
        f"{sink.target} is being written by another run{who}",
        hint=f"wait until it is done; if it died, its lock is void {STALE:.0f} seconds after its last sign of life",
    )


def _check(sink: Sink, lost: Event) -> None:
    if lost.is_set():
        raise OutputError(
            f"{sink.target} was taken over by another run",
            hint="this one gave no sign of life for too long; continue it with --resume when the other is done",
        )


def _renew(sink: Sink, run: str, over: Event, lost: Event) -> None:
    while not over.wait(BEAT):
        with suppress(OutputError):  # the store is away: the next renewal may be in time
            claim = _claim(sink)
            if claim is not None and claim.run != run:
                lost.set()
                return
            if claim is not None:
                renewed = Claim(claim.run, claim.pid, claim.host, claim.started, time.time())
                sink.write(LOCK_FILE, _bytes(renewed))


def _claim(sink: Sink) -> Claim | None:
    data = sink.read(LOCK_FILE)
    if data is None:
        return None
    try:
        told = json.loads(data)
        return Claim(
            str(told["run"]), int(told["pid"]), str(told["host"]), str(told["started"]), float(told["renewed"])
        )
    except (ValueError, KeyError, TypeError):
        return None


def _bytes(claim: Claim) -> bytes:
    return json.dumps(
        {
            "run": claim.run,
            "pid": claim.pid,
            "host": claim.host,
            "started": claim.started,
            "renewed": claim.renewed,
        }
    ).encode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
