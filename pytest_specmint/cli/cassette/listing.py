"""`specmint-cli cassette list`."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click
import msgspec

from pytest_specmint.cli.enriching import CASSETTE_ENDING
from pytest_specmint.enrichment.cassette import Cassette
from pytest_specmint.errors import UsageError


def list_cassettes(path: str, *, as_json: bool) -> None:
    """Print what cassettes hold."""
    found = [described(Cassette(each)) for each in cassettes_at(Path(path))]
    if as_json:
        click.echo(json.dumps({"cassettes": found}, indent=2, sort_keys=True))
        return
    for each in found:
        _print(each)


def cassettes_at(path: Path) -> list[Path]:
    """The cassette, or all below a directory; `UsageError` where there is none."""
    found = sorted(path.rglob(f"*{CASSETTE_ENDING}")) if path.is_dir() else [path] if path.exists() else []
    if not found:
        raise UsageError(f"there is no cassette at {path}", hint=f"cassettes are files *{CASSETTE_ENDING}")
    return found


def described(cassette: Cassette) -> dict[str, Any]:
    """What a cassette holds, for programs."""
    entries = list(cassette)
    failures = Counter(entry.failure.value for entry in entries if entry.failure is not None)
    return {
        "path": str(cassette.path),
        "recordings": len(entries),
        "records": len({entry.index for entry in entries}),
        "repaired": sum(entry.repaired for entry in entries),
        "fallbacks": dict(sorted(failures.items())),
        "fields": dict(sorted(Counter(_field(entry.pointer) for entry in entries).items())),
        "runs": [
            {**msgspec.to_builtins(run), "recordings": sum(entry.terms == name for entry in entries)}
            for name, run in sorted(cassette.runs.items())
        ],
    }


def _field(pointer: str) -> str:
    """A place with ``*`` for positions in lists."""
    return "/".join("*" if step.isdigit() else step for step in pointer.split("/"))


def _print(told: dict[str, Any]) -> None:
    click.echo(f"{told['path']}: {told['recordings']:,} recordings of {told['records']:,} records")
    for run in told["runs"]:
        terms = run["terms"]
        click.echo(
            f"  {terms['mode']} by {terms['provider']} {terms['model']}, temperature {terms['temperature']}, "
            f"prompt version {terms['prompt']}: {run['recordings']:,}"
        )
    for field, count in told["fields"].items():
        click.echo(f"  {field}: {count:,}")
    if told["repaired"]:
        click.echo(f"  repaired: {told['repaired']:,}")
    for reason, count in told["fallbacks"].items():
        click.echo(f"  fallback, {reason}: {count:,}")
