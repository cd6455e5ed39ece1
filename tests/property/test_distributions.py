"""Whatever distribution is asked for: valid records that need no other record, or a refusal with a pointer and a hint."""

import json
from typing import Any

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

import pytest_specmint as sm
from pytest_specmint.engine.settings import AS_OF
from pytest_specmint.errors import SamplingError, SchemaError, SpecmintError
from pytest_specmint.job import Job
from pytest_specmint.schema.load import load_schema
from pytest_specmint.schema.sets.values import exact

NUMBERS = st.one_of(
    st.integers(-1000, 1000),
    st.floats(-1000, 1000, allow_nan=False).map(lambda x: round(x, 3)),
    st.sampled_from([0, 1e-9, 1e9, 2**31 - 1, 2**53, 2**63, -(2**63), 10**30, 1e300, -1e300, 5e-324]),
)
SPREADS = st.one_of(st.floats(1e-6, 1e6), st.sampled_from([1, 5, 0.5, 1e-300, 1e300]))
SHAPES = st.one_of(
    st.just({"kind": "uniform"}),
    st.fixed_dictionaries({"kind": st.just("normal"), "mean": NUMBERS, "sd": SPREADS}),
    st.fixed_dictionaries({"kind": st.just("lognormal"), "median": NUMBERS, "sigma": st.floats(1e-3, 20)}),
    st.fixed_dictionaries({"kind": st.just("lognormal"), "mean": NUMBERS, "sd": SPREADS}, optional={"start": NUMBERS}),
    st.just({"kind": "lognormal"}),
    st.fixed_dictionaries(
        {"kind": st.just("exponential"), "scale": SPREADS}, optional={"reverse": st.booleans(), "start": NUMBERS}
    ),
    st.fixed_dictionaries({"kind": st.just("exponential"), "mean": NUMBERS}),
    st.fixed_dictionaries(
        {"kind": st.just("zipf")}, optional={"exponent": st.floats(1e-3, 20), "reverse": st.booleans()}
    ),
    st.lists(NUMBERS, min_size=2, max_size=6, unique=True).map(
        lambda edges: {"kind": "histogram", "edges": sorted(edges), "weights": [1] * (len(edges) - 1)}
    ),
)
ENDS = st.fixed_dictionaries({}, optional={"minimum": NUMBERS, "maximum": NUMBERS})
FIELDS = st.fixed_dictionaries(
    {"type": st.sampled_from(["number", "integer"])},
    optional={
        "minimum": NUMBERS,
        "maximum": NUMBERS,
        # beyond 2**53 the points next to a bound are the bound itself, as floats are written
        "exclusiveMinimum": NUMBERS.filter(lambda x: abs(x) < 2**50),
        "multipleOf": st.sampled_from([1, 5, 0.01, 0.25, 0.1, 1000]),
    },
)


LAW = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def _of(schema: Any, seed: int, start: int, count: int) -> bytes:
    return Job(load_schema(schema), seed, count, start, AS_OF).plan().lines(seed, start, count)


def _made(schema: Any, seed: int, count: int) -> list[Any] | SpecmintError:
    """The records, each checked by the validator, or why there are none."""
    try:
        return list(sm.generate(schema, seed=seed, count=count))
    except (SchemaError, SamplingError) as error:
        return error


def _helps(error: SpecmintError, place: str) -> bool:
    return bool(error.pointer and error.pointer.startswith(place) and error.hint)


@LAW
@given(FIELDS, SHAPES, ENDS, st.integers(0, 2**64 - 1))
@example({"type": "integer", "minimum": 0, "maximum": 0}, {"kind": "normal", "mean": 5, "sd": 1}, {}, 0)
@example({"type": "number"}, {"kind": "normal", "mean": 1e300, "sd": 1e300}, {}, 0)
@example({"type": "number", "minimum": 1e300, "maximum": 1e300}, {"kind": "uniform"}, {}, 0)
@example({"type": "number"}, {"kind": "normal", "mean": 0, "sd": 1e-300}, {}, 0)
@example({"type": "integer", "minimum": 2**63}, {"kind": "zipf", "exponent": 20.0}, {}, 0)
def test_numbers(field: Any, shape: Any, ends: Any, seed: int) -> None:
    bare = {"type": "array", "items": field, "minItems": 20, "maxItems": 20}
    assume(not isinstance(_made(bare, 0, 1), SpecmintError))
    schema = {**bare, "items": {**field, "x-dist": {**shape, **ends}}}
    records = _made(schema, seed, 5)
    if isinstance(records, SpecmintError):
        assert _helps(records, "#/items")
        return
    for number in (exact(number) for record in records for number in record):
        for bounds in (field, ends):
            assert "minimum" not in bounds or number >= exact(bounds["minimum"])
            assert "maximum" not in bounds or number <= exact(bounds["maximum"])
        assert "exclusiveMinimum" not in field or number > exact(field["exclusiveMinimum"])
        assert "multipleOf" not in field or number % exact(field["multipleOf"]) == 0
        assert field["type"] == "number" or number.denominator == 1
    lines = _of(schema, seed, 0, 5)
    assert lines.splitlines(keepends=True)[3] == _of(schema, seed, 3, 1)


WORTHLESS = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=5) | st.sampled_from(["normal", "zipf", "2024-01-01", "-1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        "kind",
        "mean",
        "sd",
        "median",
        "sigma",
        "start",
        "reverse",
        "scale",
        "exponent",
        "weights",
        "values",
        "edges",
        "minimum",
        "maximum",
        "mu",
    ]
)
KINDS = st.sampled_from(["uniform", "normal", "lognormal", "exponential", "zipf", "categorical", "histogram", "norml"])
GARBAGE = WORTHLESS | st.builds(
    lambda kind, rest: {**rest, "kind": kind}, KINDS, st.dictionaries(NAMES, WORTHLESS, max_size=4)
)
PLACES = st.sampled_from(
    [
        {"type": "number"},
        {"type": "integer", "minimum": 1, "maximum": 5},
        {"type": "string"},
        {"type": "string", "format": "date"},
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "time"},
        {"type": "boolean"},
        {"type": ["string", "null"]},
        {"enum": ["A", 1, None]},
        {"const": 5},
        {"type": "array", "items": {"type": "integer"}},
        {"type": "object"},
        {"anyOf": [{"type": "number"}, {"type": "null"}]},
        {},
    ]
)


@LAW
@given(PLACES, st.sampled_from(["x-dist", "x-weights", "x-null-rate", "x-presence"]), GARBAGE)
@example({"type": "string", "format": "date"}, "x-dist", {"kind": "normal", "mean": 1e300, "sd": 1})
@example({"type": "string", "format": "date-time"}, "x-dist", {"kind": "uniform", "minimum": "2024-01-01T25:00:00Z"})
@example({"type": "number"}, "x-dist", {"kind": "normal", "mean": 10**4000, "sd": 1})
def test_what_makes_no_sense_is_refused(place: Any, keyword: str, value: Any) -> None:
    schema = {"type": "object", "properties": {"f": {**place, keyword: value}}, "required": ["f"]}
    assume(json.loads(json.dumps(schema)) == schema)
    records = _made(schema, 1, 3)
    assert _helps(records, "#/properties/f") if isinstance(records, SpecmintError) else len(records) == 3
