"""`allOf`, `anyOf`, `not`, `if`/`then`/`else`, `dependentSchemas`: applicators on the same instance."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.keywords.family import Family, Opener, Site, at_once
from pytest_specmint.schema.sets.goal import NOTHING, Goal
from pytest_specmint.schema.sets.objects import Objects
from pytest_specmint.schema.sets.union import ANY, Branch, Union, constrain, join, only
from pytest_specmint.schema.settle.denials import excluding

ABSENT_WEIGHT = 0.1


def _unions(opener: Opener, site: Site, keyword: str, *, positive: bool = True) -> list[Union]:
    goals = [site.child(keyword, i, positive=positive) for i in range(len(site.get(keyword)))]
    return [opener.apply(goal, site.place) for goal in goals]


def _some(unions: Iterable[Union]) -> Union:
    return join(union for union in unions if union)


def _apply(opener: Opener, site: Site, keyword: str, *, positive: bool) -> Union:
    return opener.apply(site.child(keyword, positive=positive), site.place)


# ---------------------------------------------------------------- if / then / else


def _goal_or_anything(site: Site, keyword: str, *, positive: bool = True) -> Goal:
    if keyword in site:
        return site.child(keyword, positive=positive)
    return () if positive else NOTHING


def _if(opener: Opener, site: Site) -> Union:
    goal = site.child("if")
    return tuple(replace(each, holds=each.holds | {goal}) for each in opener.apply(goal, site.place))


def _conditional(opener: Opener, site: Site, *, positive: bool) -> Union:
    if "if" not in site:
        return ANY if positive else ()
    ways = []
    for holds, keyword in ((True, "then"), (False, "else")):
        condition = (
            _apply(opener, site, "if", positive=True) if holds else excluding(opener, [site.child("if")], site.place)
        )
        goal = _goal_or_anything(site, keyword, positive=positive)
        ways.append(opener.both(condition, opener.apply(goal, site.place)))
    return _some(ways)


# ---------------------------------------------------------------- dependentSchemas


def _dependent(opener: Opener, site: Site, *, denying: bool = False) -> list[tuple[str, str]]:
    """Keyword and property of every schema that a property brings along; `dependencies` as for `dependentRequired`."""
    later = opener.draft >= Draft.D2019
    keywords = ["dependentSchemas"] if later and denying else ["dependencies", "dependentSchemas"][: 1 + later]
    pairs = [(keyword, name) for keyword in keywords for name in site.names(keyword)]
    return [(keyword, name) for keyword, name in pairs if not isinstance(site.get(keyword)[name], list)]


def _assert_dependent(opener: Opener, site: Site) -> Iterator[Union]:
    for keyword, name in _dependent(opener, site):
        absent = Branch(Objects({name: NOTHING}), ABSENT_WEIGHT)
        others = tuple(branch for branch in ANY if not isinstance(branch.set, Objects))
        goal = site.child(keyword, name)
        present = opener.both(constrain(Objects(required=frozenset({name}))), opener.apply(goal, site.place))
        with_name = tuple(branch for branch in present if isinstance(branch.set, Objects))
        yield (*others, absent, *with_name)


def _deny_dependent(opener: Opener, site: Site) -> Union:
    ways = []
    for keyword, name in _dependent(opener, site, denying=True):
        denied = opener.apply(site.child(keyword, name, positive=False), site.place)
        ways.append(opener.both(only(Objects(required=frozenset({name}))), denied))
    return _some(ways)


ALL_OF = Family(
    frozenset({"allOf"}),
    lambda opener, site: iter(_unions(opener, site, "allOf")),
    lambda opener, site: _some(_unions(opener, site, "allOf", positive=False)),
)
ANY_OF = Family(
    frozenset({"anyOf"}),
    at_once(lambda opener, site: _some(_unions(opener, site, "anyOf"))),
    lambda opener, site: excluding(opener, [site.child("anyOf", i) for i in range(len(site.get("anyOf")))], site.place),
)
NOT = Family(
    frozenset({"not"}),
    at_once(lambda opener, site: excluding(opener, [site.child("not")], site.place)),
    lambda opener, site: _apply(opener, site, "not", positive=True),
)
CONDITIONAL = Family(
    frozenset({"if", "then", "else"}),
    at_once(lambda opener, site: _conditional(opener, site, positive=True)),
    lambda opener, site: _conditional(opener, site, positive=False),
    since=Draft.D7,
)
DEPENDENT_SCHEMAS = Family(frozenset({"dependentSchemas", "dependencies"}), _assert_dependent, _deny_dependent)
