"""Which providers there are, what they are reached with, and what is known of their models."""

import sys
from datetime import date
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from providing import KEY, TOKEN, an_access

from pytest_specmint.enrichment.providers import table
from pytest_specmint.enrichment.providers.access import read_key_file
from pytest_specmint.enrichment.providers.models import DEFAULT_MODELS, MODELS, known_model, shutdown_notice
from pytest_specmint.enrichment.providers.table import BUILT_IN, GROUP, ProviderRow, provider_named, providers
from pytest_specmint.errors import ExitCode, OutputError, ProviderError

ACME = ProviderRow(
    name="acme",
    title="Acme",
    maker="providing:a_provider",
    paid=True,
    default_endpoint="https://acme.example/v1",
    key_variables=("ACME_KEY",),
)


class Dist:
    def __init__(self, name: str) -> None:
        self.name, self.version = name, "1.2"


def installed(monkeypatch: pytest.MonkeyPatch, *brought: tuple[str, str, Any]) -> None:
    """Entry points as other distributions would bring them: name, distribution, what they lead to."""
    entries = []
    for number, (name, dist, value) in enumerate(brought):
        module = f"brought_{number}"
        monkeypatch.setitem(sys.modules, module, type(sys)(module))
        sys.modules[module].row = value  # type: ignore[attr-defined]
        entry = EntryPoint(name, f"{module}:row", GROUP)
        vars(entry)["dist"] = Dist(dist)
        entries.append((entry, f"{dist} 1.2 ({module}:row)"))
    monkeypatch.setattr(table, "_installed", lambda: entries)


def test_the_built_in_ones_come_in_the_order_in_which_they_are_looked_for() -> None:
    assert list(providers()) == ["ollama", "openai", "anthropic"]
    assert [row.paid for row in BUILT_IN] == [False, True, True]


def test_others_come_by_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, ("acme", "acme-models", ACME))
    assert provider_named("acme") is ACME


def test_a_name_given_twice_names_both(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, ("openai", "acme-models", ACME))
    with pytest.raises(
        ProviderError, match=r"two providers are named 'openai': by pytest-specmint .* and by acme-models"
    ):
        providers()
    installed(monkeypatch, ("acme", "acme-models", ACME), ("acme", "other-models", ACME))
    with pytest.raises(ProviderError, match=r"by acme-models 1\.2 .* and by other-models 1\.2"):
        providers()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("acme", "a text", "is a str"), ("other", ACME, "calls itself 'acme'")],
)
def test_an_entry_point_that_leads_to_no_row(
    monkeypatch: pytest.MonkeyPatch, name: str, value: Any, words: str
) -> None:
    installed(monkeypatch, (name, "acme-models", value))
    with pytest.raises(ProviderError, match=words):
        providers()


def test_an_entry_point_that_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("acme", "no_such_module:row", GROUP)
    monkeypatch.setattr(table, "_installed", lambda: [(entry, "acme-models 1.2")])
    with pytest.raises(ProviderError, match=r"of acme-models 1\.2 cannot be loaded: ModuleNotFoundError"):
        providers()


def test_a_maker_that_cannot_be_loaded() -> None:
    row = ProviderRow("acme", "Acme", "no_such_module:x", False, "http://127.0.0.1:1")
    with pytest.raises(ProviderError, match="cannot be loaded"):
        row.make(an_access(row))


def test_an_unknown_name_says_what_is_known() -> None:
    with pytest.raises(ProviderError, match="no provider 'opnai'") as caught:
        provider_named("opnai")
    assert "did you mean 'openai'?" in (caught.value.hint or "")
    assert "--llm-endpoint" in (caught.value.hint or "")
    assert caught.value.exit_code is ExitCode.PROVIDER


