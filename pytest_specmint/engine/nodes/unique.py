"""Which items of arrays repeat an earlier one of their array, found for all arrays of a block at once."""

from collections.abc import Mapping

import numpy as np

from pytest_specmint.cells import Cells, cells_of_texts, packed, put
from pytest_specmint.engine.nodes.guard import Suggested
from pytest_specmint.engine.nodes.number import Decimals, Integers
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.text import SampledText, TemplateText
from pytest_specmint.engine.nodes.union import UnionNode
from pytest_specmint.engine.plan import Around, Node, Plan
from pytest_specmint.schema.sets.values import Json, identity
from pytest_specmint.stream import Ints, Keys, mix

_WORD = 8
_HALF = np.uint64(32)


def identities(plan: Plan, node: Node | None, cells: Cells) -> Cells:
    """Rows that are the same exactly where JSON Schema calls the node's values equal."""
    if isinstance(node, Choice | Integers):
        return cells
    kinds = {_COMPLEX} if node is None else _kinds(plan, node)
    if _COMPLEX not in kinds and not {_WHOLE, _DECIMAL} <= kinds:
        return packed(cells)
    return cells_of_texts([identity(value).encode() for value in plan.values(cells)])


_WHOLE, _DECIMAL, _OTHER, _COMPLEX = "whole numbers", "decimals", "other scalars", "containers"


def _kinds(plan: Plan, node: Node) -> set[str]:
    """The kinds of values that a node makes; within one kind equal values are spelled alike."""
    if isinstance(node, UnionNode):
        return set().union(*(_kinds(plan, plan.nodes[way.node]) for way in node.ways))
    if isinstance(node, Suggested):
        return _kinds(plan, plan.nodes[node.inner]) | _kinds(plan, node.suggestions)
    if isinstance(node, Around):
        return _kinds(plan, plan.nodes[node.inner])
    if isinstance(node, Choice):
        return set(map(_kind, node.values))
    return {_KINDS.get(type(node), _COMPLEX)}


_KINDS: Mapping[type[Node], str] = {Integers: _WHOLE, Decimals: _DECIMAL, SampledText: _OTHER, TemplateText: _OTHER}


def _kind(value: Json) -> str:
    if isinstance(value, float):
        return _DECIMAL
    if isinstance(value, int) and not isinstance(value, bool):
        return _WHOLE
    return _COMPLEX if isinstance(value, (list, dict)) else _OTHER


def repetitions(rows: Cells, owner: Ints) -> Ints:
    """Positions of the rows that equal an earlier one of the same owner, in ascending order."""
    hashes = _hashes(rows)
    lanes = _suspects(hashes, owner)
    keys = mix(hashes[lanes] + owner[lanes].astype(np.uint64))
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    same = np.flatnonzero(ordered[1:] == ordered[:-1])
    later, earlier = lanes[order[same + 1]], lanes[order[same]]
    equal = (rows[later] == rows[earlier]).all(axis=1) & (owner[later] == owner[earlier])
    return np.sort(later[equal])


def _suspects(hashes: Keys, owner: Ints) -> Ints:
    """Positions of all rows of owners that perhaps have two equal rows: few, and found by a mere sort."""
    keys = np.sort((owner.astype(np.uint64) << _HALF) | (hashes >> _HALF))
    owners = keys[1:][keys[1:] == keys[:-1]] >> _HALF
    marked = np.zeros(int(owner.max(initial=0)) + 1, dtype=np.bool_)
    marked[owners.view(np.int64)] = True
    return np.flatnonzero(marked[owner])


def _hashes(rows: Cells) -> Keys:
    """A word per row that depends on all its bytes."""
    words = np.zeros((len(rows), -(-rows.shape[1] // _WORD)), dtype="<u8")
    put(words.view(np.uint8), 0, rows)
    found = np.zeros(len(rows), dtype=np.uint64)
    for column in words.T:
        found = mix(found + column)
    return found
