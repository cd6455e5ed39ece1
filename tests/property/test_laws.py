"""The laws that every dataset obeys, for generated schemas."""

import copy
import pickle
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schema_strategies import NAMES, OBJECT_SCHEMAS, SCALARS, SCHEMAS, SEEDS

import pytest_specmint as sm
from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.cells import FAILED, parsed
from pytest_specmint.check.verifier import Verifier
from pytest_specmint.engine.proof import is_proven
from pytest_specmint.pipeline.blocks import byte_blocks, line_blocks
from pytest_specmint.pipeline.recipe import Execution
from pytest_specmint.stream import record_keys

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
LAW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def judge(schema: Any) -> Any:
    cls = jsonschema.Draft202012Validator
    return cls(schema, format_checker=cls.FORMAT_CHECKER)


@LAW
@given(SCHEMAS, SEEDS)
def test_every_record_is_valid_for_an_independent_validator(schema: Any, seed: int) -> None:
    validator = judge(schema)
    for record in sm.generate(schema, seed=seed, count=12):
        assert list(validator.iter_errors(record)) == []


@LAW
@given(SCHEMAS, SEEDS, st.integers(0, 10**12))
def test_a_record_alone_equals_the_record_of_a_range(schema: Any, seed: int, start: int) -> None:
    whole = list(sm.generate(schema, seed=seed, count=9, start=start))
    for i in (0, 4, 8):
        assert [whole[i]] == list(sm.generate(schema, seed=seed, count=1, start=start + i))


@LAW
@given(SCHEMAS, SEEDS, st.integers(1, 20))
def test_shards_concatenate_to_the_whole(schema: Any, seed: int, cut: int) -> None:
    whole = sm.generate(schema, seed=seed, count=21)
    parts = (
        sm.generate(schema, seed=seed, count=cut),
        sm.generate(schema, seed=seed, count=21 - cut, start=cut),
    )
    assert whole.jsonl == parts[0].jsonl + parts[1].jsonl
    assert whole[:cut] == parts[0]


@LAW
@given(SCHEMAS, SEEDS, st.integers(1, 7))
def test_the_size_of_blocks_does_not_matter(schema: Any, seed: int, size: int) -> None:
    job = sm.generate(schema, seed=seed, count=15).job
    plan = job.plan()
    blocks = [record for start, count in job.ranges(size) for record in plan.records(seed, start, count)]
    assert blocks == plan.records(seed, 0, 15)


@LAW
@given(OBJECT_SCHEMAS, SEEDS, NAMES, SCALARS, st.booleans())
def test_adding_a_property_moves_no_other(schema: Any, seed: int, name: str, added: Any, required: bool) -> None:
    if name in schema["properties"] or isinstance(schema.get("additionalProperties"), dict):
        return
    wider = copy.deepcopy(schema)
    wider["properties"][name] = added
    if required:
        wider["required"] = [*wider["required"], name]
    for before, after in zip(
        sm.generate(schema, seed=seed, count=12), sm.generate(wider, seed=seed, count=12), strict=True
    ):
        after.pop(name, None)
        assert after == before


@LAW
@given(OBJECT_SCHEMAS, SEEDS)
def test_the_order_of_properties_does_not_matter(schema: Any, seed: int) -> None:
    turned = {**schema, "properties": dict(reversed(schema["properties"].items()))}
    assert sm.generate(schema, seed=seed, count=5).jsonl == sm.generate(turned, seed=seed, count=5).jsonl


@LAW
@given(SCHEMAS, SEEDS)
def test_records_are_made_in_canonical_order(schema: Any, seed: int) -> None:
    dataset = sm.generate(schema, seed=seed, count=8)
    assert dataset.jsonl == b"".join(canonical_bytes(record) + b"\n" for record in dataset)


@LAW
@given(SCHEMAS, SEEDS)
def test_what_is_proven_is_valid(schema: Any, seed: int) -> None:
    job = sm.generate(schema).job
    plan = job.plan()
    if is_proven(job.schema, plan):
        lines = plan.lines(seed, 0, 50).splitlines(keepends=True)
        records = parsed(b"".join(line for line in lines if FAILED not in line), exact=plan.exact)
        assert Verifier(job.schema).failures(records) == []


@LAW
@given(SCHEMAS, SEEDS)
def test_plans_survive_pickling(schema: Any, seed: int) -> None:
    plan = sm.generate(schema).job.plan()
    assert pickle.loads(pickle.dumps(plan)).records(seed, 0, 6) == plan.records(seed, 0, 6)


@given(st.lists(SEEDS, min_size=2, max_size=4, unique=True))
@settings(deadline=None, derandomize=True)
def test_different_seeds_share_no_keys(seeds: list[int]) -> None:
    keys = [record_keys(seed, 0, 1000) for seed in seeds]
    assert len(np.unique(np.concatenate(keys))) == 1000 * len(seeds)


def test_neighbouring_seeds_share_no_records() -> None:
    schema = {"type": "string", "pattern": "^[a-z]{16}$"}
    sets = [set(sm.generate(schema, seed=seed, count=1000)) for seed in range(1336, 1340)]
    assert len(set.union(*sets)) == 4000


def test_workers_do_not_matter(schemas: Any) -> None:
    job = sm.generate(schemas / "fintech" / "payment_transaction.json", seed=7, count=2 * 16_384 + 5).job
    both = map(bytes, line_blocks(job, Execution(workers=2)))
    assert b"".join(byte_blocks(job)) == b"".join(both)
