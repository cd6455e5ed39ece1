"""How a dataset is cut into parts. The cut follows from counts alone, never from who makes the parts."""

from collections.abc import Iterator

from msgspec import Struct

from pytest_specmint.errors import UsageError
from pytest_specmint.shards import Shard, shard_of

LEAF = 65_536
"""Records of a leaf of the tree digest, and the unit of a part's size."""
USUAL_PARTS = 1000
"""As many parts a dataset has at most, where nobody says how large they are."""
MOST_PARTS = 100_000
"""So that names sort as numbers do, and a manifest stays readable."""


class PartRange(Struct, frozen=True):
    """The records ``start … start + count - 1`` in the file of a number."""

    number: int
    """From 0 on, of the whole dataset."""
    start: int
    count: int


class Layout(Struct, frozen=True):
    """Where the parts of a dataset begin and end."""

    start: int
    """Index of the dataset's first record."""
    count: int
    size: int
    """Records of each part but the last; a multiple of `LEAF`."""

    @property
    def many(self) -> int:
        """How many parts there are."""
        return (self.count + self.size - 1) // self.size

    def parts(self) -> Iterator[PartRange]:
        """All of them, in order."""
        for number in range(self.many):
            first = number * self.size
            yield PartRange(number, self.start + first, min(self.size, self.count - first))


def layout_of(start: int, count: int, size: int | None = None) -> Layout:
    """The layout of a dataset; without a size, parts grow with the count so that there are 1,000 at most.

    Raises `UsageError` for sizes that are no multiple of 65,536, and for more than 100,000 parts.
    """
    if size is None:
        return Layout(start, count, LEAF * -(-count // (LEAF * USUAL_PARTS)))
    if size < LEAF or size % LEAF:
        raise UsageError(
            f"parts of {size:,} records: a part holds a multiple of {LEAF:,} records",
            hint=f"the next that fits is --part-records {max(-(-size // LEAF), 1) * LEAF}",
        )
    layout = Layout(start, count, size)
    if layout.many > MOST_PARTS:
        least = LEAF * -(-count // (LEAF * MOST_PARTS))
        raise UsageError(
            f"{layout.many:,} parts are more than {MOST_PARTS:,}", hint=f"make them larger: --part-records {least}"
        )
    return layout


class PartsShard(Struct, frozen=True):
    """Whole parts of a dataset, for one of several runs side by side."""

    shard: Shard
    """Of the whole: number, of, and its records."""
    parts: tuple[PartRange, ...]

    @property
    def start(self) -> int:
        """The index of its first record."""
        return self.parts[0].start

    @property
    def count(self) -> int:
        """Its records."""
        return sum(part.count for part in self.parts)


def sharded(layout: Layout, text: str) -> PartsShard:
    """The shard ``k/n`` of a dataset in parts; part counts differ by one at most.

    Raises `UsageError` as `shard_of`, and for more shards than parts.
    """
    of = text.strip().partition("/")[2]
    if of.isdigit() and int(of) > layout.many:
        raise UsageError(
            f"{of} shards of {layout.many} parts: some would be empty",
            hint=f"cut into {layout.many} at most, or into smaller parts: --part-records {LEAF}",
        )
    cut = shard_of(text, 0, layout.many)
    listed = tuple(layout.parts())[cut.start : cut.start + cut.count]
    return PartsShard(Shard(cut.number, cut.of, layout.start, layout.count), listed)


def part_file(number: int, ending: str) -> str:
    """The name of a part's file: ``part-00000.jsonl``."""
    return f"part-{number:05d}.{ending}"
