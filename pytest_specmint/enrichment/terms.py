"""What decides an answer besides the item: digests, and the key under which an item's answer is kept."""

from hashlib import sha256
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.enrichment.model import Item

PROMPT_VERSION = 1
"""Raised with every change of what a model is told; recordings under an older one are made again."""
KEY_DIGITS = 32
_SHORT = 12


class Terms(Struct, frozen=True):
    """What all items of a run share."""

    mode: str
    provider: str
    model: str
    temperature: float
    context: str = ""
    """Digest of the background."""
    prompt: int = PROMPT_VERSION

    @property
    def id(self) -> str:
        """A digest that names these terms."""
        return sha256(canonical_bytes(asdict(self))).hexdigest()[:_SHORT]


class Question(Struct, frozen=True):
    """An item with the digests of what it is asked with."""

    item: Item
    target: str
    """Digest of what a model is shown of the target."""
    beside: str
    """Digest of what it is shown of the record around it."""

    def key(self, terms: Terms) -> str:
        """The name of its answer under these terms."""
        return key_of(
            terms, self.item.pointer, self.item.index, self.item.seed, self.item.current, self.target, self.beside
        )


def key_of(terms: Terms, pointer: str, index: int, seed: int, current: Any, target: str, beside: str) -> str:
    """The key of all that decides an answer."""
    decided = [asdict(terms), pointer, index, seed, current, target, beside]
    return sha256(canonical_bytes(decided)).hexdigest()[:KEY_DIGITS]


def short(digest: str) -> str:
    """A digest as it stands in recordings."""
    return digest[:_SHORT]
