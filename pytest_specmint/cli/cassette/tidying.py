"""`specmint-cli cassette gc` and `refresh`."""

import json
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from pytest_specmint.cli.cassette.datasets import datasets_of, settings_of
from pytest_specmint.cli.cassette.listing import cassettes_at
from pytest_specmint.cli.enriching import llm_settings
from pytest_specmint.cli.failure import summary
from pytest_specmint.enrichment.cassette import Cassette
from pytest_specmint.enrichment.connect import connect
from pytest_specmint.enrichment.enricher import Enricher, Told
from pytest_specmint.enrichment.entry import Entry
from pytest_specmint.enrichment.model import LlmMode, LlmSource
from pytest_specmint.enrichment.tidy import Wanted, tidied
from pytest_specmint.errors import UsageError


def collect_garbage(options: dict[str, Any]) -> None:
    """Drop what is not asked for; of every cassette at a path."""
    told = []
    for path in cassettes_at(Path(options["path"])):
        cassette = Cassette(path)
        done = tidied(cassette, datasets_of(path, options))
        if not options["dry_run"]:
            cassette.save()
        told.append({"path": str(path), "kept": done.kept, "renewed": done.renewed, "dropped": done.dropped})
    if options["as_json"]:
        click.echo(json.dumps({"cassettes": told, "dry_run": options["dry_run"]}, indent=2, sort_keys=True))
        return
    for each in told:
        summary({**each, "path": each["path"]})


def refresh_recordings(options: dict[str, Any]) -> None:
    """Ask again."""
    chosen = options["pointers"] or options["indices"] or options["fallbacks"]
    if bool(chosen) == options["everything"]:
        raise UsageError("say which recordings", hint="--pointer, --index and --fallbacks choose some, --all all")
    path = Path(options["path"])
    cassette = cassettes_at(path)
    if cassette != [path]:
        raise UsageError(f"{path} is a directory", hint="refresh one cassette at a time")
    told = [_refreshed(path, wanted, options) for wanted in datasets_of(path, options)]
    if options["as_json"]:
        click.echo(json.dumps({"path": str(path), "datasets": [each.run for each in told]}, indent=2, sort_keys=True))
        return
    for each in told:
        click.echo(f"llm: {each.words}{' (degraded)' if each.degraded else ''}", err=True)
    summary({"recordings": f"{len(Cassette(path)):,}", "in": path})


def _refreshed(path: Path, wanted: Wanted, options: dict[str, Any]) -> Told:
    before = Cassette(path)
    mode = LlmMode.FIELDS if before.last_run is None else LlmMode(before.last_run.terms.mode)
    settings = replace(
        llm_settings(settings_of(options)),
        mode=mode,
        source=LlmSource.RECORD,
        cassette=path,
        context=wanted.context,
    )
    keys = {entry.key for entry in before if _is_chosen(entry, options)}

    def say(words: str) -> None:
        click.echo(f"note: {words}", err=True)

    enricher = Enricher(
        wanted.job,
        settings,
        lambda found: connect(found, say=say, warn=say),
        warn=say,
        again=lambda entry: entry.key in keys,
    )
    for _ in enricher.blocks():
        pass
    return enricher.told()


def _is_chosen(entry: Entry, options: dict[str, Any]) -> bool:
    if options["everything"]:
        return True
    if options["fallbacks"] and entry.failure is None:
        return False
    if options["pointers"] and entry.pointer not in options["pointers"]:
        return False
    return not options["indices"] or entry.index in options["indices"]
