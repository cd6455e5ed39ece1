"""The extension keywords: one table, from which notices, lint and the reference take what there is.

Validators ignore keywords that begin with ``x-``, so a schema that has them stays what it was for everybody else.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct


class Where(StrEnum):
    """The places at which a keyword is heeded; elsewhere it is without effect."""

    VALUE = "beside any value's type"
    OBJECT = "at the schema of the record, or of an object that every record has, also through $ref and allOf"
    """Where rules have no effect is told with the rules themselves."""
    RECORD = "at the schema of the record itself"
    RECORD_OR_TOP = "at the schema of the record itself, or at the document's top"
    THROUGH = "at the schema of the record, also through $ref and allOf"
    THROUGH_OR_TOP = "at the schema of the record, also through $ref and allOf, or at the document's top"


class Extension(Struct, frozen=True):
    """A keyword: where it stands, what it takes, what it says, and the page of ``docs/`` that tells more."""

    name: str
    where: Where
    takes: str
    words: str
    page: str


_ROWS = (
    Extension(
        "x-dist",
        Where.VALUE,
        'an object with a kind and its parameters, or the kind alone: {"kind": "normal", "mean": 40, "sd": 12}',
        "The distribution of numbers, dates, times or listed values.",
        "distributions.md",
    ),
    Extension(
        "x-weights",
        Where.VALUE,
        "a number per listed value, as a list or by the values' texts",
        "How often each value of an enum, or true and false, comes.",
        "distributions.md",
    ),
    Extension(
        "x-null-rate",
        Where.VALUE,
        "a number from 0 to 1",
        "The share of nulls where null is allowed.",
        "distributions.md",
    ),
    Extension(
        "x-presence",
        Where.VALUE,
        "a number from 0 to 1 at a property, or at its object a number per name",
        "The share of objects that have the property.",
        "distributions.md",
    ),
    Extension(
        "x-unique",
        Where.VALUE,
        "true at a field, or at an object names of its properties, or several lists of names",
        "No two records have the same value, or the same values together.",
        "reference/keywords.md",
    ),
    Extension(
        "x-rules", Where.OBJECT, "a list of rules", "Rules between fields, which generated records hold.", "rules.md"
    ),
    Extension(
        "x-cross-field-rules",
        Where.VALUE,
        "sentences: a list of texts, or texts by names",
        "Rules in English. A rule enforces a sentence by naming it; the others are listed.",
        "rules.md",
    ),
    Extension(
        "x-domain",
        Where.THROUGH_OR_TOP,
        "the name of a pack, or a list of names",
        "The packs whose words, meanings and rules come before the usual ones.",
        "packs.md",
    ),
    Extension(
        "x-semantic",
        Where.VALUE,
        'a kind of meaning, such as "given_name"; false or "none" for no meaning',
        "What a value means, where its name does not say it.",
        "locales.md",
    ),
    Extension(
        "x-locale",
        Where.VALUE,
        'a locale: "de_DE"',
        "Whose words, names and places a field, or all in an object, has.",
        "locales.md",
    ),
    Extension(
        "x-ref",
        Where.VALUE,
        'another dataset and a pointer into its records: "customers#/id"; or an object that says more',
        "The value is taken from a record of the other dataset.",
        "relations.md",
    ),
    Extension(
        "x-entities",
        Where.RECORD_OR_TOP,
        "by their names objects with a schema, a count and, if need be, a seed",
        "Registries that the schema brings along, to be referred to.",
        "relations.md",
    ),
    Extension(
        "x-series",
        Where.THROUGH,
        "an object that says of which dataset, how many events each has, and which field orders them",
        "Records are events of another dataset's records, in order.",
        "relations.md",
    ),
    Extension(
        "x-llm",
        Where.VALUE,
        "true or false",
        "Whether a language model writes the value, where one is used.",
        "enrichment.md",
    ),
    Extension(
        "x-llm-context",
        Where.VALUE,
        "a text",
        "Background for a language model: about the value, or at the record about all of it.",
        "enrichment.md",
    ),
)

EXTENSIONS: Mapping[str, Extension] = MappingProxyType({row.name: row for row in _ROWS})
"""By name."""
