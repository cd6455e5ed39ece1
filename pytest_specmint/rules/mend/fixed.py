"""Fields that nothing may be changed in for the sake of a rule, because other records depend on them."""

from functools import lru_cache

from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.placed import sites
from pytest_specmint.schema.document import Schema

KEYWORDS = ("x-unique", "x-ref", "x-series")
"""Unique fields, those that are taken from other datasets, and events, whose sums run on from one to the next."""


@lru_cache(maxsize=16)
def fixed_fields(schema: Schema) -> frozenset[tuple[Step, ...]]:
    """The fields, as routes from the record."""
    found: set[tuple[Step, ...]] = set()
    for site in sites(schema, KEYWORDS, branches=True):
        if site.route is None:
            continue
        if site.content.get("x-unique") is True or "x-ref" in site.content or "x-series" in site.content:
            found.add(site.route)
        listed = site.content.get("x-unique")
        for each in listed if isinstance(listed, list) else ():
            names = each if isinstance(each, list) else [each]
            found.update((*site.route, name) for name in names if isinstance(name, str))
    return frozenset(found)
