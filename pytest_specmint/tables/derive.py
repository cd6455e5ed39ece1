"""From a JSON Schema to the columns of its records: what the engine would make, and so what columns must hold."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pytest_specmint.errors import SchemaError, too_deep
from pytest_specmint.schema.canonical import Canonicaliser
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.heights import Graph, Shape, build_graph
from pytest_specmint.schema.sets.goal import ANYTHING, TRUE_PLACE, Goal, Term
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.union import Literals
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.schema.shape import ArrayShape, ObjectShape
from pytest_specmint.tables.types import (
    FREE,
    Day,
    Decimal,
    Field,
    Flag,
    List,
    Moment,
    Real,
    Record,
    Text,
    Type,
    Whole,
    joined,
    loosened,
)

DEEPEST = 16
"""Objects and arrays within one another that have columns of their own; deeper ones are JSON texts."""
MOST = 2_000
"""Fields of a record that have columns; where there are more, objects are JSON texts."""
_LISTED = 16
"""Of so few numbers the engine makes a list, and writes whole ones as integers."""
_DIGITS = 38
"""Of a decimal of 128 bits."""


class Seen(NamedTuple):
    """The values that may stand at a place: their type, None where there is none but null, and null."""

    type: Type | None
    nullable: bool = False


@lru_cache(maxsize=16)
def record_of(schema: Schema, *, foreign: bool = False) -> Record:
    """The columns of a schema's records; ``foreign`` where records may be others than the engine makes.

    Raises `SchemaError` where records need not be objects, and as compiling does.
    """
    canonical = Canonicaliser(schema)
    root: Goal = (Term(schema.place),) if schema.at(schema.place) is not True else ANYTHING
    try:
        graph = build_graph(canonical, root)
        seen = _Reader(graph).of(root)
    except RecursionError:
        raise too_deep(schema.place) from None
    if not isinstance(seen.type, Record) or seen.nullable:
        raise SchemaError(
            "columns are of objects, and records of this schema may be something else",
            pointer=schema.place,
            hint='say "type": "object" there, or write JSON Lines',
        )
    found = loosened(seen.type) if foreign else seen.type
    assert isinstance(found, Record)
    return found


class _Reader:
    """Goes through the goals that the engine makes values for."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known: dict[Goal, Seen] = {}
        self._above: list[Goal] = []
        self._left = MOST

    def of(self, goal: Goal) -> Seen:
        """What may stand where the goal is met."""
        if goal in self._known:
            return self._known[goal]
        if goal in self._above or len(self._above) >= DEEPEST:
            return Seen(FREE, nullable=True)
        self._above.append(goal)
        found = together(self._seen(way.shape) for way in self._graph.get(goal, ()))
        self._above.pop()
        self._known[goal] = found
        return found

    def _seen(self, shape: Shape) -> Seen:
        if isinstance(shape, Literals):
            return together(map(of_value, shape.values))
        if isinstance(shape, Numbers):
            return Seen(_of_numbers(shape))
        if isinstance(shape, Strings):
            return Seen(_of_strings(shape))
        if isinstance(shape, ArrayShape):
            return Seen(self._of_array(shape))
        return Seen(self._of_object(shape))

    def _of_array(self, shape: ArrayShape) -> Type:
        goals = [*shape.prefix, shape.rest]
        if shape.most is not None:
            goals = goals[: shape.most]
        return _listed(together(map(self.of, goals)))

    def _of_object(self, shape: ObjectShape) -> Type:
        fields = []
        for members, optional in ((shape.required, False), (shape.optional, True)):
            for name, goal in members:
                seen = self.of(goal)
                if seen != Seen(None):  # else nothing can stand there
                    fields.append(_field(name, seen, optional=optional, place=_place(goal)))
        self._left -= len(fields)
        if self._left < 0 and len(self._above) > 1:
            return FREE
        return Record(tuple(sorted(fields, key=lambda each: each.name)), open=bool(shape.extras))


