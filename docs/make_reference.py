"""Write the tables of docs/reference.md from the code: ``python docs/make_reference.py``."""

import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pytest_specmint import plugin
from pytest_specmint.plugin import hookspecs
from pytest_specmint.plugin.factory import Factory
from pytest_specmint.plugin.marker import KINDS, arguments
from pytest_specmint.plugin.options import OPTIONS
from pytest_specmint.plugin.register import register

DOCUMENT = Path(__file__).with_name("reference.md")
BEGIN, END = "<!-- {}: begin -->", "<!-- {}: end -->"


def markers() -> Iterator[list[str]]:
    """A row per argument of each marker."""
    yield ["argument", "of", "what it may be", ""]
    rows: dict[str, list[str]] = {}
    for kind in KINDS:
        for name, argument in arguments(KINDS[kind]).items():
            rows.setdefault(name, [f"`{name}`", "", argument.expected, argument.help])[1] += f" `{kind}`"
    yield from ([name, of.strip(), *rest] for name, of, *rest in rows.values())


def options() -> Iterator[list[str]]:
    """A row per setting, with its doors."""
    yield ["command line", "ini key", "in profiles", "default", ""]
    for each in OPTIONS:
        value = f"={each.metavar}" if each.metavar and not each.alone else f"[={each.metavar}]" if each.alone else ""
        yield [
            f"`{each.option}{value}`" if each.on_command_line else "",
            f"`{each.ini}`" if each.in_ini else "",
            f"`{each.name}`" if each.in_profile else "",
            f"`{each.default}`" if each.default not in {None, (), False} else "",
            each.help,
        ]


def fixtures() -> Iterator[list[str]]:
    """A row per fixture."""
    yield ["fixture", "scope", ""]
    for name, made in sorted(vars(plugin).items()):
        marker = getattr(made, "_fixture_function_marker", None) or getattr(made, "_pytestfixturefunction", None)
        if marker is not None:  # pytest 8.4 on, and before
            yield [f"`{name}`", marker.scope, _summary(made)]


def calls() -> Iterator[list[str]]:
    """A row per function that tests call."""
    yield ["call", ""]
    for name, function in (
        ("specmint_factory(schema, …)", Factory.__call__),
        ("specmint_factory.one(schema, …)", Factory.one),
        ("specmint_factory.batch(schema, count, …)", Factory.batch),
        ("pytest_specmint.register(schema, name=…)", register),
    ):
        yield [f"`{name}`", f"{_summary(function)} Takes {', '.join(_keywords(function))}."]


def hooks() -> Iterator[list[str]]:
    """A row per hook."""
    yield ["hook", "arguments", ""]
    for name, hook in vars(hookspecs).items():
        if name.startswith("pytest_specmint_"):
            yield [f"`{name}`", ", ".join(f"`{each}`" for each in inspect.signature(hook).parameters), _summary(hook)]


TABLES = {each.__name__: each for each in (markers, fixtures, calls, options, hooks)}


def rewritten(text: str) -> str:
    """The document with its tables made anew."""
    for name, rows in TABLES.items():
        begin, end = BEGIN.format(name), END.format(name)
        before, _, rest = text.partition(begin)
        after = rest.partition(end)[2]
        text = f"{before}{begin}\n{_table(rows())}\n{end}{after}"
    return text


def _keywords(function: Any) -> Iterator[str]:
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in {"self", "schema"} and parameter.kind is not inspect.Parameter.VAR_POSITIONAL:
            yield f"`**{name}`" if parameter.kind is inspect.Parameter.VAR_KEYWORD else f"`{name}`"


def _summary(function: Any) -> str:
    return " ".join((inspect.getdoc(function) or "").partition("\n\n")[0].replace("``", "`").split())


def _table(rows: Iterable[list[str]]) -> str:
    head, *rest = rows
    lines = [head, ["---"] * len(head), *rest]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
