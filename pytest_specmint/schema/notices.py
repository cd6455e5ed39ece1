"""What a schema says that has no effect on the records: unknown names, keywords of other drafts, idle ones.

Only subschemas that the schema can reach count: what stands in an unused definition hurts nobody. Annotations that
everybody knows to be such (`title`, `description`, `readOnly` and the like) are not told.
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from msgspec import Struct

from pytest_specmint.errors import SchemaError
from pytest_specmint.formats.table import FORMATS, NUMBER_FORMATS
from pytest_specmint.schema.dialect import CHILDREN, Draft
from pytest_specmint.schema.document import Schema, is_uri, join_pointer
from pytest_specmint.schema.extensions import EXTENSIONS, Where
from pytest_specmint.schema.keywords import unevaluated
from pytest_specmint.schema.keywords.table import ENUMERATED, STRUCTURAL
from pytest_specmint.schema.sets.goal import TRUE_PLACE
from pytest_specmint.schema.sets.values import Json


class Kind(StrEnum):
    """Why something is without effect."""

    FORMAT = "unknown format"
    KEYWORD = "unknown keyword"
    OTHER_DRAFT = "keyword of another draft"
    BESIDE_REF = "keyword beside $ref"
    IDLE = "keyword without effect"
    ANNOTATION = "annotation"
    EXTENSION = "extension"


class Notice(Struct, frozen=True):
    """One thing that is ignored: what it is called, every place of it (``document#pointer``), what to do about it."""

    kind: Kind
    name: str
    places: tuple[str, ...]
    note: str = ""


class _Finding(NamedTuple):
    kind: Kind
    name: str
    note: str = ""


class _Lifetime(NamedTuple):
    """The drafts that have a keyword, and what takes its place in the others."""

    since: Draft = Draft.D4
    until: Draft = Draft.D2020
    instead: str = ""


Site = Mapping[str, Json]

_LIFETIMES: Mapping[str, _Lifetime] = {
    "$anchor": _Lifetime(Draft.D2019, instead='"$id": "#name"'),
    "$dynamicAnchor": _Lifetime(Draft.D2020),
    "$dynamicRef": _Lifetime(Draft.D2020, instead="$recursiveRef in 2019-09, $ref before"),
    "$id": _Lifetime(Draft.D6, instead="id"),
    "$recursiveAnchor": _Lifetime(Draft.D2019, Draft.D2019, "$dynamicAnchor"),
    "$recursiveRef": _Lifetime(Draft.D2019, Draft.D2019, "$dynamicRef"),
    "additionalItems": _Lifetime(until=Draft.D2019, instead="items beside prefixItems"),
    "const": _Lifetime(Draft.D6, instead="enum with one value"),
    "contains": _Lifetime(Draft.D6),
    "contentEncoding": _Lifetime(Draft.D6),
    "contentMediaType": _Lifetime(Draft.D6),
    "contentSchema": _Lifetime(Draft.D2019),
    "dependencies": _Lifetime(until=Draft.D7, instead="dependentRequired or dependentSchemas"),
    "dependentRequired": _Lifetime(Draft.D2019, instead="dependencies"),
    "dependentSchemas": _Lifetime(Draft.D2019, instead="dependencies"),
    "else": _Lifetime(Draft.D7, instead="anyOf and not"),
    "id": _Lifetime(until=Draft.D4, instead="$id"),
    "if": _Lifetime(Draft.D7, instead="anyOf and not"),
    "maxContains": _Lifetime(Draft.D2019),
    "minContains": _Lifetime(Draft.D2019),
    "prefixItems": _Lifetime(Draft.D2020, instead="items with a list"),
    "propertyNames": _Lifetime(Draft.D6, instead="patternProperties with additionalProperties: false"),
    "then": _Lifetime(Draft.D7, instead="anyOf and not"),
    "unevaluatedItems": _Lifetime(Draft.D2019, instead="additionalItems"),
    "unevaluatedProperties": _Lifetime(Draft.D2019, instead="additionalProperties"),
}
"""Keywords that some draft lacks."""

_ASSERTED = frozenset().union(*(family.keywords for family in (*STRUCTURAL, *ENUMERATED)), unevaluated.KEYWORDS)
_ANNOTATIONS = frozenset(
    [
        *("$schema", "$comment", "$vocabulary", "$defs", "definitions", "title", "description"),
        *("default", "example", "examples", "readOnly", "writeOnly", "deprecated"),
    ]
)
"""Known to everybody as annotations; defaults and examples are made use of."""
_OPENAPI = frozenset({"discriminator", "externalDocs", "nullable", "xml"})
_KNOWN = _ASSERTED | _ANNOTATIONS | _LIFETIMES.keys()
_CONTENT = ("contentEncoding", "contentMediaType", "contentSchema")
_ASSERTED_CONTENT = {"contentEncoding": "base64", "contentMediaType": "application/json"}

_NOTES: Mapping[str, str] = {
    "disallow": "of draft-03: use not",
    "divisibleBy": "of draft-03: use multipleOf",
    "extends": "of draft-03: use allOf",
    "nullable": 'of OpenAPI 3.0: write "null" into the list of types',
    "discriminator": "of OpenAPI: state the property's value in each branch",
}

_ANNOTATIONS = frozenset({"float", "double", "password", "binary"})
"""Formats that every number, or every text, has: they say how it is stored or shown."""
_MEANT: Mapping[str, str] = {
    "guid": "uuid",
    "host-name": "hostname",
    "ip-address": "ipv4",
    "timestamp": "date-time",
    "url": "uri",
}

_STRINGS = ("minLength", "maxLength", "pattern")
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_ARRAYS = (
    *("items", "prefixItems", "additionalItems", "unevaluatedItems", "minItems", "maxItems", "uniqueItems"),
    *("contains", "minContains", "maxContains"),
)
_OBJECTS = (
    *("properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames"),
    *("required", "minProperties", "maxProperties", "dependencies", "dependentRequired", "dependentSchemas"),
)
_SPEAKS_OF: Mapping[str, tuple[frozenset[str], str]] = {
    **dict.fromkeys(_STRINGS, (frozenset({"string"}), "strings")),
    **dict.fromkeys(_NUMBERS, (frozenset({"number", "integer"}), "numbers")),
    **dict.fromkeys(_ARRAYS, (frozenset({"array"}), "arrays")),
    **dict.fromkeys(_OBJECTS, (frozenset({"object"}), "objects")),
}
"""The types that a keyword says something about."""


def notices(schema: Schema) -> tuple[Notice, ...]:
    """Everything that is ignored, by kind, then in the order of its first place."""
    sites = list(reachable(schema))
    looked_at = any(not unevaluated.KEYWORDS.isdisjoint(site) for _, site in sites)
    found = ((place, each) for place, site in sites for each in _findings(schema, site, idle_if=not looked_at))
    gathered = _gathered(chain(found, _extensions(sites, _heeded(schema))))
    return tuple(notice for kind in Kind for notice in gathered if notice.kind is kind)


def _heeded(schema: Schema) -> Mapping[Where, frozenset[str]]:
    """The places at which keywords are heeded that do not stand anywhere."""
    record, through, top = frozenset({schema.place}), _about_the_record(schema), frozenset({"#"})
    return {
        Where.RECORD: record,
        Where.RECORD_OR_TOP: record | top,
        Where.THROUGH: through,
        Where.THROUGH_OR_TOP: through | top,
    }


def _about_the_record(schema: Schema) -> frozenset[str]:
    """The places that speak of the record itself, not of a part of it."""
    seen, stack = set[str](), [schema.place]
    while stack:
        place = stack.pop()
        site = schema.at(place)
        if isinstance(site, dict):
            seen.add(place)
            parts = site.get("allOf")
            inner = [join_pointer(place, "allOf", at) for at in range(len(parts))] if isinstance(parts, list) else []
            stack += [each for each in (*_targets(schema, place, site), *inner) if each not in seen]
    return frozenset(seen)


def unknown_formats(schema: Schema) -> tuple[Notice, ...]:
    """The formats that are not known, in the order of their first place; one quick look where there are none."""
    if not any(map(_names_unknown_format, _own_documents(schema))):
        return ()
    return _gathered(
        (place, each)
        for place, site in reachable(schema)
        if not (schema.draft <= Draft.D7 and "$ref" in site)
        for each in _format(site)
        if each.kind is Kind.FORMAT
    )


def _gathered(found: Iterable[tuple[str, _Finding]]) -> tuple[Notice, ...]:
    places: dict[_Finding, list[str]] = {}
    for place, finding in found:
        places.setdefault(finding, []).append(place)
    return tuple(Notice(each.kind, each.name, tuple(where), each.note) for each, where in places.items())


# ---------------------------------------------------------------- places


def _own_documents(schema: Schema) -> Iterator[Json]:
    return (document for name, document in schema.documents.items() if not is_uri(name))


def _names_unknown_format(document: Json) -> bool:
    """Whether anything in the document, a schema or not, has an unknown format."""
    stack = [document]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            name = node.get("format")
            if isinstance(name, str) and not _known_format(name):
                return True
            stack.extend(each for each in node.values() if isinstance(each, (dict, list)))
        else:
            stack.extend(node if isinstance(node, list) else ())
    return False


def reachable(schema: Schema) -> Iterator[tuple[str, Site]]:
    """Every subschema object that says something about some part of the record, outermost first."""
    seen: set[str] = set()
    stack: list[tuple[str, Json]] = [(schema.place, schema.at(schema.place))]
    while stack:
        place, site = stack.pop()
        if place in seen or not isinstance(site, dict):
            continue
        seen.add(place)
        yield place, site
        below = [(target, schema.at(target)) for target in _targets(schema, place, site)]
        if not _alone(schema, site):
            below += _children(schema.draft, place, site)
        stack.extend(reversed(below))


def _alone(schema: Schema, site: Site) -> bool:
    """Up to draft 7 the siblings of $ref are ignored."""
    return schema.draft <= Draft.D7 and "$ref" in site


def _targets(schema: Schema, place: str, site: Site) -> Iterator[str]:
    """Where the references lead; those that lead nowhere are for the compiler to refuse."""
    for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
        reference = site.get(keyword)
        if not isinstance(reference, str) or not _lives(keyword, schema.draft):
            continue
        try:
            target = schema.resolve(reference, place)
        except SchemaError:
            continue
        if target != TRUE_PLACE and not target.startswith("specmint:"):
            yield target
        if keyword != "$ref":
            name = reference.rpartition("#")[2]
            yield from (anchors[name] for anchors in schema.dynamic_anchors.values() if name in anchors)


def _children(draft: Draft, place: str, site: Site) -> Iterator[tuple[str, Json]]:
    for keyword, below in site.items():
        if not _lives(keyword, draft) or keyword in {"$defs", "definitions", "contentSchema"} or _idle(site, keyword):
            continue
        if keyword in CHILDREN.named and isinstance(below, dict):
            yield from ((join_pointer(place, keyword, name), each) for name, each in below.items())
        elif keyword in CHILDREN.many and isinstance(below, list):
            yield from ((join_pointer(place, keyword, i), each) for i, each in enumerate(below))
        elif keyword in CHILDREN.one:
            yield join_pointer(place, keyword), below


def _lives(keyword: str, draft: Draft) -> bool:
    since, until, _ = _LIFETIMES.get(keyword, _Lifetime())
    return since <= draft <= until


def _idle(site: Site, keyword: str) -> str:
    """Why a keyword has no effect where it stands, or nothing."""
    if keyword in {"then", "else"} and "if" not in site:
        return "no if stands beside it"
    if keyword in {"minContains", "maxContains"} and "contains" not in site:
        return "no contains stands beside it"
    if keyword == "additionalItems" and not isinstance(site.get("items"), list):
        return "items beside it is not a list"
    if keyword in _SPEAKS_OF and "type" in site:
        kinds, what = _SPEAKS_OF[keyword]
        return "" if kinds & _types(site) else f"it speaks of {what}, and the type beside it allows none"
    return ""


def _types(site: Site) -> frozenset[str]:
    declared = site.get("type")
    return frozenset(declared if isinstance(declared, list) else [declared])


# ---------------------------------------------------------------- findings


def _findings(schema: Schema, site: Site, *, idle_if: bool) -> Iterator[_Finding]:
    """What is ignored in one subschema; ``idle_if`` says that a lone `if` has no effect at all."""
    alone = _alone(schema, site)
    for keyword, value in site.items():
        if keyword.startswith("x-"):
            continue
        if alone:
            if keyword in _ASSERTED and keyword != "$ref" and _lives(keyword, schema.draft):
                yield _Finding(Kind.BESIDE_REF, keyword, f"{schema.draft.title} reads $ref alone: put both into allOf")
        elif keyword not in _KNOWN:
            yield from _unknown(schema, keyword)
        elif not _lives(keyword, schema.draft):
            yield _Finding(Kind.OTHER_DRAFT, keyword, _other_draft(keyword, schema.draft))
        elif _idle(site, keyword):
            yield _Finding(Kind.IDLE, keyword, _idle(site, keyword))
        elif keyword in _CONTENT:
            yield from _content(schema.draft, keyword, value)
        elif keyword == "if" and idle_if and site.keys().isdisjoint({"then", "else"}):
            yield _Finding(
                Kind.IDLE, keyword, "it demands nothing without then or else, though values are made both ways"
            )
        elif keyword == "format":
            yield from _format(site)


def _extensions(
    sites: Iterable[tuple[str, Site]], heeded: Mapping[Where, frozenset[str]]
) -> Iterator[tuple[str, _Finding]]:
    """The extension keywords that are unknown, and those that stand where they are not ``heeded``."""
    for place, site in sites:
        for keyword in site:
            known = EXTENSIONS.get(keyword)
            if known is not None and place not in heeded.get(known.where, (place,)):
                yield place, _Finding(Kind.IDLE, keyword, f"it is heeded {known.where}")
            elif known is None and keyword.startswith("x-"):
                yield place, _Finding(Kind.EXTENSION, keyword, _meant(keyword, EXTENSIONS))


def _unknown(schema: Schema, keyword: str) -> Iterator[_Finding]:
    if keyword in _OPENAPI and schema.dialect.startswith(("OpenAPI", "Swagger")):
        return
    yield _Finding(Kind.KEYWORD, keyword, _keyword_note(keyword, schema.draft))


@lru_cache(maxsize=1024)
def _keyword_note(keyword: str, draft: Draft) -> str:
    return _NOTES.get(keyword) or _meant(keyword, sorted(each for each in _KNOWN if _lives(each, draft)))


@lru_cache(maxsize=1024)
def _format_note(name: str) -> str:
    return f"did you mean {_MEANT[name]}?" if name in _MEANT else _meant(name, FORMATS)


def _meant(name: str, known: Iterable[str]) -> str:
    """A question whether a known name was meant, if one is close."""
    by_fold = {each.lower(): each for each in known}
    near = get_close_matches(name.lower(), by_fold, 1, 0.8)
    return f"did you mean {by_fold[near[0]]}?" if near else ""


def _other_draft(keyword: str, draft: Draft) -> str:
    since, until, instead = _LIFETIMES[keyword]
    if draft < since:
        other = f"use {instead}, or " if instead else ""
        return f"known from {since.title} on: {other}declare that draft in $schema"
    return f"known up to {until.title}: use {instead}" if since is Draft.D4 else f"of {until.title}: use {instead}"


def _content(draft: Draft, keyword: str, value: Json) -> Iterator[_Finding]:
    if draft >= Draft.D2019:
        yield _Finding(Kind.ANNOTATION, keyword, f"an annotation from {Draft.D2019.title} on: use pattern")
    elif value != _ASSERTED_CONTENT[keyword]:
        yield _Finding(Kind.ANNOTATION, keyword, f"only {_ASSERTED_CONTENT[keyword]} is asserted")


def _format(site: Site) -> Iterator[_Finding]:
    name = site.get("format")
    if not isinstance(name, str):
        return
    if not _known_format(name):
        yield _Finding(Kind.FORMAT, name, _format_note(name))
    elif "type" in site:
        kinds, what = _SPEAKS_OF["pattern"] if name in FORMATS else _SPEAKS_OF["minimum"]
        if not kinds & _types(site):
            note = f"it speaks of {what}, and the type beside it allows none"
            yield _Finding(Kind.IDLE, f"format {name}", note)


def _known_format(name: str) -> bool:
    return name in FORMATS or name in NUMBER_FORMATS or name in _ANNOTATIONS
