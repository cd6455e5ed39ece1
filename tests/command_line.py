"""The command line as tests walk it: apart from the reference's own walk, which they check."""

from collections.abc import Iterator

import click

from pytest_specmint.cli.main import COMMANDS, cli


def every_command() -> Iterator[tuple[str, click.Command]]:
    """All commands, those of groups too, by what is typed after the program's name."""
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                found = command.get_command(context, inner)
                assert found is not None
                yield f"{name} {inner}", found
