"""Lists of which the items have rows of tables: different ones, each counted, and nothing told twice."""

from collections.abc import Sequence

from msgspec.structs import replace

from pytest_specmint.engine.nodes.array import ArrayNode
from pytest_specmint.engine.nodes.linked import Linked
from pytest_specmint.engine.nodes.listed import RowChoice
from pytest_specmint.engine.nodes.shared import IN_LIST, WAYS, Apart, Rows, SharedWords
from pytest_specmint.engine.nodes.text import TemplateText
from pytest_specmint.engine.plan import Around, Node
from pytest_specmint.engine.row_fields import objects_in, told_by, within_item
from pytest_specmint.engine.sharing import varies


def with_apart(nodes: Sequence[Node], array: ArrayNode) -> ArrayNode:
    """The array whose items get different rows of the tables that they show something of."""
    if array.prefix or array.rest is None:
        return array
    columns: dict[str, list[tuple[str, ...]]] = {}
    rows: dict[str, set[Rows]] = {}
    values = [nodes[number] for number in within_item(nodes, array.rest.node)]
    for node in values:
        for words in told_by(node):
            rows.setdefault(words.source, set()).add(words.rows)
        for words in _first_told(node):
            columns.setdefault(words.source, []).append(words.entries)
    objects = list(objects_in(nodes, array.rest.node))
    for owner in objects:
        rows |= {each.source: {each} for each in owner.rows}
    if not objects and any(words.rows.outward for node in values for words in told_by(node)):
        return _told_once(array, max(map(_ways, values)))
    apart = tuple(
        Apart(only, _kinds(columns[source]))
        for source, chosen in rows.items()
        if len(chosen) == 1 and source in columns and (only := next(iter(chosen))).apart and not only.outward
    )
    settled = bool(apart) and not objects and all(map(_is_row_alone, values))
    counted = any(map(is_counted, values))
    return replace(array, apart=apart, counted=counted, settled=settled) if apart or counted else array


def _first_told(node: Node) -> list[SharedWords]:
    """What is mainly told of a row: other templates say the same in other words."""
    if isinstance(node, TemplateText):
        return [part for part in node.templates[0].parts if isinstance(part, SharedWords)]
    return list(told_by(node))


def _is_row_alone(node: Node) -> bool:
    """Whether a value is what a row says, and nothing else."""
    if isinstance(node, TemplateText):
        parts = [part for template in node.templates for part in template.parts]
        return all(isinstance(part, SharedWords) or not varies(part) for part in parts)
    return isinstance(node, RowChoice | Around)


def _ways(node: Node) -> int:
    """In how many ways something is told of a row."""
    return len(node.templates) if isinstance(node, TemplateText) else 1


def _told_once(array: ArrayNode, ways: int) -> ArrayNode:
    """The array of what is told of one thing in so many ways: each way once, and nothing twice."""
    most = min(array.most, max(array.least, ways))
    apart = Apart(Rows(WAYS, ways, apart=True), tuple(range(ways)))
    return replace(array, most=most, apart=(apart,), unique=True, settled=True, lenient=not array.unique)


def is_counted(node: Node) -> bool:
    """Whether a number is the place of an item in its list."""
    return isinstance(node, Linked) and any(each.rows.source == IN_LIST for each in node.row_bounds)


def _kinds(columns: Sequence[tuple[str, ...]]) -> tuple[int, ...]:
    """The number of what each row shows."""
    numbers: dict[tuple[str, ...], int] = {}
    return tuple(numbers.setdefault(shown, len(numbers)) for shown in zip(*columns, strict=True))
