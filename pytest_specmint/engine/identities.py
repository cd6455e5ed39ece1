"""``x-unique``: which fields of all records are to differ, and how many values there are to tell them apart."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.cells import Cells
from pytest_specmint.engine.nodes.identity import MOST, Filled, Listed, Numbered, Unique, Uuids, capacity
from pytest_specmint.engine.nodes.number import Decimals, Integers
from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.shared import SharedWords
from pytest_specmint.engine.nodes.text import Digits, Part, SampledText, Template, TemplateText, Words
from pytest_specmint.engine.plan import Around, Capacity, Node, Plan
from pytest_specmint.engine.settings import EngineSettings
from pytest_specmint.engine.texts import meant_language
from pytest_specmint.errors import SchemaError, UnsupportedSchema
from pytest_specmint.formats.checked import Checked
from pytest_specmint.formats.moments import DAY, Dates, DateTimes
from pytest_specmint.formats.network import Uuids as UuidSampler
from pytest_specmint.patterns import UnsupportedPattern
from pytest_specmint.patterns.numbering import numbered_texts
from pytest_specmint.schema.document import join_pointer
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.stream import Ints, Keys, salt

KEYWORD = "x-unique"


class Group(Struct, frozen=True):
    """Fields that are unique together, named by where the schema says so."""

    place: str
    names: tuple[str, ...] = ()


class AwaitedUnique(Around, frozen=True):
    """A member of a group, until all members are known."""

    group: Group
    numbered: Numbered

    def sample(self, plan: Plan, keys: Keys, depth: int) -> Cells:
        """As the value alone."""
        return plan.column(self.inner, keys, depth)


class Meant(Struct, frozen=True):
    """Records of another dataset, of which a reference means one."""

    count: int

    def written(self, positions: Ints, keys: Keys) -> Cells:
        """It is the reference that writes."""
        raise NotImplementedError


def groups_of(value: Json, place: str, names: Sequence[str]) -> tuple[Group, ...]:
    """The tuples of an object's properties under the keyword: one list of names, or several."""
    listed = value if isinstance(value, list) and value and isinstance(value[0], list) else [value]
    groups = []
    for number, each in enumerate(listed):
        where = join_pointer(place, KEYWORD) + (f"/{number}" if listed is value else "")
        if not isinstance(each, list) or not each or not all(isinstance(name, str) for name in each):
            hint = '"x-unique": true on a field, or ["region", "number"] on its object'
            raise SchemaError(f"{KEYWORD} is neither true nor names of properties", pointer=where, hint=hint)
        for name in each:
            if name not in names:
                hint = f"its properties are {', '.join(sorted(names)[:8])}"
                raise SchemaError(f"{KEYWORD} names {name!r}, which is no property", pointer=where, hint=hint)
        groups.append(Group(where, tuple(each)))
    return tuple(groups)


def numbered(node: Node, name: str, parent: str, settings: EngineSettings, place: str) -> Numbered:
    """The values of a leaf by number; raises `UnsupportedSchema` where they cannot be told apart by one."""
    if isinstance(node, Integers | Choice):
        return Listed(node, node.count if isinstance(node, Integers) else len(node.values))
    if isinstance(node, Decimals) and node.divisor is None:
        return Listed(node, node.count)
    found: Numbered | None = None
    if isinstance(node, TemplateText) and node.most is None:
        found = _filled(node.templates)
    if isinstance(node, SampledText):
        found = _sampled(node, name, parent, settings)
    if found is None or not found.count:
        raise UnsupportedSchema(
            f"{KEYWORD} is not possible for this kind of value",
            pointer=place,
            hint="unique can be integers, listed values, dates, UUIDs, and texts with a pattern",
        )
    return found


def _filled(templates: Sequence[Template]) -> Numbered | None:
    """The template with the most texts, of those whose parts tell where they end."""
    apart = [replace(each, parts=tuple(map(_own, each.parts))) for each in templates]
    clear = [each for each in apart if all(map(_ends_itself, each.parts[:-1])) and _distinct(each.parts[-1])]
    return max(map(Filled, clear), key=lambda each: each.count, default=None)


def _own(part: Part) -> Part:
    """What is shared with other fields cannot also be told apart."""
    return Words(tuple(dict.fromkeys(part.entries))) if isinstance(part, SharedWords) else part


def _ends_itself(part: Part) -> bool:
    """Whether no entry begins another one."""
    if isinstance(part, Checked | SharedWords):
        return False
    if isinstance(part, Digits):
        return part.span[0] == part.span[1]
    listed = sorted(part.entries)
    return not any(then.startswith(first) for first, then in pairwise(listed))


def _distinct(part: Part) -> bool:
    if isinstance(part, Checked | SharedWords):
        return False
    return isinstance(part, Digits) or len(set(part.entries)) == len(part.entries)


def _sampled(node: SampledText, name: str, parent: str, settings: EngineSettings) -> Numbered | None:
    sampler = node.sampler
    if isinstance(sampler, Dates):
        return Listed(sampler, sampler.count)
    if isinstance(sampler, DateTimes):
        return Listed(sampler, sampler.count * DAY)
    if isinstance(sampler, UuidSampler):
        return Uuids()
    stated = node.origin.stated if isinstance(node.origin, Origin) else None
    if not isinstance(stated, Strings):
        return None
    try:
        texts = meant_language(stated, name, parent, settings)
        return None if texts is None else numbered_texts(texts, spread=settings.sizes.text_spread)
    except UnsupportedPattern:
        return None


def settled(nodes: Sequence[Node]) -> tuple[list[Node], tuple[Capacity, ...]]:
    """The nodes with every group's members in their places, and how many records each group can tell apart."""
    members: dict[Group, list[AwaitedUnique]] = {}
    for node in nodes:
        if isinstance(node, AwaitedUnique):
            members.setdefault(node.group, []).append(node)
    made = [_unique(node, members, nodes) if isinstance(node, AwaitedUnique) else node for node in nodes]
    return made, tuple(Capacity(group.place, _size(listed)) for group, listed in members.items())


def _size(members: Sequence[AwaitedUnique]) -> int:
    return capacity(tuple(each.numbered for each in members))


def _unique(node: AwaitedUnique, members: dict[Group, list[AwaitedUnique]], nodes: Sequence[Node]) -> Node:
    listed = members[node.group]
    below = prod(each.numbered.count for each in listed[listed.index(node) + 1 :])
    size, below, key = _size(listed), min(below, MOST), int(salt(node.group.place))
    if isinstance(node.numbered, Meant):
        return _taking_turns(nodes[node.inner], size, below, key)
    return Unique(node.inner, node.numbered, size, below, key)


def _taking_turns(node: Node, size: int, below: int, key: int) -> Node:
    from pytest_specmint.engine.nodes.reference import Reference, Turn

    assert isinstance(node, Reference)
    return replace(node, entities=replace(node.entities, turn=Turn(size, below, key), quantiles=None))
