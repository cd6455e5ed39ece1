"""The base's meanings as a locale writes them: the same kinds of fields by the same names, filled with its words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from pytest_specmint.engine.templates import APART, FIELD, is_shared, unmarked
from pytest_specmint.engine.vocabulary import Meaning
from pytest_specmint.packs.locales import Locale

ALIASES: Mapping[str, str] = {"given_names": "given.ascii", "family_names": "family.ascii", "cities": "towns.city"}
"""Lists of the base that a locale has as columns: what else draws from them, such as formats, gets those."""


class Aliased(Mapping[str, Sequence[str]]):
    """Word lists of which some are columns of a locale's tables."""

    def __init__(self, lists: Mapping[str, Sequence[str]], tag: str, names: Iterable[str]) -> None:
        self._lists = lists
        self._aliases = {name: f"{tag}/{ALIASES[name]}" for name in names}

    def __getitem__(self, name: str) -> Sequence[str]:
        return self._lists[self._aliases.get(name, name)]

    def __contains__(self, name: object) -> bool:
        return name in self._lists

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)


def in_locale(meanings: Sequence[Meaning], locale: Locale) -> tuple[Meaning, ...]:
    """The meanings with the locale's templates, where it has some for their kind.

    Where the base draws each field for itself, such as names of several people in one object, so does the locale.
    """
    written = locale.written
    return tuple(_in_locale(each, locale) if each.kind in written.templates else each for each in meanings)


def _in_locale(meaning: Meaning, locale: Locale) -> Meaning:
    shared = any(is_shared(field) for template in meaning.templates for field in FIELD.findall(template))
    templates = locale.written.templates[meaning.kind]
    others = locale.written.others.get(meaning.kind, ())
    return replace(
        meaning,
        templates=tuple(_of(each, locale, shared=shared) for each in templates),
        others=tuple(_of(each, locale, shared=shared) for each in others),
    )


def _of(template: str, locale: Locale, *, shared: bool) -> str:
    """The template with the locale's own lists and tables by their full names, shared or not."""

    def meant(field: str) -> str:
        plain = unmarked(field)
        mark = field.removesuffix(plain)
        if not shared and is_shared(field):
            mark = APART
        root = plain.partition("|")[0].partition(".")[0]
        own = root in locale.lists or root in locale.tables
        return f"{mark}{locale.tag}/{plain}" if own else f"{mark}{plain}"

    return FIELD.sub(lambda match: f"{{{meant(match[1])}}}", template)
