"""Options > profile > ini > default, and what is said about wrong ones."""

from dataclasses import fields
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_specmint.plugin.options import OPTIONS, add_options
from pytest_specmint.plugin.settings import PluginConfig, header, resolved


def settings(given: Any = None, ini: Any = None, profiles: Any = None) -> PluginConfig:
    return resolved(given=given or {}, ini=ini or {}, profiles=lambda: profiles or {})


def test_the_table_and_the_settings_have_the_same_names_and_defaults() -> None:
    assert [each.name for each in fields(PluginConfig)] == [
        each.name
        for each in sorted(OPTIONS, key=lambda option: [f.name for f in fields(PluginConfig)].index(option.name))
    ]
    defaults = PluginConfig()
    assert all(getattr(defaults, option.name) == option.default for option in OPTIONS)


def test_every_option_has_words_and_a_door() -> None:
    for option in OPTIONS:
        assert option.help.endswith(".")
        assert option.on_command_line or option.in_ini
        assert option.ini == f"specmint_{option.name}"
        assert option.option.startswith("--specmint-")


def test_the_parser_is_told_of_every_row() -> None:
    options: dict[str, Any] = {}
    keys: dict[str, Any] = {}
    group = SimpleNamespace(addoption=lambda name, **form: options.update({name: form}))
    parser = SimpleNamespace(getgroup=lambda *_: group, addini=lambda name, words, default: keys.update({name: words}))
    add_options(parser)
    assert set(options) == {each.option for each in OPTIONS if each.on_command_line}
    assert keys == {each.ini: each.help for each in OPTIONS if each.in_ini}
    assert options["--specmint-seed"]["default"] is None
    assert (options["--specmint-update-golden"]["nargs"], options["--specmint-update-golden"]["const"]) == ("?", "all")
    assert options["--specmint-partial"]["action"] == "store_true"
    assert options["--specmint-report"]["action"] == "append"


def test_precedence() -> None:
    profiles = {"ci": {"seed": 3, "count": 50}}
    assert settings() == PluginConfig()
    assert settings(ini={"seed": "5", "count": "20"}) == PluginConfig(seed=5, count=20)
    assert settings({"profile": "ci"}, {"seed": "5", "shrink": "0"}, profiles) == PluginConfig(
        seed=3, count=50, shrink=0, profile="ci"
    )
    assert settings({"profile": "ci", "seed": "7"}, {"seed": "5"}, profiles).seed == 7
    assert settings({}, {"profile": "ci"}, profiles).count == 50
    assert settings({"seed": "0"}, {"seed": "5"}).seed == 0


def test_profiles_are_read_only_where_one_is_chosen() -> None:
    def never() -> dict[str, Any]:
        raise AssertionError

    assert resolved(given={}, ini={}, profiles=never) == PluginConfig()


@pytest.mark.parametrize("value", ["2026-03-01", date(2026, 3, 1)])
def test_days(value: Any) -> None:
    assert settings({"profile": "x"}, {}, {"x": {"as_of": value}}).as_of == date(2026, 3, 1)
    assert settings(ini={"as_of": "today"}).as_of == date.today()


@pytest.mark.parametrize(
    ("given", "ini", "words"),
    [
        ({"seed": "x"}, {}, "--specmint-seed must be a whole number, not 'x'"),
        ({"seed": "-1"}, {}, "--specmint-seed must be a whole number, not '-1'"),
        ({}, {"count": "0"}, "ini key specmint_count must be a whole number from 1 on, not '0'"),
        ({}, {"as_of": "soon"}, "ini key specmint_as_of must be a date YYYY-MM-DD, or today, not 'soon'"),
        ({"profile": "ci"}, {}, "no [tool.specmint.profiles.ci] in pyproject.toml; there are dev, local"),
        ({"profile": "locla"}, {}, "did you mean 'local'?"),
        ({"profile": "dev"}, {}, "unknown setting 'cuont' in profile dev; did you mean 'count'?"),
        ({"profile": "local"}, {}, "seed in profile local must be a whole number, not True"),
    ],
)
def test_wrong_ones_name_their_origin(given: Any, ini: Any, words: str) -> None:
    with pytest.raises(pytest.UsageError) as caught:
        settings(given, ini, {"dev": {"cuont": 1}, "local": {"seed": True}})
    assert words in str(caught.value)


def test_a_profile_may_not_choose_a_profile() -> None:
    with pytest.raises(pytest.UsageError, match="unknown setting 'profile'"):
        settings({"profile": "a"}, {}, {"a": {"profile": "b"}})


def test_header() -> None:
    assert header(PluginConfig(seed=4, profile="ci")).endswith("seed shift 4, profile ci")
    assert header(PluginConfig()).endswith("seed shift 0")
