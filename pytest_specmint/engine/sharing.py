"""Fields of one object that share a row of a table, or an entry of a list: which rows suit them all."""

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from pytest_specmint.engine.nodes.array import ArrayNode
from pytest_specmint.engine.nodes.linked import Linked
from pytest_specmint.engine.nodes.object import ObjectNode
from pytest_specmint.engine.nodes.shared import Rows, SharedWords
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
            rows = [row for row in range(part.count) if admits(texts, _text(parts, i, row))]
            if not rows:
                return None
            kept = None if len(rows) == part.count else tuple(rows)
            parts[i] = replace(part, rows=replace(part.rows, allowed=kept))
    made = replace(template, parts=tuple(parts))
    varying = [part for part in parts if _varies(part)]
    if not varying:
        return made if admits(texts, _text(parts, -1, 0)) else None
    if len(varying) == 1 and isinstance(varying[0], SharedWords):
        return made
    low, high = made.span
    within = low >= texts.min_length and (texts.max_length is None or high <= texts.max_length)
    return made if within and (not texts.patterns or _holds_all(made, texts)) else None


def _varies(part: Part) -> bool:
    if isinstance(part, SharedWords):
        return len(part.allowed or part.entries) > 1
    return not isinstance(part, Words) or len(part.entries) > 1


def _holds_all(template: Template, texts: Strings) -> bool:
    """Whether patterns hold every text of a template; no where telling would take too long. Lengths are left out."""
    forms = [_form(part) for part in template.parts]
    if sum(map(len, forms)) > MAX_FORM:
        return False
    whole = Language.full("".join(forms))
    alone = replace(texts, formats=frozenset(), min_length=0, max_length=None)
    try:
        allowed = [language(replace(alone, patterns=frozenset({pattern}))) for pattern in texts.patterns]
        return all(each is not None and whole.intersect(each.complement()).is_empty() for each in allowed)
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


def _text(parts: Sequence[Part], at: int, row: int) -> str:
    return "".join(_entry(part, row if i == at else None) for i, part in enumerate(parts))


def _entry(part: Part, row: int | None) -> str:
    """A part's text: of a shared one by row, of others the first."""
    if isinstance(part, Digits):
        return f"{part.first:0{part.width}{part.base}}"
    if isinstance(part, Checked):
        return f"{part.heads[0]:0<{part.length}}"
    if row is None and isinstance(part, SharedWords) and part.allowed is not None:
        row = part.allowed[0]
    return part.entries[row or 0]


# ---------------------------------------------------------------- which object has which rows


def with_rows(plan: Plan) -> Plan:
    """The plan with the rows that its objects draw for their fields; the same where nothing is shared."""
    shared = {number: list(_shared(node)) for number, node in enumerate(plan.nodes)}
    if not any(shared.values()):
        return plan
    nodes = [
        _with_rows(plan.nodes, node, shared) if isinstance(node, ObjectNode) and not node.component else node
        for node in plan.nodes
    ]
    return replace(plan, nodes=tuple(nodes), linked=True)


def _with_rows(nodes: Sequence[Node], owner: ObjectNode, shared: Mapping[int, Sequence[SharedWords]]) -> ObjectNode:
    found: dict[str, Rows] = {}
    for number in _within(nodes, owner):
        for words in shared[number]:
            known = found.get(words.source, replace(words.rows, allowed=None))
            found[words.source] = _narrowed(known, words.allowed)
    for number in _in_lists(nodes, owner):
        for words in shared[number]:
            if words.rows.groups:  # the lists' items are to be of one group
                found.setdefault(words.source, replace(words.rows, allowed=None))
    return replace(owner, rows=tuple(found.values())) if found else owner


def _narrowed(rows: Rows, allowed: tuple[int, ...] | None) -> Rows:
    """Rows that suit one more field; those from before where none would be left."""
    if allowed is None:
        return rows
    both = allowed if rows.allowed is None else tuple(row for row in rows.allowed if row in set(allowed))
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
        node = nodes[number]
        for items in (*node.prefix, node.rest) if isinstance(node, ArrayNode) else ():
            if items is not None:
                yield from _items(nodes, items.node)


def _items(nodes: Sequence[Node], number: int) -> Iterator[int]:
    node = nodes[number]
    if isinstance(node, ObjectNode):
        yield from _within(nodes, node)
        return
    yield number
    for below in _below(node):
        yield from _items(nodes, below)


def _below(node: Node) -> list[int]:
    if isinstance(node, ObjectNode):
        return [slot.node for slot in (*node.slots, *node.extras)] if node.component else []
    if isinstance(node, UnionNode):
        return [way.node for way in node.ways]
    return list(node.inside) if isinstance(node, Around) else []


def _shared(node: Node) -> Iterator[SharedWords]:
    if isinstance(node, TemplateText):
        for template in node.templates:
            yield from (part for part in template.parts if isinstance(part, SharedWords))
    if isinstance(node, Linked) and node.row_bounds is not None:
        yield SharedWords(node.row_bounds.rows, node.row_bounds.names)
