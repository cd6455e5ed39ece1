"""Where the references of raw documents stand and where they lead, before anything is translated."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote, unquote, urldefrag, urljoin

from msgspec import Struct

from pytest_specmint.schema.dialect import CHILDREN, OPAQUE, Dialect, Draft
from pytest_specmint.schema.document import BASE, is_uri, join_pointer, pointer_tokens
from pytest_specmint.schema.loading.near import nearby
from pytest_specmint.schema.sets.values import Json

REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
NAMED_PARTS = ("/components/schemas", "/definitions")
"""Where OpenAPI documents hold schemas by name: from 3.0 on, and before."""


class Document(Struct, frozen=True):
    """A document as given, with the dialect that its schemas are read by."""

    content: Json
    dialect: Dialect
    file: str
    """Its path relative to the schema root; empty for a mapping."""
    parts: tuple[str, ...] = ("",)
    """Pointers to where its schemas stand: the whole of it, unless it is an OpenAPI document."""


class Node(NamedTuple):
    """An object within a document: its place, the URI that references in it are relative to, and itself."""

    place: str
    base: str
    content: Mapping[str, Json]


def document_uri(key: str, file: str) -> str:
    """The URI of a document by its key: the URI itself, or one made of the path below the schema root."""
    return key if is_uri(key) else BASE + quote(file)


def nodes(key: str, document: Document, pointer: str | None = None) -> Iterator[Node]:
    """Every object of a document's parts that may be a schema, outermost first.

    What is a schema and what only holds some cannot be told everywhere, so everything counts but plain values.
    """
    uri = document_uri(key, document.file)
    for part in document.parts if pointer is None else [pointer]:
        found = value_at(document.content, part)
        stack = [(f"{key}#{part}", uri, found, part in NAMED_PARTS)]
        while stack:
            place, base, value, named = stack.pop()
            if isinstance(value, list):
                stack.extend((join_pointer(place, i), base, each, False) for i, each in enumerate(value))
            if not isinstance(value, dict):
                continue
            base = base if named else identified(base, value, document.dialect)
            yield Node(place, base, value)
            stack.extend(
                (join_pointer(place, name), base, each, not named and name in CHILDREN.named)
                for name, each in value.items()
                if named or name not in OPAQUE
            )


def value_at(value: Json, pointer: str) -> Json:
    """What a pointer leads to; None where it leads nowhere."""
    for token in pointer_tokens(pointer):
        try:
            value = value[int(token)] if isinstance(value, list) else value[token]
        except (KeyError, IndexError, ValueError, TypeError):
            return None
    return value


def way(value: Json, pointer: str) -> Iterator[Json]:
    """Everything from a document down to what a pointer leads to."""
    yield value
    for token in pointer_tokens(pointer):
        value = value[int(token)] if isinstance(value, list) else value[token]
        yield value


def named_schemas(document: Json) -> dict[str, str]:
    """Pointers to the schemas that an OpenAPI document holds by name."""
    found: dict[str, str] = {}
    for part in NAMED_PARTS:
        schemas = value_at(document, part)
        if isinstance(schemas, dict):
            found |= {name: join_pointer(part, name) for name in schemas if not name.startswith("x-")}
    return found


def identified(base: str, schema: Mapping[str, Json], dialect: Dialect) -> str:
    """The URI that references within a schema are relative to."""
    own = schema.get(dialect.identifier) if dialect.identifier else None
    if not isinstance(own, str) or own.startswith("#") or ("$ref" in schema and dialect.draft <= Draft.D7):
        return base
    return joined(base, own)[0]


def joined(base: str, reference: str) -> tuple[str, str]:
    """A reference in full: the URI without fragment, and the fragment."""
    if reference.startswith("#") or not reference:
        return base, reference[1:]
    uri, fragment = urldefrag(urljoin(base, reference))
    return uri, fragment


def _anchors(schema: Mapping[str, Json], dialect: Dialect) -> Iterator[str]:
    if dialect.identifier is None:
        return
    own = schema.get(dialect.identifier)
    if isinstance(own, str) and own.startswith("#") and dialect.draft <= Draft.D7:
        yield own[1:]
    for keyword, since in (("$anchor", Draft.D2019), ("$dynamicAnchor", Draft.D2020)):
        if dialect.draft >= since and isinstance(schema.get(keyword), str):
            yield schema[keyword]


def identifiers(key: str, document: Document) -> Iterator[tuple[str, str]]:
    """(URI, place) of a document and of every schema in it that has an identifier of its own."""
    uri = document_uri(key, document.file)
    yield uri, f"{key}#"
    if document.dialect.identifier is None:
        return
    for node in nodes(key, document):
        if node.base != uri and document.dialect.identifier in node.content:
            yield node.base, node.place


class Links:
    """Answers where a reference leads among raw documents, whichever dialects they are of."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.documents = documents
        self._named: dict[str, Mapping[str, str]] = {}

    def target(self, place: str, reference: str) -> str | None:
        """The place that a reference at a place leads to; None if that is nowhere in the documents."""
        uri, fragment = joined(self.base(place), reference)
        root = self._resources.get(uri)
        if root is None:
            return None
        if fragment and not fragment.startswith("/"):
            return self._anchored.get((uri, fragment))
        found = root + unquote(fragment)
        return None if self.at(found) is None else found

    def nearby(self, place: str, reference: str) -> list[str]:
        """Pointers like that of a reference which leads nowhere."""
        uri, fragment = joined(self.base(place), reference)
        root = self._resources.get(uri)
        return [] if root is None else nearby(self.at(root), unquote(fragment))

    def named(self, place: str) -> Mapping[str, str]:
        """Places of the schemas that the document of a place holds by name."""
        key = place.partition("#")[0]
        if key not in self._named:
            content = self.documents[key].content
            self._named[key] = {name: f"{key}#{pointer}" for name, pointer in named_schemas(content).items()}
        return self._named[key]

    def at(self, place: str) -> Json:
        """What stands at a place; None if nothing does."""
        key, _, pointer = place.partition("#")
        return value_at(self.documents[key].content, pointer)

    def document(self, place: str) -> Document:
        """The document that a place is in."""
        return self.documents[place.partition("#")[0]]

    def dialect(self, place: str) -> Dialect:
        """The dialect of the document that a place is in."""
        return self.document(place).dialect

    def base(self, place: str) -> str:
        """The URI that references at a place are relative to."""
        key, _, pointer = place.partition("#")
        document = self.documents[key]
        base = document_uri(key, document.file)
        if document.dialect.identifier is None:
            return base
        for value in way(document.content, pointer):
            base = identified(base, value, document.dialect) if isinstance(value, dict) else base
        return base

    def reference(self, place: str, target: str) -> str:
        """A reference at a place to another, by pointer."""
        key, _, pointer = target.partition("#")
        fragment = "#" + quote(pointer, safe="/~$!&'()*+,;=:@-._")
        return fragment if key == place.partition("#")[0] else document_uri(key, self.documents[key].file) + fragment

    def unique(self, keyword: str) -> bool:
        """Whether no two schemas have the same dynamic anchor, so that such references are as good as static."""
        names = [repr(node.content[keyword]) for node in self._every_node if node.content.get(keyword)]
        return len(set(names)) == len(names)

    def followed(self, place: str) -> str:
        """Where a place leads that holds a reference and nothing else."""
        seen = {place}
        while isinstance(schema := self.at(place), dict) and isinstance(schema.get("$ref"), str):
            target = self.target(place, schema["$ref"])
            alone = len(schema) == 1 or self.dialect(place).draft <= Draft.D7
            if not alone or target is None or target in seen:
                break
            seen.add(target)
            place = target
        return place

    def sites(self, place: str, *keywords: str) -> list[str]:
        """The schema objects that apply where the one at a place does: itself, what it refers to, its `allOf`.

        Further keywords that list such schemas may be named.
        """
        found: list[str] = []
        pending = [place]
        while pending:
            at = pending.pop(0)
            schema = self.at(at)
            if at in found or not isinstance(schema, dict):
                continue
            found.append(at)
            if isinstance(schema.get("$ref"), str):
                target = self.target(at, schema["$ref"])
                pending += [] if target is None else [target]
                if self.dialect(at).draft <= Draft.D7:
                    continue  # the siblings are ignored
            for keyword in ("allOf", *keywords):
                listed = schema.get(keyword)
                pending += [join_pointer(at, keyword, i) for i in range(len(listed) if isinstance(listed, list) else 0)]
        return found

    @cached_property
    def _every_node(self) -> Sequence[Node]:
        return [node for key, document in self.documents.items() for node in nodes(key, document)]

    @cached_property
    def _resources(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for key, document in self.documents.items():
            for uri, place in identifiers(key, document):
                found.setdefault(uri, place)
        return found

    @cached_property
    def _anchored(self) -> Mapping[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for node in self._every_node:
            for name in _anchors(node.content, self.dialect(node.place)):
                found.setdefault((node.base, name), node.place)
        return found
