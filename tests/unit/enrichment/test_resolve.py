"""§5.2 of the design: which provider is used."""

import threading
import time
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st
from providing import KEY, a_call, success

from pytest_specmint.enrichment.model import LlmMode
from pytest_specmint.enrichment.providers.protocol import Health, Model
from pytest_specmint.enrichment.resolve import (
    AUTO,
    Ready,
    Standby,
    choose,
    make_ready,
    resolve,
    shutdown_notices,
    survey,
    to_ask,
)
from pytest_specmint.enrichment.settings import LlmSettings
from pytest_specmint.errors import ExitCode, ProviderError

UP, DOWN = Health(ok=True, words="is well", version="1"), Health(ok=False, words="is down", hint="start it")
OLLAMA, OPENAI, ANTHROPIC = "http://127.0.0.1:11434", "https://api.openai.com/v1", "https://api.anthropic.com"
BOTH = {"OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY}


def settings(**more: Any) -> LlmSettings:
    return LlmSettings(mode=LlmMode.FIELDS, **more)


def decided(wanted: str, keyed: Collection[str], world: Mapping[str, Health], *, at_endpoint: bool = False) -> Any:
    """Ask whoever is to be asked, and choose; also who was asked."""
    healths: dict[str, Health] = {}
    while names := to_ask(wanted, keyed, healths, at_endpoint=at_endpoint):
        healths |= {name: world[name] for name in names}
    return choose(wanted, keyed, healths, at_endpoint=at_endpoint), list(healths)


def world(**up: bool) -> Mapping[str, Health]:
    return {name: UP if up.get(name) else DOWN for name in ("ollama", "openai", "anthropic", "acme")}


TABLE = [
    # wanted, keys set, up, at an endpoint → chosen, problem, asked
    (AUTO, (), {"ollama": True}, False, "ollama", False, ["ollama"]),
    (AUTO, ("openai", "anthropic"), {"ollama": True}, False, "ollama", False, ["ollama"]),
    (AUTO, ("openai", "anthropic"), {"openai": True, "anthropic": True}, False, "openai", False, ["ollama", "openai"]),
    (AUTO, ("anthropic",), {"openai": True, "anthropic": True}, False, "anthropic", False, ["ollama", "anthropic"]),
    (AUTO, ("openai", "anthropic"), {"anthropic": True}, False, "openai", True, ["ollama", "openai"]),
    (AUTO, (), {"openai": True, "anthropic": True}, False, None, False, ["ollama"]),
    ("openai", (), {"openai": True}, False, "openai", False, ["openai"]),
    ("openai", ("openai",), {"ollama": True}, False, "openai", True, ["openai"]),
    ("ollama", ("openai",), {"openai": True}, False, "ollama", True, ["ollama"]),
    ("acme", (), {"acme": True}, False, "acme", False, ["acme"]),
    (AUTO, (), {"ollama": True, "openai": True}, True, "ollama", False, ["ollama", "openai"]),
    (AUTO, (), {"ollama": True}, True, "ollama", False, ["ollama", "openai"]),
    (AUTO, ("anthropic",), {"openai": True}, True, "openai", False, ["ollama", "openai"]),
    (AUTO, ("anthropic",), {"anthropic": True}, True, "openai", True, ["ollama", "openai"]),
]


@pytest.mark.parametrize(("wanted", "keyed", "up", "at_endpoint", "chosen", "problem", "asked"), TABLE)
def test_the_choice(
    wanted: str, keyed: Any, up: Any, at_endpoint: bool, chosen: str | None, problem: bool, asked: list[str]
) -> None:
    choice, were_asked = decided(wanted, keyed, world(**up), at_endpoint=at_endpoint)
    assert (choice.name, bool(choice.problem), were_asked) == (chosen, problem, asked)
    assert bool(choice.notice) is (chosen is None)
    if problem:
        assert choice.hint == "start it; or go without a model: --llm-mode off"


def test_a_server_that_lists_models_like_ollama_but_tells_no_version_is_taken_for_what_else_it_speaks() -> None:
    """llama.cpp has listed its models as Ollama does, too."""
    nameless = Health(ok=True, words="is well")
    both = {"ollama": nameless, "openai": UP}
    assert choose(AUTO, (), both, at_endpoint=True).name == "openai"
    assert choose(AUTO, (), {**both, "openai": DOWN}, at_endpoint=True).name == "ollama"


@given(
    st.sampled_from([AUTO, "ollama", "openai", "anthropic"]),
    st.sets(st.sampled_from(["openai", "anthropic"])),
    st.fixed_dictionaries({name: st.booleans() for name in ("ollama", "openai", "anthropic")}),
    st.booleans(),
)
def test_it_is_always_decided_and_never_by_an_unhealthy_one(
    wanted: str, keyed: set[str], up: dict[str, bool], at_endpoint: bool
) -> None:
    choice, asked = decided(wanted, keyed, world(**up), at_endpoint=at_endpoint)
    assert sum((bool(choice.problem), bool(choice.notice), choice.name is not None and not choice.problem)) == 1
    if choice.name is not None and not choice.problem:
        assert up[choice.name]
        assert choice.name in asked
    if wanted == AUTO and not at_endpoint:
        assert set(asked) - {"ollama"} <= keyed
        if up["ollama"]:
            assert asked == ["ollama"]


def ollama_up(*models: str) -> None:
    rows = [{"name": name, "digest": "d1"} for name in models]
    respx.get(f"{OLLAMA}/api/version").respond(json={"version": "0.14.1"})
    respx.get(f"{OLLAMA}/api/tags").respond(json={"models": rows})
    respx.get(f"{OLLAMA}/api/ps").respond(json={"models": []})
    respx.post(f"{OLLAMA}/api/show").respond(
        json={"model_info": {"general.architecture": "x", "x.context_length": 4096}}
    )
    respx.post(f"{OLLAMA}/api/chat").respond(json=success("ollama"))


def ollama_down() -> None:
    respx.route(host="127.0.0.1").mock(side_effect=respx.models.httpx.ConnectError("refused"))


def closed(resolution: Any) -> None:
    for each in resolution.providers:
        each.close()


def test_off_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def forbidden(*_: Any, **__: Any) -> Any:
        raise AssertionError("a socket was made")

    monkeypatch.setattr(socket, "socket", forbidden)
    resolution = resolve(LlmSettings(mode=LlmMode.OFF, provider="openai"), BOTH)
    assert resolution.providers == ()
    assert make_ready(resolution, settings()) == ()


@respx.mock
def test_auto_takes_ollama_and_tells_nobody_else() -> None:
    ollama_up("llama3.1:latest")
    elsewhere = respx.route(host__regex="api.*").respond(200, json={})
    resolution = resolve(settings(), BOTH)
    assert [each.name for each in resolution.providers] == ["ollama", "openai", "anthropic"]
    assert isinstance(resolution.providers[1], Standby)
    assert not elsewhere.called
    closed(resolution)


@respx.mock
def test_auto_takes_openai_where_its_key_is_set() -> None:
    ollama_down()
    respx.get(f"{OPENAI}/models").respond(json={"data": [{"id": "gpt-6-luna"}]})
    resolution = resolve(settings(), BOTH)
    assert [each.name for each in resolution.providers] == ["openai", "anthropic"]
    ready = make_ready(resolution, settings())
    assert [each.model.name for each in ready] == ["gpt-6-luna", "claude-haiku-5-5"]
    closed(resolution)


@respx.mock
def test_without_fallback_there_is_one_provider() -> None:
    ollama_up("llama3.1:latest")
    resolution = resolve(settings(fallback=False), BOTH)
    assert [each.name for each in resolution.providers] == ["ollama"]
    closed(resolution)


@respx.mock
def test_a_provider_that_was_named_is_the_only_one() -> None:
    """Nothing goes to a cloud behind the back of somebody who named a local provider."""
    ollama_up("llama3.1:latest")
    resolution = resolve(settings(provider="ollama"), BOTH)
    assert [each.name for each in resolution.providers] == ["ollama"]
    closed(resolution)


@respx.mock
def test_auto_goes_without_where_nothing_is_to_be_had() -> None:
    ollama_down()
    resolution = resolve(settings(), {})
    assert resolution.providers == ()
    (notice,) = resolution.notices
    assert "nothing is enriched" in notice
    assert "OPENAI_API_KEY" in notice


@respx.mock
def test_a_provider_that_was_named_and_is_not_well() -> None:
    ollama_down()
    with pytest.raises(ProviderError, match=r"Ollama at http://127\.0\.0\.1:11434 cannot be reached") as caught:
        resolve(settings(provider="ollama"), BOTH)
    assert caught.value.exit_code is ExitCode.PROVIDER
    assert "ollama serve" in (caught.value.hint or "")
    assert "--llm-mode off" in (caught.value.hint or "")


@respx.mock
def test_a_key_that_is_refused() -> None:
    ollama_down()
    respx.get(f"{OPENAI}/models").respond(401, json={"error": {"message": f"Incorrect API key: {KEY}"}})
    with pytest.raises(ProviderError, match="answers 401") as caught:
        resolve(settings(), BOTH)
    assert KEY not in f"{caught.value} {caught.value.hint}"


def test_a_name_that_nobody_has() -> None:
    with pytest.raises(ProviderError, match="no provider 'lama'"):
        resolve(settings(provider="lama"), {})


def test_a_key_alone_under_auto_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY, encoding="utf-8")
    with pytest.raises(ProviderError, match="no provider is named") as caught:
        resolve(settings(key_file=tmp_path / "key"), {})
    assert KEY not in f"{caught.value} {caught.value.hint}"


