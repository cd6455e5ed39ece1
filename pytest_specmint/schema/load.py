"""From a file, a mapping or text to a `Schema`: the only part of this room that reads files."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.dialect import DRAFT_BY_URI, Draft, draft_of
from pytest_specmint.schema.document import Schema, join_pointer, pointer_tokens
from pytest_specmint.schema.sets.values import Json

MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 512
MAX_NODES = 5_000_000

SchemaSource = Schema | Mapping[str, Any] | bool | str | PathLike[str]


def load_schema(
    source: SchemaSource, *, schema_root: str | PathLike[str] | None = None, draft: Draft | None = None
) -> Schema:
    """A schema from a path (JSON or YAML, ``file.json#/pointer`` for a part of it), a mapping or a boolean.

    Relative references to other files are followed inside ``schema_root`` (default: the file's directory) and
    nowhere else; nothing is ever fetched. Raises `SchemaError` with the pointer and a hint.
    """
    if isinstance(source, Schema):
        return source
    if isinstance(source, (str, PathLike)):
        return _from_file(str(source), schema_root, draft)
    return _assemble({"": _copied(source)}, "", "#", None, draft)


def _from_file(source: str, schema_root: str | PathLike[str] | None, draft: Draft | None) -> Schema:
    text_path, _, fragment = source.partition("#")
    path = Path(text_path)
    root = Path(schema_root) if schema_root is not None else path.parent
    main = read_document(path)
    name = _name_within(root, path)
    documents = {"": main}
    pending = [("", name)]
    while pending:
        key, at = pending.pop(0)
        for place, target in _file_references(key, documents[key]):
            wanted = _joined(at, target, place)
            if wanted in documents or wanted == name:
                continue
            documents[wanted] = read_document(_inside(root, wanted, place), place)
            pending.append((wanted, wanted))
    return _assemble(documents, name, f"#{fragment}", text_path, draft)


def read_document(path: Path, place: str | None = None) -> Json:
    """Parse one schema file, JSON or (by its ending) YAML."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SchemaError(
                f"schema file {path} is larger than {MAX_BYTES // 2**20} MiB",
                hint="point at the part that you need with FILE#/pointer in a smaller file",
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        raise SchemaError(
            f"schema file {path} does not exist", pointer=place, hint="check the path; it is relative to here"
        ) from None
    except OSError as error:
        raise SchemaError(f"schema file {path} cannot be read: {error.strerror}", pointer=place) from None
    return parse_document(raw, str(path), yaml=path.suffix.lower() in {".yaml", ".yml"})


def parse_document(raw: bytes, name: str, *, yaml: bool = False) -> Json:
    """Parse JSON or YAML text; `SchemaError` says where it breaks."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SchemaError(f"schema file {name} is not UTF-8 text", hint="a schema is a JSON or YAML file") from None
    if not text.strip():
        raise SchemaError(f"schema file {name} is empty", hint='the smallest schema is "{}"')
    try:
        document = _parse_yaml(text, name) if yaml else json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise SchemaError(
            f"schema file {name} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}",
            hint="is the file cut off? A YAML schema needs the ending .yaml",
        ) from None
    except ValueError as error:
        raise SchemaError(f"schema file {name} is not JSON: {error}") from None
    except RecursionError:
        raise _too_deep(name) from None
    _check_depth(document, name)
    return document


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _parse_yaml(text: str, name: str) -> Json:
    import yaml

    try:
        loaded = yaml.load(text, Loader=_json_loader())  # noqa: S506 - a subclass of SafeLoader: no tag executes
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "cannot be parsed"
        raise SchemaError(
            f"schema file {name} is not plain YAML: {problem}{at}", hint="tags such as !!python are refused"
        ) from None
    if _expanded_size(loaded) > MAX_NODES:
        raise SchemaError(f"schema file {name} grows beyond {MAX_NODES} values by its YAML aliases")
    try:
        return json.loads(json.dumps(loaded, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise SchemaError(f"schema file {name} holds something that JSON cannot: {error}") from None


def _expanded_size(loaded: Any) -> int:
    """How many values there are when every alias is written out; circles count as infinite."""
    sizes: dict[int, int] = {}

    def size(node: Any) -> int:
        if not isinstance(node, (dict, list)):
            return 1
        if id(node) not in sizes:
            sizes[id(node)] = MAX_NODES + 1  # a circle comes back here
            below = node.values() if isinstance(node, dict) else node
            sizes[id(node)] = 1 + sum(map(size, below))
        return sizes[id(node)]

    return size(loaded)


def _json_loader() -> Any:
    """YAML's safe loader without timestamps: an unquoted 2024-01-01 stays the text that JSON would hold."""
    import yaml

    class JsonLoader(yaml.SafeLoader):
        yaml_implicit_resolvers = {
            first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    return JsonLoader


def _copied(source: Any) -> Json:
    try:
        document = json.loads(json.dumps(source, allow_nan=False))
    except RecursionError:
        raise _too_deep("schema") from None
    except (TypeError, ValueError) as error:
        raise SchemaError(
            f"the schema is not JSON: {error}", hint="pass a path, a dict of JSON values, or True/False"
        ) from None
    _check_depth(document, "schema")
    return document


def _check_depth(document: Json, name: str) -> None:
    level: list[Json] = [document]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return
    raise _too_deep(name)


def _too_deep(name: str) -> SchemaError:
    return SchemaError(
        f"schema {name} is nested deeper than {MAX_DEPTH} levels",
        hint="move inner parts to $defs and refer to them",
    )


def _file_references(key: str, document: Json) -> Iterator[tuple[str, str]]:
    """Relative file references of a document, with the place of each."""
    stack: list[tuple[str, Json]] = [(f"{key}#", document)]
    while stack:
        place, node = stack.pop()
        if isinstance(node, list):
            stack.extend((join_pointer(place, i), each) for i, each in enumerate(node))
        if not isinstance(node, dict):
            continue
        stack.extend((join_pointer(place, name), each) for name, each in node.items() if name not in _OPAQUE)
        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            reference = node.get(keyword)
            if isinstance(reference, str):
                parts = urlsplit(reference)
                if parts.path and not parts.scheme and not parts.netloc and not _embedded(document, parts.path):
                    yield place, unquote(parts.path)


_OPAQUE = frozenset({"enum", "const", "examples", "example", "default"})


def _embedded(document: Json, path: str) -> bool:
    """Whether some part of the document already has this relative identifier."""
    stack = [document]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            own = node.get("$id", node.get("id"))
            if isinstance(own, str) and own.rstrip("#").endswith(path):
                return True
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
    return False


def _name_within(root: Path, path: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise SchemaError(
            f"schema file {path} lies outside the schema root {root}",
            hint="pass a --schema-root that holds it",
        ) from None


def _joined(at: str, target: str, place: str) -> str:
    parts: list[str] = []
    for part in (*PurePosixPath(at).parent.parts, *PurePosixPath(target).parts):
        if part == "..":
            if not parts:
                raise _escapes(target, place)
            parts.pop()
        elif part not in {".", "/"}:
            parts.append(part)
    if target.startswith("/"):
        raise _escapes(target, place)
    return "/".join(parts)


def _inside(root: Path, name: str, place: str) -> Path:
    path = root / name
    if not path.resolve().is_relative_to(root.resolve()):
        raise _escapes(name, place)
    return path


def _escapes(target: str, place: str) -> SchemaError:
    return SchemaError(
        f"$ref {target!r} leads outside the schema root",
        pointer=place,
        hint="name the directory that holds all documents with --schema-root",
    )


def _assemble(documents: Mapping[str, Json], name: str, place: str, source: str | None, draft: Draft | None) -> Schema:
    document = documents[""]
    sha256 = digest(documents)
    documents = {**documents, **_metaschemas(documents)}
    if not isinstance(document, (dict, bool)):
        raise SchemaError(
            f"a schema is an object or a boolean, not {type(document).__name__}",
            pointer="#",
            hint="see json-schema.org",
        )
    known = draft or _declared_draft(document)
    if place != "#" and not place.startswith("#/"):
        raise SchemaError(f"{place} is not a JSON pointer", pointer=place, hint="write FILE#/a/b")
    schema = Schema(documents, known, sha256, name, place, source)
    try:
        part = schema.at(place)
    except (KeyError, IndexError, ValueError, TypeError):
        raise SchemaError(f"{source} has no {place}", pointer=place, hint="a JSON pointer looks like #/a/b") from None
    if not isinstance(part, (dict, bool)):
        raise SchemaError("a schema is an object or a boolean", pointer=place)
    return schema


def _metaschemas(documents: Mapping[str, Json]) -> Mapping[str, Json]:
    """The metaschemas that the documents refer to, with those that these refer to."""
    wanted = {uri for document in documents.values() for uri in _metaschema_references(document)}
    if not wanted:
        return {}
    from jsonschema_specifications import REGISTRY

    found: dict[str, Json] = {}
    while wanted:
        uri = min(wanted)
        wanted.remove(uri)
        if uri in REGISTRY:
            found[uri] = REGISTRY.contents(uri)
            wanted |= {urljoin(uri, each) for each in _metaschema_references(found[uri])} - found.keys()
    return found


def _metaschema_references(document: Json) -> Iterator[str]:
    """Absolute references to metaschemas, and their relative references to their parts."""
    stack = [document]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and ("://json-schema.org/" in reference or reference.startswith("meta/")):
                yield reference.partition("#")[0]
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def _declared_draft(document: Json) -> Draft:
    declared = document.get("$schema") if isinstance(document, dict) else None
    draft = draft_of(declared) if declared is None or isinstance(declared, str) else None
    if draft is None:
        known = ", ".join(DRAFT_BY_URI)
        raise SchemaError(f"unknown $schema {declared!r}", pointer="#/$schema", hint=f"known are: {known}")
    return draft


def digest(documents: Mapping[str, Json]) -> str:
    """SHA-256 of the canonical JSON of the documents: layout, YAML or JSON, and file paths do not matter."""
    hasher = hashlib.sha256()
    for key, document in documents.items():
        if key:
            hasher.update(f"\n{PurePosixPath(key).name}\n".encode())
        hasher.update(
            json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode(
                "utf-8", "surrogatepass"
            )
        )
    return hasher.hexdigest()


__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "SchemaSource",
    "digest",
    "load_schema",
    "pointer_tokens",
    "read_document",
]
