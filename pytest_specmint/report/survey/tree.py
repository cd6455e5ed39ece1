"""Records taken apart into fields: what stands at ``a.b``, and at the items of ``a.list[]``."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pytest_specmint.engine.vocabulary import Vocabulary
from pytest_specmint.report.survey.field import Field, FieldReport

MOST_NAMES = 256
"""Names of one object that are told apart; further ones are ``*``: a map has keys, not fields."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OTHERS = "*"


def step(path: str, name: str) -> str:
    """The path of a property: ``a.b``, or ``a["odd name"]`` as rules write it."""
    if name == OTHERS:
        return f"{path}.*" if path else "*"
    if not _PLAIN.fullmatch(name):
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'{path or "record"}["{quoted}"]'
    return f"{path}.{name}" if path else name


class Node:
    """A place of records: what stood there in this block, and what stands below it."""

    def __init__(self, vocabulary: Vocabulary, path: str = "", name: str = "", parent: str = "") -> None:
        meaning = vocabulary.meaning(name, parent) if name else None
        self.field = Field(path, "" if meaning is None else meaning.kind)
        self._vocabulary, self._name, self._parent = vocabulary, name, parent
        self.children: dict[str, Node] = {}
        self.item: Node | None = None
        self.objects = 0
        self.items = 0
        self._scalars: list[Any] = []
        self._nulls = self._objects = 0
        self._lengths: list[int] = []

    def take(self, value: Any) -> None:
        """Sort a value in."""
        kind = type(value)
        if kind is dict:
            self._objects += 1
            children = self.children
            for name, inner in value.items():
                child = children.get(name)
                (child if child is not None else self._child(name)).take(inner)
        elif kind is list:
            self._lengths.append(len(value))
            if self.item is None:
                self.item = Node(self._vocabulary, f"{self.field.path}[]", self._name, self._parent)
            take = self.item.take
            for inner in value:
                take(inner)
        elif value is None:
            self._nulls += 1
        else:
            self._scalars.append(value)

    def _child(self, name: str) -> "Node":
        if len(self.children) >= MOST_NAMES:
            name = OTHERS
        known = self.children.get(name)
        if known is None:
            known = Node(self._vocabulary, step(self.field.path, name), name.removeprefix(OTHERS), self._name)
            self.children[name] = known
        return known

    def settle(self) -> None:
        """Count what the block held, and forget it."""
        self.objects += self._objects
        self.items += sum(self._lengths)
        self.field.add(self._scalars, self._nulls, self._objects, self._lengths)
        self._scalars, self._lengths, self._nulls, self._objects = [], [], 0, 0
        for child in self.children.values():
            child.settle()
        if self.item is not None:
            self.item.settle()

    def reports(self, places: int) -> Iterator[FieldReport]:
        """What is known of the place and of those below it, by name."""
        yield self.field.told(places)
        for name in sorted(self.children):
            yield from self.children[name].reports(self.objects)
        if self.item is not None:
            yield from self.item.reports(self.items)


class Fields:
    """All fields of a dataset."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._root = Node(vocabulary)

    def add(self, records: Sequence[Any]) -> None:
        """Take note of some records."""
        for record in records:
            self._root.take(record)
        self._root.settle()

    def reports(self) -> list[FieldReport]:
        """The fields, parents before children; the records themselves come first where they are no objects."""
        first, *rest = self._root.reports(self._root.field.present)
        plain = all(kind == "object" for kind, _ in first.kinds)
        return rest if plain else [first, *rest]
