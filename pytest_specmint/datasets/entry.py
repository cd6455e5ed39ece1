"""One of several datasets, as a datasets file names it, and reading it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from pytest_specmint.canonical_json import canonical_bytes
from pytest_specmint.errors import UsageError
from pytest_specmint.relations.links import Link
from pytest_specmint.relations.model import NAME
from pytest_specmint.relations.read import read_ref
from pytest_specmint.schema.load import SchemaSource
from pytest_specmint.schema.loading.near import nearest

TAKES = ("schema", "count", "seed", "links", "series", "rules", "domain", "draft", "view", "schema_root")
_EXAMPLE = '{"customers": {"schema": "customers.json", "count": 500}}'


class Entry(Struct, frozen=True):
    """A dataset as it is asked for; None is what nobody said."""

    name: str
    schema: SchemaSource
    count: int | None = None
    seed: int | None = None
    links: tuple[Link, ...] = ()
    series: str = ""
    """``x-series`` as canonical JSON; empty where there is none."""
    rules: Any = None
    domain: Any = None
    draft: Any = None
    view: str | None = None
    schema_root: Any = None


def read_entries(content: object, folder: Path) -> tuple[Entry, ...]:
    """The datasets of a mapping from names; paths are relative to ``folder``. Raises `UsageError`."""
    if not isinstance(content, Mapping) or not content:
        raise UsageError("datasets must be a mapping from names", hint=_EXAMPLE)
    return tuple(_entry(name, each, folder) for name, each in content.items())


def check_name(name: object) -> str:
    """A name that a dataset may have."""
    if not isinstance(name, str) or not re.fullmatch(NAME, name):
        hint = "names begin with a letter and go on with letters, digits, '_', '-' and '.'"
        raise UsageError(f"{name!r} is no name of a dataset", hint=hint)
    return name


def _entry(name: object, content: object, folder: Path) -> Entry:
    name = check_name(name)
    if isinstance(content, str):
        content = {"schema": content}
    if not isinstance(content, Mapping) or "schema" not in content:
        raise UsageError(f"dataset {name} has no schema", hint=_EXAMPLE)
    for key in content:
        if key not in TAKES:
            near = nearest(str(key), TAKES, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(TAKES)}"
            raise UsageError(f"dataset {name} has no setting {key!r}", hint=hint)
    for key in ("count", "seed"):
        if content.get(key) is not None and (isinstance(content[key], bool) or not isinstance(content[key], int)):
            raise UsageError(f"{key} of dataset {name} must be a whole number", hint=f"{key}: 500")
    given = {key: content[key] for key in ("count", "seed", "domain", "draft", "view") if content.get(key) is not None}
    return Entry(
        name,
        _beside(content["schema"], folder),
        links=_links(name, content.get("links") or {}),
        series=canonical_bytes(content["series"]).decode() if content.get("series") is not None else "",
        rules=_beside(content.get("rules"), folder),
        schema_root=_beside(content.get("schema_root"), folder),
        **given,
    )


def _beside(value: Any, folder: Path) -> Any:
    """Paths in a file are relative to it."""
    return str(folder / value) if isinstance(value, str) else value


def _links(name: str, content: object) -> tuple[Link, ...]:
    if not isinstance(content, Mapping):
        hint = "links: {customer_id: customers#/customer_id}"
        raise UsageError(f"links of dataset {name} must be a mapping from paths", hint=hint)
    for path, value in content.items():
        read_ref(value, f"{name}: links/{path}")
    return tuple(Link(str(path), canonical_bytes(value).decode()) for path, value in content.items())
