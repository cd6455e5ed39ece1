"""The program `specmint-cli`: a group whose commands are imported only when they are called."""

import gc
import os
import sys
from importlib import import_module
from typing import Any

import click

from pytest_specmint.cli.failure import forget_output, report_failure
from pytest_specmint.cli.group import Group
from pytest_specmint.cli.interrupts import take_interrupts
from pytest_specmint.cli.streams import open_streams
from pytest_specmint.errors import ExitCode
from pytest_specmint.version import __version__

_GARBAGE = 50_000
"""New objects between collections: imports and plans make many that stay, and hardly any circles."""

GROUPS = {
    "Make data": {
        "generate": "Make a dataset from a schema.",
        "convert": "Write an existing dataset in another format.",
        "merge": "Join shards of a dataset, and verify the whole.",
    },
    "Look and judge": {
        "inspect": "Show what a schema means to the engine, or what a dataset holds.",
        "validate": "Judge an existing dataset by a schema.",
        "schema": "Look for mistakes in a schema, or make one from example data.",
        "test": "Try the domains out: goldens, boundary values, speed, validity.",
        "benchmark": "Measure a schema on this machine.",
    },
    "What is kept": {
        "golden": "List, show, review and accept the goldens of tests.",
        "cassette": "List, tidy and refresh recorded answers of language models.",
        "packs": "List, show and begin packs: words, tables and rules of a domain.",
    },
    "Set up": {
        "doctor": "Check installation, settings, this machine and providers.",
        "config": "Show, check and begin settings.",
        "completion": "Print what makes your shell complete commands and options.",
    },
}
"""Every command, with the line that `--help` shows; the module of the same name beside this one holds it."""
COMMANDS = {name: words for commands in GROUPS.values() for name, words in commands.items()}


class LazyGroup(Group):
    """Knows its commands by name; their modules load on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"pytest_specmint.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        wide = max(map(len, COMMANDS))
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(wide), words) for name, words in commands.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that went away (``| head``) has what it wanted, and is no failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # here, because click would make an exit code of it
            forget_output()
            return ExitCode.OK


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="specmint-cli")
def cli() -> None:
    """Deterministic, valid, plausible synthetic data from JSON Schema.

    \b
    Begin with:         specmint-cli generate --schema SCHEMA.json --stdout
    Without a schema:   specmint-cli schema infer RECORDS.jsonl > SCHEMA.json
    Does it work here?  specmint-cli doctor
    """  # noqa: D301 - the mark is one of click's


def main(arguments: list[str] | None = None) -> int:
    """Run one command line; returns the exit code."""
    given = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        code = cli.main(given, prog_name="specmint-cli", standalone_mode=False)
    except BaseException as error:  # the edge of the program: every failure becomes words and a code
        return report_failure(error, debug="--debug" in given)
    return code if isinstance(code, int) else 0


def run() -> None:
    """The program as the owner of its process."""
    # numpy's linear algebra, which nothing here uses, would start a thread per core, and threads forbid forking.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(_GARBAGE)
    open_streams()
    take_interrupts()
    try:
        sys.exit(main())
    finally:
        gc.freeze()  # else the interpreter's last act is to look for cycles in all that was imported: 25 ms
