"""Reading datasets: JSONL streams of any size, one line at a time, with every defect named."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

MAX_LINE = 64 * 1024 * 1024


class Line(Struct, frozen=True):
    """One line of a dataset: its number from 1 and its value, or what is wrong with it."""

    number: int
    value: Any = None
    defect: str | None = None


def read_lines(chunks: Iterable[bytes]) -> Iterator[Line]:
    """Parse the lines of a JSONL stream; empty lines at the end are skipped, others are defects."""
    first_blank, last_blank = 0, -1
    for number, raw in enumerate(_split(chunks), 1):
        text = raw.removesuffix(b"\r")
        if not text.strip():
            first_blank, last_blank = (first_blank or number), number
            continue
        if first_blank:
            yield from (Line(each, defect="empty line") for each in range(first_blank, last_blank + 1))
            first_blank = 0
        yield _parse(number, text)


def _split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines, without their line feeds; of one that is too long no more than its beginning, and a chunk."""
    begun: list[bytes] = []
    size = 0
    for chunk in chunks:
        first, *lines = chunk.split(b"\n")
        if size <= MAX_LINE:
            begun.append(first)
            size += len(first)
        if lines:
            yield b"".join(begun)
            begun = [lines.pop()]
            size = len(begun[0])
            yield from lines
    if size:
        yield b"".join(begun)


def _parse(number: int, raw: bytes) -> Line:
    if number == 1 and raw.startswith(b"\xef\xbb\xbf"):
        return Line(number, defect="byte order mark: JSON Lines are UTF-8 without one")
    if len(raw) > MAX_LINE:
        return Line(number, defect=f"line longer than {MAX_LINE} bytes")
    try:
        return Line(number, parse_strict(raw))
    except UnicodeDecodeError:
        return Line(number, defect="not UTF-8")
    except RecursionError:
        return Line(number, defect="nested too deeply")
    except ValueError as error:
        return Line(number, defect=f"not JSON: {_short(str(error))}")


def parse_strict(raw: bytes) -> Any:
    """Parse one JSON text; NaN, infinities and repeated keys are `ValueError`."""
    return json.loads(
        raw.decode("utf-8"),
        parse_constant=_no_constant,
        parse_float=_finite,
        object_pairs_hook=_no_repetition,
    )


def _finite(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise ValueError(f"{text} is beyond the range of numbers")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _no_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"key {repeated!r} occurs twice")
    return value


def _short(text: str) -> str:
    return text if len(text) <= 160 else text[:157] + "..."
