"""From a distribution that was asked for and the grid of a field's values to a curve over its cells."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, sqrt

from msgspec import Struct

from pytest_specmint.distributions.arithmetic import exp, log, log1p
from pytest_specmint.distributions.build import cells_of_grid, quantiles, share
from pytest_specmint.distributions.curves import (
    Curve,
    Exponential,
    Histogram,
    LogNormal,
    Normal,
    Reversed,
    Uniform,
    Zipf,
)
from pytest_specmint.distributions.quantiles import Quantiles
from pytest_specmint.engine.distribution.axes import Axis, number
from pytest_specmint.engine.distribution.money import money_shape
from pytest_specmint.engine.distribution.read import Wish, weights_of
from pytest_specmint.errors import SchemaError

LEAST_SHARE = 1e-9
"""How much of a distribution must lie between the bounds."""
_WIDE = 6
"""Where a bound is left open it is so many deviations away."""
_LONG = 20
"""Or, for an exponential distribution, so many times its scale."""
_RANKS = 1000
_WIDEST, _NARROWEST = 10**80, 1e-12
"""Limits of a standard deviation by the mean, and of a deviation of logarithms."""
_LEAST_CELLS = 1e-200
"""Distances are no shorter, so that they can be divided by."""
_STEEP = 30.0
"""The greatest logarithm of a ratio of a default bound to the median."""


class Grid(Struct, frozen=True):
    """The values ``(first + k) * step`` for k below ``count``, on an axis."""

    first: int
    step: Fraction
    count: int

    @property
    def low(self) -> Fraction:
        """The least value."""
        return self.first * self.step

    @property
    def high(self) -> Fraction:
        """The greatest value."""
        return (self.first + self.count - 1) * self.step

    def cell(self, point: Fraction, *, part: Fraction, reverse: bool = False) -> float:
        """Where a point is, in cells, if a value stands at this part of its own; counted from the end if reversed."""
        at = point / self.step - self.first + part
        return self._cells(self.count - at if reverse else at)

    def cells(self, span: Fraction) -> float:
        """A distance in cells."""
        return max(self._cells(span / self.step), _LEAST_CELLS)

    def _cells(self, values: Fraction) -> float:
        try:
            return float(values / (1 << cells_of_grid(self.count)[1]))
        except OverflowError:
            return 1e300 if values > 0 else -1e300


HALF = Fraction(1, 2)


def table(wish: Wish, axis: Axis, grid: Grid) -> Quantiles | None:
    """The table of a distribution on a grid; None if none of it, or hardly any, lies there."""
    curve = curve_of(wish, axis, grid)
    if share(curve, grid.count) < LEAST_SHARE:
        return None
    return quantiles(curve, grid.count, words_of(wish), {"kind": wish.kind, **wish.given})


def curve_of(wish: Wish, axis: Axis, grid: Grid) -> Curve:
    """The curve over the grid's cells."""
    curve = _CURVES[wish.kind](wish, axis, grid)
    return Reversed(curve, float(cells_of_grid(grid.count)[0])) if wish.flag("reverse") else curve


def _uniform(_: Wish, __: Axis, grid: Grid) -> Curve:
    return Uniform(float(cells_of_grid(grid.count)[0]))


def _normal(wish: Wish, axis: Axis, grid: Grid) -> Curve:
    mean = axis.point(wish.given["mean"], wish.place("mean"))
    return Normal(grid.cell(mean, part=HALF), grid.cells(axis.span(wish.given["sd"], wish.place("sd"))))


def _lognormal(wish: Wish, axis: Axis, grid: Grid) -> Curve:
    reverse = wish.flag("reverse")
    start = _start(wish, axis, grid, Fraction(0) if axis.name == "number" and not reverse else None)
    middle, sigma = _middle(wish, axis, grid, start)
    cells = grid.cells(Fraction(1))
    return LogNormal(grid.cell(start, part=HALF, reverse=reverse), middle + log(cells), sigma)


