"""Where parts begin and end."""

from itertools import pairwise

import pytest

from pytest_specmint.errors import UsageError
from pytest_specmint.parts.layout import LEAF, MOST_PARTS, USUAL_PARTS, PartRange, layout_of, part_file, sharded


@pytest.mark.parametrize("count", [1, LEAF - 1, LEAF, LEAF + 1, 10 * LEAF, 10**9])
@pytest.mark.parametrize("start", [0, 12_345])
def test_parts_follow_one_another_without_a_gap(start: int, count: int) -> None:
    layout = layout_of(start, count)
    parts = list(layout.parts())
    assert [part.number for part in parts] == list(range(layout.many))
    assert parts[0].start == start
    assert all(one.start + one.count == other.start for one, other in pairwise(parts))
    assert sum(part.count for part in parts) == count
    assert {part.count for part in parts[:-1]} <= {layout.size}
    assert layout.size % LEAF == 0
    assert len(parts) <= USUAL_PARTS


def test_parts_grow_with_the_count() -> None:
    assert layout_of(0, USUAL_PARTS * LEAF).size == LEAF
    assert layout_of(0, USUAL_PARTS * LEAF + 1).size == 2 * LEAF


@pytest.mark.parametrize("size", [1, LEAF - 1, LEAF + 1, 0, -LEAF])
def test_sizes_are_multiples_of_a_leaf(size: int) -> None:
    with pytest.raises(UsageError, match=r"a part holds a multiple of 65,536") as told:
        layout_of(0, 10, size)
    assert int((told.value.hint or "").rpartition(" ")[2]) % LEAF == 0


def test_there_are_not_too_many() -> None:
    layout_of(0, MOST_PARTS * LEAF, LEAF)
    with pytest.raises(UsageError, match=r"100,001 parts") as told:
        layout_of(0, MOST_PARTS * LEAF + 1, LEAF)
    assert told.value.hint == f"make them larger: --part-records {2 * LEAF}"


def test_shards_are_whole_parts_with_the_numbers_of_the_whole() -> None:
    layout = layout_of(10, 7 * LEAF + 5, LEAF)
    shards = [sharded(layout, f"{k}/3") for k in (1, 2, 3)]
    assert [part for shard in shards for part in shard.parts] == list(layout.parts())
    assert [len(shard.parts) for shard in shards] == [2, 3, 3]
    assert (shards[2].start, shards[2].count) == (10 + 5 * LEAF, 2 * LEAF + 5)
    assert (shards[1].shard.number, shards[1].shard.of) == (2, 3)
    assert (shards[1].shard.whole_start, shards[1].shard.whole_count) == (10, 7 * LEAF + 5)


@pytest.mark.parametrize("text", ["0/2", "3/2", "two", "1/9"])
def test_shards_that_there_are_not(text: str) -> None:
    with pytest.raises(UsageError):
        sharded(layout_of(0, 8 * LEAF, LEAF), text)


def test_names() -> None:
    assert [part_file(number, "jsonl.gz") for number in (0, 123_456)] == ["part-00000.jsonl.gz", "part-123456.jsonl.gz"]
    assert PartRange(0, 0, 1) == PartRange(0, 0, 1)
