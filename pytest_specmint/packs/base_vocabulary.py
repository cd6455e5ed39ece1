"""Reading the base vocabulary from the files beside this module."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import orjson

from pytest_specmint.engine.vocabulary import Meaning, Vocabulary
from pytest_specmint.packs.columns import WithColumns
from pytest_specmint.packs.csv_tables import Tables

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_SUFFIX = ".txt"


@lru_cache(maxsize=1)
def base_vocabulary() -> Vocabulary:
    """The vocabulary that every schema gets: word lists and the meanings of field names."""
    folder = files("pytest_specmint.packs") / "base"
    rows = orjson.loads((folder / "semantics.json").read_bytes())
    meanings = tuple(
        Meaning(row["kind"], *(tuple(row.get(key, ())) for key in ("names", "templates", "parents", "others")))
        for row in rows
    )
    tables = Tables(folder, "base")
    phrases = LazyObject(folder / "descriptions.json")
    return Vocabulary(WithColumns(WordLists(folder), tables), meanings, tables, phrases)


class LazyObject(Mapping[str, Any]):
    """The object that a JSON file holds, read when it is first asked for."""

    def __init__(self, file: "Traversable") -> None:
        self._file = file
        self._read: dict[str, Any] | None = None

    @property
    def _content(self) -> dict[str, Any]:
        if self._read is None:
            self._read = orjson.loads(self._file.read_bytes())
        return self._read

    def __getitem__(self, name: str) -> Any:
        return self._content[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def __len__(self) -> int:
        return len(self._content)


class WordLists(Mapping[str, tuple[str, ...]]):
    """The word lists of a folder by name, each read when it is asked for: few schemas need many."""

    def __init__(self, folder: "Traversable") -> None:
        self._folder = folder
        self._names = frozenset(
            entry.name.removesuffix(_SUFFIX) for entry in folder.iterdir() if entry.name.endswith(_SUFFIX)
        )
        self._read: dict[str, tuple[str, ...]] = {}

    def __getitem__(self, name: str) -> tuple[str, ...]:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = _words((self._folder / f"{name}{_SUFFIX}").read_text(encoding="utf-8"))
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._names))

    def __len__(self) -> int:
        return len(self._names)


def _words(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))