def _middle(wish: Wish, axis: Axis, grid: Grid, start: Fraction) -> tuple[float, float]:
    """Mean and deviation of the logarithm of the distance from the start.

    A standard deviation ``sd`` belongs to ``w = exp(sigma ** 2)``: around the mean m it is ``m * sqrt(w - 1)``,
    with the median m ``m * sqrt(w * (w - 1))``.
    """
    if not {"median", "mean"} & wish.given.keys():
        low, high = home_of(wish, axis, grid)
        shape = money_shape(low - start, high - start, grid.step)
        if shape is None:
            raise SchemaError(
                "lognormal has no room between the bounds", pointer=wish.said.place, hint="give median and sigma"
            )
        return log(float(shape.median)), shape.sigma
    name = "median" if "median" in wish.given else "mean"
    distance = _distance(wish, axis, name, start)
    if "sigma" in wish.given:
        sigma = float(number(wish.given["sigma"], wish.place("sigma")))
    else:
        ratio = float(min(axis.span(wish.given["sd"], wish.place("sd")) / distance, Fraction(_WIDEST)))
        excess = ratio * ratio if name == "mean" else (sqrt(1.0 + 4.0 * ratio * ratio) - 1.0) / 2.0
        sigma = sqrt(log1p(excess))
    middle, sigma = log(float(distance)), max(sigma, _NARROWEST)
    return middle - sigma * sigma / 2.0 if name == "mean" else middle, sigma


def _exponential(wish: Wish, axis: Axis, grid: Grid) -> Curve:
    """On whole steps a geometric distribution with the same mean."""
    reverse = wish.flag("reverse")
    start = _start(wish, axis, grid, None)
    scale = _scale(wish, axis, start)
    steps = grid.cells(scale)
    begin = grid.cell(start, part=Fraction(int(reverse)), reverse=reverse)
    return Exponential(begin, 1.0 / log1p(1.0 / steps))


def _scale(wish: Wish, axis: Axis, start: Fraction) -> Fraction:
    if "scale" in wish.given:
        return axis.span(wish.given["scale"], wish.place("scale"))
    return _distance(wish, axis, "mean", start)


def _start(wish: Wish, axis: Axis, grid: Grid, default: Fraction | None) -> Fraction:
    if "start" in wish.given:
        return axis.point(wish.given["start"], wish.place("start"))
    if default is not None:
        return default
    low, high = home_of(wish, axis, grid)
    return high if wish.flag("reverse") else low


def home_of(wish: Wish, axis: Axis, grid: Grid) -> tuple[Fraction, Fraction]:
    """The bounds that a distribution goes by: those of where it was asked for, else the grid's."""
    if wish.home is None or axis.name != "number":
        return grid.low, grid.high
    return min(wish.home[0], grid.low), max(wish.home[1], grid.high)


def _distance(wish: Wish, axis: Axis, name: str, start: Fraction) -> Fraction:
    """How far a point lies from the start, on the side where the distribution is."""
    point = axis.point(wish.given[name], wish.place(name))
    distance = start - point if wish.flag("reverse") else point - start
    if distance <= 0:
        side = "above" if wish.flag("reverse") else "below"
        raise SchemaError(
            f"the {name} is not beyond the start of the distribution",
            pointer=wish.place(name),
            hint=f"move it, or set a start {side} it",
        )
    return distance


def _zipf(wish: Wish, axis: Axis, grid: Grid) -> Curve:
    cells, shift = cells_of_grid(grid.count)
    low, high = home_of(wish, axis, grid)
    earlier = floor((high - grid.high if wish.flag("reverse") else grid.low - low) / grid.step)
    return Zipf(float(cells), exponent_of(wish), float(1 << shift), float(min(earlier, 1 << 1000)))


def exponent_of(wish: Wish) -> float:
    """The exponent of a Zipf distribution: 1 where none is given."""
    return float(number(wish.given.get("exponent", 1), wish.place("exponent")))


