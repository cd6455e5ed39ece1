"""What is known of one field: counted block by block, told at the end."""

from collections import Counter
from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.report.survey.cardinality import ERROR, Cardinality
from pytest_specmint.report.survey.fits import Fit, nearest
from pytest_specmint.report.survey.formats import POINTS, form_of, moments
from pytest_specmint.report.survey.frequent import Frequent
from pytest_specmint.report.survey.plausible import plausible
from pytest_specmint.report.survey.ranks import Floats, Ranks

SHARES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
"""The quantiles that are told."""
COMMON = 10
"""How many common values are told,"""
LONGEST_TEXT = 120
"""each cut off after so many characters."""
BINS = 40
"""Bars of a histogram."""
FORMS_OF = 256
"""Texts of a block whose form is looked at; the form that all of the first ones have is looked for in all."""


class Numbers(Struct, frozen=True):
    """What is said of numbers, or of points in time as seconds or days since 1970."""

    count: int
    least: float
    greatest: float
    mean: float
    deviation: float
    """The standard deviation of these values, not an estimate for others."""
    quantiles: tuple[float, ...]
    """At `SHARES`."""
    rank_error: float
    """By how much the rank of a quantile may be wrong, at most; 0 where they are exact."""
    edges: tuple[float, ...]
    bars: tuple[float, ...]
    """A histogram: how many values lie in each of the bins between the edges."""
    fit: Fit | None
    """The nearest distribution, near or not."""

    @property
    def fits(self) -> bool:
        """Whether a distribution is near enough to be named."""
        return self.fit is not None and self.fit.near


class Lengths(Struct, frozen=True):
    """Characters of texts, or items of arrays."""

    least: int
    greatest: int
    mean: float


class Common(Struct, frozen=True):
    """A value as text, and how often it came, at least."""

    text: str
    count: int


class FieldReport(Struct, frozen=True):
    """All that is told of a field."""

    path: str
    places: int
    """How often it could have been there: objects around it, or items of its array."""
    present: int
    nulls: int
    kinds: tuple[tuple[str, int], ...]
    """JSON types, the most frequent first."""
    distinct: int
    distinct_exact: bool
    distinct_error: float
    common: tuple[Common, ...]
    common_error: int
    """By how much their counts may be too low."""
    diversity: float | None
    """Entropy of the values by the most that so many different ones can have; None where there are too many."""
    text: Lengths | None = None
    items: Lengths | None = None
    forms: tuple[tuple[str, int], ...] = ()
    """Forms of texts, of those that were looked at."""
    forms_of: int = 0
    """How many were looked at."""
    numbers: Numbers | None = None
    moments: Numbers | None = None
    """Of texts that are dates or times: days or seconds since 1970."""
    moment_form: str = ""
    kind: str = ""
    """What the field's name says it is, as the vocabulary names it; empty where it says nothing."""
    plausible: tuple[int, int] | None = None
    """How many texts look like that, of how many; None for kinds without a form."""


class _Moments:
    """Count, bounds, mean and deviation of a stream (Chan, Golub, LeVeque: updating formulae, 1979)."""

    def __init__(self) -> None:
        self.count = 0
        self.mean = self.squares = 0.0
        self.least, self.greatest = float("inf"), float("-inf")
        self.ranks = Ranks()

    def add(self, values: Floats) -> None:
        if not len(values):
            return
        count, mean = len(values), float(values.mean())
        squares = float(((values - mean) ** 2).sum())
        total, apart = self.count + count, mean - self.mean
        self.squares += squares + apart**2 * self.count * count / total
        self.mean += apart * count / total
        self.count = total
        self.least, self.greatest = min(self.least, float(values.min())), max(self.greatest, float(values.max()))
        self.ranks.add(values)

    def told(self) -> Numbers | None:
        if not self.count:
            return None
        values, weights = self.ranks.weighted()
        edges, bars = _histogram(values, weights, self.least, self.greatest)
        return Numbers(
            self.count,
            self.least,
            self.greatest,
            self.mean,
            sqrt(max(self.squares / self.count, 0.0)),
            tuple(self.ranks.quantiles(SHARES)),
            self.ranks.error,
            edges,
            bars,
            nearest(values, weights),
        )


def _histogram(values: Floats, weights: Floats, least: float, greatest: float) -> tuple[tuple[float, ...], ...]:
    """Edges and bars; one bar where all values are alike, or lie too close for floats to tell edges apart."""
    edges = np.linspace(least, greatest, BINS + 1)
    if not np.all(np.diff(edges) > 0):
        return (least, greatest), (float(weights.sum()),)
    bars, _ = np.histogram(values, bins=edges, weights=weights)
    return tuple(map(float, edges)), tuple(map(float, bars))


