"""Jobs: what decides the bytes, checked."""

from datetime import date
from typing import Any

import pytest

from pytest_specmint.errors import UsageError
from pytest_specmint.job import MAX_INDEX, MAX_SEED, Job
from pytest_specmint.schema.load import load_schema

SCHEMA = load_schema({"type": "integer"})
DAY = date(2025, 1, 1)


def job(seed: Any = 1, count: Any = 10, start: Any = 0) -> Job:
    return Job(SCHEMA, seed, count, start, DAY)


@pytest.mark.parametrize("count", [0, -1, 1.0, "3", True, None, MAX_INDEX + 1])
def test_bad_count(count: Any) -> None:
    with pytest.raises(UsageError, match="count must be a whole number from 1") as caught:
        job(count=count)
    assert repr(count) in str(caught.value)
    assert caught.value.hint == "set count"


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1, 1.5, "1", False, None])
def test_bad_seed(seed: Any) -> None:
    with pytest.raises(UsageError, match=f"seed must be a whole number from 0 to {MAX_SEED}"):
        job(seed=seed)


@pytest.mark.parametrize("start", [-1, MAX_INDEX, MAX_INDEX - 9, 0.0, "0", True])
def test_bad_start(start: Any) -> None:
    with pytest.raises(UsageError, match="start must be a whole number from 0"):
        job(start=start)


@pytest.mark.parametrize(("seed", "start"), [(0, 0), (MAX_SEED, 0), (1, MAX_INDEX - 10)])
def test_edges_are_allowed(seed: int, start: int) -> None:
    made = job(seed=seed, start=start)
    assert len(made.plan().records(made.seed, made.start, 3)) == 3


def test_ranges_cover_the_job() -> None:
    assert list(job(count=10, start=5).ranges(4)) == [(5, 4), (9, 4), (13, 2)]
    assert list(job(count=8).ranges(4)) == [(0, 4), (4, 4)]
    assert list(job(count=1).ranges(4)) == [(0, 1)]


def test_part() -> None:
    part = job(count=10, start=5).part(2, 3)
    assert (part.start, part.count, part.seed, part.as_of) == (7, 3, 1, DAY)
    assert part.schema is SCHEMA


def test_the_plan_is_compiled_once() -> None:
    assert job().plan() is job(seed=9, count=3).plan()


def test_jobs_are_values() -> None:
    assert job() == job()
    assert job() != job(seed=2)
    with pytest.raises(AttributeError):
        job().seed = 3  # type: ignore[misc]
