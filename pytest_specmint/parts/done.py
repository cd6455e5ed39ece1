"""What is said of a part that is there."""

from msgspec import Struct, field

from pytest_specmint.check.tally import Tally
from pytest_specmint.parts.digest import Leaf, leaves_from


class PartDone(Struct, frozen=True):
    """A whole file in place."""

    number: int
    start: int
    count: int
    file: str
    bytes: int
    """Of the file."""
    sha256: str
    """Of the file."""
    line_bytes: int
    """Of the records' canonical lines, whatever the format."""
    leaves: tuple[str, ...]
    """Digests of the leaves of the tree digest, in order."""
    tally: Tally = field(default_factory=Tally)
    """What was not right at once."""
    kept: bool = False
    """Whether an earlier run had made it."""

    def as_leaves(self) -> tuple[Leaf, ...]:
        """The leaves with their ranges."""
        return leaves_from(self.start, self.count, self.leaves)
