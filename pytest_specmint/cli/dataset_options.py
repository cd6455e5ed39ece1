"""What `specmint-cli inspect` is asked about: the options that are of datasets, and what a bare path is."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from pytest_specmint.errors import UsageError

_OPTIONS = (
    click.option("--dataset", "-d", metavar="FILE|DIR", help="Inspect a dataset: JSON Lines, a directory, a manifest."),
    click.option("--detailed", is_flag=True, help="Of a dataset: all that is known of every field."),
    click.option("--field", metavar="PATH", help="Of a dataset: this field, and what is below it."),
    click.option("--compare", metavar="OTHER", help="Of a dataset: what changed since another one, field by field."),
    click.option("--sample", type=click.IntRange(0), metavar="K", help="Of a dataset: show K of its records."),
    click.option("--html", metavar="FILE", help="Of a dataset: write a page to look at in a browser."),
)
_NAMES = ("detailed", "field", "compare", "sample", "html")


def dataset_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def dataset_of(options: Mapping[str, Any]) -> str | None:
    """The dataset that is asked about; None where it is a schema. Raises `UsageError`."""
    path, dataset = options["path"], options["dataset"]
    is_dataset = path is not None and _is_dataset(path)
    other = "--dataset" if is_dataset else "--schema"
    if path is not None and options[other.removeprefix("--")] is not None:
        raise UsageError(f"{path} besides {other}", hint="name what to inspect once: inspect PATH")
    named: str | None = path if is_dataset else dataset
    given = next((name for name in _NAMES if options[name]), None)
    if named is None and given is not None:
        raise UsageError(f"--{given} needs a dataset", hint="pass --dataset FILE")
    if named is not None and options["depth"] is not None:
        raise UsageError("--depth is about schemas", hint="leave --dataset away, or --depth")
    return named


def _is_dataset(path: str) -> bool:
    """Whether a bare path is a dataset and no schema: all but JSON and YAML documents that are no manifests."""
    place = Path(path.partition("#")[0])
    if place.is_dir() or place.suffix.lower() not in {".json", ".yaml", ".yml"}:
        return True
    from pytest_specmint.report.survey.source import is_manifest

    return is_manifest(place)
