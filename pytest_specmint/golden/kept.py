"""The goldens on disk and the tests that they were made for. Light: runs that use no golden look here too."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from pytest_specmint.golden.place import ORIGIN, RECORDS
from pytest_specmint.golden.unused import Kept


def kept(directory: Path, root: Path, wanted: Callable[[str], bool] = lambda module: True) -> Iterator[Kept]:
    """All goldens below a directory, by path; origins that cannot be read are left out.

    Goldens that are named after a test lie in a directory that is named after its module: ``wanted`` is asked about
    that module before a file is opened.
    """
    for path in sorted(directory.rglob(f"*{ORIGIN}")):
        if wanted(f"{path.parent.relative_to(directory).as_posix()}.py"):
            nodeid = _nodeid(path)
            if nodeid is not None:
                yield Kept(_standing_for(path, root), nodeid)


def _nodeid(path: Path) -> str | None:
    try:
        nodeid = json.loads(path.read_bytes())["nodeid"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return nodeid if isinstance(nodeid, str) and nodeid else None


def _standing_for(origin: Path, root: Path) -> str:
    """The golden's own path: its records, or the recipe for them."""
    records = origin.with_name(origin.name.removesuffix(ORIGIN) + RECORDS)
    path = records if records.exists() else origin
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
