"""Files and directories that appear whole or not at all, and what a crash left put right.

A directory is built beside its target and renamed into place last. Where the target exists, it is first renamed to
``.NAME.specmint-old``; a crash between the two renames leaves that one, and the next run renames it back.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_specmint.errors import OutputError
from pytest_specmint.output.manifest import DATASET_FILE, MANIFEST_FILE, RUN_FILE

_OWN = (DATASET_FILE, MANIFEST_FILE, RUN_FILE)


@contextmanager
def io_errors(path: Path) -> Iterator[None]:
    """Operating system errors as `OutputError` about the path."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}", hint="check the path, its permissions and the free space"
        ) from error


@contextmanager
def replaced_directory(target: Path) -> Iterator[Path]:
    """A staging directory that takes the target's place when the block ends, and is gone if the block fails.

    Raises `OutputError` where the target holds files that SpecMint did not write.
    """
    with io_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _repair(target)
        _refuse_foreign(target)
        staging = target.parent / f".{target.name}.specmint-{os.getpid()}"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        try:
            yield staging
            _swap(staging, target)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _old(target: Path) -> Path:
    return target.parent / f".{target.name}.specmint-old"


def _repair(target: Path) -> None:
    """Finish or undo what a crashed run left behind."""
    old = _old(target)
    if old.exists():
        if target.exists():
            shutil.rmtree(old)
        else:
            old.rename(target)
    for stale in target.parent.glob(f".{target.name}.specmint-*"):
        pid = stale.name.rpartition("-")[2]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(stale, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _refuse_foreign(target: Path) -> None:
    if not target.exists():
        return
    for entry in sorted(target.iterdir()):
        if entry.name not in _OWN and not _is_record(entry.name):
            raise OutputError(
                f"{target} holds {entry.name}, which SpecMint did not write; nothing was changed",
                hint="choose a new or empty directory: existing output is replaced as a whole",
            )


def _is_record(name: str) -> bool:
    number = name.removeprefix("record_").removesuffix(".json")
    return name.startswith("record_") and name.endswith(".json") and number.isdigit()


def _swap(staging: Path, target: Path) -> None:
    old = _old(target)
    if target.exists():
        target.rename(old)
    staging.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def write_file(path: Path, data: bytes) -> None:
    """Replace one file at once: written beside it, flushed to disk, renamed."""
    with io_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.specmint-{os.getpid()}")
        try:
            write_flushed(temporary, data)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def write_flushed(path: Path, data: bytes) -> None:
    """Write and flush to disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
