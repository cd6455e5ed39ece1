"""A plan as a tree to read: a row per value, in the order of the record, nothing expanded twice.

Nodes that mean the same are told once: two nodes mean the same if their descriptions are equal and their parts, one by
one, mean the same (the coarsest such partition, found by refinement). That is how recursion ends, too: a row that means
the same as one above it leads back there.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from msgspec import Struct

from pytest_specmint.engine.describe import Description, Part, Role, describe
from pytest_specmint.engine.facts import Fact
from pytest_specmint.engine.plan import Plan
from pytest_specmint.engine.wording import name_step, name_words, share_words
from pytest_specmint.schema.sets.values import identity

ROOT = "$"
SMALL = 3
"""Values with up to so many simple parts are shown again rather than referred to."""


class Row(Struct, frozen=True):
    """One value of the record."""

    path: str
    """A JSONPath: ``$.lines[*].sku``; ``.*`` is a property that the schema does not name, ``(2)`` a second way."""
    label: str
    """The last step of the path, for people."""
    depth: int
    kind: str
    words: str
    facts: tuple[Fact, ...] = ()
    see: str = ""
    """The path of the row that says the rest."""
    back: bool = False
    """Whether that row is above this one: recursion."""
    hidden: int = 0
    """How many parts are not shown because of the depth that was asked for."""


class Outline(Struct, frozen=True):
    """The rows, parents before children; the number of nodes, and whether any value can contain its like."""

    rows: tuple[Row, ...]
    nodes: int
    recursive: bool


class _Step(NamedTuple):
    """A row to be made."""

    path: str
    label: str
    depth: int
    node: int
    facts: tuple[Fact, ...] = ()


def outline(plan: Plan, depth: int | None = None) -> Outline:
    """The outline of a plan, down to ``depth`` levels below the record (all, if None)."""
    tree = [describe(plan, index) for index in range(len(plan.nodes))]
    recursive = any(part.recursive for each in tree for part in each.parts)
    return Outline(tuple(_Walk(tree, depth).rows(plan.root)), len(tree), recursive)


class _Walk:
    """One pass over the tree, which remembers what it has shown."""

    def __init__(self, tree: Sequence[Description], limit: int | None) -> None:
        self._tree = tree
        self._classes = classes(tree)
        self._limit = limit
        self._shown: dict[int, str] = {}

    def rows(self, root: int) -> Iterator[Row]:
        """The rows in the order of the record."""
        stack = [_Step(ROOT, ROOT, 0, root)]
        while stack:
            step = stack.pop()
            row, parts = self._row(step)
            yield row
            stack.extend(reversed(parts))

    def _row(self, step: _Step) -> tuple[Row, list[_Step]]:
        what = self._tree[step.node]
        facts = (*step.facts, *what.facts)
        if not what.parts:
            return Row(step.path, step.label, step.depth, what.kind, what.words, facts), []
        mine = self._classes[step.node]
        seen = self._shown.get(mine)
        back = seen is not None and _inside(step.path, seen)
        if seen is not None and (back or not self._small(what)):
            return Row(step.path, step.label, step.depth, what.kind, what.words, step.facts, seen, back), []
        parts = self._steps(step, what)
        if self._limit is not None and step.depth >= self._limit:
            return Row(step.path, step.label, step.depth, what.kind, what.words, facts, hidden=len(parts)), []
        self._shown.setdefault(mine, step.path)
        return Row(step.path, step.label, step.depth, what.kind, what.words, facts), parts

    def _small(self, what: Description) -> bool:
        return len(what.parts) <= SMALL and not any(self._tree[part.node].parts for part in what.parts)

    def _steps(self, above: _Step, what: Description) -> list[_Step]:
        """The parts, those that mean the same side by side as one."""
        steps = []
        for role, group in groupby(what.parts, key=lambda part: part.role):
            parts = list(group)
            if role is Role.ITEM:
                named = self._items(parts)
            elif role is Role.EXTRA:
                named = self._extras(parts)
            else:
                named = ((part, *_named(part)) for part in parts)
            steps += [
                _Step(above.path + path, label, above.depth + 1, part.node, part.facts) for part, path, label in named
            ]
        return steps

    def _items(self, parts: Iterable[Part]) -> Iterator[tuple[Part, str, str]]:
        """Items that mean the same and follow each other as a range."""
        for _, group in groupby(parts, key=lambda part: (self._classes[part.node], part.recursive)):
            run = list(group)
            first, last = _position(run[0]), _position(run[-1])
            if _endless(run[-1]):
                label = "[*]" if first == 0 else f"[{first}:]"
            else:
                label = f"[{first}]" if first == last else f"[{first}:{last + 1}]"
            yield run[0], label, label

    def _extras(self, parts: Sequence[Part]) -> Iterator[tuple[Part, str, str]]:
        """A row per kind of further properties."""
        groups: dict[int, list[Part]] = {}
        for part in parts:
            groups.setdefault(self._classes[part.node], []).append(part)
        for run in groups.values():
            name = str(run[0].name)
            like = "" if len(groups) == 1 else f" (like {name_words(name)})"
            yield run[0], f".*{like}", f"*{like}"


def classes(tree: Sequence[Description]) -> list[int]:
    """For each description the number of what it means."""
    found = _numbered(_surface(each) for each in tree)
    while True:
        finer = _numbered((found[i], *(found[part.node] for part in each.parts)) for i, each in enumerate(tree))
        if max(finer, default=0) == max(found, default=0):
            return found
        found = finer


def _numbered(keys: Iterable[Hashable]) -> list[int]:
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def _surface(what: Description) -> Hashable:
    parts = tuple((part.role, part.name, part.recursive, _told(part.facts)) for part in what.parts)
    return what.kind, what.words, _told(what.facts), parts


def _told(facts: tuple[Fact, ...]) -> Hashable:
    return tuple((fact.key, identity(fact.value)) for fact in facts)


def _named(part: Part) -> tuple[str, str]:
    if part.role is Role.WAY:
        share = next((fact.value for fact in part.facts if fact.key == "share"), None)
        step = f"({part.name})"
        return step, step if share is None else f"{step} {share_words(share)}"
    return name_step(str(part.name)), name_words(str(part.name))


def _endless(part: Part) -> bool:
    return isinstance(part.name, int) and part.name < 0


def _position(part: Part) -> int:
    assert isinstance(part.name, int)
    return -1 - part.name if part.name < 0 else part.name


def _inside(path: str, above: str) -> bool:
    return path.startswith(above) and path[len(above) : len(above) + 1] in {"", ".", "[", "("}
