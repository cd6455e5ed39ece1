"""Datasets of a known distribution, made by the engine, are told as what they are."""

import numpy as np
import pytest

import pytest_specmint as sm
from pytest_specmint.report.survey.fits import FEWEST, nearest


def _values(dist: object, **bounds: object) -> np.ndarray:
    field = {"type": "number", "x-dist": dist, **bounds}
    schema = {"type": "object", "properties": {"x": field}, "required": ["x"]}
    return np.sort(np.array([float(record["x"]) for record in sm.generate(schema, seed=5, count=4000)]))


@pytest.mark.parametrize(
    ("kind", "dist", "bounds"),
    [
        ("uniform", "uniform", {"minimum": -10, "maximum": 90}),
        ("normal", {"kind": "normal", "mean": 40, "sd": 3}, {}),
        ("lognormal", {"kind": "lognormal", "median": 80, "sigma": 0.9}, {"minimum": 0}),
        ("exponential", {"kind": "exponential", "mean": 9}, {"minimum": 0}),
    ],
)
def test_known_distributions_are_recognised(kind: str, dist: object, bounds: dict[str, object]) -> None:
    values = _values(dist, **bounds)
    fit = nearest(values, np.ones(len(values)))
    assert fit is not None
    assert fit.kind == kind
    assert fit.near
    assert fit.distance < 0.03


def test_two_humps_fit_nothing() -> None:
    values = np.sort(np.concatenate([np.linspace(0, 1, 2000), np.linspace(99, 100, 2000)]))
    fit = nearest(values, np.ones(len(values)))
    assert fit is not None
    assert not fit.near


def test_few_or_like_values_are_not_judged() -> None:
    few = np.arange(FEWEST - 1, dtype=np.float64)
    alike = np.sort(np.tile(np.arange(5.0), 100))
    assert nearest(few, np.ones(len(few))) is None
    assert nearest(alike, np.ones(len(alike))) is None


def test_weights_count_like_repetitions() -> None:
    values = np.linspace(1, 50, 120)
    weighted = nearest(values, np.full(len(values), 3.0))
    repeated = nearest(np.repeat(values, 3), np.ones(3 * len(values)))
    assert weighted is not None
    assert repeated is not None
    assert weighted.kind == repeated.kind
    assert weighted.distance == pytest.approx(repeated.distance, abs=0.01)
