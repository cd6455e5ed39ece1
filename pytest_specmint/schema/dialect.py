"""The drafts of JSON Schema: how each is recognised and where it differs."""

from dataclasses import dataclass
from enum import IntEnum


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


@dataclass(frozen=True, slots=True)
class Children:
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


def draft_of(uri: str | None) -> Draft | None:
    """The draft that a ``$schema`` names; None if it is not one of the known."""
    return DRAFT_BY_URI.get(uri.rstrip("#")) if uri else Draft.D2020
