"""Where the values of enriched records come from, by the sidecar that a run writes, or by its report alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from pytest_specmint.output.manifest import PROVENANCE_FILE
from pytest_specmint.report.survey.tree import step


class Provenance(Struct, frozen=True):
    """Values that a language model was asked for, by origin; fallbacks by reason; and both for each field."""

    values: Mapping[str, int]
    fallbacks: Mapping[str, int]
    fields: Mapping[str, Mapping[str, int]] = {}
    """Origins by a field's path; empty where no sidecar tells."""

    @property
    def asked(self) -> int:
        """How many values there are in all."""
        return sum(self.values.values())


class _Row(Struct):
    """A line of the sidecar, as far as it is counted."""

    pointer: str
    origin: str
    reason: str = ""


def provenance_of(folder: Path, run: Mapping[str, Any]) -> Provenance | None:
    """What is known of a dataset in this folder; None where no model was asked for anything."""
    path = folder / PROVENANCE_FILE
    found = _counted(path) if path.is_file() else None
    if found is not None and found.values:
        return found
    told = run.get("llm", {}).get("values", {})
    values = {name: count for name, count in told.items() if name != "asked" and count}
    return Provenance(values, run.get("llm", {}).get("fallbacks", {})) if values else None


def _counted(path: Path) -> Provenance | None:
    """The sidecar's counts; None where it cannot be read, or is none."""
    values: Counter[str] = Counter()
    fallbacks: Counter[str] = Counter()
    fields: dict[str, Counter[str]] = {}
    decoder = msgspec.json.Decoder(_Row)
    try:
        with path.open("rb") as lines:
            for line in lines:
                row = decoder.decode(line)
                values[row.origin] += 1
                fields.setdefault(_path(row.pointer), Counter())[row.origin] += 1
                if row.origin == "fallback":
                    fallbacks[row.reason] += 1
    except (OSError, msgspec.DecodeError):
        return None
    return Provenance(dict(values), dict(fallbacks), {name: dict(each) for name, each in fields.items()})


def _path(pointer: str) -> str:
    """The path of the field at a pointer, as a survey names it."""
    steps: Iterable[str] = (each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:])
    path = ""
    for name in steps:
        path = f"{path}[]" if name.isdecimal() else step(path, name)
    return path
