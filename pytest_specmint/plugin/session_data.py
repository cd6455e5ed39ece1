"""Datasets of a session: made once for all tests that ask for the same, handed out as fresh records each time."""

from collections import OrderedDict
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec

from pytest_specmint.dataset import Dataset, Digest, digest_of
from pytest_specmint.job import Job

ROOM = 64 << 20
"""Bytes of all lines that a session keeps; those used longest ago go."""
MOST = 4 << 20
"""Bytes of one dataset above which its lines are not kept, only their digest."""
SMALL = 1 << 18
"""Bytes of a dataset up to which its records are kept besides its lines."""
FEW = 16
"""Of how many datasets records are kept."""

Blocks = tuple[bytes, ...]


class KeptLines:
    """Lines and digests by what they follow from."""

    def __init__(self, room: int = ROOM, most: int = MOST) -> None:
        self._room = room
        self._most = most
        self._blocks: OrderedDict[Job, Blocks] = OrderedDict()
        self._used = 0
        self.records: OrderedDict[Job, list[Any]] = OrderedDict()
        """Records of small datasets that were asked for more than once; copied for whoever asks, never given away."""
        self.digests: dict[Job, Digest] = {}

    def blocks(self, job: Job) -> Blocks | None:
        """The lines of a job, in blocks as they were made; None where they are not kept."""
        known = self._blocks.get(job)
        if known is not None:
            self._blocks.move_to_end(job)
        return known

    def keeping(self, job: Job, made: Iterator[bytes]) -> Iterator[bytes]:
        """The blocks as they come; kept when all have come, and are not too many."""
        blocks: list[bytes] | None = []
        size = 0
        for block in made:
            size += len(block)
            if blocks is not None and size <= self._most:
                blocks.append(block)
            else:
                blocks = None
            yield block
        if blocks is not None and job not in self._blocks:
            self._keep(job, tuple(blocks), size)

    def _keep(self, job: Job, blocks: Blocks, size: int) -> None:
        self._blocks[job] = blocks
        self._used += size
        while self._used > self._room:
            _, gone = self._blocks.popitem(last=False)
            self._used -= sum(map(len, gone))


class SessionDataset(Dataset):
    """A dataset whose lines are made once in a session. Its records are nobody else's: each asking reads them anew."""

    def __init__(self, job: Job, kept: KeptLines) -> None:
        super().__init__(job)
        self._kept = kept

    def __iter__(self) -> Iterator[Any]:
        known = self._kept.blocks(self.job)
        if known is None or sum(map(len, known)) > SMALL:
            return super().__iter__()
        records = self._kept.records
        if self.job not in records:
            records[self.job] = list(super().__iter__())
            if len(records) > FEW:
                records.popitem(last=False)
        return map(
            msgspec.to_builtins, records[self.job]
        )  # faster than reading lines, and one at a time stays in the cache

    def blocks(self, *, check_all: bool = False) -> Iterator[bytes]:
        """The lines, made at the first asking; checked anew where all of them are to be."""
        known = None if check_all else self._kept.blocks(self.job)
        if known is not None:
            return iter(known)
        return self._kept.keeping(self.job, super().blocks(check_all=check_all))

    @cached_property
    def digest(self) -> Digest:
        """Digest and size of the lines."""
        digests = self._kept.digests
        if self.job not in digests:
            digests[self.job] = digest_of(self.blocks())
        return digests[self.job]
