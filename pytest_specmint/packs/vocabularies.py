"""The vocabularies of all locales, with the packs that were chosen; each is read when it is asked for."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pytest_specmint.engine.vocabulary import Vocabulary
from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.packs.locale_names import BASE_LOCALE, locale_tags

if TYPE_CHECKING:
    from pytest_specmint.packs.pack import Pack


class Vocabularies(Mapping[str, Vocabulary]):
    """Vocabularies by the locale's tag; the empty one is the usual."""

    def __init__(self, packs: "tuple[Pack, ...]") -> None:
        self._packs = packs

    def __getitem__(self, tag: str) -> Vocabulary:
        usual = tag in {"", BASE_LOCALE}
        if not usual and tag not in locale_tags():
            raise KeyError(tag)
        if usual and not self._packs:
            return base_vocabulary()
        from pytest_specmint.packs.locales import locale_named
        from pytest_specmint.packs.vocabulary import vocabulary_of

        return vocabulary_of(self._packs, base_vocabulary(), None if usual else locale_named(tag))

    def __contains__(self, tag: object) -> bool:
        return tag in locale_tags()

    def __iter__(self) -> Iterator[str]:
        return iter(locale_tags())

    def __len__(self) -> int:
        return len(locale_tags())
