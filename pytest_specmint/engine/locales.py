"""``x-locale``: whose words, names and places an object or a field has."""

from collections.abc import Iterable, Mapping

from pytest_specmint.engine.vocabulary import Vocabulary
from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.hints import sites
from pytest_specmint.schema.loading.near import nearest
from pytest_specmint.schema.sets.goal import Goal
from pytest_specmint.schema.sets.values import Json

KEYWORD = "x-locale"


def locale_of(value: Json, schema: Schema, goal: Goal, known: Mapping[str, Vocabulary]) -> str:
    """The locale that a part of a schema names; raises `SchemaError` for one that does not exist."""
    tag = tag_of(value)
    if tag in known:
        return tag
    places = [term.place for term in goal if term.positive]
    place = next((where for where, site in sites(schema, places) if KEYWORD in site), "#")
    raise SchemaError(unknown(KEYWORD, value), pointer=join_pointer(place, KEYWORD), hint=hint(value, known))


def tag_of(value: object) -> str:
    """The tag as locales are named: ``de-DE`` is ``de_DE``."""
    return value.replace("-", "_") if isinstance(value, str) else ""


def unknown(what: str, value: object) -> str:
    """What is wrong with a locale that does not exist."""
    return f"{what} must be the name of a locale, and {value!r} is none"


def hint(value: object, known: Iterable[str]) -> str:
    """Which locales there are, the nearest first."""
    names = list(known)
    near = nearest(tag_of(value), names, 1) if isinstance(value, str) else []
    return f"{f'did you mean {near[0]!r}? ' if near else ''}there are {', '.join(names)}"
