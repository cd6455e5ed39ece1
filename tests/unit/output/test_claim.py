"""One run at a time has a directory; the second is told who it is."""

import errno
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.errors import OutputError
from pytest_specmint.output import claim
from pytest_specmint.output.claim import Owner, alive, claimed

fcntl = pytest.importorskip("fcntl", reason="locks of POSIX")
HOLD = """
import sys, time
from pathlib import Path
from pytest_specmint.output.claim import claimed
with claimed(Path(sys.argv[1]), Path("out")):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / ".out.specmint-lock"


def claim_it(lock: Path) -> None:
    with claimed(lock, Path("out")):
        assert lock.exists()


def owner(lock: Path) -> dict[str, Any]:
    return json.loads(lock.read_bytes())


def dead_pid() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def holding(lock: Path) -> "subprocess.Popen[str]":
    child = subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_it_names_its_owner_and_is_gone_in_the_end(lock: Path) -> None:
    with claimed(lock, Path("out")):
        found = owner(lock)
        assert found["pid"] == os.getpid()
        assert found["host"] == socket.gethostname()
        assert found["started"].endswith("Z")
    assert not lock.exists()
    with pytest.raises(ZeroDivisionError), claimed(lock, Path("out")):
        raise ZeroDivisionError
    assert not lock.exists()


def test_the_second_is_refused_and_told_who_is_first(lock: Path) -> None:
    child = holding(lock)
    try:
        since = owner(lock)["started"]
        with pytest.raises(OutputError) as caught:
            claim_it(lock)
        assert str(caught.value) == f"out is being written by another run: process {child.pid}, since {since}"
        assert "wait until it is done" in (caught.value.hint or "")
        assert caught.value.exit_code == 6
    finally:
        child.kill()
        child.wait()
        child.stdout.close()  # type: ignore[union-attr]


def test_the_lock_of_a_process_that_died_is_taken_over(lock: Path) -> None:
    child = holding(lock)
    child.kill()
    child.wait()
    child.stdout.close()  # type: ignore[union-attr]
    assert lock.exists()
    claim_it(lock)
    assert not lock.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x", "host": 1, "started": 2}', '{"pid": 1}', "\xff" * 9000])
def test_a_file_that_nobody_locks_is_taken_over_whatever_it_says(lock: Path, text: str) -> None:
    lock.write_text(text)
    claim_it(lock)
    assert not lock.exists()


def test_workers_of_a_dead_process_are_waited_for(lock: Path) -> None:
    """They hold the lock a moment longer than the process that forked them."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    lock.write_text(json.dumps({"pid": dead_pid(), "host": socket.gethostname(), "started": "then"}))
    threading.Timer(0.2, os.close, [descriptor]).start()
    claim_it(lock)


def test_not_for_ever(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "PATIENCE", 0.2)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        with pytest.raises(OutputError, match=r"out is being written by another run$"):
            claim_it(lock)
        lock.write_text(json.dumps({"pid": dead_pid(), "host": socket.gethostname(), "started": "then"}))
        with pytest.raises(OutputError, match="since then"):
            claim_it(lock)
    finally:
        os.close(descriptor)


def test_a_lock_that_was_removed_meanwhile_does_not_count(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who opened the file of an owner that then removed it has a lock that nobody else will ever see."""
    flock, removed = fcntl.flock, []

    def late(descriptor: int, how: int) -> None:
        flock(descriptor, how)
        if not removed:
            removed.append(lock.stat().st_ino)
            lock.unlink()
            lock.write_text("")

    monkeypatch.setattr(fcntl, "flock", late)
    with claimed(lock, Path("out")):
        assert lock.exists()
        assert owner(lock)["pid"] == os.getpid()


class TestWithoutLocks:
    """File systems that know none: the file's words count."""

    @pytest.fixture(autouse=True)
    def _none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def none(*_: Any) -> None:
            raise OSError(errno.ENOLCK, "No locks available")

        monkeypatch.setattr(fcntl, "flock", none)

    def test_it_works(self, lock: Path) -> None:
        claim_it(lock)
        assert not lock.exists()

    def test_the_second_is_refused(self, lock: Path) -> None:
        with claimed(lock, Path("out")), pytest.raises(OutputError, match=f"process {os.getpid()}"):
            claim_it(lock)

    def test_dead_ones_do_not_count(self, lock: Path) -> None:
        lock.write_text(json.dumps({"pid": dead_pid(), "host": socket.gethostname(), "started": "then"}))
        claim_it(lock)

    def test_of_other_machines_nobody_knows(self, lock: Path) -> None:
        lock.write_text(json.dumps({"pid": dead_pid(), "host": "elsewhere", "started": "then"}))
        with pytest.raises(OutputError, match="on elsewhere, since then"):
            claim_it(lock)


def test_other_errors_are_errors(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(fcntl, "flock", broken)
    with pytest.raises(OSError, match="Input/output"):
        claim_it(lock)


def test_many_threads_have_it_one_at_a_time(lock: Path) -> None:
    inside, most, refused = [0], [0], [0]
    gate = threading.Lock()

    def work() -> None:
        for _ in range(20):
            try:
                with claimed(lock, Path("out")):
                    with gate:
                        inside[0] += 1
                        most[0] = max(most[0], inside[0])
                    time.sleep(0.001)
                    with gate:
                        inside[0] -= 1
            except OutputError:
                refused[0] += 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 1
    assert not lock.exists()


def test_who_is_alive() -> None:
    assert alive(os.getpid())
    assert not alive(dead_pid())
    assert alive(10**30)
    assert Owner(dead_pid(), "elsewhere", "").lives
