"""`specmint-cli golden`: what each command takes. The work is imported when a command runs, so that help is quick."""

from collections.abc import Callable
from typing import Any

import click

from pytest_specmint.cli.group import Group

_PLACE = (
    click.option(
        "--dir",
        "directory",
        metavar="DIR",
        help="Where goldens are kept, from the root (default: ini key specmint_golden_dir, else golden).",
    ),
    click.option(
        "--root",
        metavar="DIR",
        help="pytest's root directory, where the node ids of tests begin (default: the working directory).",
    ),
    click.option("--debug", is_flag=True, help="Show tracebacks."),
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_CHOICE = (
    click.argument("paths", nargs=-1, metavar="[PATH|DIR|GLOB|TEST]..."),
    click.option("--all", "everything", is_flag=True, help="Every change that waits."),
)

Decorated = Callable[..., Any]


def _with(*options: Callable[[Decorated], Decorated]) -> Callable[[Decorated], Decorated]:
    """Give a command these options, in this order."""

    def decorate(command: Decorated) -> Decorated:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@click.group(cls=Group, name="golden", short_help="List, show, review and accept the goldens of tests.")
def command() -> None:
    """The goldens of tests: files that hold what a test compares itself with.

    Example: specmint-cli golden list
    """


@command.command("list", short_help="Every golden: its size, form and test.")
@click.option("--pending", "only_pending", is_flag=True, help="Only those with a change that waits for review.")
@_with(_JSON, *_PLACE)
def list_(**options: Any) -> None:
    """List every golden with its form, records, bytes and test, whether a change waits, and what is wrong with it.

    Example: specmint-cli golden list --pending
    """
    from pytest_specmint.cli.golden.showing import list_goldens

    list_goldens(**options)


@command.command(short_help="A golden's records; those of a recipe are made again.")
@click.argument("path", metavar="PATH|TEST")
@click.option("--record", type=click.IntRange(0), metavar="N", help="Only the record at this position, from 0 on.")
@click.option("--pending", is_flag=True, help="The change that waits for review, not the golden.")
@click.option("--origin", is_flag=True, help="What the golden was made from, not its records.")
@_with(_JSON, *_PLACE)
def show(**options: Any) -> None:
    """Print a golden's records as JSON Lines; those of a recipe are made again, and their digest is checked.

    Example: specmint-cli golden show golden/tests/test_orders/test_total.golden.json --record 50
    """
    from pytest_specmint.cli.golden.showing import show_golden

    show_golden(**options)


@command.command(short_help="Are all goldens what their schemas make? For hooks and CI.")
@_with(_JSON, *_PLACE)
@click.pass_context
def check(context: click.Context, /, **options: Any) -> None:
    """Make the records of every golden again and compare; nothing is asked, nothing is written.

    Values that a test computes are not made again: of them only the digest is checked. The exit code is 7 where a
    golden differs, is faulty, or has a change that waits.

    Example: specmint-cli golden check
    """
    from pytest_specmint.cli.golden.checking import check_goldens

    context.exit(check_goldens(**options))


@command.command(short_help="Look at every change that waits; accept or reject it.")
@_with(_JSON, *_PLACE)
@click.pass_context
def review(context: click.Context, /, **options: Any) -> None:
    """Show each change that waits: what differs, and why. On a terminal, ask whether to accept it.

    Changes wait after: pytest --specmint-review. The exit code is 7 while any do.

    Example: specmint-cli golden review
    """
    from pytest_specmint.cli.golden.reviewing import review_changes

    context.exit(review_changes(**options))


@command.command(short_help="Changes that wait become the goldens.")
@_with(*_CHOICE, _JSON, *_PLACE)
def accept(**options: Any) -> None:
    """Make changes that wait the goldens. What is to be accepted is checked first: all of it, or nothing.

    Example: specmint-cli golden accept "golden/tests/test_orders/*"
    """
    from pytest_specmint.cli.golden.deciding import accept_changes

    accept_changes(**options)


@command.command(short_help="Drop changes that wait.")
@_with(*_CHOICE, _JSON, *_PLACE)
def reject(**options: Any) -> None:
    """Drop changes that wait; the goldens stay as they are.

    Example: specmint-cli golden reject --all
    """
    from pytest_specmint.cli.golden.deciding import reject_changes

    reject_changes(**options)


@command.command(short_help="Remove goldens whose test is gone.")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("--yes", "-y", is_flag=True, help="Remove without asking; needed where there is no terminal.")
@_with(_JSON, *_PLACE)
def prune(**options: Any) -> None:
    """Remove goldens whose test is certainly gone: its file does not exist, or has no such function or class.

    Example: specmint-cli golden prune --yes
    """
    from pytest_specmint.cli.golden.pruning import prune_goldens

    prune_goldens(**options)


@command.command(short_help="Changes that wait, as a patch for git apply.")
@click.option("--out", "-o", metavar="FILE", help="Write the patch to a file, not to standard output.")
@_with(*_CHOICE, _JSON, *_PLACE)
def patch(**options: Any) -> None:
    """Print a patch that turns goldens into what waits to take their place: for `git apply`, here or elsewhere.

    Example: specmint-cli golden patch --all -o goldens.patch
    """
    from pytest_specmint.cli.golden.patching import write_patch

    write_patch(**options)


@command.command(short_help="A golden's origin as text, for git diff.")
@click.argument("file", metavar="FILE")
@_with(*_PLACE[1:])
def textconv(**options: Any) -> None:
    """Print what a golden was made from and, of a recipe, its records: a text conversion for git diff.

    Set up with: git config diff.specmint.textconv "specmint-cli golden textconv"

    Example: specmint-cli golden textconv golden/tests/test_orders/test_total.golden.json
    """
    from pytest_specmint.cli.golden.converting import convert

    convert(**options)
