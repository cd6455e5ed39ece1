"""Which packs a dataset is made with: by name, or because its schema says so under ``x-domain``."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_specmint.errors import SchemaError, UsageError
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.hints import hints_of
from pytest_specmint.schema.sets.goal import Term

if TYPE_CHECKING:
    from pytest_specmint.packs.pack import Pack

KEYWORD = "x-domain"
BASE = "base"


def domain_names(given: str | Iterable[str] | None) -> tuple[str, ...]:
    """Names of packs: one, several separated by commas, or a list of them.

    Raises `UsageError` for what is not a name, and for a name that stands twice.
    """
    return _names(given, "domain")


def _names(given: object, what: str) -> tuple[str, ...]:
    if given is None:
        return ()
    listed = [given] if isinstance(given, str) else list(given) if isinstance(given, Iterable) else [given]
    names: list[str] = []
    for each in listed:
        if not isinstance(each, str) or not each.strip(" ,"):
            raise UsageError(f"{what} must name packs, not {each!r}", hint='"healthcare", or ["healthcare", "fintech"]')
        names += [name.strip() for name in each.split(",") if name.strip()]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"{what} names the pack {name!r} twice", hint="name each pack once")
        if name == BASE:
            raise UsageError(f"{what} names the pack 'base', which is always there", hint="leave it away")
    return tuple(names)


def schema_domains(schema: Schema) -> tuple[str, ...]:
    """The packs that a schema names where it stands (also through ``$ref`` and ``allOf``), else at its document's top.

    Raises `SchemaError` for a value that is not a name or a list of names, and for a name that stands twice.
    """
    found = (hints_of(schema, (Term(schema.place),)).extensions or {}).get(KEYWORD)
    place = schema.place
    if found is None and isinstance(schema.document, dict):
        found, place = schema.document.get(KEYWORD), "#"
    try:
        return _names(found, KEYWORD)
    except UsageError as error:
        raise SchemaError(error.message, pointer=f"{place}/{KEYWORD}", hint=error.hint) from None


@lru_cache(maxsize=64)
def packs_of(schema: Schema, domain: tuple[str, ...]) -> "tuple[Pack, ...]":
    """The packs that are named, those that the schema names after them, each once; most schemas: none.

    Raises `PackError` for packs that are missing, broken, or there twice.
    """
    names = tuple(dict.fromkeys((*domain, *schema_domains(schema))))
    if not names:
        return ()
    from pytest_specmint.packs.registry import pack_named

    return tuple(map(pack_named, names))
