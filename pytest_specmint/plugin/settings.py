"""Settings of a session: command line > profile > ini file > default."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.golden.update import Update, parse_scope
from pytest_specmint.plugin.options import OPTIONS, Option
from pytest_specmint.plugin.spelling import did_you_mean, meant_or_known


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginConfig:
    """What a session works with; the fixture ``specmint_config`` gives it."""

    seed: int = 0
    """Shift of all seeds that are derived from node ids."""
    profile: str | None = None
    count: int = 10
    """Records where a marker does not say how many."""
    as_of: date | None = None
    """The day that counts as today where a marker does not say it; None is the engine's own."""
    shrink: int = 100
    """How often a failing test is called again at most."""
    update_golden: str | None = None
    """``all``, ``new`` or a node id: whose goldens are written."""
    review: bool = False
    unused: str = "warn"
    diff: str = "full"
    report: tuple[str, ...] = ()
    partial: bool = False
    llm_record: bool = False
    """Whether cassettes are completed."""
    golden_dir: str = "golden"
    max_golden_bytes: int = 1_000_000

    @property
    def update(self) -> Update:
        """Which goldens may change."""
        return Update(self.update_golden, self.review)


_CONFIG: pytest.StashKey[PluginConfig] = pytest.StashKey()


def plugin_config(config: pytest.Config) -> PluginConfig:
    """The session's settings, resolved once; `pytest.UsageError` where one of them is wrong."""
    known = config.stash.get(_CONFIG, None)
    if known is None:
        known = config.stash[_CONFIG] = resolved(
            given={each.name: config.getoption(each.option) for each in OPTIONS if each.on_command_line},
            ini={each.name: config.getini(each.ini) for each in OPTIONS if each.in_ini},
            profiles=lambda: _profiles(config.rootpath / "pyproject.toml"),
        )
    return known


def resolved(
    *, given: Mapping[str, Any], ini: Mapping[str, Any], profiles: Callable[[], Mapping[str, Any]]
) -> PluginConfig:
    """The settings from what each door lets in; values that are None or empty do not count."""
    name = given.get("profile") or ini.get("profile") or None
    profile = _profile(name, profiles()) if name else {}
    found: dict[str, Any] = {}
    for option in OPTIONS:
        for origin, values in (
            (option.option, given),
            (f"{option.name} in profile {name}", profile),
            (f"ini key {option.ini}", ini),
        ):
            value = values.get(option.name)
            if value is not None and value != "":
                found[option.name] = parsed(option, value, origin)
                break
    return PluginConfig(**found)


def parsed(option: Option, value: Any, origin: str) -> Any:
    """A value in the type of its setting; `pytest.UsageError` names where it came from."""
    try:
        read = _READERS[option.kind](value)
    except ValueError as error:
        raise pytest.UsageError(f"specmint: {origin} {error}") from None
    if read is None or (isinstance(read, int) and read < option.least):
        least = f" from {option.least} on" if option.least else ""
        raise pytest.UsageError(f"specmint: {origin} must be {_EXPECTED[option.kind]}{least}, not {value!r}")
    if option.values and read not in option.values:
        near = did_you_mean(read, option.values)
        raise pytest.UsageError(f"specmint: {origin} must be one of {', '.join(option.values)}, not {value!r}{near}")
    return read


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value >= 0 else None
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else None


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    if value == "today":
        return date.today()
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "text": lambda value: value if isinstance(value, str) else None,
    "whole": _whole,
    "day": _day,
    "flag": lambda value: value if isinstance(value, bool) else None,
    "scope": parse_scope,
    "paths": tuple,
}
_EXPECTED = {"text": "text", "whole": "a whole number", "day": "a date YYYY-MM-DD, or today", "flag": "true or false"}


def header(config: PluginConfig) -> str:
    """The line that says what derived data depends on besides the tests."""
    from pytest_specmint.version import ENGINE_VERSION, __version__

    profile = f", profile {config.profile}" if config.profile else ""
    return f"specmint: {__version__}, engine {ENGINE_VERSION}, seed shift {config.seed}{profile}"


def _profiles(path: Path) -> Mapping[str, Any]:
    """The tables below [tool.specmint.profiles]; none where there is no such file."""
    import tomllib

    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"specmint: profiles cannot be read from {path}: {error}") from None
    profiles = content.get("tool", {}).get("specmint", {}).get("profiles", {})
    return profiles if isinstance(profiles, dict) else {}


def _profile(name: str, profiles: Mapping[str, Any]) -> Mapping[str, Any]:
    """One profile, its keys checked."""
    if not isinstance(profiles.get(name), dict):
        near = meant_or_known(name, sorted(profiles), "there are")
        raise pytest.UsageError(f"specmint: no [tool.specmint.profiles.{name}] in pyproject.toml{near}")
    profile: dict[str, Any] = profiles[name]
    known = [option.name for option in OPTIONS if option.in_profile]
    for key in profile:
        if key not in known:
            raise pytest.UsageError(f"specmint: unknown setting {key!r} in profile {name}{meant_or_known(key, known)}")
    return profile
