"""Run by the benchmarks: a process that does nothing but the reference, and prints how long that took.

python baseline.py dumps FILE.jsonl       CPU seconds of orjson.dumps of every record
python baseline.py files FILE.jsonl DIR   CPU seconds of open, write and close of a file per line, in a new directory
"""

import gc
import os
import sys
from pathlib import Path
from time import process_time

import orjson


def dumps(path: Path) -> float:
    """The records lie in memory as a program holds them; collecting garbage while they are loaded would only take time."""
    gc.disable()
    with path.open("rb") as file:
        records = [orjson.loads(line) for line in file]
    start = process_time()
    for record in records:
        orjson.dumps(record)
    return process_time() - start


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


def main() -> None:
    kind, *paths = sys.argv[1:]
    spent = dumps(*map(Path, paths)) if kind == "dumps" else files(*map(Path, paths))
    sys.stdout.write(f"{spent}\n")
    sys.stdout.flush()
    os._exit(0)  # freeing millions of objects one by one is no part of it


if __name__ == "__main__":
    main()
