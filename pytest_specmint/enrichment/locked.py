"""Files that several processes write: a lock on their directory while it lasts, and replacing at once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_specmint.errors import OutputError


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Alone among processes that lock the same directory; no more than polite where the system knows no such locks."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replaced(path: Path, data: bytes) -> None:
    """The file with this content, whole or as it was; raises `OutputError`."""
    temporary = path.with_name(f".{path.name}.specmint-{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}", hint="check the path and the free space") from None
    finally:
        temporary.unlink(missing_ok=True)
