"""Laws of references and series, for schemas and datasets that hypothesis makes up."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pytest_specmint as sm
from pytest_specmint.canonical_json import canonical_lines
from pytest_specmint.pipeline.blocks import line_blocks
from pytest_specmint.pipeline.recipe import Execution

LAW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

FIELDS: dict[str, Any] = {
    "id": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{6}$", "x-unique": True},
    "name": {"type": "string"},
    "born": {"type": "string", "format": "date"},
    "score": {"type": "integer", "minimum": 0, "maximum": 99},
    "tags": {"type": "array", "maxItems": 3, "items": {"enum": ["x", "y", "z"]}},
    "address": {
        "type": "object",
        "required": ["city"],
        "properties": {"city": {"type": "string"}, "zip": {"type": "string"}},
    },
}


@st.composite
def people(draw: Callable[..., Any]) -> Any:
    """The schema of a dataset that is referred to; every other field may be missing."""
    names = draw(st.lists(st.sampled_from(sorted(FIELDS)), unique=True, min_size=2))
    names = sorted({"id", *names})
    required = draw(st.lists(st.sampled_from(names), unique=True))
    return {
        "type": "object",
        "required": sorted({"id", *required}),
        "properties": {name: FIELDS[name] for name in names},
    }


@st.composite
def orders(draw: Callable[..., Any]) -> tuple[Any, Any]:
    """A schema that refers, and the one that it refers to."""
    target = draw(people())
    names = list(target["properties"])
    properties: dict[str, Any] = {"order": {"type": "integer"}, "key": {"x-ref": "people#/id"}}
    for name in draw(st.lists(st.sampled_from(names), unique=True, max_size=3)):
        properties[f"p_{name}"] = {"x-ref": f"people#/{name}"}
    if draw(st.booleans()):
        properties["whole"] = {"x-ref": "people"}
    if draw(st.booleans()):
        kept = draw(st.lists(st.sampled_from(names), unique=True, min_size=1))
        properties["some"] = {
            "properties": {name: True for name in kept},
            "additionalProperties": False,
            "x-ref": "people",
        }
    if draw(st.booleans()):
        item = {
            "type": "object",
            "required": ["key"],
            "properties": {"key": {"x-ref": "people#/id"}, "n": {"x-ref": "people#/score"}},
        }
        if "score" not in names:
            del item["properties"]["n"]  # type: ignore[attr-defined]
        properties["lines"] = {"type": "array", "maxItems": 3, "items": item}
    required = draw(st.lists(st.sampled_from(sorted(properties)), unique=True))
    return {"type": "object", "required": sorted({"key", *required}), "properties": properties}, target


def related(target: Any, seed: int, count: int) -> dict[str, sm.Dataset]:
    return {"people": sm.generate(target, seed=seed, count=count)}


SEEDS = st.integers(0, 1 << 32)
COUNTS = st.integers(1, 60)


@LAW
@given(orders(), SEEDS, COUNTS, COUNTS)
def test_every_key_joins_and_all_fields_are_of_one_record(schemas: Any, seed: int, count: int, entities: int) -> None:
    schema, target = schemas
    known = related(target, seed + 1, entities)
    by_key = {each["id"]: each for each in known["people"]}
    try:
        records = list(sm.generate(schema, seed=seed, count=count, related=known))
    except sm.SamplingError:
        return  # none of few records has all that is asked for
    for each in records:
        person = by_key[each["key"]]
        for name, value in each.items():
            if name.startswith("p_"):
                assert value == person[name[2:]]
            elif name == "whole":
                assert value == person
            elif name == "some":
                assert value == {at: person[at] for at in schema["properties"]["some"]["properties"] if at in person}
        for line in each.get("lines", ()):
            assert line.get("n", by_key[line["key"]].get("score")) == by_key[line["key"]].get("score")
    assert sm.validate(schema, records)


@LAW
@given(orders(), SEEDS, st.integers(2, 80), st.data())
def test_records_alone_and_in_shards_are_those_of_the_whole(schemas: Any, seed: int, count: int, data: Any) -> None:
    schema, target = schemas
    known = related(target, seed, 50)
    try:
        whole = sm.generate(schema, seed=seed, count=count, related=known).jsonl
    except sm.SamplingError:
        return
    cut = data.draw(st.integers(1, count - 1))
    shards = [
        sm.generate(schema, seed=seed, count=size, start=start, related=related(target, seed, 50)).jsonl
        for start, size in ((0, cut), (cut, count - cut))
    ]
    assert b"".join(shards) == whole
    alone = data.draw(st.integers(0, count - 1))
    one = sm.generate(schema, seed=seed, count=1, start=alone, related=related(target, seed, 50))
    assert one.jsonl == whole.splitlines(keepends=True)[alone]


@LAW
@given(orders(), SEEDS)
def test_another_field_moves_no_other(schemas: Any, seed: int) -> None:
    schema, target = schemas
    more = {
        **schema,
        "properties": {
            **schema["properties"],
            "zz": {"type": "boolean"},
            "a_person": {"x-ref": {"dataset": "people", "as": "second"}},
        },
    }
    try:
        plain = list(sm.generate(schema, seed=seed, count=30, related=related(target, seed, 40)))
    except sm.SamplingError:
        return
    wider = list(sm.generate(more, seed=seed, count=30, related=related(target, seed, 40)))
    assert plain == [{name: value for name, value in each.items() if name not in {"zz", "a_person"}} for each in wider]


@settings(max_examples=4, deadline=None)
@given(orders(), SEEDS)
def test_workers_make_the_same_bytes(schemas: Any, seed: int) -> None:
    schema, target = schemas
    made = []
    for workers in (1, 2):
        job = sm.generate(schema, seed=seed, count=5000, related=related(target, seed, 3000)).job
        made.append(b"".join(map(bytes, line_blocks(job, Execution(workers, block=1000)))))
    assert made[0] == made[1]


@LAW
@given(people(), SEEDS, COUNTS)
def test_a_registry_has_the_same_demographics_wherever_it_is_met(target: Any, seed: int, entities: int) -> None:
    schema = {
        "$defs": {"person": target},
        "x-entities": {"people": {"schema": {"$ref": "#/$defs/person"}, "count": entities}},
        "type": "object",
        "required": ["person"],
        "properties": {"person": {"$ref": "#/$defs/person", "x-ref": "people"}, "note": {"type": "string"}},
    }
    records = list(sm.generate(schema, seed=seed, count=100))
    texts = {each["person"]["id"]: canonical_lines([each["person"]]) for each in records}
    assert all(canonical_lines([each["person"]]) == texts[each["person"]["id"]] for each in records)
    assert len(texts) <= entities


@LAW
@given(
    SEEDS,
    st.integers(0, 5),
    st.integers(1, 12),
    st.sampled_from([0.01, 0.5, 1]),
    st.integers(-500, 0),
    st.integers(20, 900),
    st.booleans(),
)
def test_series_add_up(seed: int, least: int, more: int, step: float, low: int, high: int, signed: bool) -> None:
    money = {"type": "number", "multipleOf": step}
    amount = {**money, "minimum": -15 if signed else step, "maximum": 15}
    running: Any = {"field": "sum", "amount": "amount"}
    if not signed:
        running["minus"] = {"field": "kind", "values": ["out"]}
    schema = {
        "type": "object",
        "required": ["id", "at", "n", "kind", "amount", "sum"],
        "properties": {
            "id": {"x-ref": "people#/id"},
            "at": {"type": "string", "format": "date"},
            "n": {"type": "integer"},
            "kind": {"enum": ["in", "out"]},
            "amount": amount,
            "sum": {**money, "minimum": low, "maximum": high},
        },
        "x-series": {
            "of": "people",
            "events": {"min": least, "max": least + more},
            "order": "at",
            "number": "n",
            "running": running,
        },
    }
    target = {"type": "object", "required": ["id"], "properties": {"id": FIELDS["id"]}}
    count = 20 * (2 * least + more) // 2
    records = list(sm.generate(schema, seed=seed, count=count, related=related(target, seed, 20)))
    before: Any = None
    for each in records:
        first = before is None or each["id"] != before["id"]
        assert each["n"] == (1 if first else before["n"] + 1)
        assert first or each["at"] >= before["at"]
        sign = -1 if each["kind"] == "out" and not signed else 1
        assert abs((0 if first else before["sum"]) + sign * each["amount"] - each["sum"]) < 1e-6
        before = each
    assert sm.validate(schema, records)
