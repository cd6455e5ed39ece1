"""Sinks behind a URL, through fsspec: object stores, file servers, memory.

A file is first written whole to this machine's temporary directory and then sent: object stores show it when its
upload, in several parts where it is large, is complete. Where a store shows what is half there, a file is sent under
another name and renamed. What fails in passing is tried again for two minutes.
"""

import os
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from typing import IO, Any, TypeVar

from pytest_specmint.errors import OutputError, SpecmintError, UsageError
from pytest_specmint.observe.private import redacted
from pytest_specmint.parts.retry import patiently
from pytest_specmint.parts.sink import Staged

_T = TypeVar("_T")
AT_ONCE = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oci", "oss", "memory"})
"""Protocols of stores in which a file appears whole or not at all."""
SENT_BY: Mapping[str, Mapping[str, int]] = {
    name: {"chunksize": 1 << 23, "max_concurrency": 4} for name in ("s3", "s3a")
}
"""How stores are to take large files: in pieces of 8 MiB, four at a time, which is what a worker holds of a part."""
EXTRAS: Mapping[str, str] = {
    "s3": "s3",
    "s3a": "s3",
    "gs": "gcs",
    "gcs": "gcs",
    "az": "azure",
    "abfs": "azure",
    "abfss": "azure",
}
"""The extra that brings what a protocol needs, where there is one."""
_STAGED = ".specmint-"


class UrlSink:
    """A place below a URL."""

    def __init__(self, url: str) -> None:
        self.target = redacted(url)
        protocol = url.partition("::")[0].partition("://")[0].lower()
        try:
            self._fs, self._root = _found(url)
        except ImportError as error:
            extra = EXTRAS.get(protocol, "cloud")
            raise UsageError(
                f"{self.target}: {str(error).splitlines()[0]}", hint=f'pip install "pytest-specmint[{extra}]"'
            ) from None
        except ValueError as error:
            raise UsageError(f"{self.target}: {error}", hint="s3://bucket/path, gs://, az://, or a directory") from None
        self._at_once = protocol in AT_ONCE
        self._sent_by = SENT_BY.get(protocol, {})

    @contextmanager
    def staged(self, name: str) -> Iterator[Staged]:
        """A file of the temporary directory."""
        with _local_errors(), tempfile.TemporaryDirectory(prefix="specmint-") as place:
            path = Path(place) / "part"
            with path.open("wb") as file:
                yield _StagedUpload(self, name, path, file)

    def write(self, name: str, data: bytes) -> None:
        """A small file, at once."""
        if self._at_once:
            self._do("write", name, lambda path: self._fs.pipe_file(path, data))
            return
        with self.staged(name) as staged:
            staged.file.write(data)
            staged.publish()

    def create(self, name: str, data: bytes) -> bool:
        """A small file, unless there is one."""
        try:
            self._do("write", name, lambda path: self._created(path, data))
        except OutputError as error:
            if isinstance(error.__cause__, FileExistsError):
                return False
            raise
        return True

    def _created(self, path: str, data: bytes) -> None:
        self._make_room(path)
        self._fs.pipe_file(path, data, mode="create")

    def read(self, name: str) -> bytes | None:
        """A small file."""
        try:
            found: bytes = self._do("read", name, self._fs.cat_file)
        except OutputError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            raise
        return found

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """A file to read; blocks that fail to come are asked for again by the store's client."""
        file = self._do("read", name, lambda path: self._fs.open(path, "rb"))
        with self._errors("read", name), file:
            yield file

    def size(self, name: str) -> int | None:
        """Bytes of a file."""
        try:
            found: int = self._do("read", name, self._size)
        except OutputError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            raise
        return found

    def _size(self, path: str) -> int:
        self._fs.invalidate_cache()
        return int(self._fs.info(path)["size"])

    def sizes(self) -> Mapping[str, int]:
        """All files below the URL."""
        found: Mapping[str, Any] = self._do("list", "", self._listed)
        root = f"{self._root.rstrip('/')}/"
        named = {path[len(root) :]: each for path, each in found.items() if path.startswith(root)}
        return {
            name: int(each["size"])
            for name, each in sorted(named.items())
            if name and not name.endswith("/") and not _is_staged(name)
        }

    def _listed(self, _path: str) -> Mapping[str, Any]:
        self._fs.invalidate_cache()
        found: Mapping[str, Any] = self._fs.find(self._root, detail=True)
        return found

    def remove(self, name: str) -> None:
        """A file."""
        self._do("remove", name, self._removed)

    def _removed(self, path: str) -> None:
        try:
            self._fs.rm_file(path)
        except FileNotFoundError:
            return

    def tidy(self) -> None:
        """What was staged goes; object stores have neither that nor directories."""
        if self._at_once:
            return
        for path in self._do("list", "", self._listed):
            if _is_staged(path.rpartition("/")[2]):
                self._do("remove", path[len(self._root.rstrip("/")) + 1 :], self._removed)

    def send(self, file: str, name: str) -> None:
        """Put a file of this machine in place, whole."""
        self._do("write", name, lambda path: self._sent(file, path))

    def _sent(self, file: str, path: str) -> None:
        if self._at_once:
            self._fs.put_file(file, path, **self._sent_by)
            return
        self._make_room(path)
        above, _, last = path.rpartition("/")
        temporary = f"{above}/.{last}{_STAGED}{socket.gethostname()}-{os.getpid()}-{get_ident()}"
        try:
            self._fs.put_file(file, temporary)
            self._fs.mv(temporary, path)
        except BaseException:
            self._removed(temporary)
            raise

    def _make_room(self, path: str) -> None:
        if not self._at_once:
            self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)

    def _do(self, verb: str, name: str, work: Callable[[str], _T]) -> _T:
        path = f"{self._root.rstrip('/')}/{name}" if name else self._root
        with self._errors(verb, name):
            return patiently(lambda: work(path))

    @contextmanager
    def _errors(self, verb: str, name: str) -> Iterator[None]:
        """Whatever a store's client raises, as `OutputError` about the file."""
        try:
            yield
        except SpecmintError:
            raise
        except Exception as error:  # clients have classes of their own
            where = f"{self.target.rstrip('/')}/{name}" if name else self.target
            what = (str(error).splitlines() or [""])[0] or type(error).__name__
            raise OutputError(
                f"cannot {verb} {where}: {redacted(what)}", hint="check the address, credentials and permissions"
            ) from error


class _StagedUpload:
    def __init__(self, sink: UrlSink, name: str, path: Path, file: IO[bytes]) -> None:
        self.file = file
        self._sink = sink
        self._name = name
        self._path = path

    def publish(self) -> None:
        """Send it."""
        self.file.close()  # not every system lets a file be read that is open
        self._sink.send(str(self._path), self._name)


@contextmanager
def _local_errors() -> Iterator[None]:
    """What the temporary directory cannot take."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot write {tempfile.gettempdir()}: {error.strerror or error}",
            hint="a part is written there before it is sent: free some space, or set TMPDIR",
        ) from error


def _is_staged(name: str) -> bool:
    last = name.rpartition("/")[2]
    return last.startswith(".") and _STAGED in last


def _found(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it; raises `ImportError`, `ValueError`."""
    import tenacity  # noqa: F401 - a missing one is to be known now
    from fsspec.core import url_to_fs

    fs, root = url_to_fs(url)
    return fs, str(root)
