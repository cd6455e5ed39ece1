"""What a schema says of how often: where it may stand, what it means beside other keywords, and what is refused."""

import json
import os
import pickle
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from hashlib import sha256
from math import log, sqrt
from statistics import median
from time import process_time
from typing import Any

import pytest
from goodness import LIMIT, cut, distance, fits, lognormal, normal

import pytest_specmint as sm
from pytest_specmint.engine.distribution import money
from pytest_specmint.engine.distribution.money import is_money, money_shape
from pytest_specmint.engine.distribution.read import KINDS
from pytest_specmint.engine.outline import Row, outline
from pytest_specmint.engine.settings import AS_OF
from pytest_specmint.errors import SchemaError
from pytest_specmint.job import Job
from pytest_specmint.schema.load import load_schema
from pytest_specmint.schema.notices import notices

NORMAL = {"kind": "normal", "mean": 50, "sd": 10}
EVERYTHING = {
    "type": "object",
    "properties": {
        "amount": {"type": "number", "multipleOf": 0.01, "minimum": 0.01, "maximum": 1e6, "x-dist": "lognormal"},
        "age": {"type": "integer", "minimum": 0, "maximum": 120, "x-dist": {"kind": "normal", "mean": 45, "sd": 18}},
        "rank": {"type": "integer", "minimum": 1, "maximum": 10**6, "x-dist": {"kind": "zipf", "exponent": 1.2}},
        "wait": {"type": "number", "minimum": 0, "x-dist": {"kind": "exponential", "mean": 12.5}},
        "band": {"type": "integer", "x-dist": {"kind": "histogram", "edges": [0, 10, 100, 5000], "weights": [5, 3, 1]}},
        "status": {"enum": ["A", "B", "C"], "x-weights": {"A": 0.9, "B": 0.08, "C": 0.02}},
        "note": {"type": ["string", "null"], "x-null-rate": 0.3, "x-presence": 0.5},
        "day": {"type": "string", "format": "date", "x-dist": {"kind": "normal", "mean": "2024-06-01", "sd": 20}},
        "at": {"type": "string", "format": "date-time", "x-dist": {"kind": "exponential", "scale": 9, "reverse": True}},
        "huge": {"type": "integer", "minimum": 0, "maximum": 10**30, "x-dist": {"kind": "exponential", "scale": 1e28}},
    },
    "required": ["amount", "age", "rank", "wait", "band", "status", "day", "at", "huge"],
}


def plan_of(schema: Any) -> Any:
    return Job(load_schema(schema), 0, 1, 0, AS_OF).plan()


def field(schema: Any) -> Any:
    return {"type": "object", "properties": {"x": schema}, "required": ["x"]}


def values(schema: Any, count: int = 20_000, seed: int = 1) -> list[Any]:
    return [each["x"] for each in sm.generate(field(schema), seed=seed, count=count)]


def refusal(schema: Any) -> SchemaError:
    with pytest.raises(SchemaError) as caught:
        sm.generate(schema, seed=1, count=1)
    return caught.value


# ---------------------------------------------------------------- the same everywhere

DIGEST = "fc372efcb9b64e5b"


def test_the_bytes_are_fixed() -> None:
    assert sha256(sm.generate(EVERYTHING, seed=2024, count=2000).jsonl).hexdigest()[:16] == DIGEST


