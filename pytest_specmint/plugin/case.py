"""The record that one run of a test has, and what was found when it failed."""

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_specmint.dataset import Dataset
    from pytest_specmint.near_miss import NearMiss
    from pytest_specmint.plugin.shrink import Shrunk


@dataclass(frozen=True, slots=True)
class Case:
    """The record that a test is run with, and where it comes from."""

    index: int
    dataset: "Dataset"
    """All records of the function; for near misses the valid ones that they were made from."""
    violation: "NearMiss | None" = None

    @property
    def command(self) -> str:
        """The command line that prints the record."""
        valid = self.dataset.command(self.index - self.dataset.start)
        return valid if self.violation is None else f"{valid} --invalid"

    def original(self) -> Any:
        """The record as it was made, whatever the test did to it."""
        return deepcopy(
            self.dataset[self.index - self.dataset.start] if self.violation is None else self.violation.record
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """What shrinking a failing test came to."""

    kind: str
    """The exception's type."""
    shrunk: "Shrunk | None"
    reason: str = ""
    """Why nothing was tried."""
