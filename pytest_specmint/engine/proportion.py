"""Records of a sane size: where a schema's optional parts multiply, the large ones become rare.

The expected number of values is computed bottom-up, per node and depth of recursion. A plan within the budget is left
alone; of others every optional property, array and map that is expected to hold more than a cap is thinned by powers
of two, with the highest cap that keeps the record within the budget. In steps, so that a field more seldom changes it.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from pytest_specmint.engine.nodes.array import ArrayNode, Items
from pytest_specmint.engine.nodes.object import ALWAYS, ObjectNode, Slot, share_at
from pytest_specmint.engine.nodes.union import UnionNode
from pytest_specmint.engine.plan import LANES, MAX_RECURSION, Around, Node, Plan

BUDGET = 2000.0
"""How many values a record should be expected to hold at most."""
VALUES = 1 << 19
"""How many values are made at a time."""
UNBOUNDED = 1e30
CAPS = (UNBOUNDED, 1024.0, 256.0, 64.0, 16.0, 4.0, 1.0)

_Point = tuple[int, int]
"""A node and the depth of recursion at which it is reached."""


def proportioned(plan: Plan) -> Plan:
    """The plan whose records are expected to stay within the budget, as far as what they require allows."""
    for cap in CAPS:
        sizes = _sizes(plan, cap)
        if sizes[plan.root, 0] <= BUDGET:
            break
    lanes = _lanes(sizes[plan.root, 0], isinstance(plan.nodes[plan.root], UnionNode))
    if cap == UNBOUNDED:
        return replace(plan, lanes=lanes)
    return replace(plan, lanes=lanes, nodes=tuple(_thinned(node, sizes, cap) for node in plan.nodes))


def _lanes(size: float, divided: bool) -> int:
    """How many records are made at a time: a power of two, so that they hold about as many values as fit the cache.

    Records that divide among several ways, such as those of a rule, are made twice as many, or each way would be left
    with so few that the calls cost more than the values.
    """
    return min(1 << (max(int(VALUES / max(size, 1.0)), 1).bit_length() - 1), LANES << divided)


def _sizes(plan: Plan, cap: float) -> Mapping[_Point, float]:
    """Expected numbers of values below every point that the root reaches, thinned by the cap."""
    sizes: dict[_Point, float] = {}
    entered: set[_Point] = set()
    stack: list[_Point] = [(plan.root, 0)]
    while stack:
        point = stack[-1]
        node, depth = plan.nodes[point[0]], point[1]
        if point not in entered:
            entered.add(point)
            stack.extend(below for below in _below(node, depth) if below not in entered)
        else:
            stack.pop()
            if point not in sizes:
                sizes[point] = min(_size(node, depth, sizes, cap), UNBOUNDED)
    return sizes


def _deeper(depth: int, recursive: bool) -> int:
    return min(depth + recursive, MAX_RECURSION)


def _below(node: Node, depth: int) -> list[_Point]:
    if isinstance(node, ObjectNode):
        slots = [slot for slot in node.slots if share_at(slot, depth) > 0] + list(node.extras)
        return [(slot.node, _deeper(depth, slot.recursive)) for slot in slots]
    if isinstance(node, ArrayNode):
        return [_item(items, depth) for items in (*node.prefix, node.rest) if items]
    if isinstance(node, UnionNode):
        return [(way.node, _deeper(depth, way.recursive)) for way in node.open(depth)]
    if isinstance(node, Around):
        return [(inner, depth) for inner in node.inside]
    return []


def _item(items: Items, depth: int) -> _Point:
    return items.node, _deeper(depth, items.recursive)


def _size(node: Node, depth: int, sizes: Mapping[_Point, float], cap: float) -> float:
    if isinstance(node, ObjectNode):
        named = sum(_share(slot, depth, sizes, cap) * _of(slot, depth, sizes) for slot in node.slots)
        few, many = _entries(node, depth, sizes, cap)
        return 1 + named + (few + many) / 2 * _mean(node.extras, depth, sizes)
    if isinstance(node, ArrayNode):
        fixed = sum(sizes.get(_item(each, depth), 1.0) for each in node.prefix)
        top = node.top(depth, _most(node, depth, sizes, cap))
        rest = sizes.get(_item(node.rest, depth), 1.0) if node.rest else 0.0
        return 1 + fixed + max((node.least + top) / 2 - len(node.prefix), 0.0) * rest
    if isinstance(node, UnionNode):
        ways = node.open(depth)
        total = sum(way.weight for way in ways)
        return sum(way.weight / total * sizes.get((way.node, _deeper(depth, way.recursive)), 1.0) for way in ways)
    if isinstance(node, Around):
        return sizes.get((node.inner, depth), 1.0)
    return 1.0


def _of(slot: Slot, depth: int, sizes: Mapping[_Point, float]) -> float:
    return sizes.get((slot.node, _deeper(depth, slot.recursive)), 1.0)


def _mean(slots: Sequence[Slot], depth: int, sizes: Mapping[_Point, float]) -> float:
    return sum(_of(slot, depth, sizes) for slot in slots) / len(slots) if slots else 0.0


# ---------------------------------------------------------------- thinning


def _halvings(size: float, cap: float) -> int:
    """How often the size must be halved to come under the cap."""
    times = 0
    while size > cap:
        size, times = size / 2, times + 1
    return times


def _share(slot: Slot, depth: int, sizes: Mapping[_Point, float], cap: float) -> float:
    share = share_at(slot, depth)
    return share if slot.share >= ALWAYS or share == 0 else share / 2 ** _halvings(_of(slot, depth, sizes), cap)


def _most(node: ArrayNode, depth: int, sizes: Mapping[_Point, float], cap: float) -> int:
    """The greatest length, so that the optional items hold no more than the cap."""
    spare = node.most - node.least
    if node.rest is None or spare <= 0:
        return node.most
    size = spare / 2 * sizes.get(_item(node.rest, depth), 1.0)
    return max(node.least + (spare >> _halvings(size, cap)), min(len(node.prefix), node.most))


def _entries(node: ObjectNode, depth: int, sizes: Mapping[_Point, float], cap: float) -> tuple[int, int]:
    """How many entries a map gets, so that those it can do without hold no more than the cap."""
    times = _halvings((node.few + node.many) / 2 * _mean(node.extras, depth, sizes), cap)
    needed = max(node.least - len(node.slots), 0)
    return max(node.few >> times, needed), max(node.many >> times, needed)


def _thinned(node: Node, sizes: Mapping[_Point, float], cap: float) -> Node:
    if isinstance(node, ObjectNode):
        few, many = _entries(node, 0, sizes, cap)
        return replace(node, slots=tuple(_thinned_slot(slot, sizes, cap) for slot in node.slots), few=few, many=many)
    if isinstance(node, ArrayNode):
        return replace(node, most=_most(node, 0, sizes, cap))
    return node


def _thinned_slot(slot: Slot, sizes: Mapping[_Point, float], cap: float) -> Slot:
    if slot.share >= ALWAYS:
        return slot
    deep = slot.deep_share / 2 ** _halvings(_of(slot, 1, sizes), cap)
    return replace(slot, share=_share(slot, 0, sizes, cap), deep_share=deep)
