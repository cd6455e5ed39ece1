"""Which locales there are, and which one a dataset or a schema means. Light: most datasets have none."""

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pytest_specmint.engine.locales import KEYWORD, hint, tag_of, unknown
from pytest_specmint.errors import SchemaError, UsageError
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.hints import hints_of, sites
from pytest_specmint.schema.sets.goal import Term

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

BASE_LOCALE = "en_US"
"""The locale of the base vocabulary."""
ABOUT = "locale.json"


def locale_folder() -> "Traversable":
    """The folder with a folder per locale."""
    return files("pytest_specmint.packs") / "locales"


@lru_cache(maxsize=1)
def locale_tags() -> tuple[str, ...]:
    """The tags of all locales."""
    return tuple(sorted(entry.name for entry in locale_folder().iterdir() if (entry / ABOUT).is_file()))


def locale_tag(given: str | None) -> str:
    """The tag of a locale that is asked for, ``de-DE`` or ``de_DE``; empty for none.

    Raises `UsageError` for one that does not exist, naming the nearest.
    """
    if given is None or given == "":
        return ""
    tag = tag_of(given)
    if tag not in locale_tags():
        raise UsageError(unknown("locale", given), hint=hint(given, locale_tags()))
    return tag


@lru_cache(maxsize=64)
def schema_locale(schema: Schema) -> str:
    """The locale that a schema names where it stands (also through ``$ref`` and ``allOf``), else at its document's top.

    Raises `SchemaError` for one that does not exist.
    """
    found = (hints_of(schema, (Term(schema.place),)).extensions or {}).get(KEYWORD)
    place = schema.place
    if found is None and isinstance(schema.document, dict):
        found, place = schema.document.get(KEYWORD), "#"
    if found is None:
        return ""
    if tag_of(found) not in locale_tags():
        raise SchemaError(
            unknown(KEYWORD, found), pointer=join_pointer(place, KEYWORD), hint=hint(found, locale_tags())
        )
    return tag_of(found)


@lru_cache(maxsize=64)
def locales_within(schema: Schema) -> tuple[str, ...]:
    """The locales that parts of a schema name, by their tags: all but the one at its top, and such as do not exist."""
    top = [site for _, site in sites(schema, [schema.place])] + [schema.document]
    found: set[str] = set()
    pending: list[Any] = [schema.document, *schema.documents.values()]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            if KEYWORD in node and not any(node is each for each in top):
                found.add(tag_of(node[KEYWORD]))
            pending += node.values()
        elif isinstance(node, list):
            pending += node
    return tuple(sorted(found & set(locale_tags())))
