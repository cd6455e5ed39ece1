"""The tree of an expression, as written: what `parse` gives. ``at`` is where in the text a node stands."""

from decimal import Decimal
from keyword import kwlist

from msgspec import Struct

Step = str | int
Constant = bool | int | Decimal | str


class Literal(Struct, frozen=True):
    """A number, text, ``true`` or ``false``."""

    value: Constant
    at: int = 0


class Path(Struct, frozen=True):
    """A value inside ``record``, ``item`` or the variable of a loop."""

    root: str
    steps: tuple[Step, ...]
    at: int = 0

    def __str__(self) -> str:
        return spelled(self.root, self.steps)


class AsOf(Struct, frozen=True):
    """The day that counts as today."""

    at: int = 0


class Unary(Struct, frozen=True):
    """``-x`` or ``not x``."""

    sign: str
    operand: "Node"
    at: int = 0


class Binary(Struct, frozen=True):
    """``left + right`` and the like."""

    sign: str
    left: "Node"
    right: "Node"
    at: int = 0


class Comparison(Struct, frozen=True):
    """``a <= b < c``: one sign fewer than operands."""

    signs: tuple[str, ...]
    operands: tuple["Node", ...]
    at: int = 0


class Logic(Struct, frozen=True):
    """``a and b and c``, or the same with ``or``."""

    word: str
    operands: tuple["Node", ...]
    at: int = 0


class Conditional(Struct, frozen=True):
    """``then if condition else otherwise``."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"
    at: int = 0


class Row(Struct, frozen=True):
    """``(a, b)``: what ``in`` takes on either side."""

    members: tuple["Node", ...]
    at: int = 0


class Loop(Struct, frozen=True):
    """``body for variable in source if condition``: only ever the sole argument of a function."""

    body: "Node"
    variable: str
    source: Path
    condition: "Node | None" = None
    at: int = 0


class Call(Struct, frozen=True):
    """A function of the language."""

    name: str
    arguments: tuple["Node", ...]
    at: int = 0


Node = Literal | Path | AsOf | Unary | Binary | Comparison | Logic | Conditional | Row | Loop | Call


def spelled(root: str, steps: tuple[Step, ...]) -> str:
    """A path as one writes it."""
    text = "" if root == "record" and steps and _plain(steps[0]) else root
    for step in steps:
        if isinstance(step, str) and _plain(step):
            text += f".{step}" if text else step
        else:
            text += f"[{step}]" if isinstance(step, int) else f'["{step}"]'
    return text


def _plain(step: Step) -> bool:
    return isinstance(step, str) and step.isidentifier() and step.isascii() and step not in RESERVED


RESERVED = frozenset({*kwlist, "record", "item", "as_of", "true", "false", "null"})
"""Words that a bare path cannot begin with: write ``record["class"]``."""