def _histogram(wish: Wish, axis: Axis, grid: Grid) -> Curve:
    """A bin holds the values from its lower edge up to below the upper one, the last bin its upper edge, too."""
    points = edges_of(wish, axis)
    places = [ceil(point / grid.step) - grid.first for point in points[:-1]]
    places.append(floor(points[-1] / grid.step) - grid.first + 1)
    size = 1 << cells_of_grid(grid.count)[1]
    bins = [
        (low, high, weight)
        for low, high, weight in zip(places, places[1:], weights_of(wish), strict=False)
        if high > low
    ]
    if not bins:
        return Histogram((-2.0, -1.0), (1.0,))
    edges = [float(Fraction(low, size)) for low, _, _ in bins] + [float(Fraction(bins[-1][1], size))]
    return Histogram(tuple(edges), tuple(float(weight) for _, _, weight in bins))


def edges_of(wish: Wish, axis: Axis) -> list[Fraction]:
    """The edges of a histogram, each greater than the one before."""
    place = wish.place("edges")
    points = [axis.point(edge, place) for edge in wish.given["edges"]]
    if any(high <= low for low, high in pairwise(points)):
        raise SchemaError("the edges do not rise", pointer=place, hint="sort them, each greater than the one before")
    return points


_CURVES: Mapping[str, Callable[[Wish, Axis, Grid], Curve]] = {
    "uniform": _uniform,
    "normal": _normal,
    "lognormal": _lognormal,
    "exponential": _exponential,
    "zipf": _zipf,
    "histogram": _histogram,
}


# ---------------------------------------------------------------- where bounds are left open


def reach(wish: Wish, axis: Axis, low: Fraction | None, high: Fraction | None) -> tuple[Fraction, Fraction] | None:
    """Usual bounds of a distribution, given those that are known; None for kinds that have no place of their own."""
    if wish.kind == "normal":
        mean = axis.point(wish.given["mean"], wish.place("mean"))
        wide = _WIDE * axis.span(wish.given["sd"], wish.place("sd"))
        return mean - wide, mean + wide
    if wish.kind == "histogram":
        edges = edges_of(wish, axis)
        return edges[0], edges[-1]
    if wish.kind == "zipf":
        return (low, low + _RANKS - 1) if low is not None else (Fraction(1), Fraction(_RANKS))
    if wish.kind in {"exponential", "lognormal"} and len(wish.given.keys() - {"minimum", "maximum", "reverse"}):
        return _reach_of_tail(wish, axis, high if wish.flag("reverse") else low)
    return None


def _reach_of_tail(wish: Wish, axis: Axis, end: Fraction | None) -> tuple[Fraction, Fraction]:
    known = end if end is not None and wish.kind == "exponential" else Fraction(0)
    start = axis.point(wish.given["start"], wish.place("start")) if "start" in wish.given else known
    if wish.kind == "exponential":
        length = _LONG * _scale(wish, axis, start)
    else:
        middle, sigma = _middle(wish, axis, Grid(0, Fraction(1), 1), start)
        length = Fraction(ceil(exp(min(middle + _WIDE * sigma, middle + _STEEP)) * 1000), 1000)
    return (start - length, start) if wish.flag("reverse") else (start, start + length)


def resolution(wish: Wish, axis: Axis, low: Fraction, high: Fraction) -> Fraction:
    """How fine the distribution is: the width of what is most frequent."""
    if wish.kind == "normal":
        return axis.span(wish.given["sd"], wish.place("sd"))
    if wish.kind == "histogram":
        edges = edges_of(wish, axis)
        return min(high - low for low, high in pairwise(edges))
    if (
        wish.kind in {"exponential", "lognormal"}
        and "start" not in wish.given
        and {"mean", "median"} & wish.given.keys()
    ):
        name = "median" if "median" in wish.given else "mean"
        return abs(axis.point(wish.given[name], wish.place(name)) - low) or high - low
    return axis.span(wish.given["scale"], wish.place("scale")) if "scale" in wish.given else high - low


# ---------------------------------------------------------------- words


def words_of(wish: Wish) -> str:
    """The distribution for people."""
    given = dict(wish.given)
    flags = ", reversed" if given.pop("reverse", False) else ""
    parts = [f"{name} {_short(value)}" for name, value in given.items()]
    return f"{wish.kind}{': ' if parts else ''}{', '.join(parts)}{flags}"


def _short(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(str, value[:5]))}{', ...' if len(value) > 5 else ''}]"
    if isinstance(value, dict):
        return _short([f"{name}: {weight}" for name, weight in value.items()])
    return str(value)
