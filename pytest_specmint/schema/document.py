"""A schema as loaded: its documents, its dialect and its digest; places in it and references between them."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urldefrag, urljoin

from msgspec import Struct, field

from pytest_specmint.errors import SchemaError
from pytest_specmint.schema.dialect import CHILDREN, URI_OF_DRAFT, Draft
from pytest_specmint.schema.loading.near import nearby, there_is
from pytest_specmint.schema.sets.goal import TRUE_PLACE, Scope
from pytest_specmint.schema.sets.values import Json

if TYPE_CHECKING:
    from referencing import Registry
    from referencing.jsonschema import Schema as Resource

BASE = "file:///specmint/"
"""The base URI that relative file names are resolved against; never fetched."""


class Schema(Struct, frozen=True, eq=False, dict=True):
    """A schema document, the documents that it refers to, and where in them the schema itself stands.

    A *place* is ``document#json-pointer``; the document is ``""`` for the main one, else its path relative to the
    schema root.
    """

    documents: Mapping[str, Json]
    draft: Draft
    sha256: str
    name: str = ""
    """The main document's path relative to the schema root."""
    place: str = "#"
    source: str | None = None
    """The path that the user gave, for messages and manifests."""
    dialect: str = ""
    """What the main document is written in, as people call it: ``draft-07``, ``OpenAPI 3.0.3``."""
    view: str | None = None
    """``request`` or ``response`` where what is read-only or write-only is left out."""
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Places of the schemas of documents that are not schemas as a whole."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    @property
    def identity(self) -> tuple[str, ...]:
        """What two schemas must share to mean the same."""
        return self.sha256, self.place, self.draft.title, self.name, self.dialect

    @property
    def document(self) -> Json:
        """The main document."""
        return self.documents[""]

    def at(self, place: str) -> Json:
        """The subschema that stands at a place."""
        if place == TRUE_PLACE:
            return True
        name, _, pointer = place.partition("#")
        value = self.documents[name]
        for token in pointer_tokens(pointer):
            value = value[int(token)] if isinstance(value, list) else value[token]
        return value

    def resolve(self, reference: str, place: str) -> str:
        """The place that a ``$ref`` at ``place`` points to.

        Raises `SchemaError` where it points to nothing, or to something that would have to be fetched.
        """
        if reference.startswith("#") and not self._has_identifiers:
            name = place.partition("#")[0]
            if reference == "#" or reference.startswith("#/"):
                return self._checked(name, unquote(reference[1:]), reference, place)
        return self._looked_up(reference, place)

    def _checked(self, name: str, pointer: str, reference: str, place: str) -> str:
        target = f"{name}#{pointer}"
        try:
            self.at(target)
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise unresolved(reference, place, there_is(nearby(self.documents[name], pointer))) from error
        return target

    def _looked_up(self, reference: str, place: str) -> str:
        from referencing.exceptions import Unresolvable

        try:
            contents = self._registry.resolver(self.base_uri(place)).lookup(reference).contents
        except (Unresolvable, ValueError) as error:
            raise unresolved(reference, place) from error
        if isinstance(contents, bool):
            return TRUE_PLACE if contents else "specmint:false#"
        known = self._place_by_identity.get(id(contents))
        if known is None:
            raise unresolved(reference, place)
        return known

    def uri(self, name: str) -> str:
        """The URI under which a document is known to references."""
        return name if is_uri(name) else BASE + quote(name or self.name)

    def base_uri(self, place: str) -> str:
        """The URI that references at a place are relative to."""
        name, _, pointer = place.partition("#")
        value = self.documents[name]
        base = self._identified(self.uri(name), value)
        for token in pointer_tokens(pointer):
            value = value[int(token)] if isinstance(value, list) else value[token]
            base = self._identified(base, value)
        return base

    def _identified(self, base: str, value: Json) -> str:
        if not isinstance(value, dict):
            return base
        own = value.get("id" if self.draft is Draft.D4 else "$id")
        if not isinstance(own, str) or own.startswith("#"):
            return base
        if "$ref" in value and self.draft <= Draft.D7:
            return base
        return urldefrag(urljoin(base, own)).url

    @cached_property
    def dynamic_anchors(self) -> Mapping[str, Mapping[str, str]]:
        """Places of dynamic anchors by resource and name; the name of a `$recursiveAnchor` is empty."""
        found: dict[str, dict[str, str]] = {}
        for place, each in self.subschemas():
            if not isinstance(each, dict):
                continue
            if isinstance(each.get("$dynamicAnchor"), str):
                found.setdefault(self.base_uri(place), {}).setdefault(each["$dynamicAnchor"], place)
            if each.get("$recursiveAnchor") is True:
                found.setdefault(self.base_uri(place), {}).setdefault("", place)
        return found

    def entered(self, scope: Scope, place: str) -> Scope:
        """The dynamic scope within the resource of a place, coming from ``scope``.

        The first resource that has an anchor keeps it. `$recursiveAnchor` counts only as long as every resource on the
        way has it.
        """
        if not self.dynamic_anchors:
            return ()
        anchors = self.dynamic_anchors.get(self.base_uri(place), {})
        kept = {name: target for name, target in scope if name or "" in anchors}
        return tuple(sorted({**anchors, **kept}.items()))

    @cached_property
    def _has_identifiers(self) -> bool:
        key = "id" if self.draft is Draft.D4 else "$id"
        return any(
            isinstance(each.get(key), str) and place.partition("#")[2]
            for place, each in self.subschemas()
            if isinstance(each, dict)
        )

    def subschemas(self) -> Iterator[tuple[str, Json]]:
        """Every place that holds a subschema, with it, document by document, outermost first."""
        for place, schema in self.roots():
            yield from _walk(place, schema)

    def roots(self) -> Iterator[tuple[str, Json]]:
        """Every place where a schema stands that is part of no other, with it: mostly whole documents."""
        for name, document in self.documents.items():
            if name in self.parts:
                yield from ((place, self.at(place)) for place in self.parts[name])
            else:
                yield f"{name}#", document

    @cached_property
    def _place_by_identity(self) -> Mapping[int, str]:
        places: dict[int, str] = {}
        for name, document in self.documents.items():
            for place, value in _every_container(f"{name}#", document):
                places.setdefault(id(value), place)
        return MappingProxyType(places)

    @cached_property
    def _registry(self) -> "Registry[Resource]":
        from referencing import Registry, Resource
        from referencing.jsonschema import specification_with

        specification = specification_with(URI_OF_DRAFT[self.draft])
        pairs = []
        for name, document in self.documents.items():
            resource = Resource.from_contents(document, default_specification=specification)
            pairs.append((self.uri(name), resource))
            own = self._identified(self.uri(name), document)
            if own != self.uri(name):
                pairs.append((own, resource))
        return Registry().with_resources(pairs).crawl()


