"""The drafts of JSON Schema: how each is recognised and where it differs."""

from enum import IntEnum

from msgspec import Struct

from pytest_specmint.errors import UsageError


class Draft(IntEnum):
    """Drafts in the order of their publication."""

    D4 = 4
    D6 = 6
    D7 = 7
    D2019 = 2019
    D2020 = 2020

    @property
    def title(self) -> str:
        """What people call it."""
        return {2019: "2019-09", 2020: "2020-12"}.get(self.value, f"draft-0{self.value}")


DRAFT_BY_URI = {
    "http://json-schema.org/draft-04/schema": Draft.D4,
    "http://json-schema.org/draft-06/schema": Draft.D6,
    "http://json-schema.org/draft-07/schema": Draft.D7,
    "https://json-schema.org/draft/2019-09/schema": Draft.D2019,
    "https://json-schema.org/draft/2020-12/schema": Draft.D2020,
}

URI_OF_DRAFT = {draft: uri for uri, draft in DRAFT_BY_URI.items()}

DRAFT_BY_NAME = {"4": Draft.D4, "6": Draft.D6, "7": Draft.D7, "2019-09": Draft.D2019, "2020-12": Draft.D2020}
"""The names under which a draft may be asked for."""


class Dialect(Struct, frozen=True):
    """How a document's schemas are to be read: by a draft, perhaps with OpenAPI's own keywords."""

    title: str
    draft: Draft
    openapi: bool = False
    """Whether `discriminator` counts, and the document holds its schemas below other things."""
    nullable: bool = False
    """Whether the schemas are those of OpenAPI 3.0 and before: `nullable`, no identifiers, one `type`."""

    @property
    def identifier(self) -> str | None:
        """The keyword that names a schema."""
        if self.nullable:
            return None
        return "id" if self.draft is Draft.D4 else "$id"


def plain_dialect(draft: Draft) -> Dialect:
    """The dialect of plain JSON Schema documents."""
    return Dialect(draft.title, draft)


class Children(Struct, frozen=True):
    """Where the subschemas of a schema object stand, by keyword."""

    one: frozenset[str]
    many: frozenset[str]
    named: frozenset[str]


CHILDREN = Children(
    one=frozenset(
        [
            "additionalItems",
            "additionalProperties",
            "contains",
            "contentSchema",
            "else",
            "if",
            "items",
            "not",
            "propertyNames",
            "then",
            "unevaluatedItems",
            "unevaluatedProperties",
        ]
    ),
    many=frozenset(["allOf", "anyOf", "items", "oneOf", "prefixItems"]),
    named=frozenset(["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"]),
)
"""Union over all drafts: a keyword that a draft lacks holds no subschema that anything would reach."""

OPAQUE = frozenset({"enum", "const", "examples", "example", "default"})
"""Keywords that hold values: what looks like a schema in them is none."""

REFERRING = CHILDREN.one | CHILDREN.many | CHILDREN.named | {"$ref", "$dynamicRef", "$recursiveRef"}
"""Keywords that lead to other subschemas."""


def draft_of(uri: str | None) -> Draft | None:
    """The draft that a ``$schema`` names; None if it is not one of the known."""
    return DRAFT_BY_URI.get(uri.rstrip("#")) if uri else Draft.D2020


def draft_named(name: Draft | str | int) -> Draft:
    """The draft of a name such as ``7`` or ``2020-12``; `UsageError` lists the known ones."""
    if isinstance(name, Draft):
        return name
    draft = DRAFT_BY_NAME.get(str(name))
    if draft is None:
        raise UsageError(f"unknown draft {name!r}", hint=f"known are: {', '.join(DRAFT_BY_NAME)}")
    return draft
