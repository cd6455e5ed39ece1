"""Run by the benchmarks: a process that does nothing but the reference, and prints how long that took.

python baseline.py dumps FILE.jsonl       CPU seconds of orjson.dumps of every record
python baseline.py files FILE.jsonl DIR   CPU seconds of open, write and close of a file per line, in a new directory
"""

import gc
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import process_time
from typing import Any

import orjson


def dumps(path: Path) -> float:
    """`[orjson.dumps(record) for record in records]`: every result is kept."""
    records = _records(path)
    start = process_time()
    [orjson.dumps(record) for record in records]
    return process_time() - start


def dropped(path: Path) -> float:
    """The same, but every result is dropped at once, so that none needs memory of its own."""
    records = _records(path)
    start = process_time()
    for record in records:
        orjson.dumps(record)
    return process_time() - start


def _records(path: Path) -> list[Any]:
    """As a program holds them; collecting garbage while they are loaded would only take time."""
    gc.disable()
    with path.open("rb") as file:
        return [orjson.loads(line) for line in file]


def files(path: Path, directory: Path) -> float:
    """As few calls to the system as a file can have."""
    lines = path.read_bytes().splitlines(keepends=True)
    directory.mkdir()
    start = process_time()
    for number, line in enumerate(lines, 1):
        descriptor = os.open(f"{directory}/record_{number:05d}.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        os.write(descriptor, line)
        os.close(descriptor)
    return process_time() - start


KINDS: Mapping[str, Callable[..., float]] = {"dumps": dumps, "dropped": dropped, "files": files}


def main() -> None:
    kind, *paths = sys.argv[1:]
    sys.stdout.write(f"{KINDS[kind](*map(Path, paths))}\n")
    sys.stdout.flush()
    os._exit(0)  # freeing millions of objects one by one is no part of it


if __name__ == "__main__":
    main()
