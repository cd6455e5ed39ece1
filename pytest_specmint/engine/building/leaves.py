"""Nodes of values without parts: listed ones, numbers and texts, and what others need of them."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pytest_specmint.engine.building.edge import Edge, Field, affordable, place_of
from pytest_specmint.engine.distribution import money
from pytest_specmint.engine.links.trace import Awaited
from pytest_specmint.engine.nodes.guard import Guarded, Suggested
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.text import SampledText
from pytest_specmint.engine.nodes.union import Alternative, UnionNode
from pytest_specmint.engine.numbers import number_node
from pytest_specmint.engine.plan import Node
from pytest_specmint.engine.row_owners import is_grouped
from pytest_specmint.engine.texts import shared_choice, text_node
from pytest_specmint.errors import UnsupportedSchema
from pytest_specmint.schema.heights import Way
from pytest_specmint.schema.hints import Hints
from pytest_specmint.schema.sets.goal import Goal
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.union import Literals
from pytest_specmint.schema.sets.values import Json

if TYPE_CHECKING:
    from pytest_specmint.engine.building.builder import Builder
    from pytest_specmint.engine.distribution.goals import Made


DATES = frozenset({"date", "date-time"})
EXAMPLE_SHARE = 0.5
DEFAULT_SHARE = 0.2


def told_apart(builder: "Builder", node: Node, edge: Edge) -> Node:
    """A leaf of which all records' are to differ."""
    if edge.group is None or (isinstance(node, Choice) and node.values == (None,)):
        return node
    from pytest_specmint.engine.identities import AwaitedUnique, numbered

    if not edge.field.single:
        raise UnsupportedSchema(
            "x-unique within a list or map",
            pointer=edge.group.place,
            hint="a record holds several of these: use uniqueItems, or x-unique on a field of the record",
        )
    builder.identifies = True
    made = numbered(node, edge.field.name, edge.field.parent, builder.words_of(edge.field), edge.group.place)
    return AwaitedUnique(builder.add(node), edge.group, made)


def asked_node(builder: "Builder", edge: Edge, ways: Sequence[Way], hints: Hints) -> Node | None:
    """The node of a goal for which the schema says how often its values come; None for others."""
    from pytest_specmint.engine.distribution.goals import Setting, asked, ways_by, with_examples

    wanted = asked(builder.canonical, edge.goal, edge.field.name, builder.settings)
    if wanted is None:
        return None
    place, name = place_of(edge.goal), edge.field.name
    plain, bare = partial(builder.way_node, edge), partial(plain_way, builder, edge)
    guarded = partial(leaf, builder, edge)
    setting = Setting(builder.canonical, builder.settings, edge.goal, name, place, plain, bare, guarded)
    made = [_asked_leaf(builder, edge, each) for each in ways_by(setting, wanted, ways)]
    examples = () if wanted.wishes else _valid(builder, edge.goal, hints.examples)
    if examples:
        made = with_examples(made, examples, EXAMPLE_SHARE)
    if len(made) == 1:
        return made[0].node
    return UnionNode(tuple(Alternative(builder.add(each.node), each.weight, each.height) for each in made))


def _asked_leaf(builder: "Builder", edge: Edge, made: "Made") -> "Made":
    """Listed values and texts, of which nothing else takes note."""
    if not isinstance(made.node, Choice | SampledText):
        return made
    return replace(made, node=followed(builder, told_apart(builder, made.node, edge), edge))


def leaf(builder: "Builder", edge: Edge, node: Node, shape: Numbers | Strings) -> Node:
    """A leaf with what others need of it, and what must not come redrawn."""
    return _guarded(builder, followed(builder, told_apart(builder, node, edge), edge), shape)


def suggested(builder: "Builder", node: Node, goal: Goal, ways: Sequence[Way], hints: Hints) -> Node:
    """The node with the schema's examples, or its defaults, in the place of some of its values."""
    if any(isinstance(way.shape, Literals) and way.shape.values != (None,) for way in ways) or is_grouped(node):
        return node
    examples = _valid(builder, goal, hints.examples)
    if examples:
        return Suggested(builder.add(node), Choice(examples), EXAMPLE_SHARE)
    scalars = tuple(value for value in hints.defaults if not isinstance(value, (list, dict)))
    defaults = _valid(builder, goal, tuple(value for value in scalars if value is not None))
    return Suggested(builder.add(node), Choice(defaults), DEFAULT_SHARE) if defaults else node


