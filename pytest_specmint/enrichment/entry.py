"""One line of a cassette: what was asked of one item, and what came of it."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.enrichment.model import Failure
from pytest_specmint.enrichment.terms import Question, Terms, key_of
from pytest_specmint.schema.sets.values import Json


class Given(Struct, frozen=True):
    """Who gave a value: what is not asked for, but known of an answer."""

    provider: str = ""
    model: str = ""
    digest: str = ""
    """Of the model's build, or its system's fingerprint."""
    call: str = ""
    """The beginning of the digest of the call that it came with."""


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An item's recording: a value, or the reason why the deterministic one stays."""

    index: int
    pointer: str
    key: str
    terms: str
    """The id of its terms, which the first line of the cassette lists."""
    seed: int
    current: Json = None
    target: str = ""
    beside: str = ""
    schema: str = ""
    """Digest of the whole schema that it was recorded under."""
    value: Json | UnsetType = UNSET
    failure: Failure | None = None
    detail: str = ""
    repaired: bool = False
    given: Given = Given()

    @property
    def place(self) -> tuple[int, str, str]:
        """Where it stands in a cassette."""
        return self.index, self.pointer, self.key

    def expected_key(self, terms: Terms) -> str:
        """The key that its content has."""
        return key_of(terms, self.pointer, self.index, self.seed, self.current, self.target, self.beside)


def entry_of(question: Question, terms: Terms, schema: str, **outcome: Any) -> Entry:
    """The entry of a question with its outcome."""
    item = question.item
    return Entry(
        index=item.index,
        pointer=item.pointer,
        key=question.key(terms),
        terms=terms.id,
        seed=item.seed,
        current=item.current,
        target=question.target,
        beside=question.beside,
        schema=schema,
        **outcome,
    )


def line_of(entry: Entry | Mapping[str, Any]) -> bytes:
    """The line of an entry."""
    return canonical_bytes(msgspec.to_builtins(entry)) + b"\n"


def read_entry(line: bytes) -> Entry:
    """The entry of a line; `ValueError` for what is none."""
    return msgspec.json.decode(line, type=Entry)
