"""Fields of one object that share a row of a table, or an entry of a list: which rows suit them all."""

import re
from collections.abc import Iterator, Mapping, Sequence
from math import prod

from msgspec.structs import replace

from pytest_specmint.engine.nodes.array import ArrayNode
from pytest_specmint.engine.nodes.linked import Linked, Switched
from pytest_specmint.engine.nodes.listed import RowChoice
from pytest_specmint.engine.nodes.object import ObjectNode
from pytest_specmint.engine.nodes.shared import IN_LIST, WAYS, Apart, Rows, SharedWords
from pytest_specmint.engine.nodes.text import Digits, Part, Template, TemplateText, Words
from pytest_specmint.engine.nodes.union import UnionNode
from pytest_specmint.engine.plan import Around, Node, Plan
from pytest_specmint.engine.vocabulary import snake_case
from pytest_specmint.formats.checked import Checked
from pytest_specmint.patterns import Language, UnsupportedPattern
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.settle.texts import admits, language

COMPONENTS = frozenset(
    {
        *("address", "addr", "contact", "contacts", "coordinates", "demographics", "details", "dimensions", "geo"),
        *("identity", "info", "inventory", "location", "meta", "name", "person", "pricing", "profile", "size"),
    }
)
"""Last words of the names of objects that describe what the object around them is."""


MAX_FORM = 4000
"""Longer expressions are not looked at: their automata would cost more than they give."""


def is_component(name: str) -> bool:
    """Whether an object of this name has no rows of its own."""
    return snake_case(name).rpartition("_")[2] in COMPONENTS


def fitting(template: Template, texts: Strings) -> Template | None:
    """The template with those rows that suit a set of texts; None where none do, or where that cannot be told.

    The rows of each source are looked at beside the first of all else; where several parts vary, patterns must hold
    all that they come to together, and lengths the shortest and the longest.
    """
    parts = list(template.parts)
    for i, part in enumerate(parts):
        if isinstance(part, SharedWords):
            suits = {entry: admits(texts, _text(parts, i, entry)) for entry in dict.fromkeys(part.entries)}
            rows = [row for row, entry in enumerate(part.entries) if suits[entry]]
            if not rows:
                return None
            kept = None if len(rows) == part.count else tuple(rows)
            parts[i] = replace(part, rows=replace(part.rows, allowed=kept))
    made = replace(template, parts=tuple(parts))
    if sum(map(_varies, parts)) < 2:
        return made
    low, high = made.span
    within = low >= texts.min_length and (texts.max_length is None or high <= texts.max_length)
    return made if within and (not texts.patterns or _holds_all(made, texts)) else None


def _varies(part: Part) -> bool:
    if isinstance(part, SharedWords):
        return len(part.allowed or part.entries) > 1
    return not isinstance(part, Words) or len(part.entries) > 1


def _holds_all(template: Template, texts: Strings) -> bool:
    """Whether patterns hold every text of a template; no where telling would take too long."""
    forms = [_form(part) for part in template.parts]
    if sum(map(len, forms)) > MAX_FORM:
        return False
    try:
        allowed = language(replace(texts, formats=frozenset()))
        return allowed is not None and Language.full("".join(forms)).intersect(allowed.complement()).is_empty()
    except UnsupportedPattern:
        return False


def _form(part: Part) -> str:
    """The regular expression of a part's texts."""
    if isinstance(part, Checked):
        return part.expression
    if isinstance(part, Digits):
        return f"[0-9a-f]{{{part.span[0]},{part.span[1]}}}" if part.base == "x" else _numbers(part)
    listed = part.entries
    if isinstance(part, SharedWords) and part.allowed is not None:
        listed = tuple(part.entries[row] for row in part.allowed)
    return f"({'|'.join(re.escape(text) for text in dict.fromkeys(listed))})"


def _numbers(part: Digits) -> str:
    return f"[0-9]{{{part.span[0]},{part.span[1]}}}"


def is_shared(template: Template) -> bool:
    """Whether some of a template is shared."""
    return any(isinstance(part, SharedWords) for part in template.parts)


def is_grouped(node: Node) -> bool:
    """Whether a leaf is from a table whose rows belong together: suggested values would part what they say."""
    return any(words.rows.groups for words in _shared(node))


