"""Our providers against somebody else's reading of the APIs, well and in chaos."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from second_opinion import ANSWER, Aimock
from server import NotToBeHad

from pytest_specmint.enrichment.endpoint import HostGuard
from pytest_specmint.enrichment.model import Call, Failure, Finish, ProviderFailure, Sampling
from pytest_specmint.enrichment.providers.access import access_for
from pytest_specmint.enrichment.providers.table import provider_named

KEY = "sk-second-opinion-1"
NAMES = ("ollama", "openai", "anthropic")
KEYS = {"OLLAMA_API_KEY": KEY, "OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY}


@pytest.fixture
def aimock(tmp_path: Path) -> Iterator[Callable[..., Aimock]]:
    running: list[Aimock] = []

    def start(*chaos: str, key: str = "") -> Aimock:
        try:
            running.append(Aimock(tmp_path, *chaos, key=key))
        except NotToBeHad as reason:
            if os.environ.get("SPECMINT_LIVE") == "required":
                pytest.fail(f"no second opinion: {reason}")
            pytest.skip(f"NO SECOND OPINION: {reason}")
        return running[-1]

    yield start
    for each in running:
        each.stop()


def a_provider(name: str, url: str, keys: Any = KEYS) -> Any:
    row = provider_named(name)
    endpoint = f"{url}/v1" if name == "openai" else url
    return row.make(access_for(row, keys, guard=lambda host: HostGuard(on=True), endpoint=endpoint))


def a_call(user: str = "make a customer") -> Call:
    value = {"type": "object", "properties": {"id": {"type": "string"}, "value": {"type": "string"}}}
    schema = {"type": "object", "properties": {"items": {"type": "array", "items": value}}, "required": ["items"]}
    return Call("You make data. Answer in JSON.", user, schema, Sampling("gpt-4o", 0.2, 100), 1, ("r1",))


def failures(name: str, url: str, keys: Any = KEYS) -> ProviderFailure:
    provider = a_provider(name, url, keys)
    with pytest.raises(ProviderFailure) as caught:
        provider.complete(a_call(), 10.0)
    provider.close()
    return caught.value


def test_answers_and_models(aimock: Callable[..., Aimock]) -> None:
    url = aimock(key=KEY).url
    for name in NAMES:
        provider = a_provider(name, url)
        health = provider.probe(5.0)
        assert health.ok, health.words
        assert "gpt-4o" in {model.name.removesuffix(":latest") for model in health.models}
        completion = provider.complete(a_call(), 10.0)
        assert (json.loads(completion.text), completion.finish) == (ANSWER, Finish.STOP)
        provider.close()


def test_a_wrong_key_and_an_unknown_question(aimock: Callable[..., Aimock]) -> None:
    url = aimock("--strict", key=KEY).url
    for name in NAMES:
        wrong = failures(name, url, {key: "sk-wrong-0001" for key in KEYS})
        assert (wrong.failure, wrong.status) == (Failure.AUTH, 401)
        assert "sk-wrong-0001" not in str(wrong)
        provider = a_provider(name, url)
        with pytest.raises(ProviderFailure):
            provider.complete(a_call("something else"), 10.0)
        provider.close()


def test_rate_limits(aimock: Callable[..., Aimock]) -> None:
    url = aimock("--chaos-ratelimit", "1").url
    for name in NAMES:
        failed = failures(name, url)
        assert (failed.failure, failed.status) == (Failure.RATE_LIMITED, 429)
        assert failed.retry_after is not None
        assert failed.retry_after > 0


@pytest.mark.parametrize(
    ("chaos", "expected"),
    [
        ("--chaos-drop", {Failure.SERVER}),
        ("--chaos-malformed", {Failure.MALFORMED, Failure.CUT}),
        ("--chaos-disconnect", {Failure.CONNECT, Failure.CUT}),
    ],
)
def test_chaos(aimock: Callable[..., Aimock], chaos: str, expected: set[Failure]) -> None:
    url = aimock(chaos, "1").url
    for name in NAMES:
        assert failures(name, url).failure in expected


def test_a_late_answer(aimock: Callable[..., Aimock]) -> None:
    url = aimock("--chaos-latency", "3000").url
    for name in NAMES:
        provider = a_provider(name, url)
        with pytest.raises(ProviderFailure) as caught:
            provider.complete(a_call(), 0.3)
        assert caught.value.failure is Failure.TIMEOUT
        provider.close()
