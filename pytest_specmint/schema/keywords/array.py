"""`items`, `prefixItems`, `additionalItems`, `contains`, `minItems`, `maxItems`, `uniqueItems`."""

from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.keywords.family import Family, Opener, Site, at_once
from pytest_specmint.schema.sets.arrays import Arrays, Demand, Evaluated
from pytest_specmint.schema.sets.goal import ANYTHING, Goal
from pytest_specmint.schema.sets.union import ANY, Set, Union, constrain, only


def _layout(opener: Opener, site: Site) -> tuple[list[tuple[str | int, ...]], tuple[str, ...] | None]:
    """Where the subschemas of the leading items stand, and where that of the rest; older drafts name them apart."""
    if opener.draft >= Draft.D2020:
        count = len(site.get("prefixItems", []))
        return [("prefixItems", i) for i in range(count)], ("items",) if "items" in site else None
    items = site.get("items")
    if isinstance(items, list):
        rest = ("additionalItems",) if "additionalItems" in site else None
        return [("items", i) for i in range(len(items))], rest
    return [], ("items",) if "items" in site else None


def _items(opener: Opener, site: Site) -> Union:
    leading, rest = _layout(opener, site)
    prefix = tuple(site.child(*where) for where in leading)
    goal: Goal = site.child(*rest) if rest else ANYTHING
    seen = Evaluated(len(prefix), all=rest is not None)
    return constrain(Arrays(prefix, goal, evaluated=seen))


def _deny_items(opener: Opener, site: Site) -> Union:
    leading, rest = _layout(opener, site)
    sets: list[Set] = []
    for i, where in enumerate(leading):
        wrong = site.child(*where, positive=False)
        sets.append(Arrays((ANYTHING,) * i + (wrong,), min_items=i + 1))
    if rest:
        wrong = site.child(*rest, positive=False)
        start = len(leading)
        sets.append(Arrays(min_items=start + 1, demands=(Demand(wrong, start=start),)))
    return only(*sets)


def _bounds(site: Site) -> tuple[int, int | None]:
    most = site.get("maxItems")
    return int(site.get("minItems", 0)), None if most is None else int(most)


def _deny_length(_: Opener, site: Site) -> Union:
    least, most = _bounds(site)
    sets: list[Set] = [Arrays(max_items=least - 1)] if least > 0 else []
    if most is not None:
        sets.append(Arrays(min_items=most + 1))
    return only(*sets)


def _contains_bounds(opener: Opener, site: Site) -> tuple[int, int | None]:
    if opener.draft < Draft.D2019:
        return 1, None
    most = site.get("maxContains")
    return int(site.get("minContains", 1)), None if most is None else int(most)


def _contains(opener: Opener, site: Site) -> Union:
    if "contains" not in site:
        return ANY
    least, most = _contains_bounds(opener, site)
    goal = site.child("contains")
    seen = Evaluated(contains=frozenset({goal})) if opener.draft >= Draft.D2020 else Evaluated()
    return constrain(Arrays(min_items=least, demands=(Demand(goal, least, most),), evaluated=seen))


def _deny_contains(opener: Opener, site: Site) -> Union:
    if "contains" not in site:
        return ()
    least, most = _contains_bounds(opener, site)
    goal = site.child("contains")
    sets: list[Set] = []
    if least > 0:
        sets.append(Arrays(demands=(Demand(goal, 0, least - 1),)))
    if most is not None:
        sets.append(Arrays(min_items=most + 1, demands=(Demand(goal, most + 1),)))
    return only(*sets)


ITEMS = Family(frozenset({"items", "prefixItems", "additionalItems"}), at_once(_items), _deny_items)
LENGTH = Family(
    frozenset({"minItems", "maxItems"}),
    at_once(lambda _, site: constrain(Arrays(min_items=_bounds(site)[0], max_items=_bounds(site)[1]))),
    _deny_length,
)
UNIQUE = Family(
    frozenset({"uniqueItems"}),
    at_once(lambda _, site: constrain(Arrays(unique=True)) if site.get("uniqueItems") else ANY),
    lambda _, site: only(Arrays(min_items=2, repeated=True)) if site.get("uniqueItems") else (),
)
CONTAINS = Family(
    frozenset({"contains", "minContains", "maxContains"}), at_once(_contains), _deny_contains, since=Draft.D6
)
