"""What test suites can say: arguments of markers, fixtures, calls, options, hooks."""

import inspect
from collections.abc import Iterator
from typing import Any

from pytest_specmint import plugin
from pytest_specmint.plugin import hookspecs
from pytest_specmint.plugin.factory import Factory
from pytest_specmint.plugin.marker import KINDS, arguments
from pytest_specmint.plugin.options import OPTIONS
from pytest_specmint.plugin.register import register
from tables import summary


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
            yield [f"`{name}`", marker.scope, summary(made)]


def calls() -> Iterator[list[str]]:
    """A row per function that tests call."""
    yield ["call", ""]
    for name, function in (
        ("specmint_factory(schema, …)", Factory.__call__),
        ("specmint_factory.one(schema, …)", Factory.one),
        ("specmint_factory.batch(schema, count, …)", Factory.batch),
        ("pytest_specmint.register(schema, name=…)", register),
    ):
        yield [f"`{name}`", f"{summary(function)} Takes {', '.join(_keywords(function))}."]


def hooks() -> Iterator[list[str]]:
    """A row per hook."""
    yield ["hook", "arguments", ""]
    for name, hook in vars(hookspecs).items():
        if name.startswith("pytest_specmint_"):
            yield [f"`{name}`", ", ".join(f"`{each}`" for each in inspect.signature(hook).parameters), summary(hook)]


def _keywords(function: Any) -> Iterator[str]:
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in {"self", "schema"} and parameter.kind is not inspect.Parameter.VAR_POSITIONAL:
            yield f"`**{name}`" if parameter.kind is inspect.Parameter.VAR_KEYWORD else f"`{name}`"
