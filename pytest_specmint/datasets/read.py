"""A datasets file: YAML or JSON with the datasets by name, and what holds for all of them."""

from collections.abc import Mapping
from datetime import date
from os import PathLike
from pathlib import Path

from msgspec import Struct

from pytest_specmint.datasets.entry import Entry, read_entries
from pytest_specmint.errors import SchemaError, UsageError
from pytest_specmint.schema.loading.files import read_document
from pytest_specmint.schema.loading.near import nearest

DatasetsSource = Mapping[str, object] | str | PathLike[str]
_TAKES = ("datasets", "seed", "as_of")


class Named(Struct, frozen=True):
    """The datasets of a file; None is what it does not say."""

    entries: tuple[Entry, ...]
    seed: int | None = None
    as_of: str | None = None


def read_datasets(source: DatasetsSource) -> Named:
    """The datasets of a file, of a mapping as it would stand in one, or of a mapping from names.

    Raises `UsageError` for what such a file does not hold.
    """
    if isinstance(source, Mapping):
        return _named(source if "datasets" in source else {"datasets": source}, Path())
    path = Path(source)
    try:
        content = read_document(path)
    except SchemaError as error:
        words = error.message.replace("schema file", "datasets file", 1)
        raise UsageError(words, pointer=error.pointer, hint="see docs/relations.md") from None
    if not isinstance(content, Mapping) or "datasets" not in content:
        raise UsageError(
            f"{path} names no datasets", hint="datasets: {customers: {schema: customers.json, count: 500}}"
        )
    return _named(content, path.parent)


def _named(content: Mapping[str, object], folder: Path) -> Named:
    for key in content:
        if key not in _TAKES:
            near = nearest(str(key), _TAKES, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(_TAKES)}"
            raise UsageError(f"a datasets file has no setting {key!r}", hint=hint)
    seed, as_of = content.get("seed"), content.get("as_of")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise UsageError("seed of a datasets file must be a whole number", hint="seed: 7")
    if isinstance(as_of, date):
        as_of = as_of.isoformat()
    if as_of is not None and not isinstance(as_of, str):
        raise UsageError("as_of of a datasets file must be a date", hint="as_of: 2025-01-01")
    return Named(read_entries(content["datasets"], folder), seed, as_of)
