"""The keywords that assert something, by draft: those broken as they stand, and those that assert by subschemas."""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from pytest_specmint.near_miss.steps import Having, Matching, Names, Others, Position, Property, Rest, Step, When
from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.document import join_pointer
from pytest_specmint.schema.sets.values import Json

Tokens = tuple[str | int, ...]


class Site(Struct, frozen=True):
    """A keyword of a schema object at its place."""

    node: Mapping[str, Json]
    place: str
    keyword: str
    draft: Draft

    @property
    def operand(self) -> Json:
        """The keyword's value."""
        return self.node[self.keyword]


class Child(Struct, frozen=True):
    """A subschema: where it stands below its parent, and the step to what it judges; none if that is the same value."""

    tokens: Tokens
    step: Step | None = None


# ---------------------------------------------------------------- assertions


def _bound(site: Site) -> bool:
    """In draft 4 a bound is exclusive by a flag beside it, and then validators report the flag."""
    return not (site.draft is Draft.D4 and site.node.get(f"exclusive{site.keyword.capitalize()}") is True)


def _exclusive(site: Site) -> bool:
    if site.draft is Draft.D4:
        return site.operand is True and site.keyword.removeprefix("exclusive").lower() in site.node
    return not isinstance(site.operand, bool)


def _contains(site: Site) -> bool:
    return site.draft >= Draft.D6 and (site.draft < Draft.D2019 or "minContains" not in site.node)


def _count(site: Site) -> bool:
    counts = site.keyword == "maxContains" or site.operand > 0
    return site.draft >= Draft.D2019 and "contains" in site.node and counts


def _lists_names(site: Site) -> bool:
    return site.draft < Draft.D2019 and any(isinstance(each, list) for each in site.operand.values())


def _restricts(site: Site) -> bool:
    return site.draft >= Draft.D2019 and site.operand is not True and site.operand != {}


ASSERTIONS: Mapping[str, Callable[[Site], bool]] = {
    "type": lambda site: True,
    "enum": lambda site: True,
    "const": lambda site: site.draft >= Draft.D6,
    "minimum": _bound,
    "maximum": _bound,
    "exclusiveMinimum": _exclusive,
    "exclusiveMaximum": _exclusive,
    "multipleOf": lambda site: True,
    "minLength": lambda site: True,
    "maxLength": lambda site: True,
    "pattern": lambda site: True,
    "format": lambda site: True,
    "required": lambda site: isinstance(site.operand, list) and bool(site.operand),
    "minProperties": lambda site: True,
    "maxProperties": lambda site: True,
    "dependentRequired": lambda site: site.draft >= Draft.D2019,
    "dependencies": _lists_names,
    "unevaluatedProperties": _restricts,
    "minItems": lambda site: True,
    "maxItems": lambda site: True,
    "uniqueItems": lambda site: site.operand is True,
    "contains": _contains,
    "minContains": _count,
    "maxContains": _count,
    "unevaluatedItems": _restricts,
    "not": lambda site: True,
    "anyOf": lambda site: True,
    "oneOf": lambda site: True,
}
"""Keywords that are broken as they stand, each with whether it asserts anything where it stands."""


# ---------------------------------------------------------------- applicators


def _properties(site: Site) -> Iterator[Child]:
    for name in sorted(site.operand):
        yield Child((site.keyword, name), Property(name))


def _pattern_properties(site: Site) -> Iterator[Child]:
    for pattern in sorted(site.operand):
        yield Child((site.keyword, pattern), Matching(pattern))


def others_of(node: Mapping[str, Json]) -> Others:
    """The names that `additionalProperties` speaks of."""
    return Others(tuple(sorted(node.get("properties", ()))), tuple(sorted(node.get("patternProperties", ()))))


def _additional(site: Site) -> Iterator[Child]:
    yield Child((site.keyword,), others_of(site.node))


def _names(site: Site) -> Iterator[Child]:
    if site.draft >= Draft.D6:
        yield Child((site.keyword,), Names())


def _items(site: Site) -> Iterator[Child]:
    if isinstance(site.operand, list):
        yield from _positions(site)
    else:
        leading = site.node.get("prefixItems", ()) if site.draft >= Draft.D2020 else ()
        yield Child((site.keyword,), Rest(len(leading)))


def _prefix_items(site: Site) -> Iterator[Child]:
    if site.draft >= Draft.D2020:
        yield from _positions(site)


def _positions(site: Site) -> Iterator[Child]:
    for i in range(len(site.operand)):
        yield Child((site.keyword, i), Position(i))


def _additional_items(site: Site) -> Iterator[Child]:
    leading = site.node.get("items")
    if site.draft < Draft.D2020 and isinstance(leading, list):
        yield Child((site.keyword,), Rest(len(leading)))


def _all_of(site: Site) -> Iterator[Child]:
    for i in range(len(site.operand)):
        yield Child((site.keyword, i))


def _branch(site: Site) -> Iterator[Child]:
    if site.draft >= Draft.D7 and "if" in site.node:
        yield Child((site.keyword,), When(join_pointer(site.place, "if"), wanted=site.keyword == "then"))


def _dependent(site: Site) -> Iterator[Child]:
    if (site.keyword == "dependentSchemas") is (site.draft >= Draft.D2019):
        for name in sorted(site.operand):
            if not isinstance(site.operand[name], list):
                yield Child((site.keyword, name), Having(name))


APPLICATORS: Mapping[str, Callable[[Site], Iterator[Child]]] = {
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "items": _items,
    "prefixItems": _prefix_items,
    "additionalItems": _additional_items,
    "allOf": _all_of,
    "then": _branch,
    "else": _branch,
    "dependentSchemas": _dependent,
    "dependencies": _dependent,
}
"""Keywords whose subschemas assert by themselves, each with these."""
