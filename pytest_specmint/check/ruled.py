"""Verification of records by their schema and by rules besides."""

from collections.abc import Sequence
from typing import Any

from pytest_specmint.check.verifier import Verifier, Violation
from pytest_specmint.rules.check import items_at
from pytest_specmint.rules.compile import CompiledRule
from pytest_specmint.rules.expression.compile import Evaluator, compiled
from pytest_specmint.rules.order import route_text
from pytest_specmint.schema.document import Schema


class RuledVerifier(Verifier):
    """Judges records by a schema, and by rules that no record may break."""

    def __init__(self, schema: Schema, rules: Sequence[CompiledRule]) -> None:
        super().__init__(schema)
        self._rules: list[tuple[CompiledRule, Evaluator]] = [
            (rule, compiled(rule.verdict)) for rule in rules if rule.verdict is not None
        ]

    def failures(self, records: Sequence[Any]) -> list[int]:
        """Positions of the records that the schema rejects, or that break a rule."""
        wrong = set(super().failures(records))
        for rule, evaluate in self._rules:
            wrong.update(i for i, record in enumerate(records) if _breaks(rule, evaluate, record))
        return sorted(wrong)

    def violations(self, record: Any, limit: int = 8) -> list[Violation]:
        """Why a record is rejected; rules come after the schema's keywords."""
        found = super().violations(record, limit)
        for rule, evaluate in self._rules:
            if len(found) < limit and _breaks(rule, evaluate, record):
                reads = ", ".join(map(route_text, rule.reads))
                words = f"rule {rule.rule.id} does not hold ({reads})"
                found.append(Violation("", "x-rules", rule.rule.pointer, words, rule.rule.id, reads))
        return found


def _breaks(rule: CompiledRule, evaluate: Evaluator, record: Any) -> bool:
    if rule.each is None:
        return evaluate(record) is False
    return any(evaluate(record, item) is False for _, item in items_at(record, rule.each))
