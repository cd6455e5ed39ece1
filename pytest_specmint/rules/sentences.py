"""``x-cross-field-rules``: rules in English beside a schema; a rule enforces a sentence by naming it."""

from collections.abc import Iterable

from msgspec import Struct

from pytest_specmint.rules.model import Rule
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.sets.values import Json

KEYWORD = "x-cross-field-rules"


class Sentence(Struct, frozen=True):
    """One sentence, where it stands, and the ids of the rules that enforce it."""

    text: str
    pointer: str
    rules: tuple[str, ...] = ()


def sentences_of(schema: Schema, rules: Iterable[Rule]) -> tuple[Sentence, ...]:
    """The sentences beside the schema, each with the rules that name it."""
    part = schema.at(schema.place)
    said = part.get(KEYWORD) if isinstance(part, dict) else None
    known = tuple(rules)
    return tuple(
        Sentence(text, pointer, tuple(rule.id for rule in known if text in rule.sentences))
        for text, pointer in _texts(said, join_pointer(schema.place, KEYWORD))
    )


def _texts(said: Json, pointer: str) -> list[tuple[str, str]]:
    if isinstance(said, str):
        return [(said, pointer)]
    if isinstance(said, dict):
        return [(str(text), join_pointer(pointer, name)) for name, text in said.items()]
    listed = said if isinstance(said, list) else []
    return [(text, join_pointer(pointer, i)) for i, text in enumerate(listed) if isinstance(text, str)]
