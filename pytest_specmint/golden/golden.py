"""The golden as a test sees it: something to compare records with."""

import shlex
from collections.abc import Callable
from pathlib import Path

from pytest_specmint.dataset import Dataset
from pytest_specmint.golden.compare import Difference, difference, lines_of


class Golden:
    """``assert specmint_dataset == specmint_golden``: equal only if the canonical bytes are.

    When goldens are being updated every comparison holds, and the bytes are kept to be written once the test passed.
    """

    def __init__(self, path: Path, data: bytes | None, *, update: bool, rerun: str) -> None:
        self.path = path
        self._data = data
        self._update = update
        self._rerun = rerun
        self._failure: list[str] = []
        self.pending: bytes | None = None

    @property
    def exists(self) -> bool:
        """Whether the golden is on disk."""
        return self._data is not None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Dataset, list, tuple)):
            return NotImplemented
        records = other.jsonl if isinstance(other, Dataset) else lines_of(other)
        if self._update:
            self.pending = records
            return True
        if self._data is None:
            self._failure = [f"golden {self.path} does not exist", f"write it: {self._rerun}"]
            return False
        found = difference(self._data, records)
        self._failure = self._explain(found, getattr(other, "command", None)) if found else []
        return found is None

    __hash__ = None  # type: ignore[assignment]

    def explain(self) -> list[str]:
        """Why the last comparison failed, in at most eight lines."""
        return self._failure

    def _explain(self, found: Difference, command: Callable[[int], str] | None) -> list[str]:
        lines = [f"the dataset differs from golden {self.path}", *found.lines()]
        first = found.examples[0].record if found.examples else 0
        if command is not None and first < found.actual:
            lines.append(f"reproduce: {command(first)}")
        return [*lines, f"accept:    {self._rerun}"]

    def __repr__(self) -> str:
        return f"<Golden {self.path}{'' if self.exists else ' (missing)'}>"


def golden_for(path: Path, data: bytes | None, *, update: bool, nodeid: str) -> Golden:
    """The golden of a test."""
    rerun = f"pytest {shlex.quote(nodeid)} --specmint-update-golden"
    return Golden(path, data, update=update, rerun=rerun)

