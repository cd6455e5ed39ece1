"""Records that are there already, in another format: from values, or from the lines of a dataset."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.check.lines import Line
from pytest_specmint.errors import InvalidData
from pytest_specmint.job import Mode
from pytest_specmint.output.manifest import MANIFEST_FILE
from pytest_specmint.rendering.format import Format, Lines, Rendering, Task
from pytest_specmint.schema.document import Schema

_TOGETHER = 256
"""Records per block."""


def rendered(form: Format, task: Task, blocks: Iterable[Lines]) -> Iterator[Lines]:
    """The format's bytes of canonical lines.

    Raises `SchemaError` at once, and `InvalidData` for a record that the format cannot express.
    """
    return _rendered(form.begin(task), blocks)


def _rendered(rendering: Rendering, blocks: Iterable[Lines]) -> Iterator[Lines]:
    yield from map(rendering.block, blocks)
    yield rendering.end()


def blocks_of_values(values: Iterable[Any]) -> Iterator[bytes]:
    """The canonical lines of any JSON values, block by block."""
    left = iter(values)
    while block := list(islice(left, _TOGETHER)):
        yield b"".join(canonical_bytes(each) + b"\n" for each in block)


def values_of_lines(lines: Iterable[Line]) -> Iterator[Any]:
    """The values of a dataset's lines; raises `InvalidData` that names the first line which is none."""
    for line in lines:
        if line.defect is not None:
            raise InvalidData(f"line {line.number}: {line.defect}", hint="specmint-cli validate shows all of them")
        yield line.value


def is_as_made(dataset: Path, schema: Schema) -> bool:
    """Whether a dataset is what the engine made of this schema alone, as the manifest with it says."""
    gen = generation_of(dataset)
    folder = dataset if dataset.is_dir() else dataset.parent
    if gen.get("mode") != "deterministic" or gen.get("records") == Mode.INVALID.value:
        return False
    made_of = json.loads((folder / MANIFEST_FILE).read_bytes()).get("schema")
    return isinstance(made_of, dict) and (made_of.get("sha256"), made_of.get("pointer")) == (
        schema.sha256,
        schema.place,
    )


def generation_of(dataset: Path) -> dict[str, Any]:
    """How a dataset (a directory, or a file in one) was made, as the manifest with it says; empty where none does."""
    folder = dataset if dataset.is_dir() else dataset.parent
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_bytes())
        if folder is not dataset and manifest["dataset"]["file"] != dataset.name:
            return {}
        gen = manifest["gen"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return gen if isinstance(gen, dict) else {}
