"""Where a node comes from, for those who ask what was understood; sampling never looks at it."""

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pytest_specmint.schema.sets.numbers import Numbers
    from pytest_specmint.schema.sets.strings import Strings
    from pytest_specmint.schema.shape import ArrayShape


class Origin(Struct, frozen=True):
    """What the schema states about the value, before defaults, and what the field's name was taken to mean."""

    stated: "Numbers | Strings | ArrayShape"
    meaning: str = ""
    """The kind of field; empty where the name played no part."""
    templates: tuple[str, ...] = ()
    """The templates drawn from, as the vocabulary writes them."""
