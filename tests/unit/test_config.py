"""Settings and where each came from."""

from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.config import KEYS, Setting, resolve
from pytest_specmint.errors import UsageError


def settings(directory: Path, toml: str | None = None, **given: Any) -> Any:
    if toml is not None:
        (directory / "specmint.toml").write_text(toml, encoding="utf-8")
    return resolve(
        given.get("flags", {}),
        environment=given.get("environment", {}),
        config=given.get("config"),
        directory=directory,
    )


def test_defaults(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert {name: each.value for name, each in found.items()} == {
        "schema": None,
        "schema_root": None,
        "count": 10,
        "seed": 0,
        "start": 0,
        "shard": None,
        "as_of": None,
        "draft": None,
        "view": None,
        "domain": None,
        "locale": None,
        "rules": None,
        "related": None,
        "datasets": None,
        "mode": "usual",
        "array_spread": 4,
        "text_spread": 12,
        "presence": 0.9,
        "format": "jsonl",
        "out": None,
        "workers": 1,
        "engine": "local",
        "scheduler": None,
        "part_records": None,
        "record_files": None,
        "llm_mode": "off",
        "check_all": False,
        "llm_provider": "auto",
        "llm_endpoint": None,
        "llm_model": None,
        "llm_temperature": 0.2,
        "llm_max_rps": 3.0,
        "llm_max_tpm": None,
        "llm_timeout_ms": 12_000,
        "llm_max_tokens": 1500,
        "llm_max_cost_usd": None,
        "llm_prices": None,
        "llm_workers": 3,
        "llm_batch": 8,
        "llm_source": None,
        "llm_fallback": True,
        "llm_allow_host": None,
        "llm_key_file": None,
        "llm_symbols": "usual",
        "cassette": None,
        "cache_dir": None,
        "context": None,
        "auto_pull": False,
        "debug_urls": False,
        "retry_attempts": 3,
        "retry_backoff_ms_min": 200,
        "retry_backoff_ms_max": 2000,
        "circuit_failures": 5,
        "circuit_cooldown_ms": 30_000,
        "log_level": None,
        "log_format": None,
        "metrics": False,
        "metrics_port": 8080,
        "metrics_file": None,
    }
    assert {each.origin for each in found.values()} == {"default"}


def test_flags_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        "seed = 1\ncount = 1\nstart = 1",
        environment={"SPECMINT_SEED": "2", "SPECMINT_COUNT": "2"},
        flags={"seed": 3, "count": None},
    )
    assert found["seed"] == Setting(3, "flag --seed")
    assert found["count"] == Setting(2, "environment SPECMINT_COUNT")
    assert found["start"].value == 1
    assert found["start"].origin.endswith("specmint.toml")
    assert found["workers"] == Setting(1, "default")


def test_flag_origin_is_spelt_as_typed(tmp_path: Path) -> None:
    assert settings(tmp_path, flags={"as_of": "today"})["as_of"].origin == "flag --as-of"


def test_file_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("specmint.toml").write_text("seed = 5")
    assert resolve({}, environment={})["seed"] == Setting(5, "specmint.toml")


