"""The table of settings: name, type, default, and a line of words for each."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class Key(Struct, frozen=True):
    """A setting: its type and default, and what else it may be called in a file."""

    name: str
    kind: type
    default: Any = None
    words: str = ""
    """What it is for, in a line."""
    example: Any = None
    """A value to begin with, where there is no default."""
    choices: tuple[str, ...] = ()
    """What it may be, where that is a short list."""
    least: float | None = None
    most: float | None = None
    aliases: tuple[str, ...] = ()
    listed: bool = False
    """Whether a file may give a list; elsewhere commas stand between."""


_TOP_SEED = (1 << 64) - 1
_MADE = (
    Key(
        "schema",
        str,
        words="The schema: a JSON or YAML file, FILE#/pointer.",
        example="order.json",
        aliases=("schema_path",),
    ),
    Key("schema_root", str, words="The directory that references to other files may not leave.", example="schemas"),
    Key("count", int, 10, "Number of records.", least=1),
    Key("seed", int, 0, "The seed: from 0 to 2^64-1.", least=0, most=_TOP_SEED),
    Key("start", int, 0, "Index of the first record.", least=0),
    Key("shard", str, words="Only the K-th of N parts: K/N.", example="1/4"),
    Key(
        "domain",
        str,
        words="Packs whose words, tables and rules come first.",
        example=["healthcare"],
        aliases=("domains",),
        listed=True,
    ),
    Key(
        "locale",
        str,
        words="Whose names, places and words: en_US, en_GB, de_DE, fr_FR, es_ES, ja_JP or hi_IN (without: en_US).",
        example="de_DE",
    ),
    Key(
        "rules",
        str,
        words="Rules between fields, besides those of the schema: files, or rules.",
        example=["rules.yaml"],
        listed=True,
    ),
    Key(
        "as_of",
        str,
        words="The day that counts as today: YYYY-MM-DD, or today (without: 2025-01-01).",
        example="2025-01-01",
    ),
    Key(
        "related",
        str,
        words="Datasets that x-ref may refer to: NAME=SCHEMA:COUNT:SEED.",
        example=["customers=customer.json:100:1"],
        listed=True,
    ),
    Key("datasets", str, words="Datasets that refer to each other: YAML or JSON.", example="datasets.yaml"),
    Key(
        "draft",
        str,
        words="The draft, where the schema does not say it.",
        example="2020-12",
        choices=("4", "6", "7", "2019-09", "2020-12"),
    ),
    Key(
        "view",
        str,
        words="Without the read-only (request), or the write-only (response), properties.",
        example="request",
        choices=("request", "response"),
    ),
    Key("mode", str, "usual", "usual, or edge: boundary values first.", choices=("usual", "edge")),
    Key("array_spread", int, 4, "Items above the minimum of a list without a maximum.", least=0, most=1000),
    Key("text_spread", int, 12, "Characters above the minimum of a pattern without end.", least=0, most=1000),
    Key("presence", float, 0.9, "Share of objects that have an optional property.", least=0, most=1),
)
_WRITTEN = (
    Key(
        "out",
        str,
        words="The directory to write, replaced as a whole; or a URL, for parts.",
        example="out",
        aliases=("out_dir", "output"),
    ),
    Key("format", str, "jsonl", "Another format besides JSON Lines, such as x12."),
    Key("record_files", bool, words="A file per record (without: up to 10,000 records).", example=False),
    Key("workers", int, 1, "Worker processes; the bytes stay the same.", least=1, aliases=("concurrency.workers",)),
    Key("engine", str, "local", "Who makes a dataset in parts: local, dask, or an installed one."),
    Key("scheduler", str, words="The cluster of an engine (without: one for the run).", example="tcp://10.0.0.1:8786"),
    Key("part_records", int, words="Records of a part: a multiple of 65,536.", example=1_048_576, least=1),
    Key("check_all", bool, False, "Check every record, even where validity is proven."),
)
_ASKED = (
    Key(
        "llm_mode",
        str,
        "off",
        "What a language model writes: off, fields (marked x-llm), or record.",
        choices=("off", "fields", "record"),
        aliases=("llm.mode",),
    ),
    Key(
        "llm_source",
        str,
        words="replay (without, in CI), record, or live (without, elsewhere).",
        example="replay",
        choices=("replay", "record", "live"),
        aliases=("llm.source",),
    ),
    Key(
        "cassette",
        str,
        words="Recorded answers (without: OUT.cassette.jsonl).",
        example="out.cassette.jsonl",
        aliases=("llm.cassette",),
    ),
    Key(
        "context",
        str,
        words="Files with background for the model: untrusted text.",
        example=["context.md"],
        aliases=("context_path", "llm.context"),
        listed=True,
    ),
    Key(
        "cache_dir",
        str,
        words="Keep answers of live runs there.",
        example=".specmint-cache",
        aliases=("llm.cache_dir",),
    ),
    Key(
        "llm_provider",
        str,
        "auto",
        "ollama, openai, anthropic, an installed one, or auto: the first that answers.",
        aliases=("llm.provider",),
    ),
    Key(
        "llm_endpoint",
        str,
        words="Base URL of the provider.",
        example="http://127.0.0.1:11434",
        aliases=("llm.endpoint",),
    ),
    Key("llm_model", str, words="The model (without: the provider's).", example="llama3.1", aliases=("llm.model",)),
    Key("llm_temperature", float, 0.2, "From 0 to 2.", aliases=("llm.temperature",)),
    Key("llm_batch", int, 8, "Records per call, at most.", aliases=("llm.batch",)),
    Key("llm_workers", int, 3, "Calls at a time.", aliases=("llm.workers", "concurrency.llm_workers")),
    Key("llm_max_rps", float, 3.0, "Calls a second.", aliases=("llm.max_rps", "limits.max_rps")),
    Key(
        "llm_max_tpm",
        int,
        words="Tokens a minute (without: no limit).",
        example=100_000,
        aliases=("llm.max_tpm", "limits.max_tpm"),
    ),
    Key("llm_timeout_ms", int, 12_000, "Deadline of a call, in milliseconds.", aliases=("llm.timeout_ms",)),
    Key(
        "llm_max_tokens",
        int,
        1500,
        "The most tokens of an answer.",
        aliases=("llm.max_tokens", "limits.max_tokens_per_call"),
    ),
    Key(
        "llm_max_cost_usd",
        float,
        words="Spend no more than this, in US dollars (without: no limit).",
        example=0.5,
        aliases=("llm.max_cost_usd", "limits.max_total_cost_usd"),
    ),
    Key(
        "llm_prices",
        str,
        words="Files with prices of models besides those that ship.",
        example=["prices.json"],
        aliases=("llm.prices",),
        listed=True,
    ),
    Key("llm_fallback", bool, True, "Whether another provider may take over.", aliases=("llm.fallback",)),
    Key(
        "llm_allow_host",
        str,
        words="Hosts that may be reached; in CI no others are.",
        example=["llm.example.com"],
        aliases=("llm.allow_host",),
        listed=True,
    ),
    Key(
        "llm_key_file",
        str,
        words="File with the provider's key (without: from the environment).",
        example="key.txt",
        aliases=("llm.key_file",),
    ),
    Key(
        "llm_symbols",
        str,
        "usual",
        "Symbols in a model's texts: none, usual or all.",
        choices=("none", "usual", "all"),
        aliases=("llm.symbols",),
    ),
    Key("auto_pull", bool, False, "Whether Ollama may fetch a model that it lacks.", aliases=("llm.auto_pull",)),
    Key("debug_urls", bool, False, "Show URLs whole in messages.", aliases=("llm.debug_urls",)),
    Key("retry_attempts", int, 3, "Tries of a call.", aliases=("defense.retry_attempts",)),
    Key("retry_backoff_ms_min", int, 200, "Least wait between tries.", aliases=("defense.retry_backoff_ms_min",)),
    Key(
        "retry_backoff_ms_max",
        int,
        2000,
        "Greatest wait that a provider does not ask for.",
        aliases=("defense.retry_backoff_ms_max",),
    ),
    Key(
        "circuit_failures",
        int,
        5,
        "Failures in a row after which a provider is left alone.",
        aliases=("defense.circuit_failures",),
    ),
    Key(
        "circuit_cooldown_ms",
        int,
        30_000,
        "For how long it is, in milliseconds.",
        aliases=("defense.circuit_cooldown_ms",),
    ),
)
_TOLD = (
    Key(
        "log_level",
        str,
        words="Log to standard error from this level on (without: no log).",
        example="info",
        choices=("debug", "info", "warning", "error"),
        aliases=("log.level",),
    ),
    Key(
        "log_format",
        str,
        words="text or json; without log_level it logs from warnings on.",
        example="json",
        choices=("text", "json"),
        aliases=("log.format",),
    ),
    Key("metrics", bool, False, "Serve metrics for Prometheus on 127.0.0.1 while a run lasts."),
    Key("metrics_port", int, 8080, "The port; 0 takes a free one.", least=0, most=65_535),
    Key(
        "metrics_file", str, words="Write metrics to a file in the end, however the run ends.", example="specmint.prom"
    ),
)
SECTIONS: Mapping[str, tuple[Key, ...]] = {
    "What is made": _MADE,
    "How it is written": _WRITTEN,
    "Language models": _ASKED,
    "What a run tells": _TOLD,
}
KEYS: tuple[Key, ...] = tuple(key for keys in SECTIONS.values() for key in keys)
TABLES = ("concurrency", "defense", "limits", "llm", "log")
"""Tables of a file whose settings are named with the table's name before them."""
