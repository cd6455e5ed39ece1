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

CONFIG_FILE = "specmint.toml"


class Key(Struct, frozen=True):
    """A setting: its type and default, and what else it may be called in a file."""

    name: str
    kind: type
    default: Any = None
    aliases: tuple[str, ...] = ()


KEYS = (
    Key("schema", str, aliases=("schema_path",)),
    Key("schema_root", str),
    Key("count", int, 10),
    Key("seed", int, 0),
    Key("start", int, 0),
    Key("shard", str),
    Key("domain", str, aliases=("domains",)),
    Key("rules", str),
    Key("as_of", str),
    Key("draft", str),
    Key("view", str),
    Key("mode", str, "usual"),
    Key("array_spread", int, 4),
    Key("text_spread", int, 12),
    Key("presence", float, 0.9),
    Key("format", str, "jsonl"),
    Key("out", str, aliases=("out_dir",)),
    Key("workers", int, 1, aliases=("concurrency.workers",)),
    Key("check_all", bool, default=False),
    Key("record_files", bool),
    Key("llm_mode", str, "off", aliases=("llm.mode",)),
    Key("llm_provider", str, "auto", aliases=("llm.provider",)),
    Key("llm_endpoint", str, aliases=("llm.endpoint",)),
    Key("llm_model", str, aliases=("llm.model",)),
    Key("llm_temperature", float, 0.2, aliases=("llm.temperature",)),
    Key("llm_max_rps", float, 3.0, aliases=("llm.max_rps", "limits.max_rps")),
    Key("llm_max_tpm", int, aliases=("llm.max_tpm", "limits.max_tpm")),
    Key("llm_timeout_ms", int, 12_000, aliases=("llm.timeout_ms",)),
    Key("llm_max_tokens", int, 1500, aliases=("llm.max_tokens", "limits.max_tokens_per_call")),
    Key("llm_max_cost_usd", float, aliases=("llm.max_cost_usd", "limits.max_total_cost_usd")),
    Key("llm_prices", str, aliases=("llm.prices",)),
    Key("llm_workers", int, 3, aliases=("llm.workers", "concurrency.llm_workers")),
    Key("llm_batch", int, 8, aliases=("llm.batch",)),
    Key("llm_source", str, aliases=("llm.source",)),
    Key("llm_fallback", bool, default=True, aliases=("llm.fallback",)),
    Key("llm_allow_host", str, aliases=("llm.allow_host",)),
    Key("llm_key_file", str, aliases=("llm.key_file",)),
    Key("llm_symbols", str, "usual", aliases=("llm.symbols",)),
    Key("cassette", str, aliases=("llm.cassette",)),
    Key("cache_dir", str, aliases=("llm.cache_dir",)),
    Key("context", str, aliases=("context_path", "llm.context")),
    Key("auto_pull", bool, default=False, aliases=("llm.auto_pull",)),
    Key("debug_urls", bool, default=False, aliases=("llm.debug_urls",)),
    Key("retry_attempts", int, 3, aliases=("defense.retry_attempts",)),
    Key("retry_backoff_ms_min", int, 200, aliases=("defense.retry_backoff_ms_min",)),
    Key("retry_backoff_ms_max", int, 2000, aliases=("defense.retry_backoff_ms_max",)),
    Key("circuit_failures", int, 5, aliases=("defense.circuit_failures",)),
    Key("circuit_cooldown_ms", int, 30_000, aliases=("defense.circuit_cooldown_ms",)),
    Key("log_level", str, aliases=("log.level",)),
    Key("log_format", str, aliases=("log.format",)),
    Key("metrics", bool, default=False),
    Key("metrics_port", int, 8080),
    Key("metrics_file", str),
)
_BY_NAME = {alias: key for key in KEYS for alias in (key.name, *key.aliases)}
_TABLES = ("concurrency", "defense", "limits", "llm", "log")
"""Tables of a file whose settings are named with the table's name before them."""
_LISTS = frozenset({"context", "domain", "llm_allow_host", "llm_prices", "rules"})
"""Settings that a file may give as lists; elsewhere commas stand between."""


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
    expected = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}[key.kind]
    return UsageError(f"{key.name} from {origin} must be {expected}, not {value!r}", hint=f"correct {origin}")


def _from_file(name: str | None, directory: Path) -> dict[str, Setting]:
    path = Path(name) if name else directory / CONFIG_FILE
    if name or path.exists():
        return _checked(_read(path), str(path))
    project = directory / "pyproject.toml"
    if project.exists():
        table = _read(project).get("tool", {}).get("specmint", {})
        return _checked({k: v for k, v in table.items() if k != "profiles"}, str(project))
    return {}


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


def _checked(content: Mapping[str, Any], origin: str) -> dict[str, Setting]:
    found = {}
    for name, value in _flat(content):
        key = _BY_NAME.get(name)
        if key is None:
            near = get_close_matches(name, list(_BY_NAME), 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(key.name for key in KEYS)}"
            raise UsageError(f"unknown setting {name!r} in {origin}", hint=hint)
        meant = _as_written(key, value)
        if not isinstance(meant, key.kind) or (key.kind is int and isinstance(meant, bool)):
            raise _wrong_type(key, value, origin)
        if key.name in found:
            raise UsageError(f"{key.name} is set twice in {origin}", hint=f"{name} is another name for it: keep one")
        found[key.name] = Setting(meant, origin)
    return found


def _as_written(key: Key, value: Any) -> Any:
    """What the writer of a text meant where TOML or YAML read a date, or YAML 1.1 read ``off`` as false."""
    if key.kind is str and isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if key.name == "llm_mode" and value is False:
        return "off"
    if key.name in _LISTS and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ",".join(value)
    if key.name == "draft" and isinstance(value, int):
        return str(value)
    if key.kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _flat(content: Mapping[str, Any]) -> list[tuple[str, Any]]:
    out: list[tuple[str, Any]] = []
    for name, value in content.items():
        if name in _TABLES and isinstance(value, dict):
            out += [(f"{name}.{inner}", each) for inner, each in value.items()]
        else:
            out.append((name, value))
    return out
