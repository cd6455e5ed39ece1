"""The dataset that a cassette belongs to: of the golden or the output beside it, or as options say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_specmint import config
from pytest_specmint.api import parse_day
from pytest_specmint.cli.enriching import CASSETTE_ENDING
from pytest_specmint.cli.ruling import rules_of
from pytest_specmint.cli.source import schema_of
from pytest_specmint.engine.settings import Sizes
from pytest_specmint.enrichment.tidy import Wanted
from pytest_specmint.errors import UsageError
from pytest_specmint.job import Job
from pytest_specmint.packs.chosen import domain_names
from pytest_specmint.packs.locale_names import locale_tag
from pytest_specmint.schema.load import load_schema


def datasets_of(cassette: Path, options: dict[str, Any]) -> list[Wanted]:
    """The datasets that a cassette is kept for; raises `UsageError` where nothing says which."""
    if options["schema"] is not None:
        return [_as_asked(options)]
    place = cassette.with_name(cassette.name.removesuffix(CASSETTE_ENDING))
    found = [*_of_golden(place, Path(options["root"] or ".")), *_of_output(place)]
    if not found:
        raise UsageError(
            f"nothing beside {cassette} says which dataset it belongs to",
            hint="say it: --schema FILE, with --seed, --count and what else it was made with",
        )
    return found


def settings_of(options: dict[str, Any]) -> config.Settings:
    """The settings of a command's options."""
    names = {key.name for key in config.KEYS}
    return config.resolve(
        {name: value for name, value in options.items() if name in names}, config=options["config_file"]
    )


def _as_asked(options: dict[str, Any]) -> Wanted:
    settings = settings_of(options)
    job = Job(
        schema_of(settings),
        settings["seed"].value,
        settings["count"].value,
        settings["start"].value,
        parse_day(settings["as_of"].value),
        Sizes(settings["array_spread"].value, settings["text_spread"].value, settings["presence"].value),
        rules=rules_of(settings["rules"].value),
        domain=domain_names(settings["domain"].value),
        locale=locale_tag(settings["locale"].value),
    )
    return Wanted(job, tuple(Path(each) for each in (settings["context"].value or "").split(",") if each))


def _of_golden(place: Path, root: Path) -> Iterator[Wanted]:
    from pytest_specmint.golden.materialise import current_job
    from pytest_specmint.golden.store import GoldenStore

    origin = GoldenStore(place).origin()
    job = None if origin is None or origin.llm is None else current_job(origin, root)
    if job is not None and origin is not None and origin.llm is not None:
        yield Wanted(job, tuple(root / each for each in origin.llm.context))


def _of_output(place: Path) -> Iterator[Wanted]:
    try:
        manifest = json.loads((place / "manifest.json").read_bytes())
        run = json.loads((place / "run.json").read_bytes())
        made, schema = manifest["gen"], manifest["schema"]
        source = run["schema_path"] + ("" if schema["pointer"] == "#" else schema["pointer"])
        packs = [each["name"] for each in manifest.get("packs", [])]
        job = Job(
            load_schema(source, view=schema["view"]),
            made["seed"],
            made["count"],
            made["start"],
            parse_day(made["as_of"]),
            Sizes(**made["sizes"]),
            domain=tuple(packs),
            locale=made.get("locale", ""),
        )
        yield Wanted(job, tuple(Path(each) for each in run.get("llm", {}).get("context", [])))
    except (OSError, ValueError, KeyError, TypeError):
        return