def _text(parts: Sequence[Part], at: int, entry: str) -> str:
    """A text with this entry of the part at a place, and the first ones of the others."""
    return "".join(entry if i == at else _first_entry(part) for i, part in enumerate(parts))


def _first_entry(part: Part) -> str:
    if isinstance(part, Digits):
        return f"{part.first:0{part.width}{part.base}}"
    if isinstance(part, Checked):
        return f"{part.heads[0]:0<{part.length}}"
    return part.entries[part.allowed[0] if isinstance(part, SharedWords) and part.allowed is not None else 0]


# ---------------------------------------------------------------- which object has which rows


def with_rows(plan: Plan, *, cases: bool = False) -> Plan:
    """The plan with the rows that its objects draw for their fields; the same where nothing is shared.

    With ``cases`` its root is a union of which the weights are known.
    """
    shared = {number: list(_shared(node)) for number, node in enumerate(plan.nodes)}
    if not any(shared.values()) and not any(map(_is_counted, plan.nodes)):
        return plan
    nodes = [
        _with_rows(plan.nodes, node, shared) if isinstance(node, ObjectNode) and not node.component else node
        for node in plan.nodes
    ]
    made = [
        _with_apart(nodes, node)
        if isinstance(node, ArrayNode)
        else _weighed(nodes, node)
        if isinstance(node, UnionNode) and not (cases and number == plan.root)
        else node
        for number, node in enumerate(nodes)
    ]
    return replace(plan, nodes=tuple(made), linked=True)


def _with_rows(nodes: Sequence[Node], owner: ObjectNode, shared: Mapping[int, Sequence[SharedWords]]) -> ObjectNode:
    found: dict[str, Rows] = {}
    for number in _within(nodes, owner):
        for words in shared[number]:
            known = found.get(words.source, replace(words.rows, allowed=None))
            known = replace(known, outward=known.outward and words.rows.outward)
            found[words.source] = _narrowed(known, words.allowed)
    for number in _items_of_values(nodes, owner):
        for words in shared[number]:
            if words.rows.outward:
                found[words.source] = _narrowed(
                    found.get(words.source, replace(words.rows, allowed=None)), words.allowed
                )
    for number in _in_parts(nodes, owner):
        for words in shared[number]:
            if words.rows.outward:
                found[words.source] = _narrowed(found.get(words.source, words.rows.plain), words.allowed)
    for number in _in_lists(nodes, owner):
        for words in shared[number]:
            if words.rows.groups:  # the lists' items are to be of one group
                found.setdefault(words.source, words.rows.plain)
    return replace(owner, rows=tuple(found.values())) if found else owner


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


def _with_apart(nodes: Sequence[Node], array: ArrayNode) -> ArrayNode:
    """The array whose items get different rows of the tables that they show something of."""
    if array.prefix or array.rest is None:
        return array
    columns: dict[str, list[tuple[str, ...]]] = {}
    rows: dict[str, set[Rows]] = {}
    values = [nodes[number] for number in _items(nodes, array.rest.node)]
    for words in (words for node in values for words in _told(node)):
        columns.setdefault(words.source, []).append(words.entries)
        rows.setdefault(words.source, set()).add(words.rows)
    objects = list(_objects(nodes, array.rest.node))
    for owner in objects:
        rows |= {each.source: {each} for each in owner.rows}
    if not objects and any(words.rows.outward for node in values for words in _told(node)):
        return _told_once(array, max(map(_ways, values)))
    apart = tuple(
        Apart(only, _kinds(columns[source]))
        for source, chosen in rows.items()
        if len(chosen) == 1 and source in columns and (only := next(iter(chosen))).apart and not only.outward
    )
    settled = bool(apart) and not objects and all(map(_is_row_alone, values))
    counted = any(map(_is_counted, values))
    return replace(array, apart=apart, counted=counted, settled=settled) if apart or counted else array


def _is_row_alone(node: Node) -> bool:
    """Whether a value is what a row says, and nothing else."""
    if isinstance(node, TemplateText):
        parts = [part for template in node.templates for part in template.parts]
        return all(isinstance(part, SharedWords) or not _varies(part) for part in parts)
    return isinstance(node, RowChoice | Around)


def _ways(node: Node) -> int:
    """In how many ways something is told of a row."""
    return len(node.templates) if isinstance(node, TemplateText) else 1


