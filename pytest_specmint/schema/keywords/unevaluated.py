"""`unevaluatedProperties`, `unevaluatedItems`: what no other keyword of the schema has looked at.

They are read after all others, on the union that those leave. A branch knows what was evaluated on the way to it;
the instance may satisfy further branches, which can only evaluate more, so the rule made here is never too weak.
"""

from dataclasses import replace

from pytest_specmint.schema.keywords.family import Opener, Site
from pytest_specmint.schema.sets.arrays import Arrays, Evaluated
from pytest_specmint.schema.sets.goal import ANYTHING, NOTHING
from pytest_specmint.schema.sets.objects import EVERY_NAME, Objects, Rule
from pytest_specmint.schema.sets.union import Branch, Set, Union

KEYWORDS = frozenset({"unevaluatedProperties", "unevaluatedItems"})


def restrict(opener: Opener, site: Site, union: Union) -> Union:
    """The union with the unevaluated rest held to the site's goals."""
    branches = []
    for branch in union:
        settled = opener.settle(_restricted(site, branch.set))
        if settled is not None:
            branches.append(Branch(settled, branch.weight))
    return tuple(branches)


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
