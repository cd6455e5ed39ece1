"""Calls in, outcomes out: through the door, with time in our hand."""

from decimal import Decimal
from importlib import util
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import pytest
from dispatching import Time, call, dispatcher
from msgspec.structs import replace

from pytest_specmint.enrichment import dispatch
from pytest_specmint.enrichment.budget import most_input
from pytest_specmint.enrichment.lane import GIVEN_UP
from pytest_specmint.enrichment.model import NEUTRAL, RETRIED, Completion, Failure, Finish, ProviderFailure, Usage
from pytest_specmint.enrichment.prices import Price, Prices, Rates
from pytest_specmint.enrichment.providers.protocol import Limits
from pytest_specmint.enrichment.providers.scripted import ScriptedProvider, Step
from pytest_specmint.enrichment.report import Outcome, ProviderReport
from pytest_specmint.errors import BudgetError, ExitCode, ProviderError

PRICES = Prices({("scripted", "scripted"): Price(Rates(0, 0, 10**10))}, "2026-01-01", "abc")
"""A cent for a token that comes out."""
FAIL = Step(failure=Failure.SERVER)


def outcomes(provider: Any, count: int = 1, time: Time | None = None, **settings: Any) -> list[Outcome]:
    """Of so many calls, one after the other."""
    with dispatcher(provider, time or Time(), **settings) as made:
        return [made.submit(call(number)).result(10) for number in range(count)]


def first(provider: Any, **settings: Any) -> ProviderReport:
    """What is reported of the first provider after one call."""
    with dispatcher(provider, Time(), **settings) as made:
        made.submit(call()).result(10)
    return made.close().providers[0]


class TestOneProvider:
    def test_an_answer_arrives(self) -> None:
        found = outcomes(ScriptedProvider(["hello"]))[0]
        assert found.completion is not None
        assert found == Outcome(found.completion, None, "", "scripted", 1, "closed")
        assert found.completion.text == "hello"

    @pytest.mark.parametrize("failure", sorted(set(Failure) - RETRIED))
    def test_a_failure_that_stays_arrives_after_one_try(self, failure: Failure) -> None:
        found = outcomes(ScriptedProvider([Step(failure=failure)]), retry_attempts=3)[0]
        assert (found.failure, found.attempts, found.provider) == (failure, 1, "scripted")

    @pytest.mark.parametrize("failure", sorted(RETRIED))
    def test_a_failure_that_may_pass_is_tried_again(self, failure: Failure) -> None:
        found = outcomes(ScriptedProvider([Step(failure=failure), "x"]), retry_attempts=3)[0]
        assert (found.failure, found.attempts) == (None, 2)

    def test_tries_run_out(self) -> None:
        provider = ScriptedProvider([FAIL])
        found = outcomes(provider, retry_attempts=3)[0]
        assert (found.failure, found.attempts, len(provider.asked)) == (Failure.SERVER, 3, 3)

    def test_the_deadline_is_for_all_tries(self) -> None:
        time = Time()
        steps = [Step(failure=Failure.SERVER, latency=5.0), Step(latency=9.0)]
        provider = ScriptedProvider(steps, wait=time.sleep, clock=time)
        found = outcomes(provider, time=time, retry_attempts=3, timeout_ms=12_000)[0]
        assert [each.deadline for each in provider.asked] == [12.0, 7.0]
        assert (found.failure, found.attempts) == (Failure.TIMEOUT, 2)

    def test_a_wait_that_the_provider_asks_for_is_kept_by_all(self) -> None:
        time = Time()
        provider = ScriptedProvider([Step(failure=Failure.RATE_LIMITED, retry_after=20.0)], clock=time)
        outcomes(provider, 2, time)
        assert provider.asked[1].at - provider.asked[0].at >= 20.0

    def test_headers_hold_calls_back(self) -> None:
        time = Time()
        limits = Limits(requests_left=0, requests_reset=7.0)
        provider = ScriptedProvider([Step(limits=limits), Step(limits=Limits())], clock=time)
        assert [each.failure for each in outcomes(provider, 2, time)] == [None, None]
        assert provider.asked[1].at - provider.asked[0].at >= 7.0

    def test_headers_of_a_refusal_count_too(self) -> None:
        time = Time()
        limits = Limits(requests_left=0, requests_reset=7.0)
        step = Step(failure=Failure.RATE_LIMITED, limits=limits)
        provider = ScriptedProvider([step, Step(limits=Limits())], clock=time)
        assert outcomes(provider, 1, time, retry_attempts=2)[0].failure is None
        assert provider.asked[1].at - provider.asked[0].at >= 7.0

    def test_a_pause_beyond_patience_fails_fast(self) -> None:
        provider = ScriptedProvider([Step(failure=Failure.RATE_LIMITED, retry_after=3600.0)])
        found = outcomes(provider, 3, retry_attempts=3)
        assert [(each.failure, each.attempts) for each in found] == [
            (Failure.RATE_LIMITED, 1),
            (Failure.RATE_LIMITED, 0),
            (Failure.RATE_LIMITED, 0),
        ]

    def test_calls_keep_the_rate(self) -> None:
        time = Time()
        provider = ScriptedProvider(clock=time)
        outcomes(provider, 4, time, max_rps=2.0)
        starts = [each.at for each in provider.asked]
        assert all(b - a >= 0.5 for a, b in pairwise(starts))

    def test_retries_keep_the_rate(self) -> None:
        time = Time()
        provider = ScriptedProvider([FAIL, FAIL, "x"], clock=time)
        outcomes(provider, 1, time, max_rps=0.5, retry_attempts=3)
        starts = [each.at for each in provider.asked]
        assert all(b - a >= 2.0 for a, b in pairwise(starts))

    def test_waiting_for_a_turn_takes_no_time_of_the_call(self) -> None:
        time = Time()
        provider = ScriptedProvider([FAIL, "x"], clock=time)
        found = outcomes(provider, 1, time, max_rps=0.1, retry_attempts=2, timeout_ms=3000)[0]
        assert found.failure is None
        assert provider.asked[1].deadline == pytest.approx(3.0)

    def test_tokens_a_minute_are_kept(self) -> None:
        time = Time()
        each = most_input(call()) + 100
        provider = ScriptedProvider([Step(usage=Usage())], clock=time)
        outcomes(provider, 3, time, max_tpm=2 * each)
        starts = [asked.at - 1000.0 for asked in provider.asked]
        assert starts[1] < 1.0
        assert starts[2] >= 60.0

    def test_a_call_larger_than_a_minute_fails_alone(self) -> None:
        found = outcomes(ScriptedProvider(), 1, max_tpm=100)[0]
        assert (found.failure, found.attempts) == (Failure.TOO_LARGE, 0)


