"""`unevaluatedProperties`, `unevaluatedItems`: what no other keyword of the schema has looked at.

They are read after all others, on the union that those leave. A branch knows what was evaluated on the way to it;
the instance may satisfy further branches, which can only evaluate more, so the rule made here is never too weak.
"""

from msgspec.structs import replace

from pytest_specmint.schema.keywords.family import Opener, Site
from pytest_specmint.schema.sets.arrays import Arrays, Demand, Evaluated
from pytest_specmint.schema.sets.goal import ANYTHING, NOTHING
from pytest_specmint.schema.sets.objects import EVERY_NAME, Existence, Objects, Rule
from pytest_specmint.schema.sets.union import Set, Union

KEYWORDS = frozenset({"unevaluatedProperties", "unevaluatedItems"})


def restrict(opener: Opener, site: Site, union: Union) -> Union:
    """The union with the unevaluated rest held to the site's goals."""
    branches = []
    for branch in union:
        settled = opener.settle(_restricted(site, branch.set))
        if settled is not None:
            branches.append(replace(branch, set=settled))
    return tuple(branches)


def violate(opener: Opener, site: Site, union: Union) -> Union:
    """The part of the union in which something unevaluated breaks the site's goals.

    Whether a further branch evaluates it after all is not known here; verification tells.
    """
    branches = []
    for branch in union:
        violated = _violated(site, branch.set)
        settled = opener.settle(violated) if violated is not None else None
        if settled is not None:
            branches.append(replace(branch, set=settled))
    return tuple(branches)


def _violated(site: Site, candidate: Set) -> Set | None:
    if isinstance(candidate, Objects) and "unevaluatedProperties" in site:
        if candidate.evaluated == EVERY_NAME:
            return None
        wrong = site.child("unevaluatedProperties", positive=False)
        some = Existence(candidate.evaluated.others(), goal=wrong)
        return replace(candidate, some=(*candidate.some, some))
    if isinstance(candidate, Arrays) and "unevaluatedItems" in site and not candidate.evaluated.all:
        wrong = site.child("unevaluatedItems", positive=False)
        start = candidate.evaluated.count
        demand = Demand(wrong, start=start)
        return replace(candidate, demands=(*candidate.demands, demand), min_items=max(candidate.min_items, start + 1))
    return None


def _restricted(site: Site, candidate: Set) -> Set:
    if isinstance(candidate, Objects) and "unevaluatedProperties" in site:
        goal = site.child("unevaluatedProperties")
        if candidate.evaluated == EVERY_NAME:
            return candidate
        rules = () if goal == ANYTHING else (Rule(candidate.evaluated.others(), goal),)
        return replace(candidate, rules=candidate.rules + rules, evaluated=EVERY_NAME)
    if isinstance(candidate, Arrays) and "unevaluatedItems" in site:
        return _restricted_items(site, candidate)
    return candidate


def _restricted_items(site: Site, arrays: Arrays) -> Arrays:
    if arrays.evaluated.all:
        return arrays
    goal = site.child("unevaluatedItems")
    seen = arrays.evaluated.count
    if goal == NOTHING and arrays.evaluated.contains:
        # An item that meets `contains` counts as evaluated; holding all the rest to it is the simple sound choice.
        goal = tuple(sorted({term for each in arrays.evaluated.contains for term in each}))
    rest = Arrays(tuple(ANYTHING for _ in range(seen)), goal)
    return replace(arrays.meet(rest), evaluated=Evaluated(all=True))
