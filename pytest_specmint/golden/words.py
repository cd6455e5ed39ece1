"""What came of a golden, in words: a few lines for a failed assert, and the difference in full, bounded."""

from collections.abc import Iterator

from pytest_specmint.golden.compare import Change, Difference
from pytest_specmint.golden.outcome import Outcome, State

ROOM = 560
"""Characters that an explanation may take: pytest cuts at 640 and eight lines, its own first one among them."""
_LEAST = 40
"""Characters that a line keeps when others need the room."""
FULL = 200
"""Changes that the full difference shows."""


def explained(outcome: Outcome, *, values: bool = True) -> list[str]:
    """Why a comparison failed, in at most six lines: what differs, the cause, how to see it and how to accept it."""
    if outcome.state is State.MISSING:
        return [f"golden {outcome.path} does not exist", f"write it:  {outcome.accept}"]
    commands = [f"reproduce: {outcome.reproduce}"] if outcome.reproduce else []
    commands.append(f"accept:    {outcome.accept}")
    return [*_fitted(list(_prose(outcome, values=values)), ROOM - sum(map(len, commands))), *commands]


def _prose(outcome: Outcome, *, values: bool) -> Iterator[str]:
    found = outcome.difference
    if found is None:
        yield f"the dataset differs from the recipe {outcome.path}, whose records cannot be made again"
    else:
        yield found.headline()
        yield from (f"  {change}" for change in found.changes[:values])
    yield "cause:     " + "; ".join(outcome.cause)


def _fitted(lines: list[str], room: int) -> list[str]:
    """The lines, the longest of them cut until all of them fit."""
    over = sum(map(len, lines)) - room
    while over > 0:
        longest = max(range(len(lines)), key=lambda i: len(lines[i]))
        keep = max(_LEAST, len(lines[longest]) - over)
        if len(lines[longest]) <= _LEAST:
            break
        over -= len(lines[longest]) - keep
        lines[longest] = lines[longest][: keep - 3] + "..."
    return lines


def section(found: Difference) -> str:
    """The difference by record and field."""
    lines = [found.headline(fields=50), ""]
    record = -1
    for change in found.changes[:FULL]:
        if change.record != record:
            record = change.record
            lines.append(f"record {record}")
        lines.append(_line(change))
    if found.truncated:
        lines.append("... and more; git diff, or specmint-cli golden show, shows all")
    return "\n".join(lines)


def _line(change: Change) -> str:
    return f"  {change.pointer or '(whole)'}: {change.before} -> {change.after}"
