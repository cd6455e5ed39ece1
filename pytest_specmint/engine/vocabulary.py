"""Vocabularies: word lists, and which field gets which of them. Pure data; `packs` reads it from files."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct

from pytest_specmint.engine.tables import Table

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[^A-Za-z0-9]+")


class Meaning(Struct, frozen=True):
    """A kind of field: the names it goes by, optionally only below certain parents, and its templates."""

    kind: str
    names: tuple[str, ...]
    templates: tuple[str, ...]
    parents: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Further spellings: for listed values, and where patterns or lengths leave none of the templates."""

    def covers(self, name: str, parent: str) -> bool:
        """Whether a field of this name (and parent), both in snake case, is of this kind."""
        if self.parents and not any(f"_{each}_" in f"_{parent}_" for each in self.parents):
            return False
        return any(_matches(name, pattern) for pattern in self.names)


class Vocabulary(Struct, frozen=True, eq=False):
    """Word lists by name, the meanings in the order in which they are tried, and tables by name."""

    lists: Mapping[str, Sequence[str]]
    meanings: tuple[Meaning, ...]
    tables: Mapping[str, Table] = {}
    phrases: Mapping[str, Any] = {}
    """What descriptions may say, as `engine.described` takes it; read only where a name says nothing."""

    @property
    def has_ranges(self) -> bool:
        """Whether there are tables, which may set bounds of numbers."""
        return bool(self.tables)

    def meaning(self, name: str, parent: str) -> Meaning | None:
        """The first meaning that covers the field."""
        name, parent = snake_case(name), snake_case(parent)
        places = _by_last_word(self)
        positions = sorted({*places.get(_last_word(name), ()), *places["*"]})
        candidates = (self.meanings[position] for position in positions)
        return next((each for each in candidates if each.covers(name, parent)), None)


@lru_cache(maxsize=8)
def _by_last_word(vocabulary: Vocabulary) -> Mapping[str, Sequence[int]]:
    """Positions of the meanings that can cover a name with this last word; under ``*`` those that may cover any."""
    places: dict[str, list[int]] = {"*": []}
    for position, meaning in enumerate(vocabulary.meanings):
        for word in dict.fromkeys(_last_word(pattern) for pattern in meaning.names):
            places.setdefault(word, []).append(position)
    return places


def _last_word(text: str) -> str:
    return text if text == "*" else text.lstrip("*").rpartition("_")[2]


def snake_case(name: str) -> str:
    """``billingAddress``, ``billing-address`` and ``Billing Address`` as ``billing_address``."""
    return _SEPARATORS.sub("_", _CAMEL.sub("_", name)).strip("_").lower()


def _matches(name: str, pattern: str) -> bool:
    if pattern == "*":
        return True
    if pattern.startswith("*"):
        return _ends_with(name, pattern.lstrip("*_"))
    return name == pattern


def _ends_with(name: str, tail: str) -> bool:
    return name == tail or name.endswith("_" + tail)
