"""Circuits: when calls are let through; and what of pybreaker makes it the state machine only."""

from threading import Barrier, Thread

import pybreaker
import pytest
from dispatching import Time

from pytest_specmint.enrichment.breaker import Breaker, Circuit, Leave, Verdict, verdict
from pytest_specmint.enrichment.model import NEUTRAL, Failure

GOOD, BAD, NOTHING = Verdict.GOOD, Verdict.BAD, Verdict.NEUTRAL


def leave(breaker: Breaker) -> Leave:
    found = breaker.admit()
    assert found is not None
    return found


def made(failures: int = 3, cooldown: float = 30.0) -> tuple[Breaker, Time]:
    time = Time()
    return Breaker(failures, cooldown, time), time


def opened() -> tuple[Breaker, Time]:
    breaker, time = made(1)
    breaker.record(leave(breaker), BAD)
    assert breaker.circuit is Circuit.OPEN
    return breaker, time


@pytest.mark.parametrize("failure", [None, *Failure])
def test_verdicts(failure: Failure | None) -> None:
    expected = GOOD if failure is None else NOTHING if failure in NEUTRAL else BAD
    assert verdict(failure) is expected


def test_failures_in_a_row_open_it() -> None:
    breaker, _ = made(3)
    for _ in range(2):
        breaker.record(leave(breaker), BAD)
    assert breaker.circuit is Circuit.CLOSED
    breaker.record(leave(breaker), BAD)
    assert breaker.circuit is Circuit.OPEN
    assert breaker.refuses()
    assert breaker.admit() is None


def test_an_answer_in_between_begins_the_row_anew() -> None:
    breaker, _ = made(2)
    for found in (BAD, GOOD, BAD):
        breaker.record(leave(breaker), found)
    assert breaker.circuit is Circuit.CLOSED


def test_what_is_neutral_neither_counts_nor_begins_anew() -> None:
    breaker, _ = made(2)
    for found in (BAD, NOTHING, NOTHING, NOTHING):
        breaker.record(leave(breaker), found)
    assert breaker.circuit is Circuit.CLOSED
    breaker.record(leave(breaker), BAD)
    assert breaker.circuit is Circuit.OPEN


def test_it_stays_open_until_it_has_cooled_down() -> None:
    breaker, time = opened()
    time.go(29.999)
    assert breaker.admit() is None
    time.go(0.001)
    assert not breaker.refuses()
    assert leave(breaker).probe


def test_one_call_probes_and_others_are_refused() -> None:
    breaker, time = opened()
    time.go(30.0)
    leave(breaker)
    assert breaker.circuit is Circuit.HALF_OPEN
    assert breaker.refuses()
    assert breaker.admit() is None


def test_a_good_probe_closes_it() -> None:
    breaker, time = opened()
    time.go(30.0)
    breaker.record(leave(breaker), GOOD)
    assert breaker.circuit is Circuit.CLOSED
    assert not leave(breaker).probe


def test_a_bad_probe_opens_it_for_another_time() -> None:
    breaker, time = opened()
    time.go(30.0)
    breaker.record(leave(breaker), BAD)
    assert breaker.circuit is Circuit.OPEN
    time.go(29.0)
    assert breaker.admit() is None
    time.go(1.0)
    assert leave(breaker).probe


def test_a_probe_that_says_nothing_makes_room_for_another() -> None:
    breaker, time = opened()
    time.go(30.0)
    breaker.record(leave(breaker), NOTHING)
    assert breaker.circuit is Circuit.HALF_OPEN
    assert leave(breaker).probe


def test_calls_of_another_time_do_not_count() -> None:
    breaker, time = made(2)
    early = [leave(breaker) for _ in range(4)]
    breaker.record(early[0], BAD)
    breaker.record(early[1], BAD)
    assert breaker.circuit is Circuit.OPEN
    breaker.record(early[2], GOOD)
    assert breaker.circuit is Circuit.OPEN
    time.go(30.0)
    breaker.record(leave(breaker), GOOD)
    assert breaker.circuit is Circuit.CLOSED
    breaker.record(early[3], BAD)
    breaker.record(leave(breaker), BAD)
    assert breaker.circuit is Circuit.CLOSED


def test_changes_are_kept_with_their_times() -> None:
    breaker, time = opened()
    time.go(30.0)
    breaker.record(leave(breaker), GOOD)
    assert [(each.at, each.before, each.after) for each in breaker.transitions] == [
        (1000.0, Circuit.CLOSED, Circuit.OPEN),
        (1030.0, Circuit.OPEN, Circuit.HALF_OPEN),
        (1030.0, Circuit.HALF_OPEN, Circuit.CLOSED),
    ]


def test_threads_that_come_together_get_one_probe() -> None:
    for _ in range(20):
        breaker, time = opened()
        time.go(30.0)
        barrier = Barrier(8)
        found: list[Leave | None] = []

        def work(breaker: Breaker = breaker, barrier: Barrier = barrier, found: list[Leave | None] = found) -> None:
            barrier.wait()
            found.append(breaker.admit())

        threads = [Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(each is not None for each in found) == 1


class TestWhyOnlyTheStateMachine:
    """If one of these fails, pybreaker has changed, and less of ours may be needed."""

    def test_its_lock_is_held_while_a_call_is_under_way(self) -> None:
        states = pybreaker.CircuitBreaker()

        def under_way() -> bool:
            free: list[bool] = []
            thread = Thread(target=lambda: free.append(states._lock.acquire(blocking=False)))
            thread.start()
            thread.join()
            return free == [False]

        assert states.call(under_way)

    def test_what_it_leaves_out_counts_as_a_success(self) -> None:
        states = pybreaker.CircuitBreaker(fail_max=2, exclude=[KeyError], throw_new_error_on_trip=False)

        def fail(kind: type[Exception]) -> None:
            raise kind

        for kind in (ValueError, KeyError, ValueError):
            with pytest.raises(kind):
                states.call(fail, kind)
        assert states.current_state == "closed"

    def test_cancellation_counts_as_a_failure(self) -> None:
        states = pybreaker.CircuitBreaker(fail_max=1, throw_new_error_on_trip=False)

        def fail() -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            states.call(fail)
        assert states.current_state == "open"
