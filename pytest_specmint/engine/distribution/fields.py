"""Nodes that draw by a distribution: numbers, listed values, dates, moments and times."""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor

from msgspec.structs import replace

from pytest_specmint.distributions.arithmetic import power
from pytest_specmint.distributions.build import listed, share
from pytest_specmint.distributions.quantiles import Quantiles
from pytest_specmint.engine.distribution.axes import Axis
from pytest_specmint.engine.distribution.read import Wish
from pytest_specmint.engine.distribution.shapes import (
    LEAST_SHARE,
    Grid,
    curve_of,
    exponent_of,
    reach,
    resolution,
    table,
    words_of,
)
from pytest_specmint.engine.nodes.number import EXACT, BigNumbers, Decimals, Integers
from pytest_specmint.engine.nodes.origin import Origin
from pytest_specmint.engine.nodes.scalar import Choice
from pytest_specmint.engine.nodes.text import SampledText
from pytest_specmint.engine.numbers import number_node
from pytest_specmint.engine.plan import Node
from pytest_specmint.errors import SchemaError
from pytest_specmint.formats.moments import DAY, Dates, DateTimes, Times
from pytest_specmint.schema.sets.numbers import Numbers
from pytest_specmint.schema.sets.values import exact

MOST_DAYS = 366 * 1000
"""Days that a date may be spread over: their texts are a table."""
FIRST_DAY, LAST_DAY = 1, 3652059
_CENTS, _HARDLY = 100, 100
Drawn = tuple[Node, float]
"""A node, and how much of the distribution its values have; 0 where the distribution could not be used."""


def numbers_drawn(wish: Wish, axis: Axis, numbers: Numbers, name: str, place: str) -> Drawn:
    """The node for a set of numbers by a distribution, one without where hardly any of it lies in the set."""
    kept = _within(wish, axis, numbers)
    if kept is None:
        return number_node(numbers, name, place), 0.0
    if kept.lower is None or kept.upper is None:
        kept = _closed(wish, axis, kept)
    low, high = kept.lower, kept.upper
    spread = None if low is None or high is None else resolution(wish, axis, low, high)
    node = number_node(kept, name, place, spread)
    if spread is not None and isinstance(node, Integers | Decimals | BigNumbers):
        node = replace(node, origin=Origin(numbers))  # which bounds are the schema's own
    return number_by(wish, axis, node, kept)


def at_home(wish: Wish, axis: Axis, numbers: Numbers, name: str, place: str) -> Wish:
    """The distribution with the bounds of the numbers where it was asked for."""
    if _within(wish, axis, numbers) is None:
        return wish
    node, _ = numbers_drawn(wish, axis, numbers, name, place)
    if isinstance(node, Choice):
        return replace(wish, home=(exact(node.values[0]), exact(node.values[-1])))
    assert isinstance(node, Integers | Decimals | BigNumbers)
    return replace(wish, home=(grid_of(node).low, grid_of(node).high))


def _within(wish: Wish, axis: Axis, numbers: Numbers) -> Numbers | None:
    """The numbers between the distribution's own bounds; None if there are none."""
    low, high = ends(wish, axis)
    kept = numbers.meet(Numbers(lower=low, upper=high))
    return kept if kept.contradiction() is None else None


def ends(wish: Wish, axis: Axis) -> tuple[Fraction | None, Fraction | None]:
    """The distribution's own bounds."""
    low, high = (
        axis.point(wish.given[name], wish.place(name)) if name in wish.given else None
        for name in ("minimum", "maximum")
    )
    if low is not None and high is not None and low > high:
        raise SchemaError("minimum exceeds maximum", pointer=wish.place("minimum"), hint="exchange them")
    return low, high


def _closed(wish: Wish, axis: Axis, numbers: Numbers) -> Numbers:
    """The numbers with both bounds, as far as the distribution suggests any."""
    usual = wish.home or reach(wish, axis, numbers.lower, numbers.upper)
    if usual is None:
        return numbers
    if wish.home is None and wish.kind in {"exponential", "lognormal"}:
        usual = _exact_in_floats(usual, numbers)
    low = usual[0] if numbers.lower is None else numbers.lower
    high = usual[1] if numbers.upper is None else numbers.upper
    closed = numbers.meet(Numbers(lower=low, upper=high))
    return closed if low <= high and closed.contradiction() is None else numbers


def _exact_in_floats(usual: tuple[Fraction, Fraction], numbers: Numbers) -> tuple[Fraction, Fraction]:
    """The usual bounds of a long tail, nearer where hardly anything is lost and decimals then fit floats."""
    limit = Fraction(EXACT - 1, numbers.step.denominator if numbers.step else _CENTS)
    low, high = usual
    return max(low, -limit) if -low <= limit * _HARDLY else low, min(high, limit) if high <= limit * _HARDLY else high


def number_by(wish: Wish, axis: Axis, node: Node, numbers: Numbers) -> Drawn:
    """The node of numbers with the table of the distribution."""
    if isinstance(node, Choice):
        return _choice_by(wish, axis, node, numbers.step or Fraction(1))
    assert isinstance(node, Integers | Decimals | BigNumbers)
    grid = grid_of(node)
    found = table(wish, axis, grid)
    if found is None:
        return node, 0.0
    return replace(node, quantiles=found), share(curve_of(wish, axis, grid), grid.count)


