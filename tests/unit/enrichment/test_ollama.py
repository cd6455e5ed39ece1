"""Ollama by its own API, as its documentation describes it."""

import json
import socket
from typing import Any

import pytest
import respx
from loopback_server import served
from providing import KEY, SCHEMA, a_call, a_provider, success

from pytest_specmint.enrichment.endpoint import guard_for
from pytest_specmint.enrichment.model import Failure, Finish, ProviderFailure
from pytest_specmint.enrichment.providers.ollama import Loaded, same_name, window

BASE = "http://127.0.0.1:11434"
LLAMA = {"name": "llama3.1:latest", "model": "llama3.1:latest", "size": 4_900_000_000, "digest": "46e0c10c039e"}
QWEN = {"name": "qwen2.5:7b", "model": "qwen2.5:7b", "size": 4_700_000_000, "digest": "845dbda0ea48"}
CLOUD = {
    "name": "gpt-oss:120b-cloud",
    "digest": "569662207105",
    "size": 384,
    "remote_model": "gpt-oss:120b",
    "remote_host": "https://ollama.com:443",
}


def show(context: int = 131_072, capabilities: tuple[str, ...] = ("completion", "tools")) -> dict[str, Any]:
    info = {"general.architecture": "llama", "llama.context_length": context, "general.parameter_count": 8_030_261_312}
    return {"details": {"family": "llama"}, "model_info": info, "capabilities": list(capabilities)}


def has(*models: Any, loaded: Any = (), about: Any = None) -> dict[str, respx.Route]:
    """An Ollama with these models."""
    return {
        "tags": respx.get(f"{BASE}/api/tags").respond(json={"models": list(models)}),
        "ps": respx.get(f"{BASE}/api/ps").respond(json={"models": list(loaded)}),
        "show": respx.post(f"{BASE}/api/show").respond(json=about or show()),
        "chat": respx.post(f"{BASE}/api/chat").respond(json={**success("ollama"), "done_reason": "load"}),
    }


def sent(route: respx.Route) -> Any:
    return json.loads(route.calls.last.request.content)


def refused(provider: Any, model: str, *, pull: bool = False) -> ProviderFailure:
    with pytest.raises(ProviderFailure) as caught:
        provider.prepare(model, pull=pull)
    provider.close()
    return caught.value


@respx.mock
def test_what_a_call_sends() -> None:
    chat = respx.post(f"{BASE}/api/chat").respond(json=success("ollama"))
    provider = a_provider("ollama")
    provider.complete(a_call("llama3.1", max_tokens=321, seed=5), 2.0)
    body = sent(chat)
    shape = body.pop("format")
    assert body == {
        "model": "llama3.1",
        "messages": [
            {"role": "system", "content": "You make data. Answer in JSON."},
            {"role": "user", "content": "the confidential context of this very question"},
        ],
        "stream": False,
        "think": False,
        "truncate": False,
        "shift": False,
        "options": {"seed": 5, "temperature": 0.2, "num_predict": 321, "num_ctx": 8192},
    }
    assert shape["properties"]["items"]["items"]["properties"]["value"] == {"type": "string", "maxLength": 40}
    provider.close()


@pytest.mark.parametrize(
    ("reason", "finish"),
    [("stop", Finish.STOP), ("length", Finish.LENGTH), ("load", Finish.OTHER), ("unload", Finish.OTHER)],
)
@respx.mock
def test_why_it_stopped(reason: str, finish: Finish) -> None:
    respx.post(f"{BASE}/api/chat").respond(json={**success("ollama"), "done_reason": reason})
    provider = a_provider("ollama")
    assert provider.complete(a_call(), 2.0).finish is finish
    provider.close()


@respx.mock
def test_counts_may_be_missing() -> None:
    """What was in the cache is not counted."""
    body = success("ollama")
    del body["prompt_eval_count"], body["done_reason"]
    respx.post(f"{BASE}/api/chat").respond(json=body)
    provider = a_provider("ollama")
    completion = provider.complete(a_call(), 2.0)
    assert (completion.usage.input_tokens, completion.usage.output_tokens) == (None, 5)
    assert completion.finish is Finish.STOP
    provider.close()


