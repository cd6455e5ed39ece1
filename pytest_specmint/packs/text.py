"""The text files of packs: UTF-8, comments on top, and what every line has to be."""

import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct

from pytest_specmint.packs.errors import broken

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

MARK = "#"
_FACTS = {name: name for name in ("source", "licence", "group", "weight", "join", "repeats", "tells")}
_FACTS["license"] = "licence"
"""What comments on top may say of a file, and of which field that is."""


class Noted(Struct, frozen=True):
    """A file without its comments, and what these say."""

    lines: tuple[str, ...]
    """What comes after the comments on top."""
    first: int
    """Line number of the first of them, counted from 1."""
    title: str
    source: str
    licence: str
    group: str = ""
    weight: str = ""
    join: str = ""
    repeats: str = ""
    tells: str = ""


def read_text(folder: "Traversable", file: str, pack: str) -> str:
    """A file of a pack; raises `PackError` where it cannot be read, is not UTF-8, or not in normal form NFC."""
    node = folder
    for part in file.split("/"):
        node = node / part
    try:
        raw = node.read_bytes()
    except OSError as error:
        raise broken(pack, file, f"cannot be read: {error.strerror}") from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise broken(
            pack, file, "is not UTF-8", line=line, hint="save it as UTF-8, without a byte order mark"
        ) from None
    if not unicodedata.is_normalized("NFC", text):
        lines = enumerate(text.splitlines(), 1)
        line = next((at for at, each in lines if not unicodedata.is_normalized("NFC", each)), 1)
        raise broken(pack, file, "is not in Unicode's normal form C", line=line, hint="unicodedata.normalize('NFC', …)")
    return text


def noted(text: str) -> Noted:
    """The comments on top read: ``# Source: …``, ``# Licence: …``, and so on; the first other one is the title."""
    lines = text.splitlines()
    top = next((at for at, line in enumerate(lines) if not line.startswith(MARK)), len(lines))
    said = [line.lstrip("# ").rstrip() for line in lines[:top]]
    facts = dict.fromkeys(_FACTS.values(), "")
    title = ""
    for each in said:
        key, _, value = each.partition(":")
        name = _FACTS.get(key.strip().lower())
        if name is None:
            title = title or each
        else:
            facts[name] = f"{facts[name]}; {value.strip()}".removeprefix("; ")
    return Noted(tuple(lines[top:]), top + 1, title, **facts)
