"""Objects: one column per property, side by side with the properties' names."""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.cells import Cells, blank, put, put_at
from pytest_specmint.engine.nodes.formula import Lanes
from pytest_specmint.engine.nodes.predicate import Predicate
from pytest_specmint.engine.nodes.shared import Rows, object_rows
from pytest_specmint.engine.plan import MAX_RECURSION, Plan
from pytest_specmint.stream import EXTRA, Ints, Keys, below, child, draw, mix, threshold

if TYPE_CHECKING:
    from pytest_specmint.engine.nodes.reference import Entities
    from pytest_specmint.rules.links import Need

Mask = NDArray[np.bool_]

ALWAYS = 1.0
FEW = 64
OFTEN = 0.5
"""From this share on a property's whole column is made: leaving out the absent would cost more."""
_COMMA = ord(",")


class Slot(Struct, frozen=True):
    """A property: its name, the salt of its stream, its node, and the share of objects that have it."""

    name: str
    salt: np.uint64
    node: int
    share: float = ALWAYS
    recursive: bool = False
    deep_share: float = ALWAYS
    """For recursive properties: the share where the object itself was reached by recursion."""
    height: int = 0
    """The least depth of its values."""
    follows: bool = False
    """Whether it is left out where its node makes no value."""


class Demanded(Struct, frozen=True):
    """A property that a rule demands where a condition is true."""

    slot: int
    """Its position."""
    rule: str
    root: int = 0
    need: "Need | None" = None
    """What is demanded, until all leaves are known;"""
    condition: Predicate | None = None
    """then when."""


class Member(NamedTuple):
    """A property's column on its way into the rows: its cells stand for the lanes that are listed, None for all."""

    label: bytes
    cells: Cells
    lanes: Ints | None
    present: Mask | None
    """Who has the property; None stands for everybody."""

    @property
    def width(self) -> int:
        """Of comma, label and value."""
        return 1 + len(self.label) + int(self.cells.shape[1])


