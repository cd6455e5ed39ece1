"""A record with one boundary point forced into it; everything else keeps the value that it usually has."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, assert_never

import numpy as np
from msgspec.structs import replace

from pytest_specmint.engine.edges.points import ArrayLength, Having, Presence, TextLength, Value, Way
from pytest_specmint.engine.edges.targets import Step, Target
from pytest_specmint.engine.nodes.array import ArrayNode, Items
from pytest_specmint.engine.nodes.object import ALWAYS, ObjectNode, Slot
from pytest_specmint.engine.nodes.text import SampledText, TemplateText, fit
from pytest_specmint.engine.nodes.union import UnionNode
from pytest_specmint.engine.plan import Around, Node, Plan
from pytest_specmint.engine.scope import Scope
from pytest_specmint.patterns import compile_sampler
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.schema.settle.texts import language
from pytest_specmint.stream import Keys, child, item, record_keys, retry

Row = dict[str, Json]


def forced(plan: Plan, seed: int, index: int, target: Target, attempt: int = 0) -> Json:
    """Record ``index`` of the seed with the target forced; ``attempt`` draws the rest anew.

    It may be invalid where the schema ties parts together in a way that the plan leaves to chance: verify it.
    """
    keys = record_keys(seed, index, 1)
    if plan.related:  # what refers to the same record must know which one
        plan = replace(plan, scope=Scope.of(seed, np.array([index], dtype=np.int64)))
    return _Forcing(plan, target).at(plan.root, retry(keys, attempt) if attempt else keys, 0, target.steps)


class _Forcing:
    """One target on its way through the plan; keys are arrays of one."""

    def __init__(self, plan: Plan, target: Target) -> None:
        self._plan = plan
        self._target = target

    def at(self, number: int, keys: Keys, depth: int, steps: tuple[Step, ...]) -> Json:
        """The value of a node, with the target below it or at it."""
        node = self._plan.nodes[number]
        if not steps:
            return self._point(node, keys, depth)
        step, rest = steps[0], steps[1:]
        if isinstance(node, ObjectNode):
            return self._object(node, keys, depth, step, rest)
        if isinstance(node, ArrayNode):
            return self._array(node, keys, depth, step.number, rest)
        if isinstance(node, UnionNode):
            way = node.ways[step.number]
            return self.at(way.node, keys, depth + way.recursive, rest)
        assert isinstance(node, Around)
        return self.at(node.inner, keys, depth, rest)

    def _usual(self, number: int, keys: Keys, depth: int) -> Json:
        return self._drawn(self._plan.nodes[number], keys, depth)

    def _drawn(self, node: Node, keys: Keys, depth: int) -> Json:
        return self._plan.values(node.sample(self._plan, keys, depth))[0]

    # ------------------------------------------------------------ on the way

    def _object(self, node: ObjectNode, keys: Keys, depth: int, step: Step, rest: tuple[Step, ...]) -> Row:
        slot = (node.slots if step.kind == "property" else node.extras)[step.number]
        row: Any = self._drawn(node, keys, depth)
        with self._within(node, keys):
            row[slot.name] = self.at(slot.node, child(keys, slot.salt), depth + slot.recursive, rest)
        return self._consistent(node, row, keys, depth, {slot.name})

    def _array(self, node: ArrayNode, keys: Keys, depth: int, position: int, rest: tuple[Step, ...]) -> list[Json]:
        row: Any = self._drawn(node, keys, depth)
        if len(row) <= position:
            row += self._items(node, keys, depth, len(row), position + 1)
        items = _items_at(node, position)
        with self._within(node, keys):
            row[position] = self.at(items.node, _key_at(keys, position), depth + items.recursive, rest)
        return list(row)

    @contextmanager
    def _within(self, node: ObjectNode | ArrayNode, keys: Keys) -> Iterator[None]:
        """What is below an object or list sees what it knows."""
        plan = self._plan
        if plan.scope is not None:
            self._plan = (
                node.around(plan, keys)
                if isinstance(node, ObjectNode)
                else replace(plan, scope=plan.scope.at(np.zeros(1, dtype=np.int64)).of_items())
            )
        try:
            yield
        finally:
            self._plan = plan

    def _items(self, node: ArrayNode, keys: Keys, depth: int, start: int, end: int) -> list[Json]:
        return [
            self._usual(items.node, _key_at(keys, position), depth + items.recursive)
            for position in range(start, end)
            for items in [_items_at(node, position)]
        ]

    # ------------------------------------------------------------ at the target

    def _point(self, node: Node, keys: Keys, depth: int) -> Json:
        point = self._target.point
        if isinstance(point, Value):
            return deepcopy(point.value)
        if isinstance(point, Way):
            assert isinstance(node, UnionNode)
            way = node.ways[point.number]
            return self._usual(way.node, keys, depth + way.recursive)
        if isinstance(point, TextLength):
            return self._text(node, keys, depth, point.length)
        if isinstance(point, ArrayLength):
            assert isinstance(node, ArrayNode)
            return self._of_length(node, keys, depth, point.length)
        assert isinstance(node, ObjectNode)
        if isinstance(point, Presence):
            chosen = range(len(node.slots)) if point.slots is None else point.slots
            return self._with(node, keys, depth, {node.slots[i].name for i in chosen})
        if isinstance(point, Having):
            return self._having(node, keys, depth, node.slots[point.slot], present=point.present)
        assert_never(point)

    def _text(self, node: Node, keys: Keys, depth: int, length: int) -> Json:
        if isinstance(node, TemplateText):
            return fit(str(self._drawn(node, keys, depth)), length, length)
        assert isinstance(node, SampledText)
        assert node.origin
        assert isinstance(node.origin.stated, Strings)
        texts = language(node.origin.stated)
        assert texts is not None
        return compile_sampler(texts.with_length(length, length)).sample(keys)[0]

    def _of_length(self, node: ArrayNode, keys: Keys, depth: int, length: int) -> list[Json]:
        fixed = ArrayNode(node.prefix, node.rest, length, length, node.unique, node.repeated)
        return list(self._drawn(fixed, keys, depth))

    def _with(self, node: ObjectNode, keys: Keys, depth: int, names: set[str]) -> Row:
        usual: Any = self._drawn(node, keys, depth)
        required = {slot.name for slot in node.slots if slot.share >= ALWAYS}
        optional = {slot.name for slot in node.slots} - required
        row = {name: value for name, value in usual.items() if name not in optional or name in names}
        for slot in node.slots:
            if slot.name in names and slot.name not in row:
                self._add(row, node, slot, keys, depth)
        return self._consistent(node, row, keys, depth, names | required)

    def _having(self, node: ObjectNode, keys: Keys, depth: int, slot: Slot, *, present: bool) -> Row:
        row: Any = self._drawn(node, keys, depth)
        if present:
            if slot.name not in row:
                self._add(row, node, slot, keys, depth)
            return self._consistent(node, row, keys, depth, {slot.name})
        gone = {slot.name}
        while more := {first for first, then in node.implications if then in gone} - gone:
            gone |= more
        return {name: value for name, value in row.items() if name not in gone}

    # ------------------------------------------------------------ consistency

    def _add(self, row: Row, node: ObjectNode, slot: Slot, keys: Keys, depth: int) -> None:
        """Give the row a property, if there is a value for it."""
        with self._within(node, keys):
            cells = self._plan.column(slot.node, child(keys, slot.salt), depth + slot.recursive)
            if not slot.follows or cells.any():
                row[slot.name] = self._plan.values(cells)[0]

    def _consistent(self, node: ObjectNode, row: Row, keys: Keys, depth: int, kept: set[str]) -> Row:
        """The row with what its properties imply, without more properties than there may be, in canonical order."""
        slots = {slot.name: slot for slot in node.slots}
        while more := {then for first, then in node.implications if first in row and then in slots} - row.keys():
            kept |= more
            for name in sorted(more):
                self._add(row, node, slots[name], keys, depth)
        for name in sorted(row, reverse=True):
            if node.most is None or len(row) <= node.most:
                break
            needed = name in kept or (name in slots and slots[name].share >= ALWAYS)
            if not needed and not any(first in row and then == name for first, then in node.implications):
                del row[name]
        return dict(sorted(row.items()))


def _items_at(node: ArrayNode, position: int) -> Items:
    items = node.prefix[position] if position < len(node.prefix) else node.rest
    assert items is not None
    return items


def _key_at(keys: Keys, position: int) -> Keys:
    return item(keys, np.array([position], dtype=np.int64))
