"""`specmint-cli schema`: what each command takes. The work is imported when a command runs, so that help is quick."""

from typing import Any

import click

from pytest_specmint.cli.domain import domain_option
from pytest_specmint.cli.group import Group
from pytest_specmint.cli.ruling import rules_options
from pytest_specmint.cli.source import schema_options


@click.group(cls=Group, name="schema", short_help="Look for mistakes in a schema, or make one from example data.")
def command() -> None:
    """Schemas: what is wrong with one, and a first one from example data.

    Example: specmint-cli schema lint order.json
    """


@command.command("lint", short_help="What is impossible, never reached, ignored, unknown or uncertain.")
@click.argument("paths", nargs=-1, metavar="[SCHEMA]...")
@schema_options
@domain_option
@rules_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--config", "config_file", metavar="FILE", help="Settings file (default ./specmint.toml).")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def lint(**options: Any) -> None:
    """Say what is impossible in a schema, never reached, ignored, unknown, uncertain or not enforced.

    Errors give exit code 2; with --strict warnings do too. Of several schemas each is looked at.

    Example: specmint-cli schema lint order.json
    """
    from pytest_specmint.cli.schema.linting import run

    run(options)


@command.command("infer", short_help="A schema from example data.")
@click.argument("dataset", metavar="FILE|DIR|-")
@click.option("--out", "-o", metavar="FILE", help="Write it there instead of printing it.")
@click.option(
    "--enum-limit",
    type=click.IntRange(0, 10),
    default=10,
    show_default=True,
    metavar="N",
    help="Texts with up to N different values become an enum.",
)
@click.option("--title", metavar="TEXT", help="The schema's title.")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def infer(*, debug: bool, **options: Any) -> None:  # noqa: ARG001 - the program's edge looks for it
    """Make a schema that all records of a dataset meet: types, required properties, formats, listed values, bounds.

    It is a beginning: it says what these records are like, not what yours may be.

    Example: specmint-cli schema infer orders.jsonl --out schema.json
    """
    from pytest_specmint.cli.schema.inferring import run

    run(**options)