@respx.mock
def test_an_answer_that_is_not_done() -> None:
    respx.post(f"{BASE}/api/chat").respond(json={**success("ollama"), "done": False})
    provider = a_provider("ollama")
    with pytest.raises(ProviderFailure) as caught:
        provider.complete(a_call(), 2.0)
    assert caught.value.failure is Failure.CUT
    provider.close()


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (404, "model 'llama9' not found", Failure.NO_MODEL),
        (503, "server busy, please try again.  maximum pending requests exceeded", Failure.OVERLOADED),
        (500, "model requires more system memory (8.0 GiB) than is available (4.0 GiB)", Failure.SERVER),
        (400, "input length exceeds the context length", Failure.TOO_LARGE),
    ],
)
@respx.mock
def test_its_errors(status: int, message: str, expected: Failure) -> None:
    respx.post(f"{BASE}/api/chat").respond(status, json={"error": message})
    provider = a_provider("ollama")
    with pytest.raises(ProviderFailure) as caught:
        provider.complete(a_call(), 2.0)
    assert caught.value.failure is expected
    assert message.split("  ", maxsplit=1)[0][:30] in str(caught.value)
    provider.close()


@pytest.mark.parametrize(
    ("status", "message"), [(500, "failed to parse grammar"), (400, "invalid JSON schema in format")]
)
@respx.mock
def test_a_schema_that_makes_no_grammar_goes_into_the_prompt(status: int, message: str) -> None:
    chat = respx.post(f"{BASE}/api/chat")
    chat.side_effect = [
        respx.MockResponse(status, json={"error": message}),
        respx.MockResponse(200, json=success("ollama")),
    ]
    provider = a_provider("ollama")
    assert provider.complete(a_call(), 2.0).finish is Finish.STOP
    body = sent(chat)
    assert "format" not in body
    assert json.dumps(SCHEMA, separators=(",", ":")) in body["messages"][0]["content"]
    provider.close()


@respx.mock
def test_an_error_that_is_about_something_else_is_not_asked_again() -> None:
    chat = respx.post(f"{BASE}/api/chat").respond(500, json={"error": "llama runner process has terminated"})
    provider = a_provider("ollama")
    with pytest.raises(ProviderFailure):
        provider.complete(a_call(), 2.0)
    assert chat.call_count == 1
    provider.close()


@respx.mock
def test_health_tells_version_and_models() -> None:
    has(QWEN, LLAMA)
    respx.get(f"{BASE}/api/version").respond(json={"version": "0.14.1"})
    provider = a_provider("ollama")
    health = provider.probe(1.0)
    assert (health.ok, health.version) == (True, "0.14.1")
    assert health.words == "Ollama at http://127.0.0.1:11434 answers, version 0.14.1, 2 models"
    assert [(model.name, model.digest, model.size) for model in health.models] == [
        ("llama3.1:latest", "46e0c10c039e", 4_900_000_000),
        ("qwen2.5:7b", "845dbda0ea48", 4_700_000_000),
    ]
    provider.close()


@respx.mock
def test_health_without_models_says_how_to_get_one() -> None:
    has()
    respx.get(f"{BASE}/api/version").respond(json={"version": "0.14.1"})
    provider = a_provider("ollama")
    health = provider.probe(1.0)
    assert health.ok
    assert "ollama pull" in health.hint
    provider.close()


@pytest.mark.parametrize("answer", [{"status_code": 404}, {"json": {"models": []}}, {"html": "<html>hi</html>"}])
@respx.mock
def test_a_server_that_only_lists_models_as_ollama_does_has_no_version(answer: dict[str, Any]) -> None:
    has(LLAMA)
    respx.get(f"{BASE}/api/version").respond(**answer)
    provider = a_provider("ollama")
    health = provider.probe(1.0)
    assert (health.ok, health.version) == (True, "")
    assert "version unknown" in health.words
    provider.close()


@pytest.mark.parametrize("answer", [{"status_code": 404}, {"json": {"data": []}}, {"html": "<html>hi</html>"}])
@respx.mock
def test_another_server_is_not_taken_for_ollama(answer: dict[str, Any]) -> None:
    respx.get(f"{BASE}/api/tags").respond(**answer)
    provider = a_provider("ollama")
    health = provider.probe(1.0)
    assert not health.ok
    assert "--llm-provider openai" in health.hint
    provider.close()


