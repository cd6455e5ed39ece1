"""Shards are consecutive, cover the whole, and differ by one record at most."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_specmint.errors import UsageError
from pytest_specmint.job import MAX_INDEX
from pytest_specmint.shards import Shard, shard_of


@given(st.integers(0, MAX_INDEX // 2), st.integers(1, MAX_INDEX // 2), st.integers(1, 40))
def test_shards_cover_the_whole_one_after_the_other(start: int, count: int, of: int) -> None:
    of = min(of, count)
    shards = [shard_of(f"{k}/{of}", start, count) for k in range(1, of + 1)]
    at = start
    for shard in shards:
        assert shard.start == at
        at += shard.count
    assert at == start + count
    counts = [shard.count for shard in shards]
    assert max(counts) - min(counts) <= 1
    assert min(counts) >= 1


def test_what_it_says() -> None:
    assert shard_of(" 02/5 ", 100, 12) == Shard(2, 5, 100, 12)
    assert [(s.start, s.count) for s in (shard_of(f"{k}/5", 100, 12) for k in range(1, 6))] == [
        (100, 2),
        (102, 2),
        (104, 3),
        (107, 2),
        (109, 3),
    ]
    assert shard_of("1/1", 7, 1).count == 1


@pytest.mark.parametrize(
    "text", ["", "2", "0/3", "4/3", "0/0", "-1/3", "1/3/5", "1 / 3", "a/b", "1.0/3", "١/٣", "1/-3"]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"is not k/n") as caught:
        shard_of(text, 0, 100)
    assert caught.value.hint


def test_more_shards_than_records_are_refused() -> None:
    assert shard_of("5/5", 0, 5).count == 1
    with pytest.raises(UsageError, match="6 shards of 5 records: some would be empty") as caught:
        shard_of("1/6", 0, 5)
    assert caught.value.hint == "cut into 5 at most"
