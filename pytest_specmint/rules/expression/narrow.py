"""Reading a term as the kind that is wanted of it, where it may be of that kind."""

from msgspec.structs import replace

from pytest_specmint.rules.expression import days as calendar
from pytest_specmint.rules.expression.kinds import TIMES, Kind
from pytest_specmint.rules.expression.terms import Term, constant

SPANS = (Kind.DAYS, Kind.SPAN)


def narrowed(term: Term, kind: Kind) -> Term | None:
    """The term as one of a kind; ``None`` where it can never be.

    Fields of several kinds are read as the one wanted (others are unknown); texts may be read as dates.
    """
    if term.kind is kind:
        return term
    if term.op in {"if", "default"} and (term.kind is Kind.ANY or kind in TIMES):
        return _branches(term, kind)
    if kind in TIMES:
        return _time(term, kind)
    if kind is Kind.SPAN and term.kind is Kind.DAYS:
        return _converted(term, "span_of_days", kind)
    if kind is Kind.ANY and term.kind in {Kind.NUMBER, Kind.TEXT, Kind.FLAG}:
        return term
    if term.op == "path" and term.kind is Kind.ANY and kind in _readable(term):
        return replace(term, kind=kind)
    return None


def _readable(term: Term) -> frozenset[Kind]:
    """A date or date-time is a text as well, where the field may be one or the other."""
    may = frozenset(term.may)
    return may | {Kind.TEXT} if may & TIMES else may


def _branches(term: Term, kind: Kind) -> Term | None:
    first = 1 if term.op == "if" else 0
    read = [narrowed(each, kind) for each in term.args[first:]]
    fitting = tuple(each for each in read if each is not None)
    return replace(term, kind=kind, args=(*term.args[:first], *fitting)) if len(fitting) == len(read) else None


def _time(term: Term, kind: Kind) -> Term | None:
    if term.kind is Kind.MOMENT:
        return _converted(term, "day_of_moment", Kind.DAY)
    if term.op == "const" and isinstance(term.value, str):
        read = calendar.day_of_either if kind is Kind.DAY else calendar.moment_of_text
        number = read(term.value)
        return None if number is None else constant(number, kind, term.at)
    if term.op == "path" and (term.kind is Kind.TEXT or (term.kind is Kind.ANY and _readable(term) & {Kind.TEXT})):
        return replace(term, kind=kind)
    return None


def _converted(term: Term, op: str, kind: Kind) -> Term:
    if term.op == "const":
        assert isinstance(term.value, int)
        factor = term.value // calendar.DAY_NS if op == "day_of_moment" else term.value * calendar.DAY_NS
        return constant(factor, kind, term.at)
    return Term(op, kind, (term,), at=term.at)


def same_kind(left: Term, right: Term) -> tuple[Term, Term] | None:
    """Two terms read as one kind; ``None`` where they have none in common.

    Of a date and a date-time the days are compared (UTC); beside a date or date-time a text is read as one; a field
    that may be anything is read as what the other side is.
    """
    for kind in _common(left, right):
        pair = narrowed(left, kind), narrowed(right, kind)
        if pair[0] is not None and pair[1] is not None:
            return pair[0], pair[1]
    return None


def _common(left: Term, right: Term) -> tuple[Kind, ...]:
    kinds = {left.kind, right.kind}
    if len(kinds) == 1:
        return (left.kind,)
    if Kind.DAY in kinds:
        return (Kind.DAY,)
    if Kind.MOMENT in kinds:
        other = right if left.kind is Kind.MOMENT else left
        dated = Kind.DAY in other.may and Kind.MOMENT not in other.may and len(other.may) == 1
        return (Kind.DAY, Kind.MOMENT) if dated else (Kind.MOMENT, Kind.DAY)
    if kinds == set(SPANS):
        return (Kind.SPAN,)
    return tuple(kind for kind in (Kind.NUMBER, Kind.TEXT, Kind.FLAG) if kind in kinds)
