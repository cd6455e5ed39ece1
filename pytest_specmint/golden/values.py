"""What a test compares with its golden, as canonical lines: a dataset, or values computed from one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.dataset import Dataset, digest_of
from pytest_specmint.errors import UsageError
from pytest_specmint.golden.origin import Content

_BLOCK = 256
"""Values that are turned into lines at a time."""


class Values(Struct, frozen=True):
    """Values that can be read as often as needed."""

    source: Dataset | Sequence[object]

    @property
    def dataset(self) -> Dataset | None:
        """The dataset, where it is one."""
        return self.source if isinstance(self.source, Dataset) else None

    @property
    def derived(self) -> bool:
        """Whether no job alone makes these values."""
        return self.dataset is None or not self.dataset.made_by_job

    def blocks(self, *, check_all: bool = False) -> Iterator[bytes]:
        """Canonical lines, block by block; raises `UsageError` for a value that JSON does not know."""
        if isinstance(self.source, Dataset):
            return self.source.blocks(check_all=check_all)
        return _lines(self.source)

    def content(self) -> Content:
        """Size and digest."""
        digest = digest_of(self.blocks()) if self.dataset is None else self.dataset.digest
        return Content(records=len(self.source), bytes=digest.bytes, sha256=digest.sha256)


def values_of(compared: object) -> Values | None:
    """What was compared, if it can be a golden: a dataset, or any ordered series of values; an iterator is used up."""
    if isinstance(compared, (str, bytes, bytearray, Mapping)):
        return None
    if isinstance(compared, Sequence):
        return Values(compared)
    return Values(list(compared)) if isinstance(compared, Iterator) else None


def lines_of(records: Iterable[object]) -> bytes:
    """Canonical lines of any records."""
    return b"".join(_lines(records))


def _lines(records: Iterable[object]) -> Iterator[bytes]:
    rest, first = iter(records), 0
    while block := list(islice(rest, _BLOCK)):
        yield b"".join([_line(record, first + i) for i, record in enumerate(block)])
        first += len(block)


def _line(record: object, index: int) -> bytes:
    try:
        return canonical_bytes(record) + b"\n"
    except (TypeError, RecursionError) as error:
        raise UsageError(
            f"record {index} cannot be compared with a golden: {error}",
            hint="goldens hold what JSON knows: turn other values into texts or numbers first",
        ) from None
