"""Goodness of fit: Kolmogorov and Smirnov's test, Pearson's, each with the limit that one sample in a thousand exceeds.

References are functions of the standard library, not of the package.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from math import erf, exp, log, sqrt

LIMIT = 1.95
"""Of the largest distance between distributions, times the root of the sample's size."""
LEAST = 5.0
"""Expected counts below this are taken together."""


def distance(values: Sequence[float], share_below: Callable[[float], float], width: float = 0.0) -> float:
    """The largest distance to a distribution, times the root of the size; ``width`` is that of rounding."""
    counts = Counter(values)
    below, largest = 0, 0.0
    for value in sorted(counts):
        before = below / len(values)
        below += counts[value]
        largest = max(
            largest,
            abs(before - share_below(value - width / 2)),
            abs(below / len(values) - share_below(value + width / 2)),
        )
    return largest * sqrt(len(values))


def fits(counts: Mapping[Hashable, int], weights: Mapping[Hashable, float]) -> bool:
    """Whether Pearson's chi-square stays below its 99.9 % quantile (Wilson and Hilferty's approximation)."""
    assert counts.keys() <= weights.keys()
    total, whole = sum(counts.values()), sum(weights.values())
    cells: list[list[float]] = [[0.0, 0.0]]
    for key, weight in weights.items():
        if cells[-1][1] >= LEAST:
            cells.append([0.0, 0.0])
        cells[-1][0] += counts.get(key, 0)
        cells[-1][1] += weight / whole * total
    if len(cells) > 1 and cells[-1][1] < LEAST:
        last = cells.pop()
        cells[-1] = [cells[-1][0] + last[0], cells[-1][1] + last[1]]
    freedom = len(cells) - 1
    assert freedom > 0
    statistic = sum((seen - expected) ** 2 / expected for seen, expected in cells)
    part = 2 / (9 * freedom)
    return statistic < freedom * (1 - part + 3.0902 * sqrt(part)) ** 3


def normal(mean: float, sd: float) -> Callable[[float], float]:
    return lambda x: (1 + erf((x - mean) / sd / sqrt(2))) / 2


def lognormal(median: float, sigma: float, start: float = 0.0) -> Callable[[float], float]:
    return lambda x: normal(log(median), sigma)(log(x - start)) if x > start else 0.0


def exponential(scale: float, start: float = 0.0) -> Callable[[float], float]:
    return lambda x: 1 - exp(-(x - start) / scale) if x > start else 0.0


def cut(share_below: Callable[[float], float], low: float, high: float) -> Callable[[float], float]:
    """The distribution between two bounds."""
    first, last = share_below(low), share_below(high)
    return lambda x: min(max((share_below(x) - first) / (last - first), 0.0), 1.0)
