"""Rules with a condition as switches: fields that meet more where it is true."""

from collections.abc import Iterator
from typing import NamedTuple

from pytest_specmint.rules.branches import leaf_of
from pytest_specmint.rules.compile import CompiledRule
from pytest_specmint.rules.expression.analyse import Route, as_test, conjuncts, route
from pytest_specmint.rules.model import Severity
from pytest_specmint.rules.reading import Untranslatable, fields_of, roots_of
from pytest_specmint.schema.sets.values import Json


class Turn(NamedTuple):
    """What a field is to meet where the rule's condition is true, and what it would meet to break the rule."""

    target: Route
    held: Json
    broken: Json | None


def turns_of(rule: CompiledRule) -> tuple[Turn, ...]:
    """All that a rule demands, field by field; nothing where it cannot be said so.

    Of a warning there may be only one: it is held or broken as a whole.
    """
    warning = rule.rule.severity is Severity.WARN
    if rule.condition is None or (rule.when is None and not warning):
        return ()
    try:
        turns = tuple(_turns(rule, warning=warning))
        read = {} if rule.when is None else {each.route for each in fields_of(rule.when, roots_of(rule.each))}
    except Untranslatable:
        return ()
    targets = {turn.target for turn in turns}
    single = len(turns) == 1 or (not warning and len(targets) == len(turns))
    return turns if single and not targets & set(read) else ()


def _turns(rule: CompiledRule, *, warning: bool) -> Iterator[Turn]:
    assert rule.condition is not None
    roots = roots_of(rule.each)
    for part in conjuncts(rule.condition):
        test = as_test(part)
        known = test is not None and test.place.root in roots
        if test is None or not known or not all(isinstance(step, str) for step in test.place.steps):
            raise Untranslatable
        held = leaf_of(test)
        if held is None or not test.place.steps:
            raise Untranslatable
        yield Turn(route(test.place, roots), held, leaf_of(test, broken=True) if warning else None)
