"""How the rules of a schema are kept: as part of it, as ties between fields, case by case, or by drawing again."""

from collections.abc import Sequence
from datetime import date
from itertools import product

from msgspec import Struct
from msgspec.structs import replace

from pytest_specmint.rules.branches import around, holds, not_false, not_true, schema_of_rule
from pytest_specmint.rules.compile import CompiledRule, compile_rules
from pytest_specmint.rules.enforced import Choice, Enforced, Way, Ways
from pytest_specmint.rules.expression.analyse import DENIED, conjuncts
from pytest_specmint.rules.expression.terms import Term
from pytest_specmint.rules.links import Link
from pytest_specmint.rules.model import KEYWORD, Rule, Severity, read_rules
from pytest_specmint.rules.network import Demand, demands_of
from pytest_specmint.rules.schema_fields import SchemaFields
from pytest_specmint.rules.spelling import in_draft
from pytest_specmint.schema.document import Schema
from pytest_specmint.schema.meeting import meeting
from pytest_specmint.schema.sets.values import Json

NAME = "specmint rules"
"""The definition under which a schema with its rules stands in its own document."""
MOST = 48
"""Combinations of cases that are looked at one by one."""


def own_rules(schema: Schema) -> tuple[Rule, ...]:
    """The rules under ``x-rules`` where the schema stands; raises `RuleError`."""
    part = schema.at(schema.place)
    return read_rules(part[KEYWORD]) if isinstance(part, dict) and KEYWORD in part else ()


def enforced(schema: Schema, rules: Sequence[Rule], as_of: date) -> Enforced:
    """How these rules are kept. Raises `RuleError` for rules that do not fit the schema or each other."""
    if not rules:
        return Enforced(schema)
    parts = [_part(each) for each in compile_rules(rules, SchemaFields(schema), as_of=as_of).rules]
    chosen = _splitting(parts)
    plain = [part for part in parts if part.rule.rule.severity is Severity.ERROR and part not in chosen]
    demands = [demand for part in plain for demand in part.unconditional()]
    base = _meeting(schema, demands, f"{NAME}, unconditional") if demands else schema
    kept = [part for part in parts if part.binding]
    result = Enforced(
        base,
        tuple(part.rule for part in kept),
        tuple(part.rule.rule.id for part in kept if not (part.whole and (part in chosen or part.unconditional_whole))),
        tuple(part.link for part in plain if part.link is not None and part.rule.when is None),
        unmet=tuple(part.rule.rule.id for part in parts if not part.binding and part not in chosen),
    )
    if not chosen:
        return result
    document, ways = _ways(base, chosen)
    held = [demand for part in chosen if part.binding for demand in part.whole_rule()]
    return replace(result, schema=_meeting(document, held, NAME) if held else document, ways=ways)


# ---------------------------------------------------------------- one rule


class _Part(Struct, frozen=True):
    """A rule as far as it can be built in: schemas of what its condition demands, and ties between fields."""

    rule: CompiledRule
    schemas: tuple[Json, ...]
    link: Link | None
    whole: bool
    """Whether that is all of its condition."""
    broken: Json | None
    """The schema of records that break the condition, where there is one."""

    @property
    def binding(self) -> bool:
        """Whether no record may break it."""
        return self.rule.rule.severity is Severity.ERROR and self.rule.dataset is None

    @property
    def unconditional_whole(self) -> bool:
        """Whether it is wholly built in without looking at cases."""
        return self.rule.when is None or bool(self.whole_rule())

    def unconditional(self) -> tuple[Json, ...]:
        """What it demands of all records."""
        if self.rule.dataset is not None:
            return ()
        return self.schemas if self.rule.when is None else self.whole_rule()

    def whole_rule(self) -> tuple[Json, ...]:
        """The rule with its condition as a schema, where it has one."""
        said = schema_of_rule(self.rule)
        return () if said is None else (said,)


def _part(rule: CompiledRule) -> _Part:
    schemas: list[Json] = []
    demands: list[Demand] = []
    whole = rule.dataset is None
    for each in () if rule.condition is None else conjuncts(rule.condition):
        schema, tie = not_false(each, rule.each), demands_of(each, rule.each)
        if schema is not None:
            schemas.append(around(schema, rule.each))
        elif tie:
            demands += tie
        else:
            whole = False
    link = Link(rule.rule.id, tuple(demands), rule.derivations) if demands or rule.derivations else None
    return _Part(rule, tuple(schemas), link, whole, _broken(rule))


def _broken(rule: CompiledRule) -> Json | None:
    if rule.condition is None or rule.each is not None:
        return None
    return holds(_denied(rule.condition))


def _denied(term: Term) -> Term:
    """The opposite of a condition, part by part."""
    if term.op in {"and", "or"}:
        return replace(term, op="or" if term.op == "and" else "and", args=tuple(map(_denied, term.args)))
    return replace(term, op=DENIED[term.op]) if term.op in DENIED else Term("not", term.kind, (term,), at=term.at)


# ---------------------------------------------------------------- case by case


def _splitting(parts: Sequence[_Part]) -> list[_Part]:
    """Rules that are looked at case by case: those with a condition, and warnings; as many as there may be cases."""
    found: list[_Part] = []
    room = MOST
    ranked = sorted(parts, key=lambda part: not part.binding or bool(part.whole_rule()))  # the others need it most
    for part in ranked:
        size = len(_options(part))
        if size > 1 and room >= size:
            found.append(part)
            room //= size
    return [part for part in parts if part in found]


def _options(part: _Part) -> dict[str, tuple[tuple[Json, ...], tuple[Link, ...]]]:
    """The cases of a rule: what records are to meet in each, and ties between their fields."""
    rule = part.rule
    split: dict[str, tuple[tuple[Json, ...], tuple[Link, ...]]] = {}
    if rule.dataset is not None or rule.each is not None or not (part.schemas or part.link) or not part.whole:
        return {}
    applies = () if rule.when is None else (holds(rule.when),)
    other = () if rule.when is None else (not_true(rule.when),)
    if None in applies or None in other:
        return {}
    held = (*applies, *part.schemas)
    split["held"] = held, (part.link,) if part.link else ()
    if not part.binding:
        split["free"] = applies, ()
        if part.broken is not None:
            split["broken"] = (*applies, part.broken), ()
    if other:
        split["other"] = other, ()
    return split


def _ways(base: Schema, chosen: Sequence[_Part]) -> tuple[Schema, Ways]:
    """The schema with a definition for every case, standing where it stood."""
    schema, ways = base, []
    options = [_options(part) for part in chosen]
    for number, names in enumerate(product(*options)):
        cases = [split[name] for split, name in zip(options, names, strict=True)]
        met = _meeting(schema, [each for demands, _ in cases for each in demands], f"{NAME}, case {number}")
        ways.append(Way(names, met.place, tuple(link for _, links in cases for link in links)))
        schema = replace(met, place=base.place)
    choices = tuple(
        Choice(part.rule, part.rule.when, tuple(split)) for part, split in zip(chosen, options, strict=True)
    )
    return schema, Ways(base, choices, tuple(ways))


def _meeting(schema: Schema, demands: Sequence[Json], name: str) -> Schema:
    return meeting(
        schema, {"allOf": [in_draft(each, schema.draft) for each in demands] or [in_draft(True, schema.draft)]}, name
    )
