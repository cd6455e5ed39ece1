"""``x-unique``: no two records share a value, wherever and in whatever parts they are made."""

from typing import Any

import numpy as np
import pytest

import pytest_specmint as sm
from pytest_specmint.engine.permutation import permuted
from pytest_specmint.pipeline.blocks import byte_blocks

COUNT = 3000
FIELDS: dict[str, Any] = {
    "an integer": {"type": "integer", "minimum": 1000, "maximum": 1000 + COUNT - 1},
    "a large integer": {"type": "integer", "minimum": 0, "maximum": 2**60},
    "a step": {"type": "integer", "multipleOf": 5, "minimum": -50000, "maximum": 50000},
    "a number": {"type": "number", "minimum": 0, "maximum": 50},
    "an enum": {"enum": [f"code {i}" for i in range(COUNT)]},
    "a pattern": {"type": "string", "pattern": "^INV-[0-9]{4}$"},
    "a pattern of several lengths": {"type": "string", "pattern": "^[a-z]{1,3}([0-9]|-x)?$"},
    "a pattern with alternatives": {"type": "string", "pattern": "^(A[0-9]{3}|[AB][0-9]{4}|C-[a-f]{2,3})$"},
    "a long pattern": {"type": "string", "pattern": "^[A-Z]{8}-[0-9]{24}$"},
    "beyond ASCII": {"type": "string", "pattern": "^[äöüß]{6}$"},
    "a uuid": {"type": "string", "format": "uuid"},
    "a moment": {"type": "string", "format": "date-time"},
    "an email": {"type": "string", "format": "email"},
    "text": {"type": "string"},
    "text or nothing": {"type": ["string", "null"], "pattern": "^[0-9]{5}$"},
}


def schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS.keys())
def test_values_differ(field: dict[str, Any]) -> None:
    values = [each["value"] for each in sm.generate(schema(value={**field, "x-unique": True}), seed=5, count=COUNT)]
    known = [value for value in values if value is not None]
    assert len(set(known)) == len(known) > COUNT / 3


def test_all_values_are_used_where_there_are_just_enough() -> None:
    field = {**FIELDS["an integer"], "x-unique": True}
    values = [each["id"] for each in sm.generate(schema(id=field), seed=5, count=COUNT)]
    assert sorted(values) == list(range(1000, 1000 + COUNT))
    assert values != sorted(values)


def test_one_record_more_is_refused_with_both_numbers() -> None:
    field = {**FIELDS["an integer"], "x-unique": True}
    with pytest.raises(
        sm.UnsatisfiableSchema, match="3,001 records are to differ, but there are 3,000 values"
    ) as caught:
        list(sm.generate(schema(id=field), seed=5, count=COUNT + 1))
    assert caught.value.pointer == "#/properties/id"
    assert caught.value.hint
    with pytest.raises(sm.UnsatisfiableSchema):
        list(sm.generate(schema(id=field), seed=5, count=1, start=COUNT))


def test_parts_of_a_dataset_and_seeds() -> None:
    document = schema(id={**FIELDS["a pattern"], "x-unique": True}, name={"type": "string"})
    whole = list(sm.generate(document, seed=5, count=200))
    assert list(sm.generate(document, seed=5, count=50, start=100)) == whole[100:150]
    other = [each["id"] for each in sm.generate(document, seed=6, count=200)]
    assert other != [each["id"] for each in whole]
    plain = list(sm.generate(schema(id=FIELDS["a pattern"], name={"type": "string"}), seed=5, count=200))
    assert [each["name"] for each in plain] == [each["name"] for each in whole]


def test_tuples_differ_though_their_members_repeat() -> None:
    region, number = {"enum": ["N", "S", "E", "W"]}, {"type": "integer", "minimum": 1, "maximum": 500}
    document = {**schema(region=region, number=number), "x-unique": ["region", "number"]}
    pairs = [(each["region"], each["number"]) for each in sm.generate(document, seed=1, count=2000)]
    assert len(set(pairs)) == 2000
    with pytest.raises(sm.UnsatisfiableSchema, match=r"2,001 records .* 2,000 values"):
        list(sm.generate(document, seed=1, count=2001))


