"""The number nearest to another that will still do, found by halving the way; of fractions the shortest ones first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, floor, isfinite

Number = int | float
Judge = Callable[[Number], bool]
NEIGHBOURS = 16
"""How many next numbers are asked for where one is not allowed: it may be no multiple of what is wanted."""
PLACES = 6
"""Decimal places of fractions that are tried."""


def nearest_number(value: Number, target: Number, *, allows: Judge, takes: Judge) -> Number:
    """The number nearest to the target that is allowed and taken; the value itself if none nearer is.

    Whole numbers are tried in steps of the powers of ten that divide them, down to one; fractions in ones, tenths… as
    long as none is taken. What is no longer asked is what lies beyond a number that was not taken.
    """
    if not isfinite(value) or not isfinite(target):
        return value
    if isinstance(value, int):
        for step in _steps(value):
            value, target = _on_grid(value, target, _Grid(step, 1), allows, takes)
        return value
    for places in range(_places(value) + 1):
        found, _ = _on_grid(value, target, _Grid(1, 10**places, fractions=True), allows, takes)
        if found != value:
            return found
    return value


def _steps(value: int) -> Iterator[int]:
    step = 1
    while value and value % (step * 10) == 0:
        step *= 10
    while step:
        yield step
        step //= 10


def _places(value: float) -> int:
    """How many decimal places a fraction is written with."""
    text = repr(value)
    return 0 if value.is_integer() else PLACES if "e" in text else min(PLACES, len(text.partition(".")[2]))


@dataclass(frozen=True, slots=True)
class _Grid:
    """The multiples of ``step / parts``."""

    step: int
    parts: int
    fractions: bool = False

    def number(self, index: int) -> Number:
        """The multiple of this index."""
        return index / self.parts if self.fractions else index * self.step

    def index(self, number: Number, towards: int) -> int:
        """Which multiple a number is, else the next one in a direction."""
        if isinstance(number, int):
            return number // self.step if towards < 0 else -(-number // self.step)
        nearest = round(number * self.parts)
        if nearest / self.parts == number:
            return nearest
        return floor(number * self.parts) if towards < 0 else ceil(number * self.parts)


def _on_grid(value: Number, target: Number, grid: _Grid, allows: Judge, takes: Judge) -> tuple[Number, Number]:
    """The nearest number on a grid, and up to where there is none."""
    towards = -1 if target < value else 1
    near, far = grid.index(target, towards), grid.index(value, towards)
    first = grid.number(far)
    beyond = (first - target) * towards >= 0
    if first != value and (beyond or not (allows(first) and takes(first))):
        return value, target
    while abs(far - near) > 1:
        middle = (near + far) // 2
        end = max(middle - NEIGHBOURS, far + 1) if far < middle else min(middle + NEIGHBOURS, far - 1)
        asked = range(middle, end - towards, -towards)
        allowed = next((k for k in asked if allows(grid.number(k))), None)
        if allowed is not None and takes(grid.number(allowed)):
            far = allowed
        else:
            near = asked[-1] if allowed is None else allowed
    return grid.number(far), grid.number(near)
