"""The beginning of a third-party pack: a small project that can be installed, tested and used at once."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

from pytest_specmint.packs.errors import PackError
from pytest_specmint.packs.registry import BUILT_IN
from pytest_specmint.version import ENGINE_VERSION

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SUFFIX = ".template"
"""Keeps linters, type checkers and pytest from taking the files for parts of this package."""
NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}")


def project_files(name: str) -> dict[str, bytes]:
    """The files of a project for a pack of this name, by their paths; raises `PackError` for a name that cannot be."""
    if not NAME.fullmatch(name):
        raise PackError(f"{name!r} cannot be a pack's name", hint="small letters, digits, - and _: --name logistics")
    if name in BUILT_IN:
        raise PackError(f"there is a pack {name!r} already", hint="choose another name: --name logistics")
    words = {
        "@name@": name,
        "@module@": f"specmint_pack_{name.replace('-', '_')}",
        "@title@": name.replace("-", " ").replace("_", " ").capitalize(),
        "@engine@": str(ENGINE_VERSION),
    }
    template = files("pytest_specmint.packs") / "template"
    return {_filled(path, words): _filled(text, words).encode() for path, text in _texts(template, "")}


def _texts(folder: "Traversable", above: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            yield from _texts(entry, f"{above}{entry.name}/")
        else:
            yield above + entry.name.removesuffix(SUFFIX), entry.read_text(encoding="utf-8")


def _filled(text: str, words: dict[str, str]) -> str:
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text
