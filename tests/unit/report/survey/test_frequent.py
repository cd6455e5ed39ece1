from math import log

import pytest

from pytest_specmint.report.survey.frequent import KEPT, Frequent


def test_few_are_counted_exactly_and_told_in_order() -> None:
    found = Frequent()
    found.add({"b": 2, "a": 2})
    found.add({"c": 9, "a": 1})
    assert found.exact
    assert found.most(2) == [("c", 9), ("a", 3)]
    assert found.most(9) == [("c", 9), ("a", 3), ("b", 2)]


def test_a_common_value_among_very_many_is_kept() -> None:
    found = Frequent()
    for block in range(200):
        found.add({f"{block}-{each}": 1 for each in range(500)} | {"common": 30})
    ((text, count), *_) = found.most(1)
    assert text == "common"
    assert not found.exact
    assert 200 * 30 - found.error <= count <= 200 * 30
    assert len(found.most(10**9)) <= 2 * KEPT


def test_entropy_is_by_the_most_that_it_could_be() -> None:
    level, skew, single = Frequent(), Frequent(), Frequent()
    level.add({"a": 5, "b": 5, "c": 5})
    skew.add({"a": 8, "b": 2})
    single.add({"a": 8})
    assert level.entropy(15) == pytest.approx(1)
    assert skew.entropy(10) == pytest.approx(-(0.8 * log(0.8) + 0.2 * log(0.2)) / log(2))
    assert single.entropy(8) == 0
    assert Frequent().entropy(0) is None
