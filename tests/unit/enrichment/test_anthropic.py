"""Anthropic's messages."""

import json
from typing import Any

import pytest
import respx
from providing import KEY, SCHEMA, TOKEN, a_call, a_provider, error, success

from pytest_specmint.enrichment.model import Failure, Finish, ProviderFailure

BASE = "https://api.anthropic.com"


def sent(route: respx.Route) -> Any:
    return json.loads(route.calls.last.request.content)


def messages(base: str = BASE) -> respx.Route:
    return respx.post(f"{base}/v1/messages")


@respx.mock
def test_what_a_call_sends() -> None:
    route = messages().respond(json=success("anthropic"))
    provider = a_provider("anthropic")
    provider.complete(a_call("claude-haiku-5-5", max_tokens=321), 2.0)
    assert sent(route) == {
        "model": "claude-haiku-5-5",
        "max_tokens": 321,
        "system": "You make data. Answer in JSON.",
        "messages": [{"role": "user", "content": "the confidential context of this very question"}],
        "thinking": {"type": "disabled"},
        "output_config": {
            "format": {
                "type": "json_schema",
                "schema": {
                    "type": "object",
                    "properties": {
                        "items": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {"id": {"type": "string"}, "value": {"type": "string"}},
                                "required": ["id"],
                                "additionalProperties": False,
                            },
                        }
                    },
                    "required": ["items"],
                    "additionalProperties": False,
                },
            }
        },
    }
    headers = route.calls.last.request.headers
    assert headers["x-api-key"] == KEY
    assert headers["anthropic-version"] == "2023-06-01"
    assert "authorization" not in headers
    provider.close()


@respx.mock
def test_a_token_goes_as_a_bearer() -> None:
    route = messages().respond(json=success("anthropic"))
    provider = a_provider("anthropic", {"ANTHROPIC_AUTH_TOKEN": TOKEN})
    provider.complete(a_call(), 2.0)
    headers = route.calls.last.request.headers
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert "x-api-key" not in headers
    assert TOKEN not in f"{provider!r} {vars(provider)}"
    provider.close()


@pytest.mark.parametrize(
    "base",
    [
        "https://gateway.example/claude",
        "https://gateway.example/claude/v1",
        "https://gateway.example/claude/v1/messages",
    ],
)
@respx.mock
def test_another_base_url(base: str) -> None:
    route = messages("https://gateway.example/claude").respond(json=success("anthropic"))
    provider = a_provider("anthropic", {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": base})
    provider.complete(a_call(), 2.0)
    assert route.called
    provider.close()


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("end_turn", Finish.STOP),
        ("stop_sequence", Finish.STOP),
        ("max_tokens", Finish.LENGTH),
        ("model_context_window_exceeded", Finish.LENGTH),
        ("refusal", Finish.REFUSAL),
        ("tool_use", Finish.OTHER),
        ("pause_turn", Finish.OTHER),
        (None, Finish.OTHER),
    ],
)
@respx.mock
def test_stop_reasons(reason: str | None, finish: Finish) -> None:
    messages().respond(json={**success("anthropic"), "stop_reason": reason})
    provider = a_provider("anthropic")
    assert provider.complete(a_call(), 2.0).finish is finish
    provider.close()


@respx.mock
def test_only_texts_are_answers() -> None:
    content = [
        {"type": "thinking", "thinking": "hm", "signature": "x"},
        {"type": "text", "text": '{"items":'},
        {"type": "text", "text": "[]}"},
    ]
    messages().respond(json={**success("anthropic"), "content": content})
    provider = a_provider("anthropic")
    assert provider.complete(a_call(), 2.0).text == '{"items":[]}'
    provider.close()


@respx.mock
def test_a_refusal_may_be_empty() -> None:
    messages().respond(json={**success("anthropic", finish="refusal"), "content": [], "usage": {}})
    provider = a_provider("anthropic")
    completion = provider.complete(a_call(), 2.0)
    assert (completion.finish, completion.text, completion.usage.input_tokens) == (Finish.REFUSAL, "", None)
    provider.close()


