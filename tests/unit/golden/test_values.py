"""What tests compare with goldens, as lines."""

from collections import deque
from datetime import date

import pytest

import pytest_specmint as sm
from pytest_specmint.errors import UsageError
from pytest_specmint.golden.values import lines_of, values_of


def test_a_dataset_gives_its_own_bytes() -> None:
    dataset = sm.generate({"type": "integer"}, count=700)
    values = values_of(dataset)
    assert values is not None
    assert not values.derived
    assert b"".join(values.blocks()) == b"".join(values.blocks(check_all=True)) == dataset.jsonl
    assert (values.content().sha256, values.content().bytes) == (dataset.sha256, len(dataset.jsonl))


def test_lists_of_any_length_are_lines_of_sorted_keys() -> None:
    values = values_of([{"b": i, "a": 2} for i in range(600)])
    assert values is not None
    assert values.derived
    assert b"".join(values.blocks()) == b"".join(b'{"a":2,"b":%d}\n' % i for i in range(600))
    assert values.content().records == 600


def test_iterators_are_read_once_and_then_held() -> None:
    values = values_of(i for i in range(3))
    assert values is not None
    assert b"".join(values.blocks()) == b"".join(values.blocks()) == b"0\n1\n2\n"


@pytest.mark.parametrize("other", ["text", b"bytes", {"a": 1}, {1}, 5, None])
def test_other_things_are_no_series(other: object) -> None:
    assert values_of(other) is None


def test_other_series() -> None:
    assert values_of(deque([1])) is not None
    assert values_of(range(3)) is not None


def test_what_json_has_no_word_for() -> None:
    assert lines_of([date(2025, 1, 2)]) == b'"2025-01-02"\n'
    with pytest.raises(UsageError, match="record 2 ") as caught:
        lines_of([1, 2, object()])
    assert caught.value.hint
