"""From a file, a mapping or text to a `Schema`: the only part of this room that reads files."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin

from msgspec.structs import replace

from pytest_specmint.errors import SchemaError, UsageError
from pytest_specmint.schema.dialect import DRAFT_BY_URI, Draft, draft_named, draft_of, plain_dialect
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.loading.apis import check_place, openapi_dialect
from pytest_specmint.schema.loading.collect import collect
from pytest_specmint.schema.loading.files import MAX_BYTES, MAX_DEPTH, copied, read_document
from pytest_specmint.schema.loading.near import nearby, there_is
from pytest_specmint.schema.loading.references import NAMED_PARTS, Document, Links, named_schemas, value_at
from pytest_specmint.schema.loading.root import Root
from pytest_specmint.schema.openapi.translate import is_needed, translated
from pytest_specmint.schema.openapi.views import VIEWS
from pytest_specmint.schema.sets.values import Json

SchemaSource = Schema | Mapping[str, Any] | bool | str | PathLike[str]


def load_schema(
    source: SchemaSource,
    *,
    schema_root: str | PathLike[str] | None = None,
    draft: Draft | str | int | None = None,
    view: str | None = None,
) -> Schema:
    """A schema from a path (JSON or YAML, ``file.json#/pointer`` for a part of it), a mapping or a boolean.

    References to other files are followed inside ``schema_root`` (default: the file's directory) and nowhere else;
    where it is given, documents in it are also found by their ``$id``. Nothing is ever fetched. ``draft`` (``4``,
    ``6``, ``7``, ``2019-09``, ``2020-12``) takes the place of what documents declare as their ``$schema``. ``view``
    leaves out read-only properties (``request``) or write-only ones (``response``).

    OpenAPI documents (``api.yaml#/components/schemas/NAME``), documents of several drafts and views are translated:
    the schema then consists of plain JSON Schema 2020-12 at the same pointers. Raises `SchemaError` with the pointer
    and a hint, `UsageError` for a draft or view that is not known.
    """
    if view is not None and view not in VIEWS:
        raise UsageError(f"unknown view {view!r}", hint=f"known are: {', '.join(VIEWS)}")
    chosen = None if draft is None else draft_named(draft)
    if isinstance(source, Schema):
        if (chosen, view) not in {(None, None), (source.draft, source.view)}:
            raise UsageError("a loaded schema has its draft and view", hint="load it again from its source")
        return source
    root = None if schema_root is None else Root(Path(schema_root), searched=True)
    if not isinstance(source, (str, PathLike)):
        return _assembled(_main(copied(source), "", "", None, chosen), root, "#", None, chosen, view)
    if not str(source).isascii() and _is_torn(str(source)):
        shown = str(source).encode("ascii", "backslashreplace").decode()
        raise SchemaError(f"the name {shown} is not UTF-8 text", hint="rename it, or set PYTHONUTF8=1")
    name, _, fragment = str(source).partition("#")
    path = Path(name)
    content = read_document(path)
    root = root or Root(path.parent, searched=False)
    main = _main(content, root.name_of(path), fragment, name, chosen)
    return _assembled(main, root, f"#{fragment}", name, chosen, view)


def _is_torn(name: str) -> bool:
    """Whether a name holds bytes that the system's encoding has no characters for; no URI can name it then."""
    return any("\ud800" <= each <= "\udfff" for each in name)


def _main(content: Json, file: str, fragment: str, source: str | None, chosen: Draft | None) -> Document:
    """The document that a schema is taken from, with its dialect; the place in it exists and may be a schema."""
    if not isinstance(content, (dict, bool)):
        raise SchemaError(
            f"a schema is an object or a boolean, not {type(content).__name__}",
            pointer="#",
            hint="see json-schema.org",
        )
    dialect = openapi_dialect(content)
    if dialect and chosen:
        raise UsageError(f"the version of {dialect.title} decides the draft", hint="leave the draft away")
    dialect = dialect or plain_dialect(chosen or _declared_draft(content))
    if fragment and not fragment.startswith("/"):
        named = named_schemas(content).get(fragment, "/a/b") if dialect.openapi else "/a/b"
        raise SchemaError(f"#{fragment} is not a JSON pointer", pointer=f"#{fragment}", hint=f"write FILE#{named}")
    if dialect.openapi:
        check_place(content, fragment, source)
    part = value_at(content, fragment)
    if part is None:
        hint = there_is(nearby(content, fragment)) or "a JSON pointer looks like #/a/b"
        raise SchemaError(f"{source} has no #{fragment}", pointer=f"#{fragment}", hint=hint)
    if not isinstance(part, (dict, bool)):
        raise SchemaError("a schema is an object or a boolean", pointer=f"#{fragment}", hint="point at a schema")
    elsewhere = () if fragment.startswith(NAMED_PARTS) else (fragment,)
    return Document(content, dialect, file, (*NAMED_PARTS, *elsewhere) if dialect.openapi else ("",))


def _declared_draft(document: Json) -> Draft:
    declared = document.get("$schema") if isinstance(document, dict) else None
    draft = draft_of(declared) if declared is None or isinstance(declared, str) else None
    if draft is None:
        known = ", ".join(DRAFT_BY_URI)
        raise SchemaError(f"unknown $schema {declared!r}", pointer="#/$schema", hint=f"known are: {known}")
    return draft


def _assembled(
    main: Document, root: Root | None, place: str, source: str | None, chosen: Draft | None, view: str | None
) -> Schema:
    given = collect(main, root, chosen)
    sha256 = digest({key: document.content for key, document in given.items()}, view)
    metaschemas = _metaschemas(given)
    if chosen:
        given = {key: replace(each, content=_undeclared(each.content)) for key, each in given.items()}
    documents: Mapping[str, Json] = {key: document.content for key, document in given.items()}
    known, parts, links = main.dialect.draft, {}, Links(given)
    if is_needed(links, view):
        plain = translated(links, place, view)
        documents, parts, known = plain.documents, dict(plain.parts), Draft.D2020
    return Schema(
        {**documents, **metaschemas}, known, sha256, main.file, place, source, main.dialect.title, view, parts
    )


def _undeclared(content: Json) -> Json:
    """A document without its ``$schema``: the draft is decided otherwise."""
    return (
        {name: value for name, value in content.items() if name != "$schema"} if isinstance(content, dict) else content
    )


def _metaschemas(documents: Mapping[str, Document]) -> Mapping[str, Json]:
    """The metaschemas that the documents refer to and do not hold themselves, with those that these refer to."""
    contents = [document.content for document in documents.values()]
    wanted = {uri for content in contents for uri in _metaschema_references(content)}
    wanted -= {uri for content in contents for uri in _identifiers(content)} if wanted else set()
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


def _identifiers(document: Json) -> Iterator[str]:
    stack = [document]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield from (own.rstrip("#") for own in (node.get("$id"), node.get("id")) if isinstance(own, str))
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


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


def digest(documents: Mapping[str, Json], view: str | None = None) -> str:
    """SHA-256 of the canonical JSON of the documents as given, and of the view if there is one.

    Layout, YAML or JSON, and file paths do not matter.
    """
    hasher = hashlib.sha256()
    for key, document in documents.items():
        if key:
            hasher.update(f"\n{PurePosixPath(key).name}\n".encode())
        text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        try:
            hasher.update(text.encode())
        except UnicodeEncodeError as error:
            raise SchemaError(
                f"the schema holds half of a character, {text[error.start]!a}, which no record can be written with",
                pointer="#",
                hint="write both halves, or the character itself",
            ) from None
    if view:
        hasher.update(f"\nview {view}\n".encode())
    return hasher.hexdigest()


__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "SchemaSource",
    "digest",
    "load_schema",
    "read_document",
]
