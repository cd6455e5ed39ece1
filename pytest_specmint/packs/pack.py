"""A pack: a folder of data about a domain. ``pack.json`` says what it is; all else is read when it is needed.

- ``<name>.txt``: word lists; ``tables/<name>.csv``: tables; ``semantics.json``: what field names mean;
- ``rules.yaml``: rules for schemas that have the fields they read; ``context.md``: words for language models.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from pytest_specmint.packs.csv_tables import FOLDER, Tables
from pytest_specmint.packs.errors import PackError, broken
from pytest_specmint.packs.lists import WordLists
from pytest_specmint.packs.semantics import FILE as SEMANTICS
from pytest_specmint.packs.semantics import line_of, read_meanings
from pytest_specmint.packs.text import read_text
from pytest_specmint.version import ENGINE_VERSION

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from pytest_specmint.engine.vocabulary import Meaning
    from pytest_specmint.rules.model import Rule
    from pytest_specmint.rules.python import PythonRule

ABOUT = "pack.json"
RULES = "rules.yaml"
CONTEXT = "context.md"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,3}")
_DEMAND = re.compile(r"(>=|<) ?([0-9]{1,9})")
_LINE = re.compile(r"\(byte (\d+)\)")


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """Where data of a pack come from."""

    title: str
    licence: str
    url: str = ""


class Example(Struct, frozen=True, forbid_unknown_fields=True):
    """A schema of the domain and a golden made from it; paths as the pack's project has them."""

    schema: str
    golden: str = ""


class Writer(Struct, frozen=True, forbid_unknown_fields=True):
    """An output format that the pack brings, for ``--format``."""

    name: str
    value: str
    """``module:NAME`` of a `pytest_specmint.rendering.format.Format`; loaded when it is asked for."""


class About(Struct, frozen=True, forbid_unknown_fields=True):
    """What ``pack.json`` says."""

    name: str
    version: str
    title: str
    description: str
    licence: str
    engine: str = ">=1"
    """Versions of the engine that it is made for: ``>=3``, or ``>=3, <5``."""
    sources: tuple[Source, ...] = ()
    examples: tuple[Example, ...] = ()
    writers: tuple[Writer, ...] = ()


class Pack(Struct, frozen=True, dict=True, eq=False):
    """A domain's word lists, tables, meanings and rules. Only ``pack.json`` is read until they are asked for."""

    about: About
    folder: "Traversable"
    provider: str = ""
    """What brought it: a distribution and its version, for messages."""
    python_rules: "tuple[PythonRule, ...]" = ()
    """Rules of its module, besides those of its file."""

    @property
    def name(self) -> str:
        """The name by which it is chosen."""
        return self.about.name

    @property
    def version(self) -> str:
        """Numbers and dots; part of the identity of datasets."""
        return self.about.version

    @cached_property
    def lists(self) -> WordLists:
        """Word lists by name."""
        return WordLists(self.folder, self.name)

    @cached_property
    def tables(self) -> Tables:
        """Tables by name."""
        return Tables(self.folder, self.name)

    @cached_property
    def meanings(self) -> "tuple[Meaning, ...]":
        """What field names mean, in the order in which it is tried; raises `PackError`."""
        return read_meanings(self.folder, self.name)

    @cached_property
    def rules(self) -> "tuple[Rule, ...]":
        """The rules, of its file and of its module; raises `PackError`."""
        from pytest_specmint.packs.rules import read_pack_rules

        return read_pack_rules(self.folder, self.name, self.python_rules)

    @cached_property
    def context(self) -> str:
        """Words about the domain for language models; empty where there are none."""
        return read_text(self.folder, CONTEXT, self.name) if (self.folder / CONTEXT).is_file() else ""

    @cached_property
    def sha256(self) -> str:
        """The digest of all that is in it, in hexadecimal: it tells two states of a pack of the same version apart."""
        hasher = sha256()
        for file, node in _files(self.folder):
            content = node.read_bytes()
            hasher.update(f"{file}\0{len(content)}\0".encode() + content)
        for rule in self.python_rules:
            hasher.update(f"{rule.id}\0{rule.reference}\0{rule.sha256}\0".encode())
        return hasher.hexdigest()


