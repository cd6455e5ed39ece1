"""Unions of sets, each a branch with a weight; how they intersect, merge and stay few."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.schema.sets.arrays import Arrays
from pytest_specmint.schema.sets.goal import Goal
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.objects import Objects
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.values import Json, identity


class Literals(Struct, frozen=True):
    """Finitely many values, in the order in which the schema lists them."""

    values: tuple[Json, ...]


Set = Literals | Numbers | Strings | Arrays | Objects


class Branch(Struct, frozen=True):
    """One set of a union, its share among the branches (relative, positive), and goals that its values must not meet.

    What is denied is taken out last, when the set is as narrow as it gets: most denials then prove idle. A branch that
    `holds` a goal, because it was made from it, cannot also be held to its denial.
    """

    set: Set
    weight: float = 1.0
    unless: tuple[Goal, ...] = ()
    holds: frozenset[Goal] = frozenset()
    aside: bool = False
    """Whether no keyword speaks of values of this kind: they are then as rare as `ASIDE_WEIGHT` says."""


Union = tuple[Branch, ...]

NULL = Literals((None,))
BOOLEAN = Literals((False, True))
EMPTY: Union = ()
ANY: Union = tuple(Branch(each, aside=True) for each in (NULL, BOOLEAN, Numbers(), Strings(), Arrays(), Objects()))


ASIDE_WEIGHT = 0.02
"""Share of values of a kind that no keyword speaks of, where others are spoken of and no type is stated."""


class Oracle(Protocol):
    """What the algebra must ask about things it cannot see by itself."""

    def admits(self, candidate: Set, value: Json) -> bool:
        """Whether the set holds the value."""

    def settle(self, candidate: Set) -> Set | None:
        """The set in its simplest form, None if it is empty."""


def only(*sets: Set) -> Union:
    """A union of just these sets."""
    return tuple(Branch(each) for each in sets)


def constrain(*sets: Set) -> Union:
    """Everything, but values of the sets' kinds restricted to them.

    A keyword that speaks of objects leaves other kinds untouched, but whoever wrote it without a type meant objects.
    """
    kinds = {type(each) for each in sets}
    rest = tuple(branch for branch in ANY if type(branch.set) not in kinds)
    return rest + tuple(Branch(each, 1.0 / len(sets)) for each in sets)


def shares(union: Union) -> list[float]:
    """The branches' weights, where kinds that nothing speaks of give way to others."""
    quiet = 1.0 if all(branch.aside for branch in union) else ASIDE_WEIGHT
    return [branch.weight * (quiet if branch.aside else 1.0) for branch in union]


def join(unions: Iterable[Union]) -> Union:
    """The union of unions, all with the same total weight, without repeated branches."""
    branches: list[Branch] = []
    for union in unions:
        total = sum(shares(union))
        branches.extend(replace(branch, weight=branch.weight / total) for branch in union)
    return merge(branches)


def merge(branches: Iterable[Branch]) -> Union:
    """Equal sets become one branch, all literals another; first come, first placed."""
    merged: list[Branch] = []
    for branch in branches:
        twin = next((i for i, known in enumerate(merged) if _mergeable(known, branch)), None)
        if twin is None:
            merged.append(branch)
        else:
            merged[twin] = _merged(merged[twin], branch)
    return tuple(merged)


def _mergeable(known: Branch, branch: Branch) -> bool:
    if known.unless != branch.unless:
        return False
    if isinstance(known.set, Literals):
        return isinstance(branch.set, Literals)
    return known.set == branch.set


def _merged(known: Branch, branch: Branch) -> Branch:
    both, weight = known.set, known.weight + branch.weight
    if isinstance(both, Literals) and isinstance(branch.set, Literals):
        both = Literals(unique_values(both.values + branch.set.values))
    return Branch(both, weight, known.unless, known.holds & branch.holds, known.aside and branch.aside)


def unique_values(values: Sequence[Json]) -> tuple[Json, ...]:
    """The values without those equal to an earlier one."""
    first: dict[str, Json] = {}
    for value in values:
        first.setdefault(identity(value), value)
    return tuple(first.values())


def intersect(left: Union, right: Union, oracle: Oracle, limit: int) -> tuple[Union, bool]:
    """The intersection, settled, and whether it was cut to ``limit`` branches, or as many as either side has.

    Cutting branches is sound: what remains is still a subset of the intersection.
    """
    if left is ANY:
        settled = (replace(each, set=kept) for each in right if (kept := oracle.settle(each.set)) is not None)
        return tuple(settled), False
    if right is ANY:
        return left, False
    met = []
    for one in left:
        for other in right:
            unless, holds = _joined(one.unless, other.unless), one.holds | other.holds
            both = None if holds and not holds.isdisjoint(unless) else _meet(one.set, other.set, oracle)
            if both is not None:
                met.append(Branch(both, one.weight * other.weight, unless, holds, one.aside and other.aside))
    union = merge(met)
    limit = max(limit, len(left), len(right))
    if len(union) <= limit:
        return union, False
    stride = len(union) / limit
    return tuple(union[int(k * stride)] for k in range(limit)), True


def _joined(left: tuple[Goal, ...], right: tuple[Goal, ...]) -> tuple[Goal, ...]:
    return left + tuple(goal for goal in right if goal not in left) if right else left


def _meet(left: Set, right: Set, oracle: Oracle) -> Set | None:
    if isinstance(left, Literals) or isinstance(right, Literals):
        return _filter(left, right, oracle)
    if type(left) is not type(right):
        return None
    return oracle.settle(left.meet(right))  # type: ignore[arg-type]


def _filter(left: Set, right: Set, oracle: Oracle) -> Literals | None:
    if isinstance(left, Literals) and isinstance(right, Literals):
        keys = {identity(value) for value in right.values}
        kept = tuple(value for value in left.values if identity(value) in keys)
    elif isinstance(left, Literals):
        kept = tuple(value for value in left.values if oracle.admits(right, value))
    else:
        assert isinstance(right, Literals)
        return _filter(right, left, oracle)
    return Literals(kept) if kept else None
