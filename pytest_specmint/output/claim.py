"""Who writes a directory has it alone: a lock beside it, which names its owner to whoever comes second.

The lock is one of the operating system's, so that it ends with its process however that ends; the file that carries it
may stay behind then, and the next run takes it over. Where a file system knows no locks, the file's words count.
"""

import errno
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from pytest_specmint.errors import OutputError

PATIENCE = 3.0
"""Seconds for which the workers of a process that was killed may still hold its lock: they look after one."""
_STEP = 0.05
_LOCKLESS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}
_MOST = 1000


class Owner(Struct, frozen=True):
    """Who has a directory."""

    pid: int
    host: str
    started: str
    """When, ISO 8601, UTC."""

    @property
    def words(self) -> str:
        """As a person is told."""
        where = "" if self.host == socket.gethostname() else f" on {self.host}"
        return f"process {self.pid}{where}, since {self.started}"

    @property
    def lives(self) -> bool:
        """Whether its process is there; True where that cannot be known."""
        return self.host != socket.gethostname() or alive(self.pid)


def alive(pid: int) -> bool:
    """Whether there is such a process on this machine; True where that cannot be known."""
    if os.name == "nt":  # signal 0 is no question there, but a Ctrl-C
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


@contextmanager
def claimed(path: Path, named: Path) -> Iterator[None]:
    """Hold the lock at this path while the block lasts; raises `OutputError` that names who has it.

    ``named`` is what it locks, as the user calls it.
    """
    descriptor = None
    try:
        descriptor = _taken(path, named)
        _write(descriptor, Owner(os.getpid(), socket.gethostname(), _now()))
        yield
    finally:
        if descriptor is not None:
            _let_go(descriptor, path)


def _let_go(descriptor: int, path: Path) -> None:
    if os.name == "nt":  # what is open cannot be removed there
        os.close(descriptor)
        path.unlink(missing_ok=True)
    else:  # and here another run must not lock what is about to go
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _taken(path: Path, named: Path) -> int:
    until = time.monotonic() + PATIENCE
    while (descriptor := _try(path)) is None:
        owner = _owner(path)
        if owner is None and path.exists() and time.monotonic() < until - PATIENCE / 2:
            time.sleep(_STEP)  # it has only just been made
        elif owner is not None and not owner.lives and time.monotonic() < until:
            time.sleep(_STEP)
        elif path.exists():
            raise _refused(named, owner)
    return descriptor


def _refused(named: Path, owner: Owner | None) -> OutputError:
    who = "" if owner is None else f": {owner.words}"
    return OutputError(
        f"{named} is being written by another run{who}",
        hint="wait until it is done, or choose another directory; nothing was changed",
    )


def _try(path: Path) -> int | None:
    """An open file with the lock; None where somebody else has it, or had it a moment ago."""
    try:
        import fcntl
    except ImportError:
        return _try_on_windows(path)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        ours = _is_at(descriptor, path)
    except BlockingIOError:
        ours = False
    except OSError as error:
        if error.errno not in _LOCKLESS:
            os.close(descriptor)
            raise
        owner = _owner(path)
        ours = owner is None or not owner.lives
    if ours:
        return descriptor
    os.close(descriptor)
    return None


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether the open file is still the one at the path: who had the lock before has removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _try_on_windows(path: Path) -> int | None:
    """There a file that is open cannot be removed, and one that can is of nobody."""
    try:
        path.unlink(missing_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    except (PermissionError, FileExistsError):
        return None


def _write(descriptor: int, owner: Owner) -> None:
    os.ftruncate(descriptor, 0)
    os.write(descriptor, json.dumps({"pid": owner.pid, "host": owner.host, "started": owner.started}).encode())


def _owner(path: Path) -> Owner | None:
    """Who the file names; None where it names nobody."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads(path.read_bytes()[:_MOST])
        pid, host, started = told["pid"], told["host"], told["started"]
        if isinstance(pid, int) and isinstance(host, str) and isinstance(started, str):
            return Owner(pid, host, started)
    return None
