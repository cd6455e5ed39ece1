"""The table of nodes: every goal becomes one, recursion an index into the table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from pytest_specmint.canonical_json import in_words
from pytest_specmint.engine.building.containers import array_node, object_node
from pytest_specmint.engine.building.edge import Edge, Field, place_of
from pytest_specmint.engine.building.leaves import (
    asked_node,
    followed,
    leaf,
    listed,
    number,
    suggested,
    text,
    told_apart,
)
from pytest_specmint.engine.distribution.sites import mentions
from pytest_specmint.engine.layout import cyclic_edges
from pytest_specmint.engine.links.trace import AwaitedSwitch, Follower, Trace
from pytest_specmint.engine.nodes.guard import Suggested
from pytest_specmint.engine.nodes.number import BigNumbers
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.union import Alternative, UnionNode
from pytest_specmint.engine.plan import Node, Plan
from pytest_specmint.engine.proportion import proportioned
from pytest_specmint.engine.row_owners import with_rows
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.schema.canonical import Canonicaliser
from pytest_specmint.schema.disputed import undisputed
from pytest_specmint.schema.heights import Graph, Shape, Way, build_graph
from pytest_specmint.schema.hints import Hints, hints_of, title_of
from pytest_specmint.schema.sets.goal import Goal, Term
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.union import Literals
from pytest_specmint.schema.shape import ArrayShape

if TYPE_CHECKING:
    from pytest_specmint.engine.identities import Group
    from pytest_specmint.rules.links import Link, Switch


class Root(NamedTuple):
    """A place whose schema a share of the records has, by weight; and what ties their fields together."""

    place: str
    weight: float
    links: "tuple[Link, ...]" = ()


def _beyond_words(node: Node) -> bool:
    """Whether the node's own values may hold integers beyond 64 bits."""
    if isinstance(node, BigNumbers):
        return node.step.denominator == 1
    listed = node.suggestions if isinstance(node, Suggested) else node
    return isinstance(listed, Choice) and not in_words(listed.values)


