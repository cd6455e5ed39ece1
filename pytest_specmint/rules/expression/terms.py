"""Typed terms: what `resolve` makes of a tree, and `interpret`, `compile` and `analyse` work on."""

from collections.abc import Iterable

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
    among: tuple[Value | tuple[Value, ...], ...] = ()
    """The values or rows that ``in`` looks among, in an order of their own."""
    may: tuple[Kind, ...] = ()
    """The kinds that a field may have."""
    decimals: int | None = None
    at: int = 0


def constant(value: Value, kind: Kind, at: int = 0) -> Term:
    """A term that is known."""
    return Term("const", kind, value=value, at=at)


def in_rank(values: Iterable[Value | tuple[Value, ...]]) -> tuple[Value | tuple[Value, ...], ...]:
    """Values or rows, each once, in an order that depends on nothing but them."""
    ranked = {_rank(value): value for value in values}
    return tuple(ranked[rank] for rank in sorted(ranked))


def _rank(value: Value | tuple[Value, ...]) -> tuple[tuple[int, Exact, str], ...]:
    members = value if isinstance(value, tuple) else (value,)
    return tuple((2, 0, each) if isinstance(each, str) else (isinstance(each, bool), each, "") for each in members)
