"""Where a plan's time goes: each node's own, without the nodes below it, and the place of its values in the record.

Nodes reach each other only through `Plan.column`, so a plan that measures there measures all of them, and they stay as
they are: the bytes are the same. The clock is passed in; times are kept in an object of the one measurement.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from msgspec import Struct

from pytest_specmint.cells import Cells
from pytest_specmint.engine.nodes.array import ArrayNode
from pytest_specmint.engine.nodes.object import ObjectNode
from pytest_specmint.engine.nodes.union import UnionNode
from pytest_specmint.engine.plan import Around, Node, Plan
from pytest_specmint.engine.wording import name_step
from pytest_specmint.stream import Ints, Keys

Clock = Callable[[], int]
"""Nanoseconds since any fixed moment."""
_ROWS = -1
"""Stands for the plan itself among its nodes: keys, and rows without holes."""


class NodeTime(Struct, frozen=True):
    """What one node took."""

    path: str
    """The first place of its values in the record: ``$.lines[*].sku``, written as in `outline`."""
    places: int
    """How many places of the plan share the node."""
    kind: str
    """The node's class."""
    nanoseconds: int
    """Without the nodes below."""
    values: int
    """Made, also those that were drawn again or given up."""

    @property
    def per_value(self) -> float:
        """Nanoseconds of one value."""
        return self.nanoseconds / max(self.values, 1)


class PlanTimes(Struct, frozen=True):
    """What a plan took for some records, in nanoseconds."""

    records: int
    total: int
    rows: int
    """Outside of all nodes: keys, and rows without holes."""
    nodes: tuple[NodeTime, ...]
    """The nodes that made anything, slowest first."""


def node_times(plan: Plan, seed: int, start: int, count: int, clock: Clock) -> PlanTimes:
    """Make the records once and say what each node took."""
    meter = Meter(clock, len(plan.nodes))
    measured = timed(plan, meter)
    for first in range(start, start + count, plan.lanes):  # dropped block by block, as if written
        measured.lines(seed, first, min(plan.lanes, start + count - first))
    places = node_places(plan)
    nodes = [
        NodeTime(place.path, place.number, type(plan.nodes[i]).__name__, meter.nanoseconds[i], meter.values[i])
        for i, place in places.items()
        if meter.values[i]
    ]
    nodes.sort(key=lambda each: -each.nanoseconds)
    return PlanTimes(count, meter.total, meter.nanoseconds[_ROWS], tuple(nodes))


# ---------------------------------------------------------------- measuring


class Meter:
    """Own times and numbers of values by node, of one measurement."""

    def __init__(self, clock: Clock, nodes: int = 0) -> None:
        self.nanoseconds = [0] * (nodes + 1)
        self.values = [0] * (nodes + 1)
        self._clock = clock
        self._below: list[int] = []  # for each open call what the calls within it took

    @property
    def total(self) -> int:
        """Nanoseconds of all."""
        return sum(self.nanoseconds)

    def enter(self) -> int:
        """Begin a call; gives the moment."""
        self._below.append(0)
        return self._clock()

    def leave(self, node: int, started: int, values: int) -> None:
        """End the call that began last."""
        elapsed = self._clock() - started
        self.nanoseconds[node] += elapsed - self._below.pop()
        self.values[node] += values
        if self._below:
            self._below[-1] += elapsed


class WatchedPlan(Plan, frozen=True, kw_only=True):
    """A plan that measures how long it makes lines, and otherwise does what the plan does that it was made from."""

    meter: Meter

    def lines(self, seed: int, start: int, count: int) -> bytes:
        """The canonical lines."""
        started = self.meter.enter()
        try:
            return Plan.lines(self, seed, start, count)
        finally:
            self.meter.leave(_ROWS, started, count)

    def lines_at(self, seed: int, index: Ints) -> bytes:
        """The canonical lines of the records with these indices."""
        started = self.meter.enter()
        try:
            return Plan.lines_at(self, seed, index)
        finally:
            self.meter.leave(_ROWS, started, len(index))


class TimedPlan(WatchedPlan, frozen=True):
    """One that measures its nodes, too."""

    def column(self, node: int, keys: Keys, depth: int) -> Cells:
        """The column of one node."""
        started, made = self.meter.enter(), 0
        try:
            column = Plan.column(self, node, keys, depth)
            made = len(column)
        finally:
            self.meter.leave(node, started, made)
        return column


def watched(plan: Plan, meter: Meter) -> WatchedPlan:
    """The same plan, measured as a whole; the meter needs no nodes."""
    return WatchedPlan(**_parts(plan), meter=meter)


def timed(plan: Plan, meter: Meter) -> TimedPlan:
    """The same plan, measured node by node."""
    return TimedPlan(**_parts(plan), meter=meter)


def _parts(plan: Plan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in Plan.__struct_fields__}


# ---------------------------------------------------------------- places


class Place(NamedTuple):
    """The first path to a node, breadth first, and the number of ways that lead to it."""

    path: str
    number: int


def node_places(plan: Plan) -> dict[int, Place]:
    """The places of all nodes that the root reaches."""
    found = {plan.root: Place("$", 1)}
    queue = deque([plan.root])
    while queue:
        above = queue.popleft()
        for step, node in _below(plan.nodes[above]):
            known = found.get(node)
            if known is None:
                queue.append(node)
                found[node] = Place(found[above].path + step, 1)
            else:
                found[node] = Place(known.path, known.number + 1)
    return found


def _below(node: Node) -> Iterator[tuple[str, int]]:
    """Steps of the path, and the nodes that they lead to."""
    if isinstance(node, ObjectNode):
        yield from ((name_step(slot.name), slot.node) for slot in node.slots)
        yield from ((".*", extra) for extra in dict.fromkeys(slot.node for slot in node.extras))
    elif isinstance(node, ArrayNode):
        yield from ((f"[{i}]", items.node) for i, items in enumerate(node.prefix))
        if node.rest is not None:
            yield f"[{len(node.prefix)}:]" if node.prefix else "[*]", node.rest.node
    elif isinstance(node, UnionNode):
        yield from ((f"({i})", way.node) for i, way in enumerate(node.ways, 1))
    elif isinstance(node, Around):
        yield from (("", inner) for inner in node.inside)
