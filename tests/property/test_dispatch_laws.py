"""Laws of dispatching: rates over any window, money under any schedule, answers in any order."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, inf
from random import Random
from threading import Barrier, Lock, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_specmint.enrichment.budget import Budget, Decision, decide
from pytest_specmint.enrichment.concurrency import Width, after
from pytest_specmint.enrichment.dispatch import make_dispatcher
from pytest_specmint.enrichment.limiter import Admission, Flow, Limiter, Rate, admitted, ready_at, taken
from pytest_specmint.enrichment.model import RETRIED, Call, Failure, ProviderFailure, Sampling, Usage
from pytest_specmint.enrichment.prices import Charge, Price, Prices, Rates, dollars
from pytest_specmint.enrichment.providers.scripted import ScriptedProvider, Step
from pytest_specmint.enrichment.retry import Backoff, jitter, wait_before
from pytest_specmint.enrichment.settings import LlmSettings

LAW = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
THREADS = settings(LAW, max_examples=25)
UNITS = 10**10
"""A cent, as prices count."""
CENT = Price(Rates(0, 0, UNITS))
PRICES = Prices({("scripted", "scripted"): CENT}, "2026-01-01", "abc")


def call(number: int, max_tokens: int = 100) -> Call:
    return Call("", f"item {number}", {}, Sampling("scripted", 0.2, max_tokens), number, (str(number),))


ARRIVALS = st.lists(
    st.tuples(st.fractions(0, 40, max_denominator=16), st.integers(0, 120), st.integers(0, 100)), max_size=30
)
"""Seconds since the call before, tokens that it may take, and the share (%) that it takes."""


@LAW
@given(
    arrivals=ARRIVALS,
    requests=st.fractions(Fraction(1, 8), 50, max_denominator=8),
    tokens=st.none() | st.integers(1, 300),
    spans=st.lists(st.fractions(Fraction(1, 64), 200, max_denominator=64), min_size=1, max_size=5),
)
def test_no_window_of_any_length_has_more_than_the_rate(
    arrivals: Sequence[tuple[Fraction, int, int]], requests: Fraction, tokens: int | None, spans: Sequence[Fraction]
) -> None:
    """In exact arithmetic: times are fractions, so nothing hides behind rounding."""
    rate: Any = Rate(requests, tokens)  # type: ignore[arg-type]
    flow, now, sent = Flow(), Fraction(0), []
    for number, (pause, most, share) in enumerate(arrivals):
        now += pause
        at: Any = ready_at(flow, rate, most, now)  # type: ignore[arg-type]
        if at == inf:
            assert tokens is not None
            assert most > tokens
            continue
        now = max(now, at)
        assert ready_at(flow, rate, most, now) <= now  # type: ignore[arg-type]
        flow = admitted(flow, rate, Admission(number, now, most))  # type: ignore[arg-type]
        used = most * share // 100
        flow = taken(flow, number, used)
        sent.append((now, used))
    for span in spans:
        for start, _ in sent:
            within = [used for at, used in sent if start <= at < start + span]
            assert len(within) <= ceil(requests * span)
    if tokens is not None:
        for start, _ in sent:
            assert sum(used for at, used in sent if start <= at < start + 60) <= tokens


@LAW
@given(arrivals=ARRIVALS, tokens=st.integers(120, 300))
def test_nobody_waits_longer_than_the_rate_demands(arrivals: Sequence[tuple[Fraction, int, int]], tokens: int) -> None:
    """A moment before a call is let through, it would have broken the rate."""
    rate: Any = Rate(Fraction(10), tokens)  # type: ignore[arg-type]
    flow, now, sent = Flow(), Fraction(0), []
    for number, (pause, most, _) in enumerate(arrivals):
        now += pause
        at: Any = ready_at(flow, rate, most, now)  # type: ignore[arg-type]
        if at > now:
            moment = at - Fraction(1, 10**9)
            close = bool(sent) and moment < sent[-1][0] + Fraction(1, 10)
            full = sum(used for when, used in sent if when + 60 > moment) + most > tokens
            assert close or full
            now = at
        flow = admitted(flow, rate, Admission(number, now, most))  # type: ignore[arg-type]
        sent.append((now, most))


@THREADS
@given(st.integers(2, 8), st.integers(50, 400), st.integers(0, 2**32))
def test_real_threads_keep_the_rate_too(threads: int, requests: int, seed: int) -> None:
    """The clock is ours: it goes on a little whenever anybody looks, and as far as anybody sleeps."""
    rng, lock = Random(seed), Lock()
    now = 0.0

    def clock() -> float:
        nonlocal now
        with lock:
            now += rng.random() / 1e5
            return now

    def pause(seconds: float) -> bool:
        nonlocal now
        with lock:
            now += seconds * rng.random()
        return False

    limiter = Limiter(Rate(float(requests), 10**9), clock, pause)
    barrier = Barrier(threads)

    def work() -> None:
        barrier.wait()
        for _ in range(5):
            limiter.acquire(1)

    workers = [Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sent = [each.at for each in limiter._flow.recent]  # all of them: they take less than a minute
    assert len(sent) == 5 * threads
    assert all(b - a >= 1 / requests - 1e-9 for a, b in pairwise(sent))


SPENDING = st.lists(
    st.tuples(st.sampled_from(["reserve", "settle", "fail", "release"]), st.integers(0, 200), st.integers(0, 100)),
    max_size=60,
)


@LAW
@given(SPENDING, st.integers(0, 400))
def test_spent_and_held_stay_within_the_limit_under_any_schedule(
    schedule: Sequence[tuple[str, int, int]], cents: int
) -> None:
    budget = Budget(Decimal(cents) / 100)
    held: list[Any] = []
    for action, amount, share in schedule:
        if action == "reserve":
            spent, holding = (int(each * 100 * UNITS) for each in (budget.spent, budget.held))
            decision = decide(cents * UNITS, spent, holding, amount * UNITS)
            if decision is Decision.LATER:
                continue  # it would wait
            if decision is Decision.REFUSED:
                with pytest.raises(ProviderFailure):
                    budget.reserve(call(0, amount), CENT)
            else:
                held.append(budget.reserve(call(0, amount), CENT))
        elif held:
            hold = held.pop(share % len(held))
            if action == "release":
                budget.release(hold)
            else:
                charged = hold.amount if action == "fail" else hold.amount * share // 100
                budget.settle(hold, Charge(charged), answered=action == "settle")
        assert budget.spent + budget.held <= Decimal(cents) / 100
    for hold in held:
        budget.settle(hold, Charge(hold.amount), answered=True)
    assert budget.held == 0
    assert budget.spent <= Decimal(cents) / 100


@THREADS
@given(
    seed=st.integers(0, 2**32),
    cents=st.integers(0, 1500),
    workers=st.integers(1, 8),
    attempts=st.integers(1, 3),
)
def test_the_budget_holds_with_real_threads_retries_and_failures(
    seed: int, cents: int, workers: int, attempts: int
) -> None:
    limit = Decimal(cents) / 100
    kinds = [None, None, Failure.SERVER, Failure.TIMEOUT, Failure.RATE_LIMITED, Failure.REFUSED]

    def follow(asked: Call, times: int) -> Step:
        rng = Random(f"{seed} {asked.user} {times}")
        failure = rng.choice(kinds)
        usage = Usage() if rng.random() < 0.2 else Usage(1, rng.randint(0, 100))
        return Step(failure=failure, usage=usage, latency=rng.choice([0, 0, 0.0005]))

    provider = ScriptedProvider(follow, paid=True)
    with make_dispatcher(
        [provider],
        fast(workers=workers, retry_attempts=attempts, max_cost_usd=limit, model="scripted", circuit_failures=10**6),
        prices=PRICES,
    ) as made:
        futures = [made.submit(call(number)) for number in range(30)]
    report = made.close()
    assert report.cost <= limit
    assert all(future.done() for future in futures)
    assert report.answered + sum(report.failures.values()) == report.calls == 30
    assert report.providers[0].attempts == len(provider.asked)
    assert report.cost == dollars(sum(lane.tally.cost for lane in made._lanes)) == made._budget.spent
    assert made._budget.held == 0


def fast(**changes: Any) -> LlmSettings:
    base = {"max_rps": 1e6, "retry_backoff_ms_min": 0, "retry_backoff_ms_max": 0, "fallback": False}
    return LlmSettings(**{**base, **changes})


@THREADS
@given(seed=st.integers(0, 2**32), workers=st.integers(2, 8), order=st.randoms(use_true_random=False))
def test_any_order_and_interleaving_of_answers_gives_each_call_the_same(seed: int, workers: int, order: Random) -> None:
    kinds = [None, None, None, *sorted(RETRIED), Failure.REFUSED, Failure.BAD_REQUEST]

    def answers(of: Random) -> Any:
        def follow(asked: Call, times: int) -> Step:
            failure = Random(f"{seed} {asked.user} {times}").choice(kinds)
            return Step(f"{asked.user} {times}", failure=failure, latency=of.choice([0, 0.0002, 0.001]))

        return follow

    found = []
    for count, latencies in ((1, Random(0)), (workers, order), (workers, Random(order.random()))):
        settings_ = fast(workers=count, retry_attempts=3, circuit_failures=10**6)
        with make_dispatcher([ScriptedProvider(answers(latencies))], settings_) as made:
            futures = [made.submit(call(number)) for number in range(25)]
            outcomes = [future.result(10) for future in futures]
        found.append([(each.completion, each.failure, each.attempts) for each in outcomes])
    assert found[0] == found[1] == found[2]


@LAW
@given(
    st.lists(st.tuples(st.sampled_from([None, *Failure]), st.integers(0, 40)), max_size=80),
    st.integers(1, 16),
)
def test_the_width_stays_between_one_and_the_most(events: Sequence[tuple[Failure | None, int]], most: int) -> None:
    width = Width(most, most)
    for failure, back in events:
        before = width
        width = after(width, max(0, width.era - back), failure)
        assert 1 <= width.allowed <= most
        assert width.allowed <= before.allowed + 1
        assert width.era - before.era in {0, 1}


@LAW
@given(
    st.integers(1, 10**6),
    st.floats(0, 10),
    st.floats(0, 100),
    st.floats(0, 1),
    st.floats(0, 1000),
)
def test_waits_lie_within_their_bounds(tries: int, least: float, more: float, chance: float, asked: float) -> None:
    backoff = Backoff(3, least, least + more)
    assert least <= jitter(backoff, tries, chance) <= (least + more) * (1 + 1e-12)
    assert wait_before(backoff, tries, asked, chance) >= asked
