"""Reading the base vocabulary from the files beside this module."""

import json
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from pytest_specmint.engine.vocabulary import Meaning, Vocabulary


@lru_cache(maxsize=1)
def base_vocabulary() -> Vocabulary:
    """The vocabulary that every schema gets: word lists and the meanings of field names."""
    folder = files("pytest_specmint.packs") / "base"
    lists = {
        entry.name.removesuffix(".txt"): _words(entry.read_text(encoding="utf-8"))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".txt")
    }
    rows = json.loads((folder / "semantics.json").read_text(encoding="utf-8"))
    meanings = tuple(
        Meaning(row["kind"], tuple(row["names"]), tuple(row["templates"]), tuple(row.get("parents", ())))
        for row in rows
    )
    return Vocabulary(MappingProxyType(lists), meanings)


def _words(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))