class TestCircuit:
    def test_it_opens_and_calls_fail_fast(self) -> None:
        provider = ScriptedProvider([FAIL])
        found = outcomes(provider, 5, circuit_failures=3)
        assert [each.failure for each in found] == [Failure.SERVER] * 3 + [Failure.BREAKER_OPEN] * 2
        assert len(provider.asked) == 3
        assert found[4].attempts == 0

    def test_the_call_that_opens_it_is_not_tried_again(self) -> None:
        time = Time()
        found = outcomes(ScriptedProvider([FAIL]), 1, time, circuit_failures=1, retry_attempts=5)[0]
        assert (found.failure, found.attempts) == (Failure.SERVER, 1)
        assert time.slept == []

    def test_it_closes_again_after_it_has_cooled_down(self) -> None:
        time = Time()
        provider = ScriptedProvider([FAIL, "x"])
        with dispatcher(provider, time, circuit_failures=1, circuit_cooldown_ms=30_000) as made:
            found = []
            for number in range(4):
                found.append(made.submit(call(number)).result(10).failure)
                time.go(15.0)
        assert found == [Failure.SERVER, Failure.BREAKER_OPEN, None, None]
        changes = made.close().providers[0].transitions
        assert [(each.at, each.before.value, each.after.value) for each in changes] == [
            (0.0, "closed", "open"),
            (30.0, "open", "half-open"),
            (30.0, "half-open", "closed"),
        ]

    @pytest.mark.parametrize("failure", sorted(NEUTRAL))
    def test_what_says_nothing_of_health_does_not_open_it(self, failure: Failure) -> None:
        found = outcomes(ScriptedProvider([Step(failure=failure)]), 4, circuit_failures=1)
        assert {each.failure for each in found} == {failure}

    def test_a_call_that_waited_for_its_turn_meanwhile_gives_back_all_that_it_held(self) -> None:
        time, turn, opened = Time(), Event(), Event()

        def sleep(seconds: float) -> None:
            turn.set()
            opened.wait(5)
            time.go(seconds)

        def follow(asked: Any, times: int) -> Step:
            turn.wait(5)
            return FAIL

        settings = {
            "workers": 2,
            "max_rps": 1.0,
            "circuit_failures": 1,
            "max_cost_usd": Decimal(9),
            "model": "scripted",
        }
        provider = ScriptedProvider(follow, paid=True)
        with dispatcher(provider, clock=time, sleep=sleep, prices=PRICES, **settings) as made:
            first, second = (made.submit(call(number)) for number in range(2))
            assert first.result(10).failure is Failure.SERVER
            opened.set()
            found = second.result(10)
        assert (found.failure, found.attempts, len(provider.asked)) == (Failure.BREAKER_OPEN, 0, 1)
        assert (made._budget.held, made._budget.spent) == (0, 1)

    def test_refusals_make_fewer_calls_at_a_time(self) -> None:
        report = first(ScriptedProvider([Step(failure=Failure.OVERLOADED), "x"]), workers=4, retry_attempts=2)
        assert report.narrowest == 2