@pytest.mark.parametrize(
    ("status", "kind", "message", "expected"),
    [
        (400, "invalid_request_error", "messages: field required", Failure.BAD_REQUEST),
        (400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API.", Failure.QUOTA),
        (400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum", Failure.TOO_LARGE),
        (401, "authentication_error", "invalid x-api-key", Failure.AUTH),
        (402, "billing_error", "billing", Failure.QUOTA),
        (403, "permission_error", "no", Failure.AUTH),
        (404, "not_found_error", "model: claude-9", Failure.NO_MODEL),
        (413, "request_too_large", "too large", Failure.TOO_LARGE),
        (429, "rate_limit_error", "This request would exceed your rate limit", Failure.RATE_LIMITED),
        (429, "enforced_spend_limit_reached", "no", Failure.QUOTA),
        (500, "api_error", "Internal server error", Failure.SERVER),
        (504, "timeout_error", "late", Failure.SERVER),
        (529, "overloaded_error", "Overloaded", Failure.OVERLOADED),
    ],
)
@respx.mock
def test_every_documented_error(status: int, kind: str, message: str, expected: Failure) -> None:
    messages().respond(status, json=error("anthropic", message, kind=kind))
    provider = a_provider("anthropic")
    with pytest.raises(ProviderFailure) as caught:
        provider.complete(a_call(), 2.0)
    assert (caught.value.failure, caught.value.status) == (expected, status)
    assert kind in str(caught.value)
    provider.close()


@respx.mock
def test_what_an_endpoint_does_not_take_is_left_out_from_then_on() -> None:
    route = messages()
    route.side_effect = [
        respx.MockResponse(400, json=error("anthropic", "thinking: Extra inputs are not permitted")),
        respx.MockResponse(400, json=error("anthropic", "output_config: Extra inputs are not permitted")),
        *(respx.MockResponse(200, json=success("anthropic")) for _ in range(2)),
    ]
    provider = a_provider("anthropic")
    provider.complete(a_call("claude-haiku-5-5"), 2.0)
    provider.complete(a_call("claude-haiku-5-5"), 2.0)
    body = sent(route)
    assert route.call_count == 4
    assert set(body) == {"model", "max_tokens", "system", "messages"}
    assert json.dumps(SCHEMA, separators=(",", ":")) in body["system"]
    provider.close()


@respx.mock
def test_a_schema_that_is_refused_leaves_others_alone() -> None:
    route = messages()
    route.side_effect = [
        respx.MockResponse(400, json=error("anthropic", "output_config.format.schema: Schema is too complex")),
        *(respx.MockResponse(200, json=success("anthropic")) for _ in range(2)),
    ]
    provider = a_provider("anthropic")
    provider.complete(a_call(), 2.0)
    assert "output_config" not in sent(route)
    provider.complete(a_call(), 2.0)
    assert "output_config" in sent(route)
    provider.close()


@respx.mock
def test_a_schema_beyond_its_form_goes_into_the_prompt() -> None:
    route = messages().respond(json=success("anthropic"))
    provider = a_provider("anthropic")
    provider.complete(a_call(schema={"type": "object", "additionalProperties": {"type": "string"}}), 2.0)
    assert "output_config" not in sent(route)
    assert '"additionalProperties":{"type":"string"}' in sent(route)["system"]
    provider.close()


@respx.mock
def test_an_alias_is_asked_for_by_name() -> None:
    respx.get(f"{BASE}/v1/models/claude-haiku-5-5").respond(
        json={"id": "claude-haiku-5-5", "max_input_tokens": 1_000_000}
    )
    respx.get(f"{BASE}/v1/models/claude-haiku-9").respond(
        404, json=error("anthropic", "model: claude-haiku-9", kind="not_found_error")
    )
    respx.get(f"{BASE}/v1/models").respond(json={"data": [{"id": "claude-haiku-5-5"}, {"id": "claude-opus-5"}]})
    provider = a_provider("anthropic")
    model = provider.prepare("", pull=False)
    assert (model.name, model.context) == ("claude-haiku-5-5", 1_000_000)
    with pytest.raises(ProviderFailure) as caught:
        provider.prepare("claude-haiku-9", pull=False)
    assert caught.value.failure is Failure.NO_MODEL
    assert "it has: claude-haiku-5-5" in str(caught.value)
    provider.close()


@respx.mock
def test_models_of_another_server() -> None:
    respx.get("http://127.0.0.1:8080/v1/models").respond(json={"data": [{"id": "local"}]})
    provider = a_provider("anthropic", {}, endpoint="http://127.0.0.1:8080")
    assert provider.prepare("anything", pull=False).name == "anything"
    assert provider.prepare("", pull=False).name == "local"
    respx.get("http://127.0.0.1:8080/v1/models").respond(json={"data": []})
    with pytest.raises(ProviderFailure, match="--llm-model"):
        provider.prepare("", pull=False)
    provider.close()


@respx.mock
def test_a_bad_key_is_told_before_the_first_call() -> None:
    respx.get(f"{BASE}/v1/models/claude-haiku-5-5").respond(401, json=error("anthropic", "invalid x-api-key"))
    provider = a_provider("anthropic")
    with pytest.raises(ProviderFailure) as caught:
        provider.prepare("", pull=False)
    assert caught.value.failure is Failure.AUTH
    provider.close()


def test_health_needs_a_key_at_anthropic() -> None:
    provider = a_provider("anthropic", {})
    health = provider.probe(1.0)
    assert not health.ok
    assert "ANTHROPIC_API_KEY" in health.hint
    provider.close()