class Builder:
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
        self.canonical = canonical
        self.follower = follower
        self.graph = graph
        self.settings = settings
        self._nodes: list[Node | None] = []
        self._known: dict[Edge, int] = {}
        self._pending: list[tuple[int, Edge]] = []
        self.cyclic = cyclic_edges(graph)
        self.top: frozenset[Goal] = frozenset()
        """What is asked for at the top: its locale is in the settings."""
        self.identifies = False
        self.speaks = mentions(canonical.schema)
        """Whether the schema says how often anything comes."""
        self.relates = relates
        """Whether its records refer to those of other datasets."""
        self.unique: dict[str, str] = {}
        """Where it says that no two records refer to the same one, by what is referred to."""

    def plan(self, roots: Sequence[tuple[Goal, Root]]) -> Plan:
        """Compile everything that the roots need, of which each record has one, by weight."""
        self.top = frozenset(goal for goal, _ in roots)
        field = Field(title_of(self.canonical.schema), locale=self.settings.locale)
        indices = [self.node_of(goal, field, self.follower.start(i)) for i, (goal, _) in enumerate(roots)]
        index = indices[0]
        if len(indices) > 1:
            heights = [min(way.height for way in self.graph[goal]) for goal, _ in roots]
            weights = [root.weight for _, root in roots]
            index = self.add(UnionNode(tuple(map(Alternative, indices, weights, heights))))
        while self._pending:
            at, edge = self._pending.pop()
            self._nodes[at] = self.goal_node(edge)
        nodes, left = self.follower.finished([node for node in self._nodes if node is not None])
        assert len(nodes) == len(self._nodes)
        exact = any(map(_beyond_words, nodes))
        plan = Plan(tuple(nodes), index, exact=exact, linked=self.follower.used, left=left)
        plan = self._with_identities(plan) if self.identifies else plan
        plan = proportioned(with_rows(plan, cases=len(indices) > 1))
        return self._with_entities(plan) if self.relates else plan

    def _with_entities(self, plan: Plan) -> Plan:
        from pytest_specmint.engine.building.references import related_plan

        return related_plan(self, plan)

    def _with_identities(self, plan: Plan) -> Plan:
        from pytest_specmint.engine.identities import settled

        nodes, capacities = settled(plan.nodes)
        return replace(plan, nodes=tuple(nodes), linked=True, capacities=capacities)

    def node_of(self, goal: Goal, field: Field, trace: Trace | None = None, group: "Group | None" = None) -> int:
        """The index of the goal's node, made later if it is new."""
        edge = Edge(goal, field, trace, group)
        known = self._known.get(edge)
        if known is None:
            known = self._known[edge] = len(self._nodes)
            self._nodes.append(None)
            self._pending.append((known, edge))
        return known

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return len(self._nodes)

    def add(self, node: Node) -> int:
        """The index of one more node."""
        self._nodes.append(node)
        return len(self._nodes) - 1

    def goal_node(self, edge: Edge) -> Node:
        """The node of a goal, where it stands."""
        if self.relates and not edge.field.referred:
            from pytest_specmint.engine.building.references import referring

            reference = referring(self, edge)
            if reference is not None:
                return reference
        switch = self.follower.switch(edge.trace)
        if switch is not None:
            return self._switch_node(edge, switch)
        ways = self.graph[edge.goal]
        hints = hints_of(self.canonical.schema, edge.goal)
        edge = self._told(self._identified(edge, ways, hints), ways, hints)
        wished = asked_node(self, edge, ways, hints) if self.speaks else None
        if wished:
            return wished
        if len(ways) == 1:
            node = self.way_node(edge, ways[0])
        else:
            node = UnionNode(
                tuple(Alternative(self.add(self.way_node(edge, way)), way.weight, way.height) for way in ways)
            )
        return node if edge.trace or edge.group else suggested(self, node, edge.goal, ways, hints)

    def _told(self, edge: Edge, ways: Sequence[Way], hints: Hints) -> Edge:
        """The field with what the schema says of its locale and kind, or its description where its name says none."""
        field, said, schema = edge.field, hints.extensions or {}, self.canonical.schema
        if "x-locale" in said and edge.goal not in self.top:
            from pytest_specmint.engine.locales import locale_of

            field = field._replace(locale=locale_of(said["x-locale"], schema, edge.goal, self.settings.locales))
        if "x-semantic" in said:
            from pytest_specmint.engine.called import by_semantic

            called = by_semantic(said["x-semantic"], schema, edge.goal, self.words_of(field).vocabulary)
            field = field._replace(**called._asdict())
        elif hints.described and any(isinstance(way.shape, Strings | Numbers | Literals) for way in ways):
            from pytest_specmint.engine.called import by_description

            number = all(isinstance(way.shape, Numbers) for way in ways)
            vocabulary = self.words_of(field).vocabulary
            found = by_description(field.name, field.parent, schema, edge.goal, vocabulary, number=number)
            if found is not None:
                field = field._replace(**found._asdict())
        return edge if field is edge.field else replace(edge, field=field)

    def words_of(self, field: Field) -> EngineSettings:
        """The settings with the words of the field's locale."""
        return self.settings.in_locale(field.locale)

    def _identified(self, edge: Edge, ways: Sequence[Way], hints: Hints) -> Edge:
        """A field of which all records' are to differ."""
        if (hints.extensions or {}).get("x-unique") is not True or edge.field.referred:
            return edge
        from pytest_specmint.engine.identities import Group

        return replace(edge, group=edge.group or Group(place_of(edge.goal)))

    def _switch_node(self, edge: Edge, switch: "Switch") -> Node:
        """A field that meets more under a condition: as it is, as it is then, and as it must not be then."""
        assert edge.trace is not None
        rest = replace(edge.trace, switched=edge.trace.switched + 1)
        held = self._demanded(edge.goal, switch.place)
        broken = None if switch.broken is None else self._demanded(edge.goal, switch.broken)
        if held is None:
            self.follower.unmet(edge.trace)
            return self.goal_node(replace(edge, trace=rest))
        inner, other = self.node_of(edge.goal, edge.field, rest), self.node_of(held, edge.field, rest)
        rather = None if broken is None else self.node_of(broken, edge.field, rest)
        return AwaitedSwitch(inner, edge.trace, other, rather)

    def _demanded(self, goal: Goal, place: str) -> Goal | None:
        """A goal and one more place; None where nothing meets both."""
        both: Goal = (*goal, Term(place))
        if both not in self.graph:
            self.graph = {**self.graph, **undisputed(build_graph(self.canonical, both))}
        return both if both in self.graph else None

    def way_node(self, edge: Edge, way: Way) -> Node:
        """The node of one of a goal's ways, by what its values are."""
        shape: Shape = way.shape
        if isinstance(shape, Literals):
            return followed(self, told_apart(self, listed(self, shape, edge), edge), edge)
        if isinstance(shape, Numbers):
            node = number(self, shape, edge)
            return leaf(self, edge, node, shape)
        if isinstance(shape, Strings):
            return text(self, shape, edge)
        if isinstance(shape, ArrayShape):
            return array_node(self, shape, edge)
        return object_node(self, shape, edge)
