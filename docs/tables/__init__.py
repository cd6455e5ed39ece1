"""Tables of the reference, made from the code: a list of rows, the first of them the head."""

import inspect
from collections.abc import Iterable
from typing import Any


def summary(function: Any) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(function) or "").partition("\n\n")[0].replace("``", "`").split())


def table(rows: Iterable[list[str]]) -> str:
    """The rows in Markdown."""
    head, *rest = rows
    lines = [head, ["---"] * len(head), *rest]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
