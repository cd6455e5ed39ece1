"""`$ref`."""

from pytest_specmint.schema.keywords.family import Family, Opener, Site
from pytest_specmint.schema.sets.goal import Term
from pytest_specmint.schema.sets.union import Union


def _follow(opener: Opener, site: Site, *, positive: bool) -> Union:
    target = opener.schema.resolve(site.get("$ref"), site.place)
    return opener.apply((Term(target, positive, site.scope),), site.place)


REFERENCE = Family(
    frozenset({"$ref"}),
    lambda opener, site: _follow(opener, site, positive=True),
    lambda opener, site: _follow(opener, site, positive=False),
)
