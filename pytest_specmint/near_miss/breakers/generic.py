"""`type`, `enum`, `const`."""

from collections.abc import Iterable, Iterator, Mapping

from pytest_specmint.near_miss.breakers.family import Breaker, Spot
from pytest_specmint.schema.sets.values import Json, identity


def _wrong_types(spot: Spot) -> Iterator[Json]:
    return other_types(spot.value)


def other_types(value: Json) -> Iterator[Json]:
    """Values of other types that look like the value."""
    if isinstance(value, bool):
        yield from ("true" if value else "false", int(value), None, [value])
    elif isinstance(value, (int, float)):
        yield from (str(value), None, [value], {"value": value}, True)
        yield from (value + 0.5, value + 0.25) if abs(value) < 1e12 else (0.5,)
        yield 1
    elif isinstance(value, str):
        yield from (None, [value], int(value) if value.isdecimal() and len(value) < 16 else 0, False)
        yield {"value": value}
    elif isinstance(value, list):
        yield from ({}, None, *value[:1], "", 0, False)
    elif isinstance(value, dict):
        yield from ([value], None, "", [], 0, False)
    else:
        yield from ("", "null", 0, False, [], {}, 0.5)


def _unlisted(spot: Spot) -> Iterator[Json]:
    listed = [spot.operand] if spot.keyword == "const" else spot.operand
    known = {identity(each) for each in listed}
    for each in _near_all([spot.value, *listed]):
        if identity(each) not in known:
            known.add(identity(each))
            yield each


def _near_all(values: Iterable[Json]) -> Iterator[Json]:
    values = list(values)
    for value in values:
        yield from neighbours(value)
    for value in values:
        yield from other_types(value)


def neighbours(value: Json) -> Iterator[Json]:
    """Values of the same type that differ by little."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, (int, float)):
        yield from (value + 1, value - 1)
        if isinstance(value, float) or abs(value) < 1e12:
            yield from (value + 0.5, value - 0.5)
        yield from (value + 100, value * 10 if abs(value) < 1e12 else 0, -value)
    elif isinstance(value, str):
        yield from _near_texts(value)
    elif isinstance(value, list):
        yield from (value[:-1], [*value, *value[-1:]], value[::-1])
    elif isinstance(value, dict):
        for name in sorted(value):
            yield {key: each for key, each in value.items() if key != name}
            for other in neighbours(value[name]):
                yield {**value, name: other}
                break


def _near_texts(text: str) -> Iterator[str]:
    yield from (text.swapcase(), text.capitalize(), text[:-1], f"{text}{text[-1:] or 'x'}", f"{text} ", f" {text}")
    if len(text) > 1:
        yield text[:-2] + text[:-3:-1]
    letters = "abcdefghijklmnopqrstuvwxyz"
    for i in range(len(text) - 1, max(len(text) - 4, -1), -1):
        near = letters[(letters.find(text[i].lower()) + 1) % 26]
        yield text[:i] + (near.upper() if text[i].isupper() else near) + text[i + 1 :]
    yield from (text.replace("_", "-"), text.replace("-", "_"), text.replace(" ", ""), "")


BREAKERS: Mapping[str, Breaker] = {"type": _wrong_types, "enum": _unlisted, "const": _unlisted}
