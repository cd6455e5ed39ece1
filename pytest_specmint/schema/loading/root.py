"""The schema root: the one directory whose documents references may lead to."""

import os
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import urldefrag

from pytest_specmint.errors import SchemaError, UsageError
from pytest_specmint.schema.document import is_uri
from pytest_specmint.schema.loading import files
from pytest_specmint.schema.sets.values import Json

MAX_FILES = 2000
MAX_BYTES = 64 * 1024 * 1024
"""How much is looked through for an identifier."""
_ENDINGS = frozenset({".json", ".yaml", ".yml"})
_PASSED_OVER = frozenset({"node_modules", "__pycache__"})
_MAY_DECLARE = re.compile(rb"""\$?id["']?\s*:""")


class Root:
    """A directory; ``searched`` says whether documents may be found in it by their identifiers."""

    def __init__(self, path: Path, *, searched: bool) -> None:
        if searched and not path.is_dir():
            raise UsageError(f"schema root {path} is not a directory", hint="name the directory of the schemas")
        self.path = path
        self.searched = searched
        self._resolved = path.resolve()

    def name_of(self, path: Path) -> str:
        """A file's path relative to the root."""
        try:
            return path.resolve().relative_to(self._resolved).as_posix()
        except ValueError:
            raise SchemaError(
                f"schema file {path} lies outside the schema root {self.path}",
                hint="pass a --schema-root that holds it",
            ) from None

    def holds(self, name: str) -> bool:
        """Whether there is such a file, inside."""
        path = self.path / name
        return path.is_file() and path.resolve().is_relative_to(self._resolved)

    def read(self, name: str, place: str) -> Json:
        """The document of a name, for a reference at ``place``."""
        path = self.path / name
        if not path.resolve().is_relative_to(self._resolved):
            raise _escapes(name, place)
        return files.read_document(path, place)

    def declaring(self, uri: str, place: str) -> str | None:
        """The name of the document that declares an identifier, for a reference at ``place``."""
        if not self.searched:
            return None
        found, whole = self._declared
        names = found.get(uri, [])
        if len(names) > 1 and any(self.read(each, place) != self.read(names[0], place) for each in names[1:]):
            raise SchemaError(
                f"{names[0]} and {names[1]} both declare the identifier {uri}",
                pointer=place,
                hint="an identifier belongs to one document",
            )
        if not names and not whole:
            raise SchemaError(
                f"{uri} is declared by none of the first {MAX_FILES} files of the schema root",
                pointer=place,
                hint="pass a smaller --schema-root",
            )
        return names[0] if names else None

    @cached_property
    def _declared(self) -> tuple[Mapping[str, list[str]], bool]:
        """Names of documents by their identifiers, and whether the whole root was looked through."""
        found: dict[str, list[str]] = {}
        size = 0
        for count, path in enumerate(self._candidates()):
            size += path.stat().st_size
            if count >= MAX_FILES or size > MAX_BYTES:
                return found, False
            for uri in _identifiers(path):
                found.setdefault(uri, []).append(path.relative_to(self.path).as_posix())
        return found, True

    def _candidates(self) -> Iterator[Path]:
        for directory, below, names in os.walk(self.path):
            below[:] = sorted(name for name in below if not name.startswith(".") and name not in _PASSED_OVER)
            for name in sorted(names):
                path = Path(directory, name)
                if path.suffix.lower() in _ENDINGS and self.holds(path.relative_to(self.path).as_posix()):
                    yield path


def _identifiers(path: Path) -> Iterator[str]:
    """The absolute identifiers that a file declares for itself; none where it is not a document."""
    try:
        if path.stat().st_size > files.MAX_BYTES or not _MAY_DECLARE.search(path.read_bytes()):
            return
        content = files.read_document(path)
    except (SchemaError, OSError):
        return
    if isinstance(content, dict):
        own = content.get("$id", content.get("id"))
        if isinstance(own, str) and is_uri(own):
            yield urldefrag(own).url


def joined_name(at: str, target: str, place: str) -> str:
    """The name that a relative path leads to from a document; `SchemaError` where it leaves the root."""
    if target.startswith("/"):
        raise _escapes(target, place)
    parts: list[str] = []
    for part in (*PurePosixPath(at).parent.parts, *PurePosixPath(target).parts):
        if part == "..":
            if not parts:
                raise _escapes(target, place)
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _escapes(target: str, place: str) -> SchemaError:
    return SchemaError(
        f"$ref {target!r} leads outside the schema root",
        pointer=place,
        hint="name the directory that holds all documents with --schema-root",
    )
