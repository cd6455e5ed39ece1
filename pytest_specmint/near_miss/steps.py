"""Steps from a value to its parts, and ways of steps from a record to the values that a subschema judges."""

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from msgspec import Struct

from pytest_specmint.patterns import PatternError, matches
from pytest_specmint.schema.sets.values import Json

Path = tuple[str | int, ...]
Found = list[tuple[Path, Json]]
T = TypeVar("T")

TRIES = 8
"""How many members of one container are looked into."""


class Judge(Protocol):
    """Answers whether a subschema accepts a value."""

    def holds(self, place: str, value: Json) -> bool:
        """Whether the subschema at the place accepts the value."""


class Step(Protocol):
    """One step: from a value to those of its parts, or to itself, that the next subschema judges."""

    def ahead(self, value: Json, judge: Judge) -> Found:
        """The parts, each with the path that leads to it; empty where the step cannot be taken."""


class Property(Struct, frozen=True):
    """To the property with a name."""

    name: str

    def ahead(self, value: Json, judge: Judge) -> Found:
        """The property's value."""
        return [((self.name,), value[self.name])] if isinstance(value, dict) and self.name in value else []


class Matching(Struct, frozen=True):
    """To the properties whose names match a pattern."""

    pattern: str

    def ahead(self, value: Json, judge: Judge) -> Found:
        """Their values."""
        return [((name,), each) for name, each in _members(value) if matched(self.pattern, name)]


class Others(Struct, frozen=True):
    """To the properties that are neither listed nor matched."""

    listed: tuple[str, ...]
    patterns: tuple[str, ...]

    def covers(self, name: str) -> bool:
        """Whether a name is one of the others."""
        return name not in self.listed and not any(matched(pattern, name) for pattern in self.patterns)

    def ahead(self, value: Json, judge: Judge) -> Found:
        """Their values."""
        return [((name,), each) for name, each in _members(value) if self.covers(name)]


class Position(Struct, frozen=True):
    """To the item at a position."""

    index: int

    def ahead(self, value: Json, judge: Judge) -> Found:
        """The item."""
        return [((self.index,), value[self.index])] if isinstance(value, list) and self.index < len(value) else []


class Rest(Struct, frozen=True):
    """To the items from a position on."""

    start: int

    def ahead(self, value: Json, judge: Judge) -> Found:
        """The items."""
        return [((i,), value[i]) for i in range(self.start, len(value))] if isinstance(value, list) else []


class Names(Struct, frozen=True):
    """To the names of the properties; the path ends with the name itself."""

    def ahead(self, value: Json, judge: Judge) -> Found:
        """The names."""
        return [((name,), name) for name, _ in _members(value)]


class When(Struct, frozen=True):
    """To the value itself, where a condition holds or, if not ``wanted``, does not."""

    place: str
    wanted: bool

    def ahead(self, value: Json, judge: Judge) -> Found:
        """The value itself, or nothing."""
        return [((), value)] if judge.holds(self.place, value) is self.wanted else []


class Having(Struct, frozen=True):
    """To the value itself, where it is an object with a property of this name."""

    name: str

    def ahead(self, value: Json, judge: Judge) -> Found:
        """The value itself, or nothing."""
        return [((), value)] if isinstance(value, dict) and self.name in value else []


Way = tuple[Step, ...]


class Spotted(Struct, frozen=True):
    """A value within a record to which a way leads; where it is a property's name, the path ends with that name."""

    path: Path
    value: Json
    is_name: bool = False


def follow(way: Way, record: Json, judge: Judge, turn: int) -> Iterator[Spotted]:
    """Values to which the way leads; ``turn`` shifts which members of containers come first."""
    named = any(isinstance(step, Names) for step in way)
    for path, value in _follow(way, (), record, judge, turn):
        yield Spotted(path, value, named)


def _follow(way: Way, path: Path, value: Json, judge: Judge, turn: int) -> Iterator[tuple[Path, Json]]:
    if not way:
        yield path, value
        return
    found = way[0].ahead(value, judge)
    for tokens, part in shifted(found, turn)[:TRIES]:
        yield from _follow(way[1:], path + tokens, part, judge, turn)


def shifted(listed: Sequence[T], turn: int) -> list[T]:
    """The list, begun at another of its elements."""
    first = turn % len(listed) if listed else 0
    return [*listed[first:], *listed[:first]]


def matched(pattern: str, text: str) -> bool:
    """Whether a text contains a match; no where the pattern cannot be read."""
    try:
        return matches(pattern, text)
    except PatternError:
        return False


def _members(value: Json) -> list[tuple[str, Json]]:
    return list(value.items()) if isinstance(value, dict) else []


# ---------------------------------------------------------------- changing records


def replaced(record: Json, path: Path, value: Json) -> Json:
    """The record with another value at the path; what does not change is shared."""
    if not path:
        return value
    token, *rest = path
    if isinstance(record, list):
        index = int(token)
        return [*record[:index], replaced(record[index], tuple(rest), value), *record[index + 1 :]]
    return {**record, token: replaced(record[token], tuple(rest), value)}


def at_path(record: Json, path: Path) -> Json:
    """The value at a path."""
    for token in path:
        record = record[token]
    return record


def in_order(value: Json) -> Json:
    """A copy that shares nothing, with the properties of every object in canonical order."""
    if isinstance(value, dict):
        return {name: in_order(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [in_order(each) for each in value]
    return value