@pytest.mark.parametrize(
    "name", ["llama3.1", "llama3.1:latest", "LLAMA3.1", "registry.ollama.ai/library/llama3.1:latest"]
)
@respx.mock
def test_a_model_is_found_by_every_name_it_has(name: str) -> None:
    routes = has(QWEN, LLAMA)
    provider = a_provider("ollama")
    model = provider.prepare(name, pull=False)
    assert (model.name, model.context, model.digest) == ("llama3.1:latest", 8192, "46e0c10c039e")
    assert sent(routes["show"]) == {"model": "llama3.1:latest"}
    provider.close()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a", "a:latest", True),
        ("a:7b", "a", False),
        ("library/a", "a", True),
        ("me/a", "a", False),
        ("host:5000/me/a", "host:5000/me/a:latest", True),
    ],
)
def test_names(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


@respx.mock
def test_a_missing_model_says_what_to_do() -> None:
    has(QWEN)
    words = str(refused(a_provider("ollama"), "llama3.1"))
    assert "has no model llama3.1" in words
    assert "ollama pull llama3.1, or --auto-pull" in words
    assert "it has: qwen2.5:7b" in words


@respx.mock
def test_without_a_name_the_usual_model_or_the_only_one() -> None:
    has(QWEN, LLAMA)
    provider = a_provider("ollama")
    assert provider.prepare("", pull=False).name == "llama3.1:latest"
    has(QWEN)
    assert provider.prepare("", pull=False).name == "qwen2.5:7b"
    has(QWEN, {**QWEN, "name": "gemma3"})
    assert "it has: gemma3, qwen2.5:7b" in str(refused(provider, ""))


@respx.mock
def test_warms_up_apart_from_calls_and_with_the_window_of_calls() -> None:
    routes = has(LLAMA, about=show(4096))
    provider = a_provider("ollama")
    provider.prepare("llama3.1", pull=False)
    assert sent(routes["chat"]) == {
        "model": "llama3.1:latest",
        "messages": [],
        "stream": False,
        "options": {"num_ctx": 4096},
    }
    routes["chat"].respond(json=success("ollama"))
    completion = provider.complete(a_call("llama3.1:latest", max_tokens=9000), 2.0)
    assert sent(routes["chat"])["options"]["num_ctx"] == 4096
    assert completion.digest == "46e0c10c039e"
    provider.close()


@respx.mock
def test_a_window_that_is_loaded_already_is_kept() -> None:
    routes = has(LLAMA, loaded=[{"name": "llama3.1:latest", "size": 9, "size_vram": 4, "context_length": 32_768}])
    provider = a_provider("ollama")
    assert provider.prepare("llama3.1", pull=False).context == 32_768
    assert sent(routes["chat"])["options"] == {"num_ctx": 32_768}
    assert provider.loaded() == (Loaded("llama3.1:latest", 9, 4, 32_768),)
    provider.close()


@pytest.mark.parametrize(
    ("needed", "limit", "current", "size"),
    [
        (100, 131_072, 8192, 8192),
        (8193, 131_072, 8192, 16_384),
        (40_000, 131_072, 16_384, 65_536),
        (200_000, 131_072, 8192, 131_072),
        (9000, 8192, 8192, 8192),
        (9000, None, 8192, 16_384),
        (1, None, 0, 2048),
        (1, 512, 512, 512),
    ],
)
def test_windows(needed: int, limit: int | None, current: int, size: int) -> None:
    assert window(needed, limit, current) == size


@respx.mock
def test_the_window_grows_and_never_shrinks() -> None:
    routes = has(LLAMA)
    provider = a_provider("ollama")
    provider.prepare("llama3.1", pull=False)
    routes["chat"].respond(json=success("ollama"))
    sizes = []
    for user in ("a", "a" * 40_000, "a"):
        provider.complete(a_call("llama3.1:latest", user=user), 2.0)
        sizes.append(sent(routes["chat"])["options"]["num_ctx"])
    assert sizes == [8192, 32_768, 32_768]
    provider.close()


@respx.mock
def test_a_model_that_runs_elsewhere_is_refused() -> None:
    routes = has(CLOUD)
    failed = refused(a_provider("ollama"), "gpt-oss:120b-cloud")
    assert failed.failure is Failure.FORBIDDEN_HOST
    assert "ollama.com" in str(failed)
    assert "--llm-allow-host ollama.com" in str(failed)
    assert not routes["chat"].called
    assert not routes["show"].called


@respx.mock
def test_a_model_that_runs_elsewhere_may_be_allowed() -> None:
    routes = has(CLOUD)
    provider = a_provider("ollama", guard=guard_for(["ollama.com"], [], ci=False))
    assert provider.prepare("gpt-oss:120b-cloud", pull=False).remote_host == "https://ollama.com:443"
    assert not routes["chat"].called
    provider.close()


@respx.mock
def test_a_model_that_only_embeds_is_refused() -> None:
    has({**QWEN, "name": "nomic-embed-text:latest"}, about=show(2048, ("embedding",)))
    failed = refused(a_provider("ollama"), "nomic-embed-text")
    assert failed.failure is Failure.NO_MODEL
    assert "cannot answer" in str(failed)


def pulling(*events: Any) -> respx.Route:
    body = b"".join(json.dumps(event).encode() + b"\n" for event in events)
    return respx.post(f"{BASE}/api/pull").respond(content=body)


@respx.mock
def test_pulls_where_that_is_allowed_and_tells_how_it_goes() -> None:
    routes = has()
    routes["tags"].side_effect = [
        respx.MockResponse(200, json={"models": []}),
        respx.MockResponse(200, json={"models": [LLAMA]}),
    ]
    pull = pulling(
        {"status": "pulling manifest"},
        {"status": "pulling 46e0c10c039e", "digest": "sha256:46", "total": 100},
        {"status": "pulling 46e0c10c039e", "digest": "sha256:46", "total": 100, "completed": 60},
        {"status": "success"},
    )
    told: list[tuple[str, int, int]] = []
    provider = a_provider("ollama")
    model = provider.prepare("llama3.1", pull=True, progress=lambda *event: told.append(event))
    assert model.name == "llama3.1:latest"
    assert sent(pull) == {"model": "llama3.1", "stream": True}
    assert told == [
        ("pulling manifest", 0, 0),
        ("pulling 46e0c10c039e", 0, 100),
        ("pulling 46e0c10c039e", 60, 100),
        ("success", 0, 0),
    ]
    provider.close()


@respx.mock
def test_does_not_pull_what_is_there() -> None:
    has(LLAMA)
    pull = pulling({"status": "success"})
    provider = a_provider("ollama")
    provider.prepare("llama3.1", pull=True)
    assert not pull.called
    provider.close()


@pytest.mark.parametrize(
    ("events", "expected", "words"),
    [
        (
            [{"status": "pulling manifest"}, {"error": "pull model manifest: file does not exist"}],
            Failure.NO_MODEL,
            "cannot pull llama9",
        ),
        ([{"status": "pulling 46"}, {"error": "max retries exceeded: EOF"}], Failure.SERVER, "max retries"),
        ([{"status": "pulling 46"}], Failure.CUT, "broke off the pull"),
        ([], Failure.CUT, "broke off the pull"),
        (["pulling"], Failure.MALFORMED, "no JSON"),
    ],
)
@respx.mock
def test_errors_of_a_pull_come_under_a_status_of_success(events: list[Any], expected: Failure, words: str) -> None:
    has()
    pulling(*events)
    failed = refused(a_provider("ollama"), "llama9", pull=True)
    assert failed.failure is expected
    assert words in str(failed)


@respx.mock
def test_a_pull_that_is_refused() -> None:
    has()
    respx.post(f"{BASE}/api/pull").respond(400, json={"error": "invalid model name"})
    failed = refused(a_provider("ollama"), "a b", pull=True)
    assert (failed.failure, failed.status) == (Failure.BAD_REQUEST, 400)


def test_a_pull_that_falls_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    def script(connection: socket.socket, request: bytes) -> None:
        if b"/api/pull" in request:
            connection.sendall(b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"status":"pulling"}\n')
            import time

            time.sleep(0.6)
        else:
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"models":[]}')

    monkeypatch.setattr("pytest_specmint.enrichment.providers.ollama.PULL_IDLE_SECONDS", 0.2)
    with served(script) as server:
        assert refused(a_provider("ollama", endpoint=server.url), "m", pull=True).failure is Failure.TIMEOUT


@respx.mock
def test_a_key_for_a_gateway_before_it() -> None:
    tags = respx.get("https://gateway.example/ollama/api/tags").respond(json={"models": []})
    provider = a_provider("ollama", {"OLLAMA_API_KEY": KEY, "OLLAMA_HOST": "https://gateway.example/ollama"})
    assert provider.models() == ()
    assert tags.calls.last.request.headers["authorization"] == f"Bearer {KEY}"
    provider.close()
