"""Which documents a schema needs: every reference to a file is followed, inside the schema root."""

from collections import deque
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.dialect import Dialect, Draft, draft_of, plain_dialect
from pytest_specmint.schema.document import BASE, is_uri
from pytest_specmint.schema.loading.apis import openapi_dialect
from pytest_specmint.schema.loading.references import (
    NAMED_PARTS,
    REFERENCES,
    Document,
    Node,
    identifiers,
    joined,
    named_schemas,
    nodes,
    value_at,
)
from pytest_specmint.schema.loading.root import Root, joined_name
from pytest_specmint.schema.sets.values import Json

_ENDINGS = (".json", ".yaml", ".yml")


def collect(main: Document, root: Root | None, chosen: Draft | None) -> dict[str, Document]:
    """The main document, under the empty key, and all that it refers to.

    Keys are paths relative to the root, or URIs where documents are known by these. Documents that declare no
    dialect have that of the one that refers to them; the chosen draft counts instead of any that is declared.
    """
    return _Collection(main, root, chosen).documents


class _Collection:
    def __init__(self, main: Document, root: Root | None, chosen: Draft | None) -> None:
        self.documents: dict[str, Document] = {}
        self._root = root
        self._chosen = chosen
        self._keys: dict[str, str] = {}
        self._pending: deque[tuple[str, str]] = deque()
        self._add("", main)
        while self._pending:
            key, part = self._pending.popleft()
            for node in nodes(key, self.documents[key], part):
                for reference in [*map(node.content.get, REFERENCES), *self._mapped(key, node)]:
                    if isinstance(reference, str):
                        self._follow(key, node, reference)

    def _add(self, key: str, document: Document) -> None:
        self.documents[key] = document
        for uri, _ in identifiers(key, document):
            self._keys.setdefault(uri, key)
        self._pending.extend((key, part) for part in document.parts)

    def _mapped(self, key: str, node: Node) -> list[Json]:
        """What the mapping of a discriminator refers to otherwise than by name."""
        stated = node.content.get("discriminator")
        mapping = stated.get("mapping") if isinstance(stated, dict) else None
        if not self.documents[key].dialect.openapi or not isinstance(mapping, dict):
            return []
        named = named_schemas(self.documents[key].content)
        return [
            each
            for each in mapping.values()
            if isinstance(each, str) and each not in named and ("#" in each or each.endswith(_ENDINGS))
        ]

    def _follow(self, key: str, node: Node, reference: str) -> None:
        uri, fragment = joined(node.base, reference)
        if uri not in self._keys:
            found = self._located(key, node, reference, uri)
            if found is None or self._root is None:
                return
            name, file = found
            self._add(name, self._document(self._root.read(file, node.place), file, self.documents[key].dialect))
            self._keys.setdefault(uri, name)
        self._enter(self._keys[uri], unquote(fragment))

    def _located(self, key: str, node: Node, reference: str, uri: str) -> tuple[str, str] | None:
        """Under which key and from which file the document is to be had; None if it is not to be had."""
        if self._root is None:
            return None
        parts = urlsplit(reference)
        relative = unquote(parts.path) if not parts.scheme and not parts.netloc else ""
        if relative and node.base.startswith(BASE):
            name = joined_name(unquote(node.base.removeprefix(BASE)), relative, node.place)
            return name, name
        if relative:
            file = self._beside(self.documents[key].file, relative, node.place)
            if file is not None:
                return uri, file
        if not is_uri(uri) or "://json-schema.org/" in uri:
            return None
        declaring = self._root.declaring(uri, node.place)
        return None if declaring is None else (uri, declaring)

    def _beside(self, at: str, relative: str, place: str) -> str | None:
        """The file that a relative reference names, where the identifiers around it say something else."""
        assert self._root is not None
        try:
            name = joined_name(at, relative, place)
        except SchemaError:
            return None
        return name if self._root.holds(name) else None

    def _document(self, content: Json, file: str, referring: Dialect) -> Document:
        own = openapi_dialect(content)
        if own is not None:
            return Document(content, own, file, NAMED_PARTS)
        declared = content.get("$schema") if isinstance(content, dict) else None
        draft = draft_of(declared) if isinstance(declared, str) and not self._chosen else None
        return Document(content, plain_dialect(draft) if draft else referring, file)

    def _enter(self, key: str, pointer: str) -> None:
        """Follow what is referred to in an OpenAPI document outside its named schemas, too."""
        document = self.documents[key]
        if document.parts == ("",) or not pointer.startswith("/") or pointer in document.parts:
            return
        if pointer.startswith(NAMED_PARTS) or value_at(document.content, pointer) is None:
            return
        self.documents[key] = replace(document, parts=(*document.parts, pointer))
        self._pending.append((key, pointer))
