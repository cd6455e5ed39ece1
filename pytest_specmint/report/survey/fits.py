"""Which distribution numbers look like: the candidate whose curve lies nearest to theirs, if any lies near.

The distance is Kolmogorov's and Smirnov's, the greatest difference between the share of values at or below a point and
the share that the curve has there. Parameters are estimated from the values themselves, so this is a description and
no test. Values of few different numbers are listed, not fitted.
"""

from collections.abc import Callable, Mapping
from math import erf, exp, log, sqrt

import numpy as np
from msgspec import Struct

from pytest_specmint.report.survey.ranks import Floats

NEAR = 0.05
"""The greatest distance at which a curve is said to fit, where there are many values;"""
CHANCE = 1.36
"""of n values this by the root of n, which chance alone exceeds once in twenty (Smirnov, 1948)."""
FEWEST = 100
"""Values that there must be, and"""
DIFFERENT = 20
"""different ones among them."""
_POINTS = 512
Curve = Callable[[float], float]


class Fit(Struct, frozen=True):
    """A distribution, and how far it is from the values."""

    kind: str
    parameters: Mapping[str, float]
    distance: float
    near: bool
    """Whether it is near enough to be said to fit."""


def nearest(values: Floats, weights: Floats) -> Fit | None:
    """The nearest of the candidates, whether near or not; None where there are too few values to say."""
    if weights.sum() < FEWEST or len(np.unique(values)) < DIFFERENT:
        return None
    limit = max(NEAR, CHANCE / sqrt(float(weights.sum())))
    fits = []
    for kind, parameters, curve in _candidates(values, weights):
        distance = _distance(values, weights, curve)
        fits.append(Fit(kind, parameters, distance, distance <= limit))
    return min(fits, key=lambda fit: fit.distance)


def _candidates(values: Floats, weights: Floats) -> list[tuple[str, dict[str, float], Curve]]:
    low, high = float(values[0]), float(values[-1])
    mean = float(np.average(values, weights=weights))
    sd = sqrt(float(np.average((values - mean) ** 2, weights=weights)))
    found: list[tuple[str, dict[str, float], Curve]] = [
        ("uniform", {"minimum": low, "maximum": high}, lambda x: (x - low) / (high - low)),
        ("normal", {"mean": mean, "sd": sd}, lambda x: _normal((x - mean) / sd)),
        ("exponential", {"start": low, "mean": mean}, lambda x: 1 - exp(-(x - low) / (mean - low))),
    ]
    if low > 0:
        logs = np.log(values)
        middle = float(np.average(logs, weights=weights))
        sigma = sqrt(float(np.average((logs - middle) ** 2, weights=weights)))
        found.append(
            ("lognormal", {"median": exp(middle), "sigma": sigma}, lambda x: _normal((log(x) - middle) / sigma))
        )
    return found


def _normal(z: float) -> float:
    return 0.5 * (1 + erf(z / sqrt(2)))


def _distance(values: Floats, weights: Floats, curve: Curve) -> float:
    """At up to 512 points, at the middle of the step that the values make there: whole numbers make large ones."""
    points, places = np.unique(values, return_index=True)
    total = float(weights.sum())
    below = np.concatenate([[0.0], np.cumsum(np.add.reduceat(weights, places)) / total])
    chosen = np.unique(np.linspace(0, len(points) - 1, _POINTS).astype(np.int64))
    return max(abs(curve(float(points[i])) - float(below[i] + below[i + 1]) / 2) for i in chosen)
