"""Help of a command with many options: in sections, those of the settings, so that what is sought is found."""

from collections.abc import Iterator, Mapping

import click

from pytest_specmint.keys import SECTIONS

MADE, WRITTEN, _, TOLD = SECTIONS
OTHERS = "Else"
BESIDES: Mapping[str, frozenset[str]] = {
    MADE: frozenset({"strict", "only", "index", "invalid", "violations"}),
    WRITTEN: frozenset({"overwrite", "resume", "to_stdout"}),
    TOLD: frozenset({"quiet", "profile", "debug"}),
}
"""Options that are no settings."""


class SectionedCommand(click.Command):
    """A command whose options are shown in sections."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections that have any options."""
        rows: dict[str, list[tuple[str, str]]] = {}
        for option in self.get_params(ctx):
            row = option.get_help_record(ctx)
            if row is not None:
                rows.setdefault(_section(option.name or ""), []).append(row)
        for title in _titles():
            if title in rows:
                with formatter.section(title):
                    formatter.write_dl(rows[title])


def _titles() -> Iterator[str]:
    yield from SECTIONS
    yield OTHERS


def _section(name: str) -> str:
    """The section of an option, by its name."""
    for title, keys in SECTIONS.items():
        if name in BESIDES.get(title, ()) or any(key.name == name for key in keys):
            return title
    return OTHERS
