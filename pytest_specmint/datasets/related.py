"""Related datasets as a command line names them: ``customers.json:500:7``, ``buyers=people.json#/$defs/person:40``."""

import re
from pathlib import Path

from pytest_specmint.datasets.entry import Entry, check_name
from pytest_specmint.errors import UsageError

_FORM = re.compile(r"(?:(?P<name>[A-Za-z][\w.-]*)=)?(?P<file>.+?)(?::(?P<count>\d+)(?::(?P<seed>\d+))?)?")


def related_entry(text: str) -> Entry:
    """``[NAME=]FILE[:COUNT[:SEED]]``; the name is the file's unless stated. Raises `UsageError`."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{text!r} is no related dataset", hint="write customers.json:500, or NAME=FILE:COUNT:SEED")
    count, seed = (None if found[part] is None else int(found[part]) for part in ("count", "seed"))
    return Entry(found["name"] or name_of(found["file"]), found["file"], count, seed)


def name_of(file: str) -> str:
    """The name of the dataset of a schema's file."""
    path, _, pointer = file.partition("#")
    return check_name(pointer.rpartition("/")[2] or Path(path).name.partition(".")[0])