class TestFallback:
    def two(self, step: Step) -> tuple[ScriptedProvider, ScriptedProvider]:
        return ScriptedProvider([step], name="a"), ScriptedProvider(["b's"], name="b")

    @pytest.mark.parametrize("failure", sorted(GIVEN_UP))
    def test_a_provider_that_is_of_no_use_is_left_for_the_run(self, failure: Failure) -> None:
        providers = self.two(Step(failure=failure))
        with dispatcher(providers, Time(), fallback=True) as made:
            found = [made.submit(call(number)).result(10) for number in range(3)]
        assert [(each.failure, each.provider) for each in found] == [(None, "b")] * 3
        assert [each.attempts for each in found] == [2, 1, 1]
        assert made.close().providers[0].out.startswith(f"{failure.value}: ")

    def test_without_fallback_its_reason_is_told(self) -> None:
        providers = self.two(Step(failure=Failure.AUTH))
        found = outcomes(providers, 2, fallback=False)
        assert [(each.failure, each.attempts) for each in found] == [(Failure.AUTH, 1), (Failure.AUTH, 0)]
        assert found[1].detail == "a was given up: authentication"
        assert providers[1].asked == ()

    def test_an_open_circuit_sends_calls_to_the_next(self) -> None:
        providers = self.two(FAIL)
        found = outcomes(providers, 3, fallback=True, circuit_failures=2)
        assert [(each.failure, each.provider) for each in found] == [
            (Failure.SERVER, "a"),
            (None, "b"),
            (None, "b"),
        ]
        assert found[1].attempts == 2

    def test_and_back_once_it_has_cooled_down(self) -> None:
        time = Time()
        providers = ScriptedProvider([FAIL, "a's"], name="a"), ScriptedProvider(name="b")
        with dispatcher(providers, time, fallback=True, circuit_failures=1) as made:
            found = []
            for number in range(4):
                found.append(made.submit(call(number)).result(10).provider)
                time.go(16.0)
        assert found == ["b", "b", "a", "a"]

    def test_a_long_pause_sends_calls_to_the_next(self) -> None:
        providers = self.two(Step(failure=Failure.RATE_LIMITED, retry_after=3600.0))
        found = outcomes(providers, 2, fallback=True, retry_attempts=3)
        assert [(each.provider, each.attempts) for each in found] == [("b", 2), ("b", 1)]

    def test_a_failure_of_the_call_alone_stays_where_it_is(self) -> None:
        providers = self.two(Step(failure=Failure.REFUSED))
        found = outcomes(providers, 1, fallback=True)[0]
        assert (found.failure, found.provider) == (Failure.REFUSED, "a")

    def test_where_all_fail_the_last_reason_is_told(self) -> None:
        providers = [ScriptedProvider([Step(failure=each)], name=each.value) for each in (Failure.AUTH, Failure.QUOTA)]
        found = outcomes(providers, 2, fallback=True)
        assert [(each.failure, each.provider, each.attempts) for each in found] == [
            (Failure.QUOTA, "quota", 2),
            (Failure.AUTH, "authentication", 0),
        ]

    def test_a_call_does_not_go_back_to_where_it_was_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        providers = [ScriptedProvider(name=name) for name in ("a", "b")]
        with dispatcher(providers, Time(), fallback=True) as made:
            for lane in made._lanes:
                monkeypatch.setattr(lane.breaker, "admit", lambda: None)  # another call was faster
            found = made.submit(call()).result(10)
        assert (found.failure, found.provider, found.attempts) == (Failure.BREAKER_OPEN, "b", 0)

    def test_the_deadline_spans_all_providers(self) -> None:
        time = Time()
        a = ScriptedProvider([Step(failure=Failure.AUTH, latency=5.0)], name="a", wait=time.sleep, clock=time)
        b = ScriptedProvider(name="b", clock=time)
        outcomes([a, b], 1, time, fallback=True)
        assert b.asked[0].deadline == 7.0

    def test_each_provider_gets_its_own_model(self) -> None:
        a, b = self.two(Step(failure=Failure.AUTH))
        with dispatcher([a, b], Time(), fallback=True, models={"b": "bee"}) as made:
            found = made.submit(call(model="ay")).result(10)
        assert a.asked[0].call.sampling.model == "ay"
        assert b.asked[0].call == replace(call(), sampling=replace(call().sampling, model="bee"))
        assert found.completion is not None
        assert found.completion.model == "bee"


