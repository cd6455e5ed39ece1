"""Curves and tables: exact where they should be, the same bytes everywhere, as small as they can be."""

import ast
import inspect
import math
import pickle
from fractions import Fraction
from hashlib import sha256

import numpy as np
import pytest

from pytest_specmint.distributions import arithmetic, build, curves, quantiles
from pytest_specmint.distributions.arithmetic import exp, expm1, log, log1p, normal_tails, power
from pytest_specmint.distributions.build import FINEST, LISTED, cells_of_grid, listed, share
from pytest_specmint.distributions.build import quantiles as made
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
from pytest_specmint.distributions.quantiles import WORDS, drawn
from pytest_specmint.engine.distribution import axes, fields, goals, money, named, read, shapes
from pytest_specmint.stream import below, draw, record_keys

WORDS_DRAWN = draw(record_keys(1, 0, 8192))


def near(ours: float, theirs: float, error: float) -> bool:
    return ours == theirs or abs(ours - theirs) <= error * abs(theirs)


@pytest.mark.parametrize("x", [*np.linspace(-690, 690, 401).tolist(), 0.0, 1e-9, -1e-9, 0.3465, -0.3466])
def test_exponentials(x: float) -> None:
    assert near(exp(x), math.exp(x), 1e-15)
    assert near(expm1(x), math.expm1(x), 1e-15)


@pytest.mark.parametrize("x", [*(10.0**k for k in range(-300, 300, 17)), 1.0, 0.5, 2.0, 1.0000001, 0.9999999, 1e-307])
def test_logarithms(x: float) -> None:
    assert near(log(x), math.log(x), 1e-15)
    assert near(log1p(x), math.log1p(x), 1e-15)
    assert near(power(x, 0.25), x**0.25, 1e-13)


@pytest.mark.parametrize("z", [*np.linspace(-37, 37, 297).tolist(), 2.75, 2.7499999, 0.0, 1e-12])
def test_tails_of_the_normal_distribution(z: float) -> None:
    low, high = normal_tails(z)
    assert near(high, math.erfc(z / math.sqrt(2)) / 2, 3e-13)
    assert near(low, math.erfc(-z / math.sqrt(2)) / 2, 3e-13)


def test_beyond_all_bounds() -> None:
    assert (exp(-1e300), exp(1e300)) == (0.0, exp(700.0))
    assert normal_tails(math.inf) == (1.0, 0.0)
    assert normal_tails(-1e200) == (0.0, 1.0)


@pytest.mark.parametrize(
    "module",
    [arithmetic, build, curves, quantiles, axes, fields, goals, money, named, read, shapes],
    ids=lambda m: m.__name__,
)
def test_only_operations_that_are_the_same_everywhere(module: object) -> None:
    """No powers of floats, nothing of math or numpy that a C library computes."""
    exact = {"ceil", "floor", "frexp", "ldexp", "sqrt"}
    for node in ast.walk(ast.parse(inspect.getsource(module))):  # type: ignore[arg-type]
        if isinstance(node, ast.ImportFrom) and node.module == "math":
            assert {alias.name for alias in node.names} <= exact
        elif isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= {"numpy", "json", "re"}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np":
            assert node.attr not in {"exp", "log", "log1p", "expm1", "power", "sin", "cos", "interp", "random"}
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            # Of literals: two to a power, which is exact.
            assert isinstance(node.left, ast.Constant)
            assert node.left.value in {2, 10}


CURVES: list[tuple[str, Curve, int]] = [
    ("uniform", Uniform(1e6), 10**6),
    ("normal", Normal(5e5, 1e5), 10**6),
    ("normal, a tail", Normal(-4e5, 1e5), 10**6),
    ("normal, a spike", Normal(123456.7, 0.001), 10**6),
    ("lognormal", LogNormal(0.0, math.log(1e4), 2.3), 10**8),
    ("exponential", Exponential(0.0, 1e5), 10**6),
    ("zipf", Zipf(1e6, 1.1), 10**6),
    ("zipf, steep", Zipf(1e6, 20.0), 10**6),
    ("zipf, flat", Zipf(1e6, 0.01), 10**6),
    ("histogram", Histogram((0.0, 1e5, 3e5, 1e6), (1.0, 0.0, 2.0)), 10**6),
    ("reversed", Reversed(Exponential(0.0, 10.0), 5000.0), 5000),
    ("few", Normal(3.0, 2.0), 7),
    ("one", Normal(3.0, 2.0), 1),
    ("all listed", Normal(500.0, 2.0), LISTED),
]


