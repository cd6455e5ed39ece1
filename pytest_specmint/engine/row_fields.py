"""Where the fields of an object stand in a plan, and what they show of rows of tables."""

from collections.abc import Iterator, Sequence

from pytest_specmint.engine.nodes.array import ArrayNode
from pytest_specmint.engine.nodes.linked import Linked, Switched
from pytest_specmint.engine.nodes.listed import RowChoice
from pytest_specmint.engine.nodes.object import ObjectNode
from pytest_specmint.engine.nodes.shared import Rows, SharedWords
from pytest_specmint.engine.nodes.text import TemplateText
from pytest_specmint.engine.nodes.union import UnionNode
from pytest_specmint.engine.plan import Around, Node


def fields_of(nodes: Sequence[Node], owner: ObjectNode) -> Iterator[int]:
    """The nodes of an object's fields, those of its components among them, each once."""
    pending = [slot.node for slot in (*owner.slots, *owner.extras)]
    seen: set[int] = set()
    while pending:
        number = pending.pop(0)
        if number in seen:
            continue
        seen.add(number)
        yield number
        pending += _below(nodes[number])


def items_of(nodes: Sequence[Node], owner: ObjectNode) -> Iterator[int]:
    """The nodes of the items of an object's lists: values, and the fields of objects."""
    for number in fields_of(nodes, owner):
        for item in _item_nodes(nodes[number]):
            yield from within_item(nodes, item)


def listed_values_of(nodes: Sequence[Node], owner: ObjectNode) -> Iterator[int]:
    """The nodes of the items of an object's lists that are no objects."""
    for number in fields_of(nodes, owner):
        for item in _item_nodes(nodes[number]):
            yield from (each for each in leaves_of(nodes, item) if not isinstance(nodes[each], ObjectNode))


def fields_of_parts(nodes: Sequence[Node], owner: ObjectNode) -> Iterator[int]:
    """The nodes of the fields of objects within an object that have rows of their own, and of their lists' values."""
    for number in fields_of(nodes, owner):
        node = nodes[number]
        if isinstance(node, ObjectNode) and not node.component:
            yield from fields_of(nodes, node)
            yield from listed_values_of(nodes, node)


def _item_nodes(node: Node) -> list[int]:
    if not isinstance(node, ArrayNode):
        return []
    return [items.node for items in (*node.prefix, node.rest) if items is not None]


def within_item(nodes: Sequence[Node], number: int) -> Iterator[int]:
    """The nodes of an item: of its fields, if it is an object."""
    for each in leaves_of(nodes, number):
        node = nodes[each]
        yield from fields_of(nodes, node) if isinstance(node, ObjectNode) else (each,)


def objects_in(nodes: Sequence[Node], number: int) -> Iterator[ObjectNode]:
    """The objects that a node may make."""
    yield from (node for each in leaves_of(nodes, number) if isinstance(node := nodes[each], ObjectNode))


def leaves_of(nodes: Sequence[Node], number: int) -> Iterator[int]:
    """A node and those that it is around, or the ways of a union."""
    node = nodes[number]
    yield number
    if not isinstance(node, ObjectNode):
        for each in _below(node):
            yield from leaves_of(nodes, each)


def _below(node: Node) -> list[int]:
    """The nodes that have the same row as this one."""
    if isinstance(node, ObjectNode):
        return [slot.node for slot in (*node.slots, *node.extras)] if node.component else []
    if isinstance(node, UnionNode):
        return [way.node for way in node.ways]
    if isinstance(node, Switched):  # what is demanded at times does not narrow the row
        return [node.inner]
    return list(node.inside) if isinstance(node, Around) and not node.taken_over else []


def shared_by(node: Node) -> Iterator[Rows]:
    """The rows that a node takes from those that the object around it is to draw."""
    yield from (words.rows for words in told_by(node))
    if isinstance(node, Linked):
        for bounds in node.row_bounds:
            if not bounds.shown:
                yield bounds.suiting(node.line.low, node.line.high)


def narrowed_by(node: Node) -> Iterator[Rows]:
    """Rows that suit a number which takes them only from what other fields show."""
    if isinstance(node, Linked):
        yield from (each.suiting(node.line.low, node.line.high) for each in node.row_bounds if each.shown)


def told_by(node: Node) -> Iterator[SharedWords]:
    """What a text or listed value says of a row."""
    if isinstance(node, TemplateText):
        for template in node.templates:
            yield from (part for part in template.parts if isinstance(part, SharedWords))
    if isinstance(node, RowChoice):
        yield SharedWords(node.rows, tuple(str(node.values[place]) for place in node.places))
