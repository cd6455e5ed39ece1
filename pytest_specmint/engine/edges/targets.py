"""The walk over a plan: every boundary point of every node, by the shortest way to it."""

from collections import deque
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from pytest_specmint.engine.edges.points import Point, Value, points_of
from pytest_specmint.engine.nodes.array import ArrayNode
from pytest_specmint.engine.nodes.guard import Guarded
from pytest_specmint.engine.nodes.object import ObjectNode
from pytest_specmint.engine.nodes.union import UnionNode
from pytest_specmint.engine.plan import Around, Node, Plan

MAX_TARGETS = 20_000
"""How many boundary points of a plan are walked."""


class Step(Struct, frozen=True):
    """From a node to one below: a property, an entry of a map, an item or a way by its number, or what is wrapped."""

    kind: str
    number: int = 0


class Target(Struct, frozen=True):
    """A boundary point of a record: the way to its node, what is forced there, and words for it."""

    steps: tuple[Step, ...]
    point: Point
    label: str


class _Visit(Struct, frozen=True):
    node: int
    steps: tuple[Step, ...]
    path: str
    guards: tuple[Guarded, ...] = ()


def edge_targets(plan: Plan) -> tuple[Target, ...]:
    """All targets in breadth-first order, each point of each node once, but no more than `MAX_TARGETS`."""
    return tuple(islice(_targets(plan), MAX_TARGETS))


def _targets(plan: Plan) -> Iterator[Target]:
    queue = deque([_Visit(plan.root, (), "$")])
    seen = {plan.root}
    while queue:
        visit = queue.popleft()
        node = plan.nodes[visit.node]
        for words, point in points_of(node):
            if not isinstance(point, Value) or all(guard.holds(point.value) for guard in visit.guards):
                yield Target(visit.steps, point, f"{visit.path}: {words}")
        for below in _below(node, visit):
            if below.node not in seen:
                seen.add(below.node)
                queue.append(below)


def _below(node: Node, visit: _Visit) -> Iterator[_Visit]:
    path, steps = visit.path, visit.steps
    if isinstance(node, ObjectNode):
        for i, slot in enumerate(node.slots):
            yield _Visit(slot.node, (*steps, Step("property", i)), f"{path}.{slot.name}")
        for i, slot in enumerate(node.extras):
            yield _Visit(slot.node, (*steps, Step("entry", i)), f"{path}.{slot.name}")
    elif isinstance(node, ArrayNode):
        for i, items in enumerate(node.prefix):
            yield _Visit(items.node, (*steps, Step("item", i)), f"{path}[{i}]")
        if node.rest and node.most > len(node.prefix):
            yield _Visit(node.rest.node, (*steps, Step("item", len(node.prefix))), f"{path}[*]")
    elif isinstance(node, UnionNode):
        for i, way in enumerate(node.ways):
            yield _Visit(way.node, (*steps, Step("way", i)), path, visit.guards)
    elif isinstance(node, Guarded):
        yield _Visit(node.inner, (*steps, Step("inner")), path, (*visit.guards, node))
    elif isinstance(node, Around) and not node.taken_over:
        yield _Visit(node.inner, (*steps, Step("inner")), path, visit.guards)
