"""The least change that makes a model's value fit its schema; used where asking again did not help."""

from collections.abc import Mapping
from fractions import Fraction

from pytest_specmint.enrichment.graphemes import cut
from pytest_specmint.schema.sets.values import Json, exact, identity

_WHOLE = 2**53


def patched(value: Json, schema: Json, current: Json) -> tuple[Json, str]:
    """The value with the change, and what was changed in words; the words are empty where nothing helps.

    Whether it is valid then is for the caller to see.
    """
    if not isinstance(schema, Mapping):
        return value, ""
    if isinstance(value, str):
        return _text(value, schema, current)
    if isinstance(value, bool):
        return value, ""
    if isinstance(value, (int, float)):
        return _number(value, schema)
    if isinstance(value, list):
        return _list(value, schema)
    return _object(value, schema) if isinstance(value, dict) else (value, "")


def _text(value: str, schema: Mapping[str, Json], current: Json) -> tuple[Json, str]:
    listed = schema.get("enum")
    if isinstance(listed, list):
        meant = [each for each in listed if isinstance(each, str) and each.casefold() == value.casefold()]
        return (meant[0], "another spelling of a listed value") if len(meant) == 1 else (value, "")
    if isinstance(current, (int, float)) and not isinstance(current, bool):
        return _read_number(value, schema, current)
    most = schema.get("maxLength")
    if isinstance(most, int) and len(value) > most:
        return cut(value, most), f"cut to maxLength {most}"
    return value, ""


def _read_number(value: str, schema: Mapping[str, Json], current: int | float) -> tuple[Json, str]:
    plain = value.strip()
    if not plain.isascii() or len(plain) > 20:
        return value, ""
    try:
        number = int(plain) if isinstance(current, int) else float(plain)
    except ValueError:
        return value, ""
    if number != number or abs(number) == float("inf"):  # noqa: PLR0124 - NaN
        return value, ""
    made, words = _number(number, schema)
    return made, "; ".join(filter(None, ("a number, not a text", words)))


def _number(value: int | float, schema: Mapping[str, Json]) -> tuple[Json, str]:
    step = schema.get("multipleOf")
    whole = schema.get("type") == "integer"
    unit = exact(step) if isinstance(step, (int, float)) and step > 0 else Fraction(1) if whole else None
    number = exact(value)
    low, high = _bound(schema, "minimum", 1, unit), _bound(schema, "maximum", -1, unit)
    made = number if unit is None else Fraction(round(number / unit)) * unit
    if low is not None and made < low:
        made = low if unit is None else Fraction(-((-low) // unit)) * unit
    if high is not None and made > high:
        made = high if unit is None else Fraction(high // unit) * unit
    if made == number and (not whole or isinstance(value, int)):
        return value, ""
    if abs(made) > _WHOLE:
        return value, ""
    plain = int(made) if made.denominator == 1 and (whole or isinstance(value, int)) else float(made)
    return plain, "moved to the nearest number allowed"


def _bound(schema: Mapping[str, Json], keyword: str, sign: int, unit: Fraction | None) -> Fraction | None:
    """The bound that a number may lie on; of an exclusive one the next step within it."""
    found = []
    plain, open_ = schema.get(keyword), schema.get(f"exclusive{keyword.capitalize()}")
    if isinstance(plain, (int, float)) and not isinstance(plain, bool):
        found.append(exact(plain) + (sign * (unit or 0) if open_ is True else 0))
    if isinstance(open_, (int, float)) and not isinstance(open_, bool) and unit is not None:
        found.append(exact(open_) + sign * unit)
    return (max(found) if sign > 0 else min(found)) if found else None


def _list(value: list[Json], schema: Mapping[str, Json]) -> tuple[Json, str]:
    items, words = list(value), []
    below = schema.get("items")
    if isinstance(below, Mapping):
        items = [patched(each, below, None)[0] for each in items]
        if items != value:
            words.append("items made to fit")
    if schema.get("uniqueItems") is True:
        seen: dict[str, Json] = {}
        for each in items:
            seen.setdefault(identity(each), each)
        once = list(seen.values())
        if len(once) < len(items):
            items, words = once, [*words, "repeated items left out"]
    most = schema.get("maxItems")
    if isinstance(most, int) and len(items) > most:
        items, words = items[:most], [*words, f"cut to maxItems {most}"]
    return items, "; ".join(words)


def _object(value: dict[str, Json], schema: Mapping[str, Json]) -> tuple[Json, str]:
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return value, ""
    closed = schema.get("additionalProperties") is False
    made = {
        name: patched(each, properties.get(name), None)[0]
        for name, each in value.items()
        if name in properties or not closed
    }
    if made == value:
        return value, ""
    return made, "properties left out or made to fit"
