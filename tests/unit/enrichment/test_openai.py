"""OpenAI's chat completions, and servers that speak like them."""

import json
from typing import Any

import pytest
import respx
from providing import KEY, SCHEMA, a_call, a_provider, error, success

from pytest_specmint.enrichment.model import Failure, Finish, ProviderFailure
from pytest_specmint.enrichment.providers.failures import Told
from pytest_specmint.enrichment.providers.openai import NEW_LIMIT, OBJECT, OLD_LIMIT, PROMPT, Manner, simpler

BASE = "https://api.openai.com/v1"
OTHER = "http://127.0.0.1:8080/v1"
SENT = frozenset({"temperature", "seed", "reasoning_effort"})


def sent(route: respx.Route, at: int = -1) -> Any:
    return json.loads(route.calls[at].request.content)


def chat(base: str = BASE) -> respx.Route:
    return respx.post(f"{base}/chat/completions")


def answers(route: respx.Route, *answers: tuple[int, Any]) -> None:
    route.side_effect = [respx.MockResponse(status, json=body) for status, body in answers]


@respx.mock
def test_what_a_call_sends_to_openai() -> None:
    route = chat().respond(json=success("openai"))
    provider = a_provider("openai", {"OPENAI_API_KEY": KEY, "OPENAI_ORG_ID": "org-1", "OPENAI_PROJECT_ID": "proj-1"})
    provider.complete(a_call("gpt-6-luna", max_tokens=321, seed=5), 2.0)
    body, headers = sent(route), route.calls.last.request.headers
    assert body.pop("response_format") == {
        "type": "json_schema",
        "json_schema": {
            "name": "answer",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {
                    "items": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "id": {"type": "string"},
                                "value": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                            },
                            "required": ["id", "value"],
                            "additionalProperties": False,
                        },
                    }
                },
                "required": ["items"],
                "additionalProperties": False,
            },
        },
    }
    assert body == {
        "model": "gpt-6-luna",
        "messages": [
            {"role": "system", "content": "You make data. Answer in JSON."},
            {"role": "user", "content": "the confidential context of this very question"},
        ],
        "max_completion_tokens": 321,
        "temperature": 0.2,
        "seed": 5,
        "reasoning_effort": "none",
    }
    assert headers["authorization"] == f"Bearer {KEY}"
    assert (headers["openai-organization"], headers["openai-project"]) == ("org-1", "proj-1")
    provider.close()


@respx.mock
def test_what_a_call_sends_to_another_server() -> None:
    route = chat(OTHER).respond(json=success("openai"))
    provider = a_provider("openai", {"OPENAI_ORG_ID": "org-1"}, endpoint=OTHER)
    provider.complete(a_call("gpt-6-luna"), 2.0)
    body, headers = sent(route), route.calls.last.request.headers
    assert body["max_tokens"] == 100
    assert "max_completion_tokens" not in body
    assert "reasoning_effort" not in body
    assert "authorization" not in headers
    assert "openai-organization" not in headers
    assert not provider.paid
    provider.close()


@respx.mock
def test_the_fingerprint_and_model_are_told() -> None:
    chat().respond(json=success("openai", model="gpt-6-luna-2026-10-01"))
    provider = a_provider("openai")
    completion = provider.complete(a_call("gpt-6-luna"), 2.0)
    assert (completion.model, completion.digest) == ("gpt-6-luna-2026-10-01", "fp_1")
    provider.close()


@respx.mock
def test_nulls_that_only_stand_for_what_is_missing_are_taken_out() -> None:
    text = '{"items":[{"id":"1","value":null},{"id":"2","value":"x"}]}'
    chat().respond(json=success("openai", text))
    provider = a_provider("openai")
    assert json.loads(provider.complete(a_call(), 2.0).text) == {"items": [{"id": "1"}, {"id": "2", "value": "x"}]}
    chat().respond(json=success("openai", text[:-1], finish="length"))
    assert provider.complete(a_call(), 2.0).text == text[:-1]
    provider.close()


