"""Laws of near misses, for generated schemas."""

from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schema_strategies import SCHEMAS, SEEDS

import pytest_specmint as sm
from pytest_specmint.errors import UnsupportedSchema
from pytest_specmint.near_miss import NearMiss, near_miss, near_misses, unbreakable
from pytest_specmint.near_miss.search import prepared, search_of
from pytest_specmint.schema.document import join_pointer, pointer_tokens

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
LAW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def misses_of(schema: Any, seed: int, count: int = 15) -> list[NearMiss]:
    try:
        return list(near_misses(sm.generate(schema, seed=seed, count=count).job))
    except UnsupportedSchema:
        return []


def at(value: Any, pointer: str) -> Any:
    for token in pointer_tokens(pointer):
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


@LAW
@given(SCHEMAS, SEEDS)
def test_each_breaks_the_one_keyword_that_it_names(schema: Any, seed: int) -> None:
    first = jsonschema_rs.validator_for(schema, validate_formats=True)
    second = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    for miss in misses_of(schema, seed):
        (error,) = first.iter_errors(miss.record)
        assert not second.is_valid(miss.record)
        assert join_pointer("#", *error.schema_path) == miss.schema_pointer
        at(schema, miss.schema_pointer)
        at(miss.record, miss.instance_pointer)


@LAW
@given(SCHEMAS, SEEDS, st.integers(0, 10**12))
def test_any_one_alone_is_the_same(schema: Any, seed: int, start: int) -> None:
    job = sm.generate(schema, seed=seed, count=5, start=start).job
    try:
        whole = list(near_misses(job))
    except UnsupportedSchema:
        return
    prepared.cache_clear()
    assert near_miss(job, start + 3) == whole[3]


@LAW
@given(SCHEMAS, SEEDS)
def test_one_round_breaks_all_that_can_be_broken(schema: Any, seed: int) -> None:
    job = sm.generate(schema, seed=seed, count=1).job
    aims = search_of(job).aims
    left = {each.schema_pointer for each in unbreakable(job)}
    hit = {miss.schema_pointer for miss in misses_of(schema, seed, max(len(aims), 1))}
    assert hit == {aim.target.pointer for aim in aims} - left
