"""The goldens below a directory."""

from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from pytest_specmint.errors import SpecmintError
from pytest_specmint.golden.origin import Origin, relative
from pytest_specmint.golden.place import ORIGIN, PENDING
from pytest_specmint.golden.store import GoldenStore, store_of


class Listed(Struct, frozen=True):
    """A golden on disk, or one that waits to become one."""

    path: str
    """Relative to the root directory."""
    store: GoldenStore
    origin: Origin | None
    """None where there is no golden yet."""
    pending: Origin | None
    """The change that waits for review."""
    fault: str = ""
    """Why its origin cannot be read, or that of the change."""


def listed(directory: Path, root: Path) -> Iterator[Listed]:
    """All goldens that have an origin, by path; an origin that cannot be read is told of, not raised."""
    stores = (store_of(path) for ending in (ORIGIN, ORIGIN + PENDING) for path in directory.rglob(f"*{ending}"))
    for _, store in sorted({store.place: store for store in stores}.items()):
        origin, fault = _read(store.origin)
        pending, other = _read(store.pending)
        yield Listed(relative(store.path, root), store, origin, pending, "; ".join(filter(None, (fault, other))))


def _read(origin: Callable[[], Origin | None]) -> tuple[Origin | None, str]:
    """An origin, or why it cannot be read."""
    try:
        return origin(), ""
    except SpecmintError as error:
        return None, str(error)
