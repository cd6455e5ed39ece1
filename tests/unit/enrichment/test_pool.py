"""Threads: back-pressure, cancellation, providers that hang; real threads and real, short times."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from decimal import Decimal
from threading import Barrier, Event, Thread
from time import monotonic
from typing import Any

import pytest
from dispatching import call, dispatcher

from pytest_specmint.enrichment.model import Completion, Failure, Finish, ProviderFailure, Usage
from pytest_specmint.enrichment.pool import Pool
from pytest_specmint.enrichment.prices import Price, Prices, Rates
from pytest_specmint.enrichment.providers.scripted import ScriptedProvider, Step
from pytest_specmint.enrichment.report import Outcome

HANGS = Step(hangs=True)
PRICES = Prices({("scripted", "scripted"): Price(Rates(0, 0, 10**10))}, "2026-01-01", "abc")


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Every test ends with the threads that it began with."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(2)
    assert [thread.name for thread in set(threading.enumerate()) - before] == []


class Gated(ScriptedProvider):
    """Answers when it may; calls may be let go one by one, in any order."""

    def __init__(self, **others: Any) -> None:
        super().__init__(self._follow, **others)
        self.gates: dict[str, Event] = {}

    def _follow(self, asked: Any, times: int) -> Step:
        self.gates.setdefault(asked.user, Event()).wait(10)
        return Step(asked.user)

    def let(self, number: int) -> None:
        self.gates.setdefault(f"item {number}", Event()).set()


def texts(futures: list[Future[Outcome]]) -> list[str]:
    found = [future.result(10).completion for future in futures]
    return [each.text for each in found if each is not None]


class TestOrder:
    def test_outcomes_belong_to_their_calls_in_whatever_order_answers_come(self) -> None:
        provider = Gated()
        with dispatcher(provider, workers=4) as made:
            futures = [made.submit(call(number)) for number in range(4)]
            assert provider.await_calls(4)
            for number in (2, 0, 3, 1):
                provider.let(number)
                assert futures[number].result(10).completion is not None
        assert texts(futures) == [f"item {number}" for number in range(4)]

    def test_as_many_calls_are_under_way_as_there_are_workers(self) -> None:
        provider = ScriptedProvider([Step(latency=0.005)])
        with dispatcher(provider, workers=3) as made:
            for number in range(30):
                made.submit(call(number))
        assert provider.most_under_way == 3
        assert made.report().answered == 30

    def test_workers_that_start_together_do_not_lose_calls(self) -> None:
        provider = ScriptedProvider(lambda asked, times: asked.user)
        with dispatcher(provider, workers=8) as made:
            barrier = Barrier(4)
            futures: dict[int, Future[Outcome]] = {}

            def work(first: int) -> None:
                barrier.wait()
                for number in range(first, first + 50):
                    futures[number] = made.submit(call(number))

            threads = [Thread(target=work, args=(50 * n,)) for n in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert texts([futures[n] for n in range(200)]) == [f"item {n}" for n in range(200)]


class TestBackPressure:
    def test_no_more_calls_wait_than_there_are_workers(self) -> None:
        provider, submitted = Gated(), []
        made = dispatcher(provider, workers=2)

        def consume() -> None:
            for number in range(6):
                submitted.append(made.submit(call(number)))

        thread = Thread(target=consume)
        thread.start()
        assert provider.await_calls(2)
        thread.join(0.05)
        assert len(submitted) == 4  # two under way, two waiting
        for number in range(6):
            provider.let(number)
        thread.join(5)
        made.close()
        assert len(texts(submitted)) == 6


class TestClosing:
    def test_it_waits_for_all_calls(self) -> None:
        made = dispatcher(ScriptedProvider([Step(latency=0.01)]), workers=2)
        futures = [made.submit(call(number)) for number in range(5)]
        assert made.close().answered == 5
        assert all(future.done() for future in futures)

    def test_its_providers_stay_open(self) -> None:
        provider = ScriptedProvider()
        dispatcher(provider).close()
        assert not provider.closed

    def test_nothing_can_be_submitted_afterwards(self) -> None:
        made = dispatcher(ScriptedProvider())
        made.close()
        with pytest.raises(RuntimeError, match="closed"):
            made.submit(call())

    def test_a_future_cannot_be_cancelled_by_others(self) -> None:
        with dispatcher(ScriptedProvider([Step(latency=0.01)])) as made:
            future = made.submit(call())
            assert not future.cancel()


class TestCancelling:
    def cancelled(self, made: Pool, futures: list[Future[Outcome]]) -> list[Outcome]:
        start = monotonic()
        report = made.close(cancel=True)
        assert monotonic() - start < 1
        assert all(future.done() for future in futures)
        outcomes = [future.result() for future in futures]
        assert report.calls == len(futures)
        assert report.failures == {"cancelled": sum(each.failure is Failure.CANCELLED for each in outcomes)}
        return outcomes

    @pytest.mark.parametrize("step", [HANGS, Step(latency=60.0)], ids=["hangs", "slow"])
    def test_calls_under_way_and_waiting_end_at_once(self, step: Step) -> None:
        provider = ScriptedProvider([step])
        made = dispatcher(provider, workers=2)
        futures = [made.submit(call(number)) for number in range(4)]
        assert provider.await_calls(2)
        assert {each.failure for each in self.cancelled(made, futures)} == {Failure.CANCELLED}
        assert provider.closed

    def test_answers_that_came_before_stay(self) -> None:
        provider = ScriptedProvider(["x", HANGS])
        made = dispatcher(provider)
        futures = [made.submit(call(0))]
        futures[0].result(10)
        futures.append(made.submit(call(1)))
        assert provider.await_calls(2)
        assert [each.failure for each in self.cancelled(made, futures)] == [None, Failure.CANCELLED]

    def test_a_wait_for_the_rate_ends(self) -> None:
        provider = ScriptedProvider()
        made = dispatcher(provider, workers=2, max_rps=0.001)
        futures = [made.submit(call(number)) for number in range(3)]
        futures[0].result(10)
        outcomes = self.cancelled(made, futures)
        assert [each.failure for each in outcomes] == [None, Failure.CANCELLED, Failure.CANCELLED]
        assert len(provider.asked) == 1

    def test_a_wait_before_another_try_ends(self) -> None:
        provider = ScriptedProvider([Step(failure=Failure.RATE_LIMITED, retry_after=50.0)])
        made = dispatcher(provider, retry_attempts=3)
        futures = [made.submit(call())]
        assert provider.await_calls(1)
        assert self.cancelled(made, futures)[0].failure is Failure.CANCELLED

    def test_a_wait_for_money_ends(self) -> None:
        provider = ScriptedProvider([HANGS], paid=True)
        made = dispatcher(provider, workers=2, prices=PRICES, model="scripted", max_cost_usd=Decimal(1))
        futures = [made.submit(call(number)) for number in range(2)]
        assert provider.await_calls(1)
        assert {each.failure for each in self.cancelled(made, futures)} == {Failure.CANCELLED}
        assert made.report().cost == 1  # what was under way may have to be paid

    def test_a_wait_for_a_slot_ends(self) -> None:
        overloaded = Step(failure=Failure.OVERLOADED)
        provider = ScriptedProvider([overloaded, overloaded, HANGS])
        made = dispatcher(provider, workers=4, circuit_failures=99)
        for number in range(2):
            made.submit(call(number)).result(10)
        futures = [made.submit(call(number)) for number in range(2, 6)]
        assert provider.await_calls(3)
        start = monotonic()
        made.close(cancel=True)
        assert monotonic() - start < 0.5
        assert [each.result().failure for each in futures] == [Failure.CANCELLED] * 4
        assert len(provider.asked) == 3

    def test_calls_submitted_afterwards_are_cancelled_too(self) -> None:
        made = dispatcher(ScriptedProvider())
        made.close(cancel=True)
        assert made.submit(call()).result(1).failure is Failure.CANCELLED

    def test_a_thread_that_waits_to_submit_goes_on(self) -> None:
        provider = ScriptedProvider([HANGS])
        made = dispatcher(provider)
        found: list[Future[Outcome]] = []
        thread = Thread(target=lambda: found.extend(made.submit(call(number)) for number in range(5)))
        thread.start()
        assert provider.await_calls(1)
        made.close(cancel=True)
        thread.join(1)
        assert [each.result(1).failure for each in found] == [Failure.CANCELLED] * 5

    def test_it_may_come_twice(self) -> None:
        made = dispatcher(ScriptedProvider([HANGS]))
        made.submit(call())
        assert made.close(cancel=True) == made.close(cancel=True) == made.close()

    def test_a_provider_that_cannot_be_closed_does_not_matter(self) -> None:
        class Odd(ScriptedProvider):
            def close(self) -> None:
                super().close()
                raise ValueError("x")

        made = dispatcher(Odd([HANGS]))
        future = made.submit(call())
        made.close(cancel=True)
        assert future.result(1).failure is Failure.CANCELLED

    @pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
    @pytest.mark.parametrize("where", ["submitting", "waiting", "closing"])
    def test_ctrl_c_in_the_consumer_ends_everything_within_a_second(self, where: str) -> None:
        provider = ScriptedProvider([HANGS])
        interrupted = 0.0

        def interrupt() -> None:
            nonlocal interrupted
            provider.await_calls(2)
            threading.Event().wait(0.02)  # the consumer has gone on to where it waits
            interrupted = monotonic()
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

        thread = Thread(target=interrupt)
        thread.start()
        futures: list[Future[Outcome]] = []

        def consume() -> None:
            with dispatcher(provider, workers=2) as made:
                for number in range(9 if where == "submitting" else 3):
                    futures.append(made.submit(call(number)))
                if where == "waiting":
                    futures[0].result()

        with pytest.raises(KeyboardInterrupt):
            consume()
        assert monotonic() - interrupted < 1
        thread.join()
        assert {future.result(0).failure for future in futures} == {Failure.CANCELLED}
        assert [each.name for each in threading.enumerate() if each.name.startswith("specmint")] == []


class TestHanging:
    def test_a_provider_that_keeps_no_deadline_is_given_up(self) -> None:
        provider = ScriptedProvider(lambda asked, times: HANGS if asked.user == "item 0" else Step("x"))
        made = dispatcher(provider, timeout_ms=20, grace=0.02)
        start = monotonic()
        futures = [made.submit(call(number)) for number in range(3)]
        outcomes = [future.result(5) for future in futures]
        assert monotonic() - start < 1
        assert outcomes[0] == Outcome(None, Failure.TIMEOUT, "scripted kept no deadline", "scripted", 1, "closed")
        assert [each.failure for each in outcomes[1:]] == [None, None]
        provider.close()
        report = made.close()
        assert report.providers[0].failures == {"timeout": 1}
        assert report.answered == 2

    def test_an_answer_after_that_changes_nothing(self) -> None:
        go = Event()

        def follow(asked: Any, times: int) -> Completion:
            go.wait(5)
            return Completion("late", Finish.STOP, Usage(1, 1))

        made = dispatcher(
            ScriptedProvider(follow, paid=True), timeout_ms=20, grace=0.02, prices=PRICES, model="scripted"
        )
        future = made.submit(call())
        assert future.result(5).failure is Failure.TIMEOUT
        go.set()
        made.close()
        assert future.result().failure is Failure.TIMEOUT
        report = made.report()
        assert (report.cost, report.answered, report.providers[0].attempts) == (1, 0, 1)

    def test_hanging_opens_the_circuit(self) -> None:
        provider = ScriptedProvider([HANGS])
        made = dispatcher(provider, timeout_ms=10, grace=0.01, circuit_failures=2)
        found = [made.submit(call(number)).result(5).failure for number in range(4)]
        assert found == [Failure.TIMEOUT, Failure.TIMEOUT, Failure.BREAKER_OPEN, Failure.BREAKER_OPEN]
        provider.close()
        made.close()

    def test_all_workers_may_hang(self) -> None:
        provider = ScriptedProvider([HANGS])
        made = dispatcher(provider, workers=3, timeout_ms=10, grace=0.01, circuit_failures=99)
        futures = [made.submit(call(number)) for number in range(9)]
        assert {future.result(5).failure for future in futures} == {Failure.TIMEOUT}
        provider.close()
        assert made.close().failures == {"timeout": 9}


class TestWidth:
    def test_after_a_refusal_fewer_calls_go_out_at_a_time_then_more_again(self) -> None:
        provider = ScriptedProvider([Step(failure=Failure.RATE_LIMITED), Step(latency=0.005)])
        with dispatcher(provider, workers=4) as made:
            made.submit(call(0)).result(10)
            for number in range(1, 30):
                made.submit(call(number))
        assert made.report().providers[0].narrowest == 2
        assert provider.most_under_way == 4
        assert made._lanes[0].slots.allowed == 4


def test_a_failure_of_the_provider_is_raised_to_nobody() -> None:
    def fail(asked: Any, times: int) -> Step:
        raise ProviderFailure(Failure.BAD_REQUEST, "no")

    with dispatcher(ScriptedProvider(fail)) as made:
        future = made.submit(call())
        assert future.exception(5) is None
        assert future.result(5).detail == "no"
