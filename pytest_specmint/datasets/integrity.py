"""Whether datasets on disk hold together: every reference joins, those of one object the same record."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.check.lines import Line
from pytest_specmint.engine.nodes.reference import Part
from pytest_specmint.engine.references import Site, Steps, path_text, sites_of
from pytest_specmint.entities.columns import NOTHING, part_of
from pytest_specmint.job import Job
from pytest_specmint.stream import Ints, Keys

EXAMPLES = 5
Read = Callable[[str], Iterable[Line]]
"""The lines of a dataset by its name."""


class Joined(Struct, frozen=True):
    """What became of the references of one kind of object to one dataset: ``bool()`` is whether all join."""

    dataset: str
    paths: tuple[str, ...]
    target: str
    checked: int
    """References, or sets of them that mean one record."""
    broken: int
    examples: tuple[int, ...]
    """Lines of the first that do not join."""

    def __bool__(self) -> bool:
        return not self.broken

    def __str__(self) -> str:
        words = f"{self.dataset}: {', '.join(self.paths)} to {self.target}: {self.checked:,} checked"
        if not self.broken:
            return f"{words}, all join"
        lines = ", ".join(map(str, self.examples))
        return f"{words}, {self.broken:,} do not join (line {lines}{', …' if self.broken > len(self.examples) else ''})"


class _Seen(NamedTuple):
    """References that have the same parts: a digest each, and the lines that they stand in."""

    digests: list[int]
    lines: list[int]


def integrity(name: str, job: Job, read: Read) -> list[Joined]:
    """How the references of one dataset join. Values are compared by digests of 64 bits."""
    groups: dict[tuple[Steps, str, str], list[Site]] = {}
    for site in sites_of(job.plan()):
        entities = site.reference.entities
        groups.setdefault((site.owner, entities.dataset, entities.source), []).append(site)
    checking = [_Group(owner, dataset, sites) for (owner, dataset, _), sites in groups.items()]
    if checking:
        for line in read(name):
            for group in checking:
                group.see(line)
    return [group.joined(name, read) for group in checking]


class _Group:
    """The references of one kind of object that mean the same record."""

    def __init__(self, owner: Steps, dataset: str, sites: Sequence[Site]) -> None:
        self._owner, self._dataset, self._sites = owner, dataset, sites
        self._parts = [site.reference.part for site in sites]
        self._seen: dict[tuple[int, ...], _Seen] = {}

    def see(self, line: Line) -> None:
        """Take note of what a record refers to."""
        for owner in _values(line.value, self._owner):
            values = [next(_values(owner, site.path), NOTHING) for site in self._sites]
            there = tuple(i for i, value in enumerate(values) if value is not NOTHING)
            if there:
                seen = self._seen.setdefault(there, _Seen([], []))
                seen.digests.append(_digest(values[i] for i in there))
                seen.lines.append(line.number)

    def joined(self, name: str, read: Read) -> Joined:
        """Look for what was seen among the records referred to."""
        there = {parts: self._digests(parts, read) for parts in self._seen}
        checked = sum(len(seen.lines) for seen in self._seen.values())
        broken = [int(line) for parts, seen in self._seen.items() for line in _missing(seen, there[parts])]
        paths = tuple(path_text((*self._owner, *site.path)) for site in self._sites)
        return Joined(name, paths, self._dataset, checked, len(broken), tuple(sorted(broken)[:EXAMPLES]))

    def _digests(self, parts: tuple[int, ...], read: Read) -> Keys:
        wanted = [self._parts[i] for i in parts]
        found = np.fromiter(_digests(read(self._dataset), wanted), dtype=np.uint64)
        return np.unique(found)


def _digests(lines: Iterable[Line], parts: Sequence[Part]) -> Iterator[int]:
    for line in lines:
        values = [part_of(line.value, part) for part in parts]
        if not any(value is NOTHING for value in values):
            yield _digest(values)


def _missing(seen: _Seen, there: Keys) -> Ints:
    """The lines whose digests are not there."""
    absent = ~np.isin(np.array(seen.digests, dtype=np.uint64), there)
    missing: Ints = np.array(seen.lines, dtype=np.int64)[absent]
    return missing


def _digest(values: Iterable[Any]) -> int:
    whole = b"\n".join(canonical_bytes(value) for value in values)
    return int.from_bytes(blake2b(whole, digest_size=8).digest(), "big")


def _values(value: Any, steps: Steps) -> Iterator[Any]:
    """All values at a path."""
    if not steps:
        yield value
    elif steps[0] is None:
        for each in value if isinstance(value, list) else ():
            yield from _values(each, steps[1:])
    elif isinstance(value, dict) and steps[0] in value:
        yield from _values(value[steps[0]], steps[1:])
