"""The providers of language models: reachable, credentials there (never shown), models, the requested one ready."""

from collections.abc import Iterator, Mapping
from datetime import date
from importlib.util import find_spec

from msgspec import Struct

from pytest_specmint.enrichment.model import LlmMode
from pytest_specmint.enrichment.providers.models import known_model, shutdown_notice
from pytest_specmint.enrichment.providers.protocol import Health, Limits, Model
from pytest_specmint.enrichment.providers.table import ProviderRow, provider_named, providers
from pytest_specmint.enrichment.settings import AUTO, LlmSettings
from pytest_specmint.errors import SpecmintError
from pytest_specmint.report.doctor.row import Level, Row

LOCAL = "ollama"
SHOWN = 8
"""Models that are listed; of more the number is told."""
EXTRA = 'pip install "pytest-specmint[llm]"'


class Wanted(Struct, frozen=True):
    """What is asked about providers."""

    settings: LlmSettings
    environment: Mapping[str, str]
    today: date
    everything: bool = False
    """Whether those with a key are asked too, though nothing says that they are used."""
    models: bool = False
    """Whether models are listed."""

    @property
    def named(self) -> str | None:
        """The provider that has to work; None where none is named."""
        return None if self.settings.provider == AUTO else self.settings.provider

    @property
    def needed(self) -> bool:
        """Whether a run as configured needs a model."""
        return self.settings.mode is not LlmMode.OFF or self.named is not None


def provider_rows(wanted: Wanted) -> Iterator[Row]:
    """All rows about providers; those that are asked are asked at the same time, within two seconds."""
    if find_spec("httpx") is None:
        level = Level.FAIL if wanted.needed else Level.PASS
        yield Row("providers", level, "language models are not installed: the extra llm is missing", EXTRA)
        return
    try:
        rows = providers()
        if wanted.named is not None:
            provider_named(wanted.named)
        chosen = [name for name, row in rows.items() if _is_asked(row, wanted)]
        healths = _asked(chosen, wanted)
    except SpecmintError as error:
        yield Row("providers", Level.FAIL, str(error), error.hint or "")
        return
    working = [name for name in chosen if healths[name].ok]
    for name, row in rows.items():
        key = _key(row, wanted.environment)
        if name in chosen:
            yield from _told(row, healths[name], key, wanted)
        elif wanted.named is None:
            words = f"{row.title}: not asked; {key}"
            yield Row("provider", Level.NOTE, words, f"to ask it: doctor --provider {name}")
    if wanted.settings.mode is not LlmMode.OFF and not working:
        yield Row(
            "language model",
            Level.WARN if wanted.named is None else Level.FAIL,
            f"llm_mode is {wanted.settings.mode.value}, and no provider answers: values stay deterministic",
            "start Ollama (ollama serve), set a key, or set llm_mode = off",
        )


def _is_asked(row: ProviderRow, wanted: Wanted) -> bool:
    """A local one always; one that costs money where it is named, or all are to be asked."""
    if wanted.named is not None:
        return row.name == wanted.named
    return row.name == LOCAL or (wanted.everything and bool(_variables(row, wanted.environment)))


def _asked(names: list[str], wanted: Wanted) -> Mapping[str, Health]:
    from pytest_specmint.enrichment.resolve import survey

    return survey(wanted.settings, wanted.environment, only=names)


def _variables(row: ProviderRow, environment: Mapping[str, str]) -> list[str]:
    return [name for name in row.key_variables if environment.get(name, "").strip()]


def _key(row: ProviderRow, environment: Mapping[str, str]) -> str:
    """Whether there is a key, by the variable's name alone."""
    found = _variables(row, environment)
    if found:
        return f"key in {found[0]}"
    return f"no key in {' or '.join(row.key_variables)}" if row.needs_key else "needs no key"


def _told(row: ProviderRow, health: Health, key: str, wanted: Wanted) -> Iterator[Row]:
    if not health.ok:
        words = health.words if health.words.startswith(row.title) else f"{row.title}: {health.words}"
        yield Row("provider", _silence(row, wanted), words, health.hint)
        return
    version = f" {health.version}" if health.version else ""
    yield Row("provider", Level.PASS, f"{row.title}{version} answers, {len(health.models)} models; {key}")
    yield from _limits(row, health.limits)
    if wanted.models:
        yield from _models(row, health)
    yield from _requested(row, health, wanted)


def _silence(row: ProviderRow, wanted: Wanted) -> Level:
    """What it means that a provider does not answer: as much as it was asked for."""
    if wanted.named == row.name:
        return Level.FAIL
    return Level.WARN if wanted.models else Level.NOTE


def _limits(row: ProviderRow, limits: Limits) -> Iterator[Row]:
    """What its answer said of them; most say it of calls alone, some of every question."""
    told = (
        ("requests", limits.requests_left, limits.requests_reset),
        ("tokens", limits.tokens_left, limits.tokens_reset),
    )
    seen = [(f"{left:,} {what} left{_renewed(reset)}", left) for what, left, reset in told if left is not None]
    if seen:
        used_up = any(left == 0 for _, left in seen)
        words = f"{row.title}: {', '.join(each for each, _ in seen)}"
        yield Row(
            "rate limits",
            Level.WARN if used_up else Level.PASS,
            words,
            "wait until they are renewed" if used_up else "",
        )


def _renewed(seconds: float | None) -> str:
    return "" if seconds is None else f" (all again in {seconds:.0f} s)"


def _models(row: ProviderRow, health: Health) -> Iterator[Row]:
    for model in health.models[:SHOWN]:
        yield Row("model", Level.PASS, f"{row.title}: {model.name}{_size(model)} - ready")
    if len(health.models) > SHOWN:
        yield Row("model", Level.PASS, f"{row.title}: and {len(health.models) - SHOWN} more")


def _size(model: Model) -> str:
    told = [*([model.form] if model.form else []), *([f"{model.size / 1e9:.1f} GB"] if model.size else [])]
    return f" ({', '.join(told)})" if told else ""


def _requested(row: ProviderRow, health: Health, wanted: Wanted) -> Iterator[Row]:
    """The model that a run would ask for: there, to be pulled, or about to be gone."""
    name = wanted.settings.model or row.default_model
    there = next((each for each in health.models if name in {each.name, each.name.removesuffix(":latest")}), None)
    if there is None and health.models and wanted.settings.model:
        step = f"ollama pull {name}, or --auto-pull" if row.name == LOCAL else "name one of the models that it lists"
        level = Level.FAIL if wanted.needed else Level.WARN
        yield Row("model", level, f"{row.title} does not have {name}", step)
    elif there is not None and wanted.settings.model:
        yield Row("model", Level.PASS, f"{row.title}: {there.name}{_size(there)} - ready")
    announced = "" if there is None else there.shutdown_date
    notice = shutdown_notice(known_model(row.name, name), wanted.today, announced)
    if notice is not None:
        yield Row("model", Level.WARN, notice, "name another with --model or llm_model")
