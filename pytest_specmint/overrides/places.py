"""Which places of a record a schema knows: whether a path leads anywhere, and through objects or arrays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from pytest_specmint.near_miss.sites import referred
from pytest_specmint.near_miss.steps import matched
from pytest_specmint.schema.dialect import Draft
from pytest_specmint.schema.document import Schema, join_pointer
from pytest_specmint.schema.loading.near import nearest
from pytest_specmint.schema.sets.goal import Scope
from pytest_specmint.schema.sets.values import Json

_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLE = ("if", "then", "else")
_NAMED = ("dependentSchemas", "dependencies")
_REST = ("additionalProperties", "unevaluatedProperties")
MAX_PLACES = 2000
"""How many subschemas of one value are looked at."""


class Way(Enum):
    """How a token leads from a value to its part."""

    PROPERTY = "property"
    ITEM = "item"


Site = tuple[str, Scope]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A path that breaks off: the part that is known, and the nearest known spellings of what comes next."""

    above: str
    near: tuple[str, ...]


def ways(schema: Schema, tokens: Sequence[str]) -> tuple[Way, ...] | Unknown:
    """How each token of a path leads on, if the schema knows the path.

    A schema that names no properties at all knows them all; so does one that says what additional ones are.
    """
    sites, out = _applying(schema, [(schema.place, ())]), []
    for depth, token in enumerate(tokens):
        named = _properties(schema, sites, token)
        items = _items(schema, sites, token) if _is_index(token) else []
        names = _names(schema, sites)
        if named:
            out.append(Way.PROPERTY)
        elif items:
            out.append(Way.ITEM)
        elif not names:
            out.append(Way.ITEM if _is_index(token) and _is_array(schema, sites) else Way.PROPERTY)
        else:
            above = join_pointer("", *tokens[:depth])
            return Unknown(above, tuple(join_pointer(above, each) for each in nearest(token, names)))
        sites = _applying(schema, named or items)
    return tuple(out)


def _applying(schema: Schema, sites: Sequence[Site]) -> list[Site]:
    """The sites and all that judge the same value: what they refer to and what they are composed of."""
    seen: dict[Site, None] = {}
    stack = list(reversed(sites))
    while stack and len(seen) < MAX_PLACES:
        place, scope = stack.pop()
        if place.startswith("specmint:") or (place, scope) in seen:
            continue
        scope = schema.entered(scope, place)
        if (place, scope) in seen:
            continue
        seen[place, scope] = None
        node = schema.at(place)
        if isinstance(node, dict):
            stack.extend((each, scope) for each in referred(schema, node, place, scope))
            if "$ref" not in node or schema.draft > Draft.D7:
                stack.extend((each, scope) for each in _composed(node, place))
    return list(seen)


def _composed(node: dict[str, Json], place: str) -> Iterator[str]:
    for keyword in _LISTS:
        for i, _ in enumerate(node.get(keyword) or ()):
            yield join_pointer(place, keyword, i)
    for keyword in _SINGLE:
        if keyword in node:
            yield join_pointer(place, keyword)
    for keyword in _NAMED:
        for name, below in (node.get(keyword) or {}).items():
            if isinstance(below, (dict, bool)):
                yield join_pointer(place, keyword, name)


def _nodes(schema: Schema, sites: Sequence[Site]) -> Iterator[tuple[str, Scope, dict[str, Json]]]:
    for place, scope in sites:
        node = schema.at(place)
        if isinstance(node, dict):
            yield place, scope, node


def _names(schema: Schema, sites: Sequence[Site]) -> list[str]:
    """The names of all properties that are declared."""
    return sorted({name for _, _, node in _nodes(schema, sites) for name in node.get("properties") or ()})


def _properties(schema: Schema, sites: Sequence[Site], token: str) -> list[Site]:
    """Where the property is described: by its name, a pattern, or as one of those that have no description."""
    found: list[Site] = []
    for place, scope, node in _nodes(schema, sites):
        if token in (node.get("properties") or ()):
            found.append((join_pointer(place, "properties", token), scope))
        found += [
            (join_pointer(place, "patternProperties", pattern), scope)
            for pattern in node.get("patternProperties") or ()
            if matched(pattern, token)
        ]
    if found:
        return found
    return [
        (join_pointer(place, keyword), scope)
        for place, scope, node in _nodes(schema, sites)
        for keyword in _REST
        if node.get(keyword, False) is not False
    ]


def _items(schema: Schema, sites: Sequence[Site], token: str) -> list[Site]:
    """Where the item is described."""
    index, found = int(token), []
    for place, scope, node in _nodes(schema, sites):
        listed = node.get("prefixItems") if schema.draft >= Draft.D2020 else node.get("items")
        keyword = "prefixItems" if schema.draft >= Draft.D2020 else "items"
        if isinstance(listed, list) and index < len(listed):
            found.append((join_pointer(place, keyword, index), scope))
        else:
            rest = ("items",) if schema.draft >= Draft.D2020 or not isinstance(listed, list) else ("additionalItems",)
            found += [(join_pointer(place, each), scope) for each in (*rest, "unevaluatedItems") if each in node]
    return found


def _is_index(token: str) -> bool:
    return token.isascii() and token.isdigit() and (len(token) == 1 or token[0] != "0")


def _is_array(schema: Schema, sites: Sequence[Site]) -> bool:
    """Whether arrays are spoken of, and objects are not."""
    types = [node.get("type") for _, _, node in _nodes(schema, sites)]
    return any(kind == "array" or (isinstance(kind, list) and "array" in kind) for kind in types)
