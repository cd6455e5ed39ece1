"""Schemas as the bulk validator can read them: people write references, identifiers and patterns more freely."""

from typing import Any
from urllib.parse import quote

from pytest_specmint.patterns.spelling import strictly_spelled
from pytest_specmint.schema.dialect import CHILDREN, OPAQUE

_URIS = frozenset({"$ref", "$dynamicRef", "$recursiveRef", "$id", "id"})
_URI_SIGNS = "%#/?:@!$&'()*+,;=-._~"


def readable(node: Any, *, respell: bool = False) -> Any:
    """The schema with its URIs percent-encoded and, where asked, its patterns spelled strictly.

    Places stay where they are, but for the names below `patternProperties` that are respelled.
    """
    if isinstance(node, list):
        return [readable(each, respell=respell) for each in node]
    if not isinstance(node, dict):
        return node
    return {name: _value(name, value, respell=respell) for name, value in node.items()}


def _value(keyword: str, value: Any, *, respell: bool) -> Any:
    if keyword in OPAQUE:
        return value
    if isinstance(value, str):
        if keyword in _URIS:
            return quote(value, safe=_URI_SIGNS)
        return strictly_spelled(value) if respell and keyword == "pattern" else value
    if keyword in CHILDREN.named and isinstance(value, dict):
        names = keyword == "patternProperties" and respell
        return {
            strictly_spelled(name) if names else name: readable(below, respell=respell) for name, below in value.items()
        }
    return readable(value, respell=respell)
