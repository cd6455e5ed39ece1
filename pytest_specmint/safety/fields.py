"""Which kinds a field may hold: by its name and its parent's, decided once per field of a dataset."""

from collections.abc import Mapping

from pytest_specmint.engine.vocabulary import Meaning, Vocabulary, snake_case
from pytest_specmint.safety.table import KINDS, STREET_FIELDS, STREETS, Kind

MAX_NAMES = 1000
"""Fields of one object that are remembered; objects with more are maps, and their keys are data."""

_OWN = tuple((kind, Meaning(kind.name, kind.fields, ())) for kind in KINDS if kind.fields)
_STREET = Meaning("street", STREET_FIELDS, ())


class Field:
    """A field of a dataset, items of arrays being of the array's field: what it may hold, and the fields below."""

    __slots__ = ("_below", "_vocabulary", "kinds", "name", "street", "streets", "zips")

    def __init__(self, vocabulary: Vocabulary, name: str = "", parent: str = "") -> None:
        self._vocabulary = vocabulary
        self._below: dict[str, Field] = {}
        self.name = name
        meaning = vocabulary.meaning(name, parent) if name else None
        self.kinds = _kinds(meaning.kind if meaning else "", snake_case(name))
        self.street = bool(meaning and meaning.kind in STREETS) or _STREET.covers(snake_case(name), "")
        self.streets: list[str] = []
        """Names below it that hold a street."""
        self.zips = any(kind.beside_street for kind in self.kinds)

    def known(self, names: Mapping[str, object]) -> Mapping[str, "Field"]:
        """The fields below it, these names among them."""
        if names.keys() <= self._below.keys():
            return self._below
        new = {name: Field(self._vocabulary, name, self.name) for name in names if name not in self._below}
        if len(self._below) + len(new) > MAX_NAMES:
            return {**{name: self._below[name] for name in names if name in self._below}, **new}
        self._below.update(new)
        self.streets += [name for name, field in new.items() if field.street]
        return self._below


def _kinds(meaning: str, name: str) -> tuple[Kind, ...]:
    own = {kind.name for kind, names in _OWN if names.covers(name, "")}
    return tuple(kind for kind in KINDS if meaning in kind.meanings or kind.name in own)
