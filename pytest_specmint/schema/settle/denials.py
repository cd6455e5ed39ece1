"""Values that must not meet a goal: noted on the branches, taken out when the sets are as narrow as they get."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from msgspec.structs import replace

from pytest_specmint.schema.sets.arrays import Arrays
from pytest_specmint.schema.sets.goal import NOTHING, Goal, Term
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.objects import Objects
from pytest_specmint.schema.sets.strings import Strings
from pytest_specmint.schema.sets.union import ANY, Branch, Literals, Set, Union
from pytest_specmint.schema.sets.values import Json
from pytest_specmint.schema.settle.apart import Comparer, apart, marked, within

WAYS = 8
"""In how many ways a branch is kept from meeting a goal: any of them will do, more would only multiply."""
MANY_WAYS = 64
"""In how many where the first few lead to nothing."""


class Applier(Protocol):
    """What noting denials must ask."""

    def apply(self, goal: Goal, into: str) -> Union:
        """The goal for the instance at hand."""

    def rival(self, goal: Goal, into: str) -> Union:
        """The goal that the instance at hand must not meet."""


class Denier(Comparer, Applier, Protocol):
    """What taking denials out must ask."""

    def both(self, left: Union, right: Union) -> Union:
        """The intersection."""

    def meets(self, goal: Goal, value: Json) -> bool:
        """Whether the value meets the goal."""

    def note(self, reason: str, place: str = "") -> None:
        """Remember why a set came out empty."""

    def doubt(self) -> None:
        """Remember that a set came out empty, but not every way was tried."""


def excluding(applier: Applier, goals: Sequence[Goal], place: str) -> Union:
    """Everything, unless it meets one of the goals; kinds that a goal accepts or refuses as a whole are settled."""
    rivals = [(goal, applier.rival(goal, place)) for goal in goals]
    whole = [rival.set for _, union in rivals for rival in union if not rival.unless]
    left = (branch for branch in ANY if not any(within(branch.set, each) for each in whole))
    return tuple(
        replace(branch, unless=tuple(goal for goal, union in rivals if _comparable(branch.set, union)))
        for branch in left
    )


def _comparable(one: Set, union: Union) -> bool:
    return any(type(one) in _kinds(each.set) for each in union)


def _kinds(candidate: Set) -> set[type]:
    """The kinds of sets that may hold some of the set's values."""
    if not isinstance(candidate, Literals):
        return {type(candidate)}
    return {next((kind for types, kind in _KINDS if type(value) in types), Literals) for value in candidate.values}


_KINDS: tuple[tuple[tuple[type, ...], type], ...] = (
    ((str,), Strings),
    ((int, float), Numbers),
    ((list,), Arrays),
    ((dict,), Objects),
)


def without_denied(denier: Denier, branch: Branch) -> Union:
    """The branch with everything taken out that it must not meet.

    Where a few ways lead to nothing more are tried; where those were not all either, the emptiness is in doubt.
    """
    for most in (WAYS, MANY_WAYS):
        union, cut = _narrowed(denier, branch, most)
        if union or not cut:
            return union
    denier.doubt()
    return ()


def _narrowed(denier: Denier, branch: Branch, most: int) -> tuple[Union, bool]:
    """The branch without what is denied, by so many ways at most, and whether there were more."""
    union: Union = (branch,)
    done: set[Goal] = set()
    cut = False
    while True:
        goal = next((goal for each in union for goal in each.unless if goal not in done), None)
        if goal is None:
            return tuple(replace(each, unless=(), holds=frozenset()) for each in union), cut
        done.add(goal)
        left = (each for one in union for each in islice(_without(denier, one, goal), most + 1))
        union = tuple(islice(left, 2 * most + 1))
        cut = cut or len(union) > most
        union = union[: 2 * most]


def _without(denier: Denier, branch: Branch, goal: Goal) -> Iterable[Branch]:
    if goal not in branch.unless:
        return (branch,)
    denial, place = denied(goal), goal[0].place if goal else ""
    if isinstance(branch.set, Literals):
        kept = tuple(value for value in branch.set.values if denier.meets(denial, value))
        if not kept:
            denier.note(f"{place} denies every listed value")
        return (replace(branch, set=Literals(kept)),) if kept else ()
    own = marked(denier, branch)
    if all(apart(denier, own, marked(denier, rival)) for rival in denier.rival(goal, place)):
        return (branch,)
    return _ways(denier, branch, denier.apply(denial, place), place)


def _ways(denier: Denier, branch: Branch, denial: Union, place: str) -> Iterator[Branch]:
    """The ways in which values of the branch meet the denial, those that are told without denying more first."""
    found = False
    for way in sorted(denial, key=lambda each: _nested(each.set)):
        for met in denier.both((branch,), (way,)):
            found = True
            yield met
    if not found:
        denier.note(f"no value is left without those that {place} denies")


def _nested(candidate: Set) -> bool:
    """Whether the set speaks of children that must not meet something."""
    if isinstance(candidate, Objects):
        goals = [*candidate.properties.values(), *(demand.goal for demand in candidate.some)]
    elif isinstance(candidate, Arrays):
        goals = [*candidate.prefix, candidate.rest, *(demand.goal for demand in candidate.demands)]
    else:
        return False
    return any(not term.positive for goal in goals for term in goal if goal != NOTHING)


def denied(goal: Goal) -> Goal:
    """The opposite of a goal of at most one term."""
    if not goal:
        return NOTHING
    (term,) = goal
    return (Term(term.place, not term.positive, term.scope),)
