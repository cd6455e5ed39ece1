"""The schema of a target as a model is shown it: complete in itself, without what only people and other tools read."""

from collections.abc import Mapping, Sequence

from pytest_specmint.enrichment.sites import Site, Sites
from pytest_specmint.schema.document import join_pointer
from pytest_specmint.schema.sets.goal import TRUE_PLACE
from pytest_specmint.schema.sets.values import Json

LONGEST = 160
"""Characters of a text whose schema sets no bound, as the model is told."""
_DEPTH = 6
_VALUES = frozenset(["const", "enum", "default", "examples", "example"])
_DROPPED = frozenset(
    [
        *("$id", "id", "$schema", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$comment", "$defs", "definitions"),
        *("default", "example", "readOnly", "writeOnly", "deprecated", "$vocabulary", "discriminator", "xml"),
    ]
)
_OWN = frozenset([*_DROPPED, "title", "description", "examples", "$ref", "$dynamicRef", "$recursiveRef", "allOf"])
"""Of the sites themselves: references and `allOf` are sites of their own."""


def shown_schema(sites: Sites, applying: Sequence[Site], value: Json) -> Json:
    """One schema of all sites that apply to a value; texts get the least and the greatest length that make sense."""
    parts = [part for site in applying if (part := _own(sites, site))]
    shown = _narrowed(_united(parts), value)
    if isinstance(value, str) and not {"enum", "const", "pattern", "format"} & shown.keys():
        shown = {**shown, "type": "string", "minLength": max(_whole(shown, "minLength", 0), 1)}
        shown["maxLength"] = _whole(shown, "maxLength", max(LONGEST, shown["minLength"]))
    elif "type" not in shown and not {"enum", "const"} & shown.keys():
        shown = {**shown, "type": _TYPES.get(type(value), "string")}
    return shown


def _narrowed(shown: dict[str, Json], value: Json) -> dict[str, Json]:
    """Of several types the one that the value has: a model's is of the same."""
    listed = shown.get("type")
    if not isinstance(listed, list):
        return shown
    own = _TYPES.get(type(value), "string")
    wider = {"integer": ["number"]}.get(own, [])
    fitting = [each for each in (own, *wider) if each in listed]
    return {**shown, "type": fitting[0]} if fitting else shown


_TYPES = {bool: "boolean", int: "integer", float: "number", list: "array", dict: "object", str: "string"}


def _whole(shown: Mapping[str, Json], keyword: str, otherwise: int) -> int:
    value = shown.get(keyword, otherwise)
    return value if isinstance(value, int) else otherwise


def _own(sites: Sites, site: Site) -> dict[str, Json]:
    """What a site says of a value, without the sites that apply beside it, which speak for themselves."""
    skipped = {"anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "dependencies", "not"}
    return {
        keyword: _inner(sites, join_pointer(site.place, keyword), keyword, below, _DEPTH)
        for keyword, below in site.schema.items()
        if keyword not in _OWN and keyword not in skipped and not keyword.startswith("x-")
    }


def _united(parts: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """All parts in one, as long as they do not speak of the same; else under `allOf`."""
    out: dict[str, Json] = {}
    for part in parts:
        if any(keyword in out and out[keyword] != said for keyword, said in part.items()):
            return {"allOf": [dict(each) for each in parts]}
        out.update(part)
    return out


def _inner(sites: Sites, place: str, keyword: str, value: Json, depth: int) -> Json:
    if keyword in _VALUES or not isinstance(value, (dict, list)):
        return value
    if keyword in ("properties", "patternProperties", "dependentSchemas") and isinstance(value, dict):
        return {name: _schema(sites, join_pointer(place, name), depth) for name in value}
    if isinstance(value, list):
        listed = keyword in ("items", "prefixItems", "allOf", "anyOf", "oneOf")
        return [_schema(sites, join_pointer(place, i), depth) if listed else each for i, each in enumerate(value)]
    return _schema(sites, place, depth)


def _schema(sites: Sites, place: str, depth: int) -> Json:
    """A subschema with what it refers to in the place of references; endless ones are cut."""
    if place == TRUE_PLACE or depth == 0:
        return {}
    if place.startswith("specmint:"):
        return False
    raw = sites.schema.at(place)
    site = sites.at(place)
    if site is None:
        return raw
    own = {
        keyword: _inner(sites, join_pointer(place, keyword), keyword, below, depth - 1)
        for keyword, below in site.schema.items()
        if keyword not in _DROPPED and not keyword.startswith(("x-", "$"))
    }
    within = f"{place}/allOf/"
    referred = [_schema(sites, target, depth - 1) for target in site.same if not target.startswith(within)]
    parts = [own, *(each for each in referred if isinstance(each, dict))]
    return _united([part for part in parts if part])
