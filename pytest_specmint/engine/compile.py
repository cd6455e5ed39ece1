"""From a graph of shapes to a plan: every goal becomes a node, recursion an index into the table."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.canonical_json import in_words
from pytest_specmint.engine.distribution import money
from pytest_specmint.engine.distribution.sites import mentions
from pytest_specmint.engine.layout import cyclic_edges
from pytest_specmint.engine.links.trace import Awaited, AwaitedSwitch, Follower, Trace, follower
from pytest_specmint.engine.nodes.array import ArrayNode, Items
from pytest_specmint.engine.nodes.guard import Guarded, Suggested
from pytest_specmint.engine.nodes.number import BigNumbers
from pytest_specmint.engine.nodes.object import ALWAYS, ObjectNode, Slot
from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.text import SampledText
from pytest_specmint.engine.nodes.union import Alternative, UnionNode
from pytest_specmint.engine.numbers import number_node
from pytest_specmint.engine.plan import Node, Plan
from pytest_specmint.engine.proportion import proportioned
from pytest_specmint.engine.row_owners import is_grouped, with_rows
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.engine.sharing import is_component
from pytest_specmint.engine.texts import shared_choice, text_node
from pytest_specmint.errors import UnsatisfiableSchema, UnsupportedSchema, too_deep
from pytest_specmint.relations.series import series_of
from pytest_specmint.relations.sites import mentions as mentions_relations
from pytest_specmint.rules.expression.kinds import ITEM
from pytest_specmint.schema.canonical import Canonicaliser, Reason
from pytest_specmint.schema.disputed import undisputed
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.heights import Graph, Shape, Way, build_graph, cause
from pytest_specmint.schema.hints import Hints, hints_of, title_of
from pytest_specmint.schema.sets.goal import ANYTHING, Goal, Term
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.union import Literals
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.schema.shape import ArrayShape, Member, ObjectShape
from pytest_specmint.stream import salt

if TYPE_CHECKING:
    from pytest_specmint.engine.distribution.goals import Made
    from pytest_specmint.engine.identities import Group
    from pytest_specmint.engine.links.fixed import Fixed
    from pytest_specmint.rules.links import Link, Switch

DATES = frozenset({"date", "date-time"})
EXAMPLE_SHARE = 0.5
DEFAULT_SHARE = 0.2
MAP_SIZE = (1, 3)
"""How many properties an object gets whose names the schema leaves open."""


DEEP_PRESENCE = 0.5
"""How much rarer properties that lead back to their object are below themselves."""


class Field(NamedTuple):
    """Where a value stands: the property's name and its parent's, and how many arrays are around it.

    Items of an array and entries of a map bear its names.
    """

    name: str = ""
    parent: str = ""
    nesting: int = 0
    single: bool = True
    """Whether a record has it once at most."""
    referred: bool = False
    """Whether it is taken over from a record of another dataset."""
    optional: bool = False
    """Of what refers to such a record: whether it may be left out."""
    locale: str = ""
    """Whose words its texts have; empty for the usual ones."""
    told_by: str = ""
    """What gave it these names, where they are not its own: it counts as a field that is called so,"""
    kind: str = ""
    """and is of this kind."""


class Root(NamedTuple):
    """A place whose schema a share of the records has, by weight; and what ties their fields together."""

    place: str
    weight: float
    links: "tuple[Link, ...]" = ()


def compile_plan(
    schema: Schema, settings: EngineSettings, roots: Sequence[Root] = (), *, links: "tuple[Link, ...]" = ()
) -> Plan:
    """The plan of a schema and its ties between fields, or of several places in it, as far as these can be met.

    Raises `UnsatisfiableSchema` where no value can be valid, `UnsupportedSchema` where the engine cannot tell or
    cannot make one.
    """
    canonical = Canonicaliser(schema)
    root: Goal = (Term(schema.place),) if schema.at(schema.place) is not True else ANYTHING
    try:
        graph = build_graph(canonical, root)
    except RecursionError:
        raise too_deep(schema.place) from None
    if root not in graph:
        raise _refusal(canonical, cause(canonical, graph, root))
    goals: list[tuple[Goal, Root]] = []
    for each in roots:
        goal = (Term(each.place),)
        met = build_graph(canonical, goal)
        if goal in met:
            graph = {**graph, **met}
            goals.append((goal, each))
    goals = goals or [(root, Root(schema.place, 1.0, links))]
    relates = mentions_relations(schema)
    fixed = [_fixed(canonical, graph, goal) if relates else None for goal, _ in goals]
    followed = follower([each.links for _, each in goals], fixed)
    return _Compiler(canonical, undisputed(graph), settings, followed, relates=relates).plan(goals)


def _fixed(canonical: Canonicaliser, graph: Graph, goal: Goal) -> "Fixed":
    """What of a record is not its own to choose, by path."""
    from pytest_specmint.engine.links.fixed import Fixed

    return Fixed(canonical.schema, graph, goal)


def _refusal(canonical: Canonicaliser, reason: Reason | None) -> UnsatisfiableSchema | UnsupportedSchema:
    proven = not canonical.partial if reason is None else reason.proven
    if canonical.cut or not proven:
        return UnsupportedSchema(
            reason.text if reason else "no value was found among the combinations of branches that were tried",
            pointer=reason.place if reason else canonical.schema.place,
            hint="none was proven impossible either: split the schema, or state the deciding property in each branch",
        )
    if reason is None:
        return UnsatisfiableSchema(
            "no finite value can be valid: every value would have to contain another of its kind",
            pointer=canonical.schema.place,
            hint="make the recursive property optional, or allow an empty array",
        )
    return UnsatisfiableSchema(
        f"unsatisfiable: {reason.text}", pointer=reason.place, hint="no value can be valid; relax one of them"
    )


def _place(goal: Goal) -> str:
    return next((term.place for term in goal if term.positive), "#")


def _beyond_words(node: Node) -> bool:
    """Whether the node's own values may hold integers beyond 64 bits."""
    if isinstance(node, BigNumbers):
        return node.step.denominator == 1
    listed = node.suggestions if isinstance(node, Suggested) else node
    return isinstance(listed, Choice) and not in_words(listed.values)