def unresolved(reference: str, place: str, near: str = "") -> SchemaError:
    """The error for a reference that leads nowhere; ``near`` says what there is instead."""
    if is_uri(reference):
        return SchemaError(
            f"$ref {reference!r} is remote and never fetched",
            pointer=place,
            hint="store the document in a directory, with this $id, and pass the directory with --schema-root DIR",
        )
    hint = "check the spelling; a JSON pointer starts with '#/'"
    if not reference.startswith("#"):
        hint = "references to files need a schema that is a file, or --schema-root DIR; identifiers are spelled in full"
    return SchemaError(f"$ref {reference!r} points to nothing", pointer=place, hint=near or hint)


def is_uri(name: str) -> bool:
    """Whether a name is an absolute URI rather than the path of a file."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", name) is not None


def pointer_tokens(pointer: str) -> list[str]:
    """The reference tokens of a JSON pointer (RFC 6901)."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def join_pointer(place: str, *tokens: str | int) -> str:
    """The place of a child."""
    return place + "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def _walk(place: str, value: Json) -> Iterator[tuple[str, Json]]:
    stack = [(place, value)]
    while stack:
        here, schema = stack.pop()
        yield here, schema
        if not isinstance(schema, dict):
            continue
        for keyword, below in schema.items():
            if keyword in CHILDREN.named and isinstance(below, dict):
                stack.extend((join_pointer(here, keyword, key), each) for key, each in below.items())
            elif keyword in CHILDREN.many and isinstance(below, list):
                stack.extend((join_pointer(here, keyword, i), each) for i, each in enumerate(below))
            elif keyword in CHILDREN.one:
                stack.append((join_pointer(here, keyword), below))


def _every_container(place: str, value: Json) -> Iterator[tuple[str, Json]]:
    stack = [(place, value)]
    while stack:
        here, node = stack.pop()
        if isinstance(node, dict):
            yield here, node
            stack.extend((join_pointer(here, key), each) for key, each in node.items())
        elif isinstance(node, list):
            stack.extend((join_pointer(here, i), each) for i, each in enumerate(node))
