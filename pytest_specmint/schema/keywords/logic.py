"""`allOf`, `anyOf`, `oneOf`, `not`, `if`/`then`/`else`, `dependentSchemas`: applicators on the same instance."""

from collections.abc import Iterable, Mapping
from functools import reduce

from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.keywords.family import Family, Opener, Site
from pytest_specmint.schema.sets.goal import NOTHING, Goal
from pytest_specmint.schema.sets.objects import Objects
from pytest_specmint.schema.sets.union import ANY, Branch, Literals, Union, constrain, join, only
from pytest_specmint.schema.sets.values import identity

ABSENT_WEIGHT = 0.1


def _unions(opener: Opener, site: Site, keyword: str, *, positive: bool = True) -> list[Union]:
    goals = [site.child(keyword, i, positive=positive) for i in range(len(site.get(keyword)))]
    return [opener.apply(goal, site.place) for goal in goals]


def _all(opener: Opener, unions: Iterable[Union]) -> Union:
    return reduce(opener.both, unions, ANY)


def _some(unions: Iterable[Union]) -> Union:
    return join(union for union in unions if union)


def _apply(opener: Opener, site: Site, keyword: str, *, positive: bool) -> Union:
    return opener.apply(site.child(keyword, positive=positive), site.place)


# ---------------------------------------------------------------- oneOf


def _one_of(opener: Opener, site: Site) -> Union:
    goals = [site.child("oneOf", i) for i in range(len(site.get("oneOf")))]
    unions = [opener.apply(goal, site.place) for goal in goals]
    overlaps = _overlaps(opener, unions)
    return _some(_alone(opener, site, unions, i, overlaps[i]) for i in range(len(unions)))


def _alone(opener: Opener, site: Site, unions: list[Union], chosen: int, rivals: list[int]) -> Union:
    """Branch ``chosen`` without what the rivals also accept."""
    union = unions[chosen]
    for rival in rivals:
        if not union:
            return union
        union = opener.both(union, opener.apply(site.child("oneOf", rival, positive=False), site.place))
    return union


def _overlaps(opener: Opener, unions: list[Union]) -> list[list[int]]:
    """For each union the others that share a value with it, as far as this can be told."""
    marks = [_discriminators(opener, union) for union in unions]
    rivals: list[list[int]] = [[] for _ in unions]
    for i, left in enumerate(unions):
        for j in range(i + 1, len(unions)):
            if _told_apart(marks[i], marks[j]) or opener.disjoint(left, unions[j]):
                continue
            rivals[i].append(j)
            rivals[j].append(i)
    return rivals


def _discriminators(opener: Opener, union: Union) -> Mapping[str, frozenset[str]]:
    """Required properties that take one of a few literal values, in a union of a single set of objects."""
    if len(union) != 1 or not isinstance(union[0].set, Objects):
        return {}
    objects = union[0].set
    marks = {}
    for name in sorted(objects.required):
        goal = objects.properties.get(name)
        opened = opener.peek(goal) if goal else ()
        if opened and all(isinstance(branch.set, Literals) for branch in opened):
            marks[name] = frozenset(
                identity(value) for branch in opened if isinstance(branch.set, Literals) for value in branch.set.values
            )
    return marks


def _told_apart(left: Mapping[str, frozenset[str]], right: Mapping[str, frozenset[str]]) -> bool:
    return any(name in right and left[name].isdisjoint(right[name]) for name in left)


def _deny_one_of(opener: Opener, site: Site) -> Union:
    unions = _unions(opener, site, "oneOf")
    none = _all(opener, _unions(opener, site, "oneOf", positive=False))
    pairs = [opener.both(left, right) for i, left in enumerate(unions) for right in unions[i + 1 :]]
    return _some([none, *pairs])


# ---------------------------------------------------------------- if / then / else


def _goal_or_anything(site: Site, keyword: str, *, positive: bool = True) -> Goal:
    if keyword in site:
        return site.child(keyword, positive=positive)
    return () if positive else NOTHING


def _conditional(opener: Opener, site: Site, *, positive: bool) -> Union:
    if "if" not in site:
        return ANY if positive else ()
    ways = []
    for holds, keyword in ((True, "then"), (False, "else")):
        condition = _apply(opener, site, "if", positive=holds)
        goal = _goal_or_anything(site, keyword, positive=positive)
        ways.append(opener.both(condition, opener.apply(goal, site.place)))
    return _some(ways)


# ---------------------------------------------------------------- dependentSchemas


def _dependent(opener: Opener, site: Site) -> list[tuple[str, str]]:
    keyword = "dependentSchemas" if opener.draft >= Draft.D2019 else "dependencies"
    return [(keyword, name) for name, below in site.get(keyword, {}).items() if not isinstance(below, list)]


def _assert_dependent(opener: Opener, site: Site) -> Union:
    union = ANY
    for keyword, name in _dependent(opener, site):
        absent = Branch(Objects({name: NOTHING}), ABSENT_WEIGHT)
        others = tuple(branch for branch in ANY if not isinstance(branch.set, Objects))
        goal = site.child(keyword, name)
        present = opener.both(constrain(Objects(required=frozenset({name}))), opener.apply(goal, site.place))
        with_name = tuple(branch for branch in present if isinstance(branch.set, Objects))
        union = opener.both(union, (*others, absent, *with_name))
    return union


def _deny_dependent(opener: Opener, site: Site) -> Union:
    ways = []
    for keyword, name in _dependent(opener, site):
        denied = opener.apply(site.child(keyword, name, positive=False), site.place)
        ways.append(opener.both(only(Objects(required=frozenset({name}))), denied))
    return _some(ways)


ALL_OF = Family(
    frozenset({"allOf"}),
    lambda opener, site: _all(opener, _unions(opener, site, "allOf")),
    lambda opener, site: _some(_unions(opener, site, "allOf", positive=False)),
)
ANY_OF = Family(
    frozenset({"anyOf"}),
    lambda opener, site: _some(_unions(opener, site, "anyOf")),
    lambda opener, site: _all(opener, _unions(opener, site, "anyOf", positive=False)),
)
ONE_OF = Family(frozenset({"oneOf"}), _one_of, _deny_one_of)
NOT = Family(
    frozenset({"not"}),
    lambda opener, site: _apply(opener, site, "not", positive=False),
    lambda opener, site: _apply(opener, site, "not", positive=True),
)
CONDITIONAL = Family(
    frozenset({"if", "then", "else"}),
    lambda opener, site: _conditional(opener, site, positive=True),
    lambda opener, site: _conditional(opener, site, positive=False),
    since=Draft.D7,
)
DEPENDENT_SCHEMAS = Family(frozenset({"dependentSchemas", "dependencies"}), _assert_dependent, _deny_dependent)
