"""Nodes of what refers to records of other datasets."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pytest_specmint.engine.building.edge import Edge
from pytest_specmint.engine.plan import Node, Plan
from pytest_specmint.errors import UnsupportedSchema
from pytest_specmint.relations.series import series_of
from pytest_specmint.schema.hints import hints_of

if TYPE_CHECKING:
    from pytest_specmint.engine.building.builder import Builder


def referring(builder: "Builder", edge: Edge) -> Node | None:
    """The node of what refers to another dataset's records; None for others."""
    from pytest_specmint.engine import relating
    from pytest_specmint.engine.links.trace import AwaitedReference
    from pytest_specmint.engine.nodes.reference import Reference

    hints = hints_of(builder.canonical.schema, edge.goal)
    ref = relating.reference_of(hints)
    if ref is None:
        target = relating.left_open(hints)
        return None if target is None else _unrelated(builder, edge, target)
    part = relating.part_of(ref)
    demand = relating.demand_of(ref, part, edge.goal, builder.canonical, optional=edge.field.optional)
    entities = relating.entities_of(ref, () if demand is None else (demand,))
    if entities.turn or edge.group:
        builder.unique.setdefault(entities.source, ref.place)
        if not edge.field.single:
            raise UnsupportedSchema(
                "x-ref: unique within a list or map",
                pointer=ref.place,
                hint="a record refers to several of these: use uniqueItems, or unique on a field of the record",
            )
    inner = builder.node_of(edge.goal, edge.field._replace(referred=True), edge.trace)
    nulls = relating.nulls_of(builder.canonical, edge.goal) if builder.speaks else 0.0
    reference = Reference(inner, entities, part, ref.target, edge.field.optional, nulls=nulls)
    node: Node = reference if edge.trace is None else AwaitedReference(inner, edge.trace, reference)
    if edge.group is None:
        return node
    from pytest_specmint.engine.identities import AwaitedUnique, Meant

    builder.identifies = True
    return AwaitedUnique(builder.add(node), edge.group, Meant(entities.count))


def _unrelated(builder: "Builder", edge: Edge, target: str) -> Node:
    from pytest_specmint.engine.nodes.reference import Unrelated

    return Unrelated(builder.node_of(edge.goal, edge.field._replace(referred=True), edge.trace), target)


def related_plan(builder: "Builder", plan: Plan) -> Plan:
    """The plan with the records of other datasets that its own refer to, and its series."""
    from pytest_specmint.engine.relating import capacities, with_entities

    plan = with_entities(replace(plan, capacities=(*plan.capacities, *capacities(plan, builder.unique))))
    series = series_of(builder.canonical.schema)
    if series is None or not series[1].entities:
        return plan
    from pytest_specmint.engine.serial import with_series

    return with_series(plan, series[1])