class ObjectNode(Struct, frozen=True, dict=True):
    """Objects with these properties, in the order of their names, so that their bytes are canonical.

    ``extras`` are properties that the schema does not name: from ``few`` to ``many`` of them are added.
    """

    slots: tuple[Slot, ...]
    least: int = 0
    most: int | None = None
    implications: tuple[tuple[str, str], ...] = ()
    extras: tuple[Slot, ...] = ()
    few: int = 0
    many: int = 0
    first: tuple[int, ...] = ()
    """Positions of the slots whose values others depend on, or that depend on others, in the order they are made in."""
    rows: tuple[Rows, ...] = ()
    demanded: tuple[Demanded, ...] = ()
    component: bool = False
    """Whether it is a part of what the object around it describes, such as an address: it has no rows of its own."""
    entities: "tuple[Entities, ...]" = ()
    """Records of other datasets that it refers to."""

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """One object per key."""
        plan = self.around(plan, keys)
        lanes = self._lanes(keys)
        present = self._presence(lanes, depth)
        if self.extras and (self.many or self.least):
            present += self._added(present, keys, depth)
            lanes += [child(keys, slot.salt) for slot in self.extras]
        slots = (*self.slots, *self.extras)
        order = [i for i in self._order if i < len(present)]
        made = {}
        for i in dict.fromkeys((*self.first, *order)):
            mask = self._with_demanded(plan, i, present[i]) if self.demanded else present[i]
            made[i] = self._member(plan, slots[i], lanes[i], mask, depth, tied=i in self.first)
        members = [member for i in order if (member := made[i]) is not None]
        plan.claim(len(keys), sum(member.width for member in members))
        return _assembled(len(keys), members)

    def around(self, plan: Plan, keys: Keys) -> Plan:
        """The plan for what is within the objects: their rows are known there."""
        if not (self.rows or self.entities) or plan.scope is None:
            return plan
        rows = object_rows(plan, keys, self.rows)
        rows |= {each.source: each.drawn(plan, keys) for each in self.entities}
        return replace(plan, scope=plan.scope.with_rows(rows))

    def _with_demanded(self, plan: Plan, slot: int, mask: Mask | None) -> Mask | None:
        """Who has a property, with those of whom rules demand it."""
        for each in self.demanded:
            if each.slot == slot and mask is not None and each.condition is not None and plan.scope is not None:
                mask = mask | each.condition.truth(Lanes(plan.scope, len(mask))).true
        return mask

    @cached_property
    def _order(self) -> list[int]:
        """Positions of the slots, then of the extras, in the order of their names."""
        slots = (*self.slots, *self.extras)
        return sorted(range(len(slots)), key=lambda i: slots[i].name)

    def _lanes(self, keys: Keys) -> list[Keys]:
        """The keys of each property: all at once where the objects are few, else one by one, within the cache."""
        if len(keys) > FEW:
            return [child(keys, slot.salt) for slot in self.slots]
        return list(mix(keys + self._salts)) if self.slots else []

    @cached_property
    def _salts(self) -> Keys:
        """A column of the properties' salts."""
        return np.array([[slot.salt] for slot in self.slots], dtype=np.uint64)

    def _member(
        self, plan: Plan, slot: Slot, lane: Keys, mask: Mask | None, depth: int, *, tied: bool
    ) -> Member | None:
        """The property's column; what is rarely present, or known to others, is made only where it is."""
        label = _label(slot.name)
        dense = slot.share >= OFTEN and not slot.recursive and slot.share < ALWAYS and not (tied or slot.follows)
        if mask is None and slot.follows:
            mask = np.ones(len(lane), dtype=np.bool_)
        if mask is None or (dense and mask.any()):
            return Member(label, plan.column(slot.node, lane, depth + slot.recursive), None, mask)
        where = np.flatnonzero(mask)
        if not len(where):
            return None
        cells = plan.at(where).column(slot.node, lane[where], depth + slot.recursive)
        if slot.follows:
            made = cells.any(axis=1)
            where, cells = where[made], cells[made]
            mask = np.zeros_like(mask)
            mask[where] = True
        return Member(label, cells, where, mask)

    # ------------------------------------------------------------ presence

    def _presence(self, lanes: list[Keys], depth: int) -> list[Mask | None]:
        """Who has which property; None stands for everybody."""
        masks = [_mask(slot, lane, depth) for slot, lane in zip(self.slots, lanes, strict=True)]
        if self.implications:
            self._imply(masks, depth)
        if self._counted(masks):
            self._count(masks, lanes, depth)
        return masks

    def _imply(self, masks: list[Mask | None], depth: int) -> None:
        """Where a property is present, so is what it implies; deep down, what implies more recursion goes instead."""
        index = {slot.name: i for i, slot in enumerate(self.slots)}
        pairs = [(index[a], index[b]) for a, b in self.implications if a in index and b in index]
        for _ in self.slots:
            changed = [self._implied(masks, first, then, depth) for first, then in pairs]
            if not any(changed):
                return

    def _implied(self, masks: list[Mask | None], first: int, then: int, depth: int) -> bool:
        """Apply one implication; whether it changed anything."""
        given, needed = masks[first], masks[then]
        if needed is None:
            return False
        if depth and self.slots[then].recursive and given is not None:
            masks[first] = given & needed
            return bool((given & ~needed).any())
        joined = needed | given if given is not None else np.ones_like(needed)
        masks[then] = joined
        return bool((joined != needed).any())

    def _counted(self, masks: list[Mask | None]) -> bool:
        always = sum(mask is None for mask in masks)
        return (self.least > always and not self.extras) or (self.most is not None and self.most < len(masks))

    def _count(self, masks: list[Mask | None], lanes: list[Keys], depth: int) -> None:
        """Add or drop optional properties, lowest or highest key first, until the number is right.

        Deep down those of least height come first: adding others would never end.
        """
        optional = [i for i, mask in enumerate(masks) if mask is not None]
        always = len(masks) - len(optional)
        if not optional:
            return
        grid = np.array([masks[i] for i in optional])
        rank = np.argsort(np.argsort(np.array([lanes[i] for i in optional]), axis=0, kind="stable"), axis=0)
        if depth >= MAX_RECURSION:
            rank += np.array([[self.slots[i].height * len(optional)] for i in optional])
        have = grid.sum(axis=0)
        low = 0 if self.extras else max(self.least - always, 0)
        high = len(optional) if self.most is None else self.most - always
        target = np.clip(have, low, max(high, low))
        # Present ones come first, each group in the order of its keys; the first `target` stay.
        order = np.argsort(np.argsort(rank + np.where(grid, 0, rank.max() + 1), axis=0), axis=0)
        kept = order < target
        for row, i in enumerate(optional):
            masks[i] = kept[row]

    # ------------------------------------------------------------ extras

    def _added(self, present: Sequence[Mask | None], keys: Keys, depth: int) -> list[Mask | None]:
        """Who has which property of the pool; which ones, and how many, is drawn per object."""
        size = len(self.extras)
        have = np.zeros(len(keys), dtype=np.int64)
        for mask in present:
            have += 1 if mask is None else mask
        wanted = self._wanted(keys, have, depth)
        first = below(draw(mix(keys + EXTRA)), size)
        return [(j - first) % size < wanted for j in range(size)]

    def _wanted(self, keys: Keys, have: Ints, depth: int) -> Ints:
        recursive = any(slot.recursive for slot in self.extras)
        few, many = self.few, self.many
        if recursive and depth:
            few, many = 0, 1 if depth < MAX_RECURSION else 0
        wanted = below(draw(mix(keys + EXTRA), 1), many - few + 1) + few
        wanted = np.maximum(wanted, self.least - have)
        if self.most is not None:
            wanted = np.minimum(wanted, self.most - have)
        return np.clip(wanted, 0, len(self.extras))


def _mask(slot: Slot, lane: Keys, depth: int) -> Mask | None:
    """Presence is read off the property's own key, from which its value is a further mix away."""
    if slot.share >= ALWAYS:
        return None
    return lane < threshold(share_at(slot, depth))


def share_at(slot: Slot, depth: int) -> float:
    """The share of objects at this depth of recursion that have the property."""
    if not slot.recursive or depth == 0:
        return slot.share
    if slot.share >= ALWAYS:
        return ALWAYS
    return slot.deep_share if depth < MAX_RECURSION else 0.0


@lru_cache(maxsize=4096)
def _label(name: str) -> bytes:
    return canonical_bytes(name) + b":"


def _assembled(count: int, members: Sequence[Member]) -> Cells:
    """The members' labels and values side by side in braces; commas where a member follows another."""
    row = b"".join(b"," + member.label + bytes(member.cells.shape[1]) for member in members)
    out = np.empty((count, len(row) + 2), dtype=np.uint8)
    out[:] = np.frombuffer(b"{" + row + b"}", dtype=np.uint8)
    earlier: Mask | None = np.zeros(count, dtype=np.bool_)
    at = 1
    for member in members:
        end = at + member.width
        _fill(out, member, end)
        if earlier is not None:
            out[:, at] = earlier * np.uint8(_COMMA)
            earlier = None if member.present is None else earlier | member.present
        if member.present is not None:
            blank(out, np.flatnonzero(~member.present), at, end)
        at = end
    return out


def _fill(out: Cells, member: Member, end: int) -> None:
    at = end - member.cells.shape[1]
    if member.lanes is None:
        put(out, at, member.cells)
    else:
        put_at(out, member.lanes, at, member.cells)
