"""A schema, as far as rules ask about it: what kinds of values may stand at a path, and which names there are."""

from collections.abc import Iterable, Iterator, Mapping

from pytest_specmint.errors import SchemaError
from pytest_specmint.patterns import matches
from pytest_specmint.rules.expression.kinds import EVERYTHING, ITEM, WORDS, Field, Kind
from pytest_specmint.rules.expression.nodes import Step
from pytest_specmint.rules.expression.numbers import exact, places_of
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.sets.goal import TRUE_PLACE
from pytest_specmint.schema.sets.values import Json

BRANCHES = ("allOf", "anyOf", "oneOf")
BESIDE = ("then", "else")
IMPLIED = (("properties", Kind.OBJECT), ("items", Kind.LIST), ("prefixItems", Kind.LIST))
MAX_PLACES = 2_000


class SchemaFields:
    """The fields of a loaded schema; all branches are taken together, whichever of them a record meets.

    An object that lists properties has these and no others, unless it says what others look like; one that lists none
    may have any.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._known: dict[tuple[Step, ...], tuple[str, ...] | None] = {(): self._expanded([schema.place])}

    def at(self, path: tuple[Step, ...]) -> Field | None:
        """The kinds that a path's values may have; ``None`` where the schema has no such field."""
        places = self._places(path)
        if places is None:
            return None
        sites = [site for site in map(self._site, places) if site]
        named = [kinds for kinds in map(_kinds, sites) if kinds is not None]
        return Field(frozenset().union(*named) if named else EVERYTHING, _decimals(sites))

    def names(self, path: tuple[Step, ...]) -> Iterable[str]:
        """The names that the schema lists at a path."""
        sites = map(self._site, self._places(path) or ())
        return dict.fromkeys(name for site in sites for name in _mapping(site, "properties"))

    def sites(self, path: tuple[Step, ...]) -> list[Mapping[str, Json]]:
        """All parts of the schema that say something of a path's values."""
        return [self._site(place) for place in self._places(path) or ()]

    def _site(self, place: str) -> Mapping[str, Json]:
        site = self._schema.at(place)
        return site if isinstance(site, dict) else {}

    def _places(self, path: tuple[Step, ...]) -> tuple[str, ...] | None:
        """The places that say something of a path; ``None`` where nothing may stand."""
        if path not in self._known:
            above = self._places(path[:-1])
            self._known[path] = None if above is None else self._below(above, path[-1])
        return self._known[path]

    def _below(self, places: tuple[str, ...], step: Step) -> tuple[str, ...] | None:
        sites = [(place, self._site(place)) for place in places]
        found = [
            each
            for place, site in sites
            for each in (_items(place, site) if isinstance(step, int) else _members(place, site, step))
        ]
        if found:
            allowed = [each for each in found if self._schema.at(each) is not False]
            return self._expanded(allowed) if allowed else None
        wanted = Kind.LIST if step == ITEM else Kind.OBJECT
        kinds = [kinds for kinds in (_kinds(site) for _, site in sites) if kinds is not None]
        listed = step != ITEM and any("properties" in site for _, site in sites)
        closed = any(site.get("additionalProperties") is False for _, site in sites) and step != ITEM
        impossible = bool(kinds) and not any(wanted in each for each in kinds)
        return None if listed or closed or impossible else (TRUE_PLACE,)

    def _expanded(self, places: Iterable[str]) -> tuple[str, ...]:
        """The places with all that they refer to, and their branches."""
        found: dict[str, None] = {}
        pending = list(places)[::-1]
        while pending and len(found) < MAX_PLACES:
            place = pending.pop()
            if place not in found:
                found[place] = None
                pending += list(self._beside(place, self._site(place)))[::-1]
        return tuple(found)

    def _beside(self, place: str, site: Mapping[str, Json]) -> Iterator[str]:
        reference = site.get("$ref")
        if isinstance(reference, str):
            try:
                yield self._schema.resolve(reference, place)
            except SchemaError:
                return
        for keyword in BRANCHES:
            branches = site.get(keyword)
            if isinstance(branches, list):
                yield from (join_pointer(place, keyword, i) for i in range(len(branches)))
        yield from (join_pointer(place, keyword) for keyword in BESIDE if isinstance(site.get(keyword), dict))
        yield from (join_pointer(place, "dependentSchemas", name) for name in _mapping(site, "dependentSchemas"))


def _members(place: str, site: Mapping[str, Json], name: str) -> Iterator[str]:
    if name in _mapping(site, "properties"):
        yield join_pointer(place, "properties", name)
        return
    patterns = [pattern for pattern in _mapping(site, "patternProperties") if matches(pattern, name)]
    yield from (join_pointer(place, "patternProperties", pattern) for pattern in patterns)
    if not patterns and isinstance(site.get("additionalProperties"), dict):
        yield join_pointer(place, "additionalProperties")
    elif site.get("additionalProperties") is True:
        yield TRUE_PLACE


def _items(place: str, site: Mapping[str, Json]) -> Iterator[str]:
    for keyword in ("prefixItems", "items"):
        value = site.get(keyword)
        if isinstance(value, list):
            yield from (join_pointer(place, keyword, i) for i in range(len(value)))
    for keyword in ("items", "additionalItems"):
        if isinstance(site.get(keyword), dict):
            yield join_pointer(place, keyword)


def _mapping(site: Mapping[str, Json], keyword: str) -> Mapping[str, Json]:
    value = site.get(keyword)
    return value if isinstance(value, dict) else {}


def _kinds(site: Mapping[str, Json]) -> frozenset[Kind] | None:
    """The kinds that one subschema names; ``None`` where it names none."""
    declared = site.get("type")
    if declared is not None:
        words = declared if isinstance(declared, list) else [declared]
        return frozenset(_text_kind(site) if word == "string" else WORDS[word] for word in words if word in WORDS)
    values = [site["const"]] if "const" in site else site.get("enum")
    if isinstance(values, list):
        return frozenset(kind for kind in map(_kind_of_value, values) if kind is not None)
    if site.get("format") in {"date", "date-time"}:
        return frozenset({_text_kind(site)})
    return next((frozenset({kind}) for keyword, kind in IMPLIED if keyword in site), None)


def _text_kind(site: Mapping[str, Json]) -> Kind:
    return {"date": Kind.DAY, "date-time": Kind.MOMENT}.get(str(site.get("format")), Kind.TEXT)


def _kind_of_value(value: Json) -> Kind | None:
    kinds = {str: Kind.TEXT, bool: Kind.FLAG, int: Kind.NUMBER, float: Kind.NUMBER, list: Kind.LIST, dict: Kind.OBJECT}
    return kinds.get(type(value))


def _decimals(sites: Iterable[Mapping[str, Json]]) -> int | None:
    """The decimals that numbers may have, as ``multipleOf`` or ``integer`` says."""
    found = []
    for site in sites:
        step = exact(site.get("multipleOf"))
        if step:
            found.append(places_of(step))
        elif site.get("type") == "integer":
            found.append(0)
    return min((each for each in found if each is not None), default=None)