def _told_once(array: ArrayNode, ways: int) -> ArrayNode:
    """The array of what is told of one thing in so many ways: each way once, and nothing twice."""
    most = min(array.most, max(array.least, ways))
    apart = Apart(Rows(WAYS, ways, apart=True), tuple(range(ways)))
    return replace(array, most=most, apart=(apart,), unique=True, settled=True, lenient=not array.unique)


def _is_counted(node: Node) -> bool:
    """Whether a number is the place of an item in its list."""
    return isinstance(node, Linked) and any(each.rows.source == IN_LIST for each in node.row_bounds)


def _kinds(columns: Sequence[tuple[str, ...]]) -> tuple[int, ...]:
    """The number of what each row shows."""
    numbers: dict[tuple[str, ...], int] = {}
    return tuple(numbers.setdefault(shown, len(numbers)) for shown in zip(*columns, strict=True))


def _narrowed(rows: Rows, allowed: tuple[int, ...] | None) -> Rows:
    """Rows that suit one more field; those from before where none would be left."""
    if allowed is None:
        return rows
    both = allowed if rows.allowed is None else tuple(sorted({*rows.allowed} & {*allowed}))
    return replace(rows, allowed=both) if both else rows


def _within(nodes: Sequence[Node], owner: ObjectNode) -> Iterator[int]:
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


def _in_lists(nodes: Sequence[Node], owner: ObjectNode) -> Iterator[int]:
    """The nodes of the items of an object's lists: values, and the fields of objects."""
    for number in _within(nodes, owner):
        for item in _item_nodes(nodes[number]):
            yield from _items(nodes, item)


def _items_of_values(nodes: Sequence[Node], owner: ObjectNode) -> Iterator[int]:
    """The nodes of the items of an object's lists that are no objects."""
    for number in _within(nodes, owner):
        for item in _item_nodes(nodes[number]):
            yield from (each for each in _leaves(nodes, item) if not isinstance(nodes[each], ObjectNode))


def _in_parts(nodes: Sequence[Node], owner: ObjectNode) -> Iterator[int]:
    """The nodes of the fields of objects within an object that have rows of their own, and of their lists' values."""
    for number in _within(nodes, owner):
        node = nodes[number]
        if isinstance(node, ObjectNode) and not node.component:
            yield from _within(nodes, node)
            yield from _items_of_values(nodes, node)


def _item_nodes(node: Node) -> list[int]:
    if not isinstance(node, ArrayNode):
        return []
    return [items.node for items in (*node.prefix, node.rest) if items is not None]


def _items(nodes: Sequence[Node], number: int) -> Iterator[int]:
    for each in _leaves(nodes, number):
        node = nodes[each]
        yield from _within(nodes, node) if isinstance(node, ObjectNode) else (each,)


def _objects(nodes: Sequence[Node], number: int) -> Iterator[ObjectNode]:
    yield from (node for each in _leaves(nodes, number) if isinstance(node := nodes[each], ObjectNode))


def _leaves(nodes: Sequence[Node], number: int) -> Iterator[int]:
    """A node and those that it is around, or the ways of a union."""
    node = nodes[number]
    yield number
    if not isinstance(node, ObjectNode):
        for below in _below(node):
            yield from _leaves(nodes, below)


def _below(node: Node) -> list[int]:
    if isinstance(node, ObjectNode):
        return [slot.node for slot in (*node.slots, *node.extras)] if node.component else []
    if isinstance(node, UnionNode):
        return [way.node for way in node.ways]
    if isinstance(node, Switched):  # what is demanded at times does not narrow the row
        return [node.inner]
    return list(node.inside) if isinstance(node, Around) else []


def _shared(node: Node) -> Iterator[SharedWords]:
    yield from _told(node)
    if isinstance(node, Linked):
        for bounds in node.row_bounds:
            if not bounds.shown:
                yield SharedWords(bounds.rows, bounds.names)


def _told(node: Node) -> Iterator[SharedWords]:
    """What a text or listed value says of a row."""
    if isinstance(node, TemplateText):
        for template in node.templates:
            yield from (part for part in template.parts if isinstance(part, SharedWords))
    if isinstance(node, RowChoice):
        yield SharedWords(node.rows, tuple(str(node.values[place]) for place in node.places))
