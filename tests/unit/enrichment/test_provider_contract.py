"""What every provider keeps to, whatever its API looks like."""

import socket
import traceback
from typing import Any

import httpx
import pytest
import respx
from loopback_server import always, answer, dripping, served
from providing import ASK, CONTENT, KEY, USUAL, a_call, a_provider, error, success

from pytest_specmint.enrichment.endpoint import guard_for
from pytest_specmint.enrichment.model import Completion, Failure, Finish, ProviderFailure, Usage
from pytest_specmint.enrichment.providers.protocol import Limits, Provider

NAMES = ("ollama", "openai", "anthropic")
PATHS = {"ollama": "/api/tags", "openai": "/models", "anthropic": "/v1/models"}


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def failing(provider: Provider, deadline: float = 2.0) -> ProviderFailure:
    with pytest.raises(ProviderFailure) as caught:
        provider.complete(a_call(), deadline)
    provider.close()
    return caught.value


def asked(name: str) -> respx.Route:
    return respx.post(USUAL[name] + ASK[name])


@respx.mock
def test_a_success(name: str) -> None:
    asked(name).respond(json=success(name, '{"items":[{"id":"r1"}]}'))
    provider = a_provider(name)
    completion = provider.complete(a_call(), 2.0)
    assert completion.text == '{"items":[{"id":"r1"}]}'
    assert completion.finish is Finish.STOP
    assert completion.usage == Usage(11, 5, 2 if name == "anthropic" else None)
    assert completion.model == "m"
    provider.close()


@respx.mock
def test_an_answer_that_ran_out_of_tokens_is_told(name: str) -> None:
    asked(name).respond(json=success(name, '{"items":[', finish="length"))
    provider = a_provider(name)
    assert provider.complete(a_call(), 2.0).finish is Finish.LENGTH
    provider.close()


STATUSES = [
    (400, Failure.BAD_REQUEST),
    (401, Failure.AUTH),
    (402, Failure.QUOTA),
    (403, Failure.AUTH),
    (408, Failure.TIMEOUT),
    (409, Failure.CONFLICT),
    (413, Failure.TOO_LARGE),
    (418, Failure.BAD_REQUEST),
    (422, Failure.BAD_REQUEST),
    (429, Failure.RATE_LIMITED),
    (500, Failure.SERVER),
    (502, Failure.SERVER),
    (503, Failure.OVERLOADED),
    (504, Failure.SERVER),
    (529, Failure.OVERLOADED),
]


