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
from pytest_specmint.packs.pack import Pack
from pytest_specmint.packs.registry import pack_named
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


@lru_cache(maxsize=16)
def vocabulary_of(packs: tuple[Pack, ...], base: Vocabulary) -> Vocabulary:
    """What the packs know, in their order, and then the base; `PackError` where a template of theirs names nothing.

    A pack's own templates mean its own lists and tables, and the base's where it has none of that name, whatever
    other packs have; the base's templates mean what comes first.
    """
    lists: Layered[Sequence[str]] = Layered({**{each.name: each.lists for each in packs}, BASE: base.lists})
    tables: Layered[Table] = Layered({**{each.name: each.tables for each in packs}, BASE: pack_named(BASE).tables})
    meanings: list[Meaning] = []
    for pack in packs:
        own = check_own_templates(pack, base.lists, pack_named(BASE).tables)
        for meaning in pack.meanings:
            said = (_qualified(template, own, (lists, tables)) for template in meaning.templates)
            meanings.append(replace(meaning, templates=tuple(said)))
    return Vocabulary(WithColumns(lists, tables), (*meanings, *base.meanings), tables)


def check_own_templates(
    pack: Pack, base_lists: Mapping[str, Sequence[str]], base_tables: Mapping[str, Table]
) -> "_Pair":
    """The lists and tables that a pack's own templates mean; `PackError` where one of them names nothing."""
    lists: Layered[Sequence[str]] = Layered({pack.name: pack.lists, BASE: base_lists})
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
