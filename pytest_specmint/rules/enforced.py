"""What the rules of a schema come to for those who generate. Light: schemas without rules load nothing else."""

from typing import TYPE_CHECKING

from msgspec import Struct

from pytest_specmint.schema.document import Schema

if TYPE_CHECKING:
    from pytest_specmint.rules.compile import CompiledRule
    from pytest_specmint.rules.expression.terms import Term


class Ways(Struct, frozen=True):
    """Rules with a condition, case by case: in which of them the condition is true decides which place holds."""

    natural: Schema
    """The schema without these rules: how often each case occurs by nature."""
    conditions: "tuple[Term, ...]"
    places: tuple[str, ...]
    """By the case's number: bit i is whether condition i is true."""


class Enforced(Struct, frozen=True):
    """How the rules that no record may break are kept."""

    schema: Schema
    """The schema that the engine works with: it says what it can of the rules."""
    built_in: tuple[str, ...] = ()
    """Ids of the rules that are part of it."""
    drawn: "tuple[CompiledRule, ...]" = ()
    """Rules for which a record that breaks them is drawn again."""
    ways: Ways | None = None
