"""Verification of records by their schema and by rules besides."""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

from pytest_specmint.check.second import SecondJudge
from pytest_specmint.check.verifier import Verifier, Violation
from pytest_specmint.rules.check import every_item, items_at, values_read
from pytest_specmint.rules.compile import CompiledRule
from pytest_specmint.rules.expression.compile import Evaluator
from pytest_specmint.rules.expression.interpret import ABSENT
from pytest_specmint.rules.order import route_text
from pytest_specmint.rules.python import RuleRaised
from pytest_specmint.schema.document import Schema


class RuledVerifier(Verifier):
    """Judges records by a schema, and by rules that no record may break.

    Python rules come last, and see only records that the schema accepts. What they raise is `RuleRaised`, with the
    position of the record.
    """

    def __init__(self, schema: Schema, rules: Sequence[CompiledRule]) -> None:
        super().__init__(schema)
        self.schema = schema
        pairs = [(rule, evaluate) for rule in rules if (evaluate := rule.evaluator()) is not None]
        self._rules: list[tuple[CompiledRule, Evaluator]] = [each for each in pairs if not each[0].rule.python]
        self._python = [each for each in pairs if each[0].rule.python]

    def failures(self, records: Sequence[Any]) -> list[int]:
        """Positions of the records that the schema rejects, or that break a rule."""
        wrong = set(super().failures(records))
        for rule, evaluate in self._rules:
            wrong.update(_breaking(rule, evaluate, records))
        if self._python:
            wrong.update(i for i, record in enumerate(records) if i not in wrong and self._broken(record, i))
        return sorted(wrong)

    def breaking(self, records: Sequence[Any], names: Collection[str]) -> list[int]:
        """Positions of the records that break one of these rules; the schema is taken to accept them."""
        wrong: set[int] = set()
        for rule, evaluate in self._rules:
            if rule.rule.id in names:
                wrong.update(_breaking(rule, evaluate, records))
        if any(rule.rule.id in names for rule, _ in self._python):
            wrong.update(i for i, record in enumerate(records) if i not in wrong and self._broken(record, i))
        return sorted(wrong)

    def _broken(self, record: Any, position: int) -> bool:
        try:
            return any(evaluate(record) is False for _, evaluate in self._python)
        except RuleRaised as error:
            error.position = position
            raise

    @cached_property
    def second(self) -> SecondJudge:
        """A validator of another family."""
        return SecondJudge(self.schema)

    @property
    def judged(self) -> list[tuple[CompiledRule, Evaluator]]:
        """All rules, each with what judges a record by it."""
        return [*self._rules, *self._python]

    def accepts(self, record: Any) -> bool:
        """Whether the schema alone accepts a record."""
        return not super().failures([record])

    def broken(self, record: Any) -> list[CompiledRule]:
        """The rules that a record breaks."""
        return [rule for rule, evaluate in self.judged if breaks(rule, evaluate, record)]

    def violations(self, record: Any, limit: int = 8) -> list[Violation]:
        """Why a record is rejected; rules come after the schema's keywords."""
        found = super().violations(record, limit)
        rules = self._rules if found else self.judged
        for rule, evaluate in rules:
            if len(found) < limit and breaks(rule, evaluate, record):
                reads = ", ".join(map(route_text, rule.reads))
                words = _words(rule, evaluate, record)
                found.append(Violation("", "x-rules", rule.rule.pointer, words, rule.rule.id, reads))
        return found


def _words(rule: CompiledRule, evaluate: Evaluator, record: Any) -> str:
    """Which rule does not hold, with what it reads there."""
    item: object = ABSENT
    if rule.each is not None:
        item = next(item for _, item in items_at(record, rule.each) if evaluate(record, item) is False)
    values = ", ".join(f"{path} = {value}" for path, value in values_read(rule, record, item))
    return f"rule {rule.rule.id} does not hold" + (f" ({values})" if values else "")


def _breaking(rule: CompiledRule, evaluate: Evaluator, records: Sequence[Any]) -> list[int]:
    """Positions of the records that break a rule, for each item that does."""
    each = rule.each
    if each is None:
        return [i for i, record in enumerate(records) if evaluate(record) is False]
    items = ((i, record, item) for i, record in enumerate(records) for item in every_item(record, each))
    return [i for i, record, item in items if evaluate(record, item) is False]


def breaks(rule: CompiledRule, evaluate: Evaluator, record: Any) -> bool:
    """Whether a record breaks a rule, one of its items if the rule is about a list's."""
    if rule.each is None:
        return evaluate(record) is False
    return any(evaluate(record, item) is False for item in every_item(record, rule.each))
