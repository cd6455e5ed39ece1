"""The random stream: its bytes are frozen, its draws uniform."""

import numpy as np
import pytest

from pytest_specmint.stream import (
    BRANCH,
    EXTRA,
    GAMMA,
    LENGTH,
    MASK,
    RETRY,
    below,
    child,
    draw,
    high_product,
    item,
    mix,
    mix_word,
    record_keys,
    retry,
    salt,
    threshold,
)

BIG = 1 << 64

# Changing any of these changes every dataset: the engine's version must be raised with them.
FROZEN_KEYS = [1283711897890697991, 5084477145750637524, 15831452831165957450, 7852893893619762129]
FROZEN_CHILD = [17305699328855814770, 15488924180862303798, 17359958180985343088]
FROZEN_DRAW = [13913036357041688566, 5644734343336409472, 7999981032914482450]
FROZEN_ITEM = [4807877275564492833, 5644734343336409472, 5125798948005365684]
FROZEN_RETRY = [9334558590926442358, 14389419727200136985, 7597264662406437157]
FROZEN_BELOW = [69, 275, 858]


def _unmix(word: int) -> int:
    """The inverse of the SplitMix64 finaliser."""
    word ^= word >> 31 ^ word >> 62
    word = word * pow(0x94D049BB133111EB, -1, BIG) % BIG
    word ^= word >> 27 ^ word >> 54
    word = word * pow(0xBF58476D1CE4E5B9, -1, BIG) % BIG
    return word ^ word >> 30 ^ word >> 60


class TestMix:
    def test_is_a_bijection(self) -> None:
        words = [0, 1, MASK, GAMMA, *(pow(3, k, BIG) for k in range(500))]
        mixed = mix(np.array(words, dtype=np.uint64)).tolist()
        assert [_unmix(word) for word in mixed] == words

    def test_agrees_with_the_scalar_form(self) -> None:
        words = [0, 1, 2, MASK, *(pow(5, k, BIG) for k in range(200))]
        assert mix(np.array(words, dtype=np.uint64)).tolist() == [mix_word(word) for word in words]

    def test_leaves_its_argument_alone(self) -> None:
        words = np.arange(5, dtype=np.uint64)
        mix(words)
        assert words.tolist() == [0, 1, 2, 3, 4]

    def test_avalanche(self) -> None:
        words = record_keys(7, 0, 4000)
        base = mix(words)
        for bit in range(64):
            flipped = base ^ mix(words ^ np.uint64(1 << bit))
            share = np.array([(flipped >> np.uint64(k) & np.uint64(1)).mean() for k in range(64)])
            assert abs(share - 0.5).max() < 0.05

    def test_published_sequence_of_splitmix64(self) -> None:
        # The generator's first outputs for seed 1234567, as its reference implementation prints them.
        outputs = [mix_word(1234567 + (k + 1) * GAMMA) for k in range(3)]
        assert outputs == [6457827717110365317, 3203168211198807973, 9817491932198370423]


class TestSalt:
    @pytest.mark.parametrize(
        ("text", "value"),
        [("", 0xCBF29CE484222325), ("a", 0xAF63DC4C8601EC8C), ("foobar", 0x85944171F73967E8)],
    )
    def test_published_fnv1a_values(self, text: str, value: int) -> None:
        assert int(salt(text)) == value

    def test_named_streams_differ(self) -> None:
        assert len({int(each) for each in (BRANCH, LENGTH, RETRY, EXTRA)}) == 4

    def test_any_text_has_a_salt(self) -> None:
        assert salt("\ud800") != salt("\ud801")
        assert salt("ä") != salt("a\u0308")