@pytest.mark.parametrize(
    ("choice", "finish", "text"),
    [
        ({"message": {"content": None, "refusal": "I can't help with that."}, "finish_reason": "stop"}, Finish.REFUSAL, "I can't help with that."),
        ({"message": {"content": ""}, "finish_reason": "content_filter"}, Finish.REFUSAL, ""),
        ({"message": {"content": None, "tool_calls": []}, "finish_reason": "tool_calls"}, Finish.OTHER, ""),
        ({"message": {"content": "{}"}, "finish_reason": None}, Finish.OTHER, "{}"),
        ({"message": {"content": [{"type": "text", "text": "{"}, {"type": "text", "text": "}"}]}, "finish_reason": "stop"}, Finish.STOP, "{}"),
    ],
)  # fmt: skip
@respx.mock
def test_how_answers_end(choice: Any, finish: Finish, text: str) -> None:
    chat().respond(json={"choices": [choice]})
    provider = a_provider("openai")
    completion = provider.complete(a_call(), 2.0)
    assert (completion.finish, completion.text) == (finish, text)
    assert completion.usage.input_tokens is None
    provider.close()


@pytest.mark.parametrize(
    ("status", "code", "kind", "expected"),
    [
        (429, "insufficient_quota", "insufficient_quota", Failure.QUOTA),
        (429, "credit_balance_exhausted", "insufficient_quota", Failure.QUOTA),
        (429, "project_spend_limit_exceeded", "insufficient_quota", Failure.QUOTA),
        (429, None, "insufficient_quota", Failure.QUOTA),
        (429, "rate_limit_exceeded", "requests", Failure.RATE_LIMITED),
        (429, "slow_down", "rate_limit_error", Failure.RATE_LIMITED),
        (404, "model_not_found", "invalid_request_error", Failure.NO_MODEL),
        (400, "context_length_exceeded", "invalid_request_error", Failure.TOO_LARGE),
        (403, "unsupported_country_region_territory", "request_forbidden", Failure.AUTH),
    ],
)
@respx.mock
def test_codes_tell_more_than_statuses(status: int, code: str | None, kind: str, expected: Failure) -> None:
    route = chat().respond(status, json=error("openai", "no", kind=kind, code=code), headers={"retry-after": "1"})
    provider = a_provider("openai")
    with pytest.raises(ProviderFailure) as caught:
        provider.complete(a_call(), 2.0)
    assert caught.value.failure is expected
    assert (code or kind) in str(caught.value)
    assert route.call_count == 1
    provider.close()


LADDER = [
    (
        "the old limit is refused",
        Manner(OLD_LIMIT),
        Told(code="unsupported_parameter", param="max_tokens", message="Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."),
        (Manner(NEW_LIMIT), True),
    ),
    (
        "the new limit is not known",
        Manner(NEW_LIMIT),
        Told(message="Unrecognized request argument supplied: max_completion_tokens"),
        (Manner(OLD_LIMIT), True),
    ),
    (
        "the new limit is an extra input (FastAPI)",
        Manner(NEW_LIMIT),
        Told(kind="extra_forbidden", param="max_completion_tokens", message="Extra inputs are not permitted"),
        (Manner(OLD_LIMIT), True),
    ),
    (
        "temperature is refused",
        Manner(),
        Told(code="unsupported_value", param="temperature", message="Unsupported value: 'temperature' does not support 0.2 with this model."),
        (Manner(left_out=frozenset({"temperature"})), True),
    ),
    (
        "seed is not known",
        Manner(),
        Told(message="unknown field `seed`"),
        (Manner(left_out=frozenset({"seed"})), True),
    ),
    (
        "effort is not known",
        Manner(NEW_LIMIT),
        Told(code="unsupported_value", param="reasoning_effort", message="Unsupported value: 'none'"),
        (Manner(NEW_LIMIT, left_out=frozenset({"reasoning_effort"})), True),
    ),
    (
        "no schemas",
        Manner(),
        Told(message="response_format of type json_schema is not supported by this model"),
        (Manner(answer=OBJECT), True),
    ),
    (
        "no schemas (DeepSeek)",
        Manner(),
        Told(kind="invalid_request_error", message="This response_format type is unavailable now: unsupported"),
        (Manner(answer=OBJECT), True),
    ),
    (
        "not even objects",
        Manner(answer=OBJECT),
        Told(param="response_format", message="'response_format.type' must be 'text'"),
        (Manner(answer=PROMPT), True),
    ),
    (
        "this schema only",
        Manner(),
        Told(param="response_format", message="Invalid schema for response_format 'answer': In context=(), …"),
        (Manner(answer=PROMPT), False),
    ),
    (
        "this grammar only (llama.cpp)",
        Manner(),
        Told(kind="invalid_request_error", message="Failed to initialize samplers: failed to parse grammar"),
        (Manner(answer=PROMPT), False),
    ),
    ("nothing helps", Manner(), Told(message="messages must not be empty"), None),
    ("too many tokens is no unknown parameter", Manner(), Told(param="max_tokens", message="max_tokens is too large: 999999"), None),
    ("nothing more to leave out", Manner(answer=PROMPT), Told(message="response_format is not supported"), None),
    ("nothing told", Manner(), Told(), None),
]  # fmt: skip


