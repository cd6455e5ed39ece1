"""What came of a golden in a run: data that travels in reports from any process to the one that sums up."""

from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct

from pytest_specmint.golden.compare import Difference

_CHANGES = 20
"""Changes that travel."""


class State(StrEnum):
    """What came of a golden."""

    SAME = "same"
    DIFFERS = "differs"
    MISSING = "missing"
    WRITTEN = "written"
    PENDING = "pending"
    UNWRITTEN = "unwritten"
    """Its test failed, so nothing was written."""


class Outcome(Struct, frozen=True, kw_only=True):
    """A golden of a test, and what came of it."""

    nodeid: str
    path: str
    """Relative to the root directory where it lies below it."""
    state: State
    name: str = ""
    records: int = 0
    """Records that were compared with it."""
    recipe: bool = False
    """Whether it was kept as a recipe."""
    difference: Difference | None = None
    cause: tuple[str, ...] = ()
    reproduce: str | None = None
    """The command that prints the first record that differs."""
    accept: str = ""
    """The command that accepts the change."""

    def as_json(self) -> dict[str, Any]:
        """The same as plain values, with the first few changes only."""
        bounded = self
        if self.difference is not None:
            few = msgspec.structs.replace(self.difference, changes=self.difference.changes[:_CHANGES])
            bounded = msgspec.structs.replace(self, difference=few)
        plain: dict[str, Any] = msgspec.to_builtins(bounded)
        return plain


def outcome_from_json(plain: dict[str, Any]) -> Outcome:
    """The outcome that `Outcome.as_json` told of."""
    return msgspec.convert(plain, Outcome)
