"""Language models on the command line: the options, from settings to an enricher, and what is said of a run."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_specmint.config import Settings
from pytest_specmint.observe.observer import SILENT, Observer

if TYPE_CHECKING:
    from pytest_specmint.enrichment.connection import Connection
    from pytest_specmint.enrichment.enricher import Enricher
    from pytest_specmint.enrichment.settings import LlmSettings
    from pytest_specmint.job import Job

CASSETTE_ENDING = ".cassette.jsonl"


def _joined(_context: click.Context, _parameter: click.Parameter, given: Sequence[str]) -> str | None:
    return ",".join(given) if given else None


_OPTIONS = (
    click.option(
        "--llm-mode",
        metavar="MODE",
        help="off (default); fields: a language model writes values marked x-llm; record: all mere words and numbers.",
    ),
    click.option(
        "--llm-source",
        metavar="SOURCE",
        help="replay: from the cassette alone (default in CI); record: what it lacks from a model; live (default).",
    ),
    click.option("--cassette", metavar="FILE", help="Recorded answers (default: OUT.cassette.jsonl beside --out OUT)."),
    click.option(
        "--context", metavar="FILE", multiple=True, callback=_joined, help="Background for the model. Repeatable."
    ),
    click.option("--cache-dir", metavar="DIR", help="Keep answers of live runs: nothing is paid twice, runs resume."),
    click.option(
        "--llm-provider",
        "--llm.provider",
        "llm_provider",
        metavar="NAME",
        help="ollama, openai, anthropic, an installed one, or auto (default): the first of these that answers.",
    ),
    click.option("--llm-endpoint", "--llm.endpoint", "llm_endpoint", metavar="URL", help="Base URL of the provider."),
    click.option(
        "--llm-model", "--llm.model", "llm_model", metavar="NAME", help="The model (default: the provider's)."
    ),
    click.option("--llm-temperature", "--llm.temperature", "llm_temperature", type=float, help="0 to 2 (default 0.2)."),
    click.option("--llm-batch", type=int, help="Records per call, at most (default 8)."),
    click.option("--llm-workers", "--llm_workers", "llm_workers", type=int, help="Calls at a time (default 3)."),
    click.option(
        "--llm-max-rps",
        "--llm.max_rps",
        "--limits.max_rps",
        "llm_max_rps",
        type=float,
        help="Calls a second (default 3).",
    ),
    click.option(
        "--llm-max-tpm", "--llm.max_tpm", "llm_max_tpm", type=int, help="Tokens a minute (default: no limit)."
    ),
    click.option(
        "--llm-timeout-ms", "--llm.timeout_ms", "llm_timeout_ms", type=int, help="Deadline of a call (default 12000)."
    ),
    click.option(
        "--llm-max-tokens", "--llm.max_tokens", "llm_max_tokens", type=int, help="Of an answer (default 1500)."
    ),
    click.option(
        "--llm-max-cost-usd", "--llm.max_cost_usd", "llm_max_cost_usd", type=float, help="Spend no more than this."
    ),
    click.option(
        "--llm-prices",
        metavar="FILE",
        multiple=True,
        callback=_joined,
        help="Prices of models besides those that ship: JSON. Repeatable.",
    ),
    click.option("--llm-fallback/--no-llm-fallback", default=None, help="Whether another provider may take over."),
    click.option(
        "--llm-allow-host",
        metavar="HOST",
        multiple=True,
        callback=_joined,
        help="Host that may be reached; in CI no others are. Repeatable.",
    ),
    click.option(
        "--llm-key-file", metavar="FILE", help="File with the provider's key (default: from the environment)."
    ),
    click.option("--llm-symbols", metavar="SET", help="Symbols in a model's texts: none, usual (default) or all."),
    click.option("--auto-pull/--no-auto-pull", default=None, help="Whether Ollama may fetch a model that it lacks."),
    click.option("--debug-urls/--no-debug-urls", default=None, help="Show URLs whole in messages."),
    click.option("--retry-attempts", type=int, help="Tries of a call (default 3)."),
    click.option("--retry-backoff-ms-min", type=int, help="Least wait between tries (default 200)."),
    click.option("--retry-backoff-ms-max", type=int, help="Greatest wait that is not asked for (default 2000)."),
    click.option("--circuit-failures", type=int, help="Failures after which a provider is left alone (default 5)."),
    click.option("--circuit-cooldown-ms", type=int, help="For how long it is (default 30000)."),
)


def llm_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of language models."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def connection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command those of the options that say whom to ask, and how."""
    for option in reversed(_OPTIONS[4:]):
        command = option(command)
    return command


def is_on(settings: Settings) -> bool:
    """Whether a language model is asked for; nothing of it is imported for the question."""
    mode: str = settings["llm_mode"].value
    return mode != "off"


def llm_settings(settings: Settings) -> "LlmSettings":
    """The settings of the language model; raises `UsageError`."""
    from pytest_specmint.enrichment.settings import read_settings

    explicit = {name for name, each in settings.items() if each.origin != "default"}
    values = {name: each.value for name, each in settings.items()}
    return read_settings(values, ci=in_ci(), explicit=explicit)


def in_ci() -> bool:
    """Whether this is a run of continuous integration."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def enricher_of(job: "Job", settings: Settings, *, quiet: bool, observer: Observer = SILENT) -> "Enricher | None":
    """What enriches the job's records; None where no language model is asked for."""
    if not is_on(settings):
        return None
    from msgspec.structs import replace

    from pytest_specmint.enrichment.connect import connect
    from pytest_specmint.enrichment.enricher import Enricher

    llm = llm_settings(settings)
    out = settings["out"].value
    if llm.cassette is None and out is not None:
        llm = replace(llm, cassette=default_cassette(Path(out)))

    def say(words: str) -> None:
        click.echo(f"note: {words}", err=True)

    def quietly(words: str) -> None:
        if not quiet:
            say(words)

    def connected(found: "LlmSettings") -> "Connection | None":
        return connect(found, say=quietly, warn=say, observer=observer)

    return Enricher(job, llm, connected, warn=say, observer=observer)


def planned(job: "Job", sample: "Job", settings: Settings) -> dict[str, str]:
    """The row of a dry run that says how much a model would be asked; none where it would not be."""
    if not is_on(settings):
        return {}
    from pytest_specmint.enrichment.outlook import outlook

    llm = llm_settings(settings)
    found = outlook(job, llm, sample)
    return {"llm": f"{llm.mode.value}, {llm.source.value}: about {found.values:,} values in {found.calls:,} calls"}


def default_cassette(out: Path) -> Path:
    """The cassette of an output directory: beside it, since the directory is replaced as a whole."""
    return out.with_name(out.name + CASSETTE_ENDING)
