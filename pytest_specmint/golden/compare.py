"""Comparing records with a golden: which records differ, in which fields, and how; read in step, never held."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import zip_longest
from typing import Any

import orjson
from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes

_MISSING = object()
KEPT = 200
"""Changes that are kept, to be shown in full."""
FIELDS = 200
"""Fields that are counted by name."""
_LONGEST = 60


class Change(Struct, frozen=True):
    """One value that differs: the record, the pointer inside it, and both values as texts."""

    record: int
    pointer: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"record {self.record} {self.pointer or '(whole)'}: {self.before} -> {self.after}"


class Difference(Struct, frozen=True):
    """How a dataset differs from its golden."""

    expected: int
    """Records of the golden."""
    actual: int
    records: int
    """Records that differ."""
    fields: tuple[tuple[str, int], ...]
    """Fields by the number of records that differ in them, most first; array positions are ``[]``."""
    changes: tuple[Change, ...]
    """The first of them."""
    truncated: bool = False
    """Whether there are more."""

    def headline(self, fields: int = 4) -> str:
        """How many of how many, and in which fields."""
        parts = []
        if self.expected != self.actual:
            parts.append(f"the golden has {self.expected:,} records, the dataset {self.actual:,}")
        if self.records:
            shown = ", ".join(f"{name or '(whole record)'} in {count:,}" for name, count in self.fields[:fields])
            more = "" if len(self.fields) <= fields else f" and {len(self.fields) - fields} more fields"
            parts.append(f"{self.records:,} of {max(self.expected, self.actual):,} records differ: {shown}{more}")
        return "; ".join(parts) or "the bytes differ, though no record does"


def split_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of blocks of bytes, by line feeds alone, without them."""
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    if rest:
        yield rest


def difference(golden: Iterable[bytes], actual: Iterable[bytes]) -> Difference:
    """How the lines of two datasets differ, read block by block."""
    tally = _Tally()
    pairs = zip_longest(split_lines(golden), split_lines(actual))
    for index, (old, new) in enumerate(pairs):
        tally.expected += old is not None
        tally.actual += new is not None
        if old != new:
            tally.add(index, list(_changes(old, new)))
    return tally.difference()


class _Tally:
    """What has been found so far; of bounded size."""

    def __init__(self) -> None:
        self.expected = self.actual = self.records = 0
        self._fields: Counter[str] = Counter()
        self._changes: list[Change] = []
        self._truncated = False

    def add(self, record: int, changes: "list[_Raw]") -> None:
        """A record that differs."""
        room = KEPT - len(self._changes)
        self.records += 1
        self._changes += [Change(record, pointer, _text(old), _text(new)) for pointer, old, new in changes[:room]]
        self._truncated |= len(changes) > room
        for name in {_field(pointer) for pointer, _, _ in changes}:
            if name in self._fields or len(self._fields) < FIELDS:
                self._fields[name] += 1

    def difference(self) -> Difference:
        fields = sorted(self._fields.items(), key=lambda pair: (-pair[1], pair[0]))
        return Difference(
            self.expected, self.actual, self.records, tuple(fields), tuple(self._changes), truncated=self._truncated
        )


_Raw = tuple[str, Any, Any]
"""A pointer and the values before and after; lines that cannot be read are given as their bytes."""


def _changes(old: bytes | None, new: bytes | None) -> Iterator[_Raw]:
    if old is None or new is None:
        yield "", b"(no record)" if old is None else old, b"(no record)" if new is None else new
        return
    try:
        left, right = orjson.loads(old), orjson.loads(new)
    except orjson.JSONDecodeError:
        yield "", old, new
        return
    found = list(_walk("", left, right))
    yield from found or [("", b"other bytes for the same values: " + old, new)]


def _walk(pointer: str, left: Any, right: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(left, dict) and isinstance(right, dict):
        for name in sorted({*left, *right}):
            token = name.replace("~", "~0").replace("/", "~1")
            yield from _walk(f"{pointer}/{token}", left.get(name, _MISSING), right.get(name, _MISSING))
    elif isinstance(left, list) and isinstance(right, list):
        for i, (one, other) in enumerate(zip_longest(left, right, fillvalue=_MISSING)):
            yield from _walk(f"{pointer}/{i}", one, other)
    elif type(left) is not type(right) or left != right:
        yield pointer, left, right


@lru_cache(maxsize=4096)
def _field(pointer: str) -> str:
    """The pointer with array positions as ``[]``, so that items of one array count as one field."""
    return "".join("[]" if token.isdigit() else f"/{token}" for token in pointer.split("/")[1:]).lstrip("/")


def _text(value: Any) -> str:
    if value is _MISSING:
        return "(absent)"
    if value is None:
        return "null"
    return _shortened(value if isinstance(value, bytes) else canonical_bytes(value))


def _shortened(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
