"""The order in which derived fields are computed: each after those that its formula reads."""

from collections.abc import Sequence

from msgspec import Struct

from pytest_specmint.rules.expression.analyse import Route
from pytest_specmint.rules.expression.errors import RuleError
from pytest_specmint.rules.expression.kinds import ITEM


class Derived(Struct, frozen=True):
    """A field that a rule computes, and the paths that its formula reads."""

    rule: str
    target: Route
    reads: frozenset[Route]
    pointer: str | None = None
    """Where the formula stands."""


def in_order(derived: Sequence[Derived]) -> tuple[Derived, ...]:
    """The same fields, each after those it depends on, else in the order given.

    Raises `RuleError` where two rules compute the same field, or fields depend on each other in a circle: named.
    """
    for i, one in enumerate(derived):
        for other in derived[:i]:
            if touches(one.target, other.target):
                names = " and ".join(dict.fromkeys((other.rule, one.rule)))
                raise RuleError(
                    f"{route_text(one.target)} is derived twice, by {names}",
                    pointer=one.pointer,
                    hint="one formula makes a field",
                )
    needs = [
        [j for j, other in enumerate(derived) if any(path[: len(other.target)] == other.target for path in one.reads)]
        for one in derived
    ]
    placed: list[int] = []
    while len(placed) < len(derived):
        ready = next((i for i in range(len(derived)) if i not in placed and set(needs[i]) <= set(placed)), None)
        if ready is None:
            raise _circular(derived, needs, placed)
        placed.append(ready)
    return tuple(derived[i] for i in placed)


def touches(one: Route, other: Route) -> bool:
    """Whether one path is the other, or leads to it."""
    return all(a == b for a, b in zip(one, other, strict=False))


def _circular(derived: Sequence[Derived], needs: Sequence[Sequence[int]], placed: Sequence[int]) -> RuleError:
    here = next(i for i in range(len(derived)) if i not in placed)
    way: list[int] = []
    while here not in way:
        way.append(here)
        here = next(j for j in needs[here] if j not in placed)
    circle = [*way[way.index(here) :], here]
    fields = " needs ".join(route_text(derived[i].target) for i in circle)
    rules = ", ".join(dict.fromkeys(derived[i].rule for i in circle))
    words = f"derived fields depend on each other: {fields} (rules: {rules})"
    return RuleError(words, pointer=derived[circle[0]].pointer, hint="break the circle")


def route_text(route: Route) -> str:
    """A path as people write it: ``lines[].charge``."""
    text = ""
    for step in route:
        text += "[]" if step == ITEM else f".{step}" if text else str(step)
    return text or "the record"