class _Sizes:
    """Bounds and mean of whole numbers."""

    def __init__(self) -> None:
        self.count = self.total = self.greatest = 0
        self.least: int | None = None

    def add(self, sizes: Sequence[int]) -> None:
        if sizes:
            self.count += len(sizes)
            self.total += sum(sizes)
            self.greatest = max(self.greatest, *sizes) if len(sizes) > 1 else max(self.greatest, sizes[0])
            low = min(sizes)
            self.least = low if self.least is None else min(self.least, low)

    def told(self) -> Lengths | None:
        return None if self.least is None else Lengths(self.least, self.greatest, self.total / self.count)


class Field:
    """Takes note of a field's values, a block at a time."""

    def __init__(self, path: str, kind: str = "") -> None:
        self.path = path
        self._kind = kind
        self._plausible = self._looked_at = 0
        self.present = self.nulls = 0
        self._kinds: Counter[str] = Counter()
        self._distinct = Cardinality()
        self._frequent = Frequent()
        self._texts, self._items = _Sizes(), _Sizes()
        self._forms: Counter[str] = Counter()
        self._forms_of = 0
        self._numbers, self._moments = _Moments(), _Moments()
        self._moment_form: str | None = None

    def add(self, scalars: Sequence[Any], nulls: int, objects: int, lengths: Sequence[int]) -> None:
        """What a block held: values that are no objects or arrays, nulls, objects, and the lengths of arrays."""
        self.present += len(scalars) + nulls + objects + len(lengths)
        self.nulls += nulls
        self._kinds.update({"null": nulls, "object": objects, "array": len(lengths)})
        self._items.add(lengths)
        texts = [each for each in scalars if type(each) is str]
        if texts:
            self._add_texts(texts)
        if len(texts) < len(scalars):
            self._add_others([each for each in scalars if type(each) is not str])

    def _add_texts(self, texts: Sequence[str]) -> None:
        self._kinds["string"] += len(texts)
        counts = Counter(texts)
        self._frequent.add(_shortened(counts))
        self._distinct.add(b'"' + text.encode("utf-8", "surrogatepass") for text in counts)
        self._texts.add(list(map(len, texts)))
        looked_at = texts[:FORMS_OF]
        forms = Counter(form_of(each) or "" for each in looked_at)
        self._forms.update(forms)
        self._forms_of += len(looked_at)
        judged = plausible(self._kind, looked_at)
        if judged is not None:
            self._plausible, self._looked_at = self._plausible + judged[0], self._looked_at + judged[1]
        if self._moment_form is None:
            (form, count), *_ = forms.most_common(1)
            self._moment_form = form if form in POINTS and count == len(looked_at) else ""
        if self._moment_form:
            self._moments.add(np.array(moments(texts, self._moment_form)))

    def _add_others(self, values: Sequence[Any]) -> None:
        kinds = Counter("boolean" if type(each) is bool else "integer" if _whole(each) else "number" for each in values)
        self._kinds.update(kinds)
        counts = Counter(canonical_bytes(each).decode() for each in values)
        self._frequent.add(counts)
        self._distinct.add(text.encode() for text in counts)
        numbers = [float(each) for each in values if type(each) is not bool and _finite(each)]
        self._numbers.add(np.array(numbers))

    def told(self, places: int) -> FieldReport:
        """The report; ``places`` says how often the field could have been there."""
        scalars = self._kinds["string"] + self._kinds["integer"] + self._kinds["number"] + self._kinds["boolean"]
        return FieldReport(
            self.path,
            places,
            self.present,
            self.nulls,
            tuple((kind, count) for kind, count in self._kinds.most_common() if count),
            self._distinct.count,
            self._distinct.exact,
            0.0 if self._distinct.exact else ERROR,
            tuple(Common(text, count) for text, count in self._frequent.most(COMMON)) if scalars else (),
            self._frequent.error,
            self._frequent.entropy(scalars),
            self._texts.told(),
            self._items.told(),
            tuple((form, count) for form, count in self._forms.most_common() if form),
            self._forms_of,
            self._numbers.told(),
            self._moments.told(),
            self._moment_form or "",
            self._kind,
            (self._plausible, self._looked_at) if self._looked_at else None,
        )


def _shortened(counts: Counter[str]) -> Counter[str]:
    """The same of texts that are cut off where they are long."""
    if max(map(len, counts)) <= LONGEST_TEXT:
        return counts
    cut: Counter[str] = Counter()
    for text, count in counts.items():
        cut[text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"] += count
    return cut


def _whole(value: Any) -> bool:
    return type(value) is int or float(value).is_integer()


def _finite(value: Any) -> bool:
    """Integers beyond a double's range are counted, but have no place on the line."""
    return abs(value) < 1 << 1023 if type(value) is int else True
