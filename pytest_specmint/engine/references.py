"""Where the records of a plan refer to others: by path, and which references of an object mean the same record."""

from collections.abc import Iterator
from typing import NamedTuple

from pytest_specmint.engine.nodes.array import ArrayNode
from pytest_specmint.engine.nodes.object import ObjectNode
from pytest_specmint.engine.nodes.reference import Reference
from pytest_specmint.engine.nodes.union import UnionNode
from pytest_specmint.engine.plan import Around, Plan

Steps = tuple[str | None, ...]
"""Names of properties, and None for the items of a list."""


class Site(NamedTuple):
    """A reference: the path of the object whose record it means, and its own from there."""

    owner: Steps
    path: Steps
    reference: Reference


def sites_of(plan: Plan) -> list[Site]:
    """Every reference, each path once."""
    found: dict[tuple[Steps, Steps, str], Site] = {}
    for site in _sites(plan, plan.root, (), (), frozenset()):
        found.setdefault((site.owner, site.path, site.reference.entities.source), site)
    return list(found.values())


def _sites(plan: Plan, number: int, owner: Steps, path: Steps, above: frozenset[int]) -> Iterator[Site]:
    node = plan.nodes[number]
    if number in above:
        return
    above |= {number}
    if isinstance(node, Reference):
        yield Site(owner, path, node)
    elif isinstance(node, ObjectNode):
        if not node.component:
            owner, path = (*owner, *path), ()
        for slot in (*node.slots, *node.extras):
            yield from _sites(plan, slot.node, owner, (*path, slot.name), above)
    elif isinstance(node, ArrayNode):
        for items in (*node.prefix, node.rest):
            if items is not None:
                yield from _sites(plan, items.node, (*owner, *path, None), (), above)
    elif isinstance(node, UnionNode):
        for way in node.ways:
            yield from _sites(plan, way.node, owner, path, above)
    elif isinstance(node, Around):
        for inner in node.inside:
            yield from _sites(plan, inner, owner, path, above)


def path_text(steps: Steps) -> str:
    """A path as people write it: ``lines[].sku``."""
    text = ""
    for step in steps:
        text += "[]" if step is None else f".{step}" if text else step
    return text or "the record"
