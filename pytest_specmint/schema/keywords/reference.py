"""`$ref`, `$dynamicRef`, `$recursiveRef`."""

from collections.abc import Callable

from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.keywords.family import Family, Opener, Site, at_once
from pytest_specmint.schema.sets.goal import Term
from pytest_specmint.schema.sets.union import Union

Resolve = Callable[[Opener, Site], str]


def _static(opener: Opener, site: Site) -> str:
    return opener.schema.resolve(site.get("$ref"), site.place)


def _dynamic(opener: Opener, site: Site) -> str:
    """The outermost resource on the way that has the same dynamic anchor, if the static target is one (2020-12)."""
    schema = opener.schema
    target = schema.resolve(site.get("$dynamicRef"), site.place)
    contents = schema.at(target)
    anchor = contents.get("$dynamicAnchor") if isinstance(contents, dict) else None
    if anchor is None or not site.get("$dynamicRef").endswith(f"#{anchor}"):
        return target
    return dict(site.scope).get(anchor, target)


def _recursive(opener: Opener, site: Site) -> str:
    """The outermost of the resources on the way that are marked `$recursiveAnchor` without a gap (2019-09)."""
    schema = opener.schema
    target = schema.resolve(site.get("$recursiveRef"), site.place)
    contents = schema.at(target)
    if not isinstance(contents, dict) or not contents.get("$recursiveAnchor"):
        return target
    return dict(site.scope).get("", target)


def _family(keyword: str, resolve: Resolve, since: Draft = Draft.D4, until: Draft = Draft.D2020) -> Family:
    def follow(opener: Opener, site: Site, *, positive: bool) -> Union:
        return opener.apply((Term(resolve(opener, site), positive, site.scope),), site.place)

    return Family(
        frozenset({keyword}),
        at_once(lambda opener, site: follow(opener, site, positive=True)),
        lambda opener, site: follow(opener, site, positive=False),
        since,
        until,
    )


REFERENCE = _family("$ref", _static)
DYNAMIC_REFERENCE = _family("$dynamicRef", _dynamic, since=Draft.D2020)
RECURSIVE_REFERENCE = _family("$recursiveRef", _recursive, since=Draft.D2019, until=Draft.D2019)
