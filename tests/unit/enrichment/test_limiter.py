"""Rates: when a call may go out, as a function of what went out and what the provider said."""

from itertools import pairwise
from math import inf, nan
from threading import Barrier, Event, Thread

import pytest
from dispatching import Time

from pytest_specmint.enrichment.limiter import (
    Admission,
    Flow,
    Limiter,
    Rate,
    admitted,
    imposed_until,
    paused,
    ready_at,
    taken,
    told,
)
from pytest_specmint.enrichment.model import Failure, ProviderFailure
from pytest_specmint.enrichment.providers.protocol import Limits

TWO = Rate(2.0)
TOKENS = Rate(1000.0, 100)


def after(*admissions: Admission, rate: Rate = TOKENS) -> Flow:
    flow = Flow()
    for each in admissions:
        flow = admitted(flow, rate, each)
    return flow


class TestReadyAt:
    def test_the_first_call_goes_out_at_once(self) -> None:
        assert ready_at(Flow(), TWO, 10, 5.0) <= 5.0

    def test_the_next_waits_for_its_turn(self) -> None:
        assert ready_at(after(Admission(1, 5.0, 10), rate=TWO), TWO, 10, 5.0) == 5.5

    def test_time_that_nobody_used_is_not_saved_up(self) -> None:
        flow = after(Admission(1, 5.0, 10), Admission(2, 100.0, 10), rate=TWO)
        assert ready_at(flow, TWO, 10, 100.0) == 100.5

    def test_tokens_of_the_last_minute_count(self) -> None:
        flow = after(Admission(1, 0.0, 60), Admission(2, 10.0, 30))
        assert ready_at(flow, TOKENS, 10, 20.0) <= 20.0
        assert ready_at(flow, TOKENS, 11, 20.0) == 60.0
        assert ready_at(flow, TOKENS, 71, 20.0) == 70.0

    def test_a_call_larger_than_a_minute_never_fits(self) -> None:
        assert ready_at(Flow(), TOKENS, 101, 0.0) == inf
        assert ready_at(Flow(), TOKENS, 100, 0.0) <= 0.0

    def test_what_was_really_taken_replaces_what_might_have_been(self) -> None:
        flow = taken(after(Admission(1, 0.0, 100)), 1, 20)
        assert ready_at(flow, TOKENS, 80, 1.0) <= 1.0
        assert ready_at(flow, TOKENS, 81, 1.0) == 60.0

    def test_no_tokens_are_remembered_where_none_are_limited(self) -> None:
        assert after(Admission(1, 0.0, 100), rate=TWO).recent == ()

    def test_tokens_older_than_a_minute_are_forgotten(self) -> None:
        assert [each.number for each in after(Admission(1, 0.0, 10), Admission(2, 60.0, 10)).recent] == [2]


class TestWhatTheProviderSays:
    def test_a_pause_holds_back(self) -> None:
        assert ready_at(paused(Flow(), 9.0), TWO, 1, 5.0) == 9.0

    def test_a_shorter_pause_does_not_shorten_one(self) -> None:
        assert imposed_until(paused(paused(Flow(), 9.0), 7.0), 1) == 9.0

    def test_no_requests_left_means_waiting_for_them(self) -> None:
        flow = told(Flow(), Limits(requests_left=0, requests_reset=3.0), 5.0)
        assert imposed_until(flow, 1) == 8.0

    def test_requests_that_go_out_are_taken_from_those_left(self) -> None:
        flow = told(Flow(), Limits(requests_left=1, requests_reset=3.0), 5.0)
        assert imposed_until(flow, 1) <= 5.0
        assert imposed_until(admitted(flow, TWO, Admission(1, 5.0, 1)), 1) == 8.0

    def test_too_few_tokens_left_means_waiting_for_a_call_of_that_size_alone(self) -> None:
        flow = told(Flow(), Limits(tokens_left=50, tokens_reset=4.0), 5.0)
        assert imposed_until(flow, 200) <= 5.0
        assert imposed_until(flow, 201) == 9.0

    def test_tokens_that_go_out_are_taken_from_those_left(self) -> None:
        flow = told(Flow(), Limits(tokens_left=50, tokens_reset=4.0), 5.0)
        after_one = admitted(flow, TWO, Admission(1, 5.0, 120))
        assert imposed_until(after_one, 80) <= 5.0
        assert imposed_until(after_one, 81) == 9.0

    def test_what_was_left_counts_no_more_once_there_is_enough_again(self) -> None:
        flow = told(Flow(), Limits(requests_left=0, requests_reset=3.0), 5.0)
        flow = admitted(flow, TWO, Admission(1, 8.0, 1))
        assert flow.requests_left is None
        assert imposed_until(flow, 1) <= 8.0

    @pytest.mark.parametrize("reset", [-1.0, nan])
    def test_a_reset_that_makes_no_sense_holds_nobody_back(self, reset: float) -> None:
        flow = told(Flow(), Limits(requests_left=0, requests_reset=reset), 5.0)
        assert imposed_until(flow, 1) <= 5.0

    def test_headers_without_a_reset_say_nothing(self) -> None:
        assert told(Flow(), Limits(requests_left=0, tokens_left=0), 5.0) == Flow()

    def test_headers_that_are_left_out_leave_what_is_known(self) -> None:
        flow = told(Flow(), Limits(requests_left=0, requests_reset=3.0), 5.0)
        assert told(flow, Limits(), 6.0) == flow


