"""Settings and where each came from: flags > environment > file > defaults."""

import os
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from pytest_specmint.errors import UsageError
from pytest_specmint.keys import KEYS, TABLES, Key

__all__ = ["CONFIG_FILE", "KEYS", "KINDS", "Examined", "Key", "Setting", "Settings", "examined", "resolve"]

CONFIG_FILE = "specmint.toml"
KINDS = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
"""Types of settings, in words."""


_BY_NAME = {alias: key for key in KEYS for alias in (key.name, *key.aliases)}


class Setting(Struct, frozen=True):
    """A value and its origin, as `config show` prints it."""

    value: Any
    origin: str


Settings = Mapping[str, Setting]


def resolve(
    flags: Mapping[str, Any],
    *,
    environment: Mapping[str, str] | None = None,
    config: str | None = None,
    directory: Path | None = None,
) -> Settings:
    """Every setting with its origin; flags that are None and variables that are empty do not count.

    Raises `UsageError` for unknown keys, with the nearest known, and for values of the wrong type.
    """
    environment = {n: v for n, v in (os.environ if environment is None else environment).items() if v}
    layers = [
        {
            name: Setting(value, f"flag --{name.replace('_', '-')}")
            for name, value in flags.items()
            if value is not None
        },
        _from_environment(environment),
        _from_file(config or environment.get("SPECMINT_CONFIG"), directory or Path()),
        {key.name: Setting(key.default, "default") for key in KEYS},
    ]
    merged: dict[str, Setting] = {}
    for layer in layers:
        for name, setting in layer.items():
            merged.setdefault(name, setting)
    return MappingProxyType(merged)


def _from_environment(environment: Mapping[str, str]) -> dict[str, Setting]:
    found = {}
    for key in KEYS:
        name = f"SPECMINT_{key.name.upper()}"
        if name in environment:
            found[key.name] = Setting(_parsed(key, environment[name], name), f"environment {name}")
    return found


def _parsed(key: Key, text: str, origin: str) -> Any:
    if key.kind in {int, float}:
        try:
            return key.kind(text)
        except ValueError:
            raise _wrong_type(key, text, origin) from None
    if key.kind is bool:
        lowered = text.lower()
        if lowered not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
            raise _wrong_type(key, text, origin)
        return lowered in {"1", "true", "yes", "on"}
    return text


def _wrong_type(key: Key, value: object, origin: str) -> UsageError:
    return UsageError(f"{key.name} from {origin} must be {KINDS[key.kind]}, not {value!r}", hint=f"correct {origin}")


class Examined(Struct, frozen=True):
    """A file of settings: what it sets, and all that is wrong with it."""

    path: Path
    found: Mapping[str, Setting]
    problems: tuple[UsageError, ...]


def examined(name: str | None, directory: Path) -> Examined | None:
    """The file of this name, else the one in the directory; None where there is none.

    Raises `UsageError` for a file that cannot be read as a table of settings at all.
    """
    path = Path(name) if name else directory / CONFIG_FILE
    if name or path.exists():
        return _examined(path, _read(path))
    project = directory / "pyproject.toml"
    if project.exists():
        table = _read(project).get("tool", {}).get("specmint")
        if table is not None:
            return _examined(project, {k: v for k, v in table.items() if k != "profiles"})
    return None


def _from_file(name: str | None, directory: Path) -> Mapping[str, Setting]:
    file = examined(name, directory)
    if file is None:
        return {}
    if file.problems:
        raise file.problems[0]
    return file.found


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = path.read_bytes()
        if path.suffix.lower() in {".yaml", ".yml"}:
            import yaml

            loaded = yaml.safe_load(raw)
            content = {} if loaded is None else loaded
        else:
            content = tomllib.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"configuration {path} cannot be read: {error.strerror}", hint="check --config") from None
    except ValueError as error:
        raise UsageError(f"configuration {path} is not TOML: {error}", hint="YAML needs the ending .yaml") from None
    except Exception as error:  # yaml.YAMLError, which must not be imported for TOML
        problem = " ".join(str(error).split())
        raise UsageError(f"configuration {path} cannot be parsed: {problem}", hint="see the README") from None
    if not isinstance(content, dict):
        raise UsageError(f"configuration {path} must be a table of settings", hint="see the README")
    return content


def _examined(path: Path, content: Mapping[str, Any]) -> Examined:
    found: dict[str, Setting] = {}
    problems = []
    for name, value in _flat(content):
        problem = _taken(name, value, str(path), found)
        problems += [] if problem is None else [problem]
    return Examined(path, found, tuple(problems))


def _taken(name: str, value: Any, origin: str, found: dict[str, Setting]) -> UsageError | None:
    """Take a setting of a file; gives what is wrong with it instead."""
    key = _BY_NAME.get(name)
    if key is None:
        near = get_close_matches(name, list(_BY_NAME), 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(key.name for key in KEYS)}"
        return UsageError(f"unknown setting {name!r} in {origin}", hint=hint)
    meant = _as_written(key, value)
    if not isinstance(meant, key.kind) or (key.kind is int and isinstance(meant, bool)):
        return _wrong_type(key, value, origin)
    if key.name in found:
        return UsageError(f"{key.name} is set twice in {origin}", hint=f"{name} is another name for it: keep one")
    found[key.name] = Setting(meant, origin)
    return None


def _as_written(key: Key, value: Any) -> Any:
    """What the writer of a text meant where TOML or YAML read a date, or YAML 1.1 read ``off`` as false."""
    if key.kind is str and isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if key.name == "llm_mode" and value is False:
        return "off"
    if key.listed and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ",".join(value)
    if key.name == "draft" and isinstance(value, int):
        return str(value)
    if key.kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _flat(content: Mapping[str, Any]) -> list[tuple[str, Any]]:
    out: list[tuple[str, Any]] = []
    for name, value in content.items():
        if name in TABLES and isinstance(value, dict):
            out += [(f"{name}.{inner}", each) for inner, each in value.items()]
        else:
            out.append((name, value))
    return out
