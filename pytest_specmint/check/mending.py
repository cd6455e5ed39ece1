"""A record that no draw made right: one that the schema accepts is changed in a few fields, so that its rules hold."""

from collections.abc import Sequence
from typing import Any

from pytest_specmint.check.ruled import RuledVerifier
from pytest_specmint.check.verifier import Violation
from pytest_specmint.rules.compile import CompiledRule
from pytest_specmint.rules.mend.fixed import fixed_fields
from pytest_specmint.rules.mend.search import Bounds, Mended, mended, missing
from pytest_specmint.rules.order import route_text
from pytest_specmint.schema.document import Schema

STARTS = 6
"""How many draws of a record are tried to be changed."""
LENT = 32
"""From how many of its draws values are taken."""


def mended_record(verifier: RuledVerifier, draws: list[Any]) -> Mended | None:
    """One of the draws of a record with as few changes as make its rules hold; None where none is found.

    What comes of it is accepted by validators of two families. It depends on the draws, the schema and the rules alone.
    Raises `RuleRaised`.
    """
    fitting = [draw for draw in draws if verifier.accepts(draw)]
    bounds = Bounds(verifier.accepts, fixed_fields(verifier.schema))
    nearest = sorted(range(len(fitting)), key=lambda i: (missing(verifier.judged, fitting[i]), i))
    for i in nearest[:STARTS]:
        others = [*fitting[:i], *fitting[i + 1 :]][:LENT]
        found = mended(fitting[i], verifier.judged, others, bounds)
        if found is not None and _agreed(verifier, fitting[i], found.record):
            return found
    return None


def _agreed(verifier: RuledVerifier, before: Any, after: Any) -> bool:
    """Whether the second validator accepts it too, unless it cannot read the schema."""
    place = verifier.schema.place
    return verifier.second.accepts(place, after) or not verifier.second.accepts(place, before)


def way_out(schema: Schema, rules: Sequence[CompiledRule], violation: Violation) -> str:
    """What to do about a rule that no record holds."""
    rule = next((each for each in rules if each.rule.pointer == violation.schema_pointer), None)
    fixed = fixed_fields(schema)
    unique = [] if rule is None else [each for each in rule.reads if any(each[: len(one)] == one for one in fixed)]
    if unique:
        return f"{route_text(unique[0])} is unique, so no rule changes it: let its own bounds, enum or pattern say it"
    if rule is not None and rule.rule.python is not None:
        return "give the rule a patch, or bring the fields that it reads closer together by their bounds"
    return "bring the fields that the rule reads closer together by their bounds, or let a rule derive one of them"
