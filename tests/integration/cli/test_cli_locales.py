"""`--locale` and `x-locale` from the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.cli.main import main
from pytest_specmint.errors import ExitCode
from pytest_specmint.packs.locales import locale_named

Run = Callable[..., tuple[int, str, str]]
TEXT = {"type": "string"}
SCHEMA: dict[str, Any] = {
    "title": "Customer",
    "type": "object",
    "required": ["name", "city", "email"],
    "properties": {"name": TEXT, "city": TEXT, "email": {"type": "string", "format": "email"}},
}


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        return code, *capfd.readouterr()

    return run


@pytest.fixture
def schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("customer.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return "customer.json"


def towns(tag: str) -> set[str]:
    return set(locale_named(tag).tables["towns"].column("city"))


def generated(run: Run, schema: str, *options: str) -> list[Any]:
    code, out, _ = run("generate", "--schema", schema, "--count", "20", "--stdout", *options)
    assert code == 0
    return [json.loads(line) for line in out.splitlines()]


def test_flag_environment_and_file(run: Run, schema: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = generated(run, schema)
    german = generated(run, schema, "--locale", "de-DE")
    assert {record["city"] for record in german} <= towns("de_DE")
    assert generated(run, schema, "--locale", "en_US") == usual != german
    Path("specmint.toml").write_text('locale = "de_DE"\n', encoding="utf-8")
    assert generated(run, schema) == german
    monkeypatch.setenv("SPECMINT_LOCALE", "fr_FR")
    assert {record["city"] for record in generated(run, schema)} <= towns("fr_FR")
    assert generated(run, schema, "--locale", "de_DE") == german


def test_a_dataset_is_valid_safe_and_knows_its_locale(run: Run, schema: str) -> None:
    for tag in ("ja_JP", "hi_IN"):
        assert run("generate", "--schema", schema, "--locale", tag, "--count", "30", "--out", tag, "--quiet")[0] == 0
        manifest = json.loads(Path(tag, "manifest.json").read_text(encoding="utf-8"))
        assert manifest["gen"]["locale"] == tag
        assert manifest["locales"] == [{"name": tag, "version": "1.0"}]
        assert run("validate", "--schema", schema, "--dataset", tag, "--safety")[0] == 0
        code, out, _ = run("generate", "--schema", schema, "--locale", tag, "--index", "7")
        assert code == 0
        lines = Path(tag, "dataset.jsonl").read_text(encoding="utf-8").splitlines()
        assert out.strip() == lines[7]


def test_inspect_names_locales(run: Run, schema: str) -> None:
    code, out, _ = run("inspect", "--schema", schema, "--locale", "ja_JP")
    assert code == 0
    assert "locale:    ja_JP 1.0" in out
    assert "drawn from {ja_JP/family.name} {ja_JP/given.name}" in out
    assert "meaning: person name below person, by its name and its parent's" in out
    code, out, _ = run("inspect", "--schema", schema, "--locale", "ja_JP", "--json")
    assert json.loads(out)["locales"] == [{"name": "ja_JP", "version": "1.0"}]
    assert "locale:" not in run("inspect", "--schema", schema)[1]


@pytest.mark.parametrize("command", [("generate", "--stdout"), ("inspect",), ("benchmark", "--counts", "10")])
def test_an_unknown_locale(run: Run, schema: str, command: tuple[str, ...]) -> None:
    code, _, err = run(*command, "--schema", schema, "--locale", "de_CH")
    assert code == ExitCode.USAGE
    assert "locale must be the name of a locale, and 'de_CH' is none" in err
    assert "did you mean 'de_DE'?" in err


def test_what_a_schema_says_wrongly(run: Run, schema: str) -> None:
    for keyword, value, words in (
        ("x-locale", "xx", "#/properties/city/x-locale"),
        ("x-semantic", "citty", "did you mean 'city'"),
    ):
        wrong = {**SCHEMA, "properties": {**SCHEMA["properties"], "city": {**TEXT, keyword: value}}}
        Path("wrong.json").write_text(json.dumps(wrong), encoding="utf-8")
        code, _, err = run("generate", "--schema", "wrong.json", "--stdout")
        assert code == ExitCode.SCHEMA
        assert words in err
        assert f"/properties/city/{keyword}" in err


def test_near_misses_and_edges_have_the_locale(run: Run, schema: str) -> None:
    for mode in (("--mode", "edge"), ("--invalid",)):
        records = generated(run, schema, "--locale", "ja_JP", *mode)
        assert any(isinstance(each, dict) and each.get("city") in towns("ja_JP") for each in records)
