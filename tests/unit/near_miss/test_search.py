"""Near misses of whole schemas: coverage, random access, labels, and refusals."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.canonical_json import canonical_bytes, canonical_lines
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.errors import UnsupportedSchema
from pytest_specmint.job import Job
from pytest_specmint.near_miss import NearMiss, label, near_miss, near_misses, unbreakable
from pytest_specmint.near_miss.search import prepared, search_of
from pytest_specmint.schema.load import load_schema

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((ROOT / "schemas").rglob("*.json"))
ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "lines"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "status": {"type": "string", "enum": ["open", "paid"]},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}, "minItems": 1, "maxItems": 3},
    },
    "additionalProperties": False,
    "$defs": {
        "Line": {
            "type": "object",
            "required": ["sku", "quantity"],
            "properties": {
                "sku": {"type": "string", "pattern": "^[A-Z]{3}$"},
                "quantity": {"type": "integer", "minimum": 1},
            },
        }
    },
}


def job_of(schema: Any, count: int = 40, seed: int = 3, start: int = 0) -> Job:
    return sm.generate(schema, seed=seed, count=count, start=start).job


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_schemas_are_broken_everywhere(path: Path) -> None:
    job = job_of(path, 1)
    aims = search_of(job).aims
    job = job_of(path, len(aims))
    misses = list(near_misses(job))
    left = unbreakable(job)
    hit = {miss.schema_pointer for miss in misses}
    assert hit | {each.schema_pointer for each in left} == {aim.target.pointer for aim in aims}
    assert hit.isdisjoint({each.schema_pointer for each in left})
    # A type beside an enum, and what two subschemas demand alike, cannot be broken alone.
    assert all("what breaks it also breaks" in each.reason for each in left)
    verifier = Verifier(job.schema)
    assert {len(verifier.violations(miss.record)) for miss in misses} == {1}


def test_labels() -> None:
    misses = list(near_misses(job_of(ORDER)))
    assert [miss.index for miss in misses] == list(range(40))
    found = next(miss for miss in misses if miss.keyword == "minimum")
    assert found.schema_pointer == "#/$defs/Line/properties/quantity/minimum"
    assert found.instance_pointer.startswith("/lines/")
    assert label(found) == {
        "index": found.index,
        "keyword": "minimum",
        "schema_pointer": found.schema_pointer,
        "instance_pointer": found.instance_pointer,
        "message": "0 is less than the minimum of 1",
    }


def test_what_cannot_be_broken_alone_is_said() -> None:
    (left,) = unbreakable(job_of(ORDER))
    assert (left.keyword, left.schema_pointer) == ("type", "#/properties/status/type")
    assert left.reason == "what breaks it also breaks #/properties/status/enum"


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "integer", "format": "int32"}, "what was tried is still valid"),
        ({"type": "string", "minLength": 0}, "no value that would break it is known"),
        ({"type": "string", "format": "shoe-size"}, "what was tried is still valid"),
        ({"type": "object", "properties": {"a": {"enum": [1], "minimum": 0}}}, "what breaks it also breaks"),
        ({"anyOf": [{"type": "string"}], "properties": {"a": {"minimum": 2}}}, "none of 256 records has a value there"),
        (
            {"allOf": [{"properties": {"a": {"type": "null"}}}], "unevaluatedProperties": False},
            "also breaks #/unevaluated",
        ),
    ],
)
def test_reasons(schema: Any, reason: str) -> None:
    assert any(reason in each.reason for each in unbreakable(job_of(schema)))


def test_any_near_miss_alone() -> None:
    job = job_of(ORDER, 30, start=1_000_000)
    for miss in near_misses(job):
        prepared.cache_clear()
        assert near_miss(job, miss.index) == miss


def test_ranges_concatenate() -> None:
    whole = list(near_misses(job_of(ORDER, 20)))
    assert [*near_misses(job_of(ORDER, 7)), *near_misses(job_of(ORDER, 13, start=7))] == whole


def test_seeds_differ() -> None:
    assert [miss.record for miss in near_misses(job_of(ORDER))] != [
        miss.record for miss in near_misses(job_of(ORDER, seed=4))
    ]


def test_what_was_asked_before_does_not_matter() -> None:
    job = job_of(ORDER)
    prepared.cache_clear()
    fresh = list(near_misses(job))
    prepared.cache_clear()
    unbreakable(job)
    near_miss(job, 12345)
    assert list(near_misses(job)) == fresh


def test_the_order_of_keys_does_not_matter() -> None:
    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: turned(value[name]) for name in reversed(value)}
        return value

    first = [label(miss) for miss in near_misses(job_of(ORDER))]
    prepared.cache_clear()
    assert [label(miss) for miss in near_misses(job_of(turned(ORDER)))] == first


def test_records_are_in_canonical_order() -> None:
    for path in SHIPPED[:4]:
        for miss in near_misses(job_of(path, 60)):
            assert canonical_lines([miss.record]) == canonical_bytes(miss.record) + b"\n"


def test_changing_a_record_changes_no_other() -> None:
    job = job_of({"type": "object", "properties": {"a": {"type": "array", "maxItems": 2}}, "minProperties": 1})
    before = [canonical_bytes(miss.record) for miss in near_misses(job)]
    for miss in near_misses(job):
        if isinstance(miss.record, dict):
            miss.record.clear()
    assert [canonical_bytes(miss.record) for miss in near_misses(job)] == before


def test_every_required_property_has_its_turn() -> None:
    job = job_of({"type": "object", "properties": {}, "required": ["a", "b", "c"]}, 24)
    missing = {
        tuple(sorted({"a", "b", "c"} - set(miss.record))) for miss in near_misses(job) if miss.keyword == "required"
    }
    assert missing == {("a",), ("b",), ("c",)}


def test_parts_of_documents(tmp_path: Path) -> None:
    (tmp_path / "main.json").write_text(
        '{"$defs": {"x": {"properties": {"k": {"$ref": "b.json#y"}}, "required": ["k"]}}}'
    )
    (tmp_path / "b.json").write_text('{"$defs": {"y": {"$anchor": "y", "type": "string", "maxLength": 3}}}')
    job = sm.generate(f"{tmp_path}/main.json#/$defs/x", seed=1, count=9).job
    assert {miss.schema_pointer for miss in near_misses(job)} == {
        "#/$defs/x/required",
        "b.json#/$defs/y/maxLength",
        "b.json#/$defs/y/type",
    }


def test_same_pointer_in_two_documents(tmp_path: Path) -> None:
    (tmp_path / "main.json").write_text('{"$ref": "b.json", "type": "string", "pattern": "^a"}')
    (tmp_path / "b.json").write_text('{"pattern": "b$"}')
    misses = list(near_misses(sm.generate(tmp_path / "main.json", seed=1, count=12).job))
    for miss in misses:
        if miss.keyword == "pattern":
            text = miss.record
            assert (text[:1] == "a", text[-1:] == "b") == (
                miss.schema_pointer != "#/pattern",
                miss.schema_pointer == "#/pattern",
            )
    assert {"#/pattern", "b.json#/pattern"} <= {miss.schema_pointer for miss in misses}


def test_unnamed_properties() -> None:
    misses = near_misses(job_of({"type": "object", "properties": {"": {"type": "null"}}, "required": [""]}, 9))
    assert ("#/properties//type", "/") in {(miss.schema_pointer, miss.instance_pointer) for miss in misses}


@pytest.mark.parametrize("schema", [True, {}, {"title": "x"}, {"$ref": "#/$defs/x", "$defs": {"x": True}}])
def test_nothing_to_break(schema: Any) -> None:
    with pytest.raises(UnsupportedSchema, match="every value is valid: there is nothing to break") as caught:
        next(near_misses(job_of(schema)))
    assert caught.value.pointer == "#"
    assert caught.value.hint


@pytest.mark.parametrize(
    "schema", [{"minLength": 0}, {"type": ["string", "number", "object", "array", "boolean", "null"]}]
)
def test_nothing_that_can_be_broken(schema: Any) -> None:
    with pytest.raises(UnsupportedSchema, match="no keyword of the schema could be broken alone") as caught:
        near_miss(job_of(schema), 0)
    assert caught.value.pointer == f"#/{next(iter(schema))}"


def test_unreadable_for_the_second_judge() -> None:
    """A pattern that Python's engine refuses: the first judge decides alone."""
    misses = list(near_misses(job_of({"type": "string", "pattern": r"^\p{Lu}{3}$"}, 12)))
    assert {miss.keyword for miss in misses} == {"type", "pattern"}


def test_hash_seeds_do_not_matter() -> None:
    program = (
        "import sys, hashlib, pytest_specmint as sm\n"
        "from pytest_specmint.near_miss import label, near_misses\n"
        "job = sm.generate(sys.argv[1], seed=9, count=250).job\n"
        "print(hashlib.sha256(repr([(label(m), m.record) for m in near_misses(job)]).encode()).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program, str(ROOT / "schemas" / "benchmark" / "medium.json")],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PATH": ""},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_near_misses_are_plain_values() -> None:
    schema = load_schema(ORDER)
    miss = near_miss(Job(schema, 0, 1, 0, job_of(ORDER).as_of), 3)
    assert miss == NearMiss(miss.record, 3, miss.keyword, miss.schema_pointer, miss.instance_pointer, miss.message)