class TestNothingHangs:
    @pytest.mark.parametrize("error", [KeyError("secret"), MemoryError(), SystemExit(3), KeyboardInterrupt()], ids=repr)
    def test_an_error_in_a_providers_code_is_a_failure(self, error: BaseException) -> None:
        found = outcomes(ScriptedProvider([Step(raises=error), "x"]), 2)
        assert found[0].failure is Failure.UNEXPECTED
        assert found[0].detail == f"{type(error).__name__} in the code of scripted"
        assert found[1].failure is None

    def test_an_answer_that_is_none_is_a_failure(self) -> None:
        class Odd(ScriptedProvider):
            def complete(self, asked: Any, deadline: float) -> Completion:
                return None  # type: ignore[return-value]

        found = outcomes(Odd())[0]
        assert (found.failure, found.detail) == (Failure.UNEXPECTED, "scripted gave a NoneType instead of an answer")

    def test_an_error_in_its_limits_is_a_failure(self) -> None:
        class Odd(ScriptedProvider):
            def limits(self) -> Limits:
                raise ValueError("x")

        found = outcomes(Odd())[0]
        assert (found.failure, found.detail) == (Failure.UNEXPECTED, "ValueError in the limits of scripted")

    def test_an_error_in_our_own_code_is_a_failure(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = dispatcher(ScriptedProvider(), Time())
        with made:
            monkeypatch.setattr(made._course, "run", lambda job: 1 / 0)
            found = made.submit(call()).result(10)
        assert (found.failure, found.detail) == (Failure.UNEXPECTED, "ZeroDivisionError in the dispatcher")

    @pytest.mark.parametrize("usage", [Usage(-1, -5), Usage("many", None)], ids=repr)  # type: ignore[arg-type]
    def test_a_usage_that_makes_no_sense_was_not_told(self, usage: Usage) -> None:
        completion = Completion("x", Finish.STOP, usage)
        report = first(ScriptedProvider([completion], paid=True), prices=PRICES, model="scripted")
        assert (report.answers, report.cost, report.assumed) == (1, 1, 1)


class TestMoney:
    def paid(self, *steps: Any) -> ScriptedProvider:
        return ScriptedProvider(steps, paid=True)

    def run(self, provider: ScriptedProvider, count: int, limit: str | None, **settings: Any) -> Any:
        limit_usd = None if limit is None else Decimal(limit)
        with dispatcher(provider, Time(), prices=PRICES, model="scripted", max_cost_usd=limit_usd, **settings) as made:
            found = [made.submit(call(number)).result(10) for number in range(count)]
        return found, made.close()

    def test_a_price_that_is_not_known_refuses_the_run(self) -> None:
        with pytest.raises(BudgetError, match="not known"):
            dispatcher(ScriptedProvider(paid=True), model="gpt-9")

    def test_a_price_of_the_users_own_lets_it_go(self, tmp_path: Path) -> None:
        path = tmp_path / "prices.json"
        path.write_text('{"models": {"scripted": {"gpt-9": {"input": "0", "output": "10"}}}}')
        provider = self.paid(Step(usage=Usage(5, 7)))
        with dispatcher(provider, model="gpt-9", prices=(path,)) as made:
            made.submit(call()).result(10)
        assert made.close().cost == Decimal("0.00007")

    def test_even_that_of_a_provider_that_may_take_over(self) -> None:
        providers = [ScriptedProvider(), ScriptedProvider(paid=True, name="openai")]
        with pytest.raises(BudgetError, match="not known"):
            dispatcher(providers, fallback=True)
        dispatcher(providers, fallback=False).close()
        dispatcher(providers, fallback=True, models={"openai": "gpt-4o-mini"}).close()

    def test_unpaid_providers_cost_nothing(self) -> None:
        _, report = self.run(ScriptedProvider(), 3, "0")
        assert (report.cost, report.answered) == (0, 3)

    def test_costs_are_exact(self) -> None:
        _, report = self.run(self.paid(Step(usage=Usage(5, 7))), 3, None)
        assert (report.cost, report.limit, report.providers[0].assumed) == (Decimal("0.21"), None, 0)
        assert report.prices == "2026-01-01 abc"
        assert (report.providers[0].input_tokens, report.providers[0].output_tokens) == (15, 21)

    def test_the_limit_is_never_exceeded_and_the_rest_goes_without(self) -> None:
        found, report = self.run(self.paid(Step(usage=Usage(5, 50))), 6, "2.30")
        assert [each.failure for each in found] == [None] * 3 + [Failure.BUDGET] * 3
        assert report.cost == Decimal("1.50")
        assert report.stopped == "a call may cost $1.0000, and $1.5000 of $2.30 is spent"
        assert report.degraded

    def test_retries_cost_what_they_might_have(self) -> None:
        _, report = self.run(self.paid(FAIL, Step(usage=Usage(1, 10))), 1, "5", retry_attempts=2)
        assert (report.cost, report.providers[0].assumed, report.providers[0].retries) == (Decimal("1.1"), 1, 1)

    def test_a_timeout_costs_all_that_was_held(self) -> None:
        _, report = self.run(self.paid(Step(failure=Failure.TIMEOUT)), 1, "5")
        assert report.cost == 1

    def test_a_refusal_to_work_costs_nothing(self) -> None:
        _, report = self.run(self.paid(Step(failure=Failure.RATE_LIMITED)), 1, "5")
        assert report.cost == 0

    def test_an_open_circuit_gives_back_what_was_held(self) -> None:
        found, report = self.run(self.paid(FAIL), 2, "1.5", circuit_failures=1)
        assert [each.failure for each in found] == [Failure.SERVER, Failure.BREAKER_OPEN]
        assert report.cost == 1

    def test_a_run_that_will_cost_too_much_ends_early(self) -> None:
        found, report = self.run(self.paid(Step(usage=Usage(1, 100))), 12, "50", expected_calls=100)
        assert [each.failure for each in found] == [None] * 10 + [Failure.BUDGET] * 2
        assert report.stopped == "all 100 calls would cost about $100.0000, and $50 is the limit"


class TestTheDoor:
    def test_without_a_provider_there_is_no_dispatcher(self) -> None:
        with pytest.raises(ProviderError, match="no provider") as caught:
            dispatcher([])
        assert caught.value.exit_code is ExitCode.PROVIDER

    def test_a_missing_extra_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dispatch, "find_spec", lambda name: None if name == "tenacity" else util.find_spec(name))
        with pytest.raises(ProviderError, match="need tenacity") as caught:
            dispatcher(ScriptedProvider())
        assert caught.value.hint == 'pip install "pytest-specmint[llm]"'

    def test_waits_depend_on_the_seed_alone(self) -> None:
        slept = []
        for seed in (1, 1, 2):
            time = Time()
            settings = {"retry_attempts": 3, "retry_backoff_ms_min": 200, "retry_backoff_ms_max": 2000}
            outcomes(ScriptedProvider([FAIL]), 2, time, rng=Random(seed), circuit_failures=99, **settings)
            slept.append([each for each in time.slept if each >= 0.2])
        assert len(slept[0]) == 4
        assert slept[0] == slept[1] != slept[2]

    def test_a_failure_tells_no_more_than_the_providers_words(self) -> None:
        def refuse(asked: Any, times: int) -> Step:
            raise ProviderFailure(Failure.BAD_REQUEST, "status 400", status=400)

        assert outcomes(ScriptedProvider(refuse))[0].detail == "status 400"

    def test_the_report_of_a_run(self) -> None:
        time = Time()
        steps = [Step("x", latency=2.0), Step(failure=Failure.REFUSED), FAIL, Step("y", latency=4.0)]
        provider = ScriptedProvider(steps, wait=time.sleep)
        with dispatcher(provider, time, retry_attempts=2, models={"scripted": "m"}) as made:
            for number in range(3):
                made.submit(call(number)).result(10)
        report = made.close()
        assert (report.calls, report.answered, report.failures, report.degraded) == (3, 2, {"refused": 1}, True)
        found = report.providers[0]
        assert (found.name, found.model, found.attempts, found.retries, found.answers) == ("scripted", "m", 4, 1, 2)
        assert found.failures == {"refused": 1, "server_error": 1}
        assert (found.latencies.count, found.latencies.mean, found.latencies.longest) == (2, 3.0, 4.0)
        assert found.latencies.median == pytest.approx(2.0, rel=0.05)
        assert found.latencies.p95 == pytest.approx(4.0, rel=0.05)
        assert made.close() == report

    def test_a_run_without_failures_is_not_degraded(self) -> None:
        with dispatcher(ScriptedProvider(), Time()) as made:
            made.submit(call())
        assert not made.close().degraded
