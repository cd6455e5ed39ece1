"""Datasets as they lie on disk: JSON Lines, plain or compressed, one file or a directory of them; line by line."""

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import orjson

from pytest_specmint.engine.vocabulary import Vocabulary
from pytest_specmint.errors import OutputError
from pytest_specmint.rendering.reading import opened as opened_lines
from pytest_specmint.safety.audit import EXAMPLES, Audit, Auditor
from pytest_specmint.safety.shape import SEARCHED, needs_rewriting, possible
from pytest_specmint.safety.table import Kind
from pytest_specmint.schema.document import Schema

CHUNK = 1 << 20
MAX_LINE = 64 << 20
_ENDINGS = (
    (".jsonl", ".jsonl.gz", ".jsonl.zst", ".ndjson", ".ndjson.gz", ".ndjson.zst"),
    (".parquet",),
    (".arrow", ".feather"),
    (".csv",),
)
"""How files of a dataset end; where there are none of the first kind in a directory, those of the second, and so on."""


def audit_files(path: Path, vocabulary: Vocabulary, *, examples: int = EXAMPLES) -> Audit:
    """The audit of a file, or of a directory: of its ``dataset.jsonl``, or else of all JSON Lines files below it.

    Raises `OutputError` where there is nothing to read.
    """
    auditor = Auditor(vocabulary, examples=examples)
    files = dataset_files(path)
    for each in files:
        auditor.source = "" if len(files) == 1 else each.relative_to(path).as_posix()
        try:
            with opened(each) as stream:
                see_all(auditor, iter(lambda: stream.read(CHUNK), b""))
        except (OSError, EOFError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise OutputError(f"cannot read dataset {each}: {reason}", hint="check the path") from None
    return auditor.audit


def opened(path: Path, schema: Schema | None = None) -> IO[bytes]:
    """The lines of a file, of whatever format its name says."""
    return opened_lines(path, schema)


def dataset_files(path: Path) -> list[Path]:
    """The files of a dataset: itself, or in a directory ``dataset.jsonl``, or else all files of one kind below it."""
    if not path.is_dir():
        return [path]
    if (path / "dataset.jsonl").is_file():
        return [path / "dataset.jsonl"]
    every = sorted(each for each in path.rglob("*") if each.is_file())
    for endings in _ENDINGS:
        if found := [each for each in every if each.name.endswith(endings)]:
            return found
    raise OutputError(f"no dataset in {path}", hint="a directory holds dataset.jsonl, or other files *.jsonl")


def see_all(auditor: Auditor, chunks: Iterable[bytes]) -> None:
    """Let the auditor look at every line of a stream; empty ones are skipped."""
    number = 0
    for block in whole_lines(chunks):
        searched = possible(block)
        for line in block.split(b"\n"):
            number += 1
            if line.strip():
                _see(auditor, number, line, searched)


def _see(auditor: Auditor, number: int, line: bytes, searched: tuple[Kind, ...]) -> None:
    try:
        value = orjson.loads(line)
    except ValueError:
        auditor.see_unreadable(number, line.decode("utf-8", errors="replace"))
    else:
        auditor.see(number, value, SEARCHED if needs_rewriting(line) else searched)


def whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines, as many as a chunk holds; of a line that is longer than any record may be, its beginning."""
    rest = b""
    for chunk in chunks:
        lines, end, tail = (rest + chunk).rpartition(b"\n")
        rest = tail[:MAX_LINE]
        if end:
            yield lines
    if rest:
        yield rest
