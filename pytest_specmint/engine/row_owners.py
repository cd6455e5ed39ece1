"""Which objects draw which rows of tables and entries of lists for their fields."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod

from msgspec.structs import replace

from pytest_specmint.engine.nodes.agreement import agreement
from pytest_specmint.engine.nodes.array import ArrayNode
from pytest_specmint.engine.nodes.object import ObjectNode
from pytest_specmint.engine.nodes.shared import Rows
from pytest_specmint.engine.nodes.union import UnionNode
from pytest_specmint.engine.plan import Node, Plan
from pytest_specmint.engine.row_fields import (
    fields_of,
    fields_of_parts,
    items_of,
    listed_values_of,
    narrowed_by,
    shared_by,
    told_by,
)
from pytest_specmint.engine.row_lists import is_counted, with_apart


def with_rows(plan: Plan, *, cases: bool = False) -> Plan:
    """The plan with the rows that its objects draw for their fields; the same where nothing is shared.

    With ``cases`` its root is a union of which the weights are known.
    """
    shared = {number: list(shared_by(node)) for number, node in enumerate(plan.nodes)}
    if not any(shared.values()) and not any(map(is_counted, plan.nodes)):
        return plan
    nodes = [
        _with_rows(plan.nodes, node, shared) if isinstance(node, ObjectNode) and not node.component else node
        for node in plan.nodes
    ]
    made = [with_apart(nodes, node) if isinstance(node, ArrayNode) else node for node in nodes]
    for number, node in enumerate(nodes):
        if isinstance(node, UnionNode) and not (cases and number == plan.root):
            made[number] = _weighed(nodes, node)
    return replace(plan, nodes=tuple(made), linked=True)


def _with_rows(nodes: Sequence[Node], owner: ObjectNode, shared: Mapping[int, Sequence[Rows]]) -> ObjectNode:
    """An object with the rows of its fields, of what its parts and lists say of it, and of its lists' groups."""
    found: dict[str, Rows] = {}
    for each in _of(fields_of(nodes, owner), shared):
        known = found.get(each.source, replace(each, allowed=None))
        known = replace(known, outward=known.outward and each.outward)
        found[each.source] = _narrowed(known, each.allowed)
    for each in _of(listed_values_of(nodes, owner), shared):
        if each.outward:
            found[each.source] = _narrowed(found.get(each.source, replace(each, allowed=None)), each.allowed)
    for each in _of(fields_of_parts(nodes, owner), shared):
        if each.outward:
            found[each.source] = _narrowed(found.get(each.source, each.plain), each.allowed)
    for each in _of(items_of(nodes, owner), shared):
        if each.groups:  # the lists' items are to be of one group
            found[each.source] = _narrowed(found.get(each.source, each.plain), each.allowed)
    for each in (each for number in fields_of(nodes, owner) for each in narrowed_by(nodes[number])):
        if each.source in found:
            found[each.source] = _narrowed(found[each.source], each.allowed)
    return replace(owner, rows=tuple(_agreeing(nodes, owner, found))) if found else owner


def _agreeing(nodes: Sequence[Node], owner: ObjectNode, found: Mapping[str, Rows]) -> Iterator[Rows]:
    """The rows, those of plain tables agreeing with those that are drawn for more than this object."""
    for rows in found.values():
        leaders = [
            each
            for each in found.values()
            if rows.tells and each.tells == rows.tells and (each.groups or each.weights) and each is not rows
        ]
        leader = leaders[0] if leaders and not (rows.groups or rows.weights) else None
        if leader is None or not _is_shown(nodes, owner, leader):
            yield rows
        else:
            yield replace(rows, agreement=agreement(leader.source, leader.told, rows.told, rows.allowed))


def _is_shown(nodes: Sequence[Node], owner: ObjectNode, rows: Rows) -> bool:
    """Whether some field of the object shows what these rows tell."""
    for words in (words for number in fields_of(nodes, owner) for words in told_by(nodes[number])):
        if words.source == rows.source:
            pairs = {(words.entries[row], rows.told[row]) for row in words.allowed or range(words.count)}
            if len({word for word, _ in pairs}) == len(pairs) > 1:
                return True
    return False


def _of(numbers: Iterable[int], shared: Mapping[int, Sequence[Rows]]) -> Iterator[Rows]:
    return (each for number in numbers for each in shared[number])


def _weighed(nodes: Sequence[Node], union: UnionNode) -> UnionNode:
    """A union of objects, each way as often as the rows are that suit it."""
    owners = [nodes[way.node] for way in union.ways]
    rows = [
        {each.source: each for each in owner.rows if each.weights} for owner in owners if isinstance(owner, ObjectNode)
    ]
    if len(rows) < len(owners):
        return union
    shared = set(rows[0]).intersection(*rows[1:])
    ways = (
        replace(way, weight=way.weight * prod(mine[source].share for source in shared))
        for way, mine in zip(union.ways, rows, strict=True)
    )
    return replace(union, ways=tuple(ways)) if shared else union


def _narrowed(rows: Rows, allowed: tuple[int, ...] | None) -> Rows:
    """Rows that suit one more field; those from before where none would be left."""
    if allowed is None:
        return rows
    both = allowed if rows.allowed is None else tuple(sorted({*rows.allowed} & {*allowed}))
    return replace(rows, allowed=both) if both else rows


def is_grouped(node: Node) -> bool:
    """Whether a leaf is from a table whose rows belong together: suggested values would part what they say."""
    return any(each.groups for each in shared_by(node))
