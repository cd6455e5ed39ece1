"""Comparing records with a golden: which records differ, in which fields, and how."""

from collections import Counter
from collections.abc import Iterator, Sequence
from msgspec import Struct
from itertools import zip_longest
from typing import Any

import orjson

from pytest_specmint.canonical_json import canonical_bytes

_MISSING = object()
EXAMPLES = 3


class Change(Struct, frozen=True):
    """One value that differs: the record, the pointer inside it, and both values (``…`` where one is absent)."""

    record: int
    pointer: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"record {self.record} {self.pointer or '(whole)'}: {self.before} -> {self.after}"


class Difference(Struct, frozen=True):
    """How a dataset differs from its golden."""

    expected: int
    actual: int
    records: int
    fields: tuple[tuple[str, int], ...]
    examples: tuple[Change, ...]

    def lines(self) -> list[str]:
        """The difference in a few lines."""
        out = []
        if self.expected != self.actual:
            out.append(f"the golden has {self.expected} records, the dataset {self.actual}")
        if self.records:
            shown = ", ".join(f"{name or '(whole record)'} in {count}" for name, count in self.fields[:5])
            more = "" if len(self.fields) <= 5 else f" and {len(self.fields) - 5} more fields"
            out.append(f"{self.records} of {max(self.expected, self.actual)} records differ: {shown}{more}")
        out += [f"  {change}" for change in self.examples]
        return out


def split_lines(data: bytes) -> list[bytes]:
    """The lines of canonical JSON Lines, by line feeds alone, without them."""
    lines = data.split(b"\n")
    return lines[:-1] if lines and not lines[-1] else lines


def lines_of(records: Sequence[Any]) -> bytes:
    """Any JSON-like values as canonical JSON Lines."""
    return b"".join(canonical_bytes(each) + b"\n" for each in records)


def difference(golden: bytes, actual: bytes) -> Difference | None:
    """How canonical JSON Lines differ from the golden's; None if they are the same to the byte."""
    if golden == actual:
        return None
    before, after = split_lines(golden), split_lines(actual)
    fields: Counter[str] = Counter()
    examples: list[Change] = []
    differing = 0
    for index, (old, new) in enumerate(zip_longest(before, after)):
        if old == new:
            continue
        differing += 1
        changes = list(_changes(index, old, new))
        fields.update({_field(change.pointer) for change in changes})
        examples += changes[: EXAMPLES - len(examples)]
    if not differing:  # the same lines, but a missing or additional line feed at the end
        examples.append(Change(max(len(before) - 1, 0), "", "line feed at the end of the file", "differs"))
    return Difference(len(before), len(after), differing, tuple(fields.most_common()), tuple(examples))


def _changes(index: int, old: bytes | None, new: bytes | None) -> Iterator[Change]:
    if old is None or new is None:
        yield Change(index, "", _shown(old), _shown(new))
        return
    try:
        left, right = orjson.loads(old), orjson.loads(new)
    except orjson.JSONDecodeError:
        yield Change(index, "", _shown(old), _shown(new))
        return
    found = False
    for pointer, before, after in _walk("", left, right):
        found = True
        yield Change(index, pointer, _value(before), _value(after))
    if not found:
        yield Change(index, "", "other bytes for the same values: " + _shown(old), _shown(new))


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


def _field(pointer: str) -> str:
    """The pointer with array positions as ``[]``, so that items of one array count as one field."""
    return "".join("[]" if token.isdigit() else f"/{token}" for token in pointer.split("/")[1:]).lstrip("/")


def _value(value: Any) -> str:
    return "(absent)" if value is _MISSING else _shown(canonical_bytes(value))


def _shown(raw: bytes | None) -> str:
    if raw is None:
        return "(no record)"
    text = raw.decode("utf-8", "replace")
    return text if len(text) <= 60 else text[:57] + "..."
