"""The types of columns, and the least type that holds what two of them hold.

They say what values are in JSON and, by that, how a column gives back the very texts that went into it.
"""

from typing import Union

from msgspec import Struct
from msgspec.structs import replace

INT64 = (-(1 << 63), (1 << 63) - 1)
UINT64 = (0, (1 << 64) - 1)


class Flag(Struct, frozen=True, tag="boolean"):
    """True or false."""


class Whole(Struct, frozen=True, tag="integer"):
    """Integers, written as such."""

    low: int | None = None
    high: int | None = None

    @property
    def unsigned(self) -> bool:
        """Whether they need 64 bits without a sign."""
        return self.high is not None and self.high > INT64[1] and self.low is not None and self.low >= 0

    @property
    def fits(self) -> bool:
        """Whether 64 bits hold them; what has no bounds is taken to."""
        low, high = UINT64 if self.unsigned else INT64
        return (self.low is None or low <= self.low <= high) and (self.high is None or low <= self.high <= high)


class Real(Struct, frozen=True, tag="number"):
    """Doubles."""

    whole: bool = False
    """Whether whole ones among them are written as integers: ``2``, not ``2.0``."""


class Decimal(Struct, frozen=True, tag="decimal"):
    """Doubles of few decimal places."""

    precision: int
    scale: int
    whole: bool = False


class Text(Struct, frozen=True, tag="string"):
    """Texts."""


class Day(Struct, frozen=True, tag="date"):
    """Texts ``YYYY-MM-DD``."""


class Moment(Struct, frozen=True, tag="date-time"):
    """Texts ``YYYY-MM-DDTHH:MM:SSZ``."""


class Free(Struct, frozen=True, tag="json"):
    """Any values, as their canonical JSON texts."""


class List(Struct, frozen=True, tag="array"):
    """Arrays of items of one type."""

    item: "Type"
    nullable: bool = False
    """Whether items may be null."""


class Field(Struct, frozen=True):
    """A property of an object."""

    name: str
    type: "Type"
    optional: bool = False
    """Whether objects may lack it."""
    nullable: bool = False
    """Whether it may be null."""
    place: str = ""
    """Where the schema says so."""

    @property
    def unclear(self) -> bool:
        """Whether an empty cell may mean two things, null and nothing."""
        return self.optional and self.nullable and not isinstance(self.type, Free)

    @property
    def empties(self) -> bool:
        """Whether a cell may be empty."""
        return self.optional or (self.nullable and not isinstance(self.type, Free))


class Record(Struct, frozen=True, tag="object"):
    """Objects: fields in the order of their names, and whether members may be there that no field can hold."""

    fields: tuple[Field, ...]
    open: bool = False
    """Other properties, or values of other types; null is another type where a field may be absent, too."""
    exact: bool = True
    """Whether null is told from nothing."""

    @property
    def has_rest(self) -> bool:
        """Whether there is a column of what no field holds: a JSON object per record, or nothing."""
        return self.open or not self.fields or (self.exact and any(each.unclear for each in self.fields))

    @property
    def rest(self) -> str:
        """The name of that column, which is no field's."""
        name, taken = "_rest", {each.name for each in self.fields}
        while name in taken:
            name = f"_{name}"
        return name


Type = Union[Flag, Whole, Real, Decimal, Text, Day, Moment, Free, List, Record]  # noqa: UP007 - msgspec resolves it
FREE = Free()


def joined(one: Type, other: Type) -> Type:
    """The least type that holds the values of both, and gives back their texts."""
    if one == other:
        return one
    if isinstance(one, Whole) and isinstance(other, Whole):
        return Whole(_least(one.low, other.low), _most(one.high, other.high))
    if isinstance(one, Record) and isinstance(other, Record):
        return joined_records(one, other)
    if isinstance(one, List) and isinstance(other, List):
        return List(joined(one.item, other.item), one.nullable or other.nullable)
    pair = {type(one), type(other)}
    if pair <= {Text, Day, Moment}:
        return Text()
    if pair <= {Whole, Real, Decimal}:
        return _numbers(one, other)
    return FREE


def _least(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else min(one, other)


def _most(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)


def _numbers(one: Type, other: Type) -> Type:
    """Of integers and doubles: doubles, where whole ones are all written in one way and are exact."""
    kinds = [each.whole for each in (one, other) if isinstance(each, (Real, Decimal))]
    wholes = [each for each in (one, other) if isinstance(each, Whole)]
    whole = bool(wholes) or kinds[0]
    exact = all(each.low is not None and each.high is not None and _exact(each.low, each.high) for each in wholes)
    return Real(whole) if exact and all(each == whole for each in kinds) else FREE


def _exact(low: int, high: int) -> bool:
    return low >= -(1 << 53) and high <= 1 << 53


def joined_records(one: Record, other: Record) -> Record:
    """Records that hold the objects of both."""
    left, right = ({each.name: each for each in record.fields} for record in (one, other))
    fields = tuple(_joined_fields(left.get(name), right.get(name)) for name in sorted({*left, *right}))
    return Record(fields, one.open or other.open)


def _joined_fields(one: Field | None, other: Field | None) -> Field:
    if one is None or other is None:
        alone = one or other
        assert alone is not None
        return replace(alone, optional=True)
    return Field(
        one.name,
        joined(one.type, other.type),
        one.optional or other.optional,
        one.nullable or other.nullable,
        one.place,
    )


def plain(kind: Type) -> Type:
    """The type for whoever does not care whether something is null or absent: an empty cell says either."""
    if isinstance(kind, List):
        return replace(kind, item=plain(kind.item))
    if isinstance(kind, Record):
        return Record(tuple(replace(each, type=plain(each.type)) for each in kind.fields), kind.open, exact=False)
    return kind


def loosened(kind: Type) -> Type:
    """The type for values that others made, not the engine: objects may lack anything, and hold what no field can."""
    if isinstance(kind, List):
        return replace(kind, item=loosened(kind.item))
    if isinstance(kind, Record):
        fields = (replace(each, type=loosened(each.type), optional=True) for each in kind.fields)
        return Record(tuple(fields), open=True)
    return kind
