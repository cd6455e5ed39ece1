"""Schemas as tests name them: found below the root directory or beside the test, loaded once in a session."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pytest_specmint.errors import SpecmintError
from pytest_specmint.plugin.marker import Asked
from pytest_specmint.plugin.seeds import node_id

if TYPE_CHECKING:
    from pytest_specmint.schema.document import Schema

Stamp = tuple[tuple[str, int, int], ...]
"""Files with their time of change and size."""


class Asking(NamedTuple):
    """Who asks for a schema: the node for hooks, and the directory that its paths may be relative to."""

    config: pytest.Config
    node: Any
    path: Path
    """A file, or a directory."""

    @property
    def directory(self) -> Path:
        """The directory of the file, or the directory that the path is."""
        return self.path if self.path.is_dir() else self.path.parent


def asking(node: Any) -> Asking:
    """A node as the one who asks."""
    return Asking(node.config, node, node.path)


@contextmanager
def told(where: str) -> Iterator[None]:
    """Errors of ours become pytest's, with the place and the hint."""
    try:
        yield
    except SpecmintError as error:
        hint = f"\nhint: {error.hint}" if error.hint else ""
        raise pytest.UsageError(f"{where}: {error}{hint}") from error


def located(who: Asking, schema: Any) -> Any:
    """What is meant by a schema: a hook's answer, else the path of an existing file; None if there is no such file."""
    hook = who.config.hook.pytest_specmint_resolve_schema
    answer = hook(config=who.config, node=who.node, schema=schema) if hook.get_hookimpls() else None
    meant = schema if answer is None else answer
    if not isinstance(meant, (str, os.PathLike)):
        return meant
    return file_named(who, str(meant))


def is_there(who: Asking, schema: Any) -> bool:
    """Whether a schema can be found; hooks are asked only where there is no such file."""
    if not isinstance(schema, (str, os.PathLike)) or file_named(who, str(schema)) is not None:
        return True
    return located(who, schema) is not None


def missing(who: Asking, schema: Any, what: str = "schema") -> str:
    """The words for a file that is not there, with the one that is most like it."""
    from pytest_specmint.plugin.spelling import did_you_mean

    name = str(schema).partition("#")[0]
    near = ""
    for directory in (who.config.rootpath, who.directory):
        folder = (directory / name).parent
        if not near and folder.is_dir():
            listed = {each.name: str(Path(name).parent / each.name) for each in sorted(folder.iterdir())}
            near = did_you_mean(Path(name).name, listed)
            near = next((near.replace(each, path) for each, path in listed.items() if f"{each!r}" in near), "")
    return f"{what} {str(schema)!r} does not exist below {who.config.rootpath}, nor beside the test{near}"


def file_named(who: Asking, name: str) -> str | None:
    """The absolute path of a file and the pointer into it."""
    path, mark, pointer = name.partition("#")
    below = os.path.join(who.config.rootpath, path)  # noqa: PTH118 - every test comes by here
    if os.path.isfile(below):  # noqa: PTH113
        return f"{below}{mark}{pointer}"
    beside = who.directory / path
    return f"{beside}{mark}{pointer}" if beside.is_file() else None


class Schemas:
    """The schemas that a session has loaded, as long as their files stay as they are."""

    def __init__(self) -> None:
        self._loaded: dict[tuple[str, ...], tuple[Schema, Path, Stamp]] = {}

    def load(self, who: Asking, asked: Asked) -> "Schema":
        """A schema; raises `SchemaError`, and `pytest.UsageError` where there is none of this name."""
        from msgspec.structs import replace

        from pytest_specmint.schema.load import load_schema

        source = located(who, asked.schema)
        if source is None:
            raise pytest.UsageError(f"{node_id(who.node)}: {missing(who, asked.schema)}")
        root = None if asked.schema_root is None else directory_named(who, asked.schema_root)
        if not isinstance(source, str):
            return load_schema(source, schema_root=root, draft=asked.draft, view=asked.view)
        key = (source, str(root), str(asked.draft), str(asked.view))
        known = self._loaded.get(key)
        if known is not None and _stamp(known[0], known[1]) == known[2]:
            return known[0]
        loaded = load_schema(source, schema_root=root, draft=asked.draft, view=asked.view)
        schema = replace(loaded, source=shown(who.config, source))
        base = root or Path(source.partition("#")[0]).parent
        self._loaded[key] = schema, base, _stamp(schema, base)
        return schema


def directory_named(who: Asking, name: str | os.PathLike[str]) -> Path:
    """A directory as tests name it: below the root directory, else beside the test."""
    below = who.config.rootpath / name
    return below if below.is_dir() or not (who.directory / name).is_dir() else who.directory / name


def shown(config: pytest.Config, source: str) -> str:
    """The path without pointer, as it is typed where pytest was started, if that is where we still are."""
    path, start = source.partition("#")[0], config.invocation_params.dir
    try:
        return Path(os.path.relpath(path, start)).as_posix() if Path.cwd() == start else path
    except ValueError:  # another drive
        return path


def _stamp(schema: "Schema", base: Path) -> Stamp:
    """The state of the files that a schema was read from."""
    found = []
    for name in schema.documents:
        try:
            state = os.stat(os.path.join(base, name or schema.name))  # noqa: PTH116, PTH118 - likewise
        except (OSError, ValueError):
            continue
        found.append((name, state.st_mtime_ns, state.st_size))
    return tuple(found)


_SCHEMAS: pytest.StashKey[Schemas] = pytest.StashKey()


def schemas_of(config: pytest.Config) -> Schemas:
    """The session's schemas."""
    return config.stash.setdefault(_SCHEMAS, Schemas())
