"""The tree digest: the same however the lines come."""

from hashlib import sha256
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_specmint.parts.digest import Leaf, Leaves, leaves_from, root
from pytest_specmint.parts.layout import LEAF

COUNT = 2 * LEAF + 100
LINES = [b"%d\n" % number for number in range(COUNT)]


def by_definition(start: int) -> list[Leaf]:
    return [
        Leaf(start + at, len(LINES[at : at + LEAF]), sha256(b"".join(LINES[at : at + LEAF])).hexdigest())
        for at in range(0, COUNT, LEAF)
    ]


@given(st.sets(st.integers(1, COUNT - 1), max_size=6), st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_blocks_of_any_size_have_the_same_leaves(cuts: set[int], start: int) -> None:
    leaves = Leaves(start)
    at = [0, *sorted(cuts), COUNT]
    for first, last in pairwise(at):
        leaves.add(b"".join(LINES[first:last]), last - first)
    assert list(leaves.finished()) == by_definition(start)


def test_ranges_of_a_dataset_are_aligned_at_its_first_record() -> None:
    leaves = Leaves(LEAF + 7, origin=7)
    leaves.add(b"".join(LINES[LEAF:]), COUNT - LEAF)
    assert list(leaves.finished()) == by_definition(7)[1:]


def test_a_block_over_several_leaves() -> None:
    leaves = Leaves(0)
    leaves.add(memoryview(b"".join(LINES)), COUNT)
    assert leaves.finished() == tuple(by_definition(0))
    assert leaves_from(0, COUNT, [leaf.sha256 for leaf in by_definition(0)]) == tuple(by_definition(0))


def test_the_root_is_of_ranges_and_digests() -> None:
    found = root([Leaf(0, 65_536, "ab"), Leaf(65_536, 3, "cd")])
    assert found == sha256(b"0 65536 ab\n65536 3 cd\n").hexdigest()
    assert found != root([Leaf(0, 65_536, "ab"), Leaf(65_536, 4, "cd")])
