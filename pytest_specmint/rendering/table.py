"""The formats of this package by name, each in a file of its own, and which of them a file's name says."""

from collections.abc import Mapping
from importlib import import_module

from pytest_specmint.rendering.format import Format

BUILT_IN: Mapping[str, str] = {
    "jsonl.gz": "gzip:GZIP",
    "jsonl.zst": "zstd:ZSTD",
    "json": "array:ARRAY",
    "csv": "csv:CSV",
    "parquet": "parquet:PARQUET",
    "arrow": "arrow:ARROW",
    "sql": "sql:SQL",
    "copy": "copy:COPY",
}
"""Name of the format: module of this room, and the `Format` in it."""
ENDINGS: Mapping[str, str] = {
    ".gz": "jsonl.gz",
    ".zst": "jsonl.zst",
    ".json": "json",
    ".csv": "csv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".copy.sql": "copy",
    ".sql": "sql",
}
"""How files end: the format of their records. Others are JSON Lines."""


def built_in(name: str) -> Format:
    """The format of a name of the table."""
    module, _, attribute = BUILT_IN[name].partition(":")
    found: Format = getattr(import_module(f"pytest_specmint.rendering.{module}"), attribute)
    return found


def format_of_file(name: str) -> Format | None:
    """The format that a file's name says; None for JSON Lines, and for what ends like no format."""
    lower = name.lower()
    found = next((form for ending, form in ENDINGS.items() if lower.endswith(ending)), None)
    return None if found is None else built_in(found)
