"""One rule as far as it can be built in: schemas of what it demands, ties between fields, switches."""

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.rules.branches import around, holds, not_false, schema_of_rule
from pytest_specmint.rules.compile import CompiledRule
from pytest_specmint.rules.couplings import coupling_of
from pytest_specmint.rules.expression.analyse import DENIED, conjuncts
from pytest_specmint.rules.expression.terms import Term
from pytest_specmint.rules.links import Link
from pytest_specmint.rules.model import Severity
from pytest_specmint.rules.network import Demand, demands_of
from pytest_specmint.rules.switches import Turn, turns_of
from pytest_specmint.schema.sets.values import Json


class Part(Struct, frozen=True):
    """A rule's parts."""

    rule: CompiledRule
    schemas: tuple[Json, ...]
    """What its condition demands, of records."""
    link: Link | None
    whole: bool
    """Whether that is all of it."""
    broken: Json | None
    """The schema of records that break the condition, where there is one."""
    turns: tuple[Turn, ...]
    """The rule field by field, where it can be said so."""

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.rule.rule.id

    @property
    def binding(self) -> bool:
        """Whether no record may break it."""
        return self.rule.rule.severity is Severity.ERROR and self.rule.dataset is None

    def demands(self) -> tuple[Json, ...]:
        """What it demands of all records, as far as schemas say it: with its condition, if it has one."""
        if not self.binding:
            return ()
        if self.rule.when is None:
            return self.schemas
        said = schema_of_rule(self.rule)
        return () if said is None else (said,)

    def is_built_in(self) -> bool:
        """Whether the schemas and ties of all records are all of it."""
        return self.whole and (self.rule.when is None or bool(self.demands()))


def part_of(rule: CompiledRule) -> Part:
    """The parts of a rule."""
    schemas: list[Json] = []
    demands: list[Demand] = []
    whole = rule.dataset is None and rule.rule.python is None
    for each in () if rule.condition is None else conjuncts(rule.condition):
        schema, tie = not_false(each, rule.each), demands_of(each, rule.each)
        if schema is not None:
            schemas.append(around(schema, rule.each))
        elif tie:
            demands += tie
        else:
            whole = False
    coupling = coupling_of(rule)
    couplings = () if coupling is None else (coupling,)
    tied = demands or rule.derivations or couplings
    link = Link(rule.rule.id, tuple(demands), rule.derivations, couplings=couplings) if tied else None
    return Part(rule, tuple(schemas), link, whole, _broken(rule), turns_of(rule))


def _broken(rule: CompiledRule) -> Json | None:
    if rule.condition is None or rule.each is not None:
        return None
    return holds(_denied(rule.condition))


def _denied(term: Term) -> Term:
    """The opposite of a condition, part by part."""
    if term.op in {"and", "or"}:
        return replace(term, op="or" if term.op == "and" else "and", args=tuple(map(_denied, term.args)))
    return replace(term, op=DENIED[term.op]) if term.op in DENIED else Term("not", term.kind, (term,), at=term.at)
