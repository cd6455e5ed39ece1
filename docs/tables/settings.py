"""Settings: what may stand in a file, in the environment and on the command line; and the extension keywords."""

from collections.abc import Iterator

from pytest_specmint import config
from pytest_specmint.schema.extensions import EXTENSIONS

_KINDS = {int: "whole number", float: "number", bool: "true or false", str: "text"}


def settings() -> Iterator[list[str]]:
    """A row per key."""
    yield ["key", "other spellings in files", "environment", "is", "default", ""]
    for key in config.KEYS:
        yield [
            f"`{key.name}`",
            ", ".join(f"`{each}`" for each in key.aliases),
            f"`SPECMINT_{key.name.upper()}`",
            _KINDS[key.kind],
            "" if key.default is None else f"`{str(key.default).lower() if key.kind is bool else key.default}`",
            key.words,
        ]


def keywords() -> Iterator[list[str]]:
    """A row per extension keyword."""
    yield ["keyword", "stands", "takes", "", "more"]
    for name, row in EXTENSIONS.items():
        here = row.page == "reference/keywords.md"
        more = f"[below](#{name})" if here else f"[{row.page.removesuffix('.md')}](../{row.page})"
        yield [f"`{name}`", row.where.value, row.takes, row.words, more]
