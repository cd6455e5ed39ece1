"""What each operation does to known values; all are unknown where an argument is, and where these say ``None``."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, floor
from operator import add, eq, ge, gt, le, lt, mul, ne, neg, sub
from typing import Any

from pytest_specmint.rules.expression import days as calendar
from pytest_specmint.rules.expression.functions import FUNCTIONS, TEXTS
from pytest_specmint.rules.expression.numbers import MAX_ROUND, Exact, bounded, rounded
from pytest_specmint.rules.expression.terms import Value

Operation = Callable[..., Value | None]


def _arithmetic(operation: Callable[[Exact, Exact], Exact]) -> Operation:
    return lambda a, b: bounded(operation(a, b))


def _quotient(a: Exact, b: Exact) -> Exact | None:
    return bounded(Fraction(a) / b) if b else None


def _whole_quotient(a: Exact, b: Exact) -> Exact | None:
    return floor(Fraction(a) / b) if b else None


def _remainder(a: Exact, b: Exact) -> Exact | None:
    return bounded(Fraction(a) - b * floor(Fraction(a) / b)) if b else None


def _rounded(value: Exact, places: Exact) -> Exact | None:
    if not isinstance(places, int) or abs(places) > MAX_ROUND:
        return None
    return rounded(value, places)


COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def _like(sign: str) -> Operation:
    """A comparison of values that are of one kind only at times; those of two kinds differ and have no order."""
    compare = COMPARISONS[sign]

    def compared(a: Value, b: Value) -> bool | None:
        kinds = {_family(a), _family(b)}
        if len(kinds) == 2 or (kinds == {bool} and sign not in {"==", "!="}):
            return {"==": False, "!=": True}.get(sign)
        return compare(a, b)

    return compared


def _family(value: Value) -> type:
    return int if isinstance(value, Fraction) else type(value)


OPERATIONS: Mapping[str, Operation] = {
    "+": _arithmetic(add),
    "-": _arithmetic(sub),
    "*": _arithmetic(mul),
    "/": _quotient,
    "//": _whole_quotient,
    "%": _remainder,
    "neg": neg,
    "abs": abs,
    "floor": floor,
    "ceil": ceil,
    "round": _rounded,
    "least": min,
    "greatest": max,
    "int+": add,
    "int-": sub,
    "concat": add,
    "len": len,
    "add_months": calendar.add_months,
    "add_months_to_moment": calendar.add_months_to_moment,
    "day_of_moment": lambda moment: moment // calendar.DAY_NS,
    "span_of_days": lambda count: count * calendar.DAY_NS,
    **COMPARISONS,
    **{f"like{sign}": _like(sign) for sign in COMPARISONS},
    **{f"text:{kind.name}": evaluate for kind, evaluate in TEXTS.items()},
    **{
        f"{name}:{len(variant.takes)}": variant.evaluate
        for name, function in FUNCTIONS.items()
        for variant in function.variants
    },
}
"""Operations by the names that terms give them; functions by name and number of arguments."""