def _valid(builder: "Builder", goal: Goal, values: tuple[Json, ...]) -> tuple[Json, ...]:
    return tuple(value for value in values if builder.canonical.meets(goal, value))


def listed(builder: "Builder", shape: Literals, edge: Edge) -> Node:
    """Listed values; what rules or uniqueness ask of them stays with them alone."""
    field, alone = edge.field, edge.group is None and edge.trace is None
    cells = tuple(value for value in shape.values if isinstance(value, str | int)) if alone else shape.values
    lists = [way.shape for way in builder.graph[edge.goal] if isinstance(way.shape, Literals)]
    if len(cells) == 1 and sum(each.values != (None,) for each in lists) > 1:  # each would claim the row for itself
        return Choice(shape.values)
    node = shared_choice(cells, field.name, field.parent, builder.words_of(field), partly=alone)
    if node is None:
        return Choice(shape.values)
    node, others = _said(builder, node, field), shape.values[:0]
    if len(cells) < len(shape.values):
        others = tuple(value for value in shape.values if not isinstance(value, str | int))
    if not others:
        return node
    ways = ((node, len(cells)), (Choice(others), len(others)))
    return UnionNode(tuple(Alternative(builder.add(each), float(weight), 0) for each, weight in ways))


def plain_way(builder: "Builder", edge: Edge, way: Way) -> Node:
    """A way; texts without what others need of them: they may yet be drawn by a distribution."""
    if not isinstance(way.shape, Strings):
        return builder.way_node(edge, way)
    field = edge.field
    node = text_node(way.shape, field.name, field.parent, builder.words_of(field), place_of(edge.goal))
    return _guarded(builder, _said(builder, node, field), way.shape)


def number(builder: "Builder", shape: Numbers, edge: Edge) -> Node:
    """Numbers of a shape."""
    return _within_row(builder, _said(builder, _plain_number(builder, shape, edge), edge.field), edge)


def _within_row(builder: "Builder", node: Node, edge: Edge) -> Node:
    """A number or date within the bounds that a row of a table sets."""
    settings = builder.words_of(edge.field)
    if edge.group is not None or not settings.vocabulary.has_ranges:
        return node
    from pytest_specmint.engine.links.ranged import within_row

    made = within_row(node, builder.size, edge.field.name, edge.field.parent, settings)
    if made is not node:
        builder.add(node)
    return made


def _plain_number(builder: "Builder", shape: Numbers, edge: Edge) -> Node:
    name = edge.field.name
    if money.BY_DEFAULT and money.is_money(name):
        from pytest_specmint.engine.distribution.goals import amounts

        return amounts(builder.canonical, edge.goal, shape, name, builder.settings)
    return number_node(shape, name, place_of(edge.goal))


def text(builder: "Builder", shape: Strings, edge: Edge) -> Node:
    """Texts of a shape."""
    affordable(builder.settings, shape.min_length, "characters", edge)
    place = place_of(edge.goal)
    node = text_node(shape, edge.field.name, edge.field.parent, builder.words_of(edge.field), place)
    node = _said(builder, node, edge.field)
    return leaf(builder, edge, _within_row(builder, node, edge) if shape.formats & DATES else node, shape)


def followed(builder: "Builder", node: Node, edge: Edge) -> Node:
    """A leaf that others depend on is awaited: its ties are known when all leaves are."""
    if edge.trace is None or not builder.follower.leaf(edge.trace, node):
        return node
    return Awaited(builder.add(node), edge.trace)


def _guarded(builder: "Builder", node: Node, shape: Numbers | Strings) -> Node:
    awkward = shape.excluded or (shape.not_steps if isinstance(shape, Numbers) else shape.not_formats)
    return Guarded(builder.add(node), shape) if awkward else node


def _said(builder: "Builder", node: Node, field: Field) -> Node:
    """The leaf with what its meaning is from, where that is more than its name, and another locale's."""
    locale = "" if field.locale == builder.settings.locale else field.locale
    if not (field.told_by or locale):
        return node
    from pytest_specmint.engine.called import with_origin

    return with_origin(node, field.kind, field.told_by, locale)
