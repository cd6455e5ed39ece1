"""What the commands print: JSON documents, and goldens in words."""

import json
import sys
from pathlib import Path
from typing import Any

from pytest_specmint.cli.stdout import write_whole
from pytest_specmint.golden.listing import Listed
from pytest_specmint.golden.origin import Form, Origin
from pytest_specmint.output.manifest import pretty


def print_json(document: dict[str, Any]) -> None:
    """One JSON document to standard output. Bytes of paths that are no UTF-8 are escapes, as Python writes them."""
    try:
        data = pretty(document)
    except TypeError:
        data = json.dumps(document, indent=2, sort_keys=True).encode() + b"\n"
    write_whole(data)


def print_lines(lines: list[str]) -> None:
    """Lines of text to standard output."""
    write_whole("".join(f"{line}\n" for line in lines).encode(sys.stdout.encoding or "utf-8", "backslashreplace"))


def counted(number: int, thing: str) -> str:
    """A number of things."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def owner(golden: Listed) -> str:
    """The test of a golden, with the dataset's name where it has one."""
    origin = golden.origin or golden.pending
    if origin is None:
        return ""
    return f"{origin.nodeid} ({origin.name})" if origin.name else origin.nodeid


def size_on_disk(golden: Listed) -> int:
    """Bytes of the records on disk, 0 where there are none."""
    return golden.store.records_path.stat().st_size if golden.store.keeps_records else 0


def faults(golden: Listed, root: Path) -> list[str]:
    """What is wrong with a golden, as far as a look at its files tells."""
    found = [golden.fault] if golden.fault else []
    origin, store = golden.origin, golden.store
    if origin is None:
        return found
    if origin.form is Form.RECIPE and store.keeps_records:
        found.append(f"{store.records_path.name} stands beside a recipe")
    elif origin.form is Form.JSONL and not store.keeps_records:
        found.append(f"its records, {store.records_path.name}, are missing")
    elif origin.form is Form.JSONL and size_on_disk(golden) != origin.content.bytes:
        found.append("its records were changed by other means: they have another size than recorded")
    if origin.schema is not None and origin.schema.path is not None:
        file = origin.schema.path.partition("#")[0]
        found += [] if (root / file).exists() else [f"its schema, {file}, does not exist"]
    return found


def as_plain(golden: Listed, root: Path) -> dict[str, Any]:
    """A golden as `list --json` tells of it."""
    origin = golden.origin or golden.pending
    return {
        "path": golden.path,
        "nodeid": origin.nodeid if origin else None,
        "name": origin.name if origin else None,
        **_content(golden.origin),
        "pending": None if golden.pending is None else _content(golden.pending),
        "faults": faults(golden, root),
    }


def _content(origin: Origin | None) -> dict[str, Any]:
    return {
        "form": origin and origin.form.value,
        "records": origin and origin.content.records,
        "bytes": origin and origin.content.bytes,
        "sha256": origin and origin.content.sha256,
        "derived": origin and origin.derived,
        "engine_version": origin and origin.engine_version,
    }
