"""What people read: on a terminal with colours (but for NO_COLOR), in pipes and files as plain text."""

import sys
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pytest_specmint.cli.stdout import write_whole

STYLES: Mapping[str, str] = {
    "good": "green",
    "doubtful": "yellow",
    "bad": "bold red",
    "heading": "bold",
    "quiet": "dim",
}


class Line(NamedTuple):
    """A line, and how it is meant: a key of `STYLES`, or nothing."""

    text: str
    meaning: str = ""
    mark: int = 0
    """How many characters at its beginning are coloured; 0 for all."""


def show(lines: Iterable[Line]) -> None:
    """Print lines to standard output; raises `OutputError` where they cannot be written."""
    if not sys.stdout.isatty():
        encoding = sys.stdout.encoding or "utf-8"
        for line in lines:  # each as soon as it is there: what takes long is watched in CI, too
            write_whole(f"{line.text}\n".encode(encoding, "backslashreplace"))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for line in lines:
        text = Text(_printable(line.text, console.encoding))
        if line.meaning:
            text.stylize(STYLES[line.meaning], 0, line.mark or len(text))
        console.print(text, soft_wrap=True)


def _printable(text: str, encoding: str) -> str:
    """The text as a terminal of this encoding can show it."""
    return text.encode(encoding, "backslashreplace").decode(encoding)
