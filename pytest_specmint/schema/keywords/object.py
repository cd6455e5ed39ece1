"""`properties` and its kin, `propertyNames`, `required`, `dependentRequired`, counts."""

from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.keywords.family import Family, Opener, Site, at_once
from pytest_specmint.schema.sets.goal import ANYTHING, NOTHING
from pytest_specmint.schema.sets.objects import EVERY_NAME, Existence, Names, Objects, Rule
from pytest_specmint.schema.sets.union import ANY, Set, Union, constrain, only


def _others(site: Site) -> Names:
    """The names that `additionalProperties` speaks of."""
    listed, patterns = site.names("properties"), site.names("patternProperties")
    if patterns == [""]:  # one validator takes a lone empty pattern for none at all: made is what all of them accept
        patterns = []
    return Names(frozenset(listed), frozenset(patterns)).others()


def _members(_: Opener, site: Site) -> Union:
    properties = {name: site.child("properties", name) for name in site.names("properties")}
    rules = [
        Rule(Names(patterns=frozenset({pattern})), site.child("patternProperties", pattern))
        for pattern in site.names("patternProperties")
    ]
    seen = _others(site).others()
    if "additionalProperties" in site:
        rules.append(Rule(_others(site), site.child("additionalProperties")))
        seen = EVERY_NAME
    kept = tuple(rule for rule in rules if rule.goal != ANYTHING)
    return constrain(Objects(properties, kept, evaluated=seen))


def _deny_members(_: Opener, site: Site) -> Union:
    sets: list[Set] = []
    for name in site.names("properties"):
        wrong = site.child("properties", name, positive=False)
        sets.append(Objects({name: wrong}, required=frozenset({name})))
    wrongs = [
        (Names(patterns=frozenset({each})), site.child("patternProperties", each, positive=False))
        for each in site.names("patternProperties")
    ]
    if "additionalProperties" in site:
        wrongs.append((_others(site), site.child("additionalProperties", positive=False)))
    sets += [Objects(some=(Existence(names, goal=wrong),)) for names, wrong in wrongs if wrong != NOTHING]
    return only(*sets)


def _required(site: Site) -> list[str]:
    names = site.get("required")
    return list(names) if isinstance(names, list) else []  # draft 3 wrote a boolean here; draft 4 on ignore it


def _counts(site: Site) -> tuple[int, int | None]:
    most = site.get("maxProperties")
    return int(site.get("minProperties", 0)), None if most is None else int(most)


def _deny_counts(_: Opener, site: Site) -> Union:
    least, most = _counts(site)
    sets: list[Set] = [Objects(max_properties=least - 1)] if least > 0 else []
    if most is not None:
        sets.append(Objects(min_properties=most + 1))
    return only(*sets)


def _pairs(opener: Opener, site: Site, *, denying: bool = False) -> list[tuple[str, str]]:
    """(a, b) for every b that must come with a.

    `dependencies` went with draft 2019-09, but some validators still assert it: what is made keeps it, in any draft.
    """
    later = opener.draft >= Draft.D2019
    keywords = ["dependentRequired"] if later and denying else ["dependencies", "dependentRequired"][: 1 + later]
    return [
        (name, needed)
        for keyword in keywords
        for name, below in site.get(keyword, {}).items()
        if isinstance(below, list)
        for needed in below
    ]


def _dependent(opener: Opener, site: Site) -> Union:
    pairs = frozenset(_pairs(opener, site))
    return constrain(Objects(implications=pairs)) if pairs else ANY


def _deny_dependent(opener: Opener, site: Site) -> Union:
    return only(
        *(
            Objects({needed: NOTHING}, required=frozenset({name}))
            for name, needed in _pairs(opener, site, denying=True)
            if name != needed
        )
    )


MEMBERS = Family(
    frozenset({"properties", "patternProperties", "additionalProperties"}), at_once(_members), _deny_members
)
REQUIRED = Family(
    frozenset({"required"}),
    at_once(lambda _, site: constrain(Objects(required=frozenset(_required(site))))),
    lambda _, site: only(*(Objects({name: NOTHING}) for name in _required(site))),
)
COUNTS = Family(
    frozenset({"minProperties", "maxProperties"}),
    at_once(lambda _, site: constrain(Objects(min_properties=_counts(site)[0], max_properties=_counts(site)[1]))),
    _deny_counts,
)
NAMES = Family(
    frozenset({"propertyNames"}),
    at_once(lambda _, site: constrain(Objects(name_goal=site.child("propertyNames")))),
    lambda _, site: only(Objects(some=(Existence(name_goal=site.child("propertyNames", positive=False)),))),
    since=Draft.D6,
)
DEPENDENT = Family(frozenset({"dependentRequired", "dependencies"}), at_once(_dependent), _deny_dependent)