def _with_share(slot: Slot, share: float) -> Slot:
    """The optional property with this share; what leads back to its object is never quite certain."""
    if not slot.recursive:
        return replace(slot, share=share)
    return replace(slot, share=min(share, 1 - 2.0**-50), deep_share=share * DEEP_PRESENCE)


class _Edge(Struct, frozen=True):
    goal: Goal
    field: Field
    trace: Trace | None = None
    """Where in the record it stands, if rules tie something there to something else: then it is a node of its own."""
    group: "Group | None" = None
    """The tuple of which all records' are to differ, if it is a part of one."""


class _Compiler:
    """Builds the node table; nodes are shared between places that need the same thing."""

    def __init__(
        self,
        canonical: Canonicaliser,
        graph: Graph,
        settings: EngineSettings,
        follower: Follower,
        *,
        relates: bool = False,
    ) -> None:
        self._canonical = canonical
        self._follower = follower
        self._graph = graph
        self._settings = settings
        self._nodes: list[Node | None] = []
        self._known: dict[_Edge, int] = {}
        self._pending: list[tuple[int, _Edge]] = []
        self._cyclic = cyclic_edges(graph)
        self._top: frozenset[Goal] = frozenset()
        """What is asked for at the top: its locale is in the settings."""
        self._groups = False
        self._speaks = mentions(canonical.schema)
        """Whether the schema says how often anything comes."""
        self._relates = relates
        """Whether its records refer to those of other datasets."""
        self._unique: dict[str, str] = {}
        """Where it says that no two records refer to the same one, by what is referred to."""

    def plan(self, roots: Sequence[tuple[Goal, Root]]) -> Plan:
        """Compile everything that the roots need, of which each record has one, by weight."""
        self._top = frozenset(goal for goal, _ in roots)
        field = Field(title_of(self._canonical.schema), locale=self._settings.locale)
        indices = [self._node_of(goal, field, self._follower.start(i)) for i, (goal, _) in enumerate(roots)]
        index = indices[0]
        if len(indices) > 1:
            heights = [min(way.height for way in self._graph[goal]) for goal, _ in roots]
            weights = [root.weight for _, root in roots]
            index = self._add(UnionNode(tuple(map(Alternative, indices, weights, heights))))
        while self._pending:
            at, edge = self._pending.pop()
            self._nodes[at] = self._goal_node(edge)
        nodes, left = self._follower.finished([node for node in self._nodes if node is not None])
        assert len(nodes) == len(self._nodes)
        exact = any(map(_beyond_words, nodes))
        plan = Plan(tuple(nodes), index, exact=exact, linked=self._follower.used, left=left)
        plan = self._with_identities(plan) if self._groups else plan
        plan = proportioned(with_rows(plan, cases=len(indices) > 1))
        return self._with_entities(plan) if self._relates else plan

    def _with_entities(self, plan: Plan) -> Plan:
        from pytest_specmint.engine.relating import capacities, with_entities

        plan = with_entities(replace(plan, capacities=(*plan.capacities, *capacities(plan, self._unique))))
        series = series_of(self._canonical.schema)
        if series is None or not series[1].entities:
            return plan
        from pytest_specmint.engine.serial import with_series

        return with_series(plan, series[1])

    def _with_identities(self, plan: Plan) -> Plan:
        from pytest_specmint.engine.identities import settled

        nodes, capacities = settled(plan.nodes)
        return replace(plan, nodes=tuple(nodes), linked=True, capacities=capacities)

    # ------------------------------------------------------------ the table

    def _node_of(self, goal: Goal, field: Field, trace: Trace | None = None, group: "Group | None" = None) -> int:
        """The index of the goal's node, made later if it is new."""
        edge = _Edge(goal, field, trace, group)
        known = self._known.get(edge)
        if known is None:
            known = self._known[edge] = len(self._nodes)
            self._nodes.append(None)
            self._pending.append((known, edge))
        return known

    def _add(self, node: Node) -> int:
        self._nodes.append(node)
        return len(self._nodes) - 1

    # ------------------------------------------------------------ goals

    def _goal_node(self, edge: _Edge) -> Node:
        if self._relates and not edge.field.referred:
            referring = self._referring(edge)
            if referring:
                return referring
        switch = self._follower.switch(edge.trace)
        if switch is not None:
            return self._switch_node(edge, switch)
        ways = self._graph[edge.goal]
        hints = hints_of(self._canonical.schema, edge.goal)
        edge = self._told(self._identified(edge, ways, hints), ways, hints)
        wished = self._asked_node(edge, ways, hints) if self._speaks else None
        if wished:
            return wished
        if len(ways) == 1:
            node = self._way_node(edge, ways[0])
        else:
            node = UnionNode(
                tuple(Alternative(self._add(self._way_node(edge, way)), way.weight, way.height) for way in ways)
            )
        return node if edge.trace or edge.group else self._suggested(node, edge.goal, ways, hints)

    def _referring(self, edge: _Edge) -> Node | None:
        """The node of what refers to another dataset's records; None for others."""
        from pytest_specmint.engine import relating
        from pytest_specmint.engine.links.trace import AwaitedReference
        from pytest_specmint.engine.nodes.reference import Reference

        hints = hints_of(self._canonical.schema, edge.goal)
        ref = relating.reference_of(hints)
        if ref is None:
            target = relating.left_open(hints)
            return None if target is None else self._unrelated(edge, target)
        part = relating.part_of(ref)
        demand = relating.demand_of(ref, part, edge.goal, self._canonical, optional=edge.field.optional)
        entities = relating.entities_of(ref, () if demand is None else (demand,))
        if entities.turn or edge.group:
            self._unique.setdefault(entities.source, ref.place)
            if not edge.field.single:
                raise UnsupportedSchema(
                    "x-ref: unique within a list or map",
                    pointer=ref.place,
                    hint="a record refers to several of these: use uniqueItems, or unique on a field of the record",
                )
        inner = self._node_of(edge.goal, edge.field._replace(referred=True), edge.trace)
        nulls = relating.nulls_of(self._canonical, edge.goal) if self._speaks else 0.0
        reference = Reference(inner, entities, part, ref.target, edge.field.optional, nulls=nulls)
        node: Node = reference if edge.trace is None else AwaitedReference(inner, edge.trace, reference)
        if edge.group is None:
            return node
        from pytest_specmint.engine.identities import AwaitedUnique, Meant

        self._groups = True
        return AwaitedUnique(self._add(node), edge.group, Meant(entities.count))

    def _unrelated(self, edge: _Edge, target: str) -> Node:
        from pytest_specmint.engine.nodes.reference import Unrelated

        return Unrelated(self._node_of(edge.goal, edge.field._replace(referred=True), edge.trace), target)

    def _told(self, edge: _Edge, ways: Sequence[Way], hints: Hints) -> _Edge:
        """The field with what the schema says of its locale and kind, or its description where its name says none."""
        field, said, schema = edge.field, hints.extensions or {}, self._canonical.schema
        if "x-locale" in said and edge.goal not in self._top:
            from pytest_specmint.engine.locales import locale_of

            field = field._replace(locale=locale_of(said["x-locale"], schema, edge.goal, self._settings.locales))
        if "x-semantic" in said:
            from pytest_specmint.engine.called import by_semantic

            called = by_semantic(said["x-semantic"], schema, edge.goal, self._of(field).vocabulary)
            field = field._replace(**called._asdict())
        elif hints.described and any(isinstance(way.shape, Strings | Numbers | Literals) for way in ways):
            from pytest_specmint.engine.called import by_description

            number = all(isinstance(way.shape, Numbers) for way in ways)
            vocabulary = self._of(field).vocabulary
            found = by_description(field.name, field.parent, schema, edge.goal, vocabulary, number=number)
            if found is not None:
                field = field._replace(**found._asdict())
        return edge if field is edge.field else replace(edge, field=field)

    def _of(self, field: Field) -> EngineSettings:
        """The settings with the words of the field's locale."""
        return self._settings.in_locale(field.locale)

    def _said(self, node: Node, field: Field) -> Node:
        """The leaf with what its meaning is from, where that is more than its name, and another locale's."""
        locale = "" if field.locale == self._settings.locale else field.locale
        if not (field.told_by or locale):
            return node
        from pytest_specmint.engine.called import with_origin

        return with_origin(node, field.kind, field.told_by, locale)

    def _identified(self, edge: _Edge, ways: Sequence[Way], hints: Hints) -> _Edge:
        """A field of which all records' are to differ."""
        if (hints.extensions or {}).get("x-unique") is not True or edge.field.referred:
            return edge
        from pytest_specmint.engine.identities import Group

        return replace(edge, group=edge.group or Group(_place(edge.goal)))

    def _grouped(self, edge: _Edge, shape: ObjectShape) -> "dict[str, Group]":
        """Properties of an object of which all records' tuples are to differ."""
        value = (hints_of(self._canonical.schema, edge.goal).extensions or {}).get("x-unique")
        if value is None or value is False or edge.field.referred:
            return {}
        from pytest_specmint.engine.identities import groups_of

        names = [member.name for member in (*shape.required, *shape.optional)]
        groups = groups_of(value, _place(edge.goal), names)
        return {name: group for group in groups for name in group.names}

    def _told_apart(self, node: Node, edge: _Edge) -> Node:
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
        self._groups = True
        made = numbered(node, edge.field.name, edge.field.parent, self._of(edge.field), edge.group.place)
        return AwaitedUnique(self._add(node), edge.group, made)

    def _switch_node(self, edge: _Edge, switch: "Switch") -> Node:
        """A field that meets more under a condition: as it is, as it is then, and as it must not be then."""
        assert edge.trace is not None
        rest = replace(edge.trace, switched=edge.trace.switched + 1)
        held = self._demanded(edge.goal, switch.place)
        broken = None if switch.broken is None else self._demanded(edge.goal, switch.broken)
        if held is None:
            self._follower.unmet(edge.trace)
            return self._goal_node(replace(edge, trace=rest))
        inner, other = self._node_of(edge.goal, edge.field, rest), self._node_of(held, edge.field, rest)
        rather = None if broken is None else self._node_of(broken, edge.field, rest)
        return AwaitedSwitch(inner, edge.trace, other, rather)

    def _demanded(self, goal: Goal, place: str) -> Goal | None:
        """A goal and one more place; None where nothing meets both."""
        both: Goal = (*goal, Term(place))
        if both not in self._graph:
            self._graph = {**self._graph, **undisputed(build_graph(self._canonical, both))}
        return both if both in self._graph else None

    def _asked_node(self, edge: _Edge, ways: Sequence[Way], hints: Hints) -> Node | None:
        """The node of a goal for which the schema says how often its values come; None for others."""
        from pytest_specmint.engine.distribution.goals import Setting, asked, ways_by, with_examples

        wanted = asked(self._canonical, edge.goal, edge.field.name, self._settings)
        if wanted is None:
            return None
        place, name = _place(edge.goal), edge.field.name
        plain, bare = partial(self._way_node, edge), partial(self._plain_way, edge)
        guarded = partial(self._leaf, edge)
        setting = Setting(self._canonical, self._settings, edge.goal, name, place, plain, bare, guarded)
        made = [self._asked_leaf(edge, each) for each in ways_by(setting, wanted, ways)]
        examples = () if wanted.wishes else self._valid(edge.goal, hints.examples)
        if examples:
            made = with_examples(made, examples, EXAMPLE_SHARE)
        if len(made) == 1:
            return made[0].node
        return UnionNode(tuple(Alternative(self._add(each.node), each.weight, each.height) for each in made))

    def _leaf(self, edge: _Edge, node: Node, shape: Numbers | Strings) -> Node:
        """A leaf with what others need of it, and what must not come redrawn."""
        return self._guarded(self._followed(self._told_apart(node, edge), edge), shape)

    def _asked_leaf(self, edge: _Edge, made: "Made") -> "Made":
        """Listed values and texts, of which nothing else takes note."""
        if not isinstance(made.node, Choice | SampledText):
            return made
        return replace(made, node=self._followed(self._told_apart(made.node, edge), edge))

    def _suggested(self, node: Node, goal: Goal, ways: Sequence[Way], hints: Hints) -> Node:
        if any(isinstance(way.shape, Literals) and way.shape.values != (None,) for way in ways) or is_grouped(node):
            return node
        examples = self._valid(goal, hints.examples)
        if examples:
            return Suggested(self._add(node), Choice(examples), EXAMPLE_SHARE)
        scalars = tuple(value for value in hints.defaults if not isinstance(value, (list, dict)))
        defaults = self._valid(goal, tuple(value for value in scalars if value is not None))
        return Suggested(self._add(node), Choice(defaults), DEFAULT_SHARE) if defaults else node

    def _valid(self, goal: Goal, values: tuple[Json, ...]) -> tuple[Json, ...]:
        return tuple(value for value in values if self._canonical.meets(goal, value))

    def _way_node(self, edge: _Edge, way: Way) -> Node:
        shape: Shape = way.shape
        if isinstance(shape, Literals):
            return self._followed(self._told_apart(self._listed(shape, edge), edge), edge)
        if isinstance(shape, Numbers):
            node = self._number(shape, edge)
            return self._leaf(edge, node, shape)
        if isinstance(shape, Strings):
            return self._text(shape, edge)
        if isinstance(shape, ArrayShape):
            return self._array(shape, edge)
        return self._object(shape, edge)

    def _listed(self, shape: Literals, edge: _Edge) -> Node:
        """Listed values; what rules or uniqueness ask of them stays with them alone."""
        field, alone = edge.field, edge.group is None and edge.trace is None
        cells = tuple(value for value in shape.values if isinstance(value, str | int)) if alone else shape.values
        lists = [way.shape for way in self._graph[edge.goal] if isinstance(way.shape, Literals)]
        if len(cells) == 1 and sum(each.values != (None,) for each in lists) > 1:  # each would claim the row for itself
            return Choice(shape.values)
        node = shared_choice(cells, field.name, field.parent, self._of(field), partly=alone)
        if node is None:
            return Choice(shape.values)
        node, others = self._said(node, field), shape.values[:0]
        if len(cells) < len(shape.values):
            others = tuple(value for value in shape.values if not isinstance(value, str | int))
        if not others:
            return node
        ways = ((node, len(cells)), (Choice(others), len(others)))
        return UnionNode(tuple(Alternative(self._add(each), float(weight), 0) for each, weight in ways))

    def _plain_way(self, edge: _Edge, way: Way) -> Node:
        """A way; texts without what others need of them: they may yet be drawn by a distribution."""
        if not isinstance(way.shape, Strings):
            return self._way_node(edge, way)
        field = edge.field
        node = text_node(way.shape, field.name, field.parent, self._of(field), _place(edge.goal))
        return self._guarded(self._said(node, field), way.shape)

    def _number(self, shape: Numbers, edge: _Edge) -> Node:
        return self._within_row(self._said(self._plain_number(shape, edge), edge.field), edge)

    def _within_row(self, node: Node, edge: _Edge) -> Node:
        """A number or date within the bounds that a row of a table sets."""
        settings = self._of(edge.field)
        if edge.group is not None or not settings.vocabulary.has_ranges:
            return node
        from pytest_specmint.engine.links.ranged import within_row

        made = within_row(node, len(self._nodes), edge.field.name, edge.field.parent, settings)
        if made is not node:
            self._add(node)
        return made

    def _plain_number(self, shape: Numbers, edge: _Edge) -> Node:
        name = edge.field.name
        if money.BY_DEFAULT and money.is_money(name):
            from pytest_specmint.engine.distribution.goals import amounts

            return amounts(self._canonical, edge.goal, shape, name, self._settings)
        return number_node(shape, name, _place(edge.goal))

    def _text(self, shape: Strings, edge: _Edge) -> Node:
        self._affordable(shape.min_length, "characters", edge)
        place = _place(edge.goal)
        node = text_node(shape, edge.field.name, edge.field.parent, self._of(edge.field), place)
        node = self._said(node, edge.field)
        return self._leaf(edge, self._within_row(node, edge) if shape.formats & DATES else node, shape)

    def _followed(self, node: Node, edge: _Edge) -> Node:
        """A leaf that others depend on is awaited: its ties are known when all leaves are."""
        if edge.trace is None or not self._follower.leaf(edge.trace, node):
            return node
        return Awaited(self._add(node), edge.trace)

    def _guarded(self, node: Node, shape: Numbers | Strings) -> Node:
        awkward = shape.excluded or (shape.not_steps if isinstance(shape, Numbers) else shape.not_formats)
        return Guarded(self._add(node), shape) if awkward else node

    # ------------------------------------------------------------ containers

    def _array(self, shape: ArrayShape, edge: _Edge) -> Node:
        self._follower.container(edge.trace)
        self._affordable(shape.least, "items", edge)
        most = self._settings.array_length(shape.least, shape.most, edge.field.nesting)
        if (edge.goal, shape.rest) in self._cyclic:
            most = min(most, max(shape.least, len(shape.prefix)) + self._settings.sizes.array_spread)
        prefix = tuple(self._items(goal, edge) for goal in shape.prefix[:most])
        rest = self._items(shape.rest, edge) if most > len(prefix) else None
        linkage = self._follower.linkage(edge.trace, shape.least, most)
        return ArrayNode(prefix, rest, shape.least, most, shape.unique, shape.repeated, Origin(shape), linkage)

    def _items(self, goal: Goal, edge: _Edge) -> Items:
        field = edge.field._replace(nesting=min(edge.field.nesting + 1, 2), single=False)
        trace = self._follower.step(edge.trace, ITEM)
        return Items(self._node_of(goal, field, trace), (edge.goal, goal) in self._cyclic)

    def _object(self, shape: ObjectShape, edge: _Edge) -> Node:
        self._follower.container(edge.trace)
        self._affordable(shape.least, "properties", edge)
        groups = self._grouped(edge, shape)
        always = [self._slot(member, edge, ALWAYS, groups.get(member.name)) for member in shape.required]
        optional = [self._optional_slot(member, edge, groups.get(member.name)) for member in shape.optional]
        slots = sorted((*always, *optional), key=lambda slot: slot.name)
        if self._speaks:
            slots = self._present(slots, shape, edge)
        extras = tuple(self._extra(member, edge) for member in shape.extras)
        few, many = self._map_size(shape) if extras else (0, 0)
        pairs = tuple(sorted(shape.implications))
        first = self._follower.first(edge.trace, slots)
        component, demanded = is_component(edge.field.name), self._follower.demanded(edge.trace, slots)
        sizes = shape.least, shape.most, pairs, extras, few, many
        return ObjectNode(tuple(slots), *sizes, first, component=component, demanded=demanded)

    def _present(self, slots: list[Slot], shape: ObjectShape, edge: _Edge) -> list[Slot]:
        """The properties with the shares that the schema asks for."""
        from pytest_specmint.engine.distribution.presence import of_properties, of_property, required

        schema, ways = self._canonical.schema, self._graph[edge.goal]
        objects = [way.shape for way in ways if isinstance(way.shape, ObjectShape)]
        names = {member.name for each in objects for member in (*each.required, *each.optional, *each.extras)}
        said = of_properties(schema, edge.goal, names)
        goals = {member.name: member.goal for member in (*shape.required, *shape.optional)}
        always = set.intersection(*({member.name for member in each.required} for each in objects))
        found = []
        for slot in slots:
            wanted = said.get(slot.name) or of_property(schema, goals[slot.name])
            if wanted and slot.name in always and wanted.share < ALWAYS:
                raise required(slot.name, wanted)
            found.append(_with_share(slot, wanted.share) if wanted and slot.share < ALWAYS else slot)
        return found

    def _map_size(self, shape: ObjectShape) -> tuple[int, int]:
        """Maps get a few entries; objects that name their properties get more only where they must."""
        missing = max(shape.least - len(shape.required) - len(shape.optional), 0)
        if shape.required or shape.optional:
            return 0, missing
        few, many = MAP_SIZE
        return max(few, missing), max(many, missing)

    def _optional_slot(self, member: Member, edge: _Edge, group: "Group | None") -> Slot:
        """Properties that lead back to their object become rarer with every return."""
        slot = self._slot(member, edge, self._settings.sizes.presence, group)
        return replace(slot, deep_share=slot.share * DEEP_PRESENCE) if slot.recursive else slot

    def _slot(self, member: Member, edge: _Edge, share: float, group: "Group | None" = None) -> Slot:
        field = self._field(member, edge.field)
        if (edge.goal, member.goal) in self._cyclic:
            field = field._replace(single=False)
        if self._relates and share < ALWAYS and self._may_be_left_out(member, edge):
            field = field._replace(optional=True)
        return self._slot_of(member, edge, share, field, group)

    def _may_be_left_out(self, member: Member, edge: _Edge) -> bool:
        """Whether a reference to what a record lacks may be left out, without the object lacking too much then."""
        from pytest_specmint.engine.relating import reference_of

        objects = [way.shape for way in self._graph[edge.goal] if isinstance(way.shape, ObjectShape)]
        if any(each.implications or each.least > len(each.required) for each in objects):
            return False
        return reference_of(hints_of(self._canonical.schema, member.goal)) is not None

    def _extra(self, member: Member, edge: _Edge) -> Slot:
        """An entry of a map: like an item of an array it is what the map's name says; its own name is arbitrary."""
        return self._slot_of(member, edge, ALWAYS, edge.field._replace(single=False))

    def _slot_of(self, member: Member, edge: _Edge, share: float, field: Field, group: "Group | None" = None) -> Slot:
        node = self._node_of(member.goal, field, self._follower.step(edge.trace, member.name), group)
        recursive = (edge.goal, member.goal) in self._cyclic
        height = min((way.height for way in self._graph[member.goal]), default=0)
        return Slot(member.name, salt(member.name), node, share, recursive, height=height)

    def _field(self, member: Member, parent: Field) -> Field:
        """Only leaves care for their parent's name: containers without it are shared more often."""
        ways = self._graph.get(member.goal, ())
        container = all(isinstance(way.shape, ObjectShape) for way in ways)
        outer = "" if container else parent.name
        return Field(member.name, outer, parent.nesting, parent.single, parent.referred, locale=parent.locale)

    def _affordable(self, amount: int, what: str, edge: _Edge) -> None:
        """Refuse what no machine should be asked to make."""
        if amount > self._settings.largest:
            raise UnsupportedSchema(
                f"the schema demands {amount} {what} in one value, more than {self._settings.largest}",
                pointer=_place(edge.goal),
                hint="lower the minimum",
            )
