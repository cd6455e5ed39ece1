"""Lines that a session keeps."""

from collections.abc import Iterator
from typing import Any

import pytest

import pytest_specmint as sm
from pytest_specmint.dataset import Dataset
from pytest_specmint.job import Job
from pytest_specmint.pipeline import blocks
from pytest_specmint.pipeline.recipe import Execution
from pytest_specmint.plugin.session_data import KeptLines, SessionDataset


def job(seed: int = 1, count: int = 5) -> Job:
    return sm.generate({"type": "object", "properties": {"a": {"type": "array"}}}, seed=seed, count=count).job


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Jobs whose lines were made by the engine."""
    seen: list[Job] = []

    def line_blocks(each: Job, execution: Execution) -> Iterator[Any]:
        seen.append(each)
        return blocks.line_blocks(each, execution)

    monkeypatch.setattr("pytest_specmint.dataset.line_blocks", line_blocks)
    return seen


def test_the_same_is_made_once_and_read_anew(made: list[Job]) -> None:
    kept = KeptLines()
    one, other = SessionDataset(job(), kept), SessionDataset(job(), kept)
    first, second = list(one), list(other)
    assert first == second == list(Dataset(job()))
    assert all(a is not b for a, b in zip(first, second, strict=True))
    assert one.jsonl == other.jsonl == Dataset(job()).jsonl
    assert one.sha256 == Dataset(job()).sha256
    assert made.count(job()) == 4  # once for both, and once for each plain one


def test_other_jobs_are_made_by_themselves(made: list[Job]) -> None:
    kept = KeptLines()
    for each in (job(1), job(2), job(1, 6), job(1)):
        assert list(SessionDataset(each, kept)) == list(Dataset(each))
    assert len(made) == 3 + 4


def test_what_is_not_read_to_its_end_is_not_kept() -> None:
    kept = KeptLines()
    next(iter(SessionDataset(job(1, 5000), kept)))
    assert kept.blocks(job(1, 5000)) is None


def test_room_is_bounded_and_the_longest_unused_go() -> None:
    size = {seed: len(Dataset(job(seed)).jsonl) for seed in range(5)}
    kept = KeptLines(room=size[0] + size[1] + size[2], most=10_000)
    for seed in (0, 1, 0, 2):
        list(SessionDataset(job(seed), kept))
    assert all(kept.blocks(job(seed)) for seed in (1, 0, 2))
    list(SessionDataset(job(0), kept))
    list(SessionDataset(job(3), kept))
    assert kept.blocks(job(1)) is None
    assert kept.blocks(job(0)) is not None


def test_of_large_ones_only_the_digest_is_kept(made: list[Job]) -> None:
    kept = KeptLines(most=10)
    assert SessionDataset(job(), kept).sha256 == SessionDataset(job(), kept).sha256
    assert len(made) == 1
    assert kept.blocks(job()) is None
