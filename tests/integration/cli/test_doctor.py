"""`specmint-cli doctor`, as a CI job and as a person on a bad day call it."""

import json
import os
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
import respx

from pytest_specmint.cli import doctor as module
from pytest_specmint.cli.main import main
from pytest_specmint.enrichment.providers import anthropic, openai
from pytest_specmint.enrichment.providers import ollama as ollama_
from pytest_specmint.enrichment.providers.protocol import Health
from pytest_specmint.report.doctor import determinism, installation, surroundings

FORM = json.loads(Path(module.__file__).with_name("doctor.schema.json").read_text(encoding="utf-8"))
OLLAMA = "http://127.0.0.1:11434"
KEY = "sk-do-not-show-this-0123456789"


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [each for each in os.environ if each.startswith(("SPECMINT_", "OPENAI_", "ANTHROPIC_", "OLLAMA_"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def ollama() -> Any:
    """A server that speaks like Ollama and has two models."""
    models = [
        {
            "name": f"{name}:latest",
            "model": f"{name}:latest",
            "size": 4_700_000_000,
            "digest": "d" * 64,
            "details": {"parameter_size": "7.6B", "quantization_level": "Q4_K_M"},
        }
        for name in ("llama3.1", "qwen2.5")
    ]
    with respx.mock(assert_all_called=False) as router:
        router.get(f"{OLLAMA}/api/version").respond(json={"version": "0.13.1"})
        router.get(f"{OLLAMA}/api/tags").respond(json={"models": models})
        router.get(f"{OLLAMA}/api/ps").respond(json={"models": []})
        yield router


@pytest.fixture
def nobody() -> Any:
    """No provider is to be reached."""
    with respx.mock(assert_all_called=False) as router:
        router.route().mock(side_effect=httpx.ConnectError("refused"))
        yield router


def _doctor(capfd: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, list[dict[str, Any]]]:
    """The checks by name."""
    found_code = main(["doctor", "--json", *arguments])
    out, err = capfd.readouterr()
    assert found_code == code, (out, err)
    assert KEY not in out + err
    document = json.loads(out)
    jsonschema_rs.validator_for(FORM).validate(document)
    assert document["ok"] == (code == 0)
    found: dict[str, list[dict[str, Any]]] = {}
    for each in document["checks"]:
        found.setdefault(each["check"], []).append(each)
    return found


def test_all_is_well_without_a_provider(nobody: Any, capfd: pytest.CaptureFixture[str]) -> None:
    found = _doctor(capfd)
    assert {
        "python",
        "version",
        "packages",
        "plugin",
        "config",
        "cpu",
        "memory",
        "output",
        "determinism",
    } <= found.keys()
    assert all(each["level"] != "fail" for rows in found.values() for each in rows)
    assert [call.request.url.host for call in nobody.calls] == ["127.0.0.1"] * len(nobody.calls)


def test_people_read_a_line_a_check(nobody: Any, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    out, err = capfd.readouterr()
    assert "ok   determinism: 300 records" in out
    assert "\x1b" not in out
    assert err.startswith("summary: checks ")


def test_models_are_listed_where_that_is_asked_for(ollama: Any, capfd: pytest.CaptureFixture[str]) -> None:
    found = _doctor(capfd, "--check-models")
    assert found["provider"][0]["words"].startswith("Ollama 0.13.1 answers, 2 models")
    assert [each["words"] for each in found["model"]] == [
        "Ollama: llama3.1:latest (7.6B, Q4_K_M, 4.7 GB) - ready",
        "Ollama: qwen2.5:latest (7.6B, Q4_K_M, 4.7 GB) - ready",
    ]


def test_the_screen_of_the_documentation_is_what_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[3] / "docs" / "screens.md").read_text(encoding="utf-8")
    arguments, _, shown = page.partition("$ specmint-cli doctor --check-ollama ")[2].partition("```")[0].partition("\n")
    told = (("qwen2.5", 4_700_000_000, "7.6B", "Q4_K_M"), ("mistral", 4_100_000_000, "7.2B", "Q4_0"))
    models = [
        {"name": f"{name}:latest", "size": size, "details": {"parameter_size": of, "quantization_level": form}}
        for name, size, of, form in told
    ]
    with respx.mock(assert_all_called=False) as router:
        router.get(f"{OLLAMA}/api/version").respond(json={"version": "0.13.1"})
        router.get(f"{OLLAMA}/api/tags").respond(json={"models": models})
        router.get(f"{OLLAMA}/api/ps").respond(json={"models": []})
        code = main(["doctor", "--check-ollama", *arguments.partition("#")[0].split()])
    out, err = capfd.readouterr()
    assert out + err == shown
    assert f"exit code {code}" in arguments


def test_a_requested_model_is_there_or_not(ollama: Any, capfd: pytest.CaptureFixture[str]) -> None:
    found = _doctor(capfd, "--provider", "ollama", "--model", "qwen2.5")
    assert found["model"][0]["level"] == "pass"
    found = _doctor(capfd, "--provider", "ollama", "--model", "mistral", code=4)
    assert found["model"][0]["step"] == "ollama pull mistral, or --auto-pull"
    assert "python" not in found


def test_a_named_provider_must_answer(nobody: Any, capfd: pytest.CaptureFixture[str]) -> None:
    found = _doctor(capfd, "--check-ollama", code=4)
    assert found["provider"][0]["level"] == "fail"
    assert "ollama serve" in found["provider"][0]["step"]
    assert main(["doctor", "--provider", "olama"]) == 4
    assert "ollama" in capfd.readouterr().out


def test_keys_are_named_and_never_shown(
    nobody: Any, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    found = _doctor(capfd)
    assert any("OpenAI: not asked; key in OPENAI_API_KEY" in each["words"] for each in found["provider"])
    assert not any("openai" in str(call.request.url) for call in nobody.calls)
    _doctor(capfd, "--full")
    assert any("openai" in str(call.request.url) for call in nobody.calls)


def test_a_provider_that_refuses_the_key(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with respx.mock() as router:
        router.get("https://api.openai.com/v1/models").respond(401, json={"error": {"message": f"bad key {KEY}"}})
        found = _doctor(capfd, "--provider", "openai", code=4)
    assert "OPENAI_API_KEY" in f"{found['provider'][0]['words']} {found['provider'][0]['step']}"


@pytest.mark.parametrize(("left", "level"), [("4999", "pass"), ("0", "warn")])
def test_rate_limits_that_an_answer_tells(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, left: str, level: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    told = {
        "x-ratelimit-remaining-requests": left,
        "x-ratelimit-reset-requests": "12s",
        "x-ratelimit-remaining-tokens": "39990",
    }
    with respx.mock() as router:
        router.get("https://api.openai.com/v1/models").respond(200, json={"data": [{"id": "m"}]}, headers=told)
        (row,) = _doctor(capfd, "--provider", "openai")["rate limits"]
    assert row["words"] == f"OpenAI: {int(left):,} requests left (all again in 12 s), 39,990 tokens left"
    assert row["level"] == level


def test_a_provider_that_does_not_answer_counts_as_much_as_it_was_asked_for(
    nobody: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    """No line says ok where somebody cannot be reached."""
    assert [each["level"] for each in _doctor(capfd)["provider"]] == ["note"] * 3
    assert [each["level"] for each in _doctor(capfd, "--check-models")["provider"]] == ["warn", "note", "note"]
    assert [each["level"] for each in _doctor(capfd, "--check-ollama", code=4)["provider"]] == ["fail"]


def test_providers_that_hang_are_asked_at_the_same_time(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are told to be silent within two seconds, not within two each; the rest is a machine's time."""
    import threading
    import time

    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    waiting, most, lock = [0], [0], threading.Lock()

    def hang(self: Any, deadline: float) -> Health:
        with lock:
            waiting[0] += 1
            most[0] = max(most[0], waiting[0])
        time.sleep(0.4)
        with lock:
            waiting[0] -= 1
        return Health(ok=False, words=f"silent for {deadline:g} s")

    for maker in (anthropic.Anthropic, ollama_.Ollama, openai.OpenAi):
        monkeypatch.setattr(maker, "probe", hang)
    found = _doctor(capfd, "--full")
    assert most == [3]
    assert all("silent for 2 s" in each["words"] for each in found["provider"])


def test_settings_that_are_wrong(nobody: Any, capfd: pytest.CaptureFixture[str]) -> None:
    Path("specmint.toml").write_text("sede = 3\n")
    found = _doctor(capfd, code=6)
    assert found["config"][0] == {
        "check": "config",
        "level": "fail",
        "words": "unknown setting 'sede' in specmint.toml",
        "step": "did you mean 'seed'?",
    }


def test_a_configured_model_without_a_provider_is_a_warning(nobody: Any, capfd: pytest.CaptureFixture[str]) -> None:
    Path("specmint.toml").write_text('llm_mode = "fields"\n')
    found = _doctor(capfd)
    assert found["language model"][0]["level"] == "warn"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_output_that_cannot_be_written(nobody: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tmp_path.chmod(0o555)
    try:
        assert _doctor(capfd, code=6)["output"][0]["level"] == "fail"
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="a directory that is in use cannot be removed there")
def test_a_directory_that_is_gone(nobody: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    try:
        (row,) = _doctor(capfd, code=6)["output"]
    finally:
        os.chdir(tmp_path)
    assert row["words"] == "the directory that this runs in is gone"


def test_what_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(determinism, "DIGEST", "f" * 64)
    assert determinism.determinism().level.value == "fail"

    def gone(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(installation, "version", gone)
    rows = {each.check: each for each in installation.installation()}
    assert rows["packages"].level.value == "fail"
    assert "numpy is missing" in rows["packages"].words
    assert rows["extras"].step.startswith("for ")
    extras = {each.words.split(":")[0]: each for each in installation.installation() if each.check == "extras"}
    assert extras["extra llm"].level.value == "warn"
    assert extras["extra spark"].level.value == "note"  # nothing needs it until it is asked for
    assert extras["extra spark"].step == 'for the engine spark: pip install "pytest-specmint[spark]"'
    monkeypatch.setattr(installation, "entry_points", lambda **_: [])
    assert {each.check: each for each in installation.installation()}["plugin"].level.value == "fail"
    monkeypatch.setattr(surroundings, "ROOM", 1 << 80)
    assert {each.check: each for each in surroundings.surroundings(None, {})}["output"].level.value == "warn"


def test_the_digest_is_of_this_engine() -> None:
    row = determinism.determinism()
    assert row.level.value == "pass", row.words