class TestRecordKeys:
    def test_frozen(self) -> None:
        assert record_keys(2024, 0, 4).tolist() == FROZEN_KEYS

    def test_frozen_derivations(self) -> None:
        keys = record_keys(2024, 0, 3)
        assert child(keys, salt("name")).tolist() == FROZEN_CHILD
        assert draw(keys, 1).tolist() == FROZEN_DRAW
        assert item(keys, np.array([0, 1, 2])).tolist() == FROZEN_ITEM
        assert retry(keys, 1).tolist() == FROZEN_RETRY
        assert below(keys, 1000).tolist() == FROZEN_BELOW

    def test_any_range_is_a_slice_of_the_whole(self) -> None:
        whole = record_keys(5, 0, 100).tolist()
        assert record_keys(5, 40, 20).tolist() == whole[40:60]
        assert record_keys(5, 99, 1).tolist() == whole[99:]

    def test_are_distinct_and_depend_on_the_seed(self) -> None:
        keys = [*record_keys(0, 0, 5000).tolist(), *record_keys(1, 0, 5000).tolist()]
        assert len(set(keys)) == 10000

    def test_extreme_seeds_and_indices(self) -> None:
        assert len(record_keys(MASK, (1 << 63) - 5, 3)) == 3


class TestBelow:
    @pytest.mark.parametrize("bound", [1, 2, 3, 10, 1000])
    def test_small_bounds_are_uniform(self, bound: int) -> None:
        drawn = below(draw(record_keys(1, 0, 100_000)), bound)
        counts = np.bincount(drawn, minlength=bound)
        assert len(counts) == bound
        expected = 100_000 / bound
        # Five standard deviations of a binomial count.
        assert abs(counts - expected).max() <= 5 * np.sqrt(expected) + 1

    @pytest.mark.parametrize("bound", [1 << 32, (1 << 32) + 1, 10**12, (1 << 62) + 12345, (1 << 63) - 1])
    def test_large_bounds_are_uniform_in_range(self, bound: int) -> None:
        drawn = below(draw(record_keys(1, 0, 50_000)), bound)
        assert drawn.min() >= 0
        assert drawn.max() < bound
        tenths = np.bincount((drawn / bound * 10).astype(np.int64), minlength=10)
        assert abs(tenths - 5000).max() < 350

    @pytest.mark.parametrize("bound", [1, 7, 1 << 32, (1 << 32) + 1, (1 << 63) - 1])
    def test_extreme_words(self, bound: int) -> None:
        words = np.array([0, MASK], dtype=np.uint64)
        assert below(words, bound).tolist() == [0, bound - 1]

    def test_bound_per_lane(self) -> None:
        words = draw(record_keys(3, 0, 1000))
        bounds = np.arange(1, 1001, dtype=np.uint64)
        drawn = below(words, bounds)
        assert (drawn >= 0).all()
        assert (drawn < bounds.astype(np.int64)).all()

    def test_high_product_is_exact(self) -> None:
        left = draw(record_keys(1, 0, 500)).tolist() + [0, MASK, MASK]
        right = draw(record_keys(2, 0, 500)).tolist() + [MASK, MASK, 1]
        made = high_product(np.array(left, dtype=np.uint64), np.array(right, dtype=np.uint64))
        assert made.tolist() == [(a * b) >> 64 for a, b in zip(left, right, strict=True)]


class TestThreshold:
    def test_zero_is_never(self) -> None:
        assert not (record_keys(1, 0, 10_000) < threshold(0.0)).any()
        assert int(threshold(0.0)) == 0

    def test_one_is_practically_always(self) -> None:
        assert (record_keys(1, 0, 10_000) < threshold(1.0)).all()
        assert int(threshold(1.0)) == MASK

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
    def test_share(self, share: float) -> None:
        hits = (draw(record_keys(1, 0, 100_000)) < threshold(share)).mean()
        assert abs(hits - share) < 0.01


class TestRetry:
    def test_every_attempt_has_fresh_keys(self) -> None:
        keys = record_keys(1, 0, 100)
        seen = [keys.tolist(), *(retry(keys, attempt).tolist() for attempt in range(1, 20))]
        assert len({key for row in seen for key in row}) == 2000

    def test_is_a_function_of_key_and_attempt(self) -> None:
        keys = record_keys(1, 0, 10)
        assert retry(keys, 3)[4:].tolist() == retry(keys[4:], 3).tolist()


def test_children_items_and_draws_are_independent_of_each_other() -> None:
    keys = record_keys(9, 0, 2000)
    columns = [child(keys, salt("a")), child(keys, salt("b")), draw(keys, 0), draw(keys, 1)]
    for i, left in enumerate(columns):
        for right in columns[i + 1 :]:
            share = ((left ^ right) >> np.uint64(63)).mean()
            assert abs(share - 0.5) < 0.06
