"""Where a finished plan draws a field, and which rows of tables are known there."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct

from pytest_specmint.engine.nodes.array import ArrayNode
from pytest_specmint.engine.nodes.guard import Guarded, Suggested
from pytest_specmint.engine.nodes.linked import Linked, Noted, Switched
from pytest_specmint.engine.nodes.object import ObjectNode
from pytest_specmint.engine.nodes.shared import Rows
from pytest_specmint.engine.nodes.union import UnionNode
from pytest_specmint.engine.plan import Node, Plan
from pytest_specmint.rules.expression.analyse import Route
from pytest_specmint.rules.expression.kinds import ITEM

DEEPEST = 24


class Drawn(Struct, frozen=True):
    """A row that an object has: one of these; of a list's items, with the row of what is around the list."""

    owner: tuple[int, Route]
    """The object's node, and its path."""
    rows: Rows
    outer: "Drawn | None" = None

    @property
    def suiting(self) -> tuple[int, ...]:
        """The rows that it may be."""
        return tuple(range(self.rows.count)) if self.rows.allowed is None else self.rows.allowed


Known = Mapping[str, Drawn]
Ways = Mapping[tuple[int, Route], int]
"""Of unions on the way, by node and path: which of their ways was taken."""


class Seen(NamedTuple):
    """A leaf, the rows that its object has, and those of what is around the list that it stands in."""

    node: Node
    rows: Known
    outer: Known
    ways: "Ways"

    def beside(self, other: "Seen") -> bool:
        """Whether one record may have both: they take the same way wherever both pass a union."""
        return all(self.ways.get(union, way) == way for union, way in other.ways.items())

    def row(self, rows: Rows) -> Drawn | None:
        """The row that the leaf has of a table; None where it draws one of its own."""
        found = self.rows.get(rows.source)
        return self.outer.get(rows.source) if found is None and rows.outward else found


class _At(NamedTuple):
    """A node on the way, and what is known there."""

    node: int
    path: Route = ()
    rows: Known = {}
    outer: Known = {}
    given: Known = {}
    ways: "Ways" = {}


def seen_at(plan: Plan, route: Route) -> Iterator[Seen]:
    """All leaves at a path."""
    for at in _walk(plan, _At(plan.root), route):
        node = plan.nodes[at.node]
        yield Seen(node.choice if isinstance(node, Noted) else node, {**at.given, **at.rows}, at.outer, at.ways)


def arrays_at(plan: Plan, route: Route) -> Iterator[tuple[ArrayNode, Known]]:
    """All arrays at a path."""
    for at in _walk(plan, _At(plan.root), route):
        node = plan.nodes[at.node]
        if isinstance(node, ArrayNode):
            yield node, at.rows


def _walk(plan: Plan, at: _At, route: Route) -> Iterator[_At]:
    """The nodes at the end of a path."""
    node = plan.nodes[at.node]
    if len(at.path) > DEEPEST:
        return
    if isinstance(node, UnionNode):
        for number, way in enumerate(node.ways):
            ways = {**at.ways, (at.node, at.path): number}
            yield from _walk(plan, at._replace(node=way.node, ways=ways), route)
    elif isinstance(node, Switched):
        for inner in node.inside:
            yield from _walk(plan, at._replace(node=inner), route)
    elif isinstance(node, Guarded) or (isinstance(node, Linked) and route):
        yield from _walk(plan, at._replace(node=node.inner), route)
    elif not route or isinstance(node, Suggested):
        yield at
    elif isinstance(node, ObjectNode):
        inside = _object(at, node)
        for slot in (*node.slots, *node.extras):
            if slot.name == route[0]:
                yield from _walk(plan, inside._replace(node=slot.node, path=(*at.path, slot.name)), route[1:])
    elif isinstance(node, ArrayNode) and route[0] == ITEM:
        inside = _items(at, node)
        for items in (*node.prefix, node.rest):
            if items is not None:
                yield from _walk(plan, inside._replace(node=items.node), route[1:])


def _object(at: _At, node: ObjectNode) -> _At:
    """What is known within an object."""
    if not node.rows:
        return at
    rows = dict(at.rows)
    for each in node.rows:
        known = at.given.get(each.source) or (at.rows.get(each.source) if each.outward else None)
        rows[each.source] = known or _drawn(at, each, at.node)
    return at._replace(rows=rows, given={})


def _items(at: _At, node: ArrayNode) -> _At:
    """What is known of a list's items."""
    outer = {**at.outer, **at.rows}
    inside = at._replace(path=(*at.path, ITEM), rows={}, outer=outer, given={})
    given = {each.rows.source: _drawn(inside, each.rows, at.node) for each in node.apart}
    return inside._replace(given={source: row for source, row in given.items() if row.outer or not row.rows.groups})


def _drawn(at: _At, rows: Rows, node: int) -> Drawn:
    """A row that is drawn here: where its table has groups, one of the group of what is around the list."""
    outer = at.outer.get(rows.source) if rows.groups and ITEM in at.path else None
    return Drawn((node, at.path), rows, outer)
