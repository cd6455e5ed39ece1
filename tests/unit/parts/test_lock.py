"""Who writes a target has it alone."""

import os
import time
from collections.abc import Callable

import pytest

from pytest_specmint.errors import OutputError
from pytest_specmint.parts import lock
from pytest_specmint.parts.journal import LOCK_FILE
from pytest_specmint.parts.lock import Claim, held
from pytest_specmint.parts.sink import Sink


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "SETTLE", 0.01)
    monkeypatch.setattr(lock, "BEAT", 0.02)


def claim(run: str, *, pid: int | None = None, host: str | None = None, age: float = 0.0) -> bytes:
    return lock._bytes(
        Claim(run, pid or os.getpid(), host or lock.socket.gethostname(), "2026-01-01T00:00:00Z", time.time() - age)
    )


def test_a_second_run_is_refused_and_told_of_the_first(sink: Sink) -> None:
    with (
        held(sink, "one"),
        pytest.raises(OutputError, match=rf"being written by another run: process {os.getpid()}, since 20"),
        held(sink, "two"),
    ):
        pass
    with held(sink, "three") as check:
        check()


def test_nothing_is_left(store: Sink) -> None:
    with held(store, "one"):
        assert list(store.sizes()) == [LOCK_FILE]
    assert list(store.sizes()) == []


@pytest.mark.parametrize(
    "left",
    [
        claim("dead", pid=2**22 + 1),
        claim("silent", host="elsewhere", age=lock.STALE + 1),
        b"not json",
        b'{"run": 1}',
        b"[]",
    ],
    ids=["its process is dead", "no sign of life", "no JSON", "not all of it", "no object"],
)
def test_a_lock_of_nobody_is_taken_over(store: Sink, left: bytes) -> None:
    store.write(LOCK_FILE, left)
    with held(store, "one") as check:
        check()


def test_one_of_another_machine_holds_as_long_as_it_is_renewed(store: Sink) -> None:
    store.write(LOCK_FILE, claim("far", host="elsewhere", age=lock.STALE - 10))
    with pytest.raises(OutputError, match="on elsewhere"), held(store, "one"):
        pass
    assert lock._claim(store) is not None


def test_it_is_renewed(store: Sink) -> None:
    with held(store, "one"):
        first = lock._claim(store)
        assert first is not None
        until = time.monotonic() + 5
        while (now := lock._claim(store)) is None or now.renewed == first.renewed:
            assert time.monotonic() < until
            time.sleep(0.01)


def checked_for(seconds: float, check: Callable[[], None]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        check()
        time.sleep(0.01)


def test_a_run_whose_lock_was_taken_over_is_told(store: Sink) -> None:
    with held(store, "one") as check:
        store.write(LOCK_FILE, claim("two", host="elsewhere"))
        with pytest.raises(OutputError, match="was taken over by another run"):
            checked_for(5.0, check)
    assert LOCK_FILE in store.sizes()  # the other's
