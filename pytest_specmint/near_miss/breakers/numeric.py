"""`minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import floor, inf, nextafter

from pytest_specmint.near_miss.breakers.family import Breaker, Spot
from pytest_specmint.schema.sets.values import Json, exact

_STRIDES = (Fraction(1), Fraction(1, 100), Fraction(1, 10), Fraction(1, 2), Fraction(100), Fraction(10**6))


def number(value: Fraction) -> int | float:
    """The JSON number: an integer where it can be one."""
    return value.numerator if value.denominator == 1 else float(value)


def _beyond(spot: Spot, bound: Fraction, sign: int) -> Iterator[Json]:
    """Numbers beyond the bound, on the side of ``sign``; on the grid of `multipleOf` first."""
    step = _step(spot)
    if step is not None:
        last = floor(bound / step * sign)
        yield from (number((last + i) * sign * step) for i in (1, 2, 10))
    whole = Fraction(floor(bound * sign) * sign)
    for stride in _STRIDES:
        yield from {number(bound + sign * stride): None, number(whole + sign * stride): None}
    if abs(bound) >= 2**53:
        yield from (nextafter(float(bound), sign * inf), float(bound + sign * abs(bound) / 2))


def _step(spot: Spot) -> Fraction | None:
    step = spot.schema.get("multipleOf")
    return exact(step) if step else None


def _limit(spot: Spot, keyword: str) -> Fraction:
    return exact(spot.schema[keyword])


def _exclusive(spot: Spot, sign: int) -> Iterator[Json]:
    """The bound itself first; draft 4 writes it under the plain keyword."""
    plain = spot.keyword.removeprefix("exclusive").lower()
    bound = _limit(spot, plain if spot.operand is True else spot.keyword)
    yield number(bound)
    yield from _beyond(spot, bound, sign)


def _off_grid(spot: Spot) -> Iterator[Json]:
    """Half a step off, or less."""
    if not isinstance(spot.value, (int, float)) or isinstance(spot.value, bool):
        return
    step, value = exact(spot.operand), exact(spot.value)
    parts = [step / 2, step / 10, step / 4]
    if step.denominator == 1:
        parts += [Fraction(1), Fraction(step.numerator // 2), Fraction(2)]
    for part in parts:
        if part:
            yield from (number(value + part), number(value - part))
    yield from (number(value / part) for part in (step, Fraction(2)) if step.denominator == 1)


BREAKERS: Mapping[str, Breaker] = {
    "minimum": lambda spot: _beyond(spot, _limit(spot, "minimum"), -1),
    "maximum": lambda spot: _beyond(spot, _limit(spot, "maximum"), 1),
    "exclusiveMinimum": lambda spot: _exclusive(spot, -1),
    "exclusiveMaximum": lambda spot: _exclusive(spot, 1),
    "multipleOf": _off_grid,
}
