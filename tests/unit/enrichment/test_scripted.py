"""The scripted provider: what it says is what the script says, whoever asks in whatever order."""

from threading import Event, Thread

import pytest
from dispatching import Time, call

from pytest_specmint.enrichment.model import Completion, Failure, Finish, ProviderFailure, Usage
from pytest_specmint.enrichment.providers.protocol import Health, Limits, Provider
from pytest_specmint.enrichment.providers.scripted import ScriptedProvider, Step


def test_it_is_a_provider() -> None:
    provider: Provider = ScriptedProvider()
    assert (provider.name, provider.paid, provider.takes_seed) == ("scripted", False, True)


class TestAnswers:
    def test_without_a_script_it_answers_nothing(self) -> None:
        assert ScriptedProvider().complete(call(), 1.0).text == "{}"

    def test_a_function_is_asked_with_the_call_and_how_often_it_came(self) -> None:
        provider = ScriptedProvider(lambda asked, times: f"{asked.user}, {times}")
        texts = [provider.complete(call(number), 1.0).text for number in (1, 2, 1, 1)]
        assert texts == ["item 1, 0", "item 2, 0", "item 1, 1", "item 1, 2"]

    def test_a_list_is_handed_out_and_its_last_step_goes_on(self) -> None:
        provider = ScriptedProvider(["a", Step("b")])
        assert [provider.complete(call(n), 1.0).text for n in range(4)] == ["a", "b", "b", "b"]

    def test_a_text_gets_the_usual_usage(self) -> None:
        assert ScriptedProvider(["12345"]).complete(call(), 1.0) == Completion(
            "12345", Finish.STOP, Usage(4, 2, 0), "scripted", "scripted"
        )

    def test_a_step_says_how_it_ended_and_what_it_took(self) -> None:
        found = ScriptedProvider([Step("x", finish=Finish.LENGTH, usage=Usage(7, 8))]).complete(call(), 1.0)
        assert (found.finish, found.usage) == (Finish.LENGTH, Usage(7, 8))

    def test_a_completion_is_given_as_it_is(self) -> None:
        whole = Completion("x", Finish.REFUSAL, Usage(1, 2), "m", "d")
        assert ScriptedProvider([whole]).complete(call(), 1.0) is whole


class TestFailures:
    @pytest.mark.parametrize(
        ("failure", "status"),
        [(Failure.RATE_LIMITED, 429), (Failure.SERVER, 500), (Failure.AUTH, 401), (Failure.CONNECT, None)],
    )
    def test_a_failure_is_raised_with_its_usual_status(self, failure: Failure, status: int | None) -> None:
        with pytest.raises(ProviderFailure, match=failure.value) as caught:
            ScriptedProvider([Step(failure=failure, retry_after=3.0)]).complete(call(), 1.0)
        assert (caught.value.failure, caught.value.status, caught.value.retry_after) == (failure, status, 3.0)

    def test_any_error_may_be_raised(self) -> None:
        with pytest.raises(KeyError):
            ScriptedProvider([Step(raises=KeyError("x"))]).complete(call(), 1.0)


class TestTime:
    def test_latency_is_slept(self) -> None:
        time = Time()
        ScriptedProvider([Step(latency=3.0)], wait=time.sleep, clock=time).complete(call(), 12.0)
        assert time.slept == [3.0]

    def test_beyond_the_deadline_it_is_a_timeout_at_the_deadline(self) -> None:
        time = Time()
        with pytest.raises(ProviderFailure) as caught:
            ScriptedProvider([Step(latency=13.0)], wait=time.sleep, clock=time).complete(call(), 12.0)
        assert caught.value.failure is Failure.TIMEOUT
        assert time.slept == [12.0]

    @pytest.mark.parametrize("step", [Step(latency=60.0), Step(hangs=True)], ids=["slow", "hangs"])
    def test_closing_ends_a_wait(self, step: Step) -> None:
        provider = ScriptedProvider([step])
        found: list[Failure] = []

        def work() -> None:
            with pytest.raises(ProviderFailure) as caught:
                provider.complete(call(), 60.0)
            found.append(caught.value.failure)

        thread = Thread(target=work)
        thread.start()
        assert provider.await_calls(1)
        provider.close()
        thread.join(5)
        assert found == [Failure.CANCELLED]
        assert provider.closed

    def test_a_closed_provider_answers_nobody(self) -> None:
        provider = ScriptedProvider()
        provider.close()
        with pytest.raises(ProviderFailure, match="closed"):
            provider.complete(call(), 1.0)


class TestWhatItTells:
    def test_headers_are_those_of_the_latest_step_that_has_any(self) -> None:
        limits = Limits(requests_left=3)
        provider = ScriptedProvider([Step(limits=limits), Step()])
        assert provider.limits() == Limits()
        for _ in range(2):
            provider.complete(call(), 1.0)
            assert provider.limits() == limits

    def test_calls_are_recorded(self) -> None:
        time = Time()
        provider = ScriptedProvider(clock=time)
        provider.complete(call(1), 9.0)
        time.go(2.0)
        provider.complete(call(1), 8.0)
        assert [(each.call, each.deadline, each.at, each.times) for each in provider.asked] == [
            (call(1), 9.0, 1000.0, 0),
            (call(1), 8.0, 1002.0, 1),
        ]

    def test_only_the_latest_calls_may_be_kept(self) -> None:
        provider = ScriptedProvider(keep=2)
        for number in range(5):
            provider.complete(call(number), 1.0)
        assert [each.call for each in provider.asked] == [call(3), call(4)]
        assert provider.await_calls(5, 0)

    def test_calls_at_a_time_are_counted(self) -> None:
        go = Event()
        provider = ScriptedProvider(lambda asked, times: Step() if go.wait(5) else Step(failure=Failure.TIMEOUT))
        threads = [Thread(target=provider.complete, args=(call(n), 9.0)) for n in range(3)]
        for thread in threads:
            thread.start()
        assert provider.await_calls(3)
        go.set()
        for thread in threads:
            thread.join()
        assert provider.most_under_way == 3
        assert not provider.await_calls(4, seconds=0.01)

    def test_health_and_models(self) -> None:
        provider = ScriptedProvider(models=["a", "b"])
        assert [each.name for each in provider.probe(1.0).models] == ["a", "b"]
        ill = Health(ok=False, words="no")
        assert ScriptedProvider(health=ill).probe(1.0) is ill

    def test_a_model_that_is_not_there_must_be_pulled(self) -> None:
        provider = ScriptedProvider(models=["a"])
        told: list[tuple[str, int, int]] = []
        assert provider.prepare("a", pull=False).name == "a"
        with pytest.raises(ProviderFailure) as caught:
            provider.prepare("b", pull=False)
        assert caught.value.failure is Failure.NO_MODEL
        assert provider.prepare("b", pull=True, progress=lambda *words: told.append(words)).name == "b"
        assert told == [("pulled", 1, 1)]
