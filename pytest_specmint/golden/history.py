"""The records of recipes whose schema has changed since: made from the version of it that git remembers."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pytest_specmint.dataset import Dataset
from pytest_specmint.errors import GoldenMismatch, SpecmintError
from pytest_specmint.golden.materialise import checked, dataset_of
from pytest_specmint.golden.origin import Origin
from pytest_specmint.version import ENGINE_VERSION

REVISIONS = 50
"""Versions of a schema that are looked at, the newest first."""
_SECONDS = 10
"""Time that git has for one answer."""


def remembered_blocks(origin: Origin, root: Path) -> Iterator[bytes]:
    """The lines of a recipe, as `checked_blocks` gives them, also where only git has its schema any more.

    The schema must be a single file in a repository, the version one of the last fifty. Raises `GoldenMismatch`.
    """
    return checked(remembered_dataset(origin, root), origin)


def remembered_dataset(origin: Origin, root: Path) -> Dataset:
    """The dataset that an origin tells of; raises `GoldenMismatch`."""
    try:
        return dataset_of(origin, root)
    except GoldenMismatch:
        path = _schema_path(origin)
        if path is None:
            raise
        for version in _versions(path, root):
            dataset = _made_from(version, path, origin)
            if dataset is not None:
                return dataset
        raise


def _schema_path(origin: Origin) -> str | None:
    """The schema's file, where another version of it may help."""
    if origin.derived or origin.engine_version != ENGINE_VERSION or origin.schema is None or not origin.schema.path:
        return None
    path = PurePosixPath(origin.schema.path.partition("#")[0])
    return None if path.is_absolute() or ".." in path.parts else str(path)


def _made_from(version: bytes, path: str, origin: Origin) -> Dataset | None:
    with tempfile.TemporaryDirectory(prefix="specmint-") as folder:
        file = Path(folder, path)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(version)
            return dataset_of(origin, Path(folder))
        except (SpecmintError, OSError, ValueError):
            return None


def _versions(path: str, root: Path) -> Iterator[bytes]:
    """What git has of a file: as it is staged, and then as it was committed anywhere."""
    staged = _git(root, "show", f":./{path}")
    if staged is not None:
        yield staged
    listed = _git(root, "rev-list", f"--max-count={REVISIONS}", "HEAD", "--all", "--", f"./{path}")
    for revision in (listed or b"").decode("ascii", "replace").split():
        content = _git(root, "show", f"{revision}:./{path}")
        if content is not None:
            yield content


def _git(root: Path, *arguments: str) -> bytes | None:
    """What a git command prints; None where it fails, or there is no git."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands; paths and revisions are single arguments
            ["git", *arguments],  # noqa: S607 - the user's git
            cwd=root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return done.stdout if done.returncode == 0 else None
