"""Every kind of distribution fits what it is named for: fixed seeds, so each test always passes or always fails."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from goodness import LIMIT, cut, distance, exponential, fits, lognormal, normal

import pytest_specmint as sm

COUNT = 50_000
SEEDS = [1, 2024]
Below = Callable[[float], float]


def values(schema: Any, seed: int = 1, count: int = COUNT) -> list[Any]:
    record = {"type": "object", "properties": {"x": schema}, "required": ["x"]}
    return [each["x"] for each in sm.generate(record, seed=seed, count=count)]


def _rows() -> list[tuple[str, Any, Below]]:
    def field(low: float | None, high: float | None, **dist: Any) -> Any:
        bounds = {name: value for name, value in (("minimum", low), ("maximum", high)) if value is not None}
        return {"type": "number", **bounds, "x-dist": dist}

    return [
        ("uniform", field(0, 1000, kind="uniform"), cut(lambda x: x, -0.005, 1000.005)),
        ("uniform, its own bounds", field(0, 1000, kind="uniform", minimum=10, maximum=20), cut(lambda x: x, 10, 20)),
        ("normal, no bounds", field(None, None, kind="normal", mean=-5, sd=2), normal(-5, 2)),
        ("normal, wide bounds", field(0, 1000, kind="normal", mean=500, sd=50), normal(500, 50)),
        ("normal, cut below", field(500, 2000, kind="normal", mean=500, sd=50), cut(normal(500, 50), 500, 2000)),
        ("normal, cut above", field(-500, 450, kind="normal", mean=500, sd=50), cut(normal(500, 50), -500, 450)),
        ("normal, both", field(480, 560, kind="normal", mean=500, sd=50), cut(normal(500, 50), 480, 560)),
        ("normal, a far tail", field(700, 900, kind="normal", mean=500, sd=50), cut(normal(500, 50), 700, 900)),
        ("normal, very narrow", field(0, 1, kind="normal", mean=0.5, sd=0.0001), normal(0.5, 0.0001)),
        ("lognormal", field(None, None, kind="lognormal", median=50, sigma=1), lognormal(50, 1)),
        ("lognormal, both", field(20, 200, kind="lognormal", median=50, sigma=1), cut(lognormal(50, 1), 20, 200)),
        ("lognormal, wide", field(0.01, 1e6, kind="lognormal", median=100, sigma=2), lognormal(100, 2)),
        ("lognormal, start", field(10, 500, kind="lognormal", median=50, sigma=0.5, start=10), lognormal(40, 0.5, 10)),
        ("exponential", field(0, None, kind="exponential", mean=100), exponential(100)),
        ("exponential, start", field(0, None, kind="exponential", mean=150, start=50), exponential(100, 50)),
        ("exponential, cut", field(20, 120, kind="exponential", scale=100), cut(exponential(100, 20), 20, 120)),
        (
            "exponential, start below",
            field(20, 120, kind="exponential", scale=50, start=0),
            cut(exponential(50), 20, 120),
        ),
        (
            "exponential, reversed",
            field(0, 1000, kind="exponential", scale=50, reverse=True),
            lambda x: 1 - exponential(50)(1000 - x),
        ),
        (
            "lognormal, reversed",
            field(0, 1000, kind="lognormal", median=950, sigma=0.5, reverse=True),
            lambda x: 1 - lognormal(50, 0.5)(1000 - x),
        ),
    ]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "schema", "share_below"), _rows(), ids=lambda each: each if isinstance(each, str) else ""
)
def test_continuous(name: str, schema: Any, share_below: Below, seed: int) -> None:
    step = 1e-6 if "narrow" in name else 0.01
    drawn = values(schema, seed)
    assert distance(drawn, share_below, step) < LIMIT
    low, high = schema.get("minimum"), schema.get("maximum")
    assert low is None or min(drawn) >= low
    assert high is None or max(drawn) <= high


def test_the_measure_tells_distributions_apart() -> None:
    drawn = values(
        {"type": "number", "minimum": 0, "maximum": 1000, "x-dist": {"kind": "normal", "mean": 500, "sd": 50}}
    )
    assert distance(drawn, normal(500, 50), 0.01) < LIMIT
    assert distance(drawn, normal(502, 50), 0.01) > LIMIT
    assert distance(drawn, normal(500, 52), 0.01) > LIMIT
    faces = Counter(values({"enum": [1, 2, 3], "x-weights": [1, 2, 7]}))
    assert fits(faces, {1: 1, 2: 2, 3: 7})
    assert not fits(faces, {1: 1.1, 2: 2, 3: 7})


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_piles_up_on_the_bounds(seed: int) -> None:
    schema = {"type": "integer", "minimum": 0, "maximum": 100, "x-dist": {"kind": "normal", "mean": 95, "sd": 30}}
    faces, below = Counter(values(schema, seed)), normal(95, 30)
    assert fits(faces, {k: below(k + 0.5) - below(k - 0.5) for k in range(101)})
    assert faces[100] < 1.2 * faces[95]


DISCRETE: list[tuple[str, Any, dict[Any, float]]] = [
    ("uniform", {"minimum": 1, "maximum": 60, "x-dist": "uniform"}, dict.fromkeys(range(1, 61), 1.0)),
    (
        "normal",
        {"minimum": -40, "maximum": 40, "x-dist": {"kind": "normal", "mean": 0.25, "sd": 7}},
        {k: normal(0.25, 7)(k + 0.5) - normal(0.25, 7)(k - 0.5) for k in range(-40, 41)},
    ),
    (
        "normal on few values",
        {"minimum": 1, "maximum": 5, "x-dist": {"kind": "normal", "mean": 4, "sd": 1}},
        {k: normal(4, 1)(k + 0.5) - normal(4, 1)(k - 0.5) for k in range(1, 6)},
    ),
    (
        "normal on multiples",
        {"minimum": 0, "maximum": 1000, "multipleOf": 25, "x-dist": {"kind": "normal", "mean": 400, "sd": 90}},
        {k: normal(400, 90)(k + 12.5) - normal(400, 90)(k - 12.5) for k in range(0, 1001, 25)},
    ),
    (
        "lognormal",
        {"minimum": 1, "maximum": 90, "x-dist": {"kind": "lognormal", "median": 12, "sigma": 0.8}},
        {k: lognormal(12, 0.8)(k + 0.5) - lognormal(12, 0.8)(k - 0.5) for k in range(1, 91)},
    ),
    (
        "exponential is geometric",
        {"minimum": 0, "maximum": 200, "x-dist": {"kind": "exponential", "mean": 9}},
        {k: 0.9**k for k in range(201)},
    ),
    (
        "exponential on few values, reversed",
        {"minimum": 0, "maximum": 9, "x-dist": {"kind": "exponential", "scale": 1, "reverse": True}},
        {9 - k: 0.5**k for k in range(10)},
    ),
    (
        "zipf",
        {"minimum": 1, "maximum": 300, "x-dist": {"kind": "zipf", "exponent": 1.2}},
        {k: k**-1.2 for k in range(1, 301)},
    ),
    (
        "zipf on a large grid",
        {"minimum": 1, "maximum": 5000, "x-dist": "zipf"},
        {k: 1 / k for k in range(1, 5001)},
    ),
    (
        "zipf from the other end",
        {"minimum": 5, "maximum": 50, "x-dist": {"kind": "zipf", "exponent": 2, "reverse": True}},
        {51 - k: k**-2.0 for k in range(1, 47)},
    ),
    (
        "histogram",
        {
            "minimum": 0,
            "maximum": 100,
            "x-dist": {"kind": "histogram", "edges": [0, 10, 50, 100], "weights": [5, 3, 2]},
        },
        {k: 5 / 10 if k < 10 else 3 / 40 if k < 50 else 2 / 51 for k in range(101)},
    ),
    (
        "histogram, cut on both sides",
        {"minimum": 5, "maximum": 29, "x-dist": {"kind": "histogram", "edges": [0, 10, 50, 90], "weights": [5, 4, 2]}},
        {k: 5 / 10 if k < 10 else 4 / 40 for k in range(5, 30)},
    ),
    (
        "histogram on a large grid",
        {"minimum": 0, "maximum": 9999, "x-dist": {"kind": "histogram", "edges": [0, 10, 9999], "weights": [1, 1]}},
        {k: 1 / 10 if k < 10 else 1 / 9990 for k in range(10_000)},
    ),
    (
        "categorical",
        {"x-dist": {"kind": "categorical", "values": [5, 10, 50], "weights": [1, 0.5, 8]}},
        {5: 1, 10: 0.5, 50: 8},
    ),
    (
        "excluded values leave the others as they are",
        {"minimum": 0, "maximum": 40, "not": {"const": 20}, "x-dist": {"kind": "normal", "mean": 20, "sd": 5}},
        {k: normal(20, 5)(k + 0.5) - normal(20, 5)(k - 0.5) for k in range(41) if k != 20},
    ),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "schema", "weights"), DISCRETE, ids=[name for name, _, _ in DISCRETE])
def test_discrete(name: str, schema: Any, weights: dict[Any, float], seed: int) -> None:
    assert fits(Counter(values({"type": "integer", **schema}, seed)), weights)


def test_large_zipf_grids_keep_their_tail() -> None:
    drawn = values({"type": "integer", "minimum": 1, "maximum": 10**6, "x-dist": {"kind": "zipf", "exponent": 0.8}})
    edges = [1, 10, 100, 1000, 10_000, 50_000, 100_000, 300_000, 600_000, 10**6 + 1]
    weights = {}
    for low, high in pairwise(edges):
        weights[low] = sum(k**-0.8 for k in range(low, high))
    assert fits(Counter(max(edge for edge in edges if edge <= x) for x in drawn), weights)


def test_cents_with_multiple_of() -> None:
    schema = {"type": "number", "multipleOf": 0.01, "minimum": 0.01, "maximum": 1_000_000, "x-dist": "lognormal"}
    drawn = values(schema)
    # The geometric mean of the bounds, each of them four deviations of the logarithm away.
    # Not quite that: a ninth of all cents is never made, since validators differ on them.
    assert distance(drawn, lognormal(100, 18.420680743952367 / 8), 0.01) / COUNT**0.5 < 0.012
    assert sum(x > 10_000 for x in drawn) < 0.025 * COUNT
    assert all(round(x * 100) / 100 == x for x in drawn)


def test_multiples_that_validators_differ_on_leave_the_others_as_they_are() -> None:
    dist = {"kind": "lognormal", "median": 5, "sigma": 0.5}
    drawn = values({"type": "number", "multipleOf": 0.01, "minimum": 0.01, "maximum": 50, "x-dist": dist})
    below = lognormal(5, 0.5)
    kept = [k for k in range(1, 5001) if ((k / 100) / 0.01).is_integer()]
    assert 4000 < len(kept) < 5000
    assert fits(
        Counter(round(x * 100) for x in drawn), {k: below((k + 0.5) / 100) - below((k - 0.5) / 100) for k in kept}
    )


def test_numbers_beyond_words() -> None:
    schema = {
        "type": "integer",
        "minimum": 0,
        "maximum": 10**30,
        "x-dist": {"kind": "normal", "mean": 5e29, "sd": 1e29},
    }
    drawn = values(schema, count=5000)
    assert distance(drawn, normal(5e29, 1e29)) < LIMIT
    assert len(set(drawn)) == len(drawn)


def test_numbers_of_more_than_52_bits() -> None:
    schema = {"type": "integer", "minimum": 0, "maximum": 2**61, "x-dist": {"kind": "exponential", "scale": 2.0**57}}
    drawn = values(schema, count=20_000)
    assert distance(drawn, exponential(2.0**57)) < LIMIT
    assert len({x % 512 for x in drawn}) == 512


def test_one_distribution_over_two_intervals() -> None:
    schema = {
        "type": "number",
        "anyOf": [{"minimum": 0, "maximum": 40}, {"minimum": 60, "maximum": 100}],
        "x-dist": {"kind": "normal", "mean": 45, "sd": 15},
    }
    below = normal(45, 15)
    low, high = below(40) - below(0), below(100) - below(60)
    drawn = values(schema)
    assert fits(Counter(x > 50 for x in drawn), {False: low, True: high})
    assert distance([x for x in drawn if x > 50], cut(below, 60, 100), 0.01) < LIMIT


# ---------------------------------------------------------------- dates and times


def day(text: str) -> int:
    return dt.date.fromisoformat(text[:10]).toordinal()


def moment(text: str) -> float:
    return (dt.datetime.fromisoformat(text) - dt.datetime(2024, 1, 1, tzinfo=dt.UTC)).total_seconds() / 86400


AS_OF = dt.date(2025, 1, 1).toordinal()
DATES: list[tuple[str, Any, Below]] = [
    ("normal", {"kind": "normal", "mean": "2024-06-01", "sd": 20}, normal(day("2024-06-01"), 20)),
    (
        "normal, cut",
        {"kind": "normal", "mean": "2024-06-01", "sd": 20, "minimum": "2024-05-20", "maximum": "2024-06-10"},
        cut(normal(day("2024-06-01"), 20), day("2024-05-20") - 0.5, day("2024-06-10") + 0.5),
    ),
    (
        "normal, relative to today",
        {"kind": "normal", "mean": -30, "sd": 9, "maximum": 0},
        cut(normal(AS_OF - 30, 9), 0, AS_OF + 0.5),
    ),
    (
        "uniform",
        {"kind": "uniform", "minimum": "1999-12-30", "maximum": "2004-03-02"},
        cut(lambda x: x, day("1999-12-30") - 0.5, day("2004-03-02") + 0.5),
    ),
    (
        "recent ones more often",
        {"kind": "exponential", "scale": 30, "reverse": True, "minimum": -3000, "maximum": -1},
        lambda x: 1 - exponential(1 / 0.03278982282299097)(AS_OF - 0.5 - x),
    ),
    (
        "histogram",
        {"kind": "histogram", "edges": ["2024-01-01", "2024-02-01", "2024-12-31"], "weights": [1, 1]},
        lambda x: (
            min(x + 0.5 - day("2024-01-01"), 31) / 62
            + max(0, (x + 0.5 - day("2024-02-01")) / (day("2024-12-31") + 1 - day("2024-02-01"))) / 2
        ),
    ),
]


@pytest.mark.parametrize(("name", "dist", "share_below"), DATES, ids=[name for name, _, _ in DATES])
def test_dates(name: str, dist: Any, share_below: Below) -> None:
    drawn = [day(text) for text in values({"type": "string", "format": "date", "x-dist": dist})]
    assert distance(drawn, share_below, 1.0) < LIMIT


@pytest.mark.parametrize(
    ("dist", "share_below"),
    [
        ({"kind": "normal", "mean": "2024-06-01T12:00:00Z", "sd": 0.5}, normal(152.5, 0.5)),
        ({"kind": "normal", "mean": "2024-06-01", "sd": 3, "minimum": "2024-06-01"}, cut(normal(152, 3), 152, 1e9)),
        (
            {"kind": "uniform", "minimum": "2024-02-01T10:30:00Z", "maximum": "2024-02-01T11:00:00+00:00"},
            cut(lambda x: x, 31 + 10.5 / 24, 31 + 11 / 24),
        ),
        ({"kind": "exponential", "start": "2024-01-01", "scale": 2}, exponential(2)),
        ({"kind": "lognormal", "start": "2024-01-01", "median": "2024-01-05", "sigma": 1}, lognormal(4, 1)),
    ],
    ids=["normal", "normal, cut", "uniform", "exponential", "lognormal"],
)
def test_date_times(dist: Any, share_below: Below) -> None:
    drawn = [moment(text) for text in values({"type": "string", "format": "date-time", "x-dist": dist})]
    assert distance(drawn, share_below, 1 / 86400) < LIMIT


def test_times() -> None:
    dist = {"kind": "normal", "mean": "09:30", "sd": 1.5, "minimum": "08:00", "maximum": "18:00:00"}
    drawn = values({"type": "string", "format": "time", "x-dist": dist})
    hours = [int(text[:2]) + int(text[3:5]) / 60 + int(text[6:8]) / 3600 for text in drawn]
    assert distance(hours, cut(normal(9.5, 1.5), 8, 18), 1 / 3600) < LIMIT


def date_of(number: int) -> str:
    return dt.date.fromordinal(number).isoformat()


FIRST, LAST = day("2024-01-01"), day("2024-03-31")
BOUNDS = {"minimum": "2024-01-01", "maximum": "2024-03-31"}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("dist", "weights"),
    [
        ({"kind": "zipf", "exponent": 1.3, **BOUNDS}, {date_of(FIRST + k): (k + 1) ** -1.3 for k in range(91)}),
        ({"kind": "zipf", "reverse": True, **BOUNDS}, {date_of(LAST - k): 1 / (k + 1) for k in range(91)}),
        (
            {"kind": "lognormal", "start": "2024-01-01", "median": "2024-01-11", "sigma": 0.7, **BOUNDS},
            {date_of(FIRST + k): lognormal(10, 0.7)(k + 0.5) - lognormal(10, 0.7)(k - 0.5) for k in range(91)},
        ),
        (
            {"kind": "categorical", "values": ["2024-02-29", "2023-12-24", "2000-01-01"], "weights": [1, 2, 5]},
            {"2024-02-29": 1, "2023-12-24": 2, "2000-01-01": 5},
        ),
        (
            {"kind": "histogram", "edges": ["2024-01-01", "2024-01-11", "2024-03-31"], "weights": [3, 1]},
            {date_of(FIRST + k): 3 / 10 if k < 10 else 1 / 81 for k in range(91)},
        ),
        ({"kind": "uniform", **BOUNDS}, {date_of(FIRST + k): 1 for k in range(91)}),
    ],
    ids=["zipf", "zipf, reversed", "lognormal", "categorical", "histogram", "uniform"],
)
def test_days(dist: Any, weights: dict[str, float], seed: int) -> None:
    assert fits(Counter(values({"type": "string", "format": "date", "x-dist": dist}, seed)), weights)


DAY = {"minimum": "2024-01-01T00:00:00Z", "maximum": "2024-01-02T00:00:00Z"}


@pytest.mark.parametrize(
    ("dist", "share_below"),
    [
        ({"kind": "normal", "mean": "2024-01-01T12:00:00Z", "sd": 0.2, **DAY}, cut(normal(0.5, 0.2), 0, 1)),
        (
            {"kind": "exponential", "scale": 0.1, "reverse": True, **DAY},
            lambda x: 1 - cut(exponential(0.1), 0, 1)(1 - x),
        ),
        (
            {"kind": "histogram", "edges": ["2024-01-01", "2024-01-03", "2024-02-01"], "weights": [1, 1]},
            lambda x: min(x, 2) / 4 + max(0, x - 2) / 58,
        ),
        (
            {"kind": "lognormal", "start": "2024-01-02T00:00:00Z", "median": "2024-01-01T20:00:00Z", "sigma": 0.5, "reverse": True, **DAY},
            lambda x: 1 - cut(lognormal(1 / 6, 0.5), 0, 1)(1 - x),
        ),
    ],
    ids=["normal, cut", "exponential, reversed", "histogram", "lognormal, reversed"],
)  # fmt: skip
def test_instants(dist: Any, share_below: Below) -> None:
    drawn = [moment(text) for text in values({"type": "string", "format": "date-time", "x-dist": dist})]
    assert distance(drawn, share_below, 1 / 86400) < LIMIT


def test_instants_by_rank_and_by_name() -> None:
    ranked = {"kind": "zipf", "exponent": 1.1, "minimum": "2024-01-01T00:00:00Z", "maximum": "2024-01-01T00:01:00Z"}
    drawn = [
        round(moment(text) * 86400) for text in values({"type": "string", "format": "date-time", "x-dist": ranked})
    ]
    assert fits(Counter(drawn), {k: (k + 1) ** -1.1 for k in range(61)})
    named = {"kind": "categorical", "weights": {"2024-01-01T00:00:00Z": 3, "2024-02-29T23:59:59Z": 1}}
    counts = Counter(values({"type": "string", "format": "date-time", "x-dist": named}))
    assert fits(counts, named["weights"])  # type: ignore[arg-type]


HOURS = {"minimum": "08:00", "maximum": "18:00"}


@pytest.mark.parametrize(
    ("dist", "share_below"),
    [
        ({"kind": "uniform", **HOURS}, cut(lambda x: x, 8, 18)),
        ({"kind": "normal", "mean": "23:00", "sd": 2}, cut(normal(23, 2), 0, 24)),
        ({"kind": "exponential", "scale": 2, **HOURS}, cut(exponential(2, 8), 8, 18)),
        ({"kind": "exponential", "scale": 2, "reverse": True, **HOURS}, lambda x: 1 - cut(exponential(2), 0, 10)(18 - x)),
        ({"kind": "lognormal", "start": "08:00", "median": "09:30", "sigma": 0.6, **HOURS}, cut(lognormal(1.5, 0.6, 8), 8, 18)),
        ({"kind": "histogram", "edges": ["06:00", "12:00", "14:00"], "weights": [1, 3]}, lambda x: min(x - 6, 6) / 24 + max(0, x - 12) * 3 / 8),
    ],
    ids=["uniform", "normal, cut by midnight", "exponential", "exponential, reversed", "lognormal", "histogram"],
)  # fmt: skip
def test_hours(dist: Any, share_below: Below) -> None:
    drawn = values({"type": "string", "format": "time", "x-dist": dist})
    hours = [int(text[:2]) + int(text[3:5]) / 60 + int(text[6:8]) / 3600 for text in drawn]
    assert distance(hours, share_below, 1 / 3600) < LIMIT


def test_hours_by_rank_and_by_name() -> None:
    ranked = {"kind": "zipf", "minimum": "08:00:00", "maximum": "08:01:00"}
    drawn = values({"type": "string", "format": "time", "x-dist": ranked})
    assert fits(Counter(int(text[3:5]) * 60 + int(text[6:8]) for text in drawn), {k: 1 / (k + 1) for k in range(61)})
    named = {"kind": "categorical", "weights": {"08:00:00Z": 3, "23:59:59Z": 1}}
    counts = Counter(values({"type": "string", "format": "time", "x-dist": named}))
    assert fits(counts, named["weights"])  # type: ignore[arg-type]


def test_histograms_of_numbers() -> None:
    dist = {"kind": "histogram", "edges": [0, 1, 10, 100], "weights": [6, 3, 1]}
    drawn = values({"type": "number", "x-dist": dist})
    assert (
        distance(drawn, lambda x: min(x, 1) * 0.6 + max(0, min(x, 10) - 1) / 9 * 0.3 + max(0, x - 10) / 90 * 0.1, 0.01)
        < LIMIT
    )
    named = {"kind": "categorical", "values": [0.5, 2, 7.25], "weights": [1, 1, 3]}
    assert fits(Counter(values({"type": "number", "x-dist": named})), {0.5: 1, 2: 1, 7.25: 3})


# ---------------------------------------------------------------- listed values, null, presence


@pytest.mark.parametrize(
    ("schema", "weights"),
    [
        ({"enum": ["A", "B", "C"], "x-weights": [1, 2, 7]}, {"A": 1, "B": 2, "C": 7}),
        ({"enum": ["A", "B", "C"], "x-weights": {"C": 7, "A": 1, "B": 2}}, {"A": 1, "B": 2, "C": 7}),
        ({"enum": [1, 2.5, True, "x"], "x-weights": {"1": 1, "2.5": 2, "true": 3, "x": 4}}, {1: 4, 2.5: 2, "x": 4}),
        ({"enum": list(range(100)), "x-weights": list(range(100))}, {k: k for k in range(1, 100)}),
        ({"enum": ["A", "B", "C"], "x-dist": {"kind": "zipf", "exponent": 2}}, {"A": 1, "B": 1 / 4, "C": 1 / 9}),
        ({"type": "boolean", "x-weights": {"true": 1, "false": 19}}, {True: 1, False: 19}),
        ({"enum": ["A", "B", None], "x-weights": [1, 2, 1]}, {"A": 1, "B": 2, None: 1}),
        ({"enum": ["A", "B", None], "x-weights": [1, 3, 5], "x-null-rate": 0.2}, {"A": 0.2, "B": 0.6, None: 0.2}),
        ({"enum": ["A", "B", None], "x-null-rate": 0.2}, {"A": 0.4, "B": 0.4, None: 0.2}),
        ({"enum": ["A", "B", None], "x-null-rate": 0}, {"A": 1, "B": 1}),
        ({"type": "string", "x-dist": {"kind": "categorical", "weights": {"x": 1, "y": 3}}}, {"x": 1, "y": 3}),
    ],
    ids=str,
)
def test_listed_values(schema: Any, weights: Any) -> None:
    assert fits(Counter(values(schema)), weights)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": ["integer", "null"]},
        {"type": ["string", "number", "null"]},
        {"type": ["string", "null"], "examples": ["a", "b"]},
        {"type": ["string", "null"], "default": "a"},
        {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        {
            "oneOf": [
                {"type": "string", "format": "date", "x-dist": {"kind": "normal", "mean": 0, "sd": 9}},
                {"type": "null"},
            ]
        },
        {"type": ["number", "null"], "x-dist": {"kind": "normal", "mean": 0, "sd": 9}},
        {"type": ["boolean", "null"]},
    ],
    ids=str,
)
@pytest.mark.parametrize("rate", [0, 0.05, 0.7, 1])
def test_null_rate(schema: Any, rate: float) -> None:
    nulls = Counter(value is None for value in values({**schema, "x-null-rate": rate}, count=20_000))
    assert nulls == {rate == 1: 20_000} if rate in {0, 1} else fits(nulls, {True: rate, False: 1 - rate})


def test_examples_keep_their_share_beside_null() -> None:
    drawn = values({"type": ["string", "null"], "examples": ["a", "b"], "x-null-rate": 0.2})
    kinds = Counter("example" if x in {"a", "b"} else "null" if x is None else "other" for x in drawn)
    assert fits(kinds, {"example": 0.4, "null": 0.2, "other": 0.4})


@pytest.mark.parametrize("rate", [0, 0.03, 0.5, 1])
@pytest.mark.parametrize("by_object", [True, False])
def test_presence(rate: float, by_object: bool) -> None:
    inner = {"type": "integer"} | ({} if by_object else {"x-presence": rate})
    schema = {"type": "object", "properties": {"x": inner}} | ({"x-presence": {"x": rate}} if by_object else {})
    there = Counter("x" in each for each in sm.generate(schema, seed=3, count=20_000))
    assert there == {rate == 1: 20_000} if rate in {0, 1} else fits(there, {True: rate, False: 1 - rate})
