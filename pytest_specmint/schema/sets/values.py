"""JSON values as JSON Schema compares them: 1 equals 1.0, true does not equal 1, objects ignore order."""

import json
from fractions import Fraction
from typing import Any

Json = Any


def exact(number: int | float) -> Fraction:
    """The number that a JSON literal denotes: floats by their shortest decimal form, not by their binary one."""
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def identity(value: Json) -> str:
    """A text that is equal for two values exactly when JSON Schema calls the values equal."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _plain(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value


def show(number: Fraction) -> str:
    """A bound as a person would write it."""
    return str(number.numerator) if number.denominator == 1 else repr(float(number))
