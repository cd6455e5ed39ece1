"""What a field counts as: by its name, by ``x-semantic``, or by its description where its name says nothing.

Whoever fills a field goes by its name and its parent's. A field that is told to be something else is treated as one
that is called so: ``x-semantic: given_name`` as ``first_name``.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from pytest_specmint.engine.described import VAGUE, described
from pytest_specmint.engine.distribution.money import MONEY_KINDS, is_money
from pytest_specmint.engine.nodes.listed import RowChoice
from pytest_specmint.engine.nodes.number import Decimals, Integers
from pytest_specmint.engine.nodes.text import SampledText, TemplateText
from pytest_specmint.engine.numbers import RANGES
from pytest_specmint.engine.plan import Node
from pytest_specmint.engine.templates import BOUNDS, is_for_numbers
from pytest_specmint.engine.vocabulary import Meaning, Vocabulary, snake_case
from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.hints import sites
from pytest_specmint.schema.loading.near import nearest
from pytest_specmint.schema.sets.goal import Goal
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.values import Json

KEYWORD = "x-semantic"
NONE = "none"
_MOMENTS = frozenset({"date", "date-time"})
NUMBERS = (*RANGES, *sorted(MONEY_KINDS))
"""Kinds of numbers, beside those of the vocabulary: words by which names of numbers end."""


class Called(NamedTuple):
    """A name and its parent's, what told them, and the kind of field; for one of no kind all names are empty."""

    name: str
    parent: str
    told_by: str
    kind: str = ""


def with_origin(node: Node, kind: str, told_by: str, locale: str) -> Node:
    """The leaf with what told its meaning, and whose words it has; the rest of its origin stays."""
    if not isinstance(node, RowChoice | TemplateText | SampledText | Integers | Decimals) or node.origin is None:
        return node
    origin = node.origin
    if origin.meaning:
        return replace(node, origin=replace(origin, told_by=told_by or origin.told_by, locale=locale))
    if told_by and (not kind or _made_of_it(node, kind)):
        return replace(node, origin=replace(origin, meaning=kind, told_by=told_by))
    return node


def _made_of_it(node: RowChoice | TemplateText | SampledText | Integers | Decimals, kind: str) -> bool:
    """Whether a leaf that does not say so is made as its kind asks: numbers within usual bounds, dates of birth."""
    if isinstance(node, Integers | Decimals):
        return kind in NUMBERS or kind == "money" or _last_word(kind) in RANGES
    stated = node.origin.stated if node.origin else None
    return isinstance(stated, Strings) and not _MOMENTS.isdisjoint(stated.formats)


# ---------------------------------------------------------------- x-semantic


def by_semantic(value: Json, schema: Schema, goal: Goal, vocabulary: Vocabulary) -> Called:
    """What a field counts as by the keyword; raises `SchemaError` for a kind that nobody knows."""
    if value is False or value == NONE:
        return Called("", "", KEYWORD)
    found = _named(value, vocabulary) if isinstance(value, str) else None
    if found is not None:
        return Called(*found, KEYWORD, str(value))
    places = [term.place for term in goal if term.positive]
    place = next((where for where, site in sites(schema, places) if KEYWORD in site), "#")
    raise SchemaError(
        f"{KEYWORD} {value!r} is no kind of field",
        pointer=join_pointer(place, KEYWORD),
        hint=_hint(value, vocabulary),
    )


def _hint(value: Json, vocabulary: Vocabulary) -> str:
    kinds = dict.fromkeys((*(each.kind for each in vocabulary.meanings), *NUMBERS))
    if not isinstance(value, str):
        return 'a kind such as "given_name", or false for none'
    meaning = vocabulary.meaning(value, "")
    by_name = [meaning.kind] if meaning is not None and "*" not in meaning.names else []
    near = list(dict.fromkeys((*by_name, *nearest(snake_case(value), kinds))))[:3]
    named = " or ".join(repr(each) for each in near)
    return f"did you mean {named}?" if near else f"kinds are what inspect shows as meaning; {NONE!r} for none"


@lru_cache(maxsize=256)
def _named(kind: str, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """The name, and the parent's, of a field that is surely of this kind; None where there is no such kind."""
    rows = [meaning for meaning in vocabulary.meanings if meaning.kind == kind]
    for meaning in rows:
        for name, parent in _names(meaning):
            found = vocabulary.meaning(name, parent)
            if found is not None and found.kind == kind:
                return name, parent
    if rows:
        return next(_names(rows[0]))
    return (kind, "") if kind in NUMBERS else None


def _names(meaning: Meaning) -> Iterator[tuple[str, str]]:
    for name in meaning.names:
        for parent in meaning.parents or ("",):
            yield name.lstrip("*_"), parent


# ---------------------------------------------------------------- descriptions


def by_description(
    name: str, parent: str, schema: Schema, goal: Goal, vocabulary: Vocabulary, *, number: bool
) -> Called | None:
    """What a field counts as by its title or description, where its name says nothing; None for most."""
    if not _says_nothing(name, parent, vocabulary, number=number):
        return None
    for _, site in sites(schema, [term.place for term in goal if term.positive]):
        for told_by in ("title", "description"):
            text = site.get(told_by)
            kind = described(text, vocabulary.phrases, number=number) if isinstance(text, str) else None
            found = None if kind is None else _named(kind, vocabulary)
            if found is not None:
                return Called(*found, told_by, str(kind))
    return None


def _says_nothing(name: str, parent: str, vocabulary: Vocabulary, *, number: bool) -> bool:
    meaning = vocabulary.meaning(name, parent)
    if number:
        ranged = meaning is not None and any(
            BOUNDS.fullmatch(each) or is_for_numbers(each) for each in meaning.templates
        )
        return not ranged and _last_word(name) not in RANGES and not is_money(name)
    return meaning is None or meaning.kind in VAGUE


def _last_word(name: str) -> str:
    return snake_case(name).rpartition("_")[2]
