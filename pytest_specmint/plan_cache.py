"""Plans that took long to compile, kept on disk for the next process: a test worker, the next run.

Most plans are compiled in a few hundredths of a second, which reading a file would not beat; the largest schemas take
seconds. Plans are kept in the user's cache directory, in files that nobody else may have written, under a key of
everything that decides them, this package's own files included. What cannot be read is compiled again.
"""

import os
import pickle
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_specmint.engine.plan import Plan

SWITCH = "SPECMINT_PLAN_CACHE"
"""Environment variable: ``off``, or the directory to keep plans in."""
WORTH = 0.3
"""Seconds of compiling from which on a plan is kept."""
ROOM = 1 << 28
"""Bytes of all plans that are kept; the ones used longest ago go."""
_PRIVATE = 0o700
_DIGEST = 32


def recalled(identity: object, compiled: "Callable[[], Plan]") -> "Plan":
    """The plan of this identity from disk, else compiled, and kept if that took long.

    An identity is anything that has a faithful ``repr``. Raises what compiling raises; failures of the disk cost time
    and nothing else.
    """
    directory = _directory()
    known = directory is not None and directory.is_dir()
    plan = _read(directory / _name(identity)) if directory and known else None
    if plan is None:
        started = perf_counter()
        plan = compiled()
        if directory and perf_counter() - started >= WORTH:
            _keep(directory / _name(identity), plan)
    return plan


def _directory() -> Path | None:
    chosen = os.environ.get(SWITCH, "")
    if chosen.lower() in {"off", "0", "no", "false"}:
        return None
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("specmint", appauthor=False) / "plans"


def _name(identity: object) -> str:
    return sha256(repr((identity, sys.version_info[:2], _fingerprint())).encode()).hexdigest()


@lru_cache(maxsize=1)
def _fingerprint() -> str:
    """Of the files that make plans: an edited checkout must not be given what it made before."""
    return sha256(repr(sorted(_states(str(Path(__file__).parent)))).encode()).hexdigest()


def _states(directory: str) -> Iterator[tuple[str, int, int]]:
    """Path, size and time of change of every file below."""
    for entry in os.scandir(directory):
        if entry.is_dir():
            yield from _states(entry.path) if entry.name != "__pycache__" else ()
        else:
            state = entry.stat()
            yield entry.path, state.st_size, state.st_mtime_ns


def _read(path: Path) -> "Plan | None":
    """The plan of a file that this user wrote and nobody else could have changed."""
    try:
        if not _is_ours(path.parent) or not _is_ours(path):
            return None
        data = path.read_bytes()
        digest, content = data[:_DIGEST], data[_DIGEST:]
        if sha256(content).digest() != digest:
            return None
        plan: Plan = pickle.loads(content)  # noqa: S301 - written by this user, as has just been seen
        os.utime(path)
    except Exception:
        return None
    return plan


def _is_ours(path: Path) -> bool:
    if os.name == "nt":  # the profile's directory is private there
        return True
    state = path.stat()
    return state.st_uid == os.geteuid() and not state.st_mode & 0o022


def _keep(path: Path, plan: "Plan") -> None:
    try:
        path.parent.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        content = pickle.dumps(plan, protocol=pickle.HIGHEST_PROTOCOL)
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            file.write(sha256(content).digest() + content)
        Path(file.name).replace(path)
        _prune(path.parent)
    except (OSError, pickle.PicklingError, RecursionError):
        return


def _prune(directory: Path) -> None:
    """What is left of a writer that died goes the same way."""
    room = ROOM
    for entry in sorted(directory.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True):
        room -= entry.stat().st_size
        if room < 0:
            entry.unlink(missing_ok=True)