@respx.mock
def test_a_key_file_counts_as_a_key_that_is_set(tmp_path: Path) -> None:
    ollama_down()
    (tmp_path / "keys").write_text(f"ANTHROPIC_API_KEY={KEY}", encoding="utf-8")
    models = respx.get(f"{ANTHROPIC}/v1/models").respond(json={"data": []})
    resolution = resolve(settings(key_file=tmp_path / "keys"), {})
    assert [each.name for each in resolution.providers] == ["anthropic"]
    assert models.calls.last.request.headers["x-api-key"] == KEY
    closed(resolution)


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:8080/v1", "http://127.0.0.1:8080"])
@respx.mock
def test_an_endpoint_under_auto_may_speak_like_ollama_or_openai(endpoint: str) -> None:
    respx.get("http://127.0.0.1:8080/v1/models").respond(json={"data": [{"id": "local"}]})
    respx.get("http://127.0.0.1:8080/api/version").respond(404)
    resolution = resolve(settings(endpoint=endpoint), BOTH)
    assert [each.name for each in resolution.providers] == ["openai"]
    (ready,) = make_ready(resolution, settings())
    assert ready.model.name == "local"
    closed(resolution)
    respx.get("http://127.0.0.1:8080/api/version").respond(json={"version": "0.14"})
    respx.get("http://127.0.0.1:8080/api/tags").respond(json={"models": []})
    resolution = resolve(settings(endpoint=endpoint), BOTH)
    assert [each.name for each in resolution.providers] == ["ollama"]
    closed(resolution)


