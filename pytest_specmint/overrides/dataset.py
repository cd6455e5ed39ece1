"""A dataset whose records were given other values, and whose lines are kept since no job alone makes them."""

from collections.abc import Iterator
from typing import Any

from pytest_specmint.cells import parsed
from pytest_specmint.dataset import Dataset
from pytest_specmint.job import Job


class ComposedDataset(Dataset):
    """The records of canonical lines; ``job`` is what they were made from before they were given other values."""

    def __init__(self, job: Job, lines: bytes, words: str) -> None:
        super().__init__(job)
        self.__dict__["jsonl"] = lines
        self._rows = lines.splitlines(keepends=True)
        self._words = words

    def __iter__(self) -> Iterator[Any]:
        return (self._record(i) for i in range(len(self._rows)))

    def __getitem__(self, index: int | slice) -> Any:
        if not isinstance(index, slice):
            return super().__getitem__(index)
        first, last, step = index.indices(len(self))
        if step == 1 and last > first:
            lines = b"".join(self._rows[first:last])
            return ComposedDataset(self.job.part(first, last - first), lines, self._words)
        return [self[i] for i in range(first, last, step)]

    def _record(self, position: int) -> Any:
        return parsed(self._rows[position], exact=self.job.plan().exact)[0]

    @property
    def made_by_job(self) -> bool:
        """No job alone makes them."""
        return False

    def blocks(self, *, check_all: bool = False) -> Iterator[bytes]:
        """The lines; they were checked when they were composed."""
        return iter([self.jsonl])

    def command(self, index: int) -> str:
        """The command line that prints what the record was before it was given other values, and which these are."""
        return f"{super().command(index)}  # before {self._words}"
