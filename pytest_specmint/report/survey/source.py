"""Where a dataset lies, and what stands beside it that says how it was made."""

import json
import zlib
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pytest_specmint.errors import OutputError
from pytest_specmint.output.manifest import DATASET_FILE, MANIFEST_FILE, RUN_FILE
from pytest_specmint.safety.read import CHUNK, dataset_files, opened

if TYPE_CHECKING:
    from pytest_specmint.schema.document import Schema

MANIFEST_PREFIX = "smnt_"


class Source(Struct, frozen=True):
    """A dataset on disk."""

    name: str
    files: tuple[Path, ...]
    manifest: Mapping[str, Any] = {}
    """What ``manifest.json`` beside it says; empty where there is none of this dataset."""
    run: Mapping[str, Any] = {}

    @property
    def schema_path(self) -> str | None:
        """The schema that the dataset was made from, where it is still the same file; None where that is not known."""
        from pytest_specmint.errors import SpecmintError
        from pytest_specmint.schema.load import load_schema

        path = self.run.get("schema_path")
        made_from = self.manifest.get("schema", {})
        if not isinstance(path, str) or not Path(path).is_file():
            return None
        place = made_from.get("pointer", "#")
        named = path if place == "#" else path + place
        try:
            same = load_schema(named).sha256 == made_from.get("sha256")
        except SpecmintError:
            return None
        return named if same else None


def source_of(path: Path) -> Source:
    """The dataset of a file, a manifest, or a directory of files; raises `OutputError` where there is none."""
    if path.name == MANIFEST_FILE or is_manifest(path):
        manifest = document(path)
        return _described(_file_of(manifest, path), manifest, path.parent)
    if path.is_dir() and (path / DATASET_FILE).is_file():
        return _described(path / DATASET_FILE, document(path / MANIFEST_FILE), path)
    beside = document(path.parent / MANIFEST_FILE) if path.is_file() else {}
    if beside.get("dataset", {}).get("file") == path.name:
        return _described(path, beside, path.parent)
    return Source(str(path), tuple(dataset_files(path)))


def _file_of(manifest: Mapping[str, Any], path: Path) -> Path:
    """The file that a manifest is about: of the name it says, or else the one beside it that has its bytes."""
    about = manifest.get("dataset", {})
    named = path.parent / str(about.get("file", DATASET_FILE))
    if named.is_file():
        return named
    for each in sorted(path.parent.glob("*.jsonl")):
        if each.stat().st_size == about.get("bytes") and sha256(each.read_bytes()).hexdigest() == about.get("sha256"):
            return each
    raise OutputError(
        f"the dataset of {path} is not beside it: there is no {named.name}, and no file with its bytes",
        hint="name the dataset itself",
    )


def _described(file: Path, manifest: Mapping[str, Any], folder: Path) -> Source:
    return Source(str(file), (file,), manifest, document(folder / RUN_FILE))


def is_manifest(path: Path) -> bool:
    """Whether a file is a manifest of a dataset."""
    return path.suffix == ".json" and str(document(path).get("dataset_id", "")).startswith(MANIFEST_PREFIX)


def document(path: Path) -> Mapping[str, Any]:
    """The object that a small JSON file holds; empty where there is none."""
    try:
        read = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def chunks_of(source: Source, schema: "Schema | None" = None) -> Iterator[bytes]:
    """The lines of all files, one after the other; some formats are read by the schema. Raises `OutputError`."""
    for path in source.files:
        last = b"\n"
        try:
            with opened(path, schema) as stream:
                while chunk := stream.read(CHUNK):
                    last = chunk[-1:]
                    yield chunk
        except (OSError, EOFError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise OutputError(f"cannot read dataset {path}: {reason}", hint="check the path") from None
        if last != b"\n" and len(source.files) > 1:
            yield b"\n"
