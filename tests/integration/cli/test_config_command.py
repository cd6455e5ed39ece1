"""`specmint-cli config`: what is in force, what is wrong, what there is."""

import json
import re
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pytest_specmint import config
from pytest_specmint.cli.main import main
from pytest_specmint.keys import KEYS

Told = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for key in KEYS:
        monkeypatch.delenv(f"SPECMINT_{key.name.upper()}", raising=False)
    monkeypatch.delenv("SPECMINT_CONFIG", raising=False)


@pytest.fixture
def told(capfd: pytest.CaptureFixture[str]) -> Told:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["config", *arguments])
        return code, *capfd.readouterr()

    return run


def schema(name: str) -> Any:
    return json.loads(files("pytest_specmint.cli.config").joinpath(f"{name}.schema.json").read_text())


def rows(output: str) -> dict[str, tuple[str, str]]:
    found = [re.fullmatch(r"(\w+) += (.*?)  +(\S.*)", line) for line in output.splitlines()]
    return {each[1]: (each[2], each[3]) for each in found if each is not None}


class TestShow:
    def test_every_setting_with_its_origin(self, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
        Path("specmint.toml").write_text("count = 3\n[llm]\nmodel = 'm'\n")
        monkeypatch.setenv("SPECMINT_SEED", "9")
        code, output, errors = told("show")
        assert (code, errors) == (0, "")
        found = rows(output)
        assert list(found) == [key.name for key in KEYS]
        assert found["count"] == ("3", "specmint.toml")
        assert found["llm_model"] == ('"m"', "specmint.toml")
        assert found["seed"] == ("9", "environment SPECMINT_SEED")
        assert found["workers"] == ("1", "default")
        assert found["schema"] == ("(none)", "default")

    def test_some_by_name_or_another_spelling(self, told: Told) -> None:
        assert list(rows(told("show", "seed", "out_dir", "llm.model")[1])) == ["seed", "out", "llm_model"]
        code, _, errors = told("show", "sede")
        assert code == 1
        assert "did you mean 'seed'?" in errors

    def test_what_was_changed(self, told: Told) -> None:
        assert told("show", "--changed")[1] == ""
        Path("specmint.toml").write_text("count = 10")
        assert list(rows(told("show", "--changed")[1])) == ["count"]

    def test_the_document_meets_its_schema(self, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SPECMINT_PRESENCE", "0.5")
        code, output, _ = told("show", "--json")
        document = json.loads(output)
        assert code == 0
        jsonschema.validate(document, schema("show"))
        assert [each["name"] for each in document["settings"]] == [key.name for key in KEYS]
        presence = next(each for each in document["settings"] if each["name"] == "presence")
        assert presence["value"] == 0.5
        assert presence["default"] == 0.9

    @pytest.mark.parametrize("form", [(), ("--json",)])
    def test_credentials_are_not_shown(self, told: Told, monkeypatch: pytest.MonkeyPatch, form: tuple[str]) -> None:
        monkeypatch.setenv("SPECMINT_LLM_ENDPOINT", "https://me:canary-word@h.example/v1?key=canary-query")
        monkeypatch.setenv("OPENAI_API_KEY", "canary-key")
        code, output, errors = told("show", *form)
        assert code == 0
        assert "***@h.example" in output
        assert "canary" not in output + errors

    def test_a_wrong_file_is_an_error(self, told: Told) -> None:
        Path("specmint.toml").write_text("count = 'x'")
        code, output, errors = told("show")
        assert (code, output) == (1, "")
        assert "count from specmint.toml must be a whole number" in errors


class TestValidate:
    def test_all_mistakes_at_once(self, told: Told) -> None:
        Path("bad.toml").write_text("sede = 1\ncount = 'x'\nmode = 'edg'\nworkers = 0\nseed = 3\n[llm]\nmax_rps = 0\n")
        code, output, errors = told("validate", "bad.toml")
        assert code == 1
        assert "summary: settings 4, problems 5, in bad.toml" in errors
        assert output.splitlines() == [
            "error: unknown setting 'sede' in bad.toml",
            "hint: did you mean 'seed'?",
            "error: count from bad.toml must be a whole number, not 'x'",
            "hint: correct bad.toml",
            "error: mode in bad.toml must be one of usual, edge, not 'edg'",
            "hint: correct mode",
            "error: workers in bad.toml must be at least 1, not 0",
            "hint: correct workers",
            "error: llm_max_rps must be above 0, not 0.0",
            "hint: for slow models try 0.5",
        ]

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("specmint.toml", "count = 5\n[defense]\nretry_attempts = 2"),
            ("settings.yaml", "count: 5\nllm_mode: off"),
            ("pyproject.toml", "[tool.specmint]\ncount = 5\n[tool.specmint.profiles.ci]\nseed = 3"),
        ],
    )
    def test_a_good_file(self, told: Told, name: str, text: str) -> None:
        Path(name).write_text(text)
        code, output, errors = told("validate", *([name] if name.endswith("yaml") else []))
        assert (code, output) == (0, "")
        assert "problems 0" in errors
        assert name in errors

    def test_the_file_of_the_environment(self, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
        Path("mine.toml").write_text("sede = 1")
        monkeypatch.setenv("SPECMINT_CONFIG", "mine.toml")
        assert told("validate")[0] == 1

    def test_without_a_file(self, told: Told) -> None:
        code, _, errors = told("validate")
        assert code == 1
        assert "there is no specmint.toml here" in errors
        assert "config init" in errors

    @pytest.mark.parametrize("line", ["as_of = 'yesterday'", "locale = 'xx_XX'", "shard = '3/2'"])
    def test_texts_of_a_form(self, told: Told, line: str) -> None:
        Path("specmint.toml").write_text(line)
        code, output, _ = told("validate")
        assert code == 1
        assert output.startswith("error: ")
        for good in ("as_of = 'today'", "locale = 'de_DE'", "shard = '2/3'"):
            Path("specmint.toml").write_text(good)
            assert told("validate")[0] == 0

    def test_a_file_that_is_none(self, told: Told) -> None:
        Path("bad.toml").write_text("seed =")
        code, _, errors = told("validate", "bad.toml")
        assert code == 1
        assert "is not TOML" in errors
        assert told("validate", "none.toml")[0] == 1
        assert told("validate", "bad.toml", "--config", "bad.toml")[0] == 1

    @pytest.mark.parametrize("text", ["seed = 1", "seed = -1\nlog_level = 'loud'"])
    def test_the_document_meets_its_schema(self, told: Told, text: str) -> None:
        Path("specmint.toml").write_text(text)
        code, output, _ = told("validate", "--json")
        document = json.loads(output)
        jsonschema.validate(document, schema("validate"))
        assert document["valid"] is (code == 0)
        assert len(document["problems"]) == (0 if document["valid"] else 2)

    @pytest.mark.parametrize("key", [key for key in KEYS if key.least is not None or key.most is not None])
    def test_bounds_are_those_of_the_commands(self, told: Told, key: config.Key) -> None:
        """What lies beyond is refused by generate as it is here; what lies at the bounds is not."""
        Path("schema.json").write_text('{"type": "object", "maxProperties": 0}')
        step = 1 if key.kind is int else 0.5
        beyond = [key.least - step] if key.least is not None else []
        beyond += [key.most + step] if key.most is not None else []
        for value in beyond:
            Path("specmint.toml").write_text(f"{key.name} = {json.dumps(key.kind(value))}")
            if abs(value) < 1 << 63:  # TOML's integers, though Python reads larger ones
                assert told("validate")[0] == 1
            assert main(["generate", "--schema", "schema.json", "--stdout", "--quiet"]) == 1, value
        for value in {key.least, key.most} - {None}:
            assert value is not None
            Path("specmint.toml").write_text(f"{key.name} = {json.dumps(key.kind(value))}")
            assert told("validate")[0] == 0

    @pytest.mark.parametrize("key", [key for key in KEYS if key.choices])
    def test_choices_are_those_of_the_commands(self, told: Told, key: config.Key) -> None:
        Path("schema.json").write_text('{"type": "object", "maxProperties": 0}')
        also = "llm_mode = 'fields'\n" if key.name in {"llm_source", "llm_symbols"} else ""
        Path("specmint.toml").write_text(f"{also}{key.name} = 'nonsense'")
        assert told("validate")[0] == 1
        assert main(["generate", "--schema", "schema.json", "--stdout"]) == 1


class TestInit:
    @pytest.mark.parametrize("name", ["specmint.toml", "settings.yaml"])
    def test_as_it_is_written_it_gives_the_defaults(self, told: Told, name: str) -> None:
        code, output, errors = told("init", name)
        assert (code, output) == (0, "")
        assert f"settings {len(KEYS)}, in {name}" in errors
        assert told("validate", name)[0] == 0
        assert {each.origin for each in config.resolve({}, config=name).values()} == {"default"}

    @pytest.mark.parametrize(("name", "read"), [("specmint.toml", tomllib.loads), ("settings.yml", yaml.safe_load)])
    def test_every_line_may_be_used(self, told: Told, name: str, read: Callable[[str], Any]) -> None:
        told("init", name)
        text = re.sub(r"^# (?=[a-z_]+( =|:) )", "", Path(name).read_text(), flags=re.MULTILINE)
        assert set(read(text)) == {key.name for key in KEYS}
        Path(name).write_text(text)
        assert told("validate", name)[0] == 0
        found = config.resolve({}, config=name)
        assert {key.name: key.default for key in KEYS if key.default is not None} == {
            key.name: found[key.name].value for key in KEYS if key.default is not None
        }

    def test_every_setting_has_words_and_something_to_begin_with(self, told: Told) -> None:
        assert all(key.words.endswith((".", ").")) for key in KEYS)
        assert [key.name for key in KEYS if key.default is None and key.example is None] == []
        _, output, _ = told("init", "--stdout")
        assert all(key.words in output for key in KEYS)
        assert not Path("specmint.toml").exists()

    def test_nothing_is_replaced_unless_that_is_asked_for(self, told: Told) -> None:
        Path("specmint.toml").write_text("seed = 4")
        code, _, errors = told("init")
        assert code == 1
        assert "specmint.toml exists" in errors
        assert "--force" in errors
        assert Path("specmint.toml").read_text() == "seed = 4"
        assert told("init", "--force")[0] == 0
        assert "# seed = 0" in Path("specmint.toml").read_text()

    def test_a_table_that_counts_no_longer_is_said(self, told: Told) -> None:
        Path("pyproject.toml").write_text("[tool.specmint]\nseed = 4")
        assert "[tool.specmint] in pyproject.toml counts no longer" in told("init")[2]

    def test_where_it_cannot_be_written(self, told: Told) -> None:
        Path("file").write_text("")
        code, _, errors = told("init", "file/specmint.toml")
        assert code == 6
        assert "cannot write" in errors
