"""What judges a recipe's records: their schema, and rules where there are some."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pytest_specmint.check.verifier import Verifier
from pytest_specmint.schema.document import Schema
from pytest_specmint.stream import Ints

if TYPE_CHECKING:
    from pytest_specmint.rules.compile import CompiledRule


def verifier_of(schema: Schema, rules: "tuple[CompiledRule, ...]") -> Verifier:
    """What judges records by a schema, and by rules if there are some."""
    if not rules:
        return Verifier(schema)
    from pytest_specmint.check.ruled import RuledVerifier

    return RuledVerifier(schema, rules)


def failures(verifier: Verifier, records: Sequence[Any], index: Ints | range, names: Sequence[str] = ()) -> list[int]:
    """Positions of the records that are rejected, or that break one of the rules that are named.

    Raises `RuleCrashed` where a Python rule cannot judge a record, with the record's index.
    """
    if type(verifier) is Verifier:
        return verifier.failures(records)
    from pytest_specmint.check.ruled import RuledVerifier
    from pytest_specmint.rules.python import RuleRaised, crashed

    assert isinstance(verifier, RuledVerifier)
    try:
        return verifier.breaking(records, names) if names else verifier.failures(records)
    except RuleRaised as error:
        raise crashed(error, f"record {index[error.position]}") from error
