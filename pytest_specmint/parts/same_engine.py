"""Whether another process has the same engine: its version, and the digest of every file that comes with it."""

import os
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from pytest_specmint.errors import UsageError
from pytest_specmint.version import ENGINE_VERSION, __version__


class OtherEngine(UsageError):
    """A worker has another engine than the process that gave it work: its bytes could be others."""


@lru_cache(maxsize=1)
def engine_digest() -> str:
    """The engine of this process: distribution, engine version, and the first 32 digits of its files' SHA-256."""
    hasher, root = sha256(), str(Path(__file__).parent.parent)
    for path in sorted(_files(root)):
        hasher.update(f"{path[len(root) :]}\0".replace(os.sep, "/").encode())
        hasher.update(sha256(Path(path).read_bytes()).digest())
    return f"{__version__}/{ENGINE_VERSION}/{hasher.hexdigest()[:32]}"


def check_engine(wanted: str) -> None:
    """Raise `OtherEngine` unless this process has the engine of this digest."""
    if wanted == engine_digest():
        return
    raise OtherEngine(
        f"a worker has another engine ({_words(engine_digest())}) than this run ({_words(wanted)})",
        hint="install the same pytest-specmint on every worker, and restart them",
    )


def _words(digest: str) -> str:
    version, engine, files = digest.split("/")
    return f"pytest-specmint {version}, engine {engine}, files {files[:12]}"


def _files(directory: str) -> Iterator[str]:
    for entry in os.scandir(directory):
        if entry.is_dir():
            yield from _files(entry.path) if entry.name != "__pycache__" else ()
        elif not entry.name.endswith((".pyc", ".pyo")):
            yield entry.path