@pytest.mark.parametrize("disabled", ["", "AVX2 FMA3", "AVX512F AVX512CD AVX512_SKX AVX2 FMA3"])
def test_the_bytes_do_not_depend_on_what_the_processor_can_do(disabled: str) -> None:
    code = (
        "import json, sys, hashlib, pytest_specmint as sm\n"
        "lines = sm.generate(json.load(sys.stdin), seed=2024, count=2000).jsonl\n"
        "print(hashlib.sha256(lines).hexdigest()[:16])"
    )
    # numpy warns of what this processor lacks anyway
    command = [sys.executable, "-W", "ignore", "-c", code]
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": disabled, "SPECMINT_PLAN_CACHE": "off"}
    done = subprocess.run(
        command, input=json.dumps(EVERYTHING), env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == DIGEST, done.stderr


def test_records_need_no_others() -> None:
    whole = sm.generate(EVERYTHING, seed=7, count=50)
    assert sm.generate(EVERYTHING, seed=7, count=20).jsonl + sm.generate(
        EVERYTHING, seed=7, count=30, start=20
    ).jsonl == (whole.jsonl)
    assert list(sm.generate(EVERYTHING, seed=7, count=1, start=33)) == [whole[33]]


def test_plans_are_pickled() -> None:
    plan = plan_of(EVERYTHING)
    assert pickle.loads(pickle.dumps(plan)).lines(3, 0, 100) == plan.lines(3, 0, 100)


def test_a_distribution_moves_no_other_field() -> None:
    plain = {"type": "object", "properties": {n: {"type": "integer"} for n in "ab"}, "required": ["a", "b"]}
    shaped = {**plain, "properties": {"a": {"type": "integer", "x-dist": NORMAL}, "b": {"type": "integer"}}}
    before, after = (list(sm.generate(schema, seed=1, count=50)) for schema in (plain, shaped))
    assert [each["b"] for each in before] == [each["b"] for each in after]
    assert [each["a"] for each in before] != [each["a"] for each in after]


# ---------------------------------------------------------------- where it may stand


@pytest.mark.parametrize(
    "schema",
    [
        {
            "$ref": "#/$defs/score",
            "$defs": {"score": {"type": "number", "minimum": 0, "maximum": 100, "x-dist": NORMAL}},
        },
        {"allOf": [{"type": "number", "minimum": 0}, {"maximum": 100}], "x-dist": NORMAL},
        {"allOf": [{"type": "number", "minimum": 0, "maximum": 100, "x-dist": NORMAL}]},
        {"type": ["number", "string"], "minimum": 0, "maximum": 100, "x-dist": NORMAL},
        {"anyOf": [{"type": "number", "minimum": 0, "maximum": 100, "x-dist": NORMAL}, {"type": "null"}]},
        {"oneOf": [{"type": "string"}, {"type": "number", "minimum": 0, "maximum": 100, "x-dist": NORMAL}]},
    ],
    ids=str,
)
def test_wherever_it_stands(schema: Any) -> None:
    definitions = schema.pop("$defs", {})
    whole = {**field(schema), "$defs": definitions}
    numbers = [x for each in sm.generate(whole, seed=1, count=20_000) if isinstance(x := each["x"], int | float)]
    schema["$defs"] = definitions
    assert len(numbers) > 5000
    assert distance(numbers, normal(50, 10), 0.01) < LIMIT


def test_a_branch_has_its_own() -> None:
    low = {"type": "number", "minimum": 0, "maximum": 100, "x-dist": NORMAL}
    high = {"type": "number", "minimum": 200, "maximum": 300}
    drawn = values({"oneOf": [low, high]})
    assert distance([x for x in drawn if x < 150], normal(50, 10), 0.01) < LIMIT
    assert distance([x for x in drawn if x > 150], cut(lambda x: x, 200, 300), 0.01) < LIMIT


def test_the_nearest_one_counts() -> None:
    far = {"type": "number", "x-dist": {"kind": "normal", "mean": -1000, "sd": 1}}
    assert median(values({"allOf": [far], "x-dist": NORMAL}, 1000)) == pytest.approx(50, abs=2)


def test_items_and_entries() -> None:
    schema = {"type": "array", "items": {"type": "integer", "x-dist": NORMAL}, "minItems": 9, "maxItems": 9}
    drawn = [x for each in sm.generate(schema, seed=1, count=2000) for x in each]
    assert distance(drawn, normal(50, 10), 1) < LIMIT
    entries = {"type": "object", "additionalProperties": {"type": "integer", "x-dist": NORMAL}, "minProperties": 2}
    drawn = [x for each in sm.generate(entries, seed=1, count=2000) for x in each.values()]
    assert distance(drawn, normal(50, 10), 1) < LIMIT


def test_examples_do_not_disturb_a_distribution() -> None:
    assert (
        distance(values({"type": "number", "examples": [1, 2], "default": 3, "x-dist": NORMAL}), normal(50, 10)) < LIMIT
    )


def test_what_narrows_a_field_cuts_its_distribution() -> None:
    field_ = {"type": "number", "minimum": 0, "maximum": 100, "x-dist": NORMAL}
    drawn = values({"allOf": [field_, {"minimum": 55}]})
    assert distance(drawn, cut(normal(50, 10), 55, 100), 0.01) < LIMIT


@pytest.mark.parametrize(
    "narrowed",
    [
        (
            {"type": "number", "minimum": 0, "maximum": 1e9, "x-dist": {"kind": "normal", "mean": 5, "sd": 0.1}},
            {"minimum": 1e8},
        ),
        ({"type": "number", "x-dist": NORMAL}, {"const": -7000}),
        ({"enum": ["A", "B", "C"], "x-weights": [1, 0, 0]}, {"const": "B"}),
        ({"type": ["string", "null"], "x-null-rate": 0.9}, {"type": "string"}),
        ({"type": ["string", "null"], "x-null-rate": 0}, {"type": "null"}),
        ({"type": "string", "format": "date", "x-dist": {"kind": "uniform"}}, {"const": "1900-01-01"}),
    ],
    ids=str,
)
def test_what_leaves_nothing_of_a_distribution_elsewhere_is_no_error(narrowed: Any) -> None:
    given, more = narrowed
    whole = {"allOf": [field(given), {"properties": {"x": more}}]}
    assert len(list(sm.generate(whole, seed=1, count=20))) == 20


def test_conditions_are_kept() -> None:
    schema = {
        "type": "object",
        "properties": {
            "amount": {"type": "number", "minimum": 1, "maximum": 1e6, "x-dist": "lognormal"},
            "approved": {"type": "boolean"},
        },
        "required": ["amount"],
        "if": {"properties": {"amount": {"minimum": 10_000}}},
        "then": {"required": ["approved"]},
    }
    records = list(sm.generate(schema, seed=1, count=5000))
    assert all("approved" in each for each in records if each["amount"] >= 10_000)
    assert distance([r["amount"] for r in records if r["amount"] < 10_000], cut(_amounts, 1, 10_000), 0.01) < LIMIT


def _amounts(x: float) -> float:
    return lognormal(1000, 13.815510557964274 / 8)(x)


@pytest.mark.parametrize(
    ("dist", "below"),
    [
        ({"kind": "exponential", "mean": 20}, lambda k: 1 - (20 / 21) ** k),
        ({"kind": "zipf"}, lambda k: sum(1 / rank for rank in range(1, k + 1))),
        ({"kind": "lognormal"}, lambda k: lognormal(200**0.5, log(200) / 8)(k - 0.5)),
    ],
    ids=["exponential", "zipf", "lognormal"],
)
def test_conditions_move_no_start(dist: Any, below: Any) -> None:
    """A part of the field keeps the shape that the whole has there."""
    whole = {"type": "integer", "minimum": 0, "maximum": 200, "x-dist": dist}
    drawn = values({"allOf": [whole, {"minimum": 30, "maximum": 90}]})
    assert fits(Counter(drawn), {k: below(k + 1) - below(k) for k in range(30, 91)})


def test_rules_split_a_distribution_as_often_as_by_nature() -> None:
    schema = {
        "type": "object",
        "properties": {
            "amount": {"type": "number", "minimum": 0.01, "maximum": 1e6, "x-dist": "lognormal"},
            "approved": {"type": "boolean"},
        },
        "required": ["amount", "approved"],
        "x-rules": [{"id": "approval", "when": "amount > 10000", "then": "approved"}],
    }
    records = list(sm.generate(schema, seed=1, count=20_000))
    assert all(each["approved"] for each in records if each["amount"] > 10_000)
    assert distance([each["amount"] for each in records], lognormal(100, log(1e8) / 8), 0.01) < LIMIT


def test_long_lists_are_read_once() -> None:
    """Twenty thousand values, looked up one in another, would take minutes; they take less than a second."""
    count = 20_000
    schema = {"enum": list(range(count)), "x-weights": [0] * (count - 2) + [1, 3]}
    started = process_time()
    assert fits(Counter(values(schema)), {count - 2: 1, count - 1: 3})
    assert process_time() - started < 20


def test_unique_items_by_weight() -> None:
    schema = {"type": "array", "items": {"enum": [1, 2, 3], "x-weights": [8, 1, 1]}, "uniqueItems": True, "minItems": 3}
    assert all(sorted(each) == [1, 2, 3] for each in sm.generate(schema, seed=1, count=200))


@pytest.mark.parametrize("share", [0.2, 1])
def test_presence_of_what_leads_back(share: float) -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#", "x-presence": share}, "n": {"type": "integer"}}}
    schema = {**node, "$schema": "https://json-schema.org/draft/2020-12/schema"}
    there = Counter("next" in each for each in sm.generate(schema, seed=1, count=5000))
    assert there == {True: 5000} if share == 1 else fits(there, {True: share, False: 1 - share})


def test_a_branch_may_require_what_is_rare_elsewhere() -> None:
    schema = {
        "type": "object",
        "properties": {"kind": {"enum": ["A", "B"]}, "x": {"type": "integer", "x-presence": 0.1}},
        "required": ["kind"],
        "if": {"properties": {"kind": {"const": "A"}}},
        "then": {"required": ["x"]},
    }
    records = list(sm.generate(schema, seed=1, count=5000))
    assert all("x" in each for each in records if each["kind"] == "A")
    assert fits(Counter("x" in each for each in records if each["kind"] == "B"), {True: 0.1, False: 0.9})


def test_presence_of_the_object_goes_before_that_of_the_property() -> None:
    schema = {"type": "object", "properties": {"x": {"type": "integer", "x-presence": 0}}, "x-presence": {"x": 1}}
    assert all("x" in each for each in sm.generate(schema, seed=1, count=50))


@pytest.mark.parametrize("mode", ["edge", "invalid"])
def test_boundary_values_and_near_misses(mode: str) -> None:
    if mode == "edge":
        from pytest_specmint.engine.edges import edge_targets, forced

        plan = plan_of(EVERYTHING)
        targets = edge_targets(plan)
        amounts = {forced(plan, 1, i, target)["amount"] for i, target in enumerate(targets)}  # type: ignore[call-overload,index]
        assert {0.01, 1_000_000.0} <= amounts
    else:
        assert len(sm.near_misses(EVERYTHING, seed=1, count=3)) == 3


# ---------------------------------------------------------------- what is refused

REFUSED: list[tuple[Any, str, str, str]] = [
    ({"type": "number", "x-dist": 7}, "names no kind", "x-dist", "kinds are uniform"),
    ({"type": "number", "x-dist": {"mean": 7}}, "names no kind", "x-dist", "kinds are uniform"),
    ({"type": "number", "x-dist": "norml"}, "unknown kind 'norml'", "x-dist", "did you mean normal?"),
    ({"type": "number", "x-dist": {**NORMAL, "mena": 3}}, "no parameter 'mena'", "x-dist", "did you mean mean?"),
    ({"type": "number", "x-dist": {"kind": "normal", "mean": 3}}, "needs sd", "x-dist", "add sd"),
    (
        {"type": "number", "x-dist": {"kind": "lognormal", "mean": 3, "median": 2, "sd": 1}},
        "needs median or mean, not both",
        "x-dist",
        "drop mean",
    ),
    ({"type": "number", "x-dist": {**NORMAL, "sd": 0}}, "not greater than 0", "x-dist/sd", "number greater than 0"),
    ({"type": "number", "x-dist": {**NORMAL, "mean": "x"}}, "no point of a number field", "x-dist/mean", "a number"),
    ({"type": "number", "x-dist": {**NORMAL, "mean": True}}, "no point of a number field", "x-dist/mean", "a number"),
    ({"type": "number", "x-dist": {**NORMAL, "mean": 10**400}}, "no point of a number", "x-dist/mean", "a number"),
    (
        {"type": "number", "maximum": 5, "x-dist": {**NORMAL, "mean": 500}},
        "hardly any of this normal distribution",
        "x-dist/mean",
        "widen the bounds",
    ),
    (
        {"type": "number", "maximum": 5, "x-dist": {"kind": "uniform", "minimum": 6}},
        "hardly any of this uniform distribution",
        "x-dist",
        "widen the bounds",
    ),
    (
        {"type": "number", "x-dist": {"kind": "uniform", "minimum": 6, "maximum": 5}},
        "minimum exceeds maximum",
        "x-dist/minimum",
        "exchange",
    ),
    (
        {"type": "number", "x-dist": {"kind": "lognormal", "median": -4, "sigma": 1}},
        "median is not beyond the start",
        "x-dist/median",
        "set a start below",
    ),
    (
        {"type": "number", "maximum": 9, "x-dist": {"kind": "exponential", "mean": 12, "reverse": True}},
        "mean is not beyond the start",
        "x-dist/mean",
        "set a start above",
    ),
    ({"type": "number", "x-dist": {"kind": "zipf", "exponent": 21}}, "more than 20", "x-dist/exponent", "1 is usual"),
    ({"type": "number", "x-dist": {"kind": "zipf", "reverse": 1}}, "true or false", "x-dist/reverse", "true"),
    (
        {"type": "number", "x-dist": {"kind": "histogram", "edges": [1, 1], "weights": [1]}},
        "do not rise",
        "x-dist/edges",
        "sort",
    ),
    (
        {"type": "number", "x-dist": {"kind": "histogram", "edges": [1, 2], "weights": [1, 2]}},
        "2 edges, but 2 weights",
        "x-dist/edges",
        "3 edges",
    ),
    (
        {"type": "number", "x-dist": {"kind": "histogram", "edges": [1], "weights": [1]}},
        "at least two points",
        "x-dist/edges",
        "[0, 10, 100]",
    ),
    (
        {"type": "number", "x-dist": {"kind": "histogram", "edges": [1, 2], "weights": {"1": 1}}},
        "list of numbers",
        "x-dist/weights",
        "[3, 1]",
    ),
    (
        {"type": "string", "format": "date", "x-dist": {**NORMAL, "mean": "2024-13-01"}},
        "no point of a date field",
        "x-dist/mean",
        "2024-06-30",
    ),
    (
        {"type": "string", "format": "date", "x-dist": {"kind": "uniform", "minimum": 10**9}},
        "no date lies between",
        "x-dist",
        "set minimum and maximum",
    ),
    (
        {"type": "string", "format": "date", "x-dist": {"kind": "uniform", "minimum": "0001-01-01"}},
        "more than 1000 years",
        "x-dist",
        "narrow",
    ),
    (
        {"type": "string", "format": "date", "x-dist": {"kind": "normal", "mean": 10**8, "sd": 5}},
        "years 1 to 9999",
        "x-dist",
        "narrow",
    ),
    ({"type": "boolean", "x-dist": NORMAL}, "fits none of the values", "x-dist", "categorical"),
    ({"type": "string", "x-dist": NORMAL}, "fits none of the values", "x-dist", "dates"),
    (
        {"type": "string", "format": "date", "pattern": "^2024", "x-dist": {**NORMAL, "mean": 0}},
        "fits none",
        "x-dist",
        "dates",
    ),
    ({"enum": ["A", "B"], "x-dist": NORMAL}, "fits none of the values", "x-dist", "zipf"),
    (
        {"enum": ["A", "B"], "x-weights": [1]},
        "the enum has 2 values, but there are 1 weights",
        "x-weights",
        "same order",
    ),
    ({"enum": ["A", "B"], "x-weights": [1, -1]}, "a weight is negative", "x-weights/1", "0 for what never comes"),
    ({"enum": ["A", "B"], "x-weights": {"A": 1, "B": -1}}, "a weight is negative", "x-weights/B", "0"),
    ({"enum": ["A", "B"], "x-weights": [0, 0]}, "sum to 0", "x-weights", "above 0"),
    ({"enum": ["A", "B"], "x-weights": []}, "sum to 0", "x-weights", "above 0"),
    ({"enum": ["A", "B"], "x-weights": "A"}, "must be a list of numbers or a mapping", "x-weights", "[3, 1]"),
    ({"enum": ["APPROVED"], "x-weights": {"APROVED": 1}}, "'APROVED'", "x-weights/APROVED", "did you mean APPROVED?"),
    ({"enum": ["A", "B"], "x-weights": {"A": 1}}, "no weight for the value 'B'", "x-weights", "0 for what never"),
    ({"type": "integer", "x-weights": {"a": 1}}, "does not allow the value 'a'", "x-weights/a", "valid"),
    ({"type": "integer", "x-weights": [1, 2]}, "needs an enum beside it", "x-weights", "name the values"),
    (
        {"type": "integer", "x-dist": {"kind": "categorical", "values": [1, "a"], "weights": [1, 1]}},
        "does not allow the value 'a'",
        "x-dist/values/1",
        "valid",
    ),
    (
        {"type": "integer", "x-dist": {"kind": "categorical", "values": [1], "weights": [1, 1]}},
        "1 values, but 2 weights",
        "x-dist/values",
        "one weight",
    ),
    (
        {"type": "integer", "x-dist": {"kind": "categorical", "values": [1], "weights": {"1": 1}}},
        "weights already name the values",
        "x-dist/values",
        "drop values",
    ),
    (
        {"type": "integer", "x-dist": {"kind": "categorical", "values": [], "weights": [1]}},
        "not empty",
        "x-dist/values",
        '["A", "B"]',
    ),
    ({"type": "number", "x-dist": NORMAL, "x-weights": [1]}, "stand side by side", "x-dist", "drop one"),
    ({"type": "string", "x-null-rate": 0.1}, "where null is not allowed", "x-null-rate", '["string", "null"]'),
    ({"type": ["string", "null"], "x-null-rate": 1.5}, "1.5 is not a share", "x-null-rate", "0.05 is 5 %"),
    ({"type": ["string", "null"], "x-null-rate": "a"}, "'a' is not a share", "x-null-rate", "share"),
    ({"type": "string", "x-presence": 0.5}, "x-presence 0.5 for 'x', which is required", "x-presence", "only 1"),
    ({"type": "string", "x-presence": -1}, "-1 is not a share", "x-presence", "share"),
]


@pytest.mark.parametrize(("schema", "message", "at", "hint"), REFUSED, ids=[json.dumps(row[0])[:70] for row in REFUSED])
def test_refusals(schema: Any, message: str, at: str, hint: str) -> None:
    error = refusal(field(schema))
    assert message in error.message
    assert error.pointer == f"#/properties/x/{at}"
    assert hint in (error.hint or "")


def test_refusals_of_objects() -> None:
    error = refusal({"type": "object", "properties": {"name": True}, "x-presence": {"nme": 1}})
    assert (error.message, error.pointer) == ("x-presence: there is no property 'nme'", "#/x-presence/nme")
    assert error.hint == "did you mean name?"
    error = refusal({"type": "object", "properties": {"name": True}, "required": ["name"], "x-presence": {"name": 0.9}})
    assert error.pointer == "#/x-presence/name"
    assert "required" in (error.hint or "")


def test_a_required_property_may_be_said_to_be_there() -> None:
    assert values({"type": "integer", "x-presence": 1}, 3)


# ---------------------------------------------------------------- what inspect shows


def rows(schema: Any) -> dict[str, Row]:
    return {row.path: row for row in outline(plan_of(schema)).rows}


def lines(row: Row) -> list[str]:
    return [line for fact in row.facts for line in fact.lines]


def test_inspect_shows_distributions() -> None:
    shown = rows(EVERYTHING)
    assert "drawn by: lognormal" in lines(shown["$.amount"])
    assert "drawn by: normal: mean 45, sd 18" in lines(shown["$.age"])
    assert "drawn by: zipf: exponent 1.2" in lines(shown["$.rank"])
    assert "drawn by: histogram: edges [0, 10, 100, 5000], weights [5, 3, 1]" in lines(shown["$.band"])
    assert 'shares: 90 % "A", 8 % "B", 2 % "C"' in lines(shown["$.status"])
    assert "drawn by: exponential: scale 1e+28" in lines(shown["$.huge"])
    assert "drawn by: exponential: scale 9, reversed" in lines(shown["$.at"])
    assert "from 2024-02-02 to 2024-09-29" in lines(shown["$.day"])
    assert lines(shown["$.wait"])[:2] == ["no maximum: 250 by default", "no multipleOf: the step is a default"]
    assert "optional: in 50 % of objects" in lines(shown["$.note"])
    facts = {fact.key: fact.value for fact in shown["$.age"].facts}
    assert facts["distribution"] == {"kind": "normal", "mean": 45, "sd": 18}
    assert [row.label for path, row in shown.items() if path.startswith("$.note(")] == ["(1) 70 %", "(2) 30 %"]


def test_what_is_understood_is_not_said_to_be_ignored() -> None:
    assert not notices(load_schema(EVERYTHING))


# ---------------------------------------------------------------- money


def test_the_shape_of_money() -> None:
    shape = money_shape(Fraction(1, 100), Fraction(1_000_000))
    assert shape is not None
    assert shape.median == 100
    assert shape.sigma == pytest.approx(18.420680743952367 / 8, rel=1e-14)
    free = money_shape(Fraction(0), Fraction(1_000_000))
    assert free is not None
    assert float(free.median) == pytest.approx(1_000_000 / sqrt(1000))
    assert money_shape(Fraction(5), Fraction(5)) is None
    assert money_shape(Fraction(-5), Fraction(0)) is None
    whole = money_shape(Fraction(10), Fraction(50_000), Fraction(1))
    assert whole is not None
    assert float(whole.median) == pytest.approx(707.1, abs=0.1)


@pytest.mark.parametrize(
    ("name", "semantic", "expected"),
    [
        ("amount", "", True),
        ("transactionAmount", "", True),
        ("total_charge", "", True),
        ("price", "", True),
        ("quantity", "", False),
        ("total_count", "", False),
        ("amount_of_items", "", False),
        ("x", "money", True),
        ("amount", "temperature", False),
    ],
)
def test_fields_that_are_money(name: str, semantic: str, expected: bool) -> None:
    assert is_money(name, semantic) is expected


def test_money_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert money.BY_DEFAULT
    monkeypatch.setattr(money, "BY_DEFAULT", False)
    schema = {"type": "number", "minimum": 0.01, "maximum": 999_999, "multipleOf": 0.01}
    amounts = [
        each["amount"]
        for each in sm.generate(
            {**field(schema), "properties": {"amount": schema}, "required": ["amount"]}, seed=1, count=2000
        )
    ]
    assert distance(amounts, cut(lambda x: x, 0, 999_999)) < LIMIT


def test_money_can_be_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(money, "BY_DEFAULT", True)
    number = {"type": "number", "minimum": 0.01, "maximum": 1e6, "not": {"const": 5}}
    rest = {
        "amount": number,
        "score": number,
        "price": {"const": 5},
        "fee": {"type": "integer", "minimum": 0, "maximum": 3},
    }
    schema = {"type": "object", "properties": rest, "required": list(rest)}
    records = list(sm.generate(schema, seed=11, count=20_000))
    assert distance([each["amount"] for each in records], lognormal(100, 18.420680743952367 / 8), 0.01) < LIMIT
    assert distance([each["score"] for each in records], cut(lambda x: x, 0, 1e6)) < LIMIT
    assert {each["price"] for each in records} == {5}
    assert {each["fee"] for each in records} == {0, 1, 2, 3}


def test_every_kind_is_tested_here() -> None:
    named = {
        row[0]["x-dist"]["kind"]
        for row in REFUSED
        if isinstance(row[0].get("x-dist"), dict) and "kind" in row[0]["x-dist"]
    }
    assert named == set(KINDS)


def test_dates_keep_their_distribution_beside_rules() -> None:
    day = {"type": "string", "format": "date", "x-dist": {"kind": "normal", "mean": "1980-06-01", "sd": 300}}
    schema = {
        "type": "object",
        "properties": {"born": day, "seen": {"type": "string", "format": "date-time"}},
        "required": ["born", "seen"],
    }
    rules = [{"id": "grown", "assert": "born + years(18) <= seen"}]
    plain, ruled = (sm.generate(each, seed=3, count=500) for each in (schema, {**schema, "x-rules": rules}))
    assert [record["born"] for record in ruled] == [record["born"] for record in plain]
    with_rule = sm.generate({**schema, "x-rules": [{"id": "late", "assert": "born <= date(1980, 6, 1)"}]}, count=200)
    assert max(record["born"] for record in with_rule) <= "1980-06-01"
