"""What commands share that begin with a schema: the options that say which, and loading it."""

from collections.abc import Callable
from typing import Any

import click

from pytest_specmint.config import Settings
from pytest_specmint.errors import UsageError
from pytest_specmint.schema.document import Schema

NAMES = ("schema", "schema_root", "draft", "view")
"""The settings that decide which schema is meant."""

_OPTIONS = (
    click.option("--schema", "-s", metavar="FILE", help="JSON or YAML schema; FILE#/pointer for a part of it."),
    click.option("--schema-root", metavar="DIR", help="Where references to other files and to $id may lead."),
    click.option("--draft", metavar="DRAFT", help="4, 6, 7, 2019-09 or 2020-12 (default: as $schema says)."),
    click.option("--view", metavar="VIEW", help="request leaves out read-only properties, response write-only ones."),
)


def schema_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def schema_of(settings: Settings) -> Schema:
    """The schema that the settings mean."""
    from pytest_specmint.schema.load import load_schema

    source = settings["schema"].value
    if source is None:
        raise UsageError("no schema given", hint="pass --schema FILE, or set schema in specmint.toml")
    given = {name: settings[name].value for name in NAMES[1:]}
    return load_schema(source, **given)