def test_several_tuples_and_fields_of_inner_objects() -> None:
    digit = {"type": "integer", "minimum": 0, "maximum": 99}
    inner = {**schema(a=digit, b=digit, c=digit), "x-unique": [["a", "b"]]}
    document = schema(inner=inner, id={"type": "integer", "minimum": 0, "x-unique": True})
    records = list(sm.generate(document, seed=1, count=900))
    assert len({(each["inner"]["a"], each["inner"]["b"]) for each in records}) == 900
    assert len({each["id"] for each in records}) == 900


def test_workers_agree() -> None:
    document = schema(id={**FIELDS["a uuid"], "x-unique": True}, at={"type": "string", "format": "date"})
    whole = b"".join(sm.generate(document, seed=1, count=20000).blocks())
    assert len({line[7:43] for line in whole.splitlines()}) > 1
    from pytest_specmint.pipeline.blocks import line_blocks
    from pytest_specmint.pipeline.recipe import Execution

    job = sm.generate(document, seed=1, count=20000).job
    assert b"".join(map(bytes, line_blocks(job, Execution(workers=2)))) == whole


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no property": ({**schema(a={"type": "integer"}), "x-unique": ["a", "b"]}, "names 'b', which is no property"),
    "no names": ({**schema(a={"type": "integer"}), "x-unique": 3}, "neither true nor names"),
    "in a list": (
        schema(a={"type": "array", "items": {"type": "integer", "x-unique": True}}),
        "x-unique within a list or map",
    ),
    "a flag and an object": (schema(a={"type": "number", "multipleOf": 0.01, "x-unique": True}), "is not possible"),
}


@pytest.mark.parametrize(("document", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_is_refused(document: dict[str, Any], message: str) -> None:
    with pytest.raises(sm.SchemaError, match=message) as caught:
        list(sm.generate(document, seed=1, count=2))
    assert caught.value.pointer
    assert caught.value.hint


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000, 4097])
@pytest.mark.parametrize("key", [0, 1, 2**63])
def test_permutations(size: int, key: int) -> None:
    out = permuted(np.arange(size), size, key)
    assert sorted(out.tolist()) == list(range(size))


def test_permutations_of_many() -> None:
    out = permuted(np.arange(100_000), 2**62, 7)
    assert len(np.unique(out)) == 100_000
    assert out.min() >= 0
    assert np.array_equal(permuted(np.arange(50, 60), 2**62, 7), out[50:60])


UNIQUE_KINDS: dict[str, tuple[dict[str, Any], int]] = {
    "integers": ({"type": "integer", "minimum": 0, "maximum": 1_500_000}, 1_000_000),
    "no more than there are": ({"type": "integer", "minimum": 1, "maximum": 200_000}, 200_000),
    "a pattern": ({"type": "string", "pattern": "^[A-Z]{2}[0-9]{5}$"}, 200_000),
    "uuids": ({"type": "string", "format": "uuid"}, 200_000),
    "date-times": ({"type": "string", "format": "date-time"}, 200_000),
}


@pytest.mark.parametrize(("field", "count"), UNIQUE_KINDS.values(), ids=UNIQUE_KINDS)
def test_many_keys_sorted_have_no_two_alike(field: dict[str, Any], count: int) -> None:
    document = {"type": "object", "required": ["k"], "properties": {"k": {**field, "x-unique": True}}}
    lines = np.array(b"".join(byte_blocks(sm.generate(document, seed=5, count=count).job)).split(b"\n")[:-1])
    assert len(lines) == count
    lines.sort()
    assert not (lines[1:] == lines[:-1]).any()
