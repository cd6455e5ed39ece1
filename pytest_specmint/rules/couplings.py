"""Rules about a dataset that say how two numbers rise together: one is drawn by the other in a share of the records."""

from pytest_specmint.rules.compile import CompiledRule
from pytest_specmint.rules.expression.analyse import MIRRORED
from pytest_specmint.rules.expression.terms import Term
from pytest_specmint.rules.links import Coupling

SPARE = 0.3
"""How far above what is asked the share lies: bounds of the fields, and absent ones, cost some of it."""


def coupling_of(rule: CompiledRule) -> Coupling | None:
    """The coupling that a rule like ``spearman(a, b) >= 0.3`` asks for; None for others."""
    if rule.dataset is None or rule.dataset.condition.op not in MIRRORED or len(rule.dataset.aggregates) != 1:
        return None
    (aggregate,), term = rule.dataset.aggregates, rule.dataset.condition
    left, right = term.args
    sign, limit = (term.op, right) if left.op == "path" else (MIRRORED[term.op], left)
    if aggregate.name != "spearman" or limit.op != "const" or sign not in {">", ">=", "<", "<="}:
        return None
    first, then = aggregate.terms
    rising = sign in {">", ">="}
    wanted = float(limit.value or 0) * (1 if rising else -1)
    if not _is_field(first) or not _is_field(then) or not 0 < wanted <= 1 or first.place is None or then.place is None:
        return None
    return Coupling(first.place.steps, then.place.steps, min(wanted + SPARE, 1.0), rising)


def _is_field(term: Term) -> bool:
    return term.op == "path" and term.place is not None and all(isinstance(step, str) for step in term.place.steps)
