"""What changed between two datasets, field by field: figures beside each other, and how far the values are apart."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

import numpy as np
from msgspec import Struct

from pytest_specmint.report.survey.field import FieldReport, Numbers
from pytest_specmint.report.survey.ranks import Floats
from pytest_specmint.report.survey.survey import Survey

APART = 0.05
"""Differences of shares, and of values, from which on a field counts as changed."""


class Presence(StrEnum):
    """In which of the two a field is."""

    BOTH = "both"
    ADDED = "added"
    REMOVED = "removed"


class Drift(Struct, frozen=True):
    """A field in both datasets."""

    path: str
    where: Presence
    differences: tuple[str, ...]
    """What changed, in words; none where nothing did."""
    distance: float | None = None
    """How far the values are apart, 0 to 1: of numbers and points in time the greatest difference between the shares
    of values up to any point (Kolmogorov's), of texts half the sum of the differences of common values' shares."""


def drift(old: Survey, new: Survey) -> list[Drift]:
    """Every field of either dataset, in the order of their paths."""
    before, after = ({each.path: each for each in survey.fields} for survey in (old, new))
    found = []
    for path in sorted({*before, *after}):
        if path not in after:
            found.append(Drift(path, Presence.REMOVED, ("is no longer there",)))
        elif path not in before:
            found.append(Drift(path, Presence.ADDED, ("is new",)))
        else:
            distance = _distance(before[path], after[path])
            words = tuple(_differences(before[path], after[path], distance))
            found.append(Drift(path, Presence.BOTH, words, distance))
    return found


def _differences(old: FieldReport, new: FieldReport, distance: float | None) -> Iterator[str]:
    kinds = [{kind for kind, count in each.kinds if count} for each in (old, new)]
    if kinds[0] != kinds[1]:
        yield f"types: {_listed(kinds[0])} -> {_listed(kinds[1])}"
    for name, then, now in (
        ("present", _share(old.present, old.places), _share(new.present, new.places)),
        ("null", _share(old.nulls, old.present), _share(new.nulls, new.present)),
    ):
        if abs(then - now) >= APART:
            yield f"{name}: {then:.0%} -> {now:.0%}"
    if distance is not None and distance >= APART:
        yield f"values: {distance:.0%} apart"


def _listed(kinds: set[str]) -> str:
    return " or ".join(sorted(kinds)) or "nothing"


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _distance(old: FieldReport, new: FieldReport) -> float | None:
    for then, now in ((old.numbers, new.numbers), (old.moments, new.moments)):
        if then is not None and now is not None:
            return _between(then, now)
    if not old.common or not new.common:
        return None
    shares = [_shares(each) for each in (old, new)]
    if min(sum(each.values()) for each in shares) < APART:
        return None  # hardly any value comes twice: there is nothing to compare
    return sum(abs(shares[0].get(text, 0.0) - shares[1].get(text, 0.0)) for text in {*shares[0], *shares[1]}) / 2


def _shares(report: FieldReport) -> Mapping[str, float]:
    scalars = sum(count for kind, count in report.kinds if kind not in {"null", "object", "array"})
    return {each.text: each.count / scalars for each in report.common}


def _between(old: Numbers, new: Numbers) -> float:
    """By their histograms, whose bins are read as level."""
    points = np.unique(np.array([*old.edges, *new.edges]))
    return float(np.max(np.abs(_reached(old, points) - _reached(new, points)), initial=0.0))


def _reached(numbers: Numbers, points: Floats) -> Floats:
    if numbers.edges[0] == numbers.edges[-1]:
        alone: Floats = np.where(points >= numbers.edges[0], 1.0, 0.0)
        return alone
    shares = np.concatenate([[0.0], np.cumsum(numbers.bars)])
    reached: Floats = np.interp(points, numbers.edges, shares / shares[-1], left=0.0, right=1.0)
    return reached
