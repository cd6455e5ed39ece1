"""What ``+ - * / // %`` mean for numbers, texts, dates and spans."""

from pytest_specmint.rules.expression.kinds import TIMES, Kind
from pytest_specmint.rules.expression.narrow import narrowed
from pytest_specmint.rules.expression.resolving import Resolving
from pytest_specmint.rules.expression.terms import Term

SPANS = frozenset({Kind.DAYS, Kind.SPAN, Kind.MONTHS})


def arithmetic(resolver: Resolving, sign: str, left: Term, right: Term, at: int) -> Term:
    """``left sign right`` as a term."""
    kinds = {left.kind, right.kind}
    if sign in {"+", "-"}:
        if kinds & SPANS:
            return _with_span(resolver, sign, left, right, at)
        if sign == "-" and kinds & TIMES:
            return _difference(resolver, left, right, at)
        if sign == "+" and Kind.TEXT in kinds and kinds <= {Kind.TEXT, Kind.ANY}:
            parts = (resolver.want(left, Kind.TEXT), resolver.want(right, Kind.TEXT))
            return resolver.made("concat", Kind.TEXT, parts, at)
        if sign == "+" and kinds & TIMES:
            raise resolver.refusal(at, "to a date spans are added", "e.g. start + days(30), start + years(1)")
    elif kinds & (SPANS | TIMES):
        raise resolver.refusal(at, f"dates and spans know no {sign}", "days(2 * n), days(later, earlier) / 7")
    pair = resolver.want(left, Kind.NUMBER), resolver.want(right, Kind.NUMBER)
    if sign in {"/", "//", "%"} and pair[1].op == "const" and not pair[1].value:
        raise resolver.refusal(
            pair[1].at, "this divides by zero", "whatever is divided by a field that is 0 is unknown"
        )
    return resolver.made(sign, Kind.NUMBER, pair, at)


def _with_span(resolver: Resolving, sign: str, left: Term, right: Term, at: int) -> Term:
    if left.kind in SPANS and right.kind in SPANS:
        return _spans(resolver, sign, left, right, at)
    if left.kind in SPANS:
        if sign == "-":
            raise resolver.refusal(at, "a date cannot be taken from a span", "date - days(30)")
        left, right = right, left
    time = left if left.kind in TIMES else narrowed(left, Kind.MOMENT if right.kind is Kind.SPAN else Kind.DAY)
    if time is None:
        raise resolver.refusal(at, "to a span a date is added, or another span", "e.g. start + days(30)")
    if right.kind is Kind.MONTHS:
        count = right if sign == "+" else resolver.made("neg", Kind.MONTHS, (right,), at)
        name = "add_months" if time.kind is Kind.DAY else "add_months_to_moment"
        return resolver.made(name, time.kind, (time, count), at)
    if time.kind is Kind.DAY and right.kind is Kind.SPAN:
        raise resolver.refusal(at, "a date has no hours", "use days(n), or a date-time")
    span = resolver.want(right, Kind.SPAN) if time.kind is Kind.MOMENT else right
    return resolver.made(f"int{sign}", time.kind, (time, span), at)


def _spans(resolver: Resolving, sign: str, left: Term, right: Term, at: int) -> Term:
    kinds = {left.kind, right.kind}
    if len(kinds) > 1 and Kind.MONTHS in kinds:
        raise resolver.refusal(
            at, "months have no fixed length", "add one after the other: start + months(1) + days(3)"
        )
    kind = Kind.SPAN if len(kinds) > 1 else left.kind
    return resolver.made(f"int{sign}", kind, (resolver.want(left, kind), resolver.want(right, kind)), at)


def _difference(resolver: Resolving, left: Term, right: Term, at: int) -> Term:
    kinds = {left.kind, right.kind}
    kind = Kind.MOMENT if kinds == {Kind.MOMENT} else Kind.DAY
    if Kind.MOMENT in kinds and kinds & {Kind.ANY, Kind.TEXT}:
        kind = Kind.MOMENT
    pair = resolver.want(left, kind), resolver.want(right, kind)
    return resolver.made("int-", Kind.SPAN if kind is Kind.MOMENT else Kind.DAYS, pair, at)
