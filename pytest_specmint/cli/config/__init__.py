"""`specmint-cli config`: what each command takes. The work is imported when a command runs, so that help is quick."""

from typing import Any

import click

from pytest_specmint.cli.group import Group


@click.group(cls=Group, name="config", short_help="Show, check and begin settings.")
def command() -> None:
    """Settings: every one with its value and origin, mistakes in a file, and a file to begin with.

    Example: specmint-cli config show
    """


@command.command("show", short_help="Every setting with its value, and where that comes from.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--changed", is_flag=True, help="Only what does not have its default.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--config", "config_file", metavar="FILE", help="Settings file (default ./specmint.toml).")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def show(*, debug: bool, **options: Any) -> None:  # noqa: ARG001 - the program's edge looks for it
    """Print every setting with its value, and where that comes from: environment, file or default.

    Flags come before all of these; they are of each command. Credentials in URLs are not shown.

    Example: specmint-cli config show count seed
    """
    from pytest_specmint.cli.config.showing import run

    run(**options)


@command.command("validate", short_help="All mistakes in a settings file.")
@click.argument("file", required=False, metavar="[FILE]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--config", "config_file", metavar="FILE", help="The same as FILE (default ./specmint.toml).")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def validate(*, debug: bool, **options: Any) -> None:  # noqa: ARG001 - the program's edge looks for it
    """Check a settings file: unknown keys, wrong types, values that cannot be; the exit code is 1 where there are any.

    Example: specmint-cli config validate --config specmint.toml
    """
    from pytest_specmint.cli.config.validating import run

    run(**options)


@command.command("init", short_help="Write a settings file to begin with.")
@click.argument("file", default="specmint.toml", metavar="[FILE]")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--stdout", "to_stdout", is_flag=True, help="Print it instead.")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def init(*, debug: bool, **options: Any) -> None:  # noqa: ARG001 - the program's edge looks for it
    """Write a file that has every setting in it as a comment, with its type, default and an example.

    It is specmint.toml, or YAML where its name ends so. As it is written it changes nothing.

    Example: specmint-cli config init
    """
    from pytest_specmint.cli.config.beginning import run

    run(**options)
