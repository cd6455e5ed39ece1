"""The vocabulary of several packs: what each of them knows, in their order, and then what the base knows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from msgspec.structs import replace

from pytest_specmint.engine.tables import Table
from pytest_specmint.engine.templates import FIELD, unmarked
from pytest_specmint.engine.vocabulary import Meaning, Vocabulary
from pytest_specmint.packs.chosen import BASE
from pytest_specmint.packs.columns import WithColumns
from pytest_specmint.packs.errors import broken
from pytest_specmint.packs.locales import Locale
from pytest_specmint.packs.localised import ALIASES, Aliased, in_locale
from pytest_specmint.packs.pack import Pack
from pytest_specmint.packs.semantics import check_templates

T = TypeVar("T")
DOMAINS = "domains"
_RESERVED = re.compile(r"([a-z0-9-]+\.)*(example\.(com|net|org)|example|test|invalid|localhost)", re.ASCII)
"""RFC 2606 and RFC 6761."""


class Layered(Mapping[str, T]):
    """Several mappings as one: the first that has a name has it; ``layer/name`` means the one of that layer."""

    def __init__(self, layers: Mapping[str, Mapping[str, T]]) -> None:
        self._layers = layers

    def owner(self, name: str) -> str | None:
        """The layer that a plain name leads to."""
        return next((layer for layer, known in self._layers.items() if name in known), None)

    def __getitem__(self, name: str) -> T:
        layer, slash, inner = name.partition("/")
        if slash:
            return self._layers[layer][inner]
        owner = self.owner(name)
        if owner is None:
            raise KeyError(name)
        return self._layers[owner][name]

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        layer, slash, inner = name.partition("/")
        return inner in self._layers.get(layer, {}) if slash else self.owner(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for known in self._layers.values() for name in known))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@lru_cache(maxsize=64)
def vocabulary_of(packs: tuple[Pack, ...], base: Vocabulary, locale: Locale | None = None) -> Vocabulary:
    """What the packs know, in their order, then the locale, then the base.

    A pack's own templates mean its own lists and tables, and the base's where it has none of that name, whatever
    other packs have; the base's templates mean what comes first. Raises `PackError` where a pack's template names
    nothing.
    """
    sources: dict[str, Pack | Locale] = {each.name: each for each in packs}
    if locale is not None:
        sources[locale.tag] = locale
    lists: Layered[Sequence[str]] = Layered(
        {**{name: WithColumns(each.lists, each.tables) for name, each in sources.items()}, BASE: base.lists}
    )
    tables: Layered[Table] = Layered({**{name: each.tables for name, each in sources.items()}, BASE: base.tables})
    meanings: list[Meaning] = []
    for pack in packs:
        own = check_own_templates(pack, base.lists, base.tables)
        for meaning in pack.meanings:
            said = ((_qualified(each, own, (lists, tables)) for each in these) for these in _texts(meaning))
            meanings.append(_with_texts(meaning, *map(tuple, said)))
    usual = base.meanings if locale is None else in_locale(base.meanings, locale)
    meanings += (_visible(each, lists, tables) for each in usual)
    aliases = [each for each in ALIASES if lists.owner(each) == BASE]
    known = WithColumns(lists if locale is None else Aliased(lists, locale.tag, aliases), tables)
    return Vocabulary(known, tuple(meanings), tables, base.phrases)


def _texts(meaning: Meaning) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return meaning.templates, meaning.others


def _with_texts(meaning: Meaning, templates: tuple[str, ...], others: tuple[str, ...]) -> Meaning:
    return replace(meaning, templates=templates, others=others)


def _visible(meaning: Meaning, lists: Layered[Sequence[str]], tables: Layered[Table]) -> Meaning:
    """A meaning of the base as far as nobody took its tables' names for a list or for a table of other columns."""
    templates, others = (tuple(each for each in these if _is_visible(each, lists, tables)) for these in _texts(meaning))
    if len(templates) == len(meaning.templates):
        return meaning if len(others) == len(meaning.others) else _with_texts(meaning, templates, others)
    return _with_texts(meaning, others or templates or meaning.templates, others)


def _is_visible(template: str, lists: Layered[Sequence[str]], tables: Layered[Table]) -> bool:
    columns = (
        unmarked(field).partition("|")[0].partition(".") for field in FIELD.findall(template) if ".." not in field
    )
    return all(
        "/" in table
        or (lists.owner(table) == (owner := tables.owner(table)) and (owner == BASE or column in tables[table].columns))
        for table, dot, column in columns
        if dot and table in tables
    )


def check_own_templates(
    pack: Pack, base_lists: Mapping[str, Sequence[str]], base_tables: Mapping[str, Table]
) -> "_Pair":
    """The lists and tables that a pack's own templates mean; `PackError` where one of them names nothing."""
    lists: Layered[Sequence[str]] = Layered({pack.name: WithColumns(pack.lists, pack.tables), BASE: base_lists})
    tables: Layered[Table] = Layered({pack.name: pack.tables, BASE: base_tables})
    _check_domains(pack)
    check_templates(pack.meanings, lists, tables, pack.folder, pack.name)
    return lists, tables


def _check_domains(pack: Pack) -> None:
    """The list that e-mail addresses and hosts are made of holds names that nobody can register."""
    for line, domain in enumerate(pack.lists.get(DOMAINS, ()), 1):
        if not _RESERVED.fullmatch(domain):
            words = f"{domain!r}, its {line}. word, may be somebody's"
            raise broken(
                pack.name, f"{DOMAINS}.txt", words, hint="names of RFC 2606: below example.com, .example, .test"
            )


_Pair = tuple[Layered[Sequence[str]], Layered[Table]]


def _qualified(template: str, own: _Pair, all_of_them: _Pair) -> str:
    """The template with ``pack/name`` where a plain name would mean what another pack has."""

    def meant(field: str) -> str:
        mark, field = field.removesuffix(unmarked(field)), unmarked(field)
        first, dot, _ = field.partition("|")[0].partition(".")
        owner = own[1].owner(first) if dot else own[0].owner(first)
        if owner is None:
            return mark + field
        plain = owner == (all_of_them[1].owner(first) if dot else all_of_them[0].owner(first))
        return mark + field if plain else f"{mark}{owner}/{field}"

    return FIELD.sub(lambda match: f"{{{meant(match[1])}}}", template)