@pytest.mark.parametrize(("manner", "told", "expected"), [pytest.param(*row[1:], id=row[0]) for row in LADDER])
def test_the_ladder(manner: Manner, told: Told, expected: Any) -> None:
    assert simpler(manner, told, SENT) == expected


@respx.mock
def test_what_an_endpoint_refuses_is_remembered() -> None:
    route = chat(OTHER)
    answers(
        route,
        (400, error("openai", "Unsupported parameter: 'max_tokens'", code="unsupported_parameter", param="max_tokens")),
        (400, error("openai", "response_format is not supported")),
        (400, error("openai", "unknown field: seed")),
        (200, success("openai")),
        (200, success("openai")),
    )
    provider = a_provider("openai", endpoint=OTHER)
    provider.complete(a_call(), 2.0)
    assert route.call_count == 4
    provider.complete(a_call(), 2.0)
    assert route.call_count == 5
    body = sent(route)
    assert body["max_completion_tokens"] == 100
    assert body["response_format"] == {"type": "json_object"}
    assert "seed" not in body
    assert json.dumps(SCHEMA, separators=(",", ":")) in body["messages"][0]["content"]
    provider.close()


@respx.mock
def test_a_schema_that_is_refused_leaves_others_alone() -> None:
    route = chat()
    answers(
        route,
        (400, error("openai", "Invalid schema for response_format 'answer'", param="response_format")),
        (200, success("openai")),
        (200, success("openai")),
    )
    provider = a_provider("openai")
    provider.complete(a_call(), 2.0)
    assert "response_format" not in sent(route)
    provider.complete(a_call(), 2.0)
    assert sent(route)["response_format"]["type"] == "json_schema"
    provider.close()


@respx.mock
def test_an_endpoint_that_refuses_everything_is_not_asked_for_ever() -> None:
    def refuse(request: Any) -> Any:
        body = json.loads(request.content)
        limit = NEW_LIMIT if NEW_LIMIT in body else OLD_LIMIT
        return respx.MockResponse(400, json=error("openai", f"unsupported: {limit}", param=limit))

    route = chat(OTHER).mock(side_effect=refuse)
    provider = a_provider("openai", endpoint=OTHER)
    with pytest.raises(ProviderFailure) as caught:
        provider.complete(a_call(), 2.0)
    assert caught.value.failure is Failure.BAD_REQUEST
    assert route.call_count == 2
    provider.close()


@respx.mock
def test_a_schema_beyond_the_strict_form_is_sent_as_a_hint() -> None:
    route = chat().respond(json=success("openai"))
    provider = a_provider("openai")
    schema = {"type": "object", "properties": {"a": {"type": "object", "additionalProperties": {"type": "string"}}}}
    provider.complete(a_call(schema=schema), 2.0)
    shape = sent(route)["response_format"]["json_schema"]
    assert shape["strict"] is False
    assert shape["schema"]["properties"]["a"]["additionalProperties"] == {"type": "string"}
    provider.close()


