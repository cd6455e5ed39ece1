"""Plans whose every record is valid by construction: their keywords are read exactly, their nodes keep what they read.

A proof needs three things. The schema has only keywords that the algebra turns into sets without remainder, so that a
member of the sets is a valid value. Each node of the plan makes members of its set and nothing else; where one may
fail to (no new item found for a unique array), it marks the value, and the record is drawn again. And validators
agree on what the keywords mean: parts on which they differ, or that are decided by search, prove nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pytest_specmint.engine.nodes.guard import Guarded
from pytest_specmint.engine.nodes.number import BigNumbers, Decimals
from pytest_specmint.engine.nodes.object import ObjectNode
from pytest_specmint.engine.nodes.text import SampledText
from pytest_specmint.engine.plan import Node, Plan
from pytest_specmint.patterns import SearchSampler
from pytest_specmint.relations.model import DOCUMENT
from pytest_specmint.schema.dialect import OPAQUE
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.values import Json

UNPROVEN = frozenset(
    [
        "$dynamicRef",
        "$recursiveRef",
        "contains",
        "dependencies",
        "dependentSchemas",
        "discriminator",
        "not",
        "propertyNames",
        "unevaluatedItems",
        "unevaluatedProperties",
    ]
)
"""Keywords whose sets may be wider than their meaning, or that pass through what was not decided."""


def is_proven(schema: Schema, plan: Plan) -> bool:
    """Whether the plan's records need no check; a yes may be relied on, a no only costs time."""
    if plan.exact or not all(_keeps_its_set(node) for node in plan.nodes):
        return False
    return all(_is_exact(each) for document in _documents(schema) for each in _objects(document))


def _is_exact(part: Mapping[str, Json]) -> bool:
    """Whether a schema's keywords become sets without remainder; so does what is no type, or none of some scalars."""
    denied = part.get("not")
    if isinstance(denied, dict) and denied and denied.keys() <= {"const", "enum", "type"}:
        listed = [denied.get("const"), *(denied.get("enum") or ())]
        return (UNPROVEN - {"not"}).isdisjoint(part) and not any(isinstance(each, (dict, list)) for each in listed)
    return UNPROVEN.isdisjoint(part)


def _documents(schema: Schema) -> list[Json]:
    """But for what was taken along from other schemas: that is proven, or looked at, where it is referred to."""
    return [content for name, content in schema.documents.items() if name != DOCUMENT]


def _objects(value: Json) -> Iterator[Mapping[str, Json]]:
    """Every object of a document that may be a schema; some are not, which only costs the proof."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            yield each
            pending.extend(below for name, below in each.items() if name not in OPAQUE)
        elif isinstance(each, list):
            pending.extend(each)


def _keeps_its_set(node: Node) -> bool:
    doubtful = _DOUBTS.get(type(node))
    return doubtful is None or not doubtful(node)


def _searched(node: SampledText) -> bool:
    return isinstance(node.sampler, SearchSampler)


def _other_than_formats(node: Guarded) -> bool:
    """Texts that must not have a format: validators differ on which formats a draft knows."""
    return isinstance(node.allowed, Strings) and bool(node.allowed.not_formats)


def _bound_together(node: ObjectNode) -> bool:
    """Properties that imply others, and a limit on their number: one may undo the other."""
    return bool(node.implications) and (node.most is not None or node.least > 0)


def _rounded(node: Decimals) -> bool:
    """Multiples of something finer than validators' own arithmetic tells apart."""
    return node.divisor is not None and node.divisor < _FINEST


_FINEST = 1e-6
_DOUBTS: Mapping[type, Callable[[Any], bool]] = {
    BigNumbers: lambda node: True,
    Decimals: _rounded,
    Guarded: _other_than_formats,
    ObjectNode: _bound_together,
    SampledText: _searched,
}
"""When a kind of node proves nothing; those that are not listed always keep to their set, or mark what does not."""
