"""Goals: conjunctions of subschemas, named by their place and not yet opened.

A child of an array or object is described by a goal. Opening goals only on demand is what makes recursive schemas
finite: there are no more goals than subsets of the schema's places.
"""

from collections.abc import Iterable

from msgspec import Struct

Scope = tuple[tuple[str, str], ...]
"""Dynamic scope: where each dynamic anchor leads, by name; empty unless the schema has dynamic references."""


class Term(Struct, frozen=True, order=True):
    """One subschema, by ``document-uri#json-pointer``, asserted or (``positive=False``) denied."""

    place: str
    positive: bool = True
    scope: "Scope" = ()


Goal = tuple[Term, ...]

TRUE_PLACE = "specmint:true#"
ANYTHING: Goal = ()
NOTHING: Goal = (Term(TRUE_PLACE, positive=False),)


def conjoin(goals: Iterable[Goal]) -> Goal:
    """The conjunction: sorted and without repetition, so that equal goals are equal values."""
    terms = {term for goal in goals for term in goal}
    return tuple(sorted(terms))
