"""`specmint-cli golden review`: each change that waits is shown, and on a terminal decided on."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from pytest_specmint.cli.failure import summary
from pytest_specmint.cli.golden.deciding import check_acceptable, check_rejectable
from pytest_specmint.cli.golden.place import Place, place_of
from pytest_specmint.cli.golden.words import counted, owner, print_json, print_lines
from pytest_specmint.errors import ExitCode, SpecmintError
from pytest_specmint.golden.compare import Difference
from pytest_specmint.golden.listing import Listed
from pytest_specmint.golden.outcome import Outcome
from pytest_specmint.golden.waiting import waiting_outcome
from pytest_specmint.golden.words import section

SHOWN = 10
"""Changed values that are shown before one asks for more."""
_ANSWERS = ("accept", "reject", "skip", "all", "more", "quit")
_QUESTION = "[a]ccept, [r]eject, [s]kip, a[l]l (accept this and the rest), [m]ore, [q]uit"
_LETTERS = {"l": "all"}


def review_changes(*, as_json: bool, directory: str | None, root: str | None, debug: bool = False) -> ExitCode:
    """Show what waits, and ask where somebody can answer; gives the exit code."""
    place = place_of(directory, root)
    pending = place.pending()
    if as_json:
        print_json({"pending": [_plain(each, place) for each in pending]})
    elif not pending:
        summary({"pending": 0})
    elif sys.stdin.isatty() and sys.stdout.isatty():
        return _ask(place, pending)
    else:
        for each in pending:
            print_lines([*_described(each, place), *_commands(each, place), ""])
        print_lines([f"accept all: specmint-cli golden accept --all{place.options}"])
        summary({"pending": f"{len(pending):,}"})
    return ExitCode.GOLDEN if pending else ExitCode.OK


def _plain(each: Listed, place: Place) -> dict[str, object]:
    if each.pending is None:
        return {"path": each.path, "fault": each.fault}
    outcome, problem = waiting_outcome(each, place.root, place.options)
    return {**outcome.as_json(), "fault": problem or each.fault}


# ---------------------------------------------------------------- in words


def _described(each: Listed, place: Place) -> list[str]:
    """What a change is: its test, what differs, why, and the first values."""
    head = [each.path, f"  test:    {owner(each)}"]
    if each.pending is None:
        return [each.path, f"  cannot be read: {each.fault}"]
    outcome, problem = waiting_outcome(each, place.root, place.options)
    return [*head, *(f"  {line}" for line in _difference(outcome, problem, new=not each.store.exists))]


def _difference(outcome: Outcome, problem: str, *, new: bool) -> Iterator[str]:
    found = outcome.difference
    if new:
        yield f"change:  a new golden of {counted(outcome.records, 'record')}"
        return
    yield f"change:  {_headline(found, problem)}"
    yield f"cause:   {'; '.join(outcome.cause)}"
    if found is not None:
        yield from (f"  {change}" for change in found.changes[:SHOWN])
        if len(found.changes) > SHOWN or found.truncated:
            yield "  ... and more"


def _headline(found: Difference | None, problem: str) -> str:
    if found is None:
        return problem
    if not found.records and found.expected == found.actual:
        return "the same records, from another origin"
    return found.headline()


def _commands(each: Listed, place: Place) -> list[str]:
    from shlex import quote

    named = quote(each.path) + place.options
    return [f"  accept:  specmint-cli golden accept {named}", f"  reject:  specmint-cli golden reject {named}"]


# ---------------------------------------------------------------- on a terminal


def _ask(place: Place, pending: list[Listed]) -> ExitCode:
    """Ask for each change; what was answered is done at once."""
    everything = False
    for number, each in enumerate(pending, 1):
        if not everything:
            click.echo()
            print_lines([f"[{number}/{len(pending)}] {line}" for line in _described(each, place)[:1]])
            print_lines(_described(each, place)[1:])
        answer = "accept" if everything else _answer(each, place.root)
        if answer == "quit":
            break
        everything |= answer == "all"
        _do("accept" if answer == "all" else answer, each, place)
    left = len(place.pending())
    summary({"pending": f"{left:,}"})
    return ExitCode.GOLDEN if left else ExitCode.OK


def _answer(each: Listed, root: Path) -> str:
    while True:
        given = str(click.prompt(_QUESTION, default="skip")).strip().lower()
        meant = _LETTERS.get(given) or next((word for word in _ANSWERS if given and word.startswith(given)), None)
        if meant == "more":
            _show_more(each, root)
        elif meant is not None:
            return meant
        else:
            click.echo(f"{given!r} is none of: {', '.join(_ANSWERS)}")


def _show_more(each: Listed, root: Path) -> None:
    found = waiting_outcome(each, root)[0].difference if each.pending is not None else None
    print_lines(section(found).split("\n") if found is not None else ["there is no more to show"])


def _do(answer: str, each: Listed, place: Place) -> None:
    """Accept or reject; what cannot be is said, and left for another time."""
    try:
        if answer == "accept":
            check_acceptable(each)
            each.store.accept()
        elif answer == "reject":
            check_rejectable(each, place)
            each.store.reject()
    except SpecmintError as error:
        click.echo(f"left as it is: {error}")
        return
    click.echo({"accept": f"accepted {each.path}", "reject": f"rejected {each.path}"}.get(answer, "skipped"))
