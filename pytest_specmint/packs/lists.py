"""The word lists of a pack: a file each, ``<name>.txt``, a text per line."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pytest_specmint.packs.errors import broken
from pytest_specmint.packs.text import Noted, noted, read_text

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SUFFIX = ".txt"


class WordLists(Mapping[str, tuple[str, ...]]):
    """Word lists by name, each read and checked when it is first asked for; raises `PackError` then."""

    def __init__(self, folder: "Traversable", pack: str) -> None:
        self._folder, self._pack = folder, pack
        files = (entry.name for entry in folder.iterdir())
        self._names = tuple(sorted(file.removesuffix(SUFFIX) for file in files if file.endswith(SUFFIX)))
        self._read: dict[str, tuple[Noted, tuple[str, ...]]] = {}

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self._known(name)[1]

    def about(self, name: str) -> Noted:
        """What the comments on top of a list say: title, source and licence."""
        return self._known(name)[0]

    def _known(self, name: str) -> tuple[Noted, tuple[str, ...]]:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = _read(self._folder, name + SUFFIX, self._pack)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _read(folder: "Traversable", file: str, pack: str) -> tuple[Noted, tuple[str, ...]]:
    about = noted(read_text(folder, file, pack))
    words: dict[str, int] = {}
    for line, word in enumerate(about.lines, about.first):
        if not word or word.startswith("#"):
            continue
        if word != word.strip() or not word.isprintable():
            raise broken(
                pack, file, f"{word!r} begins or ends with a blank, or has signs that cannot be seen", line=line
            )
        if word in words:
            raise broken(pack, file, f"{word!r} stands on line {words[word]} already", line=line)
        words[word] = line
    if not words:
        raise broken(pack, file, "holds no words", hint="a text per line, below comments that begin with '# '")
    return about, tuple(words)
