"""Files and directories that appear whole or not at all, and what a crash left put right.

A directory is built beside its target and renamed into place last. Where the target exists, it is first
renamed to ``.NAME.specmint-old``; a crash between the two renames leaves that one, and the next run renames
it back.
"""

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from typing import IO, Any

from pytest_specmint.errors import OutputError
from pytest_specmint.output.claim import alive, claimed
from pytest_specmint.output.manifest import (
    DATASET_FILE,
    MANIFEST_FILE,
    PROVENANCE_FILE,
    RENDERED_PREFIX,
    RUN_FILE,
    VIOLATIONS_FILE,
)

_OWN = (DATASET_FILE, MANIFEST_FILE, RUN_FILE, VIOLATIONS_FILE, PROVENANCE_FILE)
_HINTS = {
    errno.ENOSPC: "free some space; earlier output was left as it was",
    errno.EDQUOT: "free some of your quota; earlier output was left as it was",
    errno.EFBIG: "the limit on file sizes is too low; make the dataset in parts with --start and --count",
    errno.EACCES: "the directory above it must be writable too: output is built there and renamed into place",
    errno.EPERM: "the directory above it must be writable too: output is built there and renamed into place",
    errno.EROFS: "choose a directory on a file system that is not read-only",
    errno.ENOTDIR: "part of the path is a file: choose another directory",
    errno.EEXIST: "the path is a file: choose another directory",
    errno.EBUSY: "a mount point cannot be replaced: choose a directory below it",
    errno.EXDEV: "a mount point cannot be replaced: choose a directory below it",
    errno.ENAMETOOLONG: "choose a shorter name",
}
_HINT = "check the path, its permissions and the free space"


@contextmanager
def io_errors(path: Path) -> Iterator[None]:
    """Operating system errors as `OutputError` about the path."""
    try:
        yield
    except BrokenPipeError:
        raise  # standard output's reader went away: no failure of this path
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"cannot write {path}: {reason}", hint=_HINTS.get(error.errno or 0, _HINT)) from error


@contextmanager
def replaced_directory(directory: Path) -> Iterator[Path]:
    """A staging directory that takes the target's place when the block ends, and is gone if the block fails.

    A symbolic link is followed: what it points to is replaced. Raises `OutputError` where the target holds
    files that SpecMint did not write, is the working directory, or is being written by another run.
    """
    with io_errors(directory):
        target = directory.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        with claimed(target.parent / f"{_prefix(target)}lock", directory):
            _repair(target)
            _refuse(target, directory)
            staging = target.parent / f"{_prefix(target)}{os.getpid()}-0"
            try:  # whatever comes between here and the end, Ctrl-C too, the staging directory goes
                shutil.rmtree(staging, ignore_errors=True)  # of a dead process that had our number
                staging.mkdir()
                yield staging
                _swap(staging, target)
            finally:
                shutil.rmtree(staging, ignore_errors=True)


def _prefix(target: Path) -> str:
    return f".{target.name}.specmint-"


def _old(target: Path) -> Path:
    return target.parent / f"{_prefix(target)}old"


def _repair(target: Path) -> None:
    """Finish or undo what a crashed run left behind."""
    old = _old(target)
    if old.exists():
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(target)
    prefix = _prefix(target)
    for entry in list(target.parent.iterdir()):
        pid = entry.name.removeprefix(prefix).partition("-")[0]
        if entry.name.startswith(prefix) and pid.isdigit() and not alive(int(pid)):
            shutil.rmtree(entry, ignore_errors=True)


def _refuse(target: Path, named: Path) -> None:
    """Nothing is replaced but what SpecMint wrote: its files alone, under a manifest of its own."""
    entries = sorted(target.iterdir()) if target.exists() else []
    manifest = _manifest(target / MANIFEST_FILE)
    own = {*_OWN, *_rendered(manifest)}
    strange = next((entry for entry in entries if not _is_own(entry, own)), None)
    if strange is None and entries and manifest is None:
        strange = entries[0]
    if strange is not None:
        raise OutputError(
            f"{named} holds {strange.name}, which SpecMint did not write; nothing was changed",
            hint="choose a new or empty directory: existing output is replaced as a whole",
        )
    if target == Path.cwd():
        raise OutputError(
            f"{named} is the working directory, which cannot be replaced",
            hint="choose a directory below it: --out out",
        )


def _is_own(entry: Path, own: set[str]) -> bool:
    if entry.is_dir() and not entry.is_symlink():
        within = _manifest(entry / MANIFEST_FILE)
        files = {*_OWN, *_rendered(within)}
        return within is not None and all(_is_own(each, files) for each in entry.iterdir())
    if entry.is_symlink() or not entry.is_file():
        return False
    if entry.name == MANIFEST_FILE:
        return _manifest(entry) is not None
    return entry.name in own or _is_record(entry.name)


def _manifest(path: Path) -> dict[str, Any] | None:
    """A manifest of SpecMint's, if it is one."""
    try:
        content = json.loads(path.read_bytes()) if path.is_file() else None
    except (ValueError, RecursionError):
        return None
    own = isinstance(content, dict) and str(content.get("dataset_id", "")).startswith("smnt_")
    return content if own else None


def _rendered(manifest: dict[str, Any] | None) -> list[str]:
    """The files in other formats that a manifest names."""
    listed = (manifest or {}).get("rendered")
    named = [each.get("file") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [each for each in named if isinstance(each, str) and each.startswith(RENDERED_PREFIX)]


def _is_record(name: str) -> bool:
    number = name.removeprefix("record_").removesuffix(".json")
    return name.startswith("record_") and name.endswith(".json") and number.isdigit()


def _swap(staging: Path, target: Path) -> None:
    old = _old(target)
    existed = target.exists()
    if existed:
        target.rename(old)
    try:
        staging.rename(target)
    except OSError:
        if existed:
            old.rename(target)
        raise
    _flush_directory(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _flush_directory(path: Path) -> None:
    """Make renames last; where directories cannot be opened (Windows), the system does so itself."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        return  # some file systems do not flush directories; the rename itself is done
    finally:
        os.close(descriptor)


@contextmanager
def replaced_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the target's place when the block ends, flushed to disk, and is gone if the block fails."""
    with io_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.specmint-{os.getpid()}-{get_ident()}")
        try:
            with temporary.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def write_file(path: Path, data: bytes) -> None:
    """Replace one file at once."""
    with replaced_file(path) as file:
        file.write(data)


def write_flushed(path: Path, data: bytes) -> None:
    """Write and flush to disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