def grid_of(node: Integers | Decimals | BigNumbers) -> Grid:
    """The grid of a node's values."""
    step = Fraction(node.numerator, node.denominator) if isinstance(node, Decimals) else Fraction(node.step)
    return Grid(node.first, step, node.count)


def _choice_by(wish: Wish, axis: Axis, node: Choice, step: Fraction) -> Drawn:
    """A few numbers on a grid, not all of it perhaps: each as often as its cell says."""
    numbers = [exact(value) for value in node.values]
    first = floor(min(numbers) / step)
    grid = Grid(first, step, floor(max(numbers) / step) - first + 1)
    curve = curve_of(wish, axis, grid)
    masses = []
    for number in numbers:
        cell = number / step - first
        below, above = curve.tails(float(cell)), curve.tails(float(cell + 1))
        masses.append(max(above[0] - below[0] if above[0] < above[1] else below[1] - above[1], 0.0))
    part = sum(masses) / (sum(curve.tails(0.0)) or 1.0)
    if part < LEAST_SHARE:
        return node, 0.0
    return replace(node, quantiles=listed(masses, words_of(wish), _data(wish))), part


def ranked(wish: Wish, count: int) -> Quantiles | None:
    """The table over listed values, by their order."""
    if wish.kind == "zipf":
        weights = [power(float(rank), -exponent_of(wish)) for rank in range(1, count + 1)]
        return listed(weights[::-1] if wish.flag("reverse") else weights, words_of(wish), _data(wish))
    return listed([1.0] * count, words_of(wish), _data(wish))


def _data(wish: Wish) -> dict[str, object]:
    return {"kind": wish.kind, **wish.given}


# ---------------------------------------------------------------- dates and times


def moment_axis(node: Node) -> str:
    """The name of the axis of a node of dates, moments or times; empty for others."""
    if not isinstance(node, SampledText):
        return ""
    return _AXES.get(type(node.sampler), "")


_AXES: Mapping[type, str] = {Dates: "date", DateTimes: "date-time", Times: "time"}


def moments_drawn(wish: Wish, axis: Axis, node: Node) -> Node:
    """The node of dates, moments or times by a distribution."""
    assert isinstance(node, SampledText)
    sampler = node.sampler
    unit = 1 if axis.name == "date" else DAY
    if isinstance(sampler, Times):
        low, high = Fraction(0), Fraction(DAY - 1)
    else:
        assert isinstance(sampler, Dates | DateTimes)
        low, high = Fraction(sampler.first * unit), Fraction((sampler.first + sampler.count) * unit - 1)
    first, last = _span(wish, axis, low, high)
    found = table(wish, axis, Grid(first, Fraction(1), last - first + 1))
    if found is None:
        raise empty(wish)
    if isinstance(sampler, Times):
        return replace(node, sampler=replace(sampler, quantiles=_moved(found, first)))
    day, end = first // unit, last // unit
    return replace(
        node,
        sampler=replace(sampler, first=day, count=end - day + 1, quantiles=_moved(found, first - day * unit)),
    )


def _moved(found: Quantiles, by: int) -> Quantiles:
    """The table for a grid that begins earlier."""
    return replace(found, ranges=tuple((first + by, width) for first, width in found.ranges)) if by else found


def _span(wish: Wish, axis: Axis, low: Fraction, high: Fraction) -> tuple[int, int]:
    """First and last value: by the distribution's bounds, its place, or as usual for the field."""
    minimum, maximum = ends(wish, axis)
    own = reach(wish, axis, minimum, maximum) if _has_place(wish) and axis.name != "time" else None
    least, most = own or (low, high)
    if wish.kind == "lognormal" and "start" not in wish.given:
        least, most = low, high
    first = ceil(least if minimum is None else minimum)
    last = floor(most if maximum is None else maximum)
    if axis.name == "time":
        first, last = max(first, 0), min(last, DAY - 1)
    if first > last:
        raise SchemaError(
            f"no {axis.name} lies between the bounds", pointer=wish.said.place, hint="set minimum and maximum"
        )
    unit = 1 if axis.name == "date" else DAY
    if axis.name != "time" and not (first // unit >= FIRST_DAY and last // unit <= LAST_DAY):
        raise SchemaError("a bound is outside the years 1 to 9999", pointer=wish.said.place, hint="narrow the bounds")
    if (last - first) // unit > MOST_DAYS:
        raise SchemaError(
            "dates are spread over more than 1000 years", pointer=wish.said.place, hint="narrow the bounds"
        )
    return first, last


def _has_place(wish: Wish) -> bool:
    """Whether the distribution says by itself where its values lie."""
    return wish.kind in {"normal", "histogram"} or "start" in wish.given


def empty(wish: Wish) -> SchemaError:
    """The error for bounds that leave nothing of a distribution."""
    name = next((each for each in ("mean", "median", "edges", "start") if each in wish.given), "kind")
    return SchemaError(
        f"hardly any of this {wish.kind} distribution lies between the bounds",
        pointer=wish.place(name),
        hint="at least a billionth must: move it, widen it, or widen the bounds",
    )
