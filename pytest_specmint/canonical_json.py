"""Canonical bytes: one JSON text per value.

Keys in the order of their code points, no white space, UTF-8 without escapes beyond those JSON demands, floats in their
shortest form, integers of any size in full.
"""

from collections.abc import Iterable
from typing import Any

import orjson

_SORTED = orjson.OPT_SORT_KEYS


def canonical_bytes(value: Any) -> bytes:
    """The canonical bytes of any JSON value, whatever the order of its keys."""
    return _dumped(value, _SORTED)


def canonical_lines(records: Iterable[Any]) -> bytes:
    """One line per record, for records whose keys are in canonical order already (as the engine makes them)."""
    return b"".join([_dumped(record, orjson.OPT_APPEND_NEWLINE) for record in records])


def in_words(value: Any) -> bool:
    """Whether all integers within a value fit 64 bits."""
    if isinstance(value, int):
        return -(1 << 63) <= value < 1 << 64
    if isinstance(value, dict):
        return all(map(in_words, value.values()))
    return not isinstance(value, (list, tuple)) or all(map(in_words, value))


def _dumped(value: Any, option: int) -> bytes:
    try:
        text = orjson.dumps(value, option=option)
    except (TypeError, orjson.JSONEncodeError):
        return orjson.dumps(_with_fragments(value), option=option)
    # orjson 3.12 began to write 1e+16 where earlier ones write 1e16: the form must not follow the release.
    return orjson.dumps(_with_fragments(value), option=option) if b"e+" in text else text


def _with_fragments(value: Any) -> Any:
    """The value with integers beyond 64 bits, which orjson refuses, and great floats written out by Python."""
    if isinstance(value, int) and not in_words(value):
        return orjson.Fragment(str(value))
    if isinstance(value, float) and abs(value) >= 1e16:
        return orjson.Fragment(repr(value).replace("e+", "e"))
    if isinstance(value, list):
        return [_with_fragments(each) for each in value]
    if isinstance(value, dict):
        return {name: _with_fragments(each) for name, each in value.items()}
    return value
