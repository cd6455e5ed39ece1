"""A group of commands that answers a misspelt one with the nearest."""

import click

from pytest_specmint.errors import UsageError

_NEAR = 0.6
"""How alike a name must be that is proposed instead of one that there is not."""


class Group(click.Group):
    """Refuses a command that there is not with the nearest that there is."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of this name; raises `UsageError` where there is none."""
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            program, *above = ctx.command_path.split()
            near = get_close_matches(name, known, 1, _NEAR)
            found = [" ".join((*above, each)) for each in (name, *near)]
            hint = f"did you mean {found[1]!r}?" if near else " ".join((program, *above, "--help lists all"))
            raise UsageError(f"there is no command {found[0]!r}", hint=hint)
        return super().resolve_command(ctx, args)
