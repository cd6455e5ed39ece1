"""Where a test wants its golden, for the golden store as it is: the plugin says so by a path of its own."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Wanted:
    """Nothing in particular: the golden is named after the test."""

    golden: str | None = None


def marker_of(_: Any) -> Wanted:
    """What `golden.place` asks for."""
    return Wanted()
