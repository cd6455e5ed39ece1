"""What decides a block's lines, and how a job is carried out."""

from typing import TYPE_CHECKING

from msgspec import Struct

from pytest_specmint.engine.plan import Plan
from pytest_specmint.schema.document import Schema

if TYPE_CHECKING:
    from pytest_specmint.engine.edges import Target
    from pytest_specmint.rules.compile import CompiledRule

SURELY = 1000
"""The first records of a job are all checked."""
EVERY = 64
"""Of each other block whose records are proven valid one in so many is checked, to keep the proof honest."""


class Execution(Struct, frozen=True):
    """How a job is carried out: its bytes do not depend on it."""

    workers: int = 1
    """Processes; with one, this process does all."""
    check_all: bool = False
    """Whether every record is checked, proven valid or not."""
    block: int | None = None
    """Records per block, at most; None for as many as the plan makes at a time."""


USUALLY = Execution()


class Recipe(Struct, frozen=True):
    """What records are made from; it can be sent to other processes."""

    plan: Plan
    schema: Schema
    seed: int
    start: int = 0
    """Index of the job's first record."""
    proven: bool = False
    """Whether records are valid by construction: then a share of them is checked, else all."""
    targets: "tuple[Target, ...]" = ()
    """Boundary points that the first records are to have."""
    rules: "tuple[CompiledRule, ...]" = ()
    """Rules that no record may break."""
    watched: tuple[str, ...] = ()
    """Ids of those that are not valid by construction where all else is: of most records they alone are checked."""

    def checked(self, start: int, count: int) -> int:
        """How many records of a block are checked: the first ones."""
        surely = self.start + SURELY - start
        return min(max(surely, -(-count // EVERY)), count) if self.proven or self.watched else count
