"""Where parts go: a directory, or any URL that fsspec knows. Files appear whole under their names, or not at all."""

import os
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from threading import get_ident
from typing import IO, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pytest_specmint.output.atomic import io_errors

CHUNK = 1 << 20
"""Bytes that are read at a time."""
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(::|://)")
_STAGED = ".specmint-"


class Staged(Protocol):
    """A file that nobody sees yet."""

    file: IO[bytes]

    def publish(self) -> None:
        """Have it appear under its name, whole, in place of what was there; raises `OutputError`."""


class Sink(Protocol):
    """A place for files; names are relative to it, with slashes."""

    target: str
    """As the user calls it."""

    def staged(self, name: str) -> AbstractContextManager[Staged]:
        """A file to write; it is gone after the block unless it was published."""

    def write(self, name: str, data: bytes) -> None:
        """A small file, at once."""

    def create(self, name: str, data: bytes) -> bool:
        """A small file, unless there is one of that name."""

    def read(self, name: str) -> bytes | None:
        """A small file; None where there is none."""

    def opened(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """A file to read from its beginning; raises `OutputError`."""

    def size(self, name: str) -> int | None:
        """Bytes of a file; None where there is none."""

    def sizes(self) -> Mapping[str, int]:
        """All files with their sizes in bytes, but for what is staged."""

    def remove(self, name: str) -> None:
        """A file, if it is there."""

    def tidy(self) -> None:
        """Remove what dead workers have staged, and directories that are empty."""


def is_url(target: str) -> bool:
    """Whether a target is a URL rather than a path."""
    return _URL.match(target) is not None


def sink_at(target: str) -> Sink:
    """The sink of a path or URL; raises `UsageError` where what it needs is not installed."""
    if target.startswith("file://"):
        return LocalSink(Path(url2pathname(urlsplit(target).path)))
    if not is_url(target):
        return LocalSink(Path(target))
    from pytest_specmint.parts.url_sink import UrlSink

    return UrlSink(target)


class LocalSink:
    """A directory of this machine, or of a file system that the workers share."""

    def __init__(self, directory: Path) -> None:
        self.target = str(directory)
        self._directory = directory

    @contextmanager
    def staged(self, name: str) -> Iterator[Staged]:
        """A file beside its later name."""
        path = self._directory / name
        temporary = path.with_name(f".{path.name}{_STAGED}{socket.gethostname()}-{os.getpid()}-{get_ident()}")
        with io_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with temporary.open("wb") as file:
                    yield _StagedFile(file, temporary, path)
            finally:
                temporary.unlink(missing_ok=True)

    def write(self, name: str, data: bytes) -> None:
        """A small file, at once."""
        with self.staged(name) as staged:
            staged.file.write(data)
            staged.publish()

    def create(self, name: str, data: bytes) -> bool:
        """A small file, unless there is one."""
        path = self._directory / name
        with io_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            except FileExistsError:
                return False
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
        return True

    def read(self, name: str) -> bytes | None:
        """A small file."""
        with io_errors(self._directory / name):
            try:
                return (self._directory / name).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """A file to read."""
        with io_errors(self._directory / name), (self._directory / name).open("rb") as file:
            yield file

    def size(self, name: str) -> int | None:
        """Bytes of a file."""
        with io_errors(self._directory / name):
            try:
                return (self._directory / name).stat().st_size
            except (FileNotFoundError, NotADirectoryError):
                return None

    def sizes(self) -> Mapping[str, int]:
        """All files below the directory."""
        with io_errors(self._directory):
            return dict(_sizes(self._directory, "")) if self._directory.is_dir() else {}

    def remove(self, name: str) -> None:
        """A file."""
        with io_errors(self._directory / name):
            (self._directory / name).unlink(missing_ok=True)

    def tidy(self) -> None:
        """What was staged goes; so does the journal's directory, if it is empty."""
        with io_errors(self._directory):
            for each in [*self._directory.glob(f".*{_STAGED}*"), *self._directory.glob(f"*/.*{_STAGED}*")]:
                each.unlink(missing_ok=True)
            for each in self._directory.iterdir():
                if each.is_dir():
                    with suppress(OSError):  # it is not empty
                        each.rmdir()


class _StagedFile:
    def __init__(self, file: IO[bytes], temporary: Path, path: Path) -> None:
        self.file = file
        self._temporary = temporary
        self._path = path

    def publish(self) -> None:
        """Flush to disk and rename."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self._temporary.replace(self._path)


def _sizes(directory: Path, before: str) -> Iterator[tuple[str, int]]:
    for entry in sorted(directory.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            yield from _sizes(entry, f"{before}{entry.name}/")
        elif not (entry.name.startswith(".") and _STAGED in entry.name):
            yield before + entry.name, entry.lstat().st_size
