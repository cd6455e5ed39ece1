"""Leaves as lines: where a number's, date's or date-time's values lie, and which of them there may be."""

from fractions import Fraction
from typing import NamedTuple

from msgspec.structs import replace

from pytest_specmint.engine.nodes.linked import Line, Linked, Measured
from pytest_specmint.engine.nodes.listed import RowChoice
from pytest_specmint.engine.nodes.number import EXACT, BigNumbers, Decimals, Integers
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.text import SampledText, TemplateText
from pytest_specmint.engine.plan import Node
from pytest_specmint.formats.moments import DAY, HIGHEST, LOWEST, Dates, DateTimes
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.values import exact

FAR = 10**9
"""How far from its usual values a number may go where the schema sets no bound."""


class Ruler(NamedTuple):
    """A leaf, its usual values and its whole line, and the line in numbers: value = first + position * step."""

    usual: Measured
    measured: Measured
    first: Fraction
    step: Fraction
    usual_first: int
    usual_last: int
    low: int
    high: int

    def denominator(self) -> int:
        """Of the coarsest unit in which all values are whole."""
        return int((self.first * self.step.denominator).denominator * self.step.denominator)

    def span(self, unit: int) -> tuple[int, int]:
        """The least and the greatest value, in a unit that is one in so many."""
        return self._at(self.low, unit), self._at(self.high, unit)

    def _at(self, position: int, unit: int) -> int:
        return int((self.first + position * self.step) * unit)

    def line(self, unit: int, low: int, high: int) -> Line:
        """The line in a unit that is one in so many, between two values in it."""
        zero, step = int(self.first * unit), int(self.step * unit)
        least, most = max(-((zero - low) // step), self.low), min((high - zero) // step, self.high)
        return Line(zero, step, self.usual_first, self.usual_last, least, most)


def is_number(node: Node) -> bool:
    """Whether some of a leaf's values are numbers."""
    if isinstance(node, Choice):
        return any(isinstance(value, (int, float)) and not isinstance(value, bool) for value in node.values)
    if isinstance(node, Linked):
        return not is_time(node)
    return isinstance(node, (Integers, Decimals, BigNumbers))


def is_time(node: Node) -> bool:
    """Whether some of a leaf's values may be dates or date-times: all texts may."""
    if isinstance(node, Choice):
        return any(isinstance(value, str) for value in node.values)
    if isinstance(node, Linked):
        return isinstance(node.usual, (Dates, DateTimes))
    return isinstance(node, (SampledText, TemplateText))


def number_ruler(node: Node | Measured) -> Ruler | None:
    """The line of a leaf that draws numbers; None where it is no line."""
    if isinstance(node, Linked):
        node = node.usual
    if isinstance(node, Choice) and not isinstance(node, RowChoice):
        node = _progression(node) or node
    if isinstance(node, Integers):
        return _integers(node)
    return _decimals(node) if isinstance(node, Decimals) else None


def time_ruler(node: Node) -> Ruler | None:
    """The line of a leaf that draws dates or date-times, in seconds; None where it is no line."""
    sampler: object = node.sampler if isinstance(node, SampledText) else None
    if isinstance(node, Linked):
        sampler = node.usual
    if isinstance(sampler, Dates):
        first, last = LOWEST - sampler.first, HIGHEST - sampler.first
        start, step = Fraction(sampler.first * DAY), Fraction(DAY)
        return Ruler(sampler, sampler, start, step, 0, sampler.count - 1, first, last)
    if isinstance(sampler, DateTimes):
        first, last = (LOWEST - sampler.first) * DAY, (HIGHEST + 1 - sampler.first) * DAY - 1
        start = Fraction(sampler.first * DAY)
        return Ruler(sampler, sampler, start, Fraction(1), 0, sampler.count * DAY - 1, first, last)
    return None


def _progression(node: Choice) -> Node | None:
    """Listed numbers as a grid, where they are one in ascending order: drawn from alike."""
    if not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in node.values):
        return None
    numbers = [exact(value) for value in node.values]
    step = numbers[1] - numbers[0] if len(numbers) > 1 else Fraction(1)
    if step <= 0 or numbers != [numbers[0] + k * step for k in range(len(numbers))]:
        return None
    first = numbers[0] / step
    if first.denominator != 1:
        return None
    if step.denominator == 1:
        return Integers(int(first), len(numbers), int(step))
    if 10**6 % step.denominator:
        return None
    return Decimals(int(first), len(numbers), step.numerator, step.denominator)


def _integers(node: Integers) -> Ruler | None:
    low, high = _reach(node.origin.stated if node.origin else None, node.first, node.count, Fraction(node.step))
    whole = Integers(low, high - low + 1, node.step, node.origin)
    return _ruler(node, whole, Fraction(node.step))


def _decimals(node: Decimals) -> Ruler | None:
    step = Fraction(node.numerator, node.denominator)
    low, high = _reach(node.origin.stated if node.origin else None, node.first, node.count, step)
    if max(-low, high) * node.numerator >= EXACT:
        low, high = node.first, node.first + node.count - 1
    whole = Decimals(low, high - low + 1, node.numerator, node.denominator, node.divisor, node.origin)
    return _ruler(node, whole, step)


def _ruler(usual: Integers | Decimals, whole: Integers | Decimals, step: Fraction) -> Ruler:
    shift = usual.first - whole.first
    return Ruler(usual, whole, whole.first * step, step, shift, shift + usual.count - 1, 0, whole.count - 1)


def _reach(stated: object, first: int, count: int, step: Fraction) -> tuple[int, int]:
    """The first and the last multiple of the step that the schema allows, or that is far enough where it sets none."""
    last = first + count - 1
    if not isinstance(stated, Numbers):
        return first, last
    far = max(int(FAR / step), 1)
    low, high = replace(stated, step=step).grid_range()
    return (
        min(first, -far) if low is None else max(low, first - far),
        max(last, far) if high is None else min(high, last + far),
    )
