"""All settings of enrichment in one frozen value. Light: nothing of a provider is imported for them."""

from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from msgspec import Struct

from pytest_specmint.enrichment.model import LlmMode, LlmSource
from pytest_specmint.errors import UsageError

AUTO = "auto"
"""The provider that is found: Ollama, OpenAI, Anthropic, or none."""
SYMBOLS = ("none", "usual", "all")


class LlmSettings(Struct, frozen=True, kw_only=True):
    """What a run with a language model goes by; named as the settings of config.py, without their ``llm_``."""

    mode: LlmMode = LlmMode.OFF
    provider: str = AUTO
    endpoint: str | None = None
    """Base URL of the provider, where it is not the usual one."""
    model: str | None = None
    """None: what the provider's row names, or the first that it has."""
    temperature: float = 0.2
    max_rps: float = 3.0
    """Requests a second, per provider."""
    max_tpm: int | None = None
    """Tokens a minute, per provider."""
    timeout_ms: int = 12_000
    """Total deadline of one try at a call."""
    max_tokens: int = 1500
    """The most tokens that an answer may have."""
    max_cost_usd: Decimal | None = None
    prices: tuple[Path, ...] = ()
    """Files of prices of a user's own, which come before those that ship."""
    workers: int = 3
    """Calls under way at a time."""
    batch: int = 8
    """Records per call, at most."""
    source: LlmSource = LlmSource.LIVE
    cassette: Path | None = None
    cache_dir: Path | None = None
    context: tuple[Path, ...] = ()
    """Files with background for the model: untrusted text."""
    symbols: str = "usual"
    """Which symbols stay in a model's texts: none, usual (currency, mathematics, ° © ® ™) or all (emoji too)."""
    auto_pull: bool = False
    allow_host: tuple[str, ...] = ()
    """Hosts beyond loopback that may be reached where an allow-list is in force."""
    fallback: bool = True
    """Whether another provider may take over when one fails for good."""
    retry_attempts: int = 3
    retry_backoff_ms_min: int = 200
    retry_backoff_ms_max: int = 2000
    circuit_failures: int = 5
    circuit_cooldown_ms: int = 30_000
    debug_urls: bool = False
    key_file: Path | None = None
    ci: bool = False
    """Whether the run is one of continuous integration: then only listed hosts are reached."""
    explicit: frozenset[str] = frozenset()
    """Which of provider, model and temperature somebody chose: a replay takes the others from its cassette."""


def read_settings(
    values: Mapping[str, Any], *, ci: bool, in_pytest: bool = False, explicit: Collection[str] = ()
) -> LlmSettings:
    """The settings from those of config.py by their names there; raises `UsageError` for what cannot be.

    ``ci`` says whether this is a run of continuous integration: there, and inside pytest, answers are replayed where
    nothing else is said. ``explicit`` names the settings that do not have their default.
    """
    source = values.get("llm_source")
    usual = LlmSource.REPLAY if ci or in_pytest else LlmSource.LIVE
    read = LlmSettings(
        mode=_word(LlmMode, "llm_mode", values["llm_mode"]),
        provider=values["llm_provider"],
        endpoint=values["llm_endpoint"] or None,
        model=values["llm_model"] or None,
        temperature=values["llm_temperature"],
        max_rps=values["llm_max_rps"],
        max_tpm=values["llm_max_tpm"],
        timeout_ms=values["llm_timeout_ms"],
        max_tokens=values["llm_max_tokens"],
        max_cost_usd=_money("llm_max_cost_usd", values["llm_max_cost_usd"]),
        prices=tuple(Path(name) for name in _listed(values["llm_prices"])),
        workers=values["llm_workers"],
        batch=values["llm_batch"],
        source=usual if source is None else _word(LlmSource, "llm_source", source),
        cassette=_path(values["cassette"]),
        cache_dir=_path(values["cache_dir"]),
        context=tuple(Path(name) for name in _listed(values["context"])),
        symbols=values["llm_symbols"],
        auto_pull=values["auto_pull"],
        allow_host=_listed(values["llm_allow_host"]),
        fallback=values["llm_fallback"],
        retry_attempts=values["retry_attempts"],
        retry_backoff_ms_min=values["retry_backoff_ms_min"],
        retry_backoff_ms_max=values["retry_backoff_ms_max"],
        circuit_failures=values["circuit_failures"],
        circuit_cooldown_ms=values["circuit_cooldown_ms"],
        debug_urls=values["debug_urls"],
        key_file=_path(values["llm_key_file"]),
        ci=ci,
        explicit=frozenset(name for name in _CHOSEN if f"llm_{name}" in explicit) - _unsaid(values),
    )
    _check(read)
    return read


_CHOSEN = ("provider", "model", "temperature")


def _unsaid(values: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name for name in ("provider", "model") if values[f"llm_{name}"] in {None, "", AUTO})


_LEAST: Mapping[str, float] = {
    "max_tpm": 1,
    "timeout_ms": 1,
    "max_tokens": 16,
    "workers": 1,
    "batch": 1,
    "retry_attempts": 1,
    "retry_backoff_ms_min": 0,
    "retry_backoff_ms_max": 0,
    "circuit_failures": 1,
    "circuit_cooldown_ms": 0,
    "temperature": 0,
}


def _check(read: LlmSettings) -> None:
    for name, least in _LEAST.items():
        value = getattr(read, name)
        if value is not None and not value >= least:
            raise UsageError(f"llm {name} must be at least {least:g}, not {value}", hint=f"correct {name}")
    if not 0 < read.max_rps < float("inf"):
        raise UsageError(f"llm_max_rps must be above 0, not {read.max_rps}", hint="for slow models try 0.5")
    if read.temperature > 2:
        raise UsageError(f"llm_temperature must be from 0 to 2, not {read.temperature}", hint="0.2 is usual")
    if read.symbols not in SYMBOLS:
        raise UsageError(f"unknown llm_symbols {read.symbols!r}", hint=f"known are: {', '.join(SYMBOLS)}")
    if read.retry_backoff_ms_max < read.retry_backoff_ms_min:
        raise UsageError("retry_backoff_ms_max is below retry_backoff_ms_min", hint="correct one of them")


def _word(kind: Any, name: str, value: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise UsageError(
            f"unknown {name} {value!r}", hint=f"known are: {', '.join(each.value for each in kind)}"
        ) from None


def _money(name: str, value: str | float | None) -> Decimal | None:
    if value is None:
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite() or amount < 0:
        raise UsageError(f"{name} must be an amount of dollars, not {value!r}", hint="e.g. 0.50")
    return amount


def _path(value: str | None) -> Path | None:
    return Path(value) if value else None


def _listed(value: str | None) -> tuple[str, ...]:
    return tuple(each.strip() for each in (value or "").split(",") if each.strip())