def test_settings_are_frozen(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        settings(tmp_path)["seed"] = Setting(1, "me")


def test_the_design_document_s_example_is_accepted(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        """
        schema_path   = "./schemas/claim_837p_slim.json"
        count         = 20
        seed          = 1337
        out_dir       = "./out_claims"
        llm_mode      = "off"
        context_path  = "./context/edi_837_claims.md"
        [llm]
        provider      = "auto"
        endpoint      = ""
        model         = "llama3.1"
        temperature   = 0.2
        max_rps       = 3
        timeout_ms    = 12000
        [limits]
        max_tokens_per_call = 1500
        max_total_cost_usd  = 0.50
        [concurrency]
        workers        = 6
        llm_workers    = 3
        [defense]
        retry_attempts = 3
        retry_backoff_ms_min = 200
        retry_backoff_ms_max = 2000
        circuit_failures = 5
        circuit_cooldown_ms = 30000
        """,
    )
    assert found["schema"].value == "./schemas/claim_837p_slim.json"
    assert found["out"].value == "./out_claims"
    assert found["workers"].value == 6
    assert found["llm_model"].value == "llama3.1"
    assert found["llm_max_rps"].value == 3.0
    assert found["llm_max_cost_usd"].value == 0.5
    assert found["llm_workers"].value == 3
    assert found["context"].value == "./context/edi_837_claims.md"
    assert found["circuit_cooldown_ms"].value == 30_000


def test_yaml_by_its_ending(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("seed: 4\nrecord_files: no\nllm_mode: off\nas_of: 2024-02-29\nconcurrency: {workers: 2}\n")
    found = settings(tmp_path, config=str(path))
    assert [found[name].value for name in ("seed", "record_files", "as_of", "workers")] == [
        4,
        False,
        "2024-02-29",
        2,
    ]
    assert found["seed"].origin == str(path)


def test_unquoted_toml_date(tmp_path: Path) -> None:
    assert settings(tmp_path, "as_of = 2024-02-29")["as_of"].value == "2024-02-29"


def test_file_named_by_the_environment_unless_by_flag(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(f"out = '{name}'")
    environment = {"SPECMINT_CONFIG": str(tmp_path / "a.toml")}
    assert settings(tmp_path, environment=environment)["out"].value == "a.toml"
    found = settings(tmp_path, environment=environment, config=str(tmp_path / "b.toml"))
    assert found["out"].value == "b.toml"


def test_pyproject_only_without_a_file_of_our_own(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n[tool.specmint]\nseed = 8\n")
    assert settings(tmp_path)["seed"].value == 8
    assert settings(tmp_path)["seed"].origin.endswith("pyproject.toml")
    assert settings(tmp_path, "count = 2")["seed"].value == 0


def test_pyproject_without_our_table(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert settings(tmp_path)["seed"].origin == "default"


@pytest.mark.parametrize("text", ["1", "true", "YES", "on"])
def test_booleans_of_the_environment(tmp_path: Path, text: str) -> None:
    assert settings(tmp_path, environment={"SPECMINT_RECORD_FILES": text})["record_files"].value is True


def test_empty_variables_do_not_count(tmp_path: Path) -> None:
    assert settings(tmp_path, environment={"SPECMINT_SEED": "", "SPECMINT_CONFIG": ""})["seed"].value == 0


@pytest.mark.parametrize(
    ("toml", "words", "hint"),
    [
        ("sede = 1", "unknown setting 'sede' in .*specmint.toml", "did you mean 'seed'?"),
        ("zzz = 1", "unknown setting 'zzz'", "known are: schema"),
        ("[concurrency]\nworkrs = 2", r"unknown setting 'concurrency\.workrs'", "concurrency.workers"),
        ("seed = 'one'", "seed from .*specmint.toml must be a whole number, not 'one'", "specmint.toml"),
        ("seed = true", "seed from .* must be a whole number, not True", ""),
        ("seed = 1.0", "seed from .* must be a whole number", ""),
        ("record_files = 1", "record_files from .* must be true or false", ""),
        ("schema = ['a']", "schema from .* must be text", ""),
        ("schema = 'a'\nschema_path = 'b'", "schema is set twice", "keep one"),
        ("[llm]\nprovidr = 'x'", r"unknown setting 'llm\.providr'", "llm.provider"),
        ("[defense]\nretry_attempts = 'x'", "retry_attempts from .* must be a whole number", ""),
        ("llm_model = 'a'\n[llm]\nmodel = 'b'", "llm_model is set twice", "keep one"),
        ("seed = ", "is not TOML", ".yaml"),
        ("\x00", "is not TOML", ""),
    ],
)
def test_what_a_file_may_not_say(tmp_path: Path, toml: str, words: str, hint: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        settings(tmp_path, toml)
    assert hint in (caught.value.hint or "")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [("SPECMINT_SEED", "one"), ("SPECMINT_SEED", "1.5"), ("SPECMINT_RECORD_FILES", "perhaps")],
)
def test_wrong_types_in_the_environment(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(UsageError, match=f"from {name} must be .*'{text}'"):
        settings(tmp_path, environment={name: text})


@pytest.mark.parametrize(
    "text",
    ["!!python/object/apply:os.system ['true']", "- a\n- b", "a: [", "just text", "seed: 1\nseed: [\x01]"],
)
def test_yaml_that_is_no_table_of_settings(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.yml"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"settings\.yml") as caught:
        settings(tmp_path, config=str(path))
    assert "\n" not in str(caught.value)


def test_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        settings(tmp_path, config=str(tmp_path / "none.toml"))


def test_binary_file(tmp_path: Path) -> None:
    (tmp_path / "specmint.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="is not TOML"):
        settings(tmp_path)


def test_byte_order_mark_of_windows_editors(tmp_path: Path) -> None:
    (tmp_path / "specmint.toml").write_bytes(b"\xef\xbb\xbfseed = 6")
    assert settings(tmp_path)["seed"].value == 6


def test_every_key_can_come_from_the_environment(tmp_path: Path) -> None:
    texts = {int: "7", float: "0.5", bool: "yes", str: "off"}
    environment = {f"SPECMINT_{key.name.upper()}": texts[key.kind] for key in KEYS}
    found = settings(tmp_path, environment=environment)
    assert all(each.origin.startswith("environment ") for each in found.values())
