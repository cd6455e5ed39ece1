"""Locales: names, places and words of a country in its language. A folder each, ``locales/<tag>``, frozen by a version.

- ``locale.json``: title, version, licence, sources;
- ``tables/``: ``given.csv`` (name, ascii, sex), ``family.csv`` (name, ascii), ``towns.csv`` (city, its region, postal
  code and telephone numbers); ``<name>.txt``: word lists, which come before the base's of the same name;
- ``templates.json``: how fields of a kind are written there, in place of the base's templates. What all locales have in
  common stands in ``locales/templates.json``.

``en_US`` is the base itself. `locale_names` says which locales there are and which one is meant.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from pytest_specmint.packs.csv_tables import FOLDER, Tables
from pytest_specmint.packs.lists import WordLists
from pytest_specmint.packs.locale_names import ABOUT, locale_folder
from pytest_specmint.packs.pack import Source
from pytest_specmint.packs.text import read_text

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

TEMPLATES = "templates.json"


class About(Struct, frozen=True, forbid_unknown_fields=True):
    """What ``locale.json`` says."""

    title: str
    version: str
    licence: str
    sources: tuple[Source, ...]
    notes: tuple[str, ...] = ()
    """Which postal codes and telephone numbers it has, and why nobody has them."""


class Written(Struct, frozen=True, forbid_unknown_fields=True):
    """How fields are written, by kind; and other spellings of them, as `Meaning.others`."""

    templates: Mapping[str, tuple[str, ...]] = {}
    others: Mapping[str, tuple[str, ...]] = {}


class Locale(Struct, frozen=True, dict=True, eq=False):
    """A locale's words. Only ``locale.json`` is read until they are asked for."""

    tag: str
    about: About
    folder: "Traversable"

    @property
    def version(self) -> str:
        """Numbers and dots; part of the identity of datasets."""
        return self.about.version

    @cached_property
    def lists(self) -> WordLists:
        """Word lists by name."""
        return WordLists(self.folder, self.tag)

    @cached_property
    def tables(self) -> Tables:
        """Tables by name."""
        return Tables(self.folder, self.tag)

    @cached_property
    def written(self) -> Written:
        """How fields are written: what is said for the locale, and where it says nothing, what is said for all."""
        if not (self.folder / TEMPLATES).is_file():
            return Written()
        own, common = (_written(folder) for folder in (self.folder, locale_folder()))
        return Written({**common.templates, **own.templates}, {**common.others, **own.others})

    @cached_property
    def sha256(self) -> str:
        """The digest of all files, in hexadecimal: it tells two states of a locale of the same version apart."""
        hasher = sha256()
        for file, node in _files(self.folder):
            content = node.read_bytes()
            hasher.update(f"{file}\0{len(content)}\0".encode() + content)
        return hasher.hexdigest()


def _written(folder: "Traversable") -> Written:
    return msgspec.json.decode(read_text(folder, TEMPLATES, "locales").encode(), type=Written)


def _files(folder: "Traversable") -> "Iterator[tuple[str, Traversable]]":
    yield TEMPLATES, locale_folder() / TEMPLATES
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.name == FOLDER:
            inner = sorted(entry.iterdir(), key=lambda each: each.name)
            yield from ((f"{FOLDER}/{each.name}", each) for each in inner)
        elif entry.is_file():
            yield entry.name, entry


@lru_cache(maxsize=64)
def locale_named(tag: str) -> Locale:
    """The locale of a tag that `locale_tags` has."""
    folder = locale_folder() / tag
    return Locale(tag, msgspec.json.decode(read_text(folder, ABOUT, tag).encode(), type=About), folder)
