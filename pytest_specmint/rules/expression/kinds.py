"""Kinds of values, and what an expression asks about the fields of its schema."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Protocol

from msgspec import Struct

from pytest_specmint.rules.expression.nodes import Step

ITEM = -1
"""The step from a list to any of its items, in paths that are asked of `Fields`."""


class Kind(Enum):
    """What a value is. Every field may also be absent or null; that is no kind of its own."""

    NUMBER = "number"
    TEXT = "text"
    FLAG = "true or false"
    DAY = "date"
    MOMENT = "date-time"
    LIST = "list"
    OBJECT = "object"
    DAYS = "number of days"
    SPAN = "span of time"
    MONTHS = "months or years"
    ANY = "value"
    """A scalar that is only known when it is seen: number, text, true or false."""


FIELD_KINDS = (Kind.NUMBER, Kind.TEXT, Kind.FLAG, Kind.DAY, Kind.MOMENT, Kind.LIST, Kind.OBJECT)
EVERYTHING = frozenset(FIELD_KINDS)
TIMES = frozenset({Kind.DAY, Kind.MOMENT})
WORDS = {
    "number": Kind.NUMBER,
    "integer": Kind.NUMBER,
    "string": Kind.TEXT,
    "boolean": Kind.FLAG,
    "date": Kind.DAY,
    "date-time": Kind.MOMENT,
    "array": Kind.LIST,
    "object": Kind.OBJECT,
}
"""JSON Schema's types and the two formats that are read as times, as `TableOfFields` takes them."""


class Field(Struct, frozen=True):
    """What is known of a field: the kinds its values may have (null aside), and the decimals of its numbers."""

    kinds: frozenset[Kind] = EVERYTHING
    decimals: int | None = None


class Fields(Protocol):
    """A schema, as far as expressions ask. Paths hold names, and `ITEM` for the step into a list."""

    def at(self, path: tuple[Step, ...]) -> Field | None:
        """What stands at a path; ``None`` where nothing may stand."""

    def names(self, path: tuple[Step, ...]) -> Iterable[str]:
        """The names that the object at a path is known to have."""


class AnyFields(Struct, frozen=True):
    """No schema: whatever a path says may be there."""

    def at(self, path: tuple[Step, ...]) -> Field | None:
        """Anything."""
        return Field()

    def names(self, path: tuple[Step, ...]) -> Iterable[str]:
        """Nothing is known."""
        return ()


class TableOfFields(Struct, frozen=True):
    """Fields from a table ``{"lines[].charge": "number", "note": "string|null"}``; what leads to them is implied."""

    table: Mapping[tuple[Step, ...], Field]

    @classmethod
    def of(cls, rows: Mapping[str, str]) -> "TableOfFields":
        """The table of these rows; several kinds are parted by ``|``."""
        table: dict[tuple[Step, ...], Field] = {(): Field(frozenset({Kind.OBJECT}))}
        for text, words in rows.items():
            path = table_path(text)
            for length in range(1, len(path)):
                above = Kind.LIST if path[length] == ITEM else Kind.OBJECT
                table.setdefault(path[:length], Field(frozenset({above})))
            table[path] = Field(frozenset(WORDS[word] for word in words.split("|") if word != "null"))
        return cls(table)

    def at(self, path: tuple[Step, ...]) -> Field | None:
        """The row of a path."""
        return self.table.get(path)

    def names(self, path: tuple[Step, ...]) -> Iterable[str]:
        """The rows one step below a path."""
        return [
            str(each[-1])
            for each in self.table
            if len(each) == len(path) + 1 and each[:-1] == path and each[-1] != ITEM
        ]


def table_path(text: str) -> tuple[Step, ...]:
    """``lines[].charge`` as a path."""
    return tuple(ITEM if part == "[]" else part for part in text.replace("[]", ".[]").split("."))
