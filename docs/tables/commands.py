"""The command line: every command with its help, its arguments and options."""

import re
from collections.abc import Iterator

import click

from pytest_specmint import config
from pytest_specmint.cli.main import COMMANDS, cli
from tables import table

PROGRAM = "specmint-cli"
_SETTINGS = {key.name for key in config.KEYS}


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


def commands() -> str:
    """A section per command."""
    return "\n\n".join(_section(name, command) for name, command in every_command())


def overview() -> Iterator[list[str]]:
    """A row per command."""
    yield ["command", ""]
    for name, command in every_command():
        anchor = f"{PROGRAM}-{name.replace(' ', '-')}"
        words = command.short_help or ""
        yield [f"[`{name}`](#{anchor})", COMMANDS.get(name, words)]


def _section(name: str, command: click.Command) -> str:
    level = "##" if " " not in name else "###"
    parts = [f"{level} {PROGRAM} {name}", *_paragraphs(command)]
    if not isinstance(command, click.Group):
        usage = " ".join(command.collect_usage_pieces(click.Context(command)))
        parts.append(f"Usage: `{PROGRAM} {name} {usage}`")
        parts.append(table(_rows(command)))
    return "\n\n".join(parts)


def _paragraphs(command: click.Command) -> Iterator[str]:
    text = re.sub(r"\\?\x08", "", command.help or "")
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        words = " ".join(paragraph.split())
        if words.startswith("Example:"):
            yield "Example: " + "; ".join(f"`{each.strip()}`" for each in words.removeprefix("Example:").split(";"))
        elif words.startswith("Set up with:"):
            yield f"Set up with: `{words.removeprefix('Set up with:').strip()}`"
        else:
            yield words


def _rows(command: click.Command) -> Iterator[list[str]]:
    yield ["option", "", "setting"]
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            names = [*option.opts, *option.secondary_opts]
            value = "" if option.is_flag or option.count else f" {_metavar(option)}"
            given = [*names[:-1], names[-1] + value]
            setting = f"`{option.name}`" if option.name in _SETTINGS else ""
            yield [", ".join(f"`{each}`" for each in given), _help(option), setting]
    yield ["`-h`, `--help`", "Show the help.", ""]


def _metavar(option: click.Option) -> str:
    return option.metavar or option.make_metavar(click.Context(click.Command("")))


def _help(option: click.Option) -> str:
    default = f" Default: `{option.default}`." if option.show_default and option.default is not None else ""
    return f"{option.help}{default}"
