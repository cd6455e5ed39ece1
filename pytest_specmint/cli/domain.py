"""The options by which packs and locales are chosen, for the commands that make records."""

from collections.abc import Callable, Sequence
from typing import Any

import click


def domain_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option ``--domain``; several of it are joined by commas, as the setting writes them."""
    option = click.option(
        "--domain",
        metavar="NAME",
        multiple=True,
        callback=_joined,
        help="Pack of words, meanings and rules: healthcare, fintech, ecommerce or an installed one. Repeatable.",
    )
    return option(command)


def locale_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option ``--locale``."""
    option = click.option(
        "--locale",
        metavar="TAG",
        help="Whose names, places and words: en_US, en_GB, de_DE, fr_FR, es_ES, ja_JP or hi_IN (default en_US).",
    )
    return option(command)


def _joined(_context: click.Context, _parameter: click.Parameter, given: Sequence[str]) -> str | None:
    return ",".join(given) if given else None