class TestLimiter:
    def limiter(self, rate: Rate) -> tuple[Limiter, Time]:
        time = Time(0.0)
        return Limiter(rate, time, time.sleep), time

    def test_calls_are_spaced(self) -> None:
        limiter, time = self.limiter(TWO)
        starts = []
        for _ in range(4):
            limiter.acquire(1)
            starts.append(time())
        assert starts == pytest.approx([0.0, 0.5, 1.0, 1.5])
        assert all(b - a >= 0.5 for a, b in pairwise(starts))

    def test_numbers_tell_calls_apart(self) -> None:
        limiter, _ = self.limiter(Rate(1000.0, 1000))
        assert [limiter.acquire(1) for _ in range(3)] == [1, 2, 3]

    def test_fewer_tokens_than_feared_let_the_next_call_go_early(self) -> None:
        limiter, time = self.limiter(TOKENS)
        limiter.took(limiter.acquire(100), 10)
        limiter.acquire(90)
        assert time() < 1.0

    def test_as_many_tokens_as_feared_do_not(self) -> None:
        limiter, time = self.limiter(TOKENS)
        limiter.took(limiter.acquire(100), 100)
        limiter.acquire(90)
        assert time() >= 60.0

    def test_a_call_that_never_fits_fails(self) -> None:
        limiter, _ = self.limiter(TOKENS)
        with pytest.raises(ProviderFailure, match="100 a minute") as caught:
            limiter.acquire(101)
        assert caught.value.failure is Failure.TOO_LARGE

    def test_a_pause_within_patience_is_waited_for(self) -> None:
        limiter, time = self.limiter(TWO)
        limiter.hold_back(5.0)
        assert limiter.imposed(1) == 5.0
        limiter.acquire(1, patience=5.0)
        assert time() >= 5.0
        assert limiter.imposed(1) == 0.0

    def test_a_pause_beyond_patience_is_a_failure_that_says_how_long(self) -> None:
        limiter, _ = self.limiter(TWO)
        limiter.tell(Limits(requests_left=0, requests_reset=90.0))
        with pytest.raises(ProviderFailure, match="90 s") as caught:
            limiter.acquire(1, patience=60.0)
        assert caught.value.failure is Failure.RATE_LIMITED
        assert caught.value.retry_after == 90.0

    def test_its_own_rate_needs_no_patience(self) -> None:
        limiter, time = self.limiter(Rate(0.01))
        limiter.acquire(1, patience=1.0)
        limiter.acquire(1, patience=1.0)
        assert time() >= 100.0

    def test_the_end_of_the_run_ends_a_wait(self) -> None:
        limiter = Limiter(TWO, Time(0.0), lambda _: True)
        limiter.acquire(1)
        with pytest.raises(ProviderFailure) as caught:
            limiter.acquire(1)
        assert caught.value.failure is Failure.CANCELLED

    def test_threads_that_start_together_are_let_through_one_by_one(self) -> None:
        from time import monotonic

        stop, barrier = Event(), Barrier(8)
        limiter = Limiter(Rate(200.0), monotonic, stop.wait)
        starts: list[float] = []

        def work() -> None:
            barrier.wait()
            for _ in range(3):
                limiter.acquire(1)
                starts.append(monotonic())

        threads = [Thread(target=work) for _ in range(8)]
        begin = monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(starts) == 24
        assert max(starts) - begin >= 23 / 200