def _place(goal: Goal) -> str:
    return next((term.place for term in goal if term.positive and term.place != TRUE_PLACE), "")


def _field(name: str, seen: Seen, *, optional: bool, place: str = "") -> Field:
    return Field(name, _typed(seen), optional, seen.nullable, place)


def _typed(seen: Seen) -> Type:
    """A type that a column can have: objects without fields, and what is always null, are JSON texts."""
    hollow = isinstance(seen.type, Record) and not seen.type.fields
    return FREE if seen.type is None or hollow else seen.type


def _listed(seen: Seen) -> List:
    return List(_typed(seen), seen.nullable)


def together(seen: Iterable[Seen]) -> Seen:
    """What holds all that each of them holds."""
    kind: Type | None = None
    nullable = False
    for each in seen:
        nullable = nullable or each.nullable
        if each.type is not None:
            kind = each.type if kind is None else joined(kind, each.type)
    return Seen(kind, nullable)


def of_value(value: Json) -> Seen:
    """The type of one value, its text taken as it is."""
    if value is None:
        return Seen(None, nullable=True)
    if isinstance(value, bool):
        return Seen(Flag())
    if isinstance(value, int):
        return Seen(Whole(value, value))
    if isinstance(value, float):
        return Seen(Real(whole=not value.is_integer()))
    if isinstance(value, str):
        return Seen(Text())
    if isinstance(value, list):
        return Seen(_listed(together(map(of_value, value))))
    fields = [_field(name, of_value(each), optional=False) for name, each in sorted(value.items())]
    return Seen(Record(tuple(fields)))


def _of_numbers(numbers: Numbers) -> Type:
    members = numbers.members()
    if members is not None and (len(members) <= _LISTED or numbers.step is None):
        if all(each.denominator == 1 for each in members):
            return Whole(int(members[0]), int(members[-1]))
        return _decimal(numbers, whole=True)
    if numbers.step is not None and numbers.step.denominator == 1:
        first, last = numbers.grid_range()
        step = int(numbers.step)
        return Whole(None if first is None else first * step, None if last is None else last * step)
    return _decimal(numbers, whole=False)


def _decimal(numbers: Numbers, *, whole: bool) -> Type:
    """Decimals where the schema asks for so many places, else doubles."""
    step = numbers.step
    if step is None or step.numerator != 1:
        return Real(whole)
    scale = len(str(step.denominator)) - 1
    if step.denominator != 10**scale:
        return Real(whole)
    bounds = numbers.grid_range()
    known = [abs(each) for each in bounds if each is not None]
    digits = max(len(str(max(known))), scale + 1) if len(known) == len(bounds) else _DIGITS
    return Decimal(digits, scale, whole) if digits <= _DIGITS else Real(whole)


def _of_strings(strings: Strings) -> Type:
    if len(strings.formats) == 1 and not strings.patterns:
        (form,) = strings.formats
        if form == "date" and _may_be(strings, 10):
            return Day()
        if form == "date-time" and _may_be(strings, 20):
            return Moment()
    return Text()


def _may_be(strings: Strings, length: int) -> bool:
    return strings.min_length <= length and (strings.max_length is None or strings.max_length >= length)


def out_of_reach(kind: Type, *, unsigned: bool = True) -> Iterable[Field]:
    """The fields of a record whose integers 64 bits do not hold; ``unsigned`` where those without sign may be had."""
    if isinstance(kind, Record):
        for each in kind.fields:
            yield from _beyond(each.type, each, unsigned=unsigned)


def _beyond(kind: Type, field: Field, *, unsigned: bool) -> Iterable[Field]:
    if isinstance(kind, Whole) and (not kind.fits or (kind.unsigned and not unsigned)):
        yield field
    elif isinstance(kind, List):
        yield from _beyond(kind.item, field, unsigned=unsigned)
    elif isinstance(kind, Record):
        yield from out_of_reach(kind, unsigned=unsigned)
