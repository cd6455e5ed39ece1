"""Calls at a time: fewer after refusals, more after answers."""

from threading import Event, Thread

import pytest

from pytest_specmint.enrichment.concurrency import PRESSURE, Slots, Width, after
from pytest_specmint.enrichment.model import Failure, ProviderFailure


@pytest.mark.parametrize("failure", sorted(PRESSURE))
def test_pressure_halves(failure: Failure) -> None:
    assert after(Width(8, 8), 0, failure) == Width(4, 8, 0, 1)


def test_one_call_is_always_allowed() -> None:
    assert after(Width(1, 8, 0, 3), 3, Failure.RATE_LIMITED).allowed == 1


def test_refusals_of_one_burst_count_once() -> None:
    width = Width(8, 8)
    for _ in range(5):
        width = after(width, 0, Failure.OVERLOADED)
    assert width.allowed == 4
    assert after(width, 1, Failure.OVERLOADED).allowed == 2


def test_as_many_answers_as_calls_are_allowed_make_room_for_one_more() -> None:
    width = Width(2, 4, 0, 1)
    allowed = []
    for _ in range(6):
        width = after(width, 1, None)
        allowed.append(width.allowed)
    assert allowed == [2, 3, 3, 3, 4, 4]


def test_there_are_never_more_than_the_most() -> None:
    width = Width(4, 4)
    for _ in range(20):
        width = after(width, 0, None)
    assert width == Width(4, 4)


@pytest.mark.parametrize("failure", sorted(set(Failure) - PRESSURE))
def test_other_failures_change_nothing(failure: Failure) -> None:
    assert after(Width(2, 4, 1, 1), 1, failure) == Width(2, 4, 1, 1)


def test_a_call_waits_for_a_slot() -> None:
    slots, got = Slots(1), Event()
    slots.acquire(lambda: False)

    def work() -> None:
        slots.acquire(lambda: False)
        got.set()

    thread = Thread(target=work)
    thread.start()
    assert not got.wait(0.02)
    slots.release()
    assert got.wait(5)
    thread.join()


def test_narrowing_lets_calls_under_way_go_on_and_others_wait() -> None:
    slots = Slots(2)
    for _ in range(2):
        slots.acquire(lambda: False)
    slots.note(slots.era, Failure.RATE_LIMITED)
    assert (slots.allowed, slots.narrowest) == (1, 1)
    slots.release()
    got = Event()
    thread = Thread(target=lambda: (slots.acquire(lambda: False), got.set()))
    thread.start()
    assert not got.wait(0.02)
    slots.release()
    assert got.wait(5)
    thread.join()


def test_the_end_of_the_run_ends_a_wait() -> None:
    slots, over = Slots(1), Event()
    slots.acquire(over.is_set)
    failures: list[Failure] = []

    def work() -> None:
        with pytest.raises(ProviderFailure) as caught:
            slots.acquire(over.is_set)
        failures.append(caught.value.failure)

    thread = Thread(target=work)
    thread.start()
    over.set()
    slots.wake()
    thread.join(5)
    assert failures == [Failure.CANCELLED]
