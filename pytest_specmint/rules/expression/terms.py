"""Typed terms: what `resolve` makes of a tree, and `interpret`, `compile` and `analyse` work on."""

from collections.abc import Iterator

from msgspec import Struct

from pytest_specmint.rules.expression.kinds import Kind
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.expression.numbers import Exact

Value = Exact | str | bool
"""Texts and truth values as they are, numbers exact; days, moments (ns), spans (days or ns) and months as integers.
``None`` in a value's place: it is unknown."""


class Place(Struct, frozen=True):
    """What a path points at: steps from the record, the item, or a loop's variable."""

    root: str
    steps: tuple[Step, ...] = ()


class Term(Struct, frozen=True):
    """An operation on terms; ``const`` holds its value, ``path`` and the lists' functions the place they read."""

    op: str
    kind: Kind
    args: tuple["Term", ...] = ()
    value: Value | None = None
    place: Place | None = None
    variable: str = ""
    """The name that a list's function gives its items; its first argument is the body, a second one the condition."""
    among: frozenset[Value] | frozenset[tuple[Value, ...]] = frozenset()
    """The values that ``in`` looks among."""
    may: frozenset[Kind] = frozenset()
    """The kinds that a field may have."""
    decimals: int | None = None
    at: int = 0


def constant(value: Value, kind: Kind, at: int = 0) -> Term:
    """A term that is known."""
    return Term("const", kind, value=value, at=at)


def walk(term: Term) -> Iterator[Term]:
    """A term and all that it is made of."""
    yield term
    for each in term.args:
        yield from walk(each)