@respx.mock
def test_an_endpoint_where_nobody_is_is_an_error_and_no_reason_to_go_elsewhere() -> None:
    ollama_down()
    elsewhere = respx.route(host__regex="api.*").respond(200, json={})
    with pytest.raises(ProviderError, match="cannot be reached"):
        resolve(settings(endpoint="http://127.0.0.1:8080/v1"), BOTH)
    assert not elsewhere.called


@respx.mock
def test_in_ci_an_endpoint_of_the_environment_alone_is_not_reached() -> None:
    route = respx.route(host="gateway.example").respond(json={"data": []})
    environment = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "https://gateway.example/v1"}
    with pytest.raises(ProviderError, match=r"--llm-allow-host gateway\.example"):
        resolve(settings(provider="openai", ci=True), environment)
    assert not route.called
    for allowed in (
        settings(provider="openai", ci=True, allow_host=("gateway.example",)),
        settings(provider="openai", ci=True, endpoint="https://gateway.example/v1"),
        settings(provider="openai"),
    ):
        closed(resolve(allowed, environment))
    assert route.call_count == 3


@respx.mock
def test_a_broken_endpoint_of_a_provider_that_is_not_used_does_no_harm() -> None:
    ollama_up("llama3.1:latest")
    resolution = resolve(settings(fallback=False), {**BOTH, "OPENAI_BASE_URL": "nonsense://x"})
    assert [each.name for each in resolution.providers] == ["ollama"]
    closed(resolution)
    with pytest.raises(ProviderError, match="scheme is nonsense"):
        resolve(settings(provider="openai"), {**BOTH, "OPENAI_BASE_URL": "nonsense://x"})


@respx.mock
def test_a_model_that_is_not_there() -> None:
    ollama_up("qwen2.5:7b")
    resolution = resolve(settings(provider="ollama", model="llama3.1"), {})
    with pytest.raises(ProviderError, match=r"ollama pull llama3\.1, or --auto-pull") as caught:
        make_ready(resolution, settings(model="llama3.1"))
    assert "--llm-mode off" in (caught.value.hint or "")
    closed(resolution)


