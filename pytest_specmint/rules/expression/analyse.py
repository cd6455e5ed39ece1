"""What a generator wants to know of a term: what it reads, and whether it is of a form that can be constructed."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from pytest_specmint.rules.expression.kinds import ITEM, Kind
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.expression.numbers import Exact
from pytest_specmint.rules.expression.terms import Place, Term, Value

Route = tuple[Step, ...]
"""A path from the record; `ITEM` steps into a list."""

MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
DENIED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==", "in": "not in", "not in": "in"}
DENIED |= {"has": "lacks", "lacks": "has", "missing": "present", "present": "missing"}


class Test(Struct, frozen=True):
    """A field against constants: ``sign`` is ``== != < <= > >=`` with one value, ``in`` or ``not in`` with some.

    Or none: ``has`` and ``lacks`` (there and not null, or not), ``missing`` and ``present``.
    """

    __test__ = False

    place: Place
    kind: Kind
    sign: str
    values: tuple[Value, ...] = ()


class Side(Struct, frozen=True):
    """``place + months + offset``, in days, nanoseconds or as a number; without a place, the offset alone.

    The kind ``LIST`` stands for the number of a list's items.
    """

    place: Place | None = None
    kind: Kind = Kind.NUMBER
    months: int = 0
    offset: Exact = 0
    by_day: bool = False
    """Whether the place holds a date-time of which only the day (UTC) counts; the kind is ``DAY``."""


class Ordering(Struct, frozen=True):
    """``low <= high``, or ``low < high`` where it is strict."""

    low: Side
    high: Side
    strict: bool = False


def reads(term: Term, each: Route | None = None) -> frozenset[Route]:
    """The paths from the record that a term reads; `ITEM` stands for every index."""
    roots: dict[str, Route] = {"record": ()}
    if each is not None:
        roots["item"] = (*each, ITEM)
    return frozenset(_reads(term, roots))


def route(place: Place, roots: Mapping[str, Route]) -> Route:
    """A place as a path from the record."""
    return (*roots[place.root], *(ITEM if isinstance(step, int) else step for step in place.steps))


def _reads(term: Term, roots: Mapping[str, Route]) -> Iterator[Route]:
    if term.place is not None:
        yield route(term.place, roots)
        if term.variable:
            roots = {**roots, term.variable: (*route(term.place, roots), ITEM)}
    for each in term.args:
        yield from _reads(each, roots)


def conjuncts(term: Term) -> tuple[Term, ...]:
    """The conditions that must all hold for a term to hold; a date between two is two of them."""
    if term.op != "and":
        return (term,)
    return tuple(part for each in term.args for part in conjuncts(each))


def as_test(term: Term) -> Test | None:
    """A term as a test of one field against constants, ``None`` where it is something else."""
    if term.op == "not":
        inner = as_test(term.args[0])
        return None if inner is None else Test(inner.place, inner.kind, DENIED[inner.sign], inner.values)
    if term.op == "path" and term.kind is Kind.FLAG and term.place is not None:
        return Test(term.place, Kind.FLAG, "==", (True,))
    if term.op in {"has", "missing"} and term.place is not None:
        return Test(term.place, Kind.ANY, term.op)
    if term.op == "in" and len(term.args) == 1 and term.args[0].op == "path" and term.args[0].place is not None:
        values = tuple(each for each in term.among if not isinstance(each, tuple))
        return Test(term.args[0].place, term.args[0].kind, "in", values)
    if term.op in MIRRORED:
        return _compared(term)
    return None


def _compared(term: Term) -> Test | None:
    left, right = term.args
    for field, other, sign in ((left, right, term.op), (right, left, MIRRORED[term.op])):
        if field.op == "path" and other.op == "const" and field.place is not None and other.value is not None:
            return Test(field.place, field.kind, sign, (other.value,))
    return None


def orderings_of(term: Term) -> tuple[Ordering, ...]:
    """A term as orderings that must all hold: ``a <= b + days(3)``, ``b - a <= 30``, ``days(b, a) <= 30``, ``a == b``.

    Also ``years(later, earlier) >= 18``, that is ``earlier + years(18) <= later``. Empty where it is something else;
    one side may be a constant.
    """
    if term.op not in {"<", "<=", ">", ">=", "=="}:
        return ()
    left, right = term.args
    if left.kind not in {Kind.NUMBER, Kind.DAY, Kind.MOMENT, Kind.DAYS, Kind.SPAN}:
        return ()
    pair = _sides(left, right, term.op) or _turned(_sides(right, left, MIRRORED[term.op]))
    if pair is None:
        return ()
    return _ordered(pair[0], pair[1], term.op)


def _turned(pair: tuple[Side, Side] | None) -> tuple[Side, Side] | None:
    return None if pair is None else (pair[1], pair[0])


def _sides(left: Term, right: Term, sign: str) -> tuple[Side, Side] | None:
    """The two sides of a comparison; a difference on the left is brought to the right."""
    if right.op == "const" and left.op in {"-", "int-", "days:2"}:
        a, b = _side(left.args[0]), _side(left.args[1])
        known = right.value
        whole = isinstance(known, int) or left.op == "-"
        if a and b and a.place and b.place and whole and not isinstance(known, (str, bool, type(None))):
            return a, _shifted(b, known)
    if right.op == "const" and left.op in {"years:2", "months:2"}:
        return _age(left, right.value, sign)
    a, b = _side(left), _side(right)
    if a is None or b is None or (a.place is None and b.place is None):
        return None
    return a, b


def _age(left: Term, known: Value | None, sign: str) -> tuple[Side, Side] | None:
    """``years(later, earlier) >= n`` is ``later >= earlier + years(n)``; ``< n`` likewise, for n above 0."""
    unit = 12 if left.op == "years:2" else 1
    later, earlier = _side(left.args[0]), _side(left.args[1])
    fitting = later and earlier and isinstance(known, int) and known > 0 and not (earlier.months or earlier.offset)
    if not fitting or sign not in {">=", "<"} or later is None or earlier is None or earlier.place is None:
        return None
    assert isinstance(known, int)
    return later, Side(earlier.place, earlier.kind, known * unit, 0, earlier.by_day)


def _side(term: Term) -> Side | None:
    if term.op == "const" and not isinstance(term.value, (str, bool, type(None))):
        return Side(None, term.kind, 0, term.value)
    if term.op == "path" and term.kind in {Kind.NUMBER, Kind.DAY, Kind.MOMENT}:
        return Side(term.place, term.kind)
    if term.op == "items" and term.place is not None:
        return Side(term.place, Kind.LIST)
    if term.op in {"day_of_moment", "date:1"}:
        inner = _side(term.args[0])
        plain = inner is not None and not inner.months and not inner.offset
        by_day = inner is not None and (inner.by_day or term.args[0].kind is Kind.MOMENT)
        return Side(inner.place, Kind.DAY, 0, 0, by_day) if plain and inner else None
    if term.op in {"int+", "+", "int-", "-"}:
        return _moved(term)
    if term.op in {"add_months", "add_months_to_moment"} and term.args[1].op == "const":
        inner, months = _side(term.args[0]), term.args[1].value
        if inner and inner.place and not inner.offset and not inner.months and isinstance(months, int):
            return Side(inner.place, inner.kind, months, 0, inner.by_day)
    return None


def _moved(term: Term) -> Side | None:
    left, right = term.args
    for side, other in ((left, right), (right, left)):
        if other.op == "const" and not isinstance(other.value, (str, bool, type(None))):
            inner = _side(side)
            if term.op.endswith("-"):
                return None if side is right or inner is None else _shifted(inner, -other.value)
            return None if inner is None else _shifted(inner, other.value)
    return None


def _shifted(side: Side, by: Exact) -> Side:
    return Side(side.place, side.kind, side.months, side.offset + by, side.by_day)


def _ordered(left: Side, right: Side, sign: str) -> tuple[Ordering, ...]:
    if sign == "==":
        return Ordering(left, right), Ordering(right, left)
    low, high = (left, right) if sign in {"<", "<="} else (right, left)
    return (Ordering(low, high, strict=sign in {"<", ">"}),)
