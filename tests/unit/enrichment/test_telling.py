"""What enrichment tells of itself, where no command line is needed for it."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.enrichment.connect import Line
from pytest_specmint.enrichment.dispatch import make_dispatcher
from pytest_specmint.enrichment.enricher import Enricher
from pytest_specmint.enrichment.model import Call, Failure, Sampling
from pytest_specmint.enrichment.providers.protocol import Model as ProviderModel
from pytest_specmint.enrichment.providers.scripted import ScriptedProvider, Step
from pytest_specmint.enrichment.report import Outcome
from pytest_specmint.enrichment.resolve import Ready
from pytest_specmint.errors import BudgetError
from pytest_specmint.observe.events import Event, Level
from tests.scripted_model import Model, Run, lifelike, settings

PERSON = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "maxLength": 20, "x-llm": True}},
}
CALL = Call("system", "user", {"type": "object"}, Sampling("scripted"), 1, ("r1f1",))


class Heard:
    """Keeps what it hears."""

    def __init__(self, level: Level = Level.DEBUG) -> None:
        self.level = level
        self.events: list[Event] = []

    def note(self, event: Event) -> None:
        self.events.append(event)

    def of(self, name: str) -> list[Any]:
        return [each for each in self.events if each.name == name]


def enriched(model: Model, heard: Heard, count: int = 6) -> None:
    job = Run(PERSON, Model(), count=count).base.job
    list(Enricher(job, settings(), model.connect, observer=heard).blocks())


def dispatched(steps: Sequence[Any], heard: Heard, calls: int = 1, **given: Any) -> None:
    quick = {"retry_backoff_ms_min": 0, "retry_backoff_ms_max": 0, "max_rps": 10_000.0, "workers": 1}
    with make_dispatcher([ScriptedProvider(steps)], settings(**{**quick, **given}), observer=heard) as pool:
        for _ in range(calls):
            pool.submit(CALL).result()


def test_tries_and_retries() -> None:
    heard = Heard()
    dispatched([Step(failure=Failure.SERVER), Step(failure=Failure.TIMEOUT), "done"], heard)
    tries = heard.of("llm_try")
    assert [(each.reason, each.retry) for each in tries] == [("server_error", False), ("timeout", True), ("", True)]
    assert {each.operation for each in tries} == {"fields"}
    assert tries[-1].output_tokens == 1
    retries = heard.of("llm_retry")
    assert [(each.reason, each.retries) for each in retries] == [("server_error", 1), ("timeout", 2)]
    assert [each.name for each in heard.events] == ["llm_try", "llm_retry", "llm_try", "llm_retry", "llm_try"]


def test_a_circuit_opens_and_closes() -> None:
    heard = Heard()
    steps = [Step(failure=Failure.SERVER), Step(failure=Failure.SERVER), "done"]
    dispatched(steps, heard, calls=3, retry_attempts=1, circuit_failures=2, circuit_cooldown_ms=0)
    assert [(each.before, each.circuit_state) for each in heard.of("llm_circuit")] == [
        ("closed", "open"),
        ("open", "half-open"),
        ("half-open", "closed"),
    ]
    assert [each.circuit_state for each in heard.of("llm_try")] == ["closed", "open", "closed"]


def test_a_call_that_hangs_is_told_when_it_is_given_up() -> None:
    heard = Heard()
    provider = ScriptedProvider([Step(hangs=True)])
    given = settings(timeout_ms=20, retry_attempts=1, max_rps=10_000.0)
    with make_dispatcher([provider], given, observer=heard, grace=0.02) as pool:
        assert pool.submit(CALL).result().failure is Failure.TIMEOUT
        provider.close()
    (tried,) = heard.of("llm_try")
    assert (tried.reason, tried.provider) == ("timeout", "scripted")


def test_another_provider_takes_over() -> None:
    heard = Heard()
    first = ScriptedProvider([Step(failure=Failure.AUTH)], name="first")
    with make_dispatcher([first, ScriptedProvider(["done"], name="second")], settings(), observer=heard) as pool:
        assert pool.submit(CALL).result().provider == "second"
    (switched,) = heard.of("llm_switched")
    assert (switched.provider, switched.reason) == ("first", "authentication")


@pytest.mark.parametrize("level", [Level.INFO, Level.ERROR, Level.NOTHING])
def test_tries_are_told_to_nobody_who_does_not_want_them(level: Level) -> None:
    heard = Heard(level)
    dispatched(["done"], heard)
    assert heard.of("llm_try") == []


def test_the_budget_that_ends_a_run() -> None:
    heard = Heard()
    refused = Outcome(None, Failure.BUDGET, "0.50 dollars are spent", "", 0)
    with pytest.raises(BudgetError):
        enriched(Model(lambda call, _: refused), heard)
    (told,) = heard.of("budget")
    assert (told.state, told.provider, told.detail, told.level) == ("refused", "scripted", refused.detail, Level.ERROR)


def test_the_budget_that_is_planned(tmp_path: Path) -> None:
    prices = tmp_path / "prices.json"
    prices.write_text(json.dumps({"models": {"scripted": {"scripted": {"input": "1", "output": "2"}}}}))
    heard, said = Heard(), []
    ready = Ready(ScriptedProvider(["done"], paid=True), ProviderModel("scripted"))
    line = Line([ready], settings(prices=(prices,), max_cost_usd=Decimal(5)), said.append, heard)
    line.begin([CALL], 3)
    line.close()
    (told,) = heard.of("budget")
    assert (told.state, told.provider, told.calls, told.limit_usd) == ("planned", "scripted", 3, 5.0)
    assert told.cost_usd > 0
    assert said


@pytest.mark.parametrize("level", [Level.WARNING, Level.NOTHING])
def test_records_are_told_to_nobody_who_does_not_want_them(level: Level) -> None:
    heard = Heard(level)
    enriched(Model(), heard)
    assert heard.of("record_generated") == heard.of("llm_exchange") == []
    assert bool(heard.events) is (level is Level.WARNING)


def test_what_is_told_does_not_depend_on_the_order_of_answers() -> None:
    def told(script: Any) -> list[tuple[int, int, str]]:
        heard = Heard()
        enriched(Model(script), heard, count=40)
        return [(each.record_idx, each.values, each.provider) for each in heard.of("record_generated")]

    assert told(lifelike) == [(i, 1, "scripted") for i in range(40)]
