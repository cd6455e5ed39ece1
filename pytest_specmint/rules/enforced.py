"""What the rules of a schema come to for those who generate. Light: schemas without rules load nothing else."""

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from pytest_specmint.schema.document import Schema, is_uri

if TYPE_CHECKING:
    from pytest_specmint.rules.compile import CompiledRule
    from pytest_specmint.rules.expression.terms import Term
    from pytest_specmint.rules.links import Link

KEYWORD = "x-rules"
SENTENCES = "x-cross-field-rules"


@lru_cache(maxsize=64)
def speaks(schema: Schema) -> bool:
    """Whether a schema says somewhere how fields belong together: one quick look at what most schemas have not."""
    stack: list[object] = [document for name, document in schema.documents.items() if not is_uri(name)]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if KEYWORD in node or SENTENCES in node:
                return True
            stack.extend(each for each in node.values() if isinstance(each, (dict, list)))
        elif isinstance(node, list):
            stack.extend(node)
    return False


class Choice(Struct, frozen=True):
    """A rule that splits the records: first those that it applies to, then those that its condition is not true of.

    A warning also leaves some of the former as they are, or breaks itself in them, so that its rate is met.
    """

    rule: "CompiledRule"
    condition: "Term | None"
    """None where it applies to all records."""
    options: tuple[str, ...]
    """What its options are called: ``held``, ``free``, ``broken``, ``other``."""


class Way(Struct, frozen=True):
    """One combination of options: the place of its schema, and its ties between fields."""

    options: tuple[str, ...]
    """By choice."""
    place: str
    links: "tuple[Link, ...]" = ()


class Ways(Struct, frozen=True):
    """Rules that split the records, case by case."""

    natural: Schema
    """The schema without these rules: how often each case occurs by nature."""
    choices: tuple[Choice, ...]
    ways: tuple[Way, ...]


class Enforced(Struct, frozen=True):
    """How the rules that no record may break are kept."""

    schema: Schema
    """The schema that the engine works with: it says what it can of the rules."""
    rules: "tuple[CompiledRule, ...]" = ()
    """Rules that no record may break."""
    drawn: tuple[str, ...] = ()
    """Ids of those that are kept by drawing records again."""
    links: "tuple[Link, ...]" = ()
    """Ties between fields in every record."""
    warnings: "tuple[tuple[CompiledRule, Link], ...]" = ()
    """Warnings as ties, of which the shares are still to be found."""
    ways: Ways | None = None
    unmet: tuple[str, ...] = ()
    """Ids of warnings, and of rules about the dataset, that generation leaves to chance."""
