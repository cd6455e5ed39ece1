"""The table of keyword families, in the order in which they are read; and the keywords that say nothing on validity."""

from pytest_specmint.schema.keywords import array, generic, logic, numeric, one_of, reference, string
from pytest_specmint.schema.keywords import object as objects
from pytest_specmint.schema.keywords.family import Family

STRUCTURAL: tuple[Family, ...] = (
    generic.TYPE,
    numeric.NUMERIC,
    string.LENGTH,
    string.PATTERN,
    string.FORMAT,
    string.CONTENT,
    array.ITEMS,
    array.LENGTH,
    array.UNIQUE,
    array.CONTAINS,
    objects.MEMBERS,
    objects.REQUIRED,
    objects.COUNTS,
    objects.NAMES,
    objects.DEPENDENT,
    reference.REFERENCE,
    reference.DYNAMIC_REFERENCE,
    reference.RECURSIVE_REFERENCE,
    logic.ALL_OF,
    logic.ANY_OF,
    one_of.ONE_OF,
    logic.NOT,
    logic.CONDITIONAL,
    logic.DEPENDENT_SCHEMAS,
)
ENUMERATED: tuple[Family, ...] = (generic.ENUM, generic.CONST)
"""Read last: `unevaluated…`, which comes between, must still see what the others evaluated."""
