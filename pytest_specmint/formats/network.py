"""E-mail addresses, hosts, IP addresses, URIs, UUIDs: all within ranges reserved for documentation and tests."""

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from pytest_specmint.cells import Cells, beside, cells_of_texts, take
from pytest_specmint.stream import Keys, below, draw

RESERVED_DOMAINS = ("example.com", "example.org", "example.net")
"""RFC 2606; used where the vocabulary brings no list of its own."""


class Joined(Struct, frozen=True, dict=True):
    """One entry of each column of words, joined; words that JSON need not escape."""

    columns: tuple[tuple[str, ...], ...]
    min_length: int
    max_length: int

    @classmethod
    def of(cls, *columns: Sequence[str]) -> "Joined":
        """The sampler over these columns."""
        low = sum(min(map(len, column)) for column in columns)
        high = sum(max(map(len, column)) for column in columns)
        return cls(tuple(tuple(column) for column in columns), low, high)

    def cells(self, keys: Keys) -> Cells:
        """A text per key."""
        parts = []
        for j, table in enumerate(self._tables):
            parts.append(table if len(table) == 1 else take(table, below(draw(keys, j), len(table))))
        return beside(*parts, count=len(keys))

    @cached_property
    def _tables(self) -> list[Cells]:
        """The columns' entries, quotes before the first and behind the last ones."""
        last = len(self.columns) - 1
        return [
            cells_of_texts([b'"' * (j == 0) + entry.encode() + b'"' * (j == last) for entry in column])
            for j, column in enumerate(self.columns)
        ]


def _words(lists: Mapping[str, Sequence[str]], name: str, fallback: Sequence[str]) -> list[str]:
    plain = ("".join(c for c in word.lower() if c.isascii() and c.isalnum()) for word in lists.get(name, fallback))
    return sorted({word for word in plain if word})


def _domains(lists: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return lists.get("domains", RESERVED_DOMAINS)


def emails(lists: Mapping[str, Sequence[str]]) -> Joined:
    """``given.family@reserved-domain``."""
    given = _words(lists, "given_names", ("alex", "sam", "kim"))
    family = _words(lists, "family_names", ("doe", "roe", "poe"))
    return Joined.of(given, ["."], family, [f"{n}@" for n in ("", *range(1, 100))], _domains(lists))


def hosts(lists: Mapping[str, Sequence[str]]) -> Joined:
    """``service.reserved-domain``."""
    return Joined.of([f"{each}." for each in ("api", "app", "cdn", "db", "mail", "shop", "www")], _domains(lists))


def uris(lists: Mapping[str, Sequence[str]]) -> Joined:
    """``https://reserved-domain/word/number``."""
    nouns = _words(lists, "nouns", ("item", "order", "page"))
    return Joined.of(["https://"], _domains(lists), [f"/{noun}/" for noun in nouns], [str(n) for n in range(1, 1000)])


def ipv4() -> Joined:
    """The three documentation networks of RFC 5737."""
    return Joined.of(["192.0.2.", "198.51.100.", "203.0.113."], [str(n) for n in range(1, 255)])


def ipv6() -> Joined:
    """The documentation prefix of RFC 3849."""
    return Joined.of(["2001:db8::"], [f"{n:x}:" for n in range(1, 4096)], [f"{n:x}" for n in range(1, 4096)])


class Uuids(Struct, frozen=True):
    """Random UUIDs, version 4 (RFC 9562)."""

    min_length: int = 36
    max_length: int = 36

    def cells(self, keys: Keys) -> Cells:
        """A UUID per key."""
        high = draw(keys, 0) & np.uint64(0xFFFFFFFFFFFF0FFF) | np.uint64(0x4000)
        low = draw(keys, 1) & np.uint64(0x3FFFFFFFFFFFFFFF) | np.uint64(0x8000000000000000)
        quads = np.stack((high, low), axis=1).astype(">u8").view(">u2")
        out = np.empty((len(keys), len(_UUID)), dtype=np.uint8)
        out[:] = np.frombuffer(_UUID, dtype=np.uint8)
        for number, at in enumerate(_QUADS):
            out[:, at : at + 4].view("<u4")[:, 0] = hex_table().take(quads[:, number])
        return out


_UUID = b'"00000000-0000-0000-0000-000000000000"'
_QUADS = (1, 5, 10, 15, 20, 25, 29, 33)
"""Where the groups of four hexadecimal digits stand."""


@lru_cache(maxsize=1)
def hex_table() -> NDArray[np.uint32]:
    """All groups of four hexadecimal digits, as four bytes each."""
    number = np.arange(1 << 16)
    places = np.stack([number >> shift & 15 for shift in (12, 8, 4, 0)], axis=1)
    table: NDArray[np.uint32] = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)[places].view("<u4")[:, 0]
    return table


def uuids() -> Uuids:
    """The sampler of UUIDs."""
    return Uuids()
