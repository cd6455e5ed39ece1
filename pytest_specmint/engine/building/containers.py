"""Nodes of arrays and objects."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pytest_specmint.engine.building.edge import Edge, Field, affordable, place_of
from pytest_specmint.engine.nodes.array import ArrayNode, Items
from pytest_specmint.engine.nodes.object import ALWAYS, ObjectNode, Slot
from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.plan import Node
from pytest_specmint.engine.sharing import is_component
from pytest_specmint.rules.expression.kinds import ITEM
from pytest_specmint.schema.hints import hints_of
from pytest_specmint.schema.sets.goal import Goal
from pytest_specmint.schema.shape import ArrayShape, Member, ObjectShape
from pytest_specmint.stream import salt

if TYPE_CHECKING:
    from pytest_specmint.engine.building.builder import Builder
    from pytest_specmint.engine.identities import Group


MAP_SIZE = (1, 3)
"""How many properties an object gets whose names the schema leaves open."""


DEEP_PRESENCE = 0.5
"""How much rarer properties that lead back to their object are below themselves."""


def _with_share(slot: Slot, share: float) -> Slot:
    """The optional property with this share; what leads back to its object is never quite certain."""
    if not slot.recursive:
        return replace(slot, share=share)
    return replace(slot, share=min(share, 1 - 2.0**-50), deep_share=share * DEEP_PRESENCE)


def array_node(builder: "Builder", shape: ArrayShape, edge: Edge) -> Node:
    """Lists of a shape."""
    builder.follower.container(edge.trace)
    affordable(builder.settings, shape.least, "items", edge)
    most = builder.settings.array_length(shape.least, shape.most, edge.field.nesting)
    if (edge.goal, shape.rest) in builder.cyclic:
        most = min(most, max(shape.least, len(shape.prefix)) + builder.settings.sizes.array_spread)
    prefix = tuple(_items(builder, goal, edge) for goal in shape.prefix[:most])
    rest = _items(builder, shape.rest, edge) if most > len(prefix) else None
    linkage = builder.follower.linkage(edge.trace, shape.least, most)
    return ArrayNode(prefix, rest, shape.least, most, shape.unique, shape.repeated, Origin(shape), linkage)


def _items(builder: "Builder", goal: Goal, edge: Edge) -> Items:
    field = edge.field._replace(nesting=min(edge.field.nesting + 1, 2), single=False)
    trace = builder.follower.step(edge.trace, ITEM)
    return Items(builder.node_of(goal, field, trace), (edge.goal, goal) in builder.cyclic)


def object_node(builder: "Builder", shape: ObjectShape, edge: Edge) -> Node:
    """Objects and maps of a shape."""
    builder.follower.container(edge.trace)
    affordable(builder.settings, shape.least, "properties", edge)
    groups = _grouped(builder, edge, shape)
    always = [_slot(builder, member, edge, ALWAYS, groups.get(member.name)) for member in shape.required]
    optional = [_optional_slot(builder, member, edge, groups.get(member.name)) for member in shape.optional]
    slots = sorted((*always, *optional), key=lambda slot: slot.name)
    if builder.speaks:
        slots = _present(builder, slots, shape, edge)
    extras = tuple(_extra(builder, member, edge) for member in shape.extras)
    few, many = _map_size(shape) if extras else (0, 0)
    pairs = tuple(sorted(shape.implications))
    first = builder.follower.first(edge.trace, slots)
    component, demanded = is_component(edge.field.name), builder.follower.demanded(edge.trace, slots)
    sizes = shape.least, shape.most, pairs, extras, few, many
    return ObjectNode(tuple(slots), *sizes, first, component=component, demanded=demanded)


def _present(builder: "Builder", slots: list[Slot], shape: ObjectShape, edge: Edge) -> list[Slot]:
    """The properties with the shares that the schema asks for."""
    from pytest_specmint.engine.distribution.presence import of_properties, of_property, required

    schema, ways = builder.canonical.schema, builder.graph[edge.goal]
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


def _map_size(shape: ObjectShape) -> tuple[int, int]:
    """Maps get a few entries; objects that name their properties get more only where they must."""
    missing = max(shape.least - len(shape.required) - len(shape.optional), 0)
    if shape.required or shape.optional:
        return 0, missing
    few, many = MAP_SIZE
    return max(few, missing), max(many, missing)


def _optional_slot(builder: "Builder", member: Member, edge: Edge, group: "Group | None") -> Slot:
    """Properties that lead back to their object become rarer with every return."""
    slot = _slot(builder, member, edge, builder.settings.sizes.presence, group)
    return replace(slot, deep_share=slot.share * DEEP_PRESENCE) if slot.recursive else slot


def _slot(builder: "Builder", member: Member, edge: Edge, share: float, group: "Group | None" = None) -> Slot:
    field = _field(builder, member, edge.field)
    if (edge.goal, member.goal) in builder.cyclic:
        field = field._replace(single=False)
    if builder.relates and share < ALWAYS and _may_be_left_out(builder, member, edge):
        field = field._replace(optional=True)
    return _slot_of(builder, member, edge, share, field, group)


def _may_be_left_out(builder: "Builder", member: Member, edge: Edge) -> bool:
    """Whether a reference to what a record lacks may be left out, without the object lacking too much then."""
    from pytest_specmint.engine.relating import reference_of

    objects = [way.shape for way in builder.graph[edge.goal] if isinstance(way.shape, ObjectShape)]
    if any(each.implications or each.least > len(each.required) for each in objects):
        return False
    return reference_of(hints_of(builder.canonical.schema, member.goal)) is not None


def _extra(builder: "Builder", member: Member, edge: Edge) -> Slot:
    """An entry of a map: like an item of an array it is what the map's name says; its own name is arbitrary."""
    return _slot_of(builder, member, edge, ALWAYS, edge.field._replace(single=False))


def _slot_of(
    builder: "Builder", member: Member, edge: Edge, share: float, field: Field, group: "Group | None" = None
) -> Slot:
    node = builder.node_of(member.goal, field, builder.follower.step(edge.trace, member.name), group)
    recursive = (edge.goal, member.goal) in builder.cyclic
    height = min((way.height for way in builder.graph[member.goal]), default=0)
    return Slot(member.name, salt(member.name), node, share, recursive, height=height)


def _field(builder: "Builder", member: Member, parent: Field) -> Field:
    """Only leaves care for their parent's name: containers without it are shared more often."""
    ways = builder.graph.get(member.goal, ())
    container = all(isinstance(way.shape, ObjectShape) for way in ways)
    outer = "" if container else parent.name
    return Field(member.name, outer, parent.nesting, parent.single, parent.referred, locale=parent.locale)


def _grouped(builder: "Builder", edge: Edge, shape: ObjectShape) -> "dict[str, Group]":
    """Properties of an object of which all records' tuples are to differ."""
    value = (hints_of(builder.canonical.schema, edge.goal).extensions or {}).get("x-unique")
    if value is None or value is False or edge.field.referred:
        return {}
    from pytest_specmint.engine.identities import groups_of

    names = [member.name for member in (*shape.required, *shape.optional)]
    groups = groups_of(value, place_of(edge.goal), names)
    return {name: group for group in groups for name in group.names}
