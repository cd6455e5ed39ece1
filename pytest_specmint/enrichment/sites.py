"""The subschemas that apply to a value, with it in hand: by reference, by `allOf`, and of branches those that fit."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.check.verifier import Verifier, Violation
from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.sets.goal import TRUE_PLACE
from pytest_specmint.schema.sets.values import Json

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


class Site(Struct, frozen=True):
    """A subschema, and where those stand that it leads to."""

    place: str
    schema: Mapping[str, Json]
    same: tuple[str, ...]
    """Those that apply to the same value: of references and `allOf`."""
    branches: tuple[str, ...]
    """Those that apply where they fit: of `anyOf` and `oneOf`."""
    condition: str | None
    """Of an `if`,"""
    then: str | None
    otherwise: str | None
    dependent: tuple[tuple[str, str], ...]
    """Those that apply where the value has a property of that name."""
    properties: Mapping[str, str]
    patterns: tuple[tuple["re.Pattern[str]", str], ...]
    additional: str | None
    prefix: tuple[str, ...]
    items: str | None

    @property
    def around(self) -> Iterator[str]:
        """The places that it leads to for the same value."""
        yield from (*self.same, *self.branches, *(place for _, place in self.dependent))
        yield from (place for place in (self.then, self.otherwise) if place is not None)

    @property
    def below(self) -> Iterator[str]:
        """The places that it leads to for values within."""
        yield from (*self.properties.values(), *(place for _, place in self.patterns), *self.prefix)
        yield from (place for place in (self.additional, self.items) if place is not None)


class Sites:
    """The sites of a schema, each read when it is first come by."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._known: dict[str, Site | None] = {}
        self._verifiers: dict[str, Verifier] = {}

    def at(self, place: str) -> Site | None:
        """The site of a place; None where no object stands there."""
        if place not in self._known:
            self._known[place] = _site(self.schema, place)
        return self._known[place]

    def fits(self, place: str, value: Json) -> bool:
        """Whether a value meets the subschema at a place."""
        return not self._verifier(place).failures([value])

    def violations(self, place: str, value: Json) -> list[Violation]:
        """Why it does not."""
        return self._verifier(place).violations(value, 1)

    def _verifier(self, place: str) -> Verifier:
        if place not in self._verifiers:
            self._verifiers[place] = Verifier(replace(self.schema, place=place))
        return self._verifiers[place]

    def applying(self, places: tuple[str, ...], value: Json) -> tuple[Site, ...]:
        """All sites that apply to a value, beginning with those at these places, each once."""
        found: dict[str, Site] = {}
        pending = list(reversed(places))
        while pending:
            place = pending.pop()
            site = self.at(place)
            if site is None or place in found:
                continue
            found[place] = site
            pending += reversed([*site.same, *self._fitting(site, value)])
        return tuple(found.values())

    def _fitting(self, site: Site, value: Json) -> Iterator[str]:
        yield from (place for place in site.branches if self.fits(place, value))
        if site.condition is not None:
            chosen = site.then if self.fits(site.condition, value) else site.otherwise
            yield from () if chosen is None else (chosen,)
        if isinstance(value, dict):
            yield from (place for name, place in site.dependent if name in value)

    def children(self, sites: tuple[Site, ...], value: Json) -> Iterator[tuple[str, Json, tuple[str, ...]]]:
        """The values within a value, by name or position, each with the places that its sites have for it."""
        if isinstance(value, dict):
            for name, child in value.items():
                yield name, child, tuple(dict.fromkeys(p for site in sites for p in _of_name(site, name)))
        elif isinstance(value, list):
            for at, child in enumerate(value):
                yield str(at), child, tuple(dict.fromkeys(p for site in sites for p in _of_position(site, at)))


def _of_name(site: Site, name: str) -> Iterator[str]:
    known = False
    if name in site.properties:
        known = True
        yield site.properties[name]
    for pattern, place in site.patterns:
        if pattern.search(name):
            known = True
            yield place
    if not known and site.additional is not None:
        yield site.additional


def _of_position(site: Site, at: int) -> Iterator[str]:
    if at < len(site.prefix):
        yield site.prefix[at]
    elif site.items is not None:
        yield site.items


def _site(schema: Schema, place: str) -> Site | None:
    if place == TRUE_PLACE or place.startswith("specmint:"):
        return None
    raw = schema.at(place)
    if not isinstance(raw, dict):
        return None

    def one(keyword: str) -> str | None:
        return join_pointer(place, keyword) if isinstance(raw.get(keyword), dict) else None

    def many(keyword: str) -> tuple[str, ...]:
        listed = raw.get(keyword)
        return tuple(join_pointer(place, keyword, i) for i in range(len(listed))) if isinstance(listed, list) else ()

    def named(keyword: str) -> dict[str, str]:
        mapped = raw.get(keyword)
        return {name: join_pointer(place, keyword, name) for name in mapped} if isinstance(mapped, dict) else {}

    dependent = {**named("dependentSchemas"), **_schemas_of_dependencies(raw, named("dependencies"))}
    items = one("items") or one("additionalItems") or one("unevaluatedItems")
    return Site(
        place,
        raw,
        (*_referred(schema, place, raw), *many("allOf")),
        (*many("anyOf"), *many("oneOf")),
        one("if"),
        one("then"),
        one("else"),
        tuple(dependent.items()),
        named("properties"),
        tuple((compiled, each) for name, each in named("patternProperties").items() if (compiled := _pattern(name))),
        one("additionalProperties") or one("unevaluatedProperties"),
        many("prefixItems") or many("items"),
        items,
    )


def _schemas_of_dependencies(raw: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, str]:
    return {name: place for name, place in places.items() if isinstance(raw["dependencies"][name], dict)}


def _referred(schema: Schema, place: str, raw: Mapping[str, Json]) -> Iterator[str]:
    for keyword in _REFERENCES:
        reference = raw.get(keyword)
        if isinstance(reference, str):
            try:
                yield schema.resolve(reference, place)
            except SchemaError:
                continue  # a dynamic one that leads elsewhere; the whole record is verified all the same


def _pattern(text: str) -> "re.Pattern[str] | None":
    try:
        return re.compile(text)
    except re.error:
        return None
