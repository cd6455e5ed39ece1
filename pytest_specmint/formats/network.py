"""E-mail addresses, hosts, IP addresses, URIs, UUIDs: all within ranges reserved for documentation and tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pytest_specmint.stream import Keys, below, draw

RESERVED_DOMAINS = ("example.com", "example.org", "example.net")
"""RFC 2606; used where the vocabulary brings no list of its own."""


@dataclass(frozen=True, slots=True)
class Joined:
    """One entry of each column of words, joined."""

    columns: tuple[tuple[str, ...], ...]
    min_length: int
    max_length: int

    @classmethod
    def of(cls, *columns: Sequence[str]) -> "Joined":
        """The sampler over these columns."""
        low = sum(min(map(len, column)) for column in columns)
        high = sum(max(map(len, column)) for column in columns)
        return cls(tuple(tuple(column) for column in columns), low, high)

    def sample(self, keys: Keys) -> list[str]:
        """A text per key."""
        picked = []
        for j, column in enumerate(self.columns):
            if len(column) > 1:
                picked.append([column[i] for i in below(draw(keys, j), len(column)).tolist()])
            else:
                picked.append([column[0]] * len(keys))
        return list(map("".join, zip(*picked, strict=True)))


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


@dataclass(frozen=True, slots=True)
class Uuids:
    """Random UUIDs, version 4 (RFC 9562)."""

    min_length: int = 36
    max_length: int = 36

    def sample(self, keys: Keys) -> list[str]:
        """A UUID per key."""
        high = draw(keys, 0) & np.uint64(0xFFFFFFFFFFFF0FFF) | np.uint64(0x4000)
        low = draw(keys, 1) & np.uint64(0x3FFFFFFFFFFFFFFF) | np.uint64(0x8000000000000000)
        raw = np.stack((high, low), axis=1).astype(">u8").tobytes().hex()
        texts = (raw[i : i + 32] for i in range(0, len(raw), 32))
        return [f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}" for text in texts]


def uuids() -> Uuids:
    """The sampler of UUIDs."""
    return Uuids()
