"""Places in a record, and the record with others values there; nothing is changed in place."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from pytest_specmint.rules.expression.interpret import ABSENT, Absent, found, stepped, worth
from pytest_specmint.rules.expression.kinds import ITEM
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.expression.terms import Place, Term, Value

Location = tuple[Step, ...]
"""Names and indices from the record on."""
Assignment = tuple[Location, Any]
"""A value for a place; `ABSENT` removes what stands there."""
Move = tuple[Assignment, ...]
"""What is changed at once."""


class Scene(Struct, frozen=True):
    """What the roots of paths stand for in a record, and where that is."""

    values: Mapping[str, object]
    places: Mapping[str, Location]

    @classmethod
    def of(cls, record: object, item: Location | None = None) -> "Scene":
        """A record, and an item of a list in it."""
        if item is None:
            return cls({"record": record, "item": ABSENT}, {"record": ()})
        return cls({"record": record, "item": at(record, item)}, {"record": (), "item": item})

    def within(self, variable: str, item: object, place: Location) -> "Scene":
        """The same where a loop has come to an item."""
        return Scene({**self.values, variable: item}, {**self.places, variable: place})

    def worth(self, term: Term) -> Value | None:
        """The value of a term."""
        return worth(term, self.values)

    def found(self, place: Place) -> object:
        """What stands at a place; `ABSENT` where nothing does."""
        return found(place, self.values)

    def location(self, place: Place) -> Location | None:
        """Where a place is; None where nothing could be put."""
        value, way = self.values[place.root], self.places.get(place.root)
        if way is None:
            return None
        for i, step in enumerate(place.steps):
            if isinstance(step, int):
                if not isinstance(value, list) or not -len(value) <= step < len(value):
                    return None
                way = (*way, step % len(value))
            elif isinstance(value, dict):
                way = (*way, step)
            else:
                return None
            value = stepped(value, step)
            if value is ABSENT and i + 1 < len(place.steps):
                return None
        return way

    def items(self, term: Term) -> Iterator["Scene"]:
        """The scenes of the items that a loop looks at."""
        assert term.place is not None
        source, way = self.found(term.place), self.location(term.place)
        if not isinstance(source, list) or way is None:
            return
        for i, item in enumerate(source):
            scene = self.within(term.variable, item, (*way, i))
            if len(term.args) < 2 or scene.worth(term.args[1]) is True:
                yield scene


def at(record: object, location: Location) -> object:
    """What stands at a location; `ABSENT` where nothing does."""
    for step in location:
        record = stepped(record, step)
    return record


def moved(record: Any, move: Move) -> Any:
    """The record after a move."""
    for location, value in move:
        record = _put(record, location, value)
    return record


def _put(node: Any, location: Location, value: Any) -> Any:
    if not location:
        return value
    step, *rest = location
    if isinstance(step, int) and isinstance(node, list):
        return [_put(each, tuple(rest), value) if i == step else each for i, each in enumerate(node)]
    if not isinstance(step, str) or not isinstance(node, dict) or (rest and step not in node):
        return node
    if not rest and isinstance(value, Absent):
        return {name: each for name, each in node.items() if name != step}
    return {**node, step: _put(node.get(step), tuple(rest), value)}


def changes(before: Any, after: Any, way: Location = ()) -> Iterator[Location]:
    """Where two records differ, as far inside as it can be told; of what is there in one alone, every value."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted({*before, *after}):
            yield from changes(before.get(name, ABSENT), after.get(name, ABSENT), (*way, name))
    elif isinstance(before, list) and isinstance(after, list):
        for i in range(max(len(before), len(after))):
            yield from changes(_item(before, i), _item(after, i), (*way, i))
    elif before is ABSENT or after is ABSENT:
        yield from _leaves(after if before is ABSENT else before, way)
    elif type(before) is not type(after) or before != after:
        yield way


def _item(items: list[Any], index: int) -> Any:
    return items[index] if index < len(items) else ABSENT


def _leaves(value: Any, way: Location) -> Iterator[Location]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [each for step, inside in inner for each in _leaves(inside, (*way, step))]
    yield from below or [way]


def located(record: object, route: Sequence[Step]) -> list[Location]:
    """Where a route leads in a record, through every item on the way; only what is there or could be put there."""
    ways: list[Location] = [()]
    for step in route:
        if step == ITEM:
            lists = [(way, at(record, way)) for way in ways]
            ways = [(*way, i) for way, value in lists if isinstance(value, list) for i in range(len(value))]
        else:
            ways = [(*way, step) for way in ways if isinstance(at(record, way), dict)]
    return ways


def route_of(location: Location) -> tuple[Step, ...]:
    """A location as a route, which leads through every item."""
    return tuple(ITEM if isinstance(step, int) else step for step in location)
