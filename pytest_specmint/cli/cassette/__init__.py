"""`specmint-cli cassette`: what each command takes. The work is imported when a command runs, so that help is quick."""

from collections.abc import Callable
from typing import Any

import click

from pytest_specmint.cli.domain import domain_option, locale_option
from pytest_specmint.cli.enriching import connection_options
from pytest_specmint.cli.group import Group
from pytest_specmint.cli.ruling import rules_options
from pytest_specmint.cli.source import schema_options

Decorated = Callable[..., Any]
_DEBUG = click.option("--debug", is_flag=True, help="Show tracebacks.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_PATH = click.argument("path", metavar="PATH")


def _dataset_options(command: Decorated) -> Decorated:
    """The dataset that a cassette belongs to, where neither a golden nor an output directory beside it says it."""
    options = (
        schema_options,
        domain_option,
        locale_option,
        rules_options,
        click.option("--count", "-n", type=int, help="Number of records (default 10)."),
        click.option("--seed", type=int, help="Seed (default 0)."),
        click.option("--start", type=int, help="Index of the first record (default 0)."),
        click.option("--as-of", metavar="DATE", help="The day that counts as today (default 2025-01-01)."),
        click.option("--config", "config_file", metavar="FILE", help="Settings file (default ./specmint.toml)."),
        click.option("--root", metavar="DIR", help="pytest's root directory (default: the working directory)."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(cls=Group, name="cassette", short_help="List, tidy and refresh recorded answers of language models.")
def command() -> None:
    """Cassettes: recorded answers of language models, from which datasets are made again without a network.

    Example: specmint-cli cassette list out.cassette.jsonl
    """


@command.command("list", short_help="What a cassette, or every one below a directory, holds.")
@_PATH
@_JSON
@_DEBUG
def list_(**options: Any) -> None:
    """List provider, model and parameters, and how many values of which fields are recorded, repaired or fell back.

    Example: specmint-cli cassette list golden
    """
    from pytest_specmint.cli.cassette.listing import list_cassettes

    list_cassettes(options["path"], as_json=options["as_json"])


@command.command(short_help="Drop what no dataset asks for any more.")
@_PATH
@click.option("--dry-run", is_flag=True, help="Only say what would be dropped.")
@_dataset_options
@_JSON
@_DEBUG
def gc(**options: Any) -> None:
    """Drop recordings that no dataset asks for; those from before a schema changed are renewed where they still fit.

    The dataset is that of the golden or of the output directory beside the cassette, or what --schema, --seed and
    --count say.

    Example: specmint-cli cassette gc golden/tests/test_orders/test_names.cassette.jsonl
    """
    from pytest_specmint.cli.cassette.tidying import collect_garbage

    collect_garbage(options)


@command.command(short_help="Ask again for some recordings, or all.")
@_PATH
@click.option("--pointer", "pointers", multiple=True, metavar="POINTER", help="Of this field. Repeatable.")
@click.option("--index", "indices", multiple=True, type=click.IntRange(0), metavar="I", help="Of record I. Repeatable.")
@click.option("--fallbacks", is_flag=True, help="Where no usable value came.")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@_dataset_options
@connection_options
@_JSON
@_DEBUG
def refresh(**options: Any) -> None:
    """Ask the model again for chosen recordings of a dataset. What it does not answer stays as it was.

    Example: specmint-cli cassette refresh out.cassette.jsonl --pointer /customer/name
    """
    from pytest_specmint.cli.cassette.tidying import refresh_recordings

    refresh_recordings(options)