@respx.mock
def test_a_standby_asks_its_own_model() -> None:
    import json

    ollama_up("llama3.1:latest")
    chat = respx.post(f"{OPENAI}/chat/completions").respond(json=success("openai"))
    resolution = resolve(settings(), {"OPENAI_API_KEY": KEY})
    standby = resolution.providers[1]
    assert (standby.name, standby.paid, standby.takes_seed) == ("openai", True, True)
    standby.complete(a_call("llama3.1:latest"), 2.0)
    standby.complete(a_call("llama3.1:latest"), 2.0)
    assert json.loads(chat.calls.last.request.content)["model"] == "gpt-6-luna"
    assert KEY not in repr(standby)
    closed(resolution)


@respx.mock
def test_a_survey_asks_everybody_at_once() -> None:
    ollama_up("llama3.1:latest")
    inside, most = [0], [0]
    lock = threading.Lock()

    def slow(request: Any) -> Any:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.15)
        with lock:
            inside[0] -= 1
        return respx.MockResponse(200, json={"data": []})

    respx.get(f"{OPENAI}/models").mock(side_effect=slow)
    respx.get(f"{ANTHROPIC}/v1/models").mock(side_effect=slow)
    healths = survey(settings(), BOTH)
    assert {name: health.ok for name, health in healths.items()} == {"ollama": True, "openai": True, "anthropic": True}
    assert most[0] == 2


@respx.mock
def test_a_survey_waits_for_nobody() -> None:
    """Even for a provider that does not keep to its deadline (a name that takes long to be found)."""
    ollama_up("llama3.1:latest")
    respx.get(f"{OPENAI}/models").mock(side_effect=lambda request: time.sleep(1.5))
    respx.get(f"{ANTHROPIC}/v1/models").respond(json={"data": []})
    healths = survey(settings(), BOTH, deadline=0.3)
    assert healths["ollama"].ok
    assert not healths["openai"].ok
    assert "did not answer within 0.3 s" in healths["openai"].words
    time.sleep(1.3)  # let the thread end before the stand-ins are taken away


@respx.mock
def test_a_survey_without_keys_tells_what_to_set() -> None:
    ollama_down()
    healths = survey(settings(), {})
    assert all(not health.ok and health.hint for health in healths.values())


@respx.mock
def test_a_key_alone_goes_to_nobody_but_the_provider_that_was_named(tmp_path: Path) -> None:
    ollama_down()
    (tmp_path / "key").write_text(KEY, encoding="utf-8")
    openai = respx.get(f"{OPENAI}/models").respond(json={"data": []})
    healths = survey(settings(provider="openai", key_file=tmp_path / "key"), {})
    assert [name for name, health in healths.items() if health.ok] == ["openai"]
    assert openai.calls.last.request.headers["authorization"] == f"Bearer {KEY}"
    assert not any(
        KEY in str(call.request.headers.raw) for call in respx.calls if call.request.url.host != "api.openai.com"
    )


@respx.mock
def test_a_survey_knows_whom_an_endpoint_is_meant_for() -> None:
    respx.get("http://127.0.0.1:8080/v1/models").respond(json={"data": []})
    respx.get("http://127.0.0.1:8080/api/tags").respond(404)
    anthropic = respx.get(f"{ANTHROPIC}/v1/models").respond(json={"data": []})
    survey(settings(endpoint="http://127.0.0.1:8080/v1"), BOTH)
    assert anthropic.called


def test_models_that_will_be_gone_are_told() -> None:
    ready = [
        Ready(provider, Model(name, shutdown_date=day))
        for provider, name, day in (
            (Named("openai"), "gpt-4o-mini", ""),
            (Named("openai"), "gpt-6-luna", ""),
            (Named("openai"), "gpt-6-luna", "2027-06-01"),
            (Named("ollama"), "llama3.1", ""),
        )
    ]
    assert shutdown_notices(ready, date(2026, 11, 28)) == (
        "the model gpt-4o-mini will be shut down on 2027-01-14; its provider recommends gpt-6-luna",
        "the model gpt-6-luna will be shut down on 2027-06-01",
    )


class Named:
    def __init__(self, name: str) -> None:
        self.name = name


def test_a_provider_that_breaks_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    from pytest_specmint.enrichment.providers.ollama import Ollama

    def broken(self: Any, deadline: float) -> Health:
        raise RuntimeError(KEY)

    monkeypatch.setattr(Ollama, "probe", broken)
    with pytest.raises(ProviderError, match="ollama fails: RuntimeError") as caught:
        resolve(settings(provider="ollama"), {})
    assert KEY not in str(caught.value)
