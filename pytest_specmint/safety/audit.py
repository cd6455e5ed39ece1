"""The audit of a dataset: every value looked at once, counts per kind and the first examples; in flat memory."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct, field

from pytest_specmint.engine.vocabulary import Vocabulary
from pytest_specmint.safety.fields import Field
from pytest_specmint.safety.shape import SEARCHED
from pytest_specmint.safety.streets import is_american
from pytest_specmint.safety.table import KINDS, Kind
from pytest_specmint.safety.verdict import Verdict

EXAMPLES = 5
"""Kept per kind."""

_CARD_LIKE = 10**12
"""Integers from here on may be cards under any name."""
_SIGNS = re.compile("[0-9@:]")
"""One of these is in whatever is found in free text."""
_SHORTEST, _REMEMBERED = 6, 64
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?[0-9.:+Zz-]*)?", re.ASCII)

_SIGNED = frozenset({"email", "url"})
"""Kinds that cannot be taken for others."""

Path = tuple["Path", str | int] | None
"""Where a value stands: its parent's path and its name or position."""


class Example(Struct, frozen=True):
    """One value that could be real: its record (from 1), its place, the value masked, and why."""

    record: int
    pointer: str
    shown: str
    why: str
    source: str = ""
    """The file, where a dataset is several."""


class Tally(Struct):
    """What was found of one kind."""

    kind: str
    title: str
    looked_at: int = 0
    could_be_real: int = 0
    examples: list[Example] = field(default_factory=list)


class Audit(Struct):
    """What an audit amounts to: ``bool(audit)`` is whether nothing could be real and everything could be read."""

    records: int = 0
    unreadable: int = 0
    """Lines that are not JSON: only what stands in their text was looked for."""
    tallies: dict[str, Tally] = field(default_factory=dict)
    """By the kind's name, in the order of the table."""

    def __bool__(self) -> bool:
        return not self.could_be_real and not self.unreadable

    @property
    def could_be_real(self) -> int:
        """How many values could be real."""
        return sum(tally.could_be_real for tally in self.tallies.values())

    @property
    def looked_at(self) -> int:
        """How many values have the form of something that was looked for."""
        return sum(tally.looked_at for tally in self.tallies.values())


@lru_cache(maxsize=1 << 12)
def _searched(text: str, kinds: tuple[Kind, ...]) -> tuple[tuple[Kind, Verdict], ...]:
    return tuple(_found(text, kinds))


def _found(text: str, kinds: tuple[Kind, ...]) -> Iterator[tuple[Kind, Verdict]]:
    """What any text may hold of these kinds."""
    if _MOMENT.fullmatch(text):
        return
    for kind in kinds:
        if kind.inside is not None:
            for verdict in kind.inside(text):
                yield kind, verdict


class Auditor:
    """Looks at records one by one."""

    def __init__(self, vocabulary: Vocabulary, *, examples: int = EXAMPLES, source: str = "") -> None:
        self.audit = Audit(tallies={kind.name: Tally(kind.name, kind.title) for kind in KINDS})
        self.source = source
        self._root = Field(vocabulary)
        self._limit = examples
        self._record = 0
        self._searched: tuple[Kind, ...] = SEARCHED

    def see(self, record: int, value: Any, searched: tuple[Kind, ...] = SEARCHED) -> None:
        """Look at one record; for these kinds also in texts whose field says nothing."""
        self._record, self._searched = record, searched
        self.audit.records += 1
        self._value(self._root, value, None, street=False)

    def see_unreadable(self, record: int, text: str) -> None:
        """Look at a line that is not JSON, as at one text."""
        self._record, self._searched = record, SEARCHED
        self.audit.records += 1
        self.audit.unreadable += 1
        self._text(self._root, text, None, street=False)

    def _value(self, place: Field, value: Any, path: Path, *, street: bool) -> None:
        kind = type(value)
        if kind is str:
            self._text(place, value, path, street=street)
        elif kind is dict:
            self._object(place, value, path, street=street)
        elif kind is list:
            for at, item in enumerate(value):
                self._value(place, item, (path, at), street=street)
        elif kind is int or kind is float:
            self._number(place, value, path, street=street)

    def _object(self, place: Field, value: Mapping[str, Any], path: Path, *, street: bool) -> None:
        below = place.known(value)
        street = street or is_american(value.get(name) for name in place.streets)
        searched = self._searched
        for name, item in value.items():
            field_ = below[name]
            kind = type(item)
            if kind is str:
                if field_.kinds or (searched and _may_hold(item)):
                    self._text(field_, item, (path, name), street=street)
            elif kind is not bool and item is not None:
                self._value(field_, item, (path, name), street=street)
            if searched and not name.isidentifier():
                self._text(self._root, name, (path, name), street=False)

    def _number(self, place: Field, value: int | float, path: Path, *, street: bool) -> None:
        """Integers may be identifiers without their quotes."""
        if (place.kinds or value >= _CARD_LIKE) and value == value // 1 and 0 <= value < 1e20:
            self._text(place, str(int(value)), path, street=street)

    def _text(self, place: Field, text: str, path: Path, *, street: bool) -> None:
        judged = set()
        for kind in place.kinds:
            if kind.beside_street and not street:
                continue
            verdict = kind.judge(text)
            if verdict is not None:
                judged.add(kind.name)
                self._count(kind, verdict, path)
        if not self._searched or not _may_hold(text):
            return
        search = _searched if len(text) <= _REMEMBERED else _found
        for kind, verdict in search(text, self._searched):
            # What a field's name says its digits are, they are; a link may still hold an address.
            if kind.name not in judged and (not judged or kind.name in _SIGNED):
                self._count(kind, verdict, path)

    def _count(self, kind: Kind, verdict: Verdict, path: Path) -> None:
        tally = self.audit.tallies[kind.name]
        tally.looked_at += 1
        if verdict.real:
            tally.could_be_real += 1
            if len(tally.examples) < self._limit:
                tally.examples.append(Example(self._record, _pointer(path), verdict.shown, verdict.why, self.source))


def _may_hold(text: str) -> bool:
    return len(text) >= _SHORTEST and _SIGNS.search(text) is not None


def _pointer(path: Path) -> str:
    parts = []
    while path is not None:
        path, name = path
        parts.append(str(name).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{part}" for part in reversed(parts))
