"""A JSON array: one JSON text for the whole dataset, a record a line."""

import json
from collections.abc import Iterator
from typing import IO

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.errors import InvalidData
from pytest_specmint.rendering.format import Format, Lines, Task
from pytest_specmint.schema.document import Schema

TOGETHER = 512
"""Records per block."""


class Array:
    """``[``, the canonical records with commas between them, ``]``; each on a line of its own."""

    def __init__(self, _task: Task) -> None:
        self._before = b"[\n"

    def block(self, lines: Lines) -> bytes:
        """The records, but for the last line's end: whether a comma follows is not known yet."""
        if not lines:
            return b""
        before, self._before = self._before, b",\n"
        return before + bytes(lines)[:-1].replace(b"\n", b",\n")

    def end(self) -> bytes:
        """The bracket."""
        return b"[]\n" if self._before == b"[\n" else b"\n]\n"


def read(stream: IO[bytes], _schema: Schema | None) -> Iterator[bytes]:
    """The canonical lines of a JSON array: line by line where it has a record on each, else as a whole."""
    if stream.readline() == b"[\n" and _whole(stream.readline()):
        stream.seek(2)
        yield from _by_lines(stream)
        return
    stream.seek(0)
    try:
        found = json.loads(stream.read())
    except (ValueError, RecursionError) as error:
        raise InvalidData(f"not JSON: {str(error)[:160]}", hint="check the path") from None
    if not isinstance(found, list):
        raise InvalidData(f"a JSON array is needed, not {type(found).__name__}", hint="JSON Lines end with .jsonl")
    for at in range(0, len(found), TOGETHER):
        yield b"".join(canonical_bytes(each) + b"\n" for each in found[at : at + TOGETHER])


def _whole(line: bytes) -> bool:
    """Whether a line is a record, with or without a comma behind it."""
    try:
        json.loads(line.removesuffix(b"\n").removesuffix(b","))
    except ValueError:
        return False
    return True


def _by_lines(stream: IO[bytes]) -> Iterator[bytes]:
    block: list[bytes] = []
    for line in stream:
        if line == b"]\n":
            yield b"".join(block)
            return
        text = line.removesuffix(b"\n").removesuffix(b",")
        block.append(text + b"\n")
        if len(block) == TOGETHER:
            yield b"".join(block)
            block = []
    raise InvalidData("the JSON array does not end", hint="the file is not whole: write it again")


ARRAY = Format("json", "json", "one JSON array, a record a line", Array, read)
