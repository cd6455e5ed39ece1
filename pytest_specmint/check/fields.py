"""Which field a violation is about: a path in the schema → ``lines[].amount``, as rules write it.

The path is that of the schema and not that of the record, so that a schema has so many fields and no more: items are
``[]``, and whatever keys a map has are ``*``.
"""

from collections.abc import Sequence

from pytest_specmint.check.verifier import Violation
from pytest_specmint.rules.expression.analyse import Route
from pytest_specmint.rules.expression.kinds import ITEM
from pytest_specmint.rules.order import route_text

MOST_STEPS = 16
"""Of a path; a schema that refers to itself has no end of them."""
_NAMED = frozenset({"properties"})
_KEYED = frozenset({"patternProperties"})
_MAPS = frozenset({"additionalProperties", "unevaluatedProperties", "propertyNames"})
_LISTS = frozenset({"items", "prefixItems", "contains", "additionalItems", "unevaluatedItems"})
_OF_NAMES = frozenset({"dependentSchemas", "dependencies", "$defs", "definitions"})
"""Keywords whose next part names a schema that is for the same place."""


def field_of(violation: Violation) -> str:
    """The field; empty for the record itself."""
    way = violation.way or violation.schema_pointer
    parts = [part.replace("~1", "/").replace("~0", "~") for part in way.split("/")[1:]]
    route = _route(parts[:-1])
    return route_text(route) if route else ""


def _route(parts: Sequence[str]) -> Route:
    route: list[str | int] = []
    at = 0
    while at < len(parts):
        part, at = parts[at], at + 1
        if part in _NAMED and at < len(parts):
            route.append(parts[at])
            at += 1
        elif part in _KEYED or part in _OF_NAMES:
            route += ["*"] if part in _KEYED else []
            at += 1
        elif part in _MAPS:
            route.append("*")
        elif part in _LISTS:
            route.append(ITEM)
    return tuple(route) if len(route) <= MOST_STEPS else (*route[:MOST_STEPS], "...")