@respx.mock
def test_an_answer_that_is_no_object_is_left_to_the_prompt() -> None:
    route = chat().respond(json=success("openai", "[]"))
    provider = a_provider("openai")
    provider.complete(a_call(schema={"type": "array", "items": {"type": "string"}}), 2.0)
    body = sent(route)
    assert "response_format" not in body
    assert '{"type":"array","items":{"type":"string"}}' in body["messages"][0]["content"]
    provider.close()


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:8080", OTHER, f"{OTHER}/", f"{OTHER}/chat/completions", "127.0.0.1:8080/v1"]
)
@respx.mock
def test_endpoints_are_understood_as_people_write_them(endpoint: str) -> None:
    route = chat(OTHER).respond(json=success("openai"))
    provider = a_provider("openai", endpoint=endpoint)
    provider.complete(a_call(), 2.0)
    assert route.called
    provider.close()


@respx.mock
def test_the_variable_of_the_environment_names_another_server() -> None:
    route = chat("https://gateway.example/openai/v1").respond(json=success("openai"))
    provider = a_provider("openai", {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "https://gateway.example/openai/v1"})
    provider.complete(a_call(), 2.0)
    assert route.calls.last.request.headers["authorization"] == f"Bearer {KEY}"
    assert provider.paid
    provider.close()


@respx.mock
def test_a_key_of_the_environment_is_not_sent_in_clear_over_a_network() -> None:
    route = chat("http://192.0.2.7:8000/v1").respond(json=success("openai"))
    provider = a_provider("openai", endpoint="http://192.0.2.7:8000/v1")
    provider.complete(a_call(), 2.0)
    assert "authorization" not in route.calls.last.request.headers
    assert not provider.paid
    respx.get("http://192.0.2.7:8000/v1/models").respond(401, json={"error": "Unauthorized"})
    assert "OPENAI_API_KEY is not sent unencrypted" in provider.probe(1.0).hint
    provider.close()


@respx.mock
def test_health_needs_a_key_at_openai_alone() -> None:
    provider = a_provider("openai", {})
    health = provider.probe(1.0)
    assert not health.ok
    assert "OPENAI_API_KEY" in health.hint
    provider.close()
    respx.get(f"{OTHER}/models").respond(json={"data": [{"id": "m", "meta": {"n_ctx": 4096}}]})
    provider = a_provider("openai", {}, endpoint=OTHER)
    health = provider.probe(1.0)
    assert health.ok
    assert health.models[0].context == 4096
    provider.close()


@respx.mock
def test_a_key_that_may_not_list_models_may_still_be_good() -> None:
    message = "You have insufficient permissions for this operation. Missing scopes: api.model.read."
    respx.get(f"{BASE}/models").respond(403, json=error("openai", message))
    provider = a_provider("openai")
    assert provider.probe(1.0).ok
    assert provider.prepare("gpt-6-luna", pull=False).name == "gpt-6-luna"
    provider.close()


def lists(*names: str, base: str = BASE) -> None:
    rows = [{"id": name, "shutdown_date": "2027-01-14" if name == "gpt-4o-mini" else None} for name in names]
    respx.get(f"{base}/models").respond(json={"object": "list", "data": rows})


@respx.mock
def test_models_of_openai() -> None:
    lists("gpt-6-luna", "gpt-4o-mini")
    provider = a_provider("openai")
    assert provider.prepare("", pull=False).name == "gpt-6-luna"
    assert provider.prepare("gpt-4o-mini", pull=False).shutdown_date == "2027-01-14"
    with pytest.raises(ProviderFailure) as caught:
        provider.prepare("gpt-4o-minni", pull=False)
    assert caught.value.failure is Failure.NO_MODEL
    assert "it has: gpt-4o-mini" in str(caught.value)
    provider.close()


@respx.mock
def test_models_of_another_server() -> None:
    lists("qwen", "gemma", base=OTHER)
    provider = a_provider("openai", endpoint=OTHER)
    assert provider.prepare("", pull=False).name == "qwen"
    assert provider.prepare("not-listed", pull=False).name == "not-listed"
    lists(base=OTHER)
    with pytest.raises(ProviderFailure, match="--llm-model"):
        provider.prepare("", pull=False)
    provider.close()


@respx.mock
def test_a_bad_key_is_told_before_the_first_call() -> None:
    respx.get(f"{BASE}/models").respond(401, json=error("openai", "Incorrect API key", code="invalid_api_key"))
    provider = a_provider("openai")
    with pytest.raises(ProviderFailure) as caught:
        provider.prepare("", pull=False)
    assert caught.value.failure is Failure.AUTH
    provider.close()
