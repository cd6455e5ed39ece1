"""``x-cross-field-rules``: rules in English beside a schema; a rule enforces a sentence by naming it."""

from collections.abc import Iterable

from msgspec import Struct

from pytest_specmint.rules.model import Rule
from pytest_specmint.rules.placed import own
from pytest_specmint.schema.document import Schema


class Sentence(Struct, frozen=True):
    """One sentence, where it stands, and the ids of the rules that enforce it."""

    text: str
    pointer: str
    rules: tuple[str, ...] = ()


def sentences_of(schema: Schema, rules: Iterable[Rule]) -> tuple[Sentence, ...]:
    """The sentences of the schema and of its parts, each with the rules that name it."""
    known = tuple(rules)
    return tuple(
        Sentence(text, pointer, tuple(rule.id for rule in known if text in rule.sentences))
        for text, pointer in own(schema).sentences
    )