def test_the_table_is_light() -> None:
    import subprocess

    code = (
        "import sys; from pytest_specmint.enrichment import resolve; resolve.providers(); "
        "print([name for name in ('httpx', 'httpcore', 'tenacity', 'pybreaker', 'ssl') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_an_endpoint_comes_from_the_user_the_environment_or_the_row() -> None:
    environment = {"OPENAI_BASE_URL": "https://gateway.example/v1"}
    assert an_access("openai", environment, endpoint="http://localhost:1/v1").endpoint.url == "http://localhost:1/v1"
    assert an_access("openai", environment).endpoint.url == "https://gateway.example/v1"
    assert an_access("openai", {"OPENAI_BASE_URL": " "}).endpoint.url == "https://api.openai.com/v1"
    assert an_access("openai", {}).usual
    assert not an_access("openai", environment).usual


def test_the_first_key_that_is_set_counts() -> None:
    both = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_AUTH_TOKEN": TOKEN}
    assert an_access("anthropic", both).key()[0] == "ANTHROPIC_API_KEY"
    assert an_access("anthropic", {"ANTHROPIC_AUTH_TOKEN": TOKEN}).key()[0] == "ANTHROPIC_AUTH_TOKEN"
    assert an_access("anthropic", {"ANTHROPIC_API_KEY": " "}).key() is None
    assert an_access("anthropic", {"OPENAI_API_KEY": KEY}).key() is None


def test_nothing_of_an_access_shows_a_key() -> None:
    access = an_access("openai", {"OPENAI_API_KEY": KEY})
    assert KEY not in f"{access!r} {access} {access.key()!r}"
    assert access.key()[1].reveal() == KEY


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "ключ", "tab\there"])
def test_what_can_be_no_key_is_not_shown(key: str) -> None:
    with pytest.raises(ProviderError, match="OPENAI_API_KEY is no key") as caught:
        an_access("openai", {"OPENAI_API_KEY": key})
    assert key not in f"{caught.value} {caught.value.hint}"


def test_a_key_file_of_one_key(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(f"# ours\n\n{KEY}\n", encoding="utf-8")
    file = read_key_file(path)
    assert file.bare is not None
    assert file.bare.reveal() == KEY
    assert KEY not in repr(file)
    access = an_access("openai", {"OPENAI_API_KEY": TOKEN}, key_file=file)
    assert access.key()[1].reveal() == KEY


def test_a_key_file_of_several(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"export OPENAI_API_KEY='{KEY}'\nANTHROPIC_API_KEY = \"{TOKEN}\"\n", encoding="utf-8")
    file = read_key_file(path)
    assert {name: each.reveal() for name, each in file.named.items()} == {
        "OPENAI_API_KEY": KEY,
        "ANTHROPIC_API_KEY": TOKEN,
    }
    assert an_access("anthropic", {}, key_file=file).key()[1].reveal() == TOKEN


def test_a_key_file_is_sent_where_it_was_given_for(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(KEY, encoding="utf-8")
    access = an_access(
        "openai", {"OPENAI_API_KEY": TOKEN}, endpoint="http://192.0.2.7/v1", key_file=read_key_file(path)
    )
    assert access.key()[1].reveal() == KEY
    assert an_access("openai", {"OPENAI_API_KEY": TOKEN}, endpoint="http://192.0.2.7/v1").withheld == (
        "OPENAI_API_KEY",
    )


@pytest.mark.parametrize("text", ["", "A=b\nsk-secret-part two", "sk-secret-part two words"])
def test_a_file_that_is_no_key_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text, encoding="utf-8")
    if not text:
        assert read_key_file(path).bare is None
        return
    with pytest.raises(ProviderError) as caught:
        read_key_file(path)
    assert "secret-part" not in f"{caught.value} {caught.value.hint}"


def test_a_key_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be read"):
        read_key_file(tmp_path / "none")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OutputError, match="it is no text"):
        read_key_file(tmp_path / "binary")


def test_every_usual_model_is_in_no_danger() -> None:
    for provider, name in DEFAULT_MODELS.items():
        assert known_model(provider, name).shutdown_date is None


def test_rows_of_models_are_unique() -> None:
    assert len({(row.provider, row.name) for row in MODELS}) == len(MODELS)


def test_a_dated_snapshot_is_as_its_model_is() -> None:
    assert known_model("openai", "gpt-4o-mini-2024-07-18").successor == "gpt-6-luna"
    assert known_model("anthropic", "claude-haiku-5-5-20261007").parameters == {"thinking": {"type": "disabled"}}
    assert known_model("openai", "my-model").shutdown_date is None


def test_a_shutdown_is_announced() -> None:
    row = known_model("openai", "gpt-4o-mini")
    assert shutdown_notice(row, date(2026, 11, 28)) == (
        "the model gpt-4o-mini will be shut down on 2027-01-14; its provider recommends gpt-6-luna"
    )
    assert "has been shut down on 2027-01-14" in (shutdown_notice(row, date(2027, 1, 14)) or "")
    assert "2027-03-01" in (shutdown_notice(row, date(2026, 11, 28), "2027-03-01") or "")
    assert "2027-01-14" in (shutdown_notice(row, date(2026, 11, 28), "soon") or "")
    assert shutdown_notice(known_model("ollama", "llama3.1"), date(2026, 11, 28)) is None
