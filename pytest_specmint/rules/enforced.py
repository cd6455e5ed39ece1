"""What the rules of a schema come to for those who generate. Light: schemas without rules load nothing else."""

from typing import TYPE_CHECKING

from msgspec import Struct

from pytest_specmint.schema.document import Schema

if TYPE_CHECKING:
    from pytest_specmint.rules.compile import CompiledRule


class Enforced(Struct, frozen=True):
    """How the rules that no record may break are kept."""

    schema: Schema
    """The schema that the engine works with: it says what it can of the rules."""
    built_in: tuple[str, ...] = ()
    """Ids of the rules that are part of it."""
    drawn: "tuple[CompiledRule, ...]" = ()
    """Rules for which a record that breaks them is drawn again."""
