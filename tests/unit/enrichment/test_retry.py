"""Tries: which failures, how often, how far apart, for how long."""

import random
from math import nan
from random import Random

import pytest
import tenacity
from dispatching import Time

from pytest_specmint.enrichment.model import RETRIED, Failure, ProviderFailure
from pytest_specmint.enrichment.retry import Allowance, Backoff, asked_wait, jitter, retrying, wait_before

BACKOFF = Backoff(3, 0.2, 2.0)


class Tries:
    """A call that fails as told, then answers."""

    def __init__(self, *failures: ProviderFailure, time: Time | None = None, each: float = 0.0) -> None:
        self.failures = list(failures)
        self.count = 0
        self.time = time
        self.each = each

    def __call__(self) -> str:
        self.count += 1
        if self.time is not None:
            self.time.go(self.each)
        if self.failures:
            raise self.failures.pop(0)
        return "answer"


def failed(failure: Failure = Failure.SERVER, retry_after: float | None = None) -> ProviderFailure:
    return ProviderFailure(failure, failure.value, retry_after=retry_after)


def loop(
    tries: Tries, time: Time, *, backoff: Backoff = BACKOFF, total: float = 12.0, may_retry: bool = True, seed: int = 1
) -> str:
    allowance = Allowance(total, time)
    allowance.begin()
    made: str = retrying(backoff, allowance, Random(seed), time.sleep, lambda _: may_retry)(tries)
    return made


class TestWaits:
    def test_the_ceiling_doubles_up_to_the_most(self) -> None:
        assert [jitter(BACKOFF, tries, 1.0) for tries in (1, 2, 3, 4, 5)] == pytest.approx([0.4, 0.8, 1.6, 2.0, 2.0])

    def test_no_wait_is_shorter_than_the_least(self) -> None:
        assert [jitter(BACKOFF, tries, 0.0) for tries in (1, 2, 9)] == [0.2, 0.2, 0.2]

    def test_many_tries_do_not_overflow(self) -> None:
        assert jitter(BACKOFF, 100_000, 1.0) == pytest.approx(2.0)

    def test_what_the_provider_asks_for_beats_the_most(self) -> None:
        assert wait_before(BACKOFF, 1, 20.0, 1.0) == 20.0

    def test_a_short_wait_asked_for_does_not_shorten_the_jitter(self) -> None:
        assert wait_before(BACKOFF, 1, 0.1, 1.0) == pytest.approx(0.4)

    @pytest.mark.parametrize(("given", "meant"), [(None, 0.0), (-1.0, 0.0), (nan, 0.0), (0.0, 0.0), (3.0, 3.0)])
    def test_waits_that_make_no_sense_are_none(self, given: float | None, meant: float) -> None:
        assert asked_wait(failed(retry_after=given)) == meant


class TestRetrying:
    @pytest.mark.parametrize("failure", sorted(RETRIED))
    def test_what_may_pass_is_tried_again(self, failure: Failure) -> None:
        tries = Tries(failed(failure))
        assert loop(tries, Time()) == "answer"
        assert tries.count == 2

    @pytest.mark.parametrize("failure", sorted(set(Failure) - RETRIED))
    def test_what_stays_is_not(self, failure: Failure) -> None:
        tries = Tries(failed(failure))
        with pytest.raises(ProviderFailure, match=failure.value):
            loop(tries, Time())
        assert tries.count == 1

    def test_other_errors_are_not(self) -> None:
        def fail() -> str:
            raise KeyError("x")

        with pytest.raises(KeyError):
            retrying(BACKOFF, Allowance(12, Time()), Random(1), Time().sleep, lambda _: True)(fail)

    def test_the_last_failure_is_told_when_tries_run_out(self) -> None:
        tries = Tries(failed(), failed(), failed(Failure.CUT), failed())
        with pytest.raises(ProviderFailure, match="cut_off"):
            loop(tries, Time())
        assert tries.count == 3

    def test_nothing_is_tried_where_it_may_not(self) -> None:
        tries = Tries(failed())
        with pytest.raises(ProviderFailure):
            loop(tries, Time(), may_retry=False)
        assert tries.count == 1

    def test_it_waits_as_long_as_it_is_asked_to(self) -> None:
        time = Time()
        loop(Tries(failed(Failure.RATE_LIMITED, 7.0)), time)
        assert time.slept == [7.0]

    def test_the_end_of_the_run_ends_a_wait(self) -> None:
        tries, allowance = Tries(failed()), Allowance(12, Time())
        with pytest.raises(ProviderFailure) as caught:
            retrying(BACKOFF, allowance, Random(1), lambda _: True, lambda _: True)(tries)
        assert caught.value.failure is Failure.CANCELLED
        assert tries.count == 1

    def test_waits_come_from_their_own_generator(self) -> None:
        random.seed(7)
        state = random.getstate()
        first, second = Time(), Time()
        for time in (first, second):
            loop(Tries(failed(), failed()), time)
        assert random.getstate() == state
        assert first.slept == second.slept
        assert len(set(first.slept)) == 2

    def test_tenacitys_own_jitter_would_draw_from_the_users(self) -> None:
        """If this fails, tenacity has changed, and its jitter could be used."""
        random.seed(7)
        state = random.getstate()
        call = tenacity.RetryCallState(tenacity.Retrying(), None, (), {})
        tenacity.wait_random_exponential()(call)
        assert random.getstate() != state


class TestAllowance:
    def test_a_wait_that_leaves_no_time_is_not_begun(self) -> None:
        time = Time()
        tries = Tries(failed(), failed(), time=time, each=0.9)
        with pytest.raises(ProviderFailure):
            loop(tries, time, total=1.0)
        assert tries.count == 1
        assert time.slept == []

    def test_the_total_spans_all_tries(self) -> None:
        time = Time()
        tries = Tries(*[failed() for _ in range(9)], time=time, each=1.0)
        with pytest.raises(ProviderFailure):
            loop(tries, time, total=3.0, backoff=Backoff(10, 0.5, 0.5))
        assert tries.count == 2

    def test_a_wait_that_the_provider_asks_for_takes_no_time_of_the_call(self) -> None:
        time = Time()
        tries = Tries(failed(Failure.RATE_LIMITED, 30.0), time=time, each=1.0)
        assert loop(tries, time, total=3.0) == "answer"

    def test_but_there_is_an_end_to_patience(self) -> None:
        time = Time()
        tries = Tries(failed(Failure.RATE_LIMITED, 61.0))
        with pytest.raises(ProviderFailure, match="rate_limited"):
            loop(tries, time)
        assert time.slept == []

    def test_patience_is_for_all_waits_together(self) -> None:
        time = Time()
        tries = Tries(*[failed(Failure.RATE_LIMITED, 25.0) for _ in range(5)])
        with pytest.raises(ProviderFailure):
            loop(tries, time, backoff=Backoff(10, 0.0, 0.0))
        assert tries.count == 3

    def test_the_time_begins_with_the_first_try(self) -> None:
        time = Time()
        allowance = Allowance(12, time)
        time.go(100)
        assert allowance.left() == 12
        allowance.impose(50)
        allowance.begin()
        time.go(5)
        allowance.begin()
        assert allowance.left() == 7
        assert allowance.patience == 60
