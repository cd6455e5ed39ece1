"""`specmint-cli schema infer`: the schema to standard output or a file."""

import sys
from collections.abc import Iterable
from pathlib import Path

import orjson

from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.errors import UsageError
from pytest_specmint.output.atomic import write_file
from pytest_specmint.report.infer import infer
from pytest_specmint.report.survey.source import chunks_of, source_of
from pytest_specmint.safety.read import CHUNK


def run(*, dataset: str, out: str | None, enum_limit: int, title: str | None) -> None:
    """Print or write the schema of a dataset."""
    try:
        schema = infer(_chunks(dataset), enum_limit=enum_limit, title=title)
    except ModuleNotFoundError as error:
        raise UsageError(
            f"schema infer needs {error.name}, which is not installed", hint='pip install "pytest-specmint[infer]"'
        ) from None
    text = orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if out is None:
        write_whole(text)
    else:
        write_file(Path(out), text)


def _chunks(dataset: str) -> Iterable[bytes]:
    if dataset == "-":
        return iter(lambda: sys.stdin.buffer.read(CHUNK), b"")
    return chunks_of(source_of(Path(dataset)))