@pytest.mark.parametrize(("status", "expected"), STATUSES)
@respx.mock
def test_every_status(name: str, status: int, expected: Failure) -> None:
    asked(name).respond(status, json=error(name, "something went wrong"))
    failed = failing(a_provider(name))
    assert (failed.failure, failed.status, failed.retry_after) == (expected, status, None)
    assert f"answers {status}" in str(failed)
    assert "something went wrong" in str(failed)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250"}, 0.25),
        ({"date": "Sat, 28 Nov 2026 12:00:00 GMT", "retry-after": "Sat, 28 Nov 2026 12:00:09 GMT"}, 9.0),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s"}, 360.0),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "12ms"}, 0.012),
        ({"retry-after": "-1"}, None),
        (
            {
                "date": "Sat, 28 Nov 2026 12:00:00 GMT",
                "anthropic-ratelimit-tokens-remaining": "0",
                "anthropic-ratelimit-tokens-reset": "2026-11-28T12:00:04Z",
            },
            4.0,
        ),
        ({}, None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
@respx.mock
def test_every_form_of_retry_after(name: str, status: int, headers: dict[str, str], wait: float | None) -> None:
    asked(name).respond(status, json=error(name, "slow down"), headers=headers)
    assert failing(a_provider(name)).retry_after == wait


@respx.mock
def test_limits_are_remembered(name: str) -> None:
    headers = {"x-ratelimit-remaining-requests": "9", "x-ratelimit-reset-requests": "1s"}
    asked(name).respond(json=success(name), headers=headers)
    provider = a_provider(name)
    assert provider.limits() == Limits()
    provider.complete(a_call(), 2.0)
    assert provider.limits() == Limits(requests_left=9, requests_reset=1.0)
    provider.close()


BODIES = [
    (b"<!DOCTYPE html><html><body>Welcome</body></html>", Failure.MALFORMED, "web page"),
    (b"", Failure.MALFORMED, "no JSON"),
    (b"OK", Failure.MALFORMED, "no JSON"),
    (b"[]", Failure.MALFORMED, "no JSON object"),
    (b'{"choices":[', Failure.CUT, "broke off"),
    (b"\xff\xfe{}", Failure.MALFORMED, "no JSON"),
    (b"{}", Failure.MALFORMED, "without"),
    (b'{"choices":[{"message":"hi"}],"message":[],"content":"hi"}', Failure.MALFORMED, "without"),
    (b'{"choices":{},"message":{"content":null},"content":{}}', Failure.MALFORMED, "without"),
    (b"[" * 100_000, Failure.MALFORMED, "no JSON"),
]


@pytest.mark.parametrize(("body", "expected", "words"), BODIES, ids=[repr(row[0][:20]) for row in BODIES])
@respx.mock
def test_a_success_that_is_none(name: str, body: bytes, expected: Failure, words: str) -> None:
    asked(name).respond(200, content=body)
    failed = failing(a_provider(name))
    assert failed.failure is expected
    assert words in str(failed)


@respx.mock
def test_a_web_page_with_an_error_status(name: str) -> None:
    asked(name).respond(502, content=b"<html><h1>Bad gateway</h1>", headers={"content-type": "text/html"})
    failed = failing(a_provider(name))
    assert failed.failure is Failure.SERVER
    assert "<h1>" not in str(failed)


@respx.mock
def test_an_error_under_a_status_of_success(name: str) -> None:
    asked(name).respond(200, json={"error": {"message": "upstream is busy", "code": 503}})
    failed = failing(a_provider(name))
    assert (failed.failure, failed.status) == (Failure.OVERLOADED, 503)


@respx.mock
def test_redirects_are_not_followed(name: str) -> None:
    asked(name).respond(302, headers={"location": "https://elsewhere.example/"})
    elsewhere = respx.route(host="elsewhere.example").respond(200, json=success(name))
    failed = failing(a_provider(name))
    assert failed.failure is Failure.BAD_REQUEST
    assert "redirect" in str(failed)
    assert not elsewhere.called


@respx.mock
def test_a_path_that_is_not_there_is_no_missing_model(name: str) -> None:
    asked(name).respond(404, content=b"404 page not found")
    failed = failing(a_provider(name))
    assert failed.failure is Failure.BAD_REQUEST
    assert "is the endpoint right?" in str(failed)


@respx.mock
def test_neither_keys_nor_content_stand_in_a_message(name: str) -> None:
    """Providers repeat both: OpenAI the key in a 401, gateways the prompt in a 400."""
    environment = {"OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY, "OLLAMA_API_KEY": KEY}
    asked(name).respond(401, json=error(name, f"Incorrect API key provided: {KEY}. See sk-abcd***wxyz."))
    failed = failing(a_provider(name, environment))
    shown = "".join(traceback.format_exception(failed)) + repr(failed) + repr(vars(failed))
    assert "Incorrect API key" in shown
    assert KEY not in shown
    assert "wxyz" not in shown
    asked(name).respond(400, json=error(name, f"cannot parse: {CONTENT}"))
    failed = failing(a_provider(name, environment))
    assert CONTENT[4:28] not in str(failed)


@respx.mock
def test_no_object_shows_a_key(name: str) -> None:
    environment = {"OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY, "OLLAMA_API_KEY": KEY}
    provider = a_provider(name, environment)
    asked(name).respond(json=success(name))
    provider.complete(a_call(), 2.0)
    shown = f"{provider!r}{provider} {vars(provider)} {provider.access!r} {provider._transport!r}"
    assert KEY not in shown
    sent = respx.calls.last.request.headers
    assert KEY in str(sent.raw)
    provider.close()


@respx.mock
def test_a_long_message_is_cut(name: str) -> None:
    asked(name).respond(400, json=error(name, "x " * 5000))
    assert len(str(failing(a_provider(name)))) < 400


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (httpx.ConnectError("refused"), Failure.CONNECT),
        (httpx.ConnectTimeout("late"), Failure.CONNECT),
        (httpx.ReadTimeout("late"), Failure.TIMEOUT),
        (httpx.RemoteProtocolError("gone"), Failure.CONNECT),
    ],
)
@respx.mock
def test_the_network_fails(name: str, raised: Exception, expected: Failure) -> None:
    asked(name).mock(side_effect=raised)
    assert failing(a_provider(name)).failure is expected


def at(server: Any, name: str) -> str:
    return f"{server.url}/v1" if name == "openai" else str(server.url)


def test_a_slow_drip_ends_at_the_deadline(name: str) -> None:
    with served(dripping(answer(b'{"a":1}' * 30), 0.02)) as server:
        assert failing(a_provider(name, endpoint=at(server, name)), 0.2).failure is Failure.TIMEOUT


def test_a_body_that_breaks_off(name: str) -> None:
    def script(connection: socket.socket, request: bytes) -> None:
        connection.sendall(answer(b'{"choices":', length=400))
        connection.shutdown(socket.SHUT_RDWR)

    with served(script) as server:
        assert failing(a_provider(name, endpoint=at(server, name))).failure is Failure.CUT


def test_an_answer_of_ten_megabytes(name: str) -> None:
    with served(always(answer(b'{"a":"' + b"x" * 10_485_760 + b'"}'))) as server:
        assert failing(a_provider(name, endpoint=at(server, name)), 10).failure is Failure.TOO_LARGE


@respx.mock
def test_health(name: str) -> None:
    models = {"models": [{"name": "m:latest"}]} if name == "ollama" else {"data": [{"id": "m:latest"}]}
    respx.get(USUAL[name] + PATHS[name]).respond(json=models)
    respx.get(USUAL[name] + "/api/version").respond(json={"version": "0.14.1"})
    provider = a_provider(name)
    health = provider.probe(2.0)
    assert health.ok
    assert [model.name for model in health.models] == ["m:latest"]
    assert "1 model" in health.words
    provider.close()


@pytest.mark.parametrize("raised", [httpx.ConnectError("refused"), httpx.ReadTimeout("late")])
@respx.mock
def test_a_probe_never_raises(name: str, raised: Exception) -> None:
    respx.route(host__regex=".*").mock(side_effect=raised)
    provider = a_provider(name)
    health = provider.probe(0.5)
    assert not health.ok
    assert health.words
    assert health.hint
    provider.close()


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
@respx.mock
def test_a_probe_of_what_refuses(name: str, status: int) -> None:
    respx.route(host__regex=".*").respond(status, json=error(name, "no"))
    provider = a_provider(name)
    health = provider.probe(0.5)
    assert health.ok is (status == 404 and name != "ollama")
    provider.close()


@respx.mock
def test_a_guard_forbids(name: str) -> None:
    provider = a_provider(name, endpoint="https://models.example/v1", guard=guard_for([], [], ci=True))
    route = respx.route(host="models.example").respond(json=success(name))
    assert not provider.probe(0.5).ok
    assert failing(provider).failure is Failure.FORBIDDEN_HOST
    assert not route.called


@respx.mock
def test_seeds_are_sent_with_31_bits(name: str) -> None:
    asked(name).respond(json=success(name))
    provider = a_provider(name)
    provider.complete(a_call(seed=2**64 - 1), 2.0)
    body = respx.calls.last.request.content
    assert (b'"seed":2147483647' in body) is provider.takes_seed
    provider.close()


def test_the_protocol_is_met(name: str) -> None:
    provider: Provider = a_provider(name)
    assert provider.name == name
    assert isinstance(provider.paid, bool)
    assert isinstance(provider.takes_seed, bool)
    assert isinstance(provider.limits(), Limits)
    provider.close()


@respx.mock
def test_many_threads_share_one_provider(name: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    asked(name).respond(json=success(name))
    provider = a_provider(name)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: provider.complete(a_call(seed=number), 5.0), range(64)))
    assert all(isinstance(each, Completion) for each in found)
    assert respx.calls.call_count == 64
    provider.close()
