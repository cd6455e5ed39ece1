"""Work that threads do meanwhile: in order, bounded, and with its errors."""

import threading
from functools import partial
from time import sleep

import pytest

from pytest_specmint.rendering.ahead import Ahead


def test_results_come_in_the_order_of_what_was_given() -> None:
    ahead: Ahead[int] = Ahead(3, 4)

    def slow(number: int) -> int:
        sleep(0.002 * (number % 3))
        return number

    found = [done for number in range(40) for done in ahead.add(partial(slow, number))]
    assert found + list(ahead.rest()) == list(range(40))


def test_no_more_than_so_many_wait() -> None:
    ahead: Ahead[int] = Ahead(1, 2)
    go, taken = threading.Event(), []

    def held(number: int) -> int:
        go.wait(10)
        return number

    for number in range(3):
        taken += ahead.add(partial(held, number))
        assert taken[:1] == ([] if number < 2 else [0])  # the third had to wait for the first
        if number == 1:
            go.set()
    assert taken + list(ahead.rest()) == [0, 1, 2]


def test_what_fails_is_told_in_its_turn() -> None:
    ahead: Ahead[int] = Ahead(2, 8)

    def fails() -> int:
        raise ValueError("no")

    go = threading.Event()
    found = list(ahead.add(lambda: int(go.wait(10))))
    found += ahead.add(fails)
    go.set()
    rest = ahead.rest()
    assert [*found, next(rest)] == [1]
    with pytest.raises(ValueError, match="no"):
        next(rest)