def _files(folder: "Traversable") -> "Iterator[tuple[str, Traversable]]":
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.name in {ABOUT, SEMANTICS, RULES, CONTEXT} or entry.name.endswith(".txt"):
            yield entry.name, entry
        elif entry.name == FOLDER:
            inner = sorted(entry.iterdir(), key=lambda each: each.name)
            yield from ((f"{FOLDER}/{each.name}", each) for each in inner if each.name.endswith(".csv"))


def read_pack(folder: "Traversable", provider: str = "", rules: "Iterable[PythonRule]" = ()) -> Pack:
    """The pack of a folder (a `Path`, or what `importlib.resources.files` gives), with rules in Python.

    Raises `PackError` where there is no ``pack.json``, where it is malformed, or where the pack is made for another
    version of the engine.
    """
    where = provider or str(folder)
    if not (folder / ABOUT).is_file():
        raise PackError(f"{where} is not a pack: it has no {ABOUT}", hint="specmint-cli packs init DIR makes one")
    text = read_text(folder, ABOUT, where)
    about = _about(text, where)
    _check_engine(about)
    return Pack(about, folder, provider, tuple(rules))


def _about(text: str, where: str) -> About:
    try:
        about = msgspec.json.decode(text.encode(), type=About)
    except msgspec.MsgspecError as error:
        raise broken(where, ABOUT, f"{error}", line=_line(text, error), hint="see docs/packs.md for its keys") from None
    if not _NAME.fullmatch(about.name):
        hint = "small letters, digits, - and _, a letter first, at most 64"
        raise broken(
            where, ABOUT, f"{about.name!r} cannot be a pack's name", line=_line_of_key(text, "name"), hint=hint
        )
    if not _VERSION.fullmatch(about.version):
        line = _line_of_key(text, "version")
        raise broken(where, ABOUT, f"{about.version!r} is not a version", line=line, hint="numbers and dots: 1.0")
    if not all(_DEMAND.fullmatch(each.strip()) for each in about.engine.split(",")):
        line = _line_of_key(text, "engine")
        raise broken(where, ABOUT, f"engine {about.engine!r} is not understood", line=line, hint='">=3", or ">=3, <5"')
    return about


def _line(text: str, error: msgspec.MsgspecError) -> int | None:
    """The line of malformed JSON, or of the key that the error is about."""
    at = _LINE.search(str(error))
    if at:
        return text.encode()[: int(at[1])].count(b"\n") + 1
    item = re.search(r"\$\.(\w+)\[(\d+)\]", str(error))
    if item:
        begin = text.find(f'"{item[1]}"')
        return text.count("\n", 0, text.index("[", begin)) + line_of(text[text.index("[", begin) :], int(item[2]))
    key = re.search(r"\$\.(\w+)|unknown field `(\w+)`", str(error))
    return _line_of_key(text, key[1] or key[2]) if key else None


def _line_of_key(text: str, key: str) -> int | None:
    found = re.search(rf'"{re.escape(key)}"\s*:', text)
    return None if found is None else text.count("\n", 0, found.start()) + 1


def _check_engine(about: About) -> None:
    for demand in about.engine.split(","):
        found = _DEMAND.fullmatch(demand.strip())
        assert found
        number = int(found[2])
        if not (number <= ENGINE_VERSION if found[1] == ">=" else number > ENGINE_VERSION):
            newer = found[1] == ">="
            raise PackError(
                f"pack {about.name} {about.version} is made for engine {about.engine}, this is {ENGINE_VERSION}",
                hint=f"install a {'newer pytest-specmint' if newer else 'newer version of the pack'}",
            )


def version_key(version: str) -> tuple[int, ...]:
    """A version in a form that compares: 1.10 is newer than 1.9, and 1.0 the same as 1."""
    numbers = [int(each) if each.isdigit() else 0 for each in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
