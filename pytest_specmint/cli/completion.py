"""`specmint-cli completion`: the script that makes a shell complete commands and options."""

import click
from click.shell_completion import get_completion_class

from pytest_specmint.errors import UsageError

SHELLS = ("bash", "zsh", "fish")
PROGRAMS = ("specmint-cli", "specmint")
"""The program has two names."""


@click.command(name="completion", short_help="Print what makes your shell complete commands and options.")
@click.argument("shell", type=click.Choice(SHELLS))
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def command(shell: str, **_: object) -> None:
    """Print the script that makes a shell complete commands, options and files; for both names of the program.

    Example: specmint-cli completion bash > ~/.local/share/bash-completion/completions/specmint-cli
    """
    from pytest_specmint.cli.main import cli

    kind = get_completion_class(shell)
    assert kind is not None
    try:
        for program in PROGRAMS:
            variable = f"_{program.replace('-', '_').upper()}_COMPLETE"
            click.echo(kind(cli, {}, program, variable).source())
    except RuntimeError as error:  # bash is too old, or not there
        raise UsageError(str(error), hint="bash 4.4 or later is needed") from None
