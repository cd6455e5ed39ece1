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
    told_by: str = ""
    """What says the meaning: ``name``, ``name and parent``, ``description``, ``title``, ``x-semantic``."""
    locale: str = ""
    """The locale whose words they are, where one was asked for."""
    listed: tuple[str, ...] = ()
    """The values, where the schema lists them and the meaning only says which of them comes."""
