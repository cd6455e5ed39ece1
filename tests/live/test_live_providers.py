"""Every provider against a real model. What it says differs from build to build: only form and numbers are looked at."""

import json
import time
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from server import MODEL, PULLABLE, ModelServer

from pytest_specmint.enrichment.endpoint import HostGuard
from pytest_specmint.enrichment.model import Call, Failure, Finish, LlmMode, ProviderFailure, Sampling
from pytest_specmint.enrichment.providers.access import access_for
from pytest_specmint.enrichment.providers.table import provider_named
from pytest_specmint.enrichment.resolve import make_ready, resolve
from pytest_specmint.enrichment.settings import LlmSettings

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 30},
        "age": {"type": "integer", "minimum": 18, "maximum": 99},
        "code": {"type": "string", "pattern": r"^[A-Z]{2}\d{3}$"},
        "status": {"enum": ["new", "known"]},
        "note": {"type": "string", "maxLength": 20},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 10}, "maxItems": 2},
    },
    "required": ["name", "age", "code", "status", "tags"],
    "additionalProperties": False,
}
DEADLINE = 120.0


def a_call(model: str, *, seed: int = 11, max_tokens: int = 200, user: str = "Make one customer.") -> Call:
    return Call(
        "You make synthetic data. Answer in JSON.", user, SCHEMA, Sampling(model, 0.8, max_tokens), seed, ("0",)
    )


@pytest.fixture(params=["ollama", "openai", "anthropic"])
def provider(request: pytest.FixtureRequest, model_server: ModelServer) -> Iterator[Any]:
    row = provider_named(request.param)
    where = {"ollama": model_server.ollama, "openai": model_server.openai, "anthropic": model_server.url}[row.name]
    made = row.make(access_for(row, {}, guard=lambda host: HostGuard(on=True), endpoint=where))
    yield made
    made.close()


def held_to_the_schema(provider: Any) -> bool:
    """llama.cpp takes no notice of Anthropic's output_config."""
    return provider.name != "anthropic"


def test_health_and_models(provider: Any) -> None:
    health = provider.probe(5.0)
    assert health.ok, health.words
    assert MODEL in [model.name for model in health.models]


def test_a_model_is_made_ready(provider: Any) -> None:
    model = provider.prepare(MODEL, pull=False)
    assert model.name == MODEL
    if provider.name == "ollama":
        assert model.context == 8192
        assert model.digest


def test_a_structured_answer(provider: Any) -> None:
    completion = provider.complete(a_call(MODEL), DEADLINE)
    assert completion.usage.input_tokens > 10
    assert 0 < completion.usage.output_tokens <= 200
    if held_to_the_schema(provider):
        assert completion.finish is Finish.STOP
        jsonschema.validate(json.loads(completion.text), SCHEMA)


def test_the_same_seed_gives_the_same_text(provider: Any) -> None:
    if not provider.takes_seed:
        assert provider.name == "anthropic"  # whose API has no seed
        return
    first, again, other = (provider.complete(a_call(MODEL, seed=seed), DEADLINE).text for seed in (11, 11, 12))
    assert first == again
    assert other != first


def test_an_answer_that_runs_out_of_tokens(provider: Any) -> None:
    completion = provider.complete(a_call(MODEL, max_tokens=5), DEADLINE)
    assert completion.finish is Finish.LENGTH
    assert completion.usage.output_tokens == 5


def test_a_call_ends_at_its_deadline(provider: Any) -> None:
    began = time.monotonic()
    with pytest.raises(ProviderFailure) as caught:
        provider.complete(a_call(MODEL, max_tokens=1000, user="Tell a long story. " * 100), 0.3)
    assert caught.value.failure is Failure.TIMEOUT
    assert time.monotonic() - began < 3
    time.sleep(0.2)


def test_a_prompt_beyond_the_context(provider: Any) -> None:
    with pytest.raises(ProviderFailure) as caught:
        provider.complete(a_call(MODEL, user="one two three " * 6000), DEADLINE)
    assert caught.value.failure is Failure.TOO_LARGE


def test_a_missing_model_is_pulled_only_if_allowed(model_server: ModelServer) -> None:
    settings = LlmSettings(mode=LlmMode.FIELDS, provider="ollama", endpoint=model_server.ollama, model=PULLABLE)
    resolution = resolve(settings, {})
    with pytest.raises(Exception, match="--auto-pull"):
        make_ready(resolution, settings)
    told: list[str] = []
    allowed = LlmSettings(
        mode=LlmMode.FIELDS, provider="ollama", endpoint=model_server.ollama, model=PULLABLE, auto_pull=True
    )
    (ready,) = make_ready(resolution, allowed, progress=lambda status, done, whole: told.append(status))
    assert ready.model.name == PULLABLE
    assert told[-1] == "success"
    assert ready.provider.complete(a_call(PULLABLE), DEADLINE).finish is Finish.STOP
    ready.provider.close()


@pytest.mark.parametrize(("place", "name"), [("openai", "openai"), ("ollama", "ollama")])
def test_auto_finds_out_what_an_endpoint_speaks(model_server: ModelServer, place: str, name: str) -> None:
    settings = LlmSettings(mode=LlmMode.FIELDS, endpoint=getattr(model_server, place), model=MODEL, ci=True)
    resolution = resolve(settings, {})
    assert [each.name for each in resolution.providers] == [name]
    (ready,) = make_ready(resolution, settings)
    assert ready.model.name == MODEL
    ready.provider.close()


def test_what_becomes_of_calls_when_the_server_dies_and_comes_back(provider: Any, model_server: ModelServer) -> None:
    assert provider.complete(a_call(MODEL, max_tokens=5), DEADLINE).usage.output_tokens == 5
    model_server.kill()
    with pytest.raises(ProviderFailure) as caught:
        provider.complete(a_call(MODEL, max_tokens=5), 5.0)
    assert caught.value.failure in {Failure.CONNECT, Failure.SERVER}
    model_server.start()
    assert provider.complete(a_call(MODEL, max_tokens=5), DEADLINE).usage.output_tokens == 5