@pytest.mark.parametrize(("name", "curve", "count"), CURVES, ids=[name for name, _, _ in CURVES])
def test_tables_follow_their_curves(name: str, curve: Curve, count: int) -> None:
    table = made(curve, count)
    assert table is not None
    assert len(table.ranges) <= 2000
    below_low, above_low = curve.tails(0.0)
    below_high, above_high = curve.tails(float(count))
    whole = below_high - below_low if below_high < above_low else above_low - above_high
    bounds = (0, *table.cuts, WORDS)
    assert list(bounds) == sorted(set(bounds))
    assert len(table.ranges) == len(bounds) - 1
    for (first, width), low, high in zip(table.ranges, bounds, bounds[1:], strict=False):
        for at, part in ((first, 0.0), (first + width // 2, width // 2 / width), (first + width, 1.0)):
            here_below, here_above = curve.tails(float(at))
            exactly = (
                (here_below - below_low) / whole if here_below < here_above else 1 - (here_above - above_high) / whole
            )
            assert abs((low + (high - low) * part) / WORDS - exactly) < 5e-5


@pytest.mark.parametrize(("name", "curve", "count"), CURVES, ids=[name for name, _, _ in CURVES])
def test_every_word_has_a_cell(name: str, curve: Curve, count: int) -> None:
    table = made(curve, count)
    assert table is not None
    edges = [word for cut in (*table.cuts, WORDS) for word in (cut - 1, cut, cut + 1) if word < WORDS]
    words = np.array(sorted({0, WORDS - 1, *edges, *WORDS_DRAWN.tolist()}), dtype=np.uint64)
    cells = table.index(words)
    assert cells[0] >= 0
    assert cells[-1] < count
    assert (np.diff(cells) >= 0).all()
    # The same by the definition, in whole numbers.
    bounds = np.array([0, *table.cuts], dtype=np.uint64)
    segments = np.searchsorted(bounds, words, side="right") - 1
    for word, cell, segment in zip(words.tolist(), cells.tolist(), segments.tolist(), strict=True):
        first, width = table.ranges[segment]
        low, high = (0, *table.cuts, WORDS)[segment : segment + 2]
        assert first <= cell < first + width
        assert abs(cell - first - Fraction(word - low, high - low) * width) < 1 + width * 2.0**-40 + 2048 * width / (
            high - low
        )


def test_grids_beyond_floats() -> None:
    assert cells_of_grid(FINEST) == (FINEST, 0)
    for count in (FINEST + 1, 2**60 + 1, 10**40):
        cells, shift = cells_of_grid(count)
        assert cells <= FINEST
        assert (cells - 1) << shift < count <= cells << shift
    table = made(Uniform(float(cells_of_grid(2**60 + 1)[0])), 2**60 + 1)
    assert table is not None
    index = table.index(np.array([0, WORDS - 1, *WORDS_DRAWN.tolist()], dtype=np.uint64))
    assert index.min() >= 0
    assert index.max() <= 2**60
    assert len(np.unique(index % 256)) == 256


def test_a_curve_that_misses_the_grid_has_no_table() -> None:
    assert made(Normal(-1e6, 10.0), 1000) is None
    assert made(Histogram((-2.0, -1.0), (1.0,)), 1000) is None
    assert share(Normal(500.0, 1e-3), 1000) == 1.0
    assert share(Normal(0.0, 1.0), 1000) == 0.5
    assert listed([0, 0]) is None


def test_lists_are_exact() -> None:
    table = listed([Fraction(1, 3), Fraction(0), Fraction(2, 3)])
    assert table is not None
    assert table.cuts == (WORDS // 3,)
    assert table.ranges == ((0, 1), (2, 1))
    assert set(table.index(WORDS_DRAWN).tolist()) == {0, 2}


def test_without_a_table_positions_are_alike() -> None:
    assert (drawn(WORDS_DRAWN, 77, None) == below(WORDS_DRAWN, 77)).all()


@pytest.mark.parametrize(("name", "curve", "count"), CURVES, ids=[name for name, _, _ in CURVES])
def test_tables_are_pickled(name: str, curve: Curve, count: int) -> None:
    table = made(curve, count, "words", {"kind": name})
    assert table is not None
    table.index(WORDS_DRAWN)
    again = pickle.loads(pickle.dumps(table))
    assert again == table
    assert (again.index(WORDS_DRAWN) == table.index(WORDS_DRAWN)).all()


def digest(table: quantiles.Quantiles) -> str:
    content = (*table.cuts, *(n for pair in table.ranges for n in pair), *table.index(WORDS_DRAWN).tolist())
    return sha256(repr(content).encode()).hexdigest()[:16]


FIXED: dict[str, str] = {
    "uniform": "762664d7160ccd7a",
    "normal": "ea6244f51cec753c",
    "normal, a tail": "b55af2305114a296",
    "normal, a spike": "99d984a0baeeb0db",
    "lognormal": "d12b6e7faeb84e01",
    "exponential": "38aeab7ed5c50182",
    "zipf": "45b63d8846ae2910",
    "zipf, steep": "0a9a629041330c1e",
    "zipf, flat": "91a20164f97ff3f6",
    "histogram": "110f1841cc2dccc3",
    "reversed": "4b3ee1fe28ce7938",
    "few": "54d01c1d00660552",
    "one": "cf09065c37f18aee",
    "all listed": "b0d9e079f017516d",
}


@pytest.mark.parametrize(("name", "curve", "count"), CURVES, ids=[name for name, _, _ in CURVES])
def test_tables_are_the_same_on_every_machine(name: str, curve: Curve, count: int) -> None:
    if isinstance(curve, LogNormal):
        curve = LogNormal(curve.start, log(1e4), curve.deviation)
    table = made(curve, count)
    assert table is not None
    assert digest(table) == FIXED[name]
