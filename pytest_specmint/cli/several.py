"""Several datasets on the command line: ``--datasets FILE``, ``--related FILE``, and writing all of them at once."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from pytest_specmint.cli.failure import summary
from pytest_specmint.config import Setting, Settings
from pytest_specmint.errors import UsageError
from pytest_specmint.observe.observer import SILENT, Observer

if TYPE_CHECKING:
    from pytest_specmint.datasets.entry import Entry
    from pytest_specmint.datasets.jobs import Common
    from pytest_specmint.job import Job
    from pytest_specmint.pipeline.recipe import Execution

_SAID = ("flag", "environment")
_HELD = ("draft", "view", "rules")
"""Settings that each dataset of a file has for itself."""


def related_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--related``."""
    option = click.option(
        "--related",
        metavar="[NAME=]FILE[:COUNT[:SEED]]",
        multiple=True,
        callback=_joined,
        help="A dataset that x-ref may refer to: its schema, how many records, its seed. Repeatable.",
    )
    return option(command)


def _joined(_context: click.Context, _parameter: click.Parameter, given: Sequence[str]) -> str | None:
    return ",".join(given) if given else None


def datasets_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--datasets`` and ``--only``."""
    datasets = click.option("--datasets", metavar="FILE", help="Datasets that refer to each other: YAML or JSON.")
    only = click.option("--only", metavar="NAME", help="With --datasets: this one alone, with all other options.")
    return datasets(only(command))


def jobs(settings: Settings, main: "Job | None") -> "dict[str, Job]":
    """The jobs of a datasets file, or of the related datasets and the one that may refer to them, in their order."""
    from pytest_specmint.datasets.jobs import jobs_of

    if settings["datasets"].value is not None:
        entries, common = _named(settings)
        return jobs_of(entries, common)
    assert main is not None
    entries = _related(settings)
    own = main_name(settings)
    if own in [entry.name for entry in entries]:
        raise UsageError(f"there are two datasets {own!r}", hint="--related NAME=FILE gives one of them another name")
    return jobs_of(entries, _common(settings), main=(own, main))


def _named(settings: Settings) -> "tuple[Sequence[Entry], Common]":
    from msgspec.structs import replace

    from pytest_specmint.api import parse_day
    from pytest_specmint.datasets.read import read_datasets

    for name in ("schema", *_HELD):
        if _said(settings[name]):
            hint = "say it for each dataset in the file"
            raise UsageError(f"--datasets and --{name} exclude each other", hint=hint)
    named = read_datasets(settings["datasets"].value)
    common = _common(settings)
    if named.seed is not None and not _said(settings["seed"]):
        common = replace(common, seed=named.seed)
    if named.as_of is not None and not _said(settings["as_of"]):
        common = replace(common, as_of=parse_day(named.as_of))
    return named.entries, common


def _said(setting: Setting) -> bool:
    """Whether a setting was given for this run, rather than in a file or not at all."""
    return setting.value is not None and setting.origin.startswith(_SAID)


def _common(settings: Settings) -> "Common":
    from pytest_specmint.api import parse_day
    from pytest_specmint.datasets.jobs import Common
    from pytest_specmint.engine.settings import Sizes
    from pytest_specmint.packs.chosen import domain_names

    return Common(
        settings["seed"].value,
        settings["count"].value,
        parse_day(settings["as_of"].value),
        Sizes(settings["array_spread"].value, settings["text_spread"].value, settings["presence"].value),
        domain_names(settings["domain"].value),
    )


def _related(settings: Settings) -> "list[Entry]":
    from msgspec.structs import replace

    from pytest_specmint.api import DEFAULT_COUNT
    from pytest_specmint.datasets.related import related_entry

    texts = [each for each in (settings["related"].value or "").split(",") if each.strip()]
    entries = list(map(related_entry, texts))
    return [replace(each, count=DEFAULT_COUNT) if each.count is None else each for each in entries]


def main_name(settings: Settings) -> str:
    """The name of the dataset that related ones are related to: that of its schema's file."""
    from pytest_specmint.datasets.related import name_of

    return name_of(settings["schema"].value)


def write(
    made: "Mapping[str, Job]",
    out: str,
    execution: "Execution",
    *,
    record_files: bool | None,
    progress: Callable[[int], None] | None,
    quiet: bool,
    observer: Observer = SILENT,
) -> None:
    """Write all datasets below one directory."""
    from pytest_specmint.datasets.write import write_datasets

    started = perf_counter()
    written = write_datasets(
        made, Path(out), record_files=record_files, execution=execution, progress=progress, observer=observer
    )
    if quiet:
        return
    parts = [each["dataset"] for each in (one.manifest for one in written.datasets.values())]
    summary(
        {
            "datasets": len(parts),
            "records": f"{sum(part['records'] for part in parts):,}",
            "bytes": f"{sum(part['bytes'] for part in parts):,}",
            "id": written.manifest["dataset_id"],
            "seconds": f"{perf_counter() - started:.2f}",
            "in": written.directory,
        },
        [f"{name}: {one.manifest['dataset']['records']:,} records" for name, one in written.datasets.items()],
    )
